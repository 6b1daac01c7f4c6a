"""On a server with OFTC's limits, with the configuration that ships: many ask, all are answered;
too many ask, and who must be heard is heard."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

import pytest

from GlanceRelease.frontends.irc.question_limits import TOO_MANY
from GlanceRelease.frontends.irc.send_queue import LEFT_OUT
from GlanceRelease.frontends.trial_room.guest import ServerLine
from kit.irc import servers as ircd
from kit.irc import services
from kit.irc.bot import CHANNEL, NICK, Bot
from kit.irc.fixtures import absent
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.services import identify
from kit.irc.shipped_lines import said_to, shipped

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]

USERS = 20
SECONDS = 25
HOSTS, NICKS, COMMANDS = 8, 3, 8
NOW = "2027-01-13T09:59:30Z"  # half a minute before a reminder
REMINDER = (
    "Indri-2 milestone: Thu 2027-01-14, R-10, tomorrow. Not known: glance, glance-store,"
    " python-glanceclient (no connection: connection refused)."
    " https://releases.openstack.org/indri/schedule.html#i-2"
)
FLOOD = ("when x{}", "deadlines", "freeze x{}", "next", "help", "ping", "mute 2h", "list")


def gone(person: Person) -> bool:
    """Whether the bot left while this person listened."""
    return any(line.command == "QUIT" and line.sender == NICK for line in person.heard)


@pytest.mark.asyncio
async def test_twenty_ask_at_once_and_nobody_is_ignored(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    bot = start_bot(server=strict_server, registry=shipped())
    people = [await join(f"user{number}", strict_server) for number in range(USERS)]
    public, private = people[: USERS // 2], people[USERS // 2 :]  # a channel takes ten a second
    for person in public:
        person.say("!next")
    for person in private:
        person.tell(NICK, "next")
    answers = {(await person.expect(seconds=SECONDS)).text for person in private}
    assert len(answers) == 1
    assert (await people[0].expect(seconds=SECONDS)).text in answers  # one serves the channel
    assert await people[0].lines(3) == []
    assert await people[1].ask("!week", "Today", seconds=SECONDS)  # nobody is ignored
    assert await people[1].ask("!meeting", "meeting is", seconds=SECONDS)
    assert not gone(people[0])
    assert bot.log.count(f"Join to {CHANNEL} on test synced") == 1


@pytest.mark.asyncio
async def test_a_long_private_answer_keeps_nobody_waiting(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    start_bot(server=strict_server, registry=shipped())
    alice, bob = await join("alice", strict_server), await join("bob", strict_server)
    alice.tell(NICK, "help")
    await alice.expect(seconds=SECONDS)
    assert await bob.ask("!week", "Today", seconds=SECONDS)
    heard = [line for line in alice.heard if line.sender == NICK and line.words[0] == "alice"]
    assert len(heard) < 10  # of more than thirty
    async with asyncio.timeout(60):
        while len([line for line in alice.heard if line.words[:1] == ("alice",)]) < 25:
            await alice.expect(seconds=SECONDS)


@pytest.mark.asyncio
async def test_equal_questions_have_one_answer_in_each_place(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    start_bot(server=strict_server, registry=shipped())
    people = [await join(f"user{number}", strict_server) for number in range(4)]
    for person in people:
        person.say("!next")
        person.say("glancebot: NEXT")
        person.tell(NICK, "next")
        person.tell(NICK, "ping")
        person.tell(NICK, "ping")
        await asyncio.sleep(1)  # the server takes ten lines a second for one person
    await people[0].lines(12)
    heard = [[(line.words[0], line.text) for line in said_to(person)] for person in people]
    answer = heard[0][0][1]
    assert "Indri" in answer
    for person, lines in zip(people, heard, strict=True):
        assert sorted(lines) == sorted(
            [(CHANNEL, answer), (person.nick, answer), (person.nick, "pong")]
        )


@pytest.mark.asyncio
async def test_a_place_that_asks_too_much_is_told_so_once_and_then_nothing(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    start_bot(server=strict_server, registry=shipped())
    people = [await join(f"user{number}", strict_server) for number in range(6)]
    elsewhere = await join("elsewhere", strict_server, "127.0.0.9")
    for number in range(8):
        for person in people:
            person.say(f"!when {person.nick} {number}")
        await asyncio.sleep(1)
    said = await people[0].lines(6)
    assert said.count(TOO_MANY) == 1
    assert 20 <= len(said) <= 31  # of 48; a question has one line
    assert "Indri" in await elsewhere.ask_alone("next", seconds=SECONDS)


@pytest.mark.parametrize("command", ["help", "list", "ping", "more", "whoami"])
@pytest.mark.asyncio
async def test_no_command_of_limnorias_is_a_way_around(
    start_bot: StartBot, join: Join, ircd_server: Server, command: str
) -> None:
    start_bot(registry=shipped())
    alice, chair = await join("alice"), await join("chair", host="127.0.0.9")
    for number in range(60):
        alice.tell(NICK, f"misc {command} {number}" if command == "help" else command)
    alice.say("!week")
    assert "Today" in await chair.ask_alone("week", seconds=5)
    await alice.lines(3)
    assert len([line for line in said_to(alice) if line.words[0] == "alice"]) <= 31


def answers(people: list[Person]) -> list[ServerLine]:
    """What the bot has said to these people; what each of them heard in the channel is once."""
    private = [line for line in said_to(*people) if line.words[0] != CHANNEL]
    return private + [line for line in said_to(people[0]) if line.words[0] == CHANNEL]


async def crowd(join: Join, server: Server) -> list[Person]:
    """Some people from each of eight hosts."""
    return [
        await join(f"guest{host}x{nick}", server, f"127.0.0.{host + 2}")
        for host in range(HOSTS)
        for nick in range(NICKS)
    ]


async def flood(people: list[Person], commands: int) -> None:
    """Each asks so often, one in eight in the channel: more than ten lines a second, the server
    gives to nobody."""
    for turn in range(commands):
        for number, person in enumerate(people):
            words = FLOOD[(number + turn) % len(FLOOD)].format(f"{turn}a{number}")
            if number % 8:
                person.tell(NICK, words)
            else:
                person.say(f"!{words}")
        await asyncio.sleep(1)


@pytest.mark.asyncio
async def test_an_operators_mute_is_answered_before_the_crowd(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    operator = await join("operator", strict_server)  # the first in a channel is its operator
    bot = start_bot(server=strict_server, registry=shipped())
    people = await crowd(join, strict_server)
    await flood(people, COMMANDS)
    before = len(answers(people))
    assert "until" in await operator.ask("!mute 2h", "Silent in", seconds=SECONDS)
    at_mute = len(answers(people))
    await flood(people, 1)
    spoken = await operator.ask("!unmute", "I speak", seconds=SECONDS)
    assert spoken == f"I speak again in {CHANNEL}."
    await people[0].lines(20)
    after = len(answers(people))
    assert at_mute - before < 10
    assert after - at_mute > 20
    assert not gone(operator)
    assert bot.log.count(f"Join to {CHANNEL} on test synced") == 1


@pytest.mark.asyncio
async def test_a_reminder_is_said_before_the_crowds_answers(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    listener = await join("listener", strict_server)
    start_bot(server=strict_server, registry=shipped(), now=NOW)
    people = await crowd(join, strict_server)
    await flood(people, COMMANDS)
    await listener.expect(f"^{re.escape(REMINDER)}$", seconds=60)
    before = len(answers(people))
    await people[0].lines(20)
    assert len(answers(people)) > before + 15


@pytest.fixture
def strict_with_services() -> Iterator[Server]:
    """OFTC's limits, and services that know whose a nick is."""
    if missing := services.absent_programs(services.ANOPE, ircd.HYBRID):
        absent(missing)
    with services.hybrid_with_services(ircd.REALISTIC) as server:
        yield server


