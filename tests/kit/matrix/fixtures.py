"""Fixtures: one Synapse for all tests of a worker, and the people on it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kit.irc.fixtures import absent
from kit.matrix import server as synapse
from kit.matrix.bot import Bot, BotHere
from kit.matrix.person import Person
from kit.matrix.server import Homeserver

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def homeserver() -> Iterator[Homeserver]:
    """A Synapse that lets everyone speak as fast as they can, one for all tests."""
    if not synapse.PYTHON.exists():
        absent(f"Synapse ({synapse.PYTHON})")
    with synapse.homeserver() as server:
        yield server


@pytest_asyncio.fixture
async def matrix_person(homeserver: Homeserver) -> AsyncIterator[Callable[..., Awaitable[Person]]]:
    """Let somebody in, under a name that nobody had yet: `alice = await matrix_person("alice")`;
    all leave after the test."""
    people: list[Person] = []

    async def enter(
        name: str = "alice", room: str = "", exact: bool = False, server: Homeserver = homeserver
    ) -> Person:
        full = name if exact else f"{name}{next(_numbers)}"
        people.append(await Person.enter(server.url, full, room))
        return people[-1]

    yield enter
    for person in people:
        await person.leave()


@dataclass
class RoomWithBot:
    """A room, who made it, and the bot in it."""

    alias: str
    alice: Person
    bot: BotHere


@pytest.fixture
def matrix_bots(homeserver: Homeserver, bot_folder: Path) -> Iterator[Callable[..., Bot]]:
    """Make a bot that is a process (see Bot for what it takes) under a name of its own; it ends
    with the test, and its log is shown when the test fails."""
    bots: list[Bot] = []

    def make(*places: str, server: Homeserver = homeserver, **options: Any) -> Bot:
        name = f"glancebot{next(_numbers)}"
        bots.append(Bot(server, bot_folder / name, name, list(places), **options))
        return bots[-1]

    yield make
    for bot in bots:
        bot.kill()
        print(f"---- {bot.folder}\n{bot.log}")


@pytest_asyncio.fixture
async def bots_here(
    homeserver: Homeserver, bot_folder: Path
) -> AsyncIterator[Callable[..., BotHere]]:
    """The same for bots in the test's own process."""
    bots: list[BotHere] = []

    def make(*places: str, server: Homeserver = homeserver, **options: Any) -> BotHere:
        name = f"glancebot{next(_numbers)}"
        bots.append(BotHere(server, bot_folder / name, name, list(places), **options))
        return bots[-1]

    yield make
    for bot in bots:
        await bot.end()


@pytest_asyncio.fixture
async def room_with_bot(
    matrix_person: Callable[..., Awaitable[Person]], bots_here: Callable[..., BotHere]
) -> Callable[..., Awaitable[RoomWithBot]]:
    """Open a public room with alice, who made it, and a bot in it."""

    async def opened(person: str = "alice", **options: Any) -> RoomWithBot:
        alice = await matrix_person(person)
        alias = f"#room{next(_numbers)}:hs.test"
        await alice.make_room(alias)
        bot = bots_here(alias, **options)
        await bot.register()
        await bot.start()
        await bot.until(lambda: bot.state_of(alias) == "in")
        return RoomWithBot(alias, alice, bot)

    return opened
