"""A bot's life in a channel, minute by minute, with facts that change: what is heard, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from GlanceRelease import duties
from GlanceRelease.domain.model import Event, Schedule
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.released import with_days_seen
from GlanceRelease.domain.snapshot import Fetched, Snapshot, schedule_of
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from kit.channel import Channel
from kit.glance_facts import TEAM, at, world

duties.load()

CHANNEL = TEAM.announce
PLAIN = replace(TEAM, meeting=None)
OURS = ("reminder", "announcement", "schedule change")
DAY = dt.timedelta(days=1)


class Life(Channel):
    """One bot with its store, from its first start on; nobody is known to be in the channel."""

    @classmethod
    async def begun(cls, born: str, facts: Snapshot | None = None) -> Life:
        """Start it at an instant, as its first start ever; `ended` closes its store."""
        life = cls(at(born), facts or world(PLAIN))
        await life.__aenter__()
        life.delivery.people = None
        return life

    async def ended(self) -> None:
        await self.__aexit__()

    async def snapshot(self) -> Snapshot:
        return with_days_seen(await super().snapshot())

    async def tick(self, now: str) -> list[str]:
        """The lines that the channel hears of this duty in the tick at an instant."""
        self.clock.instant = at(now)
        before = len(self.lines)
        await self.speaker.tick(await self.snapshot())
        rows = await self.speaker.outbox.ledger(self.facts.team.name)
        ours = {row.text for row in rows if row.rule in OURS}
        return [text for to, text in self.lines[before:] if to == CHANNEL and text in ours]

    async def days_until(self, end: str) -> list[str]:
        """What is heard of this duty at the team's hour of each day before an instant:
        "Thu 01-14 words"."""
        lines = []
        day = self.clock.instant.date()
        while (now := dt.datetime.combine(day, TEAM.reminders.hour)).isoformat() < end:
            if now.replace(tzinfo=dt.UTC) > self.clock.instant:
                for text in await self.tick(now.isoformat()):
                    lines.append(f"{now:%a %m-%d} {text}")
            day += DAY
        return lines

    async def command(self, text: str) -> list[str]:
        """The answer to a command, with the notes it leaves kept."""
        ask = Ask(nick="rosmaita", channel=CHANNEL, standing=frozenset({"operator"}))
        reply = answer(Moment(await self.snapshot(), self.clock.instant), text, ask)
        await self.store.add_notes(self.facts.team.name, reply.notes)
        return render(reply.doc, private=reply.private)

    def schedule(self, series: str = "indri") -> Schedule:
        value: Schedule = self.facts[schedule_of(series)].value or Schedule(series, (), ())
        return value

    def put(self, schedule: Schedule) -> None:
        """From now on upstream has this schedule."""
        fact = Fetched(schedule, self.clock.instant, "network", upstream="opendev")
        facts = {**self.facts.facts, schedule_of(schedule.series).name: fact}
        self.facts = replace(self.facts, facts=facts)

    def move(self, id_: str, *days: str) -> None:
        """Upstream moves an event to these days; to none: it drops it."""
        schedule = self.schedule()
        moved = tuple(dt.date.fromisoformat(day) for day in days)
        events: list[Event] = [
            replace(event, days=moved, rule="prose") if event.id == id_ else event
            for event in schedule.events
            if days or event.id != id_
        ]
        self.put(replace(schedule, events=tuple(events)))
