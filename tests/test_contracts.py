"""The contracts of setup.cfg hold for the package, and each of them can be broken."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SETUP = REPOSITORY / "setup.cfg"
PREFIX = "importlinter:contract:"
Lint = Callable[[Mapping[str, str]], str]


def contracts() -> dict[str, configparser.SectionProxy]:
    read = configparser.ConfigParser()
    read.read(SETUP)
    return {name.removeprefix(PREFIX): read[name] for name in read if name.startswith(PREFIX)}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def lint(tmp_path: Path, cache: Path) -> Lint:
    """What import-linter says of a copy of the package with these lines added to its modules."""
    package = tmp_path / "GlanceRelease"
    shutil.copytree(
        REPOSITORY / "plugins" / "GlanceRelease",
        package,
        ignore=shutil.ignore_patterns("__pycache__"),
    )

    def run(added: Mapping[str, str]) -> str:
        for name, line in added.items():
            path = package / name
            path.parent.mkdir(exist_ok=True)
            before = path.read_text() if path.exists() else '"""New."""\n'
            path.write_text(f"{before}\n{line}\n")
        program = "import sys; from importlinter.cli import lint_imports_command as c; c()"
        done = subprocess.run(
            [sys.executable, "-c", program, "--config", str(SETUP), "--cache-dir", str(cache)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "300"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.stdout

    return run


# A contract, what is added to a module of a copy, and the import that the verdict must name.
BREAKS = [
    ("layers", "app.py", "from .frontends.page import admission", "frontends.page.admission"),
    ("layers", "service/outbox/tick.py", "from ...configuration import settings", "settings"),
    ("layers", "sources/source.py", "from .. import clock", "clock"),
    ("layers", "frontends/page/server.py", "from ...cli import gathering", "cli.gathering"),
    ("layers", "rehearsal/transcript.py", "from ..cli import gathering", "cli.gathering"),
    ("layers", "a_new_module.py", "A = 1", ""),
    ("layers", "a_new_folder/__init__.py", "A = 1", ""),
    ("duties", "duties/freeze/facts.py", "from ..jobs import words", "duties.jobs.words"),
    ("duties", "duties/releases/command.py", "from ..deadlines import command as above", "command"),
    ("duties", "duties/report_parts.py", "from .freeze import facts", "duties.freeze.facts"),
    ("duties", "duties/a_new_duty/__init__.py", "A = 1", ""),
    ("front-ends", "frontends/page/server.py", "from ..trial_room import ports", "room.ports"),
    ("irc", "frontends/page/server.py", "from ...render.irc import MAX_BYTES", "render.irc"),
    ("irc", "duties/freeze/command.py", "from ...render.irc import MAX_BYTES", "render.irc"),
    ("irc", "service/outbox/delivery.py", "from ...render import irc", "render.irc"),
    ("irc", "render/html.py", "from .irc import MAX_BYTES", "render.irc"),
    ("irc", "app.py", "from .render.irc import render", "render.irc"),
    ("matrix", "frontends/page/server.py", "from ...render import matrix", "render.matrix"),
    ("matrix", "app.py", "from .render.matrix import content", "render.matrix"),
    ("networks", "domain/people/roles.py", "from ...networks.irc import IRC", "networks.irc"),
    ("networks", "service/outbox/tick.py", "from ...networks import matrix", "networks.matrix"),
    ("limnoria", "cli/ask.py", "import supybot", "supybot"),
    ("pure", "duties/freeze/facts.py", "import aiohttp", "aiohttp"),
]


def test_the_package_keeps_them(lint: Lint) -> None:
    said = lint({})
    assert said.count(" KEPT") == len(contracts())
    assert " BROKEN" not in said


def test_each_can_be_broken(lint: Lint) -> None:
    assert {contract for contract, *_ in BREAKS} == {*contracts()}
    added: dict[str, str] = {}
    for _, module, line, _ in BREAKS:
        added[module] = f"{added.get(module, '')}\n{line}"
    reasons = reasons_of(lint(added))
    for contract, module, _, imported in BREAKS:
        name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found = rf"GlanceRelease\.{name} -> \S*{imported} \(l\.\d+" if imported else rf"\.{name}\n"
        assert re.search(found, reasons[contract]), (found, reasons[contract])


def reasons_of(said: str) -> dict[str, str]:
    """Why each contract is broken, by the contract."""
    by_name = {contract["name"]: kind for kind, contract in contracts().items()}
    names = "|".join(map(re.escape, by_name))
    _, *parts = re.split(rf"^({names})\n-+$", said, flags=re.MULTILINE)
    return {by_name[name]: why for name, why in zip(parts[::2], parts[1::2], strict=True)}


def test_no_contract_has_an_exception() -> None:
    assert [name for name, one in contracts().items() if "ignore_imports" in one] == []


def test_the_continuous_integration_checks_them_before_the_tests() -> None:
    lines = (REPOSITORY / ".ci" / "run").read_text().splitlines()
    assert lines.index("make check") < lines.index("make test")
    assert "$(BIN)/lint-imports" in (REPOSITORY / "Makefile").read_text()


def test_the_map_is_read_at_one_sitting() -> None:
    lines = (REPOSITORY / "plugins" / "GlanceRelease" / "app.py").read_text().splitlines()
    assert lines[0].startswith('"""READ FIRST')
    assert len(lines) <= 150
