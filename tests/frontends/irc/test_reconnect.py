"""What networks do to a bot: it comes back by itself, and knows when it is in its channel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from kit.irc import servers as ircd
from kit.irc import services
from kit.irc.bot import CHANNEL, NICK, Bot
from kit.irc.fixtures import absent
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.wire import Wire

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]
# A look each second, and no wait of ten seconds between two connections.
QUICK = {
    "supybot.plugins.GlanceRelease.welcomeSeconds": "1",
    "supybot.drivers.maxReconnectWait": "1",
}


@pytest_asyncio.fixture
async def wire(ircd_server: Server) -> AsyncIterator[Wire]:
    """The wire to the server, in the test's hand."""
    one = await Wire(ircd_server.port).open()
    yield one
    await one.close()


async def start(start_bot: StartBot, server: Server, wire: Wire, **options: Any) -> Bot:
    """Start a bot at the other end of the wire."""
    behind = replace(server, port=wire.port)
    return await asyncio.to_thread(start_bot, server=behind, **options)


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something outside this process is so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  a log file has no event
            await asyncio.sleep(0.05)


async def in_channel(bot: Bot, times: int) -> None:
    """Wait until the bot has joined that often; the loop goes on meanwhile."""
    await until(lambda: bot.log.count(f"Join to {CHANNEL} on test synced") >= times, seconds=30)


@pytest.mark.asyncio
async def test_a_server_that_accepts_and_says_nothing_is_left(
    start_bot: StartBot, join: Join, ircd_server: Server, wire: Wire
) -> None:
    bot = await start(start_bot, ircd_server, wire, registry=QUICK)
    wire.cut_off()
    wire.drop()  # it reconnects, and nobody speaks to it
    await until(lambda: bot.log.count("No welcome from test; reconnecting.") >= 2)
    await wire.mend()
    await in_channel(bot, 2)
    alice = await join("alice")
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_a_cut_connection_and_a_kill_bring_it_back(
    start_bot: StartBot, join: Join, ircd_server: Server, wire: Wire
) -> None:
    bot = await start(start_bot, ircd_server, wire, registry=QUICK)
    alice = await join("alice")
    wire.drop()
    await in_channel(bot, 2)
    assert await alice.ask("!week")
    await alice.oper()
    alice.raw(f"KILL {NICK} :bye")
    await in_channel(bot, 3)
    assert await alice.ask("!week")


@pytest_asyncio.fixture
async def split_network() -> AsyncIterator[tuple[Server, Server, Wire]]:
    """Two servers of a network, near and far, and the wire by which they are linked."""
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    link = ircd.LINK.format(other=ircd.FAR, port=1, flags="")
    with ircd.hybrid(ircd.RELAXED, more=link) as near:
        wire = await Wire(near.port).open()
        with ircd.linked_to(wire.port) as far:
            yield near, far, wire
        await wire.close()


@pytest.mark.asyncio
async def test_a_netsplit_and_a_namesake_on_its_other_side(
    start_bot: StartBot, join: Join, split_network: tuple[Server, Server, Wire]
) -> None:
    near, far, wire = split_network
    bot = await asyncio.to_thread(start_bot, near, registry=QUICK)
    bob, alice = await join("bob", near), await join("alice", far)
    await alice.oper()
    alice.raw(f"CONNECT {ircd.NEAR}")
    await bob.expect_command("JOIN", sender="alice")
    assert await alice.ask("!week")

    wire.drop()
    assert (await alice.expect_command("QUIT", sender=NICK)).text == "far.test irc.test"
    assert await bob.ask("!week")
    namesake = await join(NICK, far)

    alice.raw(f"CONNECT {ircd.NEAR}")  # two have one nick: the network kills one of them
    await bob.expect_command("JOIN", sender="alice")
    await namesake.leave()
    await in_channel(bot, 2)
    async with asyncio.timeout(20):
        while NICK not in await alice.names():  # noqa: ASYNC110  nobody tells when
            await asyncio.sleep(0.2)
    assert await alice.ask("!week")
    assert await bob.ask("!week")
    assert "Traceback" not in bot.log


