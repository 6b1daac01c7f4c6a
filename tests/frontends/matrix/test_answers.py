"""Commands on a real Synapse: how they are put, where they are answered, and what is none."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest

from GlanceRelease.frontends.matrix.conversation import TOO_MANY, WELCOME
from GlanceRelease.registry import COMMANDS
from kit.matrix.bot import BotHere
from kit.matrix.fixtures import RoomWithBot
from kit.matrix.person import Person, Refusal

Open = Callable[..., Awaitable[RoomWithBot]]
NEXT = (
    "Thu 2027-01-14, R-10, in 10 days: Indri-2 milestone, Membership Freeze."
    " (as of 2026-08-21, bundled)"
)


def said_by(sender: str, events: list[dict[str, Any]]) -> list[str]:
    """The bodies of what somebody said."""
    return [str(e["content"]["body"]) for e in events if e["sender"] == sender and is_said(e)]


def is_said(event: dict[str, Any]) -> bool:
    return event["type"] == "m.room.message" and "body" in event["content"]


def relation(event: dict[str, Any]) -> Any:
    return event["content"]["m.relates_to"]


@pytest.mark.asyncio
async def test_a_command_is_answered_by_one_notice_in_reply(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice = there.alice
    event = await alice.asked("!next")
    assert event["content"]["body"] == NEXT
    assert (event["content"]["msgtype"], event["content"]["m.mentions"]) == ("m.notice", {})
    asked = next(e for e in alice.heard if e["content"].get("body") == "!next")
    assert relation(event) == {"m.in_reply_to": {"event_id": asked["event_id"]}}
    assert await alice.silence(0.3) == []


@pytest.mark.asyncio
async def test_it_is_addressed_by_name_by_id_and_by_pill(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    for words in (f"{bot.name}: next", f"{bot.name.upper()}, next", f"{bot.id}: next", "!NEXT"):
        assert await alice.ask(words) == NEXT
    for label in (bot.name, bot.id, f"@{bot.name}"):
        pill = f'<a href="https://matrix.to/#/{quote(bot.id)}">{label}</a>'
        html = {"format": "org.matrix.custom.html", "formatted_body": f"{pill}: next"}
        assert (await alice.asked(f"{label}: next", **html))["content"]["body"] == NEXT
        html["formatted_body"] = f"<p>{pill} next</p>"
        assert (await alice.asked(f"{label} next", **html))["content"]["body"] == NEXT


@pytest.mark.asyncio
async def test_a_thread_is_answered_in_the_thread_and_a_quote_is_not_read(
    room_with_bot: Open,
) -> None:
    alice = (await room_with_bot()).alice
    root = await alice.say("shall we?")
    thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    thread |= {"m.in_reply_to": {"event_id": root}}
    event = await alice.asked("!next", **{"m.relates_to": thread})
    assert relation(event)["rel_type"] == "m.thread"
    assert relation(event)["event_id"] == root
    quoted = {"m.in_reply_to": {"event_id": root}}
    body = "> <@bob:hs.test> !deadlines\n> and more\n\n!next"
    event = await alice.asked(body, **{"m.relates_to": quoted})
    assert event["content"]["body"] == NEXT
    assert "rel_type" not in relation(event)


@pytest.mark.asyncio
async def test_in_a_direct_chat_the_bare_word_is_a_command(room_with_bot: Open) -> None:
    there = await room_with_bot()
    chat = await there.alice.chat(there.bot.id)
    assert await there.alice.ask("next", room=chat) == NEXT
    assert await there.alice.ask("hello", room=chat) == WELCOME
    unknown = await there.alice.ask("deadlnes", room=chat)
    assert unknown == '"deadlnes" is no command of mine; did you mean deadlines or deadline?'
    assert (await there.alice.ask("help next", room=chat)).startswith("next [NAME | SERIES]: ")


@pytest.mark.asyncio
async def test_who_opens_a_chat_need_not_wait_for_the_bot(room_with_bot: Open) -> None:
    there = await room_with_bot()
    body = {"is_direct": True, "invite": [there.bot.id], "preset": "trusted_private_chat"}
    room = (await there.alice.call("POST", "createRoom", body))["room_id"]
    assert await there.alice.ask("next", room=room) == NEXT


@pytest.mark.asyncio
async def test_every_command_is_answered_once(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice = there.alice  # who made the room, and is its operator
    room = alice.room
    await alice.chat(there.bot.id)  # what is private comes there
    silent = []
    for row in COMMANDS.values():
        start = len(alice.heard)
        try:
            event = await alice.asked(f"!{row.example}", room=room, seconds=12)
        except AssertionError:
            silent.append(row.name)
            continue
        assert event["content"]["msgtype"] == "m.notice", row.name
        assert event["content"]["body"], row.name
        lines = [e for e in alice.heard[start:] if e["sender"] == there.bot.id]
        told = [e for e in lines if e["type"] == "m.room.message"]
        assert len(told) == 1 or row.name in ("bug", "check", "draft", "job", "jobs"), (
            row.name,
            told,
        )
    assert silent == []


@pytest.mark.asyncio
async def test_what_is_long_goes_into_one_direct_chat(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    await alice.say("!deadlines all")
    for _ in range(200):
        if alice.invited:
            break
        await alice.silence(0.05)
    (chat,) = alice.invited
    room = alice.room
    await alice.join(chat)
    (told,) = said_by(bot.id, await alice.timeline(chat))
    assert "Indri-3 milestone" in told
    assert await alice.ask("!week", room=chat, pattern="^Today")
    assert "Indri-3 milestone" in await alice.ask("!deadlines all", room=room)
    assert len(said_by(bot.id, await alice.timeline(chat))) == 3
    assert said_by(bot.id, await alice.timeline(room)) == []
    assert len(alice.invited) == 1


STRANGE: list[dict[str, Any]] = [
    {"msgtype": "m.text", "body": 12},
    {"msgtype": "m.text", "body": ["!next"]},
    {"msgtype": "m.text", "body": {"!next": 1}},
    {"msgtype": "m.text"},
    {},
    {"msgtype": "m.notice", "body": "!next"},
    {"msgtype": "m.emote", "body": "!next"},
    {"msgtype": ["m.text"], "body": "!next"},
    {"msgtype": "m.text", "body": "!next " + "x" * 60_000},
    {"msgtype": "m.text", "body": "!ne\u202ext"},
    {"msgtype": "m.text", "body": "!next\u0007"},
    {"msgtype": "m.text", "body": "!"},
    {"msgtype": "m.text", "body": "!nonsense"},
    {"msgtype": "m.text", "body": "next"},
    {"msgtype": "m.text", "body": "> !next", "m.relates_to": {"m.in_reply_to": {}}},
    {"msgtype": "m.text", "body": "hm", "formatted_body": "!next", "format": "x"},
    {
        "msgtype": "m.text",
        "body": "* !next",
        "m.new_content": {"msgtype": "m.text", "body": "!next"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
    },
    {
        "msgtype": "m.text",
        "body": "!next",
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
    },
]


@pytest.mark.asyncio
async def test_what_is_no_command_does_nothing(
    room_with_bot: Open, matrix_person: Callable[..., Awaitable[Person]]
) -> None:
    there = await room_with_bot(matrix='  ignore: ["@bridged_*:hs.test"]\n')
    alice = there.alice
    for content in STRANGE:
        with contextlib.suppress(Refusal):  # some of it another server alone can send
            await alice.send(content)
    await alice.send({"msgtype": "m.text", "body": "!next"}, kind="m.sticker")
    ghost = await matrix_person("bridged_bob", there.alias)
    await ghost.say("!next")
    assert await alice.ask("!week", "R-") != ""
    assert len(said_by(there.bot.id, alice.heard)) == 1
    assert await alice.silence(0.5) == []


@pytest.mark.asyncio
async def test_a_redacted_command_is_not_answered_after_the_fact(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice = there.alice
    await there.bot.end()
    event = await alice.say("!next")
    await alice.call("PUT", f"rooms/{quote(alice.room)}/redact/{quote(event)}/1", {})
    await there.bot.start()
    assert await alice.ask("!week", "R-") != ""
    assert len(said_by(there.bot.id, alice.heard)) == 1


@pytest.mark.asyncio
async def test_a_flood_is_answered_to_its_limit_and_others_still(
    room_with_bot: Open, matrix_person: Callable[..., Awaitable[Person]]
) -> None:
    there = await room_with_bot()
    mallory = await matrix_person("mallory", there.alias)
    bob = await matrix_person("bob", there.alias)
    for _ in range(30):
        await mallory.say("!next")
    assert await bob.ask("!week", "R-", seconds=20) != ""
    said = said_by(there.bot.id, await bob.timeline())
    assert said.count(TOO_MANY) == 1
    assert said.count(NEXT) == 20


@pytest.mark.asyncio
async def test_what_a_bridge_repeats_is_not_answered_again(
    matrix_person: Callable[..., Awaitable[Person]], bots_here: Callable[..., BotHere]
) -> None:
    alice = await matrix_person("alice")
    name = alice.id[1:].partition(":")[0]
    places = [f"#{name}a:hs.test", f"#{name}b:hs.test"]
    one, other = [await alice.make_room(place) for place in places]
    bot = bots_here(*places, team=f"bridged: [{places}]\n")
    await bot.register()
    await bot.start()
    await bot.until(lambda: all(bot.state_of(place) == "in" for place in places))
    assert await alice.ask("!next", room=one) == NEXT
    await alice.say("!next", other)
    assert await alice.ask("!week", "Today", room=other)
    assert len(said_by(bot.id, await alice.timeline(other))) == 1
    assert bot.app.settings.default_team.announced == (places[0],)
