"""What the shipped unit runs before the bot, by its own lines: a faulty configuration stops the
start, a store that is away does not; and what `glance-release check` says of that store."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from kit.small_disk import small_disk

STATE = "/var/lib/glance-release"


class Unit:
    """The unit as `init` writes it, with a state folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.config, self.state = folder / "etc", folder / "state"
        main(["init", str(self.config)])
        self.state.mkdir()
        text = (self.config / "glance-release.service").read_text()
        lines = [line for line in text.replace(STATE, str(self.state)).splitlines() if "=" in line]
        settings = [tuple(line.split("=", 1)) for line in lines if not line.startswith("#")]
        self.before = [value for name, value in settings if name == "ExecStartPre"]
        given = [value.split("=", 1) for name, value in settings if name == "Environment"]
        self.environment = {**os.environ, **dict(given)}

    def start(self) -> tuple[int, str]:
        """The exit status of the first line that fails, and what was said."""
        said = ""
        for line in self.before:
            done = subprocess.run(
                shlex.split(line),
                cwd=self.state,
                env=self.environment,
                capture_output=True,
                text=True,
            )
            said += done.stdout + done.stderr
            if done.returncode:
                return done.returncode, said
        return 0, said

    def configure(self, **lines: str) -> None:
        text = "".join(f"{key}: {value}\n" for key, value in lines.items())
        (self.config / "bot.yaml").write_text(text)

    def check(self) -> tuple[int, str]:
        """`glance-release check` as an operator runs it."""
        command = [shlex.split(self.before[-1])[0], "check", "--offline"]
        command += ["--config", str(self.config)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return Unit(tmp_path)


def test_as_it_ships(unit: Unit) -> None:
    assert len(unit.before) == 2
    words = f"{unit.config}: the configuration is well; teams: glance\n"
    assert unit.start() == (0, words)
    assert unit.check() == (0, f"{unit.config}: all is well; teams: glance\n")
    assert [one.name for one in unit.state.iterdir()] == ["limnoria.conf"]


def test_a_disk_that_was_full_at_the_first_start_does_no_lasting_harm(unit: Unit) -> None:
    """A file system of its own that is as full as the copy's size leaves it."""
    shipped = (unit.config / "limnoria.conf").read_bytes()
    with small_disk(unit.state, 64 * 1024):
        for room in (0, 4096):  # nothing is written, or the beginning of it
            hog = unit.state / "hog"
            with contextlib.suppress(OSError), hog.open("wb", buffering=0) as file:
                while file.write(b"x" * 1024):
                    pass
            os.truncate(hog, hog.stat().st_size - room)
            code, said = unit.start()
            assert code != 0
            assert "No space left" in said
            assert not (unit.state / "limnoria.conf").exists()
            hog.unlink()
        code, said = unit.start()
        assert code == 0, said
        assert [one.name for one in unit.state.iterdir()] == ["limnoria.conf"]
        assert (unit.state / "limnoria.conf").read_bytes() == shipped


def test_an_empty_copy_is_none_and_one_s_own_stays(unit: Unit) -> None:
    copy = unit.state / "limnoria.conf"
    copy.touch()
    assert unit.start()[0] == 0
    assert copy.read_bytes() == (unit.config / "limnoria.conf").read_bytes()
    copy.write_text("supybot.nick: another\n")
    assert unit.start()[0] == 0
    assert copy.read_text() == "supybot.nick: another\n"


@pytest.mark.parametrize("away", ["garbage", "folder", "postgresql", "newer", "no room to make it"])
def test_a_store_that_is_away_stops_no_start_and_is_not_well(unit: Unit, away: str) -> None:
    file = unit.state / "glance-release.sqlite3"
    if away == "garbage":
        file.write_bytes(b"no database " * 1000)
    elif away == "folder":
        file.mkdir()
    elif away == "newer":
        import sqlite3

        db = sqlite3.connect(file)
        db.execute("CREATE TABLE meta (name VARCHAR(100) PRIMARY KEY, value TEXT NOT NULL)")
        db.execute("INSERT INTO meta VALUES ('migrations', '99')")
        db.commit()
        db.close()
    elif away == "postgresql":
        unit.configure(database="postgresql://bot@127.0.0.1:1/glance")
    else:
        (unit.state / "file").touch()
        unit.configure(database=f"sqlite:///{unit.state}/file/glance.sqlite3")
    code, words = unit.start()
    assert code == 0, words
    code, words = unit.check()
    assert code == 1
    assert words.startswith("glance-release: its database ")
    assert words.count("\n") == 1
    assert "all is well" not in words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"databse": "x"}, "databse: no such key"),
        ({"database": "sqlite+nothing:///x"}, "its database sqlite:///x: "),
        ({"database": "'postgresql://bot@host:port/n'"}, "the address can't be understood"),
    ],
)
def test_a_faulty_configuration_stops_it(unit: Unit, lines: dict[str, str], words: str) -> None:
    unit.configure(**lines)
    code, said = unit.start()
    assert code != 0
    assert words in said


def test_a_copy_that_was_cut_short_is_made_again(unit: Unit) -> None:
    """The first start on a full disk."""
    for left in ("limnoria.conf", "limnoria.conf.new"):
        (unit.state / left).touch()
    assert unit.start()[0] == 0
    whole = (unit.config / "limnoria.conf").read_text()
    assert (unit.state / "limnoria.conf").read_text() == whole
    (unit.state / "limnoria.conf").write_text("mine")
    assert unit.start()[0] == 0
    assert (unit.state / "limnoria.conf").read_text() == "mine"
