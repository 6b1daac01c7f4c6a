"""A running bot whose store fails: the channel, `sources`, the page, the log and the owner hear of
it as at a start, once; and it goes on by itself. Real files and a real PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc.bot import Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.postgres import stalled
from kit.store_away import health, told, until

# A minute is ten seconds for such a bot.
QUICK = {"now": "2026-11-22T15:00:00Z", "speed": 6.0}
REMIND = "remind 4 days before m3"
Break = Callable[[Bot, Path], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def removed(bot: Bot, path: Path) -> Iterator[None]:
    path.rename(path.with_name("away"))
    yield


@contextlib.contextmanager
def cut_off(bot: Bot, path: Path) -> Iterator[None]:
    whole = path.read_bytes()
    os.truncate(path, 9000)
    yield
    path.write_bytes(whole)


@contextlib.contextmanager
def locked(bot: Bot, path: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


BROKEN: list[tuple[Break, str, str]] = [
    (removed, "the file was removed while it was in use", "I remind you of Indri-3"),
    (cut_off, "another program changed the file|the file is damaged", "I remind you of Indri-3"),
    (locked, "another program holds it", "I remind you of Indri-3"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("broken", "reasons", "then"), BROKEN, ids=["removed", "cut", "locked"])
async def test_a_store_that_fails_is_told_and_taken_again(
    broken: Break,
    reasons: str,
    then: str,
    bot_folder: Path,
    ircd_server: Server,
    join: Callable[..., Awaitable[Person]],
) -> None:
    bot, port = Bot(ircd_server, bot_folder, **QUICK), free_port()  # type: ignore[arg-type]
    with (bot.config / "bot.yaml").open("a") as file:
        file.write(f"web:\n  listen: 127.0.0.1\n  port: {port}\n")
    path = bot.folder / "state.sqlite"
    told_of = [told(reason) for reason in reasons.split("|")]
    try:
        bot.start()
        owner, alice = await join("owner"), await join("alice")
        until(lambda: health(port)[0] == 200, bot.log)
        with broken(bot, path):
            until(lambda: health(port)[0] == 503, bot.log)
            assert any(
                f"its database can't be used: {one}" in health(port)[1]
                or "The database can be used again" in bot.log
                for one in reasons.split("|")
            )
            assert (await owner.expect("I remember", seconds=15)).text in told_of
            if broken is not removed:
                assert await alice.ask_alone(REMIND) in told_of
                assert await alice.ask_alone("sources") in told_of
        until(lambda: "The database can be used again" in bot.log, bot.log)
        until(lambda: health(port)[0] == 200, bot.log)
        assert then in await alice.ask_alone(REMIND, then)
        assert "Traceback" not in bot.log
        for reason in reasons.split("|"):
            assert bot.log.count(f": {reason}") <= 1, bot.log
        assert not [line for line in await owner.lines(3) if line in told_of]
    finally:
        bot.kill()


@pytest.mark.asyncio
async def test_who_tells_something_hears_soon_that_it_is_not_kept(
    bot_folder: Path,
    ircd_server: Server,
    join: Callable[..., Awaitable[Person]],
    postgres_url: str,
    postgres_cluster: tuple[Path, int],
) -> None:
    """A bot whose minute is long, so that the command is the first to find it."""
    bot = Bot(ircd_server, bot_folder, database=postgres_url)
    try:
        bot.start()
        alice = await join("alice")
        assert "I remind you" in await alice.ask("!remind 5 days before m3")
        with stalled(postgres_cluster[1]):
            began = time.monotonic()
            alice.say(f"!{REMIND}")
            answer = (await alice.expect("my database can't be used", seconds=14)).text
            assert time.monotonic() - began < 12
            assert "(it does not answer in time)" in answer
            assert "my database can't be used (it does not answer in time)" in (
                await alice.ask("!sources")
            )
        until(lambda: "The database can be used again" in bot.log, bot.log, 100)
        assert "Traceback" not in bot.log
        lines = [one for one in bot.log.splitlines() if one.startswith("ERROR")]
        assert len(lines) == 1, lines
    finally:
        bot.kill()


@pytest.mark.asyncio
async def test_a_second_bot_by_a_hard_link_says_nothing(
    bot_folder: Path, ircd_server: Server, join: Callable[..., Awaitable[Person]]
) -> None:
    first = Bot(ircd_server, bot_folder / "one", registry={"supybot.nick": "botone"})
    linked = bot_folder / "linked.sqlite"
    second = Bot(
        ircd_server,
        bot_folder / "two",
        database=f"sqlite:///{linked}",
        registry={"supybot.nick": "bottwo"},
    )
    try:
        first.start()
        linked.hardlink_to(first.folder / "state.sqlite")
        second.start()
        assert (
            f"No memory: its database sqlite:///{linked}: the file has 2 names, and another bot may"
            " speak by another name: remove its other hard links. Until it can be used"
        ) in second.log
        assert "No memory" not in first.log
        assert not linked.with_name("linked.sqlite-wal").exists()
    finally:
        for bot in (first, second):
            if bot.process is not None and bot.process.poll() is None:
                bot.kill()
