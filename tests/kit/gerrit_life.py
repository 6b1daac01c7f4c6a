"""A bot's life with a Gerrit on loopback: what each poll makes of it, and what is said then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from GlanceRelease.domain.releases.proposal import GERRIT
from GlanceRelease.domain.releases.released import with_days_seen
from GlanceRelease.domain.releases.tagged_files import with_tags
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.domain.upstreams import UpstreamPlace
from GlanceRelease.sources.gerrit.wanted import wanted
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from GlanceRelease.sources.protocols import Kept, PollScope
from kit.channel import Channel
from kit.glance_facts import at, world
from kit.upstream.gerrit import GerritServer, Stored

RELEASES = "openstack/releases"
POLL = dt.timedelta(minutes=10)


class GerritLife(Channel):
    """A channel whose bot polls Gerrit; opendev.org has what `publish` gives it."""

    def __init__(self, gerrit: GerritServer, now: str, facts: Snapshot | None = None) -> None:
        first = facts or world()
        unasked: Fetched[Any] = Fetched(None, upstream="gerrit")
        super().__init__(at(now), replace(first, facts={GERRIT.name: unasked, **first.facts}))
        self.gerrit = gerrit
        self.kept: Kept | None = None

    async def poll(self) -> int:
        """One refresh of Gerrit; how many requests it took."""
        before = self.gerrit.count()
        now = self.clock.now()
        self.gerrit.now = now
        places = {"gerrit": UpstreamPlace(self.gerrit.url, POLL)}
        source = next(iter(wanted(PollScope(places, (self.facts.team,), self.facts.facts, now))))
        last = self.facts[GERRIT]
        try:
            async with Http("test") as http:
                self.kept = await source.fetch(http, self.kept, now)
            fact = Fetched(source.read(self.kept), now, "network", upstream="gerrit")
        except Trouble as trouble:
            fact = replace(last, problem=str(trouble))
        self.facts = replace(self.facts, facts={**self.facts.facts, GERRIT.name: fact})
        return self.gerrit.count() - before

    async def snapshot(self) -> Snapshot:
        return with_days_seen(with_tags(await super().snapshot()))

    async def hear(self, now: str) -> list[str]:
        """Poll at an instant and tick: what is said, "(nick) " before what goes to a person."""
        self.clock.instant = at(now)
        await self.poll()
        before = len(self.lines)
        await self.speaker.tick(await self.snapshot())
        team = self.facts.team
        return [
            ("" if to == team.announce else f"({to}) ")
            + text.replace(self.gerrit.url, "https://gerrit")
            for to, text in self.lines[before:]
        ]

    async def answer(self, text: str) -> list[str]:
        said = await self.ask(text, minutes=0)
        return said.replace(self.gerrit.url, "https://gerrit").split(" / ")

    def publish(self, series: str, name: str, text: str | None) -> None:
        """From now on opendev.org has this file, as the bot read it."""
        file = read_proposed(f"{series}/{name}.yaml", text).deliverable if text else None
        now = self.clock.instant if hasattr(self, "clock") else self.now
        fact = Fetched(file, now, "network", upstream="opendev")
        key = deliverable_of(series, name).name
        self.facts = replace(self.facts, facts={**self.facts.facts, key: fact})

    def merge(self, number: int, path: str, before: str | None, after: str, day: str) -> Stored:
        """A proposal of the release team that merged at an instant."""
        name = path.rpartition("/")[2].removesuffix(".yaml")
        stamp = f"{day.replace('T', ' ')}:00.000000000"
        change = Stored(
            number, RELEASES, f"[{name}] Release", status="MERGED", created=stamp, updated=stamp,
            submitted=stamp, files={f"deliverables/{path}": (before, after)},
        )  # fmt: skip
        return self.gerrit.add(change)
