"""What is said unasked on a real Synapse: once, to whom it is for, whatever happens to it."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from GlanceRelease.domain.messages.clauses import Call
from GlanceRelease.domain.messages.doc import Doc, doc, line
from GlanceRelease.frontends.matrix import delivery
from GlanceRelease.service.outbox.claims import new_claim
from kit.matrix.fixtures import RoomWithBot
from kit.matrix.person import Person

Open = Callable[..., Awaitable[RoomWithBot]]
Enter = Callable[..., Awaitable[Person]]
REMINDED = "2027-01-07T10:00:00Z"  # a week before the second milestone


@pytest.mark.asyncio
async def test_a_reminder_is_said_once_and_wakes_nobody(room_with_bot: Open) -> None:
    there = await room_with_bot(now="2027-01-04T12:00:00Z")
    await there.bot.tick("2027-01-04T12:00:00Z")
    await there.bot.tick(REMINDED)
    event = await there.alice.expect("Indri-2")
    assert (event["content"]["msgtype"], event["content"]["m.mentions"]) == ("m.notice", {})
    await there.bot.tick("2027-01-07T10:01:00Z")
    assert await there.alice.silence(0.5) == []


@pytest.mark.asyncio
async def test_one_claim_is_one_event(room_with_bot: Open) -> None:
    there = await room_with_bot()
    door, claim = there.bot.door, new_claim(dt.datetime.now(dt.UTC))
    for words in ("once", "once", "twice"):
        assert (await door.say(there.alias, doc(words), claim)).result == "said"
    assert (await door.say(there.alias, doc("after"), "other")).result == "said"
    assert (await there.alice.expect("o|a"))["content"]["body"] == "once"
    assert (await there.alice.expect(""))["content"]["body"] == "after"
    assert await door.was_said(there.alias, claim) is True
    assert await door.was_said(there.alias, new_claim(dt.datetime.now(dt.UTC))) is False
    assert await door.was_said(there.alias, "of an older version") is None
    assert await door.was_said("#elsewhere:hs.test", claim) is None


@pytest.mark.asyncio
async def test_who_is_called_is_mentioned(room_with_bot: Open) -> None:
    there = await room_with_bot()
    called = Doc((line(Call(there.alice.id, "Alice"), ": RC1 is near"),))
    assert (await there.bot.door.say(there.alias, called, "claim")).result == "said"
    event = await there.alice.expect("RC1 is near")
    assert event["content"]["msgtype"] == "m.text"
    assert event["content"]["m.mentions"] == {"user_ids": [there.alice.id]}


@pytest.mark.asyncio
async def test_a_person_is_told_in_one_chat_which_is_opened_once(
    room_with_bot: Open, matrix_person: Enter
) -> None:
    there = await room_with_bot()
    bob, door = await matrix_person("bob"), there.bot.door
    assert door.ready(bob.id)
    for number in range(3):
        outcome = await door.say(bob.id, doc(f"line {number}"), f"claim {number}")
        assert outcome.result == "said"
    (room,) = bob.invited
    await bob.join(room)
    bodies = [e["content"].get("body") for e in await bob.timeline(room)]
    assert [body for body in bodies if body] == ["line 0", "line 1", "line 2"]
    await bob.call("POST", f"rooms/{room}/leave")
    await there.bot.until(lambda: not door.ready(bob.id))
    outcome = await door.say(bob.id, doc("line 3"), "claim 3")
    assert outcome.result == "refused"


@pytest.mark.asyncio
async def test_a_line_that_the_room_refuses_is_refused(room_with_bot: Open) -> None:
    there = await room_with_bot()
    levels = await there.alice.read_state("m.room.power_levels")
    await there.alice.state("m.room.power_levels", {**levels, "events_default": 50})
    outcome = await there.bot.door.say(there.alias, doc("hello"), "claim")
    assert outcome.result == "refused"
    assert "M_FORBIDDEN" in outcome.reason


PEOPLE = """\
people:
  release:
    - {{nick: rosmaita, matrix: "{id}", name: Brian Rosmaita}}
"""


@pytest.mark.asyncio
async def test_rights_go_by_the_id_and_never_by_a_name(
    matrix_person: Enter, bots_here: Callable[..., Any]
) -> None:
    alice, ptl = await matrix_person("alice"), await matrix_person("rosmaita", exact=False)
    alias = f"#rights{ptl.id[1:].partition(':')[0]}:hs.test"
    room = await alice.make_room(alias)
    mallory = await matrix_person("mallory", room=alias)
    await ptl.join(room)
    bot = bots_here(alias, team=PEOPLE.format(id=ptl.id))
    await bot.register()
    await bot.start()
    await bot.until(lambda: bot.state_of(alias) == "in")
    for name in ("Brian Rosmaita", "rosmaita", ptl.id):
        member = {"membership": "join", "displayname": name}
        await mallory.state("m.room.member", member, mallory.id)
        refused = await mallory.ask("!mute 1h", seconds=20)
        assert refused.startswith("That is for "), refused
    assert (await ptl.ask("!mute 1h")).startswith("Silent in")
    assert (await ptl.ask("!unmute")).startswith("I speak again")
    assert (await alice.ask("!mute 1h")).startswith("Silent in")  # who made the room
    await alice.ask("!unmute")
    await alice.power(mallory.id, 49)
    assert (await mallory.ask("!mute 1h")).startswith("That is for ")
    await alice.power(mallory.id, 50)
    assert (await mallory.ask("!mute 1h")).startswith("Silent in")


@pytest.mark.asyncio
async def test_an_order_that_is_read_twice_is_done_once(room_with_bot: Open) -> None:
    """It died when the order was kept and answered, and before it noted how far it had read."""
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    before = None
    while before is None:
        await alice.silence(0.05)
        before = await bot.app.parts.store.meta("matrix")
    assert await alice.ask("!action add one thing") != ""
    notes = await bot.app.parts.store.notes("glance")
    assert len(notes) == 1
    await bot.end()
    with contextlib.closing(sqlite3.connect(bot.folder / "state.sqlite")) as database:
        database.execute("UPDATE meta SET value = ? WHERE name = 'matrix'", (before,))
        database.commit()
    await bot.start()
    assert await alice.ask("!week", "Today") != ""
    assert await bot.app.parts.store.notes("glance") == notes
    said = [e for e in await alice.timeline() if e["sender"] == bot.id and "body" in e["content"]]
    assert len(said) == 2


def test_outcomes() -> None:
    answer = delivery.ServerAnswer
    assert delivery._outcome(answer(200)).result == "said"
    assert delivery._outcome(answer(429, trouble="x")).result == "later"
    for status in (0, 408, 500, 502, 504):
        assert delivery._outcome(answer(status, trouble="x")).result == "unsure"
    for status in (400, 401, 403, 404, 413):
        assert delivery._outcome(answer(status, trouble="x")).result == "refused"
