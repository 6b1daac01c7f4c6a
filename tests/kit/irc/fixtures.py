"""Fixtures: IRC servers, the people in their channels, and the bot."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kit.irc import servers as ircd
from kit.irc import services
from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person
from kit.irc.servers import Server

OUTPUT = ROOT / "test-output"


def absent(what: str) -> None:
    """Skip a test for want of a program; in CI, where all of it must be, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is absent, and CI must have it")
    pytest.skip(f"{what} is absent")


def _hybrid(limits: dict[str, str]) -> Iterator[Server]:
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    with ircd.hybrid(limits) as server:
        yield server


@pytest.fixture(scope="session")
def ircd_server() -> Iterator[Server]:
    """ircd-hybrid that lets everyone speak as fast as they can."""
    yield from _hybrid(ircd.RELAXED)


@pytest.fixture(scope="session")
def strict_server() -> Iterator[Server]:
    """ircd-hybrid with the limits that OFTC has."""
    yield from _hybrid(ircd.REALISTIC)


@pytest.fixture(scope="session")
def miniircd_server() -> Iterator[Server]:
    """The small server that the trial room has."""
    with ircd.miniircd() as server:
        yield server


@pytest.fixture(scope="module", params=services.NETWORKS)
def network(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server with services, of either kind."""
    start, programs = services.NETWORKS[request.param]
    if missing := services.absent_programs(*programs):
        absent(missing)
    with start() as server:
        yield server


@pytest.fixture
def bot_folder(request: pytest.FixtureRequest) -> Path:
    """Where this test's bots keep their files; it stays, to be looked at, until the next run."""
    name = re.sub(r"[^\w.-]+", "_", request.node.nodeid.removeprefix("tests/"))
    shutil.rmtree(OUTPUT / name, ignore_errors=True)
    return OUTPUT / name


@pytest.fixture
def start_bot(ircd_server: Server, bot_folder: Path) -> Iterator[Callable[..., Bot]]:
    """Start a bot (see Bot for what it takes; `server=` for another server) that ends with the
    test; its log is shown when the test fails."""
    bots: list[Bot] = []

    def start(server: Server = ircd_server, **options: Any) -> Bot:
        bots.append(Bot(server, bot_folder / f"bot{len(bots) or ''}", **options))
        return bots[-1].start()

    yield start
    for bot in bots:
        if bot.process is not None and bot.process.poll() is None:
            bot.kill()
        print(f"---- {bot.folder}\n{bot.log}")


@pytest.fixture
def bot(start_bot: Callable[..., Bot]) -> Bot:
    """The bot in its channel, without any upstream."""
    return start_bot()


@pytest_asyncio.fixture
async def join(ircd_server: Server) -> AsyncIterator[Callable[..., Awaitable[Person]]]:
    """Let somebody join the channel: `alice = await join("alice")`; all leave after the test."""
    people: list[Person] = []

    async def enter(
        nick: str = "alice", server: Server = ircd_server, host: str = "127.0.0.1"
    ) -> Person:
        people.append(await Person.join(server, nick, host=host))
        return people[-1]

    yield enter
    for person in people:
        await person.leave()
