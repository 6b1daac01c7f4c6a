"""Pure behaviour, one file a duty of the release liaison."""

import importlib
import pkgutil


def load() -> None:
    """Import every duty, so that its commands and rules stand in the tables; in the order of
    their names, which is the order of `help`."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
