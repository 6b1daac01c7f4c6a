"""Private lines in the real channel with real services: the person gets them, not the nick."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from kit.irc.bot import NICK, Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.services import identify

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]

# The release team meets on Fridays at 14:00; an hour before, the liaison is told.
BEFORE = "2026-11-27T12:58:00+00:00"
MEETS = "The release team meets"
REFUSAL = "That nick is somebody's: identify to services, so that I know it is yours."


def alone(person: Person) -> list[str]:
    """What the bot said to somebody in private."""
    return [
        line.text
        for line in person.heard
        if line.sender == NICK and line.words[:1] == (person.nick,)
    ]


@pytest.mark.asyncio
async def test_a_namesake_of_the_liaison_hears_nothing_and_the_ptl_does(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    ptl = await join("croelandt", network)
    await identify(ptl)
    namesake = await join("pdeore", network)
    start_bot(network, now=BEFORE, speed=120)
    ptl._next = 0
    told = await ptl.expect(MEETS, seconds=60)
    assert told.words[0] == "croelandt"
    assert alone(namesake) == []
    assert "identify to services" in await namesake.ask_alone("log", "What was said to one person")
    await identify(namesake)  # now she is the liaison
    rows = " ".join([await namesake.ask_alone("log 5", "passed on"), *await namesake.lines()])
    assert "not said (services do not know the nick as theirs; passed on to croelandt)" in rows


@pytest.mark.asyncio
async def test_the_liaison_hears_it_once_services_know_her(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    liaison = await join("pdeore", network)
    start_bot(network, now=BEFORE, speed=60)
    await identify(liaison)
    liaison._next = 0
    assert (await liaison.expect(MEETS, seconds=40)).words[0] == "pdeore"


@pytest.mark.asyncio
async def test_a_thief_of_a_subscribers_nick_gets_and_ends_nothing(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    alice = await join("alice", network)
    start_bot(network, now="2026-12-16T09:59:00+00:00", speed=20)
    await identify(alice)
    assert "From now on" in await alice.ask_alone("subscribe", "From now on", seconds=15)
    witness = await join("witness", network)
    await alice.leave()
    await witness.expect_command("QUIT", "alice")
    thief = await join("alice", network)
    for command in ("unsubscribe", "remind", "snooze 2h", "subscribe jobs"):
        assert await thief.ask_alone(command, "That nick|From now|Ended", seconds=15) == REFUSAL
    bob = await join("bob", network)
    assert "From now on" in await bob.ask_alone("subscribe jobs", "From now", seconds=15)
    assert "Ended" in await bob.ask_alone("unsubscribe", "Ended|That nick", seconds=15)
    await identify(thief)  # it was she, on another connection
    assert "Ended" in await thief.ask_alone("unsubscribe", "Ended|That nick", seconds=15)


@pytest.mark.asyncio
async def test_where_the_configuration_says_that_there_are_no_services_the_nick_counts(
    start_bot: StartBot, join: Join, ircd_server: Server
) -> None:
    await join("carol")  # the channel's operator
    liaison = await join("pdeore")
    no_services = {"supybot.plugins.GlanceRelease.services": "False"}
    start_bot(now=BEFORE, speed=60, registry=no_services)
    liaison._next = 0
    assert (await liaison.expect(MEETS, seconds=40)).words[0] == "pdeore"
    assert "From now on" in await liaison.ask_alone("subscribe", "From now")
    assert "That is for" in await liaison.ask_alone("plan m2 12 January", "That is|planned")
