"""In a flood from a few hosts, whoever asks their first question has an answer, and in time; when
the flood is over, so are its answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from GlanceRelease.frontends.irc.question_limits import TOO_MANY
from kit.irc.bot import NICK, Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.shipped_lines import said_to, shipped

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]

PER_SECOND = 5  # the server takes ten lines a second for one person or channel, whoever asks
SECONDS = 25  # within which a first answer comes, under any flood
OVER = 40  # seconds after a flood within which its last answer has come
LONG_OVER = 95  # where they were lists of up to sixty lines
PRIVATE = ("deadlines all", "freeze glance", "next", "week", "when m2", "duties 6", "releases")
SHORT = ("freeze glance", "next", "when m{}", "ping", "releases", "mute 2h", "jobs", "proposals")


async def flood(people: list[Person], words: tuple[str, ...], public: int) -> None:
    """They ask in turn, without end; each `public`-th question in the channel (0: none)."""
    number = 0
    while True:
        person = people[number % len(people)]
        text = words[number % len(words)].format(number)
        if public and number % public == 0:
            person.say(f"!{text}")
        else:
            person.tell(NICK, text)
        number += 1
        await asyncio.sleep(1 / PER_SECOND)


@contextlib.asynccontextmanager
async def flooded(
    people: list[Person], words: tuple[str, ...], public: int = 0
) -> AsyncIterator[None]:
    """Such a flood, from fifteen seconds before on."""
    crowd = asyncio.create_task(flood(people, words, public))
    try:
        await asyncio.sleep(15)
        yield
    finally:
        crowd.cancel()


async def crowd(join: Join, server: Server, hosts: int, nicks: int) -> list[Person]:
    return [
        await join(f"guest{host}x{nick}", server, f"127.0.0.{host + 10}")
        for host in range(hosts)
        for nick in range(nicks)
    ]


def refused(*people: Person) -> list[str]:
    """The lines by which these people in private, or the channel, were refused."""
    return [line.text for line in said_to(*people) if line.text == TOO_MANY]


@pytest.mark.parametrize(
    ("words", "public", "over"),
    [
        pytest.param(PRIVATE, 0, LONG_OVER, id="private"),
        pytest.param(SHORT, 0, OVER, id="short", marks=pytest.mark.soak),
        pytest.param(SHORT, 2, OVER, id="both"),
        pytest.param(SHORT, 1, OVER, id="public", marks=pytest.mark.soak),
    ],
)
@pytest.mark.asyncio
async def test_a_first_question_is_answered_in_any_flood_and_the_flood_ends(
    start_bot: StartBot,
    join: Join,
    strict_server: Server,
    words: tuple[str, ...],
    public: int,
    over: int,
) -> None:
    start_bot(server=strict_server, registry=shipped())
    people = await crowd(join, strict_server, 2, 6)
    away = await join("faraway", strict_server, "127.0.0.6")
    near = await join("near", strict_server, "127.0.0.10")  # of a host that floods
    public_away = await join("chanman", strict_server, "127.0.0.7")
    public_near = await join("channear", strict_server, "127.0.0.11")
    async with flooded(people, words, public):
        questions = (
            away.ask_alone("next", "Indri", SECONDS),
            near.ask_alone("sources", "opendev", SECONDS),
            public_away.ask("!week", "Today", SECONDS),
            public_near.ask("!meeting", "meeting is", SECONDS),
        )
        asked = []
        for question in questions:
            asked.append(asyncio.create_task(question))
            await asyncio.sleep(1)
        assert TOO_MANY not in await asyncio.gather(*asked)
        assert await away.ask_alone("when m3", "milestone", SECONDS)  # a second one as well
        if not public:  # else the channel's own limit is reached
            assert await public_away.ask("!when m3", "milestone", SECONDS)
    alone = [line.text for line in said_to(away, near) if line.words[0] in ("faraway", "near")]
    assert TOO_MANY not in alone  # the channel may have been told
    await asyncio.sleep(6)
    at_rest = len(refused(*people))
    await asyncio.sleep(over - 6)
    ended = len(said_to(*people))
    await people[0].lines(8)
    assert len(refused(*people)) == at_rest  # none came late
    assert len(said_to(*people)) == ended
    assert "Indri" in await people[0].ask_alone("next", seconds=3)


@pytest.mark.asyncio
async def test_who_changes_nicks_takes_nobodys_first_answer(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    async def flood_under_new_nicks() -> None:
        number = 0
        while True:
            person = people[number % len(people)]
            person.raw(f"NICK other{number}")
            person.tell(NICK, SHORT[number % len(SHORT)].format(number))
            number += 1
            await asyncio.sleep(1 / PER_SECOND)

    start_bot(server=strict_server, registry=shipped())
    people = await crowd(join, strict_server, 2, 4)
    away = await join("faraway", strict_server, "127.0.0.6")
    near = await join("near", strict_server, "127.0.0.10")
    flooding = asyncio.create_task(flood_under_new_nicks())
    await asyncio.sleep(15)
    try:
        assert await away.ask_alone("next", "Indri", SECONDS)
        assert await near.ask("!week", "Today", SECONDS)
    finally:
        flooding.cancel()
