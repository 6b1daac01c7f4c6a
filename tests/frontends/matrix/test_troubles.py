"""A homeserver that is away, slow, busy or done with the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import pytest
from aiohttp import web

from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.frontends.matrix.rooms import VOID
from kit.irc.fixtures import absent
from kit.matrix import server as synapse
from kit.matrix.bot import Bot, BotHere
from kit.matrix.fixtures import RoomWithBot
from kit.matrix.gateway import gateway
from kit.matrix.person import PASSWORD, Person
from kit.matrix.server import Homeserver

Open = Callable[..., Awaitable[RoomWithBot]]
Enter = Callable[..., Awaitable[Person]]
Bots = Callable[..., BotHere]


async def said_in_the_end(there: RoomWithBot) -> None:
    """As the outbox does it: with one claim, until the server has it."""
    for _ in range(5):
        outcome = await there.bot.door.say(there.alias, doc("RC1 is near"), "claim")
        if outcome.result == "said":
            return
        await asyncio.sleep(1)
    raise AssertionError(outcome)


@pytest.mark.asyncio
async def test_a_gateway_that_fails_is_asked_seldom_and_nothing_is_lost(
    homeserver: Homeserver, room_with_bot: Open
) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url)
        gate.fail()
        await there.bot.until(lambda: not there.bot.door.ready(there.alias), 45)
        assert "does not answer since" in there.bot.state_of(there.alias)
        await there.alice.say("!next")
        said = asyncio.create_task(said_in_the_end(there))
        before = len(gate.asked)
        await asyncio.sleep(60)
        assert len(gate.asked) - before < 45
        gate.mend()
        await said
        assert await there.alice.expect("Thu 2027-01-14", seconds=30)
        await there.bot.until(lambda: there.bot.state_of(there.alias) == "in")
        bodies = [e["content"].get("body") for e in await there.alice.timeline()]
        assert bodies.count("RC1 is near") == 1


@pytest.mark.asyncio
async def test_a_reply_that_is_lost_is_one_event(
    homeserver: Homeserver, room_with_bot: Open
) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url)
        gate.loses_replies = True
        said = asyncio.create_task(there.bot.door.say(there.alias, doc("RC1 is near"), "claim"))
        await asyncio.sleep(1.5)
        gate.loses_replies = False
        assert (await said).result == "said"
        bodies = [e["content"].get("body") for e in await there.alice.timeline()]
        assert bodies.count("RC1 is near") == 1
        assert sum("send" in asked for asked in gate.asked) >= 2


@pytest.mark.asyncio
@pytest.mark.parametrize("told", ["body", "header"])
async def test_a_429_is_obeyed(homeserver: Homeserver, room_with_bot: Open, told: str) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url)
        limits = [1.5]
        body = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500} if told == "body" else {}
        heads = {"Retry-After": "2"} if told == "header" else {}

        def busy(method: str, path: str) -> web.Response | None:
            if method == "PUT" and limits:
                limits.pop()
                return web.json_response(body, status=429, headers=heads)
            return None

        gate.answers = busy
        began = time.monotonic()
        assert (await there.bot.door.say(there.alias, doc("RC1 is near"), "claim")).result == "said"
        assert 1.4 < time.monotonic() - began < 5
        assert sum(asked.startswith("PUT") for asked in gate.asked) == 2


@pytest.mark.asyncio
async def test_synapses_own_limits_lose_nothing(
    matrix_person: Enter, bots_here: Bots, homeserver: Homeserver
) -> None:
    if not synapse.PYTHON.exists():
        absent(f"Synapse ({synapse.PYTHON})")
    with synapse.homeserver({}) as strict:
        alice = await matrix_person("alice", server=strict)
        await alice.make_room("#strict:hs.test")
        bot = bots_here("#strict:hs.test", server=strict)
        await bot.register()
        await bot.start()
        await bot.until(lambda: bot.state_of("#strict:hs.test") == "in")
        outcomes = [
            await bot.door.say("#strict:hs.test", doc(f"line {n}"), f"claim {n}") for n in range(13)
        ]
        assert {outcome.result for outcome in outcomes} == {"said"}
        bodies = [e["content"].get("body") for e in await alice.timeline()]
        assert [body for body in bodies if body] == [f"line {n}" for n in range(13)]


@pytest.mark.asyncio
async def test_a_void_token_ends_it_with_one_line_and_no_more_requests(
    homeserver: Homeserver, room_with_bot: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url)
        token = there.bot.token.read_text().strip()
        await there.alice._http.post(
            f"{homeserver.url}/_matrix/client/v3/logout",
            headers={"Authorization": f"Bearer {token}"},
        )
        await there.alice.say("hello")  # which ends the long poll
        await there.bot.until(lambda: there.bot.state_of(there.alias) == VOID, 45)
        before = len(gate.asked)
        assert not there.bot.door.ready(there.alias)
        assert (await there.bot.door.say(there.alias, doc("x"), "claim")).result == "later"
        await asyncio.sleep(1.5)
        assert len(gate.asked) == before
        errors = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
        assert errors == [
            "Matrix: the homeserver has ended its session (its token is void): I am there no more"
            " until I am started again"
        ]
        assert token not in caplog.text


@pytest.mark.asyncio
async def test_a_soft_logout_logs_in_again_as_the_same_device(
    homeserver: Homeserver, room_with_bot: Open
) -> None:
    async with gateway(homeserver.url) as gate:
        there = await room_with_bot(url=gate.url, with_password=True)
        soft = [1]
        first = there.bot.token.read_text().strip()

        def ended(method: str, path: str) -> web.Response | None:
            if soft and path.endswith("/sync"):
                soft.clear()
                body = {"errcode": "M_UNKNOWN_TOKEN", "error": "x", "soft_logout": True}
                return web.json_response(body, status=401)
            return None

        gate.answers = ended
        await there.alice.say("hello")  # which ends the long poll
        kept = there.bot.folder / "state" / "matrix.token"
        await there.bot.until(kept.exists, 45)
        assert kept.stat().st_mode & 0o777 == 0o600
        token = kept.read_text().strip()
        assert token != first
        assert await there.alice.ask("!next") != ""
        person = Person(homeserver.url, {"user_id": "", "access_token": token, "device_id": ""})
        me = await person.call("GET", "account/whoami")
        await person.leave()
        assert me == {"user_id": there.bot.id, "device_id": "GLANCETEST", "is_guest": False}
        assert token not in (there.bot.folder / "state.sqlite").read_bytes().decode("latin-1")
        await there.bot.end()
        before = len(gate.asked)
        await there.bot.start()
        await there.bot.until(lambda: there.bot.state_of(there.alias) == "in")
        assert not any(asked.endswith("/login") for asked in gate.asked[before:])


@pytest.mark.asyncio
async def test_it_logs_in_by_password_and_keeps_the_token(
    matrix_person: Enter, bots_here: Bots
) -> None:
    alice = await matrix_person()
    alias = f"#p{alice.id[1:].partition(':')[0]}:hs.test"
    await alice.make_room(alias)
    bot = bots_here(alias, with_password=True)
    await bot.register()
    bot.token.unlink()
    await bot.start()
    await bot.until(lambda: bot.state_of(alias) == "in")
    kept = (bot.folder / "state" / "matrix.token").read_text()
    assert PASSWORD not in kept
    await bot.end()
    await bot.start()
    await bot.until(lambda: bot.state_of(alias) == "in")
    assert (bot.folder / "state" / "matrix.token").read_text() == kept


@pytest.mark.asyncio
async def test_a_token_that_others_may_read_is_not_used(
    matrix_person: Enter, matrix_bots: Callable[..., Bot]
) -> None:
    bot = matrix_bots("#nowhere:hs.test")
    token = await bot.register()
    bot.token.chmod(0o644)
    bot.spawn()
    await bot.logged("may be read by others (mode 644); it has to be 600")
    assert token not in bot.log
    assert bot.stop() == 0


@pytest.mark.asyncio
async def test_what_was_asked_while_it_was_down_is_answered(room_with_bot: Open) -> None:
    there = await room_with_bot()
    alice, bot = there.alice, there.bot
    assert await alice.ask("!week") != ""
    await bot.end()
    asked = [await alice.say("!next") for _ in range(60)]
    asked.append(await alice.say("!action add one thing"))
    await bot.start()
    await alice.expect("one thing", seconds=60)
    replied = [
        event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
        for event in await alice.timeline()
        if event["sender"] == bot.id and "m.relates_to" in event["content"]
    ]
    assert sorted(replied[1:]) == sorted(asked)
    notes = await bot.app.parts.store.notes("glance")
    assert len([note for note in notes if note.kind == "action"]) == 1
    await bot.end()
    await bot.start()
    assert await alice.ask("!week", "Today") != ""
    assert await bot.app.parts.store.notes("glance") == notes


@pytest.mark.asyncio
async def test_what_was_asked_before_its_first_start_is_not_answered(
    matrix_person: Enter, bots_here: Bots
) -> None:
    alice = await matrix_person()
    alias = f"#f{alice.id[1:].partition(':')[0]}:hs.test"
    room = await alice.make_room(alias)
    bot = bots_here(alias)
    await bot.register()
    await alice.say("!next")
    await bot.start()
    await bot.until(lambda: bot.state_of(alias) == "in")
    assert await alice.ask("!week", "Today") != ""
    where = f"rooms/{quote(room)}/joined_members"
    assert bot.id in (await alice.call("GET", where))["joined"]
    said = [e for e in await alice.timeline() if e["sender"] == bot.id and "body" in e["content"]]
    assert len(said) == 1
