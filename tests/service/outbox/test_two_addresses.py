"""A person who is on two networks is told once, and a team that is on two hears on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from GlanceRelease.domain.messages.clauses import Call, in_words
from GlanceRelease.domain.messages.doc import doc, line
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.acknowledged import KIND, is_dealt_with, subject_of
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.people.private_lines import MOST_A_WEEK, unasked_of_week
from GlanceRelease.domain.people.roles import (
    Asker,
    heirs_of,
    is_theirs,
    may,
    names_of,
    names_of_person,
    roles_of,
)
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Member, Team
from GlanceRelease.registry import Ask, Reply, answer
from GlanceRelease.service.doors import Doors
from GlanceRelease.service.outbox.delivery import DeliveryPolicy
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.outbox.recipients import inherited
from GlanceRelease.service.outbox.routing import Routes, everybody_s
from GlanceRelease.service.outbox.tick import Speaker
from GlanceRelease.service.storage.store import Store
from kit.channel import Channel
from kit.delivery import LOST, Delivery
from kit.glance_facts import TEAM, world
from kit.outbox import BORN, CHANNEL, HOUR, MINUTE, NOW, notice
from kit.second_network import Server, ServersDoor

ROOM, THERE = "#glance:hs.test", "@Pranali:hs.test"
PRANALI = Member("pdeore", name="Pranali Deore", matrix=THERE)
BOTH = replace(TEAM, channels=(CHANNEL, ROOM), people={"release": (PRANALI,)})
THE_NICKS_ALONE = replace(TEAM, people={"release": (Member("pdeore", name="Pranali Deore"),)})


@dataclass
class TwoNetworks(Channel):
    """The bot on both, over the same facts and hours."""

    server: Server = field(default_factory=lambda: Server({ROOM: {THERE}}))

    async def restart(self) -> None:
        rooms = ServersDoor(self.server, self.clock.now)
        doors = Doors({"irc": self.delivery, "matrix": rooms})
        self.speaker = Speaker(self.store, self.clock, doors)
        await self.speaker.start([self.facts.team.name])


async def said_keys(channel: Channel) -> set[str]:
    rows = await channel.speaker.outbox.ledger("glance", 500)
    return {row.key for row in rows if row.state == "said"}


@pytest.mark.asyncio
async def test_the_same_is_told_once_on_either_and_heard_on_both() -> None:
    """Five weeks with every rule: the keys are those of a bot that is on IRC alone, and each key of
    the channel's has its like in the room."""
    end = "2027-01-18T12:00"
    async with Channel(facts=world(THE_NICKS_ALONE)) as alone:
        await alone.until(end)
        expected = await said_keys(alone)
    async with TwoNetworks(facts=world(BOTH)) as both:
        await both.until(end)
        keys = await said_keys(both)
        to_the_room = {key for key in keys if f"|{ROOM}|" in key}
        assert keys - to_the_room == expected
        public = {key.replace(CHANNEL, ROOM) for key in expected if f"|{CHANNEL}|" in key}
        assert to_the_room == public
        assert public
        private = {key for key in expected if "|pdeore|" in key}
        assert private
        assert [target for target, _ in both.lines if target == "pdeore"] == []
        assert [target for target, _ in alone.lines if target == "pdeore"] != []
        assert {each.room for each in both.server.timeline} == {ROOM, THERE}
        heard = [text for target, text in alone.lines if target == CHANNEL]
        assert [text for target, text in both.lines if target == CHANNEL] == heard


class Bot:
    """An outbox that routes by a team's file."""

    def __init__(self, store: Store, team: Team = BOTH) -> None:
        self.store, self.now, self.snapshot = store, NOW, Snapshot(team)
        self.server = Server({ROOM: {THERE}})
        self.irc, self.rooms = Delivery(), ServersDoor(self.server, lambda: self.now)
        self.doors = Doors({"irc": self.irc, "matrix": self.rooms})
        self.muted: frozenset[str] = frozenset()
        self.outbox = Outbox(store)

    async def tick(self, *given: Notice, after: dt.timedelta = dt.timedelta()) -> None:
        self.now += after
        routes = Routes(self.snapshot, self.doors.serves)
        notices = [routed for each in given for routed in routes.of(each)]
        await self.outbox.post("glance", notices, self.now, BORN)

        async def muted() -> Collection[str]:
            return everybody_s(self.snapshot, self.muted)

        known = [*notices, *(heir for each in notices for heir in inherited(each))]
        current = {key_of(each): each for each in known}
        called = partial(names_of_person, self.snapshot)
        policy = DeliveryPolicy("glance", current, muted=muted, called=called)
        await self.outbox.deliver(policy, self.doors, lambda: self.now)

    @property
    def heard(self) -> list[str]:
        there = [f"{each.room} {each.text}" for each in self.server.timeline]
        return [*there, *(f"{target} {text}" for target, text in self.irc.lines)]