@pytest.mark.asyncio
async def test_the_ptls_mute_is_answered_before_the_crowd_and_a_thief_of_the_nick_is_not(
    start_bot: StartBot, join: Join, strict_with_services: Server
) -> None:
    server = strict_with_services
    await join("operator", server)
    start_bot(server=server, registry=shipped(), now=NOW)
    ptl = await join("croelandt", server, "127.0.0.20")
    await identify(ptl)
    people = await crowd(join, server)
    await flood(people, COMMANDS)
    before = len(answers(people))
    assert await ptl.ask("!mute 2h", "Silent in", seconds=SECONDS)
    assert len(answers(people)) - before < 10
    await ptl.leave()
    await people[0].expect_command("QUIT", "croelandt", seconds=SECONDS)

    thief = await join("croelandt", server, "127.0.0.2")
    for _ in range(5):
        thief.tell(NICK, "mute 2h")
    heard = await thief.lines(8)
    assert not [line for line in heard if line.startswith("Silent in")]
    private = [line.text for line in said_to(thief) if line.words[0] == thief.nick]
    assert len(private) <= 2  # that it is for the PTL, once, as to anybody who asks first
    assert all(line.startswith("That is for the PTL") or line == TOO_MANY for line in private)


@pytest.mark.soak
@pytest.mark.asyncio
async def test_long_answers_to_twenty_who_ask_twice_never_disconnect_it(
    start_bot: StartBot, join: Join, strict_server: Server
) -> None:
    bot = start_bot(server=strict_server, registry=shipped())
    people = [await join(f"user{number}", strict_server) for number in range(USERS)]
    for person in people * 2:
        person.tell(NICK, "deadlines all")
        await asyncio.sleep(0.2)  # the server takes ten lines a second for one person
    for person in people:
        await person.expect("2027", seconds=2 * SECONDS)
        await person.expect(f"2027|{LEFT_OUT}", seconds=4 * SECONDS)
    assert not gone(people[0])
    assert bot.log.count(f"Join to {CHANNEL} on test synced") == 1
