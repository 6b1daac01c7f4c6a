"""A liaison's remembering: release deadlines, freezes and reminders in the team's channel.

Limnoria's door. The rest of the package imports without Limnoria, for the command line and the
tests: `Class`, `configure` and their modules are looked up only when Limnoria asks for them.
"""

import gc
import importlib
import sys
from types import ModuleType
from typing import Any

__version__ = "0.1.0"
__author__ = "the Glance Release founders"
__maintainer__ = __author__
__contributors__: dict[object, list[str]] = {}
__url__ = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"

# Limnoria's @reload runs this file again but keeps the submodules; drop them, so that the next
# look-up imports what is on disk now. Only a reload finds the plugin's face imported already.
_IS_RELOAD = f"{__name__}.plugin" in sys.modules
if _IS_RELOAD:
    gc.unfreeze()
    for _name in [name for name in sys.modules if name.startswith(__name__ + ".")]:
        del sys.modules[_name]


def __getattr__(name: str) -> Any:
    if name == "Class":
        return _imported(".plugin").Class
    if name == "configure":
        return importlib.import_module(".config", __name__).configure
    if name in ("config", "plugin", "test"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _imported(name: str) -> ModuleType:
    """A module; at the start without looking for garbage meanwhile, nor later in what it made: that
    stays, and to look through it again and again takes a tenth of the start."""
    if _IS_RELOAD or f"{__name__}{name}" in sys.modules or not gc.isenabled():
        return importlib.import_module(name, __name__)
    gc.disable()
    try:
        return importlib.import_module(name, __name__)
    finally:
        gc.freeze()
        gc.enable()
