"""A store that fails while the bot runs: it is one that is away, as at the start, and is opened
anew within a minute of the bot's clock. Real files and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
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

from GlanceRelease.service.storage.engine import create_async_engine
from GlanceRelease.service.storage.errors import NoDatabase
from kit.glance_facts import at
from kit.postgres import stalled
from kit.store_away import MINUTE, BotWithLog, told

TODAY = at("2027-01-14T10:00:00")  # the day of Indri-2
OWN = "I remind you of Indri-2 milestone"


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
async def bot(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[BotWithLog]:
    """A bot that runs, with a reminder on disk."""
    one = BotWithLog(tmp_path / "config", f"sqlite:///{path}", caplog)
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
    gone: Callable[[Path], None], reason: str, by: str, bot: BotWithLog, path: Path
) -> None:
    gone(path)
    if by == "tick":
        await bot.minute()
    else:
        with pytest.raises(NoDatabase):
            await bot.tell("remind 2 days before m3")
    house_line = f"No memory: its database sqlite:///{path}: {reason}. Until it can be used"
    log = bot.log()
    assert [line for line in log if not line.startswith(house_line)] == []
    assert len(log) == 1
    if by == "command":
        assert bot.app.no_memory.endswith(f"({reason}). I try again each minute.")
    else:
        bot.is_away(reason)
    put_back(path)
    await bot.minute()
    assert bot.app.no_memory == ""
    assert "The database can be used again: all goes on as after a start" in bot.log()
    assert "I remind you of Indri-3" in await bot.tell("remind 3 days before m3")
    with contextlib.closing(sqlite3.connect(path)) as other:  # it is in the file that has the name
        assert other.execute("SELECT count(*) FROM notes").fetchone() != (0,)


@pytest.mark.asyncio
@pytest.mark.parametrize("gone", [rm, rm_all, rm_folder], ids=lambda one: one.__name__)
async def test_what_was_lost_is_said_and_nothing_is_said_twice(
    gone: Callable[[Path], None], bot: BotWithLog, path: Path
) -> None:
    bot.clock.instant = TODAY - MINUTE
    await bot.minute()
    heard = list(bot.delivery.heard)
    assert any("Today, Indri-2 milestone" in line for line in heard)
    gone(path)
    bot.log()
    for _ in range(3):
        await bot.minute()
    assert bot.delivery.heard == heard
    assert "The ledger begins anew: nothing before Thu 2027-01-14 is known." in bot.ask("sources")
    assert len([line for line in bot.log() if "No memory" in line]) == 1


@pytest.mark.asyncio
async def test_an_older_copy_that_is_put_in_place_has_lost_its_end(
    bot: BotWithLog, path: Path, tmp_path: Path
) -> None:
    assert "Indri-3" in await bot.tell("remind 2 days before m3")
    old = tmp_path / "copy"
    for one in ("db.sqlite", "db.sqlite-wal"):
        (old / one).replace(path.parent / one)
    await bot.minute()
    assert bot.app.no_memory
    await bot.minute()
    assert bot.app.no_memory == ""
    assert "The ledger has a gap: nothing from" in bot.ask("sources")


@pytest.mark.asyncio
@pytest.mark.parametrize("back", ["written over", "moved"])
@pytest.mark.parametrize("size", [0, 5000, 20000])
async def test_one_that_is_cut_off_recovers_when_it_is_put_back(
    size: int, back: str, bot: BotWithLog, path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "whole"
    with (
        contextlib.closing(sqlite3.connect(path)) as db,
        contextlib.closing(sqlite3.connect(copy)) as to,
    ):
        db.backup(to)
    os.truncate(path, size)
    for _ in range(3):
        await bot.minute()
    log = bot.log()
    assert not [line for line in log if line.endswith("+")], log
    assert [line for line in log if "No memory" in line], log
    if back == "moved":
        copy.replace(path)
    else:
        write_over(path, copy)
    for _ in range(3):
        await bot.minute()
    assert bot.app.no_memory == ""
    assert "1 day before Indri-2" in bot.ask("remind")


@pytest.mark.asyncio
async def test_a_page_that_is_overwritten_is_noticed(bot: BotWithLog, path: Path) -> None:
    await bot.minute()
    assert bot.app.no_memory == ""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa7" * 4096)
    await bot.minute()
    bot.is_away("another program changed the file")
    for _ in range(3):
        await bot.minute()
        bot.is_away("the file is damaged")
    assert len(bot.log()) == 2


@pytest.mark.asyncio
async def test_the_bots_own_writing_is_nobody_elses(bot: BotWithLog, path: Path) -> None:
    """While a checkpoint writes the file, others read and write, and a second one begins."""
    store = bot.app.parts.store
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
    await bot.minute()
    assert bot.app.no_memory == ""
    assert bot.log("ERROR") == []
    write_over(path, path)  # another program's hand, with the same bytes
    await bot.minute()
    assert bot.app.no_memory == told("another program changed the file")


@pytest.mark.asyncio
async def test_who_only_asks_and_checks_disturbs_nothing(
    bot: BotWithLog, path: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "GlanceRelease"]
    where = ["--config", str(tmp_path / "config")]
    for words in (["check", *where, "--offline"], ["ask", *where, "--offline", "remind"]):
        run(*command, *words)
        with contextlib.closing(sqlite3.connect(path)) as other:
            with contextlib.closing(sqlite3.connect(tmp_path / "backup")) as to:
                other.backup(to)
            other.execute("UPDATE meta SET value = value")
            other.commit()
        await bot.minute()
        assert bot.app.no_memory == ""
        assert bot.log() == []


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["tick", "command"])
async def test_one_that_another_program_holds_is_said(by: str, bot: BotWithLog, path: Path) -> None:
    reason = "another program holds it"
    with locked(path):
        if by == "command":
            began = time.monotonic()
            with pytest.raises(NoDatabase, match=reason):
                await bot.tell("remind 2 days before m3")
            assert time.monotonic() - began < 12
            assert bot.app.no_memory
        await bot.minute()
        bot.is_away(reason)
        await bot.minute()
        bot.is_away(reason)
        (line,) = bot.log()
        assert line.startswith(f"No memory: its database sqlite:///{path}: {reason} (")
    await bot.minute()
    assert bot.app.no_memory == ""
    assert "1 day before Indri-2" in bot.ask("remind")
    assert "2 days" not in bot.ask("remind")


@pytest.mark.asyncio
async def test_one_that_fails_again_and_again_is_said_once(bot: BotWithLog, path: Path) -> None:
    """It can be opened each time, and then not be written."""
    for _ in range(4):
        rm(path)
        await bot.minute()
        await bot.minute()
    lines = [line for line in bot.log() if "No memory" in line]
    assert len(lines) == 1


@pytest.mark.asyncio
async def test_who_lost_the_lease_says_so(
    bot: BotWithLog, path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.with_name("db.sqlite.lease").unlink()
    other = BotWithLog(tmp_path / "other", f"sqlite:///{path}", caplog)
    await other.app.start(beating=False)
    bot.log()
    try:
        for _ in range(3):
            await bot.minute()
            bot.is_away(f"process {os.getpid()} on {os.uname().nodename} has it")
            other.clock.instant = bot.clock.instant
            await other.app.tick()
        assert other.app.no_memory == ""
        assert len(bot.log("ERROR")) == 1
    finally:
        await other.app.stop()
    await bot.minute()
    assert bot.app.no_memory == ""


# -- PostgreSQL -------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def on_server(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[BotWithLog]:
    one = BotWithLog(tmp_path / "config", postgres_url, caplog)
    await one.app.start(beating=False)
    await one.minute()
    assert OWN in await one.tell("remind 1 day before m2")
    one.log()
    yield one
    await one.app.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["tick", "command"])
async def test_a_server_that_stands_still_is_said(
    by: str, on_server: BotWithLog, postgres_cluster: tuple[Path, int]
) -> None:
    bot = on_server
    with stalled(postgres_cluster[1]):
        if by == "command":
            began = time.monotonic()
            with pytest.raises(NoDatabase, match="it does not answer in time"):
                await bot.tell("remind 2 days before m3")
            assert time.monotonic() - began < 12
        for _ in range(2):
            await bot.minute()
            bot.is_away("it does not answer in time")
        (line,) = bot.log()
        assert ": it does not answer in time. Until it can be used" in line
    await bot.minute()
    assert bot.app.no_memory == ""
    assert "1 day before Indri-2" in bot.ask("remind")


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
    broken: str, mended: str, on_server: BotWithLog, postgres_url: str
) -> None:
    engine = create_async_engine(postgres_url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as db:
        await db.execute(sa.text(broken))
    bot = on_server
    with contextlib.suppress(NoDatabase):
        await bot.tell("remind 2 days before m3")
    bot.clock.instant = TODAY
    for _ in range(3):
        await bot.minute()
    assert not [line for line in bot.log() if line.endswith("+")]
    async with engine.begin() as db:
        if "outbox" in broken:
            await db.execute(sa.text("DROP TABLE IF EXISTS outbox"))
        await db.execute(sa.text(mended))
    await engine.dispose()
    for _ in range(2):
        await bot.minute()
    assert bot.app.no_memory == ""
    await asyncio.sleep(0)
