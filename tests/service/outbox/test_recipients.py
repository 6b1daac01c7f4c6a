"""A private line reaches the person who is meant, waits while somebody else has the nick, and goes
to the next one of the role."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace

import pytest

from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.people.roles import Asker
from GlanceRelease.service.outbox.delivery import DeliveryPolicy
from GlanceRelease.service.outbox.front_end import DeliveryOutcome
from GlanceRelease.service.outbox.ledger import Outbox
from GlanceRelease.service.outbox.ledger_rows import key_of
from GlanceRelease.service.outbox.recipients import inherited
from GlanceRelease.service.storage.store import Store
from kit.delivery import Delivery
from kit.outbox import BORN, CHANNEL, DAY, HOUR, MINUTE, NOW, notice

pytestmark = pytest.mark.asyncio

NOBODY = Asker("pdeore")
LIAISON = Asker("pdeore", verified=True)
UNKNOWN = "services do not know the nick as theirs"
UNTOLD = "the network did not tell in time whose the nick is"


@dataclass
class Network(Delivery):
    """That of a network on which `holders` have the nicks; None where it does not tell."""

    holders: dict[str, Asker | None] = field(default_factory=dict)
    asked: int = 0
    meanwhile: dict[str, Asker | None] = field(default_factory=dict)  # while a line waits

    @contextlib.asynccontextmanager
    async def turn(self, target: str) -> AsyncIterator[DeliveryOutcome | None]:
        self.holders |= self.meanwhile
        async with super().turn(target) as kept:
            yield kept

    async def who_is(self, target: str) -> Asker | None:
        self.asked += 1
        return self.holders.get(target, Asker(target, verified=True))


class Room:
    """An outbox over a store, with a clock that stands."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.delivery = store, NOW, Network()
        self.outbox = Outbox(store)

    async def tick(self, *notices: Notice, after: dt.timedelta = dt.timedelta()) -> list[str]:
        """ "target: words" of each line that is heard."""
        self.now += after
        before = len(self.delivery.heard)
        await self.outbox.post("glance", notices, self.now, BORN)
        current = {key_of(one): one for notice in notices for one in (notice, *inherited(notice))}
        house = DeliveryPolicy("glance", current, {"reminder"}, is_theirs=is_theirs)
        await self.outbox.deliver(house, self.delivery, lambda: self.now)
        pairs = zip(self.delivery.targets[before:], self.delivery.heard[before:], strict=True)
        return [f"{target}: {text.split('. ')[0]}" for target, text in pairs]

    async def troubles(self) -> Mapping[str, tuple[str, str | None]]:
        rows = await self.outbox.ledger("glance")
        return {row.target: (row.state, row.trouble) for row in rows}


def is_theirs(nick: str, asker: Asker) -> bool:
    return asker.verified and asker.nick == nick


@pytest.fixture
def room(bot: object) -> Room:
    return Room(bot.store)  # type: ignore[attr-defined]


def for_liaison(subject: str = "meeting", grace: dt.timedelta = 2 * HOUR) -> Notice:
    return replace(notice(subject, grace=grace), target="pdeore", heirs=("abhishekk", "croelandt"))


async def test_it_is_said_to_whom_services_know(room: Room) -> None:
    assert await room.tick(for_liaison()) == ["pdeore: meeting at 10:00"]
    assert room.delivery.asked == 2  # before the line waits for its turn, and before it leaves


@pytest.mark.parametrize(("then", "trouble"), [(NOBODY, UNKNOWN), (None, UNTOLD)])
async def test_who_takes_the_nick_while_a_line_waits_its_turn_gets_nothing(
    room: Room, then: Asker | None, trouble: str
) -> None:
    room.delivery.meanwhile = {"pdeore": then}
    assert await room.tick(for_liaison()) == []
    assert await room.troubles() == {"pdeore": ("pending", trouble)}
    room.delivery.meanwhile = {"pdeore": LIAISON}
    room.delivery.holders = dict(room.delivery.meanwhile)
    assert await room.tick(for_liaison(), after=MINUTE) == ["pdeore: meeting at 10:01"]


async def test_it_waits_while_they_do_not_and_then_comes(room: Room) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    for _ in range(5):
        assert await room.tick(for_liaison(), after=MINUTE) == []
    assert (await room.troubles())["pdeore"] == ("pending", UNKNOWN)
    assert room.delivery.asked < 4  # 1, 2, 4 minutes apart
    room.delivery.holders["pdeore"] = LIAISON
    assert await room.tick(for_liaison(), after=15 * MINUTE) == ["pdeore: meeting at 10:20"]


