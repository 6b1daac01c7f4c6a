"""A bot's life in a channel, minute by minute, with facts that change: what is heard, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from GlanceRelease import duties
from GlanceRelease.clock import SteppedClock
from GlanceRelease.domain.model import Event, Schedule
from GlanceRelease.domain.releases.released import with_days_seen
from GlanceRelease.domain.snapshot import Fetched, Snapshot, schedule_of
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from GlanceRelease.service.outbox.front_end import DeliveryOutcome, Door
from GlanceRelease.service.outbox.tick import Speaker
from GlanceRelease.service.storage.store import Store
from kit.glance_facts import TEAM, at, world

duties.load()

CHANNEL = TEAM.announce
PLAIN = replace(TEAM, meeting=None)
OURS = ("reminder", "announcement", "schedule change")
DAY = dt.timedelta(days=1)


class Life(Door):
    """One bot with its store, from its first start on; `restart` is its next process."""

    def __init__(self, store: Store, born: str, snapshot: Snapshot | None = None) -> None:
        self.store = store
        self.clock = SteppedClock(at(born))
        self.snapshot = snapshot or world(PLAIN)
        self.open = True
        self.heard: list[tuple[str, str]] = []
        self.speaker = Speaker(store, self.clock, self)

    def ready(self, target: str) -> bool:
        return self.open

    async def say(self, target: str, text: str, claim: str) -> DeliveryOutcome:
        if target == CHANNEL:
            self.heard.append((f"{self.clock.now():%a %m-%d %H:%M}", text))
        return DeliveryOutcome("said")

    async def start(self) -> Life:
        await self.speaker.start([self.snapshot.team.name])
        return self

    async def restart(self) -> None:
        self.speaker = Speaker(self.store, self.clock, self)
        await self.start()

    async def picture(self) -> Snapshot:
        name = self.snapshot.team.name
        notes, said = await self.store.notes(name), await self.speaker.outbox.ledger(name)
        snapshot = replace(self.snapshot, notes=notes, said=said)
        return with_days_seen(self.speaker.with_memory(snapshot))

    async def tick(self, now: str) -> list[str]:
        """The lines that the channel hears of this duty in the tick at an instant."""
        self.clock.instant = at(now)
        before = len(self.heard)
        await self.speaker.tick(await self.picture())
        rows = await self.speaker.outbox.ledger(self.snapshot.team.name)
        ours = {row.text[0] for row in rows if row.rule in OURS}
        return [text for _, text in self.heard[before:] if text in ours]

    async def until(self, end: str) -> list[str]:
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

    async def ask(self, text: str) -> list[str]:
        """The answer to a command, with the notes it leaves kept."""
        ask = Ask(nick="rosmaita", channel=CHANNEL, standing=frozenset({"operator"}))
        reply = answer(await self.picture(), text, ask, self.clock.instant)
        await self.store.add_notes(self.snapshot.team.name, reply.notes)
        return render(reply.doc, private=reply.private)

    def schedule(self, series: str = "indri") -> Schedule:
        value: Schedule = self.snapshot[schedule_of(series)].value or Schedule(series, (), ())
        return value

    def put(self, schedule: Schedule) -> None:
        """From now on upstream has this schedule."""
        fact = Fetched(schedule, self.clock.instant, "network", upstream="opendev")
        facts = {**self.snapshot.facts, schedule_of(schedule.series).name: fact}
        self.snapshot = replace(self.snapshot, facts=facts)

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
