"""What the commands of the line do to the bot's store: nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.registry import Ask
from kit.glance_facts import at
from kit.irc.bot import ROOT

NOW = "2027-01-13T10:05:00Z"
FROM, TO = ("--from", NOW), ("--to", "2027-01-15T00:00:00Z")
OPTIONS = ("--offline", "--now", NOW)
COMMANDS = (
    ("ask", *OPTIONS, "--", "plan"),
    ("deadlines", *OPTIONS),
    ("freeze", *OPTIONS),
    ("jobs", *OPTIONS),
    ("draft", *OPTIONS, "glance", "beta"),
    ("simulate", "--offline", *FROM, *TO),
    ("check-release", *OPTIONS, "no-such-file.yaml"),
    ("check", "--offline"),
)
NONE, OLDER, EMPTY = "there is none yet", "an older program made it", "it is empty"


async def _live(folder: Path, url: str) -> None:
    (folder / "teams").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "config" / "teams" / "glance.yaml", folder / "teams")
    (folder / "bot.yaml").write_text(f"database: {url}\n")
    app = App(settings.load(folder), SteppedClock(at("2027-01-13T09:00:00")))
    await app.start(beating=False)
    await app.tick()
    operator = Ask(nick="r", channel="#openstack-glance", standing=frozenset({"operator"}))
    await app.act("plan m3 16 February", operator)
    await app.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a bot that ran and ended, with its store in `state`."""
    folder = tmp_path / "bot"
    asyncio.run(_live(folder, f"sqlite:///{folder}/state/db.sqlite"))
    return folder


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(one.relative_to(folder)): (one.read_bytes(), one.stat().st_mtime_ns)
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def sql(database: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def gone(database: Path) -> None:
    shutil.rmtree(database.parent)


def emptied(database: Path) -> None:
    database.write_bytes(b"")


def older(database: Path) -> None:
    columns = ("claim", "is_public", "heirs", "hand_on")
    drops = [f"ALTER TABLE outbox DROP COLUMN {name}" for name in columns]
    sql(database, *drops, "UPDATE meta SET value = '1' WHERE name = 'migrations'")


def newer(database: Path) -> None:
    sql(database, "UPDATE meta SET value = '99' WHERE name = 'migrations'")


def lacking(database: Path) -> None:
    sql(database, "ALTER TABLE outbox DROP COLUMN claim")


def no_database(database: Path) -> None:
    database.write_bytes(b"once upon a time " * 500)


def a_folder(database: Path) -> None:
    database.unlink()
    database.mkdir()


BROKEN = [
    (gone, NONE),
    (emptied, EMPTY),
    (older, OLDER),
    (newer, "a newer program made it"),
    (lacking, "its table outbox lacks claim"),
    (no_database, "the file is no SQLite database"),
    (a_folder, "the file can't be opened"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0])
@pytest.mark.parametrize(("broken", "reason"), BROKEN, ids=[one.__name__ for one, _ in BROKEN])
def test_a_store_that_is_not_as_the_bot_leaves_it_is_left_so(
    broken: Callable[[Path], None],
    reason: str,
    command: tuple[str, ...],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken(folder / "state" / "db.sqlite")
    before = files(folder)
    main([command[0], "--config", str(folder), *command[1:]])
    assert files(folder) == before
    assert (folder / "state").exists() == (broken is not gone)
    out, err = capsys.readouterr()
    if command[0] not in ("check", "check-release"):
        line = (
            f"glance-release: not read: its database sqlite:///{folder}/state/db.sqlite: {reason}"
        )
        assert [one.startswith(line) for one in err.splitlines()].count(True) == 1, err
        assert out or command[0] in ("draft", "jobs")  # of which the box has nothing
    if command[0] == "ask":
        assert "16 February" not in out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0])