@pytest.mark.parametrize("grace", [2 * HOUR, 14 * DAY])
async def test_after_half_its_time_or_a_day_it_goes_to_the_next_one(
    room: Room, grace: dt.timedelta
) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    wait = min(grace / 2, DAY)
    one = for_liaison(grace=grace)
    await room.tick(one)
    assert await room.tick(one, after=wait - MINUTE) == []
    (line,) = await room.tick(one, after=MINUTE)
    assert line.startswith("abhishekk: meeting at ")
    assert await room.tick(one, after=MINUTE) == []
    assert await room.troubles() == {
        "pdeore": ("missed", f"{UNKNOWN}; passed on to abhishekk"),
        "abhishekk": ("said", None),
    }
    rows = await room.outbox.ledger("glance")
    assert "passed on to you, since services do not know pdeore" in " ".join(
        row.why for row in rows
    )


async def test_where_nobody_of_the_role_is_known_the_last_one_misses_it(room: Room) -> None:
    room.delivery.holders |= {nick: Asker(nick) for nick in ("pdeore", "abhishekk", "croelandt")}
    one = for_liaison()
    await room.tick(one)
    for _ in range(24):
        assert await room.tick(one, after=10 * MINUTE) == []
    found = await room.troubles()
    assert found["pdeore"] == ("missed", f"{UNKNOWN}; passed on to abhishekk")
    assert found["abhishekk"] == ("missed", f"{UNKNOWN}; passed on to croelandt")
    assert found["croelandt"] == ("missed", f"too late to be news; before: {UNKNOWN}")


async def test_who_has_it_already_gets_it_once(room: Room) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    mine = for_liaison()
    deputys = replace(mine, target="abhishekk", heirs=("croelandt",))
    assert await room.tick(mine, deputys) == ["abhishekk: meeting at 10:00"]
    assert await room.tick(mine, deputys, after=HOUR) == []
    assert (await room.troubles())["pdeore"][0] == "missed"


async def test_who_is_away_misses_it_and_it_is_not_passed_on(room: Room) -> None:
    room.delivery.away = {"pdeore"}
    for _ in range(4):
        assert await room.tick(for_liaison(), after=HOUR) == []
    assert await room.troubles() == {"pdeore": ("missed", "too late to be news")}


async def test_who_left_after_having_been_unknown_does_not_keep_it(room: Room) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    await room.tick(for_liaison())
    room.delivery.away = {"pdeore"}
    assert await room.tick(for_liaison(), after=HOUR) == ["abhishekk: meeting at 11:00"]


async def test_a_network_that_does_not_tell_is_no_yes(room: Room) -> None:
    room.delivery.holders["pdeore"] = None
    assert await room.tick(for_liaison()) == []
    trouble = "the network did not tell in time whose the nick is"
    assert (await room.troubles())["pdeore"] == ("pending", trouble)
    assert await room.tick(for_liaison(), after=HOUR) == ["abhishekk: meeting at 11:00"]


async def test_what_anybody_may_know_needs_nobodys_word(room: Room) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    public = replace(for_liaison("m2"), is_public=True)
    assert await room.tick(for_liaison(), public) == ["pdeore: m2 at 10:00"]
    states = {row.key.split("|")[1]: row.state for row in await room.outbox.ledger("glance")}
    assert states == {"m2": "said", "meeting": "pending"}
    assert await room.tick(notice("rc1")) == [f"{CHANNEL}: rc1 at 10:00"]


async def test_an_heir_hears_nothing_of_what_is_true_no_more(room: Room) -> None:
    room.delivery.holders |= {"pdeore": NOBODY, "abhishekk": Asker("abhishekk")}
    one = for_liaison()
    await room.tick(one)
    await room.tick(one, after=HOUR)
    room.delivery.holders["abhishekk"] = Asker("abhishekk", verified=True)
    assert await room.tick(after=10 * MINUTE) == []  # its rule gives it no more
    assert (await room.troubles())["abhishekk"][0] == "missed"


async def test_it_survives_a_restart(room: Room) -> None:
    room.delivery.holders["pdeore"] = NOBODY
    await room.tick(for_liaison())
    room.outbox = Outbox(room.store)
    assert await room.tick(for_liaison(), after=HOUR) == ["abhishekk: meeting at 11:00"]
    room.outbox = Outbox(room.store)
    assert await room.tick(for_liaison(), after=MINUTE) == []
