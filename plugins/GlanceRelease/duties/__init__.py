"""Pure behaviour, a folder for each duty of the release liaison's guide: what is true, how it is
said, what is asked and what is said unasked. Read `deadlines` first."""

import importlib
import pkgutil


def load() -> None:
    """Import every duty, so that its commands and rules stand in the tables."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