def test_one_that_is_well_is_read_and_left_as_it_is(
    command: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(folder)
    main([command[0], "--config", str(folder), *command[1:]])
    assert files(folder) == before
    out, err = capsys.readouterr()
    assert "not read" not in err
    if command[0] == "ask":
        assert "2027-02-16" in out, out


def test_a_rehearsal_takes_nothing_of_what_the_live_bot_was_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan that somebody told the live bot yesterday is no plan of the rehearsed cycle."""
    past = ("--from", "2027-01-18T00:00:00Z", "--to", "2027-02-17T00:00:00Z")
    assert main(["simulate", "--offline", "--config", str(folder), *past]) == 0
    out = capsys.readouterr().out
    assert "Indri-3 milestone" in out
    assert "planned for Tue 2027-02-16" not in out


def test_what_a_killed_bot_left_in_sqlite_s_log_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it told last stands in the log alone; the file is not touched."""
    database = folder / "state" / "db.sqlite"
    if os.fork() == 0:
        db = sqlite3.connect(database)
        db.execute("UPDATE notes SET body = replace(body, '2027-02-16', '2027-02-17')")
        db.commit()
        os._exit(0)
    os.wait()
    before = files(folder)
    assert "state/db.sqlite-wal" in before
    assert main(["ask", "--config", str(folder), *OPTIONS, "--", "plan"]) == 0
    assert "2027-02-17" in capsys.readouterr().out
    after = files(folder)
    for name in ("state/db.sqlite", "state/db.sqlite-wal"):
        assert after[name] == before[name]


def test_postgresql_is_not_written_either(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["ask", "--config", str(tmp_path), *OPTIONS, "--", "plan"]
    (tmp_path / "teams").mkdir()
    shutil.copy(ROOT / "config" / "teams" / "glance.yaml", tmp_path / "teams")
    (tmp_path / "bot.yaml").write_text(f"database: {postgres_url}\n")
    for _ in range(2):  # the first makes nothing
        assert main(ask) == 0
        assert capsys.readouterr().err.endswith(f": {EMPTY}\n")
    asyncio.run(_live(tmp_path, postgres_url))
    assert main(ask) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "2027-02-16" in out


WITHOUT = "Without what people told the bot, for its database was not read (there is none yet):\n"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("deadline list", "The team's own: spec freeze Fri 2027-01-29, R-8, "),
        ("deadline", "The team's own: spec freeze Fri 2027-01-29, R-8, "),
        ("plan", "2027.1 Indri: nothing is planned yet.\nWithout a plan: Indri-2 milestone ("),
        ("plan m2", "Indri-2 milestone: no plan yet; Mon 2027-01-11 to Thu 2027-01-14; "),
    ],
)
def test_what_the_teams_file_knows_is_told_without_a_store(
    text: str, answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_live(tmp_path, f"sqlite:///{tmp_path}/away.sqlite3"))
    (tmp_path / "bot.yaml").write_text(f"database: sqlite:///{tmp_path}/none.sqlite3\n")
    with (tmp_path / "teams" / "glance.yaml").open("a") as file:
        file.write("deadlines: [{name: spec freeze, when: Friday of R-8}]\n")
    assert main(["ask", "--config", str(tmp_path), *OPTIONS, "--", text]) == 0
    assert capsys.readouterr().out.startswith(f"{WITHOUT}{answer}")


@pytest.mark.parametrize("text", ["log 3", "why", "remind", "priorities", "action list"])
def test_what_rests_on_a_store_that_was_not_read_is_not_known(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_live(tmp_path, f"sqlite:///{tmp_path}/away.sqlite3"))
    (tmp_path / "bot.yaml").write_text(f"database: sqlite:///{tmp_path}/none.sqlite3\n")
    assert main(["ask", "--config", str(tmp_path), *OPTIONS, "--", text]) == 0
    said = capsys.readouterr()
    assert said.out == "Not known: the bot's database was not read (there is none yet).\n"
    assert "not read: " in said.err
    assert main(["ask", "--config", str(tmp_path), *OPTIONS, "--", "mute 2h"]) == 0
    assert capsys.readouterr().out.startswith("That is for the ")
