"""`why` on a real server: of a line unasked and of answers, in the channel and to one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from kit.irc.bot import Bot
from kit.irc.person import Person

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]
NOTHING = "I have said nothing in #openstack-glance unasked."


@pytest.mark.asyncio
async def test_the_newest_thing_said_in_the_channel_is_explained_to_anybody_there(
    start_bot: StartBot, join: Join
) -> None:
    alice = await join("alice")
    start_bot(now="2026-12-17T09:59:30+00:00", speed=20)
    alice._next = 0
    await alice.expect("Indri-2 milestone", seconds=30)
    while (first := await alice.answer("!why")) == [NOTHING]:  # until the tick is over
        assert alice.heard[-1].sender
    assert first[0].startswith("Said at 2026-12-17 10:00 UTC: a reminder 4 weeks before Indri-2")
    assert "mute silences the channel. " in " ".join(first)
    assert "(Glance, release-cpl.rst" in " ".join(first)
    assert "It stood on the schedules of 2027.1 Indri and 2026.2 Hibiscus" in " ".join(first)
    assert "(bundled" in " ".join(first)
    assert len(first) == 2
    await alice.ask("!gate")
    bob = await join("bob")
    (line,) = await bob.answer("!why")
    assert line.startswith("gate, answered 10:0")
    assert "the items that wait in Zuul's queues (Zuul's status: https://zuul.opendev.org" in line
    assert "Missing: Zuul's queues" in line


@pytest.mark.asyncio
async def test_an_answer_in_private_is_explained_to_its_reader_alone(bot: Bot, join: Join) -> None:
    alice, bob = await join("alice"), await join("bob")
    assert await bob.ask("!why") == NOTHING
    assert await bob.ask_alone("why", seconds=15) == NOTHING
    await alice.ask_alone("week")
    await alice.lines()
    assert (await alice.ask_alone("why", seconds=15)).startswith("week, answered ")
    assert await bob.ask_alone("why", seconds=15) == NOTHING
    assert await alice.ask("!why") == NOTHING
    await alice.leave()
    await bob.expect_command("QUIT", "alice")
    thief = await join("alice", host="127.0.0.2")
    assert await thief.ask_alone("why", seconds=15) == NOTHING


@pytest.mark.asyncio
async def test_the_same_under_a_command_s_name_and_under_none(bot: Bot, join: Join) -> None:
    alice = await join("alice")
    said = await alice.ask("!why deadlines")
    assert said.startswith("deadlines: the schedule of the cycle; a deadline given as a week is")
    assert await alice.ask("!why \x02nobody") == (
        '"nobody" is no command of mine, and no rule; say why, or why deadlines.'
    )