@pytest.fixture
def told() -> Notice:
    return notice("m2", target="pdeore")


@pytest.mark.asyncio
async def test_where_the_first_cannot_deliver_in_time_the_other_does_once(
    database: str, told: Notice
) -> None:
    bot = Bot(await Store.open(database))
    bot.server.is_up = False
    await bot.tick(told)
    await bot.tick(told, after=12 * HOUR - MINUTE)
    assert bot.heard == []
    for _ in range(3):
        await bot.tick(told, after=MINUTE)
        assert bot.heard == ["pdeore m2 at 22:00. More of m2."]
    bot.server.is_up = True
    bot.outbox = Outbox(bot.store)  # the next process, to which every key is new
    await bot.tick(told, after=MINUTE)
    await bot.tick(told, after=HOUR)
    assert bot.heard == ["pdeore m2 at 22:00. More of m2."]
    trouble = {row.target: row.trouble for row in await bot.outbox.ledger("glance")}
    assert trouble == {THERE: "not delivered in time; passed on to pdeore", "pdeore": None}
    await bot.store.close()


@pytest.mark.asyncio
async def test_where_it_may_have_been_delivered_the_other_has_the_mark(
    database: str, told: Notice
) -> None:
    bot = Bot(await Store.open(database))
    bot.rooms.outcomes = [LOST]
    await bot.tick(told)
    bot.server.is_up = False
    await bot.tick(told, after=12 * HOUR)
    assert bot.heard == [
        f"{THERE} m2 at 10:00. More of m2.",
        "pdeore (perhaps a repeat) m2 at 22:00. More of m2.",
    ]
    bot.server.is_up = True
    await bot.tick(told, after=HOUR)
    assert len(bot.heard) == 2
    await bot.store.close()


@pytest.mark.asyncio
async def test_a_name_more_or_less_makes_no_notice_new(database: str, told: Notice) -> None:
    """Told by nick before the file had the other name, and after it went."""
    bot = Bot(await Store.open(database), THE_NICKS_ALONE)
    await bot.tick(told)
    assert bot.heard == ["pdeore m2 at 10:00. More of m2."]
    for team in (BOTH, THE_NICKS_ALONE):
        bot.snapshot, bot.outbox = Snapshot(team), Outbox(bot.store)
        await bot.tick(told, after=MINUTE)
    assert len(bot.heard) == 1
    both = [notice("m3", target="pdeore"), notice("m3", target=THERE)]  # as subscribed on each
    bot.snapshot = Snapshot(BOTH)
    await bot.tick(*both, after=MINUTE)
    assert bot.heard[:1] == [f"{THERE} m3 at 10:03. More of m3."]
    assert len(bot.heard) == 2
    await bot.store.close()


@pytest.mark.asyncio
async def test_a_silence_is_the_persons_on_whatever_network_they_asked(
    database: str, told: Notice
) -> None:
    bot = Bot(await Store.open(database))
    bot.muted = frozenset({"pdeore"})
    await bot.tick(told)
    bot.muted = frozenset({THERE})
    await bot.tick(told, after=MINUTE)
    assert bot.heard == []
    bot.muted = frozenset({"@pranali:hs.test"})  # somebody else's, there
    await bot.tick(told, after=MINUTE)
    assert bot.heard == [f"{THERE} m2 at 10:02. More of m2."]
    await bot.store.close()


@pytest.mark.asyncio
async def test_a_week_s_private_lines_are_one_budget_on_both(database: str) -> None:
    bot = Bot(await Store.open(database), THE_NICKS_ALONE)
    for n in range(MOST_A_WEEK):
        given = notice(f"m{n}", target="pdeore", due=bot.now)
        await bot.tick(given)
        await bot.tick(given, after=2 * HOUR)
    assert len(bot.heard) == MOST_A_WEEK
    bot.snapshot = Snapshot(BOTH)
    for _ in range(2):
        await bot.tick(
            notice("more", target="pdeore", due=bot.now, grace=9 * 24 * HOUR), after=MINUTE
        )
    assert len(bot.heard) == MOST_A_WEEK
    await bot.store.close()


