"""A liaison's remembering: release deadlines, freezes and reminders in the team's channel.

Limnoria's door. The rest of the package imports without Limnoria, for the command line and the
tests: `Class`, `configure` and their modules are looked up only when Limnoria asks for them.
"""

import importlib
import sys
from typing import Any

__version__ = "0.1.0"
__author__ = "the Glance Release founders"
__maintainer__ = __author__
__contributors__: dict[object, list[str]] = {}
__url__ = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"

# Limnoria's @reload runs this file again but keeps the submodules; drop them, so that the next
# look-up imports what is on disk now. Only a reload finds the plugin's face imported already.
if f"{__name__}.plugin" in sys.modules:
    for _name in [name for name in sys.modules if name.startswith(__name__ + ".")]:
        del sys.modules[_name]


def __getattr__(name: str) -> Any:
    if name == "Class":
        return importlib.import_module(".plugin", __name__).Class
    if name == "configure":
        return importlib.import_module(".config", __name__).configure
    if name in ("config", "plugin", "test"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
