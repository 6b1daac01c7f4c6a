"""A person's own affairs are theirs, not whoever's has the nick: what was asked for by somebody
whom services know is ended, changed and read by them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.domain.people.roles import Asker, heirs_of, is_theirs
from GlanceRelease.domain.team import Member
from GlanceRelease.registry import COMMANDS, Ask, depends_on_nick, serves_anybody
from kit.channel import ALICE, LIAISON, Channel
from kit.glance_facts import TEAM, at, world

KNOWN = replace(ALICE, verified=True)
ACCOUNT = replace(ALICE, account="alice")
OTHERS = (ALICE, replace(ALICE, account=""), replace(ALICE, account="mallory"))
REFUSAL = "That nick is somebody's: identify to services, so that I know it is yours."
HINT = "What was said to one person is told to them alone: identify to services, and log does."
OWN = ("unsubscribe", "subscribe jobs", "remind", "remind 3 days before m2", "snooze", "ack")


@pytest.mark.parametrize("owner", [KNOWN, ACCOUNT], ids=["verified nick", "account"])
@pytest.mark.parametrize("thief", OTHERS, ids=["unidentified", "no account", "another's account"])
@pytest.mark.asyncio
async def test_what_somebody_known_asked_for_is_theirs_alone(owner: Ask, thief: Ask) -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        assert "From now on" in await channel.ask("subscribe", owner)
        for command in OWN:
            assert await channel.ask(command, thief) == REFUSAL, command
        assert "From now on" in await channel.ask("subscribe jobs", owner)
        await channel.until("2027-01-08T00:00:00")
        assert (HINT in await channel.ask("log 5", thief)) is not bool(thief.account)
        assert "alice, reminder, said" not in await channel.ask("log 20", thief)
        await channel.until("2027-01-14T00:00:00")
        assert ", alice, reminder, said" in await channel.ask("log 20", owner)
        assert await channel.ask("unsubscribe", owner) == (
            "Ended: the subscription to deadlines, jobs; you get nothing more in private."
        )


@pytest.mark.parametrize("first", ["subscribe", "remind 3 days before m2", "snooze"])
@pytest.mark.asyncio
async def test_each_kind_of_ones_own_is_kept_under_the_name(first: str) -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        await channel.ask(first, KNOWN)
        assert await channel.ask("unsubscribe", ALICE) == REFUSAL


@pytest.mark.asyncio
async def test_who_is_not_known_may_ask_for_what_anybody_hears_and_end_it() -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        assert "From now on" in await channel.ask("subscribe", ALICE)
        assert "I remind you of" in await channel.ask("remind 3 days before m2", ALICE)
        await channel.until("2027-01-14T12:00:00")
        assert ", alice, own reminder, said" in await channel.ask("log 20", ALICE)
        assert await channel.ask("unsubscribe", ALICE) == (
            "Ended: the subscription to deadlines, the reminder 3 days before Indri-2 milestone; "
            "you get nothing more in private."
        )
        assert await channel.ask("subscribe", KNOWN) != REFUSAL


@pytest.mark.asyncio
async def test_what_was_for_the_liaison_alone_is_read_by_no_namesake() -> None:
    async with Channel(at("2026-11-27T12:00:00")) as channel:
        await channel.until("2026-11-27T13:10:00")
        namesake = replace(LIAISON, verified=False, channel=None)
        assert HINT in await channel.ask("log 20", namesake)
        alone = replace(LIAISON, channel=None)
        assert "release team's meeting, said" in await channel.ask("log 20", alone)


@pytest.mark.parametrize("thief", OTHERS, ids=["unidentified", "no account", "another's account"])
@pytest.mark.parametrize("words", ["log", "log 20"])
@pytest.mark.asyncio
async def test_whether_there_is_anything_private_is_nobody_elses(words: str, thief: Ask) -> None:
    async with Channel(at("2027-01-04T09:00:00")) as channel:
        assert "From now on" in await channel.ask("subscribe", KNOWN)
        for day in ("2027-01-04T09:01:00", "2027-01-14T12:00:00"):
            await channel.until(day)
            others = replace(thief, nick="bob")  # to whom nothing was ever said
            assert await channel.ask(words, thief) == await channel.ask(words, others)
            theirs = replace(KNOWN, nick="carol")
            assert HINT not in await channel.ask(words, theirs)
            assert HINT not in await channel.ask(words, replace(thief, channel="#openstack-glance"))
            assert HINT not in await channel.ask(words, replace(thief, no_services=True))


def test_services_are_asked_before_ones_own_and_never_for_what_is_everybodys() -> None:
    asked = {name for name, row in COMMANDS.items() if depends_on_nick(world(), row.name, ALICE)}
    assert asked == {"subscribe", "unsubscribe", "remind", "snooze", "ack", "log", "why"}
    for text in ("log", "why"):
        assert not depends_on_nick(world(), text, replace(ALICE, channel="#openstack-glance"))
    for known in (KNOWN, ACCOUNT, OTHERS[1], replace(ALICE, no_services=True)):
        assert not any(depends_on_nick(world(), name, known) for name in asked)


def test_where_services_do_not_answer_only_what_anybody_may_is_done() -> None:
    assert serves_anybody(world(), "subscribe", ALICE)
    assert serves_anybody(world(), "log", ALICE)
    assert not serves_anybody(world(), "snooze", replace(ALICE, nick="pdeore"))
    assert not serves_anybody(world(), "plan m2 12 January", ALICE)


@pytest.mark.parametrize(
    ("nick", "asker", "theirs"),
    [
        ("pdeore", Asker("pdeore", verified=True), True),
        ("pdeore", Asker("PDeore", verified=True), True),
        ("pdeore", Asker("pdeore"), False),
        ("pdeore", Asker("pdeore", account="pdeore"), True),
        ("pdeore", Asker("pdeore", account="mallory"), False),
        ("pdeore", Asker("pdeore", account=""), False),
        ("abhishekk", Asker("abhishekk", account="abhishek"), True),
        ("abhishekk", Asker("abhishekk", account="abhishekk"), False),
        ("abhishekk", Asker("abhishekk", verified=True), True),
        ("alice", Asker("alice", verified=True), True),
        ("alice", Asker("alice"), False),
        ("alice", Asker("alice", account="bob"), False),
        ("alice", Asker("alice", no_services=True), True),
        ("alice", Asker("bob", no_services=True), False),
    ],
)
def test_whose_a_nick_is(nick: str, asker: Asker, theirs: bool) -> None:
    people = {"deputy": (Member("abhishekk", "abhishek", "Abhishek Kekane"),)}
    assert is_theirs(world(replace(TEAM, people=people)), nick, asker) is theirs


def test_behind_a_liaison_stand_the_deputies_and_the_ptl() -> None:
    people = {"deputy": (Member("abhishekk", "abhishek", "Abhishek Kekane"),)}
    snapshot = world(replace(TEAM, people=people))
    assert heirs_of(snapshot, "pdeore") == ("abhishekk", "croelandt")
    assert heirs_of(snapshot, "Abhishekk") == ("croelandt",)
    assert heirs_of(snapshot, "croelandt") == ()
    assert heirs_of(snapshot, "alice") == heirs_of(snapshot, "#openstack-glance") == ()
