"""What is installed: floors that were tried, one tested set, no name that anybody could take."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]


def stated(*extras: str) -> dict[str, Requirement]:
    """What setup.cfg asks for, by name; of its extras these."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    texts = [setup["options"]["install_requires"]]
    texts += [setup["options.extras_require"][name] for name in extras]
    found = map(Requirement, filter(None, "\n".join(texts).splitlines()))
    return {canonicalize_name(one.name): one for one in found}


def pinned(name: str) -> dict[str, Version]:
    """The versions in a file of `NAME==VERSION` lines."""
    lines = (ROOT / name).read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def floors() -> dict[str, Version | None]:
    """The lowest version of each thing that the bot runs with, as setup.cfg states it."""
    found = {}
    for name, asked in stated("postgresql").items():
        lowest = [Version(one.version) for one in asked.specifier if one.operator == ">="]
        found[name] = lowest[0] if lowest else None
    return found


def test_the_floors_that_are_tried_are_those_that_are_stated() -> None:
    tried = pinned("floors.txt")
    assert {name: tried.get(name) for name in floors()} == floors()


def test_the_tested_set_has_everything_and_is_allowed() -> None:
    tested = pinned("constraints.txt")
    for name, asked in stated("postgresql", "trial", "tests", "dev").items():
        assert asked.specifier.contains(tested[name]), name


def shown() -> list[Path]:
    """Every file that tells people what to type."""
    kinds = (".rst", ".py", ".service", ".conf", ".yaml", "")
    places = (ROOT / "plugins", ROOT / "config", ROOT / "doc", ROOT / ".ci")
    below = [path for place in places for path in place.rglob("*") if path.is_file()]
    files = [ROOT / "README.rst", ROOT / "Makefile", *below]
    made = ("__pycache__", "limnoria_glancerelease.egg-info", "state")
    return [one for one in files if one.suffix in kinds and not {*made} & {*one.parts}]


@pytest.mark.parametrize("text", ["pip install x[y]", "pip install --upgrade 'limnoria-glance'"])
def test_an_install_by_name_is_found(text: str) -> None:
    assert by_name(text)


def by_name(text: str) -> list[str]:
    """What a text has pip install by a bare name: whoever registers it would be installed."""
    text = re.sub(r" (--constraint|-c|--wheel-dir) \S+", "", text)
    words = re.findall(r"\bpip3? (?:-\S+ )*install ((?:-\S+ )*[^\s`]+)", text)
    things = [word.split()[-1].strip("'\"") for word in words]
    return [thing for thing in things if "/" not in thing and not thing.startswith((".", "-"))]


def test_nothing_tells_people_to_install_by_a_name() -> None:
    files = shown()
    assert {ROOT / "README.rst", ROOT / "doc" / "operation.rst"} <= {*files}
    assert {str(path): found for path in files if (found := by_name(path.read_text()))} == {}