@pytest.mark.asyncio
async def test_kicked_and_banned_it_knocks_until_it_is_let_in(
    start_bot: StartBot, join: Join
) -> None:
    alice = await join("alice")  # the first one in is the operator
    bot = start_bot(registry=QUICK)
    alice.kick(NICK)
    await in_channel(bot, 2)
    assert await alice.ask("!week")
    alice.mode(f"+b {NICK}!*@*")
    alice.kick(NICK)
    await until(lambda: "474" in bot.log)
    alice.mode(f"-b {NICK}!*@*")
    await in_channel(bot, 3)
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_a_channel_that_the_network_closed_is_tried_until_it_is_open(
    start_bot: StartBot, join: Join
) -> None:
    """RESV: another number than those of a ban, a key or an invitation."""
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    with ircd.hybrid() as server:
        alice = await join("alice", server)
        await alice.oper()
        bot = await asyncio.to_thread(start_bot, server, registry=QUICK)
        alice.raw(f"RESV {CHANNEL} :closed for now")
        alice.kick(NICK)
        await until(lambda: bot.log.count('command="485"') >= 2)  # again after five seconds
        assert bot.log.count(f"Not let into {CHANNEL} on test: 485 Cannot join channel") == 1
        told = await alice.ask_alone("sources", "not let into")
        assert f"I am not let into {CHANNEL} (485 Cannot join channel" in told
        alice.raw(f"UNRESV {CHANNEL}")
        await until(lambda: f"Let into {CHANNEL} on test." in bot.log)
        assert await alice.ask("!week", seconds=10)


@pytest.mark.asyncio
async def test_kicked_again_while_limnoria_still_asks_about_the_channel(
    start_bot: StartBot, join: Join
) -> None:
    alice = await join("alice")
    # A line a second: its questions after a JOIN wait, and are answered after the second kick.
    bot = start_bot(registry=QUICK | {"supybot.protocols.irc.throttleTime": "1.0"})
    alice.kick(NICK)
    await alice.expect_command("JOIN", sender=NICK)
    await alice.expect_command("JOIN", sender=NICK)
    alice.mode(f"+b {NICK}!*@*")
    alice.kick(NICK)
    await until(lambda: "474" in bot.log)
    await asyncio.sleep(4)
    alice.mode(f"-b {NICK}!*@*")
    await alice.expect_command("JOIN", sender=NICK, seconds=20)
    assert await alice.ask("!week", seconds=10)


@pytest.mark.asyncio
async def test_kicked_whenever_it_comes_it_comes_seldom(start_bot: StartBot, join: Join) -> None:
    """As by a bot that guards the channel, or services' AKICK."""
    alice = await join("alice")
    bot = start_bot(registry=QUICK)
    alice.kick(NICK)
    returns = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(12):
            while returns < 50:
                await alice.expect_command("JOIN", sender=NICK, seconds=13)
                returns += 1
                alice.kick(NICK)
    assert 2 <= returns <= 6  # at once, then after 1, 2, 4 and 8 seconds
    told = await alice.ask_alone("sources", "not let into")
    assert f"I am not let into {CHANNEL} (put out again: out)" in told
    await alice.expect_command("JOIN", sender=NICK, seconds=30)
    assert await alice.ask("!week", seconds=10)
    assert bot.log.count(f"Not let into {CHANNEL} on test: put out again: out") == 1
    await until(lambda: f"Let into {CHANNEL} on test." in bot.log)  # two looks found it in
    alice.kick(NICK)
    await alice.expect_command("JOIN", sender=NICK, seconds=3)


@pytest.mark.asyncio
async def test_removed_it_goes_back(start_bot: StartBot, join: Join) -> None:
    if missing := services.absent_programs(services.ANOPE, services.INSPIRCD):
        absent(missing)
    with services.inspircd_with_services() as server:
        alice = await join("alice", server)
        bot = await asyncio.to_thread(start_bot, server)
        alice.raw(f"REMOVE {CHANNEL} {NICK} :out")  # OFTC has it too: a PART that nobody sent
        await alice.expect_command("PART", sender=NICK)
        await alice.expect_command("JOIN", sender=NICK)
        assert await alice.ask("!week")
        assert bot.log.count(f"Removed from {CHANNEL} (Removed by alice: out); going back.") == 1


