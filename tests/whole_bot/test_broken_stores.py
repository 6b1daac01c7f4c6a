"""Start-up on stores that can't be used: the bot answers without one, says so, and goes on with it
as soon as it can. Real files and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.postgres import cluster
from kit.store_away import health, told, until
from kit.unprivileged import NOBODY, as_somebody

# A minute is a second for such a bot, but its clock is the real one's day.
QUICK = {"now": "2026-11-22T15:00:00Z", "speed": 60.0}


def sqlite(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def made(bot: Bot) -> Path:
    """A store as the bot makes it."""
    path = bot.folder / "state.sqlite"
    url = f"sqlite+aiosqlite:///{path}"
    make = (
        "import asyncio\nfrom GlanceRelease.service.storage.store import Store\n"
        f"async def made():\n    store = await Store.open({url!r})\n"
        "    for n in range(300): await store.put_meta(f'n {n}', 'x' * 300)\n"
        "    await store.close()\nasyncio.run(made())\n"
    )
    subprocess.run([sys.executable, "-c", make], check=True)
    return path


@contextlib.contextmanager
def damaged(bot: Bot) -> Iterator[None]:
    path = made(bot)
    whole = path.read_bytes()
    path.write_bytes(whole[: 4096 * 9] + b"\xa7" * 4096 + whole[4096 * 10 :])
    yield
    path.unlink()
    path.write_bytes(whole)


@contextlib.contextmanager
def cut_off(bot: Bot) -> Iterator[None]:
    path = made(bot)
    whole = path.read_bytes()
    path.write_bytes(whole[:20000])
    yield
    path.write_bytes(whole)


@contextlib.contextmanager
def no_database(bot: Bot) -> Iterator[None]:
    path = bot.folder / "state.sqlite"
    path.write_bytes(b"once upon a time " * 500)
    yield
    path.unlink()


@contextlib.contextmanager
def a_folder(bot: Bot) -> Iterator[None]:
    path = bot.folder / "state.sqlite"
    path.mkdir()
    yield
    path.rmdir()


@contextlib.contextmanager
def a_file_for_a_folder(bot: Bot) -> Iterator[None]:
    bot_yaml = bot.config / "bot.yaml"
    bot_yaml.write_text(bot_yaml.read_text().replace("/state.sqlite", "/x/y/state.sqlite"))
    (bot.folder / "x").write_text("a file where a folder should be")
    yield
    (bot.folder / "x").unlink()


@contextlib.contextmanager
def another_program_s(bot: Bot) -> Iterator[None]:
    path = bot.folder / "state.sqlite"
    sqlite(path, "CREATE TABLE bookmarks (id INTEGER)")
    yield
    path.unlink()


@contextlib.contextmanager
def locked(bot: Bot) -> Iterator[None]:
    path = made(bot)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        yield


BROKEN = [
    (damaged, "the file is damaged"),
    (cut_off, "the file is damaged"),
    (no_database, "the file is no SQLite database"),
    (a_folder, "the file can't be opened"),
    (a_file_for_a_folder, "not a directory"),
    (another_program_s, "its tables are another program's"),
    (locked, "another program holds it"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("broken", "reason"), BROKEN, ids=[one.__name__ for one, _ in BROKEN])
async def test_the_bot_answers_without_and_goes_on_with_it_when_it_can(
    broken: Callable[[Bot], contextlib.AbstractContextManager[None]],
    reason: str,
    bot_folder: Path,
    ircd_server: Server,
    join: Callable[..., Awaitable[Person]],
) -> None:
    bot = Bot(ircd_server, bot_folder, **QUICK)  # type: ignore[arg-type]
    port = free_port()
    with (bot.config / "bot.yaml").open("a") as file:
        file.write(f"web:\n  listen: 127.0.0.1\n  port: {port}\n")
    try:
        with broken(bot):
            bot.start()
            owner = await join("owner")
            assert (await owner.expect("I remember", seconds=15)).text == told(reason)
            for question in ("!sources", "!log", "!mute 2h", "!plan"):
                assert (await owner.answer(question))[0] == told(reason)
            assert "Indri" in await owner.ask("!week")
            status, words = health(port)
            assert status == 503
            assert "remembering: no\n" in words
            assert words.endswith(f"its database can't be used: {reason}\n")
            assert bot.log.count("ERROR") == 1, bot.log
            assert "No memory: its database sqlite:///" in bot.log
            assert "Traceback" not in bot.log
        until(lambda: "The database can be used again" in bot.log, bot.log)
        until(lambda: health(port)[0] == 200, bot.log)
        assert "Silent in" in await owner.ask("!mute 2h")
        assert "remember" not in await owner.ask("!sources")
        assert not [line for line in await owner.lines(6) if "remember" in line]
    finally:
        bot.kill()


async def entered(person: Person, words: str) -> str:
    """The ledger's newest, once it has these words: the first ticks may not have been yet, and a
    line that answers an earlier question may come in between."""
    for _ in range(50):
        answer = await person.ask("!log")
        if words in answer:
            break
        await asyncio.sleep(0.2)
    return answer


@pytest.mark.asyncio
async def test_a_postgresql_that_comes_later(
    bot_folder: Path,
    ircd_server: Server,
    join: Callable[..., Awaitable[Person]],
    postgres_cluster: tuple[Path, int],
) -> None:
    bot, port = Bot(ircd_server, bot_folder, **QUICK), free_port()  # type: ignore[arg-type]
    url = f"postgresql://glance@127.0.0.1:{port}/postgres"
    file = bot.config / "bot.yaml"
    file.write_text(file.read_text().replace(f"sqlite:///{bot.folder}/state.sqlite", url))
    try:
        bot.start()
        alice = await join("alice")
        assert await alice.ask("!sources") == told("nobody listens there")
        assert f"No memory: its database {url}: nobody listens there (" in bot.log
        with cluster(postgres_cluster[0], port):
            until(lambda: "The database can be used again" in bot.log, bot.log)
            answer = await entered(alice, "due before this bot's first start")
            bot.kill()  # the server waits for those who are connected
        assert "due before this bot's first start" in answer
    finally:
        if bot.process is not None and bot.process.poll() is None:
            bot.kill()


@pytest.mark.asyncio
async def test_a_folder_that_can_only_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("supybot"), "handlers", [])  # whose file is another's
    """In this process, as somebody who is not root."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "teams").mkdir()
        shutil.copy(ROOT / "config" / "teams" / "glance.yaml", folder / "teams")
        (folder / "state").mkdir()
        database = f"sqlite:///{folder / 'state' / 'db.sqlite'}"
        (folder / "bot.yaml").write_text(f"database: {database}\n")
        for path in (folder, folder / "state"):
            path.chmod(0o755)
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        clock = SteppedClock(dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC))
        app = App(settings.load(folder), clock)
        await app.start(beating=False)
        assert app.no_memory == ""
        await app.stop()
        for path in (folder / "state").iterdir():
            path.unlink()
        app = App(settings.load(folder), clock)
        with as_somebody():
            (folder / "state").chmod(0o555)
            await app.start(beating=False)
            try:
                assert app.no_memory == told("permission denied")
                await app.tick()
                assert not app.is_well()["remembering"]
                (folder / "state").chmod(0o755)
                clock.instant += dt.timedelta(minutes=1)
                await app.tick()
                assert app.no_memory == ""
                assert app.is_well()["remembering"]
            finally:
                await app.stop()
