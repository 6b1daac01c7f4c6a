"""What pip installs is enough: the wheel in an empty environment, without the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person

MADE_FROM = ("setup.cfg", "pyproject.toml", "README.rst", "LICENSE", "plugins", "config")
WITHOUT = shutil.ignore_patterns("state", "__pycache__", "*.egg-info")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and its needs from the tests' own."""
    folder = tmp_path_factory.mktemp("installed")
    source, wheels, environment = folder / "source", folder / "wheels", folder / "environment"
    source.mkdir()
    for name in MADE_FROM:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=WITHOUT, symlinks=True)
        else:
            shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    _run(*pip, "wheel", "--no-build-isolation", *offline, "--wheel-dir", str(wheels), str(source))
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    (wheel,) = wheels.iterdir()
    _run(*pip, "--python", str(python), "install", *offline, str(wheel))
    own = sysconfig.get_path("purelib", vars={"base": str(environment)})
    # A path in a .pth file is searched last, and its own .pth files (the checkout's) are not read.
    Path(own, "needs.pth").write_text(sysconfig.get_path("purelib"))
    program = python.with_name("limnoria")
    program.write_text(f"#!{python}\nfrom supybot.scripts.limnoria import main\nmain()\n")
    program.chmod(0o755)
    shutil.rmtree(source)
    return python


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_package_is_the_wheels(installed: Path, tmp_path: Path) -> None:
    where = "import GlanceRelease.configuration.settings as s; print(s.__file__)"
    file = Path(_run(str(installed), "-I", "-c", where, cwd=tmp_path).strip())
    assert file.is_relative_to(installed.parents[1])


def test_its_command_writes_a_configuration_and_answers_from_the_box(
    installed: Path, tmp_path: Path
) -> None:
    command = str(installed.with_name("glance-release"))
    _run(command, "init", str(tmp_path / "made"))
    _run(command, "check", "--offline", "--config", str(tmp_path / "made"), cwd=tmp_path)
    answer = _run(
        command, "ask", "--offline", "--config", str(tmp_path / "made"), "--", "when rc1 hibiscus"
    )
    assert "RC1" in answer


@pytest.mark.asyncio
async def test_it_loads_in_a_limnoria_that_has_no_checkout(
    installed: Path,
    start_bot: Callable[..., Bot],
    join: Callable[..., Awaitable[Person]],
) -> None:
    start_bot(python=str(installed), registry={"supybot.directories.plugins": None})
    alice = await join("alice")
    assert await alice.ask("!week")
