"""A store that fails while the bot runs: it is one that is away, as at the start, and is opened
anew within a minute of the bot's clock. Real files and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from GlanceRelease.service.storage.engine import create_async_engine
from GlanceRelease.service.storage.no_database import NoDatabase
from kit.delivery import Hall
from kit.glance_facts import at
from kit.irc.bot import ROOT
from kit.postgres import stalled
from kit.store_away import told

BORN, TODAY = at("2027-01-12T12:00:00"), at("2027-01-14T10:00:00")  # the day of Indri-2
ASK = Ask("alice", verified=True)
OWN = "I remind you of Indri-2 milestone"
MINUTE = dt.timedelta(minutes=1)


class House:
    """One bot on one database, minute by minute."""

    def __init__(self, folder: Path, database: str, log: pytest.LogCaptureFixture) -> None:
        (folder / "teams").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "config" / "teams" / "glance.yaml", folder / "teams")
        (folder / "bot.yaml").write_text(f"database: {database}\n")
        self.clock, self.door, self._log = SteppedClock(BORN), Hall(), log
        self.app = App(settings.load(folder), self.clock, self.door)

    async def minute(self) -> None:
        self.clock.instant += MINUTE
        await self.app.tick()

    async def tell(self, text: str) -> str:
        """The answer to a command that changes something."""
        return "\n".join(render((await self.app.act(text, ASK)).doc, True))

    def ask(self, text: str) -> str:
        return "\n".join(render(self.app.ask(text, ASK).doc, True))

    def log(self, level: str = "WARNING") -> list[str]:
        """What was logged since the last look; a traceback is one with a "+"."""
        least = {"WARNING": 30, "ERROR": 40}[level]
        records = [one for one in self._log.records if one.levelno >= least]
        ours = [one for one in records if one.name.startswith(("GlanceRelease", "asyncio"))]
        found = [f"{one.getMessage()}{' +' if one.exc_info else ''}" for one in ours]
        self._log.clear()
        return [line for line in found if "opendev" not in line]

    def is_away(self, reason: str) -> None:
        """Everything that tells of the store tells this."""
        assert self.app.no_memory == told(reason)
        assert self.ask("sources").startswith(told(reason))
        assert self.ask("remind") == told(reason)
        well = self.app.is_well()
        assert (well["ticking"], well["remembering"]) == (True, False)


def run(*command: Path | str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def put_back(path: Path) -> None:
    """A file again, where a folder was."""
    if path.is_dir():
        path.rmdir()


def write_over(path: Path, content: Path) -> None:
    path.write_bytes(content.read_bytes())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "db.sqlite"


@pytest_asyncio.fixture
async def house(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    """A bot that runs, with a reminder on disk."""
    one = House(tmp_path / "config", f"sqlite:///{path}", caplog)
    await one.app.start(beating=False)
    await one.minute()
    assert OWN in await one.tell("remind 1 day before m2")
    await one.minute()
    # By another process: whoever closes a file loses all of its locks on it, SQLite's too.
    run("cp", "-a", path.parent, tmp_path / "copy")
    one.log()
    yield one
    await one.app.stop()


def rm(path: Path) -> None:
    path.unlink()


def rm_all(path: Path) -> None:
    for one in path.parent.iterdir():
        one.unlink()


def rm_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def rename(path: Path) -> None:
    path.rename(path.with_name("other"))


def replace(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def rm_wal(path: Path) -> None:
    path.with_name("db.sqlite-wal").unlink()


def rm_shm(path: Path) -> None:
    path.with_name("db.sqlite-shm").unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


REMOVED = "the file was removed while it was in use"
REPLACED = "another file is in its place"
GONE = [
    (rm, REMOVED),
    (rm_all, REMOVED),
    (rm_folder, REMOVED),
    (rename, REMOVED),
    (replace, REPLACED),
    (rm_wal, "its file db.sqlite-wal was removed while it was in use"),
    (rm_shm, "its file db.sqlite-shm was removed while it was in use"),
    (a_folder, REPLACED),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("gone", "reason"), GONE, ids=[one.__name__ for one, _ in GONE])
@pytest.mark.parametrize("by", ["tick", "command"])
async def test_a_file_that_goes_is_noticed_and_opened_anew(
    gone: Callable[[Path], None], reason: str, by: str, house: House, path: Path
) -> None:
    gone(path)
    if by == "tick":
        await house.minute()
    else:
        with pytest.raises(NoDatabase):
            await house.tell("remind 2 days before m3")
    house_line = f"No memory: its database sqlite:///{path}: {reason}. Until it can be used"
    log = house.log()
    assert [line for line in log if not line.startswith(house_line)] == []
    assert len(log) == 1
    if by == "command":
        assert house.app.no_memory.endswith(f"({reason}). I try again each minute.")
    else:
        house.is_away(reason)
    put_back(path)
    await house.minute()
    assert house.app.no_memory == ""
    assert "The database can be used again: all goes on as after a start" in house.log()
    assert "I remind you of Indri-3" in await house.tell("remind 3 days before m3")
    with contextlib.closing(sqlite3.connect(path)) as other:  # it is in the file that has the name
        assert other.execute("SELECT count(*) FROM notes").fetchone() != (0,)


@pytest.mark.asyncio
@pytest.mark.parametrize("gone", [rm, rm_all, rm_folder], ids=lambda one: one.__name__)
async def test_what_was_lost_is_said_and_nothing_is_said_twice(
    gone: Callable[[Path], None], house: House, path: Path
) -> None:
    house.clock.instant = TODAY - MINUTE
    await house.minute()
    heard = list(house.door.heard)
    assert any("Today, Indri-2 milestone" in line for line in heard)
    gone(path)
    house.log()
    for _ in range(3):
        await house.minute()
    assert house.door.heard == heard
    assert "The ledger begins anew: nothing before Thu 2027-01-14 is known." in house.ask("sources")
    assert len([line for line in house.log() if "No memory" in line]) == 1


@pytest.mark.asyncio
async def test_an_older_copy_that_is_put_in_place_has_lost_its_end(
    house: House, path: Path, tmp_path: Path
) -> None:
    assert "Indri-3" in await house.tell("remind 2 days before m3")
    old = tmp_path / "copy"
    for one in ("db.sqlite", "db.sqlite-wal"):
        (old / one).replace(path.parent / one)
    await house.minute()
    assert house.app.no_memory
    await house.minute()
    assert house.app.no_memory == ""
    assert "The ledger has a gap: nothing from" in house.ask("sources")


@pytest.mark.asyncio
@pytest.mark.parametrize("back", ["written over", "moved"])
@pytest.mark.parametrize("size", [0, 5000, 20000])
async def test_one_that_is_cut_off_recovers_when_it_is_put_back(
    size: int, back: str, house: House, path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "whole"
    with (
        contextlib.closing(sqlite3.connect(path)) as db,
        contextlib.closing(sqlite3.connect(copy)) as to,
    ):
        db.backup(to)
    os.truncate(path, size)
    for _ in range(3):
        await house.minute()
    log = house.log()
    assert not [line for line in log if line.endswith("+")], log
    assert [line for line in log if "No memory" in line], log
    if back == "moved":
        copy.replace(path)
    else:
        write_over(path, copy)
    for _ in range(3):
        await house.minute()
    assert house.app.no_memory == ""
    assert "1 day before Indri-2" in house.ask("remind")


@pytest.mark.asyncio
async def test_a_page_that_is_overwritten_is_noticed(house: House, path: Path) -> None:
    await house.minute()
    assert house.app.no_memory == ""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa7" * 4096)
    await house.minute()
    house.is_away("another program changed the file")
    for _ in range(3):
        await house.minute()
        house.is_away("the file is damaged")
    assert len(house.log()) == 2


@pytest.mark.asyncio
async def test_the_bots_own_writing_is_nobody_elses(house: House, path: Path) -> None:
    """While a checkpoint writes the file, others read and write, and a second one begins."""
    store = house.app.parts.store
    assert store.transactions is not None

    async def write(name: str) -> None:
        for number in range(60):
            await store.put_meta(f"{name} {number}", "x" * 50_000)  # the file grows
            await store.transactions.settle()

    async def begin() -> None:
        while not all(one.done() for one in writers):
            store.transactions.check()
            await asyncio.sleep(0)

    writers = [asyncio.create_task(write(name)) for name in "ab"]
    await asyncio.gather(begin(), *writers)
    await house.minute()
    assert house.app.no_memory == ""
    assert house.log("ERROR") == []
    write_over(path, path)  # another program's hand, with the same bytes
    await house.minute()
    assert house.app.no_memory == told("another program changed the file")


@pytest.mark.asyncio
async def test_who_only_asks_and_checks_disturbs_nothing(
    house: House, path: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "GlanceRelease"]
    where = ["--config", str(tmp_path / "config")]
    for words in (["check", *where], ["ask", *where, "--offline", "remind"]):
        run(*command, *words)
        with contextlib.closing(sqlite3.connect(path)) as other:
            with contextlib.closing(sqlite3.connect(tmp_path / "backup")) as to:
                other.backup(to)
            other.execute("UPDATE meta SET value = value")
            other.commit()
        await house.minute()
        assert house.app.no_memory == ""
        assert house.log() == []


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["tick", "command"])
async def test_one_that_another_program_holds_is_said(by: str, house: House, path: Path) -> None:
    reason = "another program holds it"
    with locked(path):
        if by == "command":
            began = time.monotonic()
            with pytest.raises(NoDatabase, match=reason):
                await house.tell("remind 2 days before m3")
            assert time.monotonic() - began < 12
            assert house.app.no_memory
        await house.minute()
        house.is_away(reason)
        await house.minute()
        house.is_away(reason)
        (line,) = house.log()
        assert line.startswith(f"No memory: its database sqlite:///{path}: {reason} (")
    await house.minute()
    assert house.app.no_memory == ""
    assert "1 day before Indri-2" in house.ask("remind")
    assert "2 days" not in house.ask("remind")


@pytest.mark.asyncio
async def test_one_that_fails_again_and_again_is_said_once(house: House, path: Path) -> None:
    """It can be opened each time, and then not be written."""
    for _ in range(4):
        rm(path)
        await house.minute()
        await house.minute()
    lines = [line for line in house.log() if "No memory" in line]
    assert len(lines) == 1


@pytest.mark.asyncio
async def test_who_lost_the_lease_says_so(
    house: House, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.with_name("db.sqlite.lease").unlink()
    other = House(tmp_path / "other", f"sqlite:///{path}", caplog)
    await other.app.start(beating=False)
    house.log()
    try:
        for _ in range(3):
            await house.minute()
            house.is_away(f"process {os.getpid()} on {os.uname().nodename} has it")
            other.clock.instant = house.clock.instant
            await other.app.tick()
        assert other.app.no_memory == ""
        assert len(house.log("ERROR")) == 1
    finally:
        await other.app.stop()
    await house.minute()
    assert house.app.no_memory == ""


# -- PostgreSQL -------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def on_server(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    one = House(tmp_path / "config", postgres_url, caplog)
    await one.app.start(beating=False)
    await one.minute()
    assert OWN in await one.tell("remind 1 day before m2")
    one.log()
    yield one
    await one.app.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["tick", "command"])
async def test_a_server_that_stands_still_is_said(
    by: str, on_server: House, postgres_cluster: tuple[Path, int]
) -> None:
    house = on_server
    with stalled(postgres_cluster[1]):
        if by == "command":
            began = time.monotonic()
            with pytest.raises(NoDatabase, match="it does not answer in time"):
                await house.tell("remind 2 days before m3")
            assert time.monotonic() - began < 12
        for _ in range(2):
            await house.minute()
            house.is_away("it does not answer in time")
        (line,) = house.log()
        assert ": it does not answer in time. Until it can be used" in line
    await house.minute()
    assert house.app.no_memory == ""
    assert "1 day before Indri-2" in house.ask("remind")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("ALTER TABLE outbox RENAME TO gone", "ALTER TABLE gone RENAME TO outbox"),
        ("ALTER TABLE notes RENAME COLUMN body TO gone", "ALTER TABLE notes RENAME gone TO body"),
    ],
    ids=["table", "column"],
)
async def test_tables_that_change_under_it_are_no_traceback(
    broken: str, mended: str, on_server: House, postgres_url: str
) -> None:
    engine = create_async_engine(postgres_url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as db:
        await db.execute(sa.text(broken))
    house = on_server
    with contextlib.suppress(NoDatabase):
        await house.tell("remind 2 days before m3")
    house.clock.instant = TODAY
    for _ in range(3):
        await house.minute()
    assert not [line for line in house.log() if line.endswith("+")]
    async with engine.begin() as db:
        if "outbox" in broken:
            await db.execute(sa.text("DROP TABLE IF EXISTS outbox"))
        await db.execute(sa.text(mended))
    await engine.dispose()
    for _ in range(2):
        await house.minute()
    assert house.app.no_memory == ""
    await asyncio.sleep(0)
