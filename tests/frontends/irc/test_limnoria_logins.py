"""Who identified to the bot is taken for its owner as long as it is still them: on a real server,
and by the clock with Limnoria's own users."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from supybot import ircdb, ircmsgs

from GlanceRelease.frontends.irc import limnoria_logins, owner_only
from kit.irc.bot import NICK, Bot
from kit.irc.person import Person

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]

KNOWN, UNKNOWN = "^owner$", "^I don't know you"


async def away(owner: Person) -> None:
    await owner.leave()


async def renamed(owner: Person) -> None:
    owner.raw("NICK boss_away")
    await owner.expect_command("NICK")


@pytest.mark.asyncio
@pytest.mark.parametrize("goes", [away, renamed])
async def test_who_has_their_nick_next_is_nobody(
    start_bot: StartBot, join: Join, goes: Callable[[Person], Awaitable[None]]
) -> None:
    await asyncio.to_thread(start_bot)
    witness, owner = await join("carol"), await join("boss")
    await owner.ask_alone("identify owner owner", "operation succeeded")
    assert await owner.ask_alone("whoami", KNOWN)
    assert "test" in await owner.ask_alone("config supybot.networks")
    await goes(owner)
    await witness.expect_command("QUIT" if goes is away else "NICK")
    thief = await join("boss")
    assert await thief.ask_alone("whoami", UNKNOWN)
    thief.tell(NICK, "config supybot.networks")
    assert await thief.ask_alone("ping") == "pong", "and nothing before it"


@pytest.mark.asyncio
async def test_right_passwords_are_no_tries_and_too_many_wrong_ones_are_told(
    start_bot: StartBot, join: Join
) -> None:
    await asyncio.to_thread(start_bot)
    owner = await join("boss")
    for _ in range(8):
        await owner.ask_alone("identify owner owner", "operation succeeded")
    for _ in range(5):
        await owner.ask_alone("identify owner wrong", "password is wrong")
    assert await owner.ask_alone("identify owner owner") == owner_only.TOO_MANY


# -- by the clock ------------------------------------------------------------------------------

PREFIX = "boss!boss@example.org"


@pytest.fixture
def user() -> Iterator[Any]:
    one = ircdb.users.newUser()
    one.name = "the-boss"
    one.setPassword("sesame")
    one.addCapability("owner")
    ircdb.users.setUser(one, flush=False)
    yield one
    ircdb.users.delUser(one.id)


def network(name: str = "oftc", *seen: str) -> Any:
    channels = {"#openstack-glance": SimpleNamespace(users=set(seen))}
    return SimpleNamespace(network=name, state=SimpleNamespace(channels=channels))


def said(text: str = "config supybot.nick") -> Any:
    return ircmsgs.privmsg(NICK, text, prefix=PREFIX)


def identify(here: limnoria_logins.Logins, user: Any, irc: Any, ago: float = 0) -> None:
    assert here.may_try(irc, said(), ["the-boss", "sesame"])
    user.addAuth(PREFIX)
    user.auth = [(time.time() - ago, PREFIX)]
    assert is_known()


def is_known() -> bool:
    """Whether Limnoria takes who has this prefix for one of its users."""
    try:
        return bool(ircdb.users.getUser(PREFIX).name == "the-boss")
    except KeyError:
        return False


def is_owner(here: limnoria_logins.Logins, irc: Any) -> bool:
    here.heard(irc, said())
    return is_known()


@pytest.mark.parametrize(
    ("ago", "seen", "is_theirs"),
    [
        (0, (), True),
        (299, (), True),
        (301, (), False),
        (86_400, ("boss",), True),
        (-60, (), False),  # the clock was set back
    ],
)
def test_unseen_it_lasts_five_minutes(
    user: Any, ago: float, seen: tuple[str, ...], is_theirs: bool
) -> None:
    here, irc = limnoria_logins.Logins(), network("oftc", *seen)
    identify(here, user, irc, ago)
    assert is_owner(here, irc) is is_theirs


def test_another_network_does_not_know_them(user: Any) -> None:
    here = limnoria_logins.Logins()
    identify(here, user, network("oftc", "boss"))
    assert is_owner(here, network("oftc", "boss"))
    assert not is_owner(here, network("elsewhere", "boss"))


def test_a_lost_connection_forgets_all(user: Any) -> None:
    here, irc = limnoria_logins.Logins(), network("oftc", "boss")
    identify(here, user, irc)
    here.forget_all()
    assert not is_owner(here, irc)


@pytest.mark.parametrize("words", [[], ["the-boss"], ["nobody", "x"], ["the-boss", "x", "y"]])
def test_what_is_no_right_password_is_a_try(user: Any, words: list[str]) -> None:
    here, irc = limnoria_logins.Logins(), network()
    assert [here.may_try(irc, said(), words) for _ in range(6)] == [True] * 5 + [False]
    assert not here.may_try(irc, said(), ["the-boss", "sesame"])