@pytest.mark.asyncio
async def test_told_to_leave_it_stays_away(start_bot: StartBot, join: Join) -> None:
    owner = await join("owner")
    bot = start_bot(registry=QUICK | {"supybot.plugins.Channel": "True"})
    owner.say("!part")
    await owner.expect_command("PART", sender=NICK)
    await asyncio.sleep(3)
    assert NICK not in await owner.names()
    assert "going back" not in bot.log


@pytest.mark.asyncio
async def test_banned_from_the_network_it_tries_seldom(start_bot: StartBot, join: Join) -> None:
    if not ircd.HYBRID.exists():
        absent(str(ircd.HYBRID))
    with ircd.hybrid(ircd.RELAXED | {"flags": "can_flood,"}) as server:
        alice = await join("alice", server)
        seldom = {"supybot.drivers.maxReconnectWait": "3"}
        bot = await asyncio.to_thread(start_bot, server, registry=seldom)
        await alice.oper()
        alice.raw(f"KLINE 60 *{NICK}@* :go away")
        await alice.expect_command("QUIT", sender=NICK)
        await asyncio.sleep(5)
        assert bot.log.count("Connecting to") <= 5  # by itself Limnoria tries forty times
        alice.raw(f"UNKLINE *{NICK}@*")
        await alice.expect_command("JOIN", sender=NICK, seconds=20)
        assert await alice.ask("!week")


@pytest.mark.parametrize(
    "farewell",
    [
        b"ERROR :Closing Link: 127.0.0.1 (Throttled: Reconnecting too fast)\r\n",
        b"ERROR :Trying to reconnect too fast.\r\n",
        b"",
    ],
)
@pytest.mark.asyncio
async def test_a_server_that_hangs_up_is_asked_once_after_each_wait(
    start_bot: StartBot, join: Join, ircd_server: Server, wire: Wire, farewell: bytes
) -> None:
    # The longest wait, five times as long as Limnoria's own after an end without an ERROR.
    waits_of = {"supybot.drivers.minReconnectWait": "0.2", "supybot.drivers.maxReconnectWait": "1"}
    bot = await start(start_bot, ircd_server, wire, registry=waits_of)
    wire.farewell = farewell
    wire.drop()
    async with asyncio.timeout(20):
        while len(wire.came) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    waits = [after - before for before, after in pairwise(wire.came)]
    assert min(waits[1:]) >= 1, "a connection more, or one that comes too early"
    wire.farewell = None
    await in_channel(bot, 2)
    alice = await join("alice")
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_a_line_without_a_command_is_survived(
    start_bot: StartBot, join: Join, ircd_server: Server, wire: Wire
) -> None:
    bot = await start(start_bot, ircd_server, wire, registry=QUICK)
    assert wire.to_the_bot is not None
    wire.to_the_bot.write(b":\r\n")
    await in_channel(bot, 2)
    assert bot.log.count("The driver of test died of an error; connecting anew.") == 1
    alice = await join("alice")
    assert NICK in await alice.names()
    assert await alice.ask("!week")


@pytest.mark.asyncio
async def test_a_moderated_channel_hears_it_again_afterwards(
    start_bot: StartBot, join: Join
) -> None:
    alice = await join("alice")
    bot = start_bot()
    alice.mode("+m")
    assert await alice.unanswered("!week") == []
    alice.mode("-m")
    assert await alice.ask("!week")
    assert "Traceback" not in bot.log


@pytest.mark.asyncio
async def test_somebody_else_has_its_nick(start_bot: StartBot, join: Join) -> None:
    squatter, alice = await join(NICK), await join("alice")
    start_bot(registry=QUICK)
    other = (await alice.expect_command("JOIN")).sender
    assert other != NICK
    alice.say("!week")
    await alice.expect("R", sender=other)
    await squatter.leave()
    await alice.expect_command("NICK", sender=other)
    assert await alice.ask("!week")
