"""Where the bot comes, stays and goes: invitations, direct chats, encryption, bans, moved rooms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from GlanceRelease.frontends.matrix import membership
from GlanceRelease.frontends.matrix.rooms import BANNED, ENCRYPTED, NOT_INVITED
from GlanceRelease.frontends.trial_room.ports import free_port
from kit.matrix.bot import BotHere
from kit.matrix.fixtures import RoomWithBot
from kit.matrix.gateway import gateway
from kit.matrix.person import Person, Refusal
from kit.matrix.server import Homeserver

Open = Callable[..., Awaitable[RoomWithBot]]
Enter = Callable[..., Awaitable[Person]]
Bots = Callable[..., BotHere]
ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}


async def gone(person: Person, bot: str, room: str) -> str:
    """Wait until the bot left or declined; the reason that it gave."""
    state = {}
    for _ in range(200):
        with contextlib.suppress(Refusal):  # it was never there yet
            state = await person.read_state("m.room.member", bot, room)
        if state.get("membership") == "leave":
            return str(state.get("reason", ""))
        await asyncio.sleep(0.05)
    raise AssertionError(state)


@pytest.mark.asyncio
async def test_it_comes_by_alias_and_by_id_of_version_12(
    matrix_person: Enter, bots_here: Bots
) -> None:
    alice = await matrix_person()
    room = await alice.make_room()
    assert ":" not in room
    create = await alice.read_state("m.room.create")
    assert create["room_version"] == "12"
    bot = bots_here(room)
    await bot.register()
    await bot.start()
    await bot.until(lambda: bot.state_of(room) == "in")
    assert (await alice.ask("!next")).startswith("Thu 2027-01-14")


@pytest.mark.asyncio
async def test_it_waits_for_its_invitation(matrix_person: Enter, bots_here: Bots) -> None:
    alice = await matrix_person()
    room = await alice.make_room("#closed:hs.test", preset="private_chat")
    bot = bots_here("#closed:hs.test")
    await bot.register()
    await bot.start()
    await bot.until(lambda: bot.state_of("#closed:hs.test") == NOT_INVITED)
    await alice.invite(bot.id, room)
    await bot.until(lambda: bot.state_of("#closed:hs.test") == "in")
    assert (await alice.ask("!next", room=room)).startswith("Thu 2027-01-14")


@pytest.mark.asyncio
async def test_it_declines_rooms_that_are_not_its_own(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot.id
    named = await alice.make_room("#another:hs.test", bot, name="Another")
    assert await gone(alice, bot, named) == membership.NOT_TWO
    three = await alice.make_room("", bot, "@glancebot999:hs.test", preset="private_chat")
    assert await gone(alice, bot, three) == membership.NOT_TWO


@pytest.mark.asyncio
async def test_it_declines_an_encrypted_chat(room_with_bot: Open) -> None:
    there = await room_with_bot()
    state = [{"type": "m.room.encryption", "state_key": "", "content": ENCRYPTION}]
    body = {"is_direct": True, "invite": [there.bot.id], "initial_state": state}
    room = (await there.alice.call("POST", "createRoom", body))["room_id"]
    assert await gone(there.alice, there.bot.id, room) == membership.CLOSED


@pytest.mark.asyncio
async def test_a_chat_ends_when_a_third_comes_or_it_is_encrypted(
    room_with_bot: Open, matrix_person: Enter
) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot.id
    bob = await matrix_person("bob")
    chat = await alice.chat(bot)
    await alice.invite(bob.id, chat)
    assert await gone(alice, bot, chat) == membership.NOT_TWO
    chat = await alice.chat(bot)
    await alice.state("m.room.encryption", ENCRYPTION, room=chat)
    assert await gone(alice, bot, chat) == membership.CLOSED


@pytest.mark.asyncio
async def test_it_leaves_who_left(room_with_bot: Open, matrix_person: Enter) -> None:
    there = await room_with_bot()
    bob = await matrix_person("bob")
    chat = await bob.chat(there.bot.id)
    await bob.call("POST", f"rooms/{quote(chat)}/leave")
    rooms = there.bot.door.rooms
    assert rooms is not None
    await there.bot.until(lambda: chat not in rooms.by_id)


@pytest.mark.asyncio
async def test_so_many_chats_are_open_and_the_quiet_one_goes(
    room_with_bot: Open, matrix_person: Enter
) -> None:
    there = await room_with_bot(matrix="  direct_chats: 2\n")
    people = [await matrix_person(name) for name in ("bob", "carol", "dave")]
    chats = [await person.chat(there.bot.id) for person in people[:2]]
    dave = people[2]
    body = {"is_direct": True, "invite": [there.bot.id], "preset": "trusted_private_chat"}
    room = (await dave.call("POST", "createRoom", body))["room_id"]
    assert await gone(dave, there.bot.id, room) == membership.FULL
    rooms = there.bot.door.rooms
    assert rooms is not None
    rooms.by_id[chats[1]].quiet_since -= membership.QUIET_SECONDS + 1
    await dave.chat(there.bot.id)
    assert await gone(people[1], there.bot.id, chats[1]) == "It was quiet here for 30 days."
    assert {room.id for room in rooms.chats()} >= {chats[0]}


@pytest.mark.asyncio
async def test_it_says_nothing_in_an_encrypted_room_and_says_why(
    matrix_person: Enter, bots_here: Bots
) -> None:
    alice = await matrix_person()
    await alice.make_room("#secret:hs.test")
    await alice.state("m.room.encryption", ENCRYPTION)
    bot = bots_here("#secret:hs.test")
    await bot.register()
    await bot.start()
    await bot.until(lambda: bot.state_of("#secret:hs.test") == ENCRYPTED)
    assert not bot.door.ready("#secret:hs.test")
    await alice.say("!next")
    assert await alice.silence() == []
    chat = await alice.chat(bot.id)
    told = await alice.ask("sources", room=chat)
    assert told.startswith(
        "#secret:hs.test: encrypted, which I refuse: I can't read it, and would speak in clear.\n"
    )


@pytest.mark.asyncio
async def test_a_ban_and_its_end(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot, alias = there.alice, there.bot, there.alias
    await alice.kick(bot.id, "ban")
    await bot.until(lambda: bot.state_of(alias) == BANNED)
    assert not bot.door.ready(alias)
    await bot.end()
    await bot.start()
    await bot.until(lambda: bot.state_of(alias) == BANNED)
    await alice.kick(bot.id, "unban")
    await alice.invite(bot.id)
    await bot.until(lambda: bot.state_of(alias) == "in")


async def moved(alice: Person, old: str, **content: object) -> str:
    """A new room, which the old one names."""
    new = str((await alice.call("POST", "createRoom", content))["room_id"])
    tombstone = {"body": "moved", "replacement_room": new}
    await alice.state("m.room.tombstone", tombstone, room=old)
    return new


@pytest.mark.asyncio
async def test_it_follows_a_room_that_moves(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    old = alice.room
    before = {"predecessor": {"room_id": old, "event_id": "$x"}}
    new = await moved(alice, old, preset="public_chat", creation_content=before)
    rooms = bot.door.rooms
    assert rooms is not None
    await bot.until(lambda: rooms.name_of(new) == there.alias and new in rooms.by_id)
    assert bot.id in await alice.members(new)
    assert (await alice.ask("!next", room=new)).startswith("Thu 2027-01-14")
    assert await gone(alice, bot.id, old) == "The room goes on elsewhere."
    await bot.end()
    await bot.start()  # the old alias still leads to the old room
    await bot.until(lambda: bot.state_of(there.alias) == "in")
    assert (await alice.ask("!next", room=new)).startswith("Thu 2027-01-14")
    assert bot.id not in await alice.members(old)


@pytest.mark.asyncio
async def test_it_does_not_follow_into_a_room_that_says_nothing_of_it(
    room_with_bot: Open,
) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    old = alice.room
    new = await moved(alice, old, preset="public_chat")
    assert "does not follow" in await gone(alice, bot.id, new)
    assert bot.state_of(there.alias) == "in"
    assert (await alice.ask("!next", room=old)).startswith("Thu 2027-01-14")


@pytest.mark.asyncio
async def test_a_new_room_that_could_not_be_asked_is_followed_when_it_can(
    homeserver: Homeserver, room_with_bot: Open
) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url)
        alice, bot = there.alice, there.bot
        old = alice.room

        def shut(method: str, path: str) -> web.Response | None:
            if not path.endswith("/state/m.room.create"):
                return None
            return web.json_response({"errcode": "M_FORBIDDEN", "error": "x"}, status=403)

        gate.answers = shut
        before = {"predecessor": {"room_id": old, "event_id": "$x"}}
        new = await moved(alice, old, preset="public_chat", creation_content=before)
        await bot.until(lambda: any(each.endswith("/m.room.create") for each in gate.asked))
        await alice.say("shall we?", old)
        assert (await alice.ask("!next", room=old)).startswith("Thu 2027-01-14")
        gate.mend()
        await alice.say("is it there?", old)
        rooms = bot.door.rooms
        assert rooms is not None
        await bot.until(lambda: rooms.name_of(new) == there.alias and new in rooms.by_id)


@pytest.mark.asyncio
async def test_sources_page_and_health_say_how_each_room_is(
    matrix_person: Enter, bots_here: Bots
) -> None:
    alice = await matrix_person()
    await alice.make_room("#shut:hs.test", preset="private_chat")
    await alice.make_room("#open:hs.test")
    port = free_port()
    bot = bots_here("#open:hs.test", "#shut:hs.test", more=f"web:\n  port: {port}\n")
    await bot.register()
    await bot.start()
    await bot.until(lambda: bot.state_of("#open:hs.test") == "in")
    told = await alice.ask("!sources")
    assert told.startswith("#shut:hs.test: not invited.\n")
    assert told.endswith("\n#open:hs.test: in.")
    async with aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{port}/healthz") as reply:
            health = await reply.text()
        async with http.get(f"http://127.0.0.1:{port}/") as reply:
            page = await reply.text()
        async with http.get(f"http://127.0.0.1:{port}/status.json") as reply:
            status = await reply.json()
    assert "#open:hs.test: in\n#shut:hs.test: not invited\n" in health
    assert "connected: yes" in health
    assert "<li>#open:hs.test: in</li><li>#shut:hs.test: not invited</li>" in page
    rooms = {"#open:hs.test": "in", "#shut:hs.test": "not invited"}
    assert status["teams"]["glance"]["rooms"] == rooms
