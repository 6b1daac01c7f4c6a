"""The ledger on two networks at once: IRC, and one with other names, room and claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Collection

import pytest
import pytest_asyncio

from GlanceRelease.domain.messages.clauses import Call, calling
from GlanceRelease.domain.messages.doc import Doc, doc, line
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.service.doors import Doors
from GlanceRelease.service.outbox.claims import made_at, new_claim
from GlanceRelease.service.outbox.delivery import DeliveryPolicy
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.storage.store import Store
from kit.delivery import LOST, Delivery, Killed
from kit.outbox import BORN, CHANNEL, DAY, HOUR, MINUTE, NOW, notice
from kit.second_network import Server, ServersDoor

ROOM = "#glance:hs.test"
ALICE, OTHER_ALICE = "@Alice:hs.test", "@alice:hs.test"
pytestmark = pytest.mark.asyncio


class Bot:
    """An outbox on both networks; `restart` is another process over the same store."""

    def __init__(self, store: Store, database: str) -> None:
        self.store, self.now, self._database = store, NOW, database
        self.server = Server({ROOM: {ALICE}})
        self.irc, self.rooms = Delivery(), ServersDoor(self.server, lambda: self.now)
        self.names: dict[str, str] = {}
        self.muted: set[str] = set()
        self.begin()

    async def restart(self) -> None:
        """The next process, which opens the store anew."""
        await self.store.close()
        self.store = await Store.open(self._database)
        self.begin()

    def begin(self) -> None:
        self.outbox = Outbox(self.store)
        self.doors = Doors({"irc": self.irc, "matrix": self.rooms})

    async def tick(self, *notices: Notice, after: dt.timedelta = dt.timedelta()) -> None:
        self.now += after
        await self.outbox.post("glance", notices, self.now, BORN)

        async def muted() -> Collection[str]:
            return self.muted

        current = {key_of(each): each for each in notices}
        policy = DeliveryPolicy("glance", current, muted=muted, names=self.names)
        await self.outbox.deliver(policy, self.doors, lambda: self.now)

    def room(self, where: str = ROOM) -> list[str]:
        return [each.text for each in self.server.timeline if each.room == where]


@pytest_asyncio.fixture
async def both(database: str) -> AsyncIterator[Bot]:
    bot = Bot(await Store.open(database), database)
    yield bot
    await bot.store.close()


def everywhere(subject: str, **more: dt.datetime) -> list[Notice]:
    return [notice(subject, target=target, **more) for target in (CHANNEL, ROOM)]


async def test_each_network_hears_in_its_own_way(both: Bot) -> None:
    """Four messages a minute there, a line each; one message of many lines here."""
    notices = [each for n in range(6) for each in everywhere(f"m{n}")]
    await both.tick(*notices)
    assert both.irc.heard == [f"m{n} at 10:00. More of m{n}." for n in range(4)]
    assert both.room() == ["\n".join(f"m{n} at 10:00. More of m{n}." for n in range(6))]
    await both.tick(*notices, after=MINUTE)
    assert len(both.irc.heard) == 6
    assert len(both.room()) == 1


async def test_one_that_is_away_keeps_the_other_from_nothing(both: Bot) -> None:
    both.server.is_up = False
    await both.tick(*everywhere("m2"))
    assert (both.irc.heard, both.room()) == (["m2 at 10:00. More of m2."], [])
    both.server.is_up, both.irc.open = True, False
    await both.tick(*everywhere("m2"), *everywhere("m3", due=NOW + HOUR), after=HOUR)
    assert both.room() == ["m3 at 11:00. More of m3.\nm2 at 11:00. More of m2."]
    assert len(both.irc.heard) == 1


async def test_a_silence_of_one_place_is_not_the_others(both: Bot) -> None:
    both.muted = {CHANNEL}
    await both.tick(*everywhere("m2"))
    assert (both.irc.heard, both.room()) == ([], ["m2 at 10:00. More of m2."])


async def test_what_is_unsure_has_the_mark_only_where_it_may_be_seen_twice(both: Bot) -> None:
    both.irc.outcomes, both.rooms.outcomes = [LOST], [LOST]
    await both.tick(*everywhere("m2"))
    await both.tick(*everywhere("m2"), after=MINUTE)
    repeat = "(perhaps a repeat) m2 at 10:01. More of m2."
    assert both.irc.heard == ["m2 at 10:00. More of m2.", repeat]
    assert both.room() == ["m2 at 10:00. More of m2."]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_kill_between_claim_and_answer_loses_and_doubles_nothing(
    both: Bot, arrives: bool
) -> None:
    both.rooms.outcomes, both.rooms.arrives = [Killed, LOST, Killed], arrives
    for _ in range(3):
        try:
            await both.tick(*everywhere("m2"), after=MINUTE)
        except BaseExceptionGroup:
            await both.restart()
    for _ in range(3):
        await both.tick(*everywhere("m2"), after=2 * MINUTE)
    assert both.room() == ["m2 at 10:01. More of m2."]
    assert len({each.transaction for each in both.server.timeline}) == 1


@pytest.mark.parametrize(
    ("arrives", "finds", "heard"),
    [
        (True, True, ["m2 at 10:00. More of m2."]),
        (False, True, ["m2 at 10:00. More of m2."]),
        (True, False, ["m2 at 10:00. More of m2.", "(perhaps a repeat) m2 at 10:00. More of m2."]),
        (False, False, ["(perhaps a repeat) m2 at 10:00. More of m2."]),
    ],
)
async def test_a_claim_that_is_forgotten_is_looked_for_before_it_is_said_again(
    both: Bot, arrives: bool, finds: bool, heard: list[str]
) -> None:
    """The server remembers for a day; the network was away for longer."""
    both.rooms.outcomes, both.rooms.arrives, both.rooms.finds = [LOST], arrives, finds
    notices = [notice("m2", grace=3 * DAY, target=ROOM)]
    await both.tick(*notices)
    both.server.is_up = False
    await both.tick(*notices, after=HOUR)
    both.server.is_up = True
    await both.tick(*notices, after=DAY - HOUR)
    await both.tick(*notices, after=HOUR)
    assert both.room() == heard
    assert len(await both.outbox.ledger("glance")) == 1


async def test_names_that_differ_by_a_letters_size_are_two_there(both: Bot) -> None:
    await both.tick(notice("one", target=ALICE), notice("two", target=OTHER_ALICE))
    assert both.room(ALICE) == ["one at 10:00. More of one."]
    assert both.room(OTHER_ALICE) == ["two at 10:00. More of two."]


async def test_who_was_called_twice_today_is_named_in_that_place_alone(both: Bot) -> None:
    both.names = {"ro": "Brian", ALICE: "Alice"}

    def say(now: dt.datetime) -> Doc:
        return doc(line(*calling((Call("ro", "Brian"), Call(ALICE))), "it waits."))

    for n in range(3):
        later = [
            Notice("call", f"{n}", where, "", NOW + n * HOUR, DAY, say) for where in (CHANNEL, ROOM)
        ]
        await both.tick(*later, after=n * HOUR if n == 0 else HOUR)
    assert both.irc.heard == [*[f"ro, {ALICE}: it waits."] * 2, "Brian, Alice: it waits."]
    assert both.room() == [*[f"<ro>, <{ALICE}>: it waits."] * 2, "Brian, Alice: it waits."]
    assert [each.called for each in both.server.timeline] == [("ro", ALICE)] * 2 + [()]


async def test_what_no_way_out_serves_waits_and_keeps_nothing_back(both: Bot) -> None:
    both.doors = Doors({"irc": both.irc})
    await both.tick(*everywhere("m2"))
    assert both.irc.heard == ["m2 at 10:00. More of m2."]
    both.begin()
    await both.tick(*everywhere("m2"), after=MINUTE)
    assert both.room() == ["m2 at 10:01. More of m2."]


async def test_the_doors_know_of_each_network_what_it_knows(both: Bot) -> None:
    both.irc.people = ("rosmaita",)
    assert both.doors.present(CHANNEL) == {"rosmaita"}
    assert both.doors.present(ROOM) == {ALICE}
    assert both.doors.present("!unknown:hs.test") is None
    assert (await both.doors.who_is(ALICE)) == await both.rooms.who_is(ALICE)
    assert [both.doors.serves(name) for name in (CHANNEL, ROOM, "ro", ALICE)] == [True] * 4
    irc_only = Doors({"irc": both.irc})
    assert [irc_only.serves(name) for name in (CHANNEL, ROOM, "ro", ALICE)] == [1, 0, 1, 0]
    assert not irc_only.ready(ROOM)
    assert (await irc_only.say(ROOM, doc("x"), "c")).result == "later"


async def test_a_claim_says_when_it_was_made_and_has_room() -> None:
    claim = new_claim(NOW)
    assert len(claim) <= 40
    assert new_claim(NOW) != claim

    class Row:
        at = "2027-01-13T12:00:00.000000Z"

        def __init__(self, claim: str | None) -> None:
            self.claim = claim

    assert made_at(Row(claim)) == NOW  # type: ignore[arg-type]
    old = "0123456789abcdef0123456789abcdef"  # a version that did not say
    assert made_at(Row(old)) == NOW + 2 * HOUR  # type: ignore[arg-type]
