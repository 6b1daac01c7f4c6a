"""A bot's life with a Launchpad and a Gerrit on loopback: bugs come, are fixed, are forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.upstreams import UpstreamPlace
from GlanceRelease.sources.gerrit import wanted as of_gerrit
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.launchpad import wanted as of_launchpad
from GlanceRelease.sources.protocols import Kept, PollScope, Source
from kit.channel import Channel
from kit.glance_facts import at, world
from kit.upstream.gerrit import GerritServer, Stored
from kit.upstream.launchpad import LaunchpadServer

POLL = dt.timedelta(minutes=10)
GLANCE = "openstack/glance"


class BugLife(Channel):
    """A channel whose bot polls Launchpad and Gerrit, as its own sources say."""

    def __init__(
        self,
        launchpad: LaunchpadServer,
        gerrit: GerritServer,
        now: str,
        facts: Snapshot | None = None,
    ) -> None:
        super().__init__(at(now), facts or world())
        self.launchpad = launchpad
        self.gerrit = gerrit
        self.kept: dict[str, Kept] = {}

    async def poll(self) -> tuple[int, int]:
        """One refresh of both, twice, as the bot's; how many requests each got."""
        before = len(self.launchpad.seen), len(self.gerrit.seen)
        self.gerrit.now = self.clock.now()
        for _ in range(2):
            for source in self._sources():
                await self._one(source)
        return len(self.launchpad.seen) - before[0], len(self.gerrit.seen) - before[1]

    def _sources(self) -> Iterable[Source[Any]]:
        places = {
            "launchpad": UpstreamPlace(self.launchpad.api, POLL),
            "gerrit": UpstreamPlace(self.gerrit.url, POLL),
        }
        notes = self.notes
        scope = PollScope(
            places, (self.facts.team,), self.facts.facts, self.clock.now(), notes=notes
        )
        return [*of_launchpad.wanted(scope), *of_gerrit.wanted(scope)]

    async def _one(self, source: Source[Any]) -> None:
        name, now = source.key.name, self.clock.now()
        last = self.facts.facts.get(name, Fetched(upstream=source.upstream))
        if last.at == now and not last.problem and self.asked.get(name) == source:
            return
        self.asked[name] = source
        try:
            async with Http("glance-release-tests") as http:
                self.kept[name] = await source.fetch(http, self.kept.get(name), now)
            value = source.read(self.kept[name])
            fact = Fetched(value, now, "network", url=source.url, upstream=source.upstream)
        except Trouble as trouble:
            fact = replace(last, problem=str(trouble))
        self.facts = replace(self.facts, facts={**self.facts.facts, name: fact})

    async def snapshot(self) -> Snapshot:
        snapshot = await super().snapshot()
        self.notes = snapshot.notes
        return snapshot

    async def __aenter__(self) -> BugLife:
        self.asked: dict[str, Source[Any]] = {}
        self.notes: tuple[Any, ...] = ()
        await super().__aenter__()
        return self

    async def hear(self, now: str) -> list[str]:
        """Poll at an instant and tick: what is said, "(nick) " before what goes to a person."""
        self.clock.instant = at(now)
        await self.snapshot()
        await self.poll()
        before = len(self.lines)
        await self.speaker.tick(await self.snapshot())
        return self.heard(before)

    def heard(self, before: int) -> list[str]:
        team = self.facts.team
        return [
            ("" if to == team.announce else f"({to}) ") + text for to, text in self.lines[before:]
        ]

    async def answer(self, text: str, now: str = "", **who: Any) -> list[str]:
        """What is said to a command, at an instant; nothing is polled for it."""
        if now:
            self.clock.instant = at(now)
        said = await self.ask(text, minutes=0, **who)
        return said.split(" / ")

    def fresh(self, facts: Mapping[str, Fetched[Any]], now: dt.datetime) -> dict[str, Fetched[Any]]:
        """Of opendev.org alone: what the others told is as old as it is."""
        of_files = {n: f for n, f in facts.items() if f.upstream not in ("launchpad", "gerrit")}
        return {**facts, **super().fresh(of_files, now)}

    def merge(self, number: int, day: str, message: str = "", **fields: Any) -> Stored:
        """A change of Glance's that merged at an instant ("2027-03-02T10:00:00")."""
        stamp = f"{day.replace('T', ' ')}.000000000"
        fields = {"project": GLANCE, "subject": f"Change {number}", "created": stamp, **fields}
        change = Stored(
            number, status="MERGED", submitted=stamp, updated=stamp, message=message, **fields
        )
        return self.gerrit.add(change)

    def propose(self, number: int, day: str, message: str = "", **fields: Any) -> Stored:
        """A change of Glance's that is open."""
        stamp = f"{day.replace('T', ' ')}.000000000"
        fields = {"project": GLANCE, "subject": f"Change {number}", **fields}
        return self.gerrit.add(
            Stored(number, created=stamp, updated=stamp, message=message, **fields)
        )
