"""The page of the real bot: it lives and dies with it, and tells whether it is well."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import resource
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc import servers as ircd
from kit.irc.bot import Bot
from kit.irc.fixtures import absent
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.store_away import health

DESCRIPTORS = 160


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that the test may stop."""
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    with ircd.hybrid(ircd.RELAXED) as server:
        yield server


@pytest.fixture
def paged(own_server: Server, bot_folder: Path) -> Iterator[tuple[Bot, int]]:
    """A bot with a page, whose minutes are seconds; and the page's port."""
    port = free_port()
    now = "2026-11-22T10:00:00+00:00"
    bot = Bot(own_server, bot_folder / "bot", now=now, speed=60)
    with (bot.config / "bot.yaml").open("a") as file:
        file.write(f"web:\n  port: {port}\n")
    bot.start()
    yield bot, port
    if bot.process is not None and bot.process.poll() is None:
        bot.kill()
    print(bot.log)


def wait_for(fits: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_it_is_well_while_it_ticks_and_is_connected(
    paged: tuple[Bot, int], own_server: Server
) -> None:
    _, port = paged
    wait_for(lambda: health(port)[0] == 200)
    own_server.process.kill()
    wait_for(lambda: health(port) == (503, "ticking: yes\nconnected: no\nremembering: yes\n"))


def test_a_reader_who_stays_does_not_keep_it_alive(paged: tuple[Bot, int]) -> None:
    bot, port = paged
    reader = http.client.HTTPConnection("127.0.0.1", port)
    reader.request("GET", "/status.json")
    assert "glance" in json.loads(reader.getresponse().read())["teams"]
    assert bot.terminate() < 2


def descriptors(bot: Bot) -> int:
    return len(list(Path(f"/proc/{bot.pid}/fd").iterdir()))


@pytest.mark.asyncio
async def test_a_crowd_at_the_page_takes_nothing_from_irc(
    paged: tuple[Bot, int], own_server: Server
) -> None:
    """Few descriptors, 300 connections that stay, and a flood of rubbish; then the network goes
    on, the page too, and a lost connection to IRC comes back."""
    bot, port = paged
    hard = resource.prlimit(bot.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))
    alice = await Person.join(own_server, "alice")
    crowd = [
        socket.create_connection(("127.0.0.1", port), source_address=(f"127.0.2.{n % 7}", 0))
        for n in range(300)
    ]
    for number in range(300):
        with socket.create_connection(("127.0.0.1", port)) as rubbish:
            rubbish.sendall(b"\x16\x03\x01 no HTTP %d\r\n\r\n" % number)
            alice.say("!next") if number % 100 == 0 else None
            with contextlib.suppress(ConnectionError):
                rubbish.recv(1000)
    await alice.expect("Indri-2 milestone")
    well = (200, "ticking: yes\nconnected: yes\nremembering: yes\n")
    await asyncio.to_thread(wait_for, lambda: health(port) == well)
    assert descriptors(bot) < DESCRIPTORS - 40
    await alice.oper()
    alice.raw("KILL glancebot :again")
    await alice.expect_command("QUIT")
    await alice.expect_command("JOIN", seconds=20)
    alice.say("!week")
    await alice.expect("R-17")
    assert "Traceback" not in bot.log
    assert bot.log.count("a malformed request") <= 2
    for one in crowd:
        one.close()
    await alice.leave()


def test_a_port_that_is_taken_does_not_silence_the_bot(
    paged: tuple[Bot, int], own_server: Server, bot_folder: Path
) -> None:
    _, port = paged
    other = Bot(own_server, bot_folder / "other", registry={"supybot.nick": "secondbot"})
    with (other.config / "bot.yaml").open("a") as file:
        file.write(f"web:\n  port: {port}\n")
    try:
        other.start()
        assert "no page" in other.log
    finally:
        other.kill()
