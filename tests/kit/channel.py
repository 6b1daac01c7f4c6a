"""A team's channel without a server: people say commands, what they keep is kept in the store, the
clock steps, and what the bot says unasked is heard. The rules and the outbox are the bot's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from GlanceRelease import duties, registry
from GlanceRelease.clock import SteppedClock
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from GlanceRelease.service.outbox.tick import Speaker
from GlanceRelease.service.storage.store import Store
from kit.delivery import Delivery
from kit.glance_facts import at, world

duties.load()

CHANNEL = "#openstack-glance"
MONDAY = at("2026-11-23T09:00:00")
HOURS = (0, 10, 11, 13, 14, 15)  # at which something may come due, UTC
PTL = Ask("croelandt", verified=True, channel=CHANNEL)
LIAISON = Ask("pdeore", verified=True, channel=CHANNEL)
OPERATOR = Ask("chair", standing=frozenset({"operator"}), channel=CHANNEL)
PASSER_BY = Ask("croelandt", channel=CHANNEL)
ALICE = Ask("alice")


@dataclass
class Channel:
    """`people` are in the channel; `lines` is all that was said unasked, as (target, text), by
    `delivery`. `restart` is the bot's next process."""

    now: dt.datetime = MONDAY
    facts: Snapshot = field(default_factory=world)
    people: set[str] = field(default_factory=lambda: {"croelandt", "pdeore"})
    away: set[str] = field(default_factory=set)
    database: str = "sqlite+aiosqlite:///:memory:"

    async def __aenter__(self) -> Channel:
        self.clock = SteppedClock(self.now)
        self.delivery = Delivery(people=self.people, away=self.away)
        self.store = await Store.open(self.database)
        await self.restart()
        return self

    async def restart(self) -> None:
        self.speaker = Speaker(self.store, self.clock, self.delivery)
        await self.speaker.start([self.facts.team.name])

    @property
    def lines(self) -> list[tuple[str, str]]:
        return self.delivery.lines

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    async def snapshot(self) -> Snapshot:
        team = self.facts.team.name
        notes, said = await self.store.notes(team), await self.speaker.outbox.ledger(team)
        return self.speaker.with_memory(replace(self.facts, notes=notes, said=said))

    async def ask(self, text: str, who: Ask = PTL, minutes: int = 1) -> str:
        """The answer, in one string; the clock goes on by so many minutes first."""
        self.clock.instant += dt.timedelta(minutes=minutes)
        now, known = self.clock.now(), await self.snapshot()
        fresh = self.fresh(known.facts, now)
        reply = registry.answer(Moment(replace(known, facts=fresh), now), text, who)
        await self.store.add_notes(self.facts.team.name, reply.notes)
        return " / ".join(render(reply.doc, private=reply.private or who.channel is None))

    def fresh(self, facts: Mapping[str, Fetched[Any]], now: dt.datetime) -> dict[str, Fetched[Any]]:
        """The facts as upstream would have given them just now."""
        return {name: replace(fact, at=now) for name, fact in facts.items()}

    async def until(self, text: str) -> list[tuple[str, str]]:
        """Go on to an instant, by the hours at which something may come due; what was said on the
        way."""
        before, end = len(self.lines), at(text)
        while self.clock.instant < end:
            hour = self.clock.instant.replace(minute=0, second=0)
            while hour <= self.clock.instant or hour.hour not in HOURS:
                hour += dt.timedelta(hours=1)
            self.clock.instant = min(hour, end)
            for _ in range(2 if self.clock.instant.hour == 10 else 1):
                await self.speaker.tick(await self.snapshot())
        return self.lines[before:]