def test_who_is_on_no_network_of_the_bots_is_told_where_they_are() -> None:
    (routed,) = Routes(Snapshot(BOTH), lambda name: ":" not in name).of(
        notice("m2", target="pdeore")
    )
    assert (routed.target, routed.heirs, routed.key) == ("pdeore", (), "reminder|m2|pdeore|")
    (room,) = [
        each
        for each in Routes(Snapshot(BOTH), lambda name: True).of(notice("m2"))
        if each.target == ROOM
    ]
    assert room.key == f"reminder|m2|{ROOM}|"


def test_everybody_is_called_as_on_the_network_or_named() -> None:
    people = {"release": (PRANALI,), "deputy": (Member("abhishekk", name="Abhishek"),)}
    people["security"] = (Member(matrix="@bo:hs.test", name="Bo"),)
    says = doc(
        line(
            *[
                part
                for who in ("pdeore", "abhishekk", "@bo:hs.test", "guest")
                for part in (Call(who), " ")
            ]
        )
    )
    given = replace(notice("m2"), say=lambda now: says)
    routes = Routes(Snapshot(replace(BOTH, people=people)), lambda name: True)
    here, there = ([*each.say(NOW).lines[0].phrases] for each in routes.of(given))
    assert here == [Call("pdeore"), " ", Call("abhishekk"), " ", "Bo", " ", Call("guest"), " "]
    assert there == [
        Call(THERE),
        " ",
        "Abhishek",
        " ",
        Call("@bo:hs.test"),
        " ",
        Call("guest"),
        " ",
    ]


def test_rights_go_by_what_the_askers_network_vouches_for() -> None:
    snapshot = Snapshot(BOTH)
    vouched = [
        Asker("pdeore", verified=True),
        Asker("whoever", "pdeore"),
        Asker(THERE, THERE, verified=True),
        Asker(THERE, verified=True),
    ]
    refused = [
        Asker("pdeore"),
        Asker(THERE),
        Asker(THERE.lower(), THERE.lower(), verified=True),
        Asker("@pdeore:hs.test", "@pdeore:hs.test", verified=True),
        Asker("@pdeore:hs.test", "pdeore", verified=True),
        Asker("pdeore", THERE),
        Asker("Pranali Deore", verified=True),
    ]
    assert [may(snapshot, "plan", one) for one in vouched] == [True] * 4
    assert [may(snapshot, "plan", one) for one in refused] == [False] * 7
    assert is_theirs(snapshot, THERE, vouched[2])
    assert not is_theirs(snapshot, THERE, refused[2])
    assert not is_theirs(snapshot, "pdeore", refused[4])


def words_of(reply: Reply) -> str:
    return " ".join(in_words(line.phrases) for line in reply.doc.lines)


def test_who_asks_there_is_who_they_are_here() -> None:
    """What a liaison may do with a nag, and who stands behind them, by whatever name they ask."""
    for name in ("pdeore", THERE):
        assert heirs_of(world(BOTH), name) == ("croelandt",)
        ask = Ask(name, verified=True)
        assert "By your role" in words_of(answer(Moment(Snapshot(BOTH), NOW), "unsubscribe", ask))


def test_governances_people_have_the_names_of_the_teams_file() -> None:
    """The PTL, whom governance has by nick, in a role of the file under another network's name."""
    also = Member("croelandt", name="Cyril", matrix="@cyril:hs.test")
    snapshot = world(replace(TEAM, people={"deputy": (also,)}))
    (ptl,) = roles_of(snapshot)["ptl"]
    assert ptl.addresses == ("@cyril:hs.test", "croelandt")
    assert names_of(snapshot)["@cyril:hs.test"] == names_of(snapshot)["croelandt"]


def test_what_somebody_dealt_with_is_dealt_with_on_both() -> None:
    nag = replace(notice("m2", target=THERE), facts="x;1")
    note = Note(KIND, subject_of("pdeore", "reminder|m2|x"), {"a": "b"})
    assert is_dealt_with(replace(Snapshot(BOTH), notes=(note,)), nag)
    assert unasked_of_week(Snapshot(BOTH), "pdeore", NOW) == []


def test_a_person_needs_a_name_on_some_network() -> None:
    assert Member(matrix="@bo:hs.test").nick == "@bo:hs.test"
    assert Member("bo", matrix="@bo:hs.test", gerrit="bo", launchpad="bobo").addresses == (
        "@bo:hs.test",
        "bo",
    )
    for more in ({}, {"name": "Bo"}, {"gerrit": "bo"}, {"matrix": "@bo:hs.test", "account": "bo"}):
        with pytest.raises(ValueError, match="nick is missing"):
            Member(**more)
