"""Run the benches: all of them, or those that are named as arguments."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    sys.path.insert(0, str(HERE.parent / "tests"))  # the servers and the bot of the tests
    wanted = sys.argv[1:] or [module.name for module in pkgutil.iter_modules([str(HERE)])]
    for name in wanted:
        module = importlib.import_module(f"bench.{name}") if name != "__main__" else None
        if hasattr(module, "main"):
            print(f"{module.main()}\n", flush=True)


if __name__ == "__main__":
    main()
