"""write a commented configuration into a folder: the files that ship, with its paths in them"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from .gathering import Failure

# Where the shipped files say that they and the virtual environment are.
SHIPPED_FOLDER, SHIPPED_ENVIRONMENT = "/etc/glance-release", "/opt/glance-release"
HOLD_PASSWORDS = ("bot.yaml", "limnoria.conf")
UNITS = ("glance-release.service", "glance-release-matrix.service")
WRITTEN = ("bot.yaml", "teams/glance.yaml", "limnoria.conf", *UNITS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder to write into."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="made where it is not there")


def write(options: argparse.Namespace) -> int:
    """Write the files that ship, with the paths of this folder and this environment in them.

    Nothing that is there already is touched: one file in the way, and none is written.
    """
    folder: Path = options.folder.absolute()
    in_the_way = [name for name in WRITTEN if (folder / name).exists()]
    if in_the_way:
        raise Failure(f"{folder} has {', '.join(in_the_way)} already; nothing is written")
    try:
        for name in WRITTEN:
            text = shipped(name).read_text(encoding="utf-8")
            text = text.replace(SHIPPED_FOLDER, str(folder))
            path = folder / name
            _make(path.parent, folder)
            path.touch(mode=0o600)
            path.chmod(0o640 if name in HOLD_PASSWORDS else 0o644)
            path.write_text(text.replace(SHIPPED_ENVIRONMENT, sys.prefix), encoding="utf-8")
            print(path)
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}") from None
    return 0


def _make(place: Path, folder: Path) -> None:
    """Make a folder of the configuration and what is above it, where they are not there: its own
    for the group of the bot's user to read, those above for everybody, whatever the umask."""
    if place.exists():
        return
    _make(place.parent, folder)
    place.mkdir()
    place.chmod(0o750 if place.is_relative_to(folder) else 0o755)


def shipped(name: str) -> Traversable:
    """A file of the project's `config`, which is `shipped` in the package: one file, two names."""
    return files(__package__.rpartition(".")[0]).joinpath("shipped", *name.split("/"))
