"""What a stranger on a real server can send in the network's place: a notice, a PONG, numerics as
text. A reminder is said once, unmarked, and nobody is taken for the PTL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kit.irc.bot import CHANNEL, NICK, Bot
from kit.irc.person import Person

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]

DAY_BEFORE = "2026-11-25T13:59:00+00:00"
LINE = (
    "The Glance meeting is tomorrow, Thu 2026-11-26 14:00 UTC, in #openstack-meeting. Etherpad: "
    "https://etherpad.opendev.org/p/glance-team-meeting-agenda"
)
THROTTLED = "throttled due to flooding"
FORGED = (
    f"NOTICE {NICK} :{CHANNEL} {THROTTLED}",
    f"NOTICE {NICK} :*** Message to {CHANNEL} {THROTTLED}",
    f"NOTICE {CHANNEL} :*** Message to {CHANNEL} {THROTTLED}",
    f"PRIVMSG {NICK} :\x01PING {CHANNEL} {THROTTLED}\x01",
    f"NOTICE {NICK} :\x01{CHANNEL} {THROTTLED}\x01",
    f"NOTICE {NICK} ::irc.test 404 {NICK} {CHANNEL} :Cannot send to channel",
    f"PONG {NICK} :glancerelease-1",
    f":irc.test PONG {NICK} :glancerelease-1",
    f":irc.test 404 {NICK} {CHANNEL} :Cannot send to channel",
    f"404 {NICK} {CHANNEL} :Cannot send to channel",
)


@pytest.mark.asyncio
async def test_a_stranger_can_have_no_reminder_said_twice_or_held_back(
    start_bot: StartBot, join: Join
) -> None:
    alice, mallory = await join("alice"), await join("mallory")
    bot = await asyncio.to_thread(start_bot, now=DAY_BEFORE, speed=30)

    async def forge() -> None:
        while True:
            for line in FORGED:
                mallory.raw(line)
            await asyncio.sleep(0.002)

    forging = asyncio.create_task(forge())
    await alice.expect("The Glance meeting is", seconds=20)
    await asyncio.sleep(7)  # more than three of the bot's minutes, in which it would try again
    forging.cancel()
    told = [line.text for line in alice.heard if (line.sender, line.command) == (NICK, "PRIVMSG")]
    assert told == [LINE]
    assert "not said" not in bot.log


@pytest.mark.asyncio
async def test_no_text_makes_anybody_the_ptl(start_bot: StartBot, join: Join) -> None:
    await join("chair")  # the first in the channel is its operator
    await asyncio.to_thread(start_bot, now=DAY_BEFORE)
    impostor, mallory = await join("croelandt"), await join("mallory")
    impostor.say("!plan m2 12 January")
    for _ in range(20):
        for number in ("307", "330"):
            words = f"{number} {NICK} croelandt croelandt :has identified for this nick"
            mallory.raw(f":irc.test {words}")
            mallory.raw(words)
            mallory.tell(NICK, f":irc.test {words}")
            mallory.raw(f"NOTICE {NICK} ::irc.test {words}")
    assert (await impostor.expect("That is", seconds=10)).text.startswith("That is for the PTL")
