"""On a server with OFTC's limits, with the configuration that ships: many ask, all are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from irc.bot import CHANNEL, NICK, REGISTRY, ROOT, Bot
from irc.ircd import Server
from irc.person import Person
from limnoria.test_configurations import OF_THE_MACHINE, lines_of

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]

USERS = 20
SECONDS = 25


def shipped() -> dict[str, str | None]:
    """The registry of config/limnoria.conf, but for where things are on this machine."""
    ours = lines_of((ROOT / "config" / "limnoria.conf").read_text())
    kept: dict[str, str | None] = {
        key: None for key in REGISTRY if not key.startswith(OF_THE_MACHINE)
    }
    return kept | {key: one for key, one in ours.items() if not key.startswith(OF_THE_MACHINE)}


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
        for _ in range(2):
            await person.expect("2027", seconds=20 * SECONDS)
    assert not gone(people[0])
    assert bot.log.count(f"Join to {CHANNEL} on test synced") == 1
