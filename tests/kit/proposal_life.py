"""A proposal's life on the Gerrit of the tests, told minute by minute: what the channel and the
liaison hear of it, by the bot's own rules and outbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from GlanceRelease.domain.gerrit_scope import scope_of
from GlanceRelease.domain.model import Deliverable, GovernanceTeam, Person
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT
from GlanceRelease.domain.snapshot import (
    GOVERNANCE,
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.sources.gerrit.team_changes import TeamChangesSource
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from kit.channel import CHANNEL, Channel
from kit.release_cases import (
    GLANCE,
    PREVIOUS_FILES,
    SERIES_ROWS,
    TEAM,
    A,
    B,
    C,
    parsed,
    releases,
    schedule,
)
from kit.upstream.gerrit import GerritServer, Stored

MONDAY = dt.datetime(2026, 9, 7, 9, 5, tzinfo=dt.UTC)
PEOPLE = GovernanceTeam(
    "glance", Person("Cyril Roelandt", "croelandt", "cyril@example.org"),
    (("release", (Person("Pranali Deore", "pdeore", "pdeore@example.org"),)),),
    "openstack-glance",
    (("glance", ("openstack/glance",)), ("glance-store", ("openstack/glance_store",))),
)  # fmt: skip
RELEASE_TEAM = GovernanceTeam(
    "Release Management", None, (("release", (Person("Elod Illes", "e", "elod@example.org"),)),),
    "openstack-release", (),
)  # fmt: skip
HIGHLIGHTS = "cycle-highlights:\n  - Faster\n"
BEFORE = GLANCE + HIGHLIGHTS + releases(("33.0.0.0b2", A))
RC1 = ("33.0.0.0rc1", B)
AFTER = GLANCE + HIGHLIGHTS + releases(("33.0.0.0b2", A), RC1)
BRANCH = "branches:\n  - name: stable/2026.2\n    location: 33.0.0.0rc1\n"
PATH = "deliverables/hibiscus/glance.yaml"
TOLD_BY = ("proposals", "proposal life")
WHO = {CHANNEL: "channel"}


class ProposalLife(Channel):
    """One bot beside a Gerrit; `propose` is the release team's RC1 of glance, `after` lets minutes
    pass and gives what was heard in them of proposals, as "WHO: words"."""

    def __init__(self, gerrit: GerritServer) -> None:
        super().__init__(MONDAY)
        self.gerrit = gerrit
        self.kept: Kept | None = None
        self.problem: str | None = None
        self.files: dict[str, Deliverable | None] = {
            "glance": parsed(BEFORE, "hibiscus/glance.yaml"), "glance-store": None,
        }  # fmt: skip
        for sha, branches in ((A, ("master",)), (B, ("master",)), (C, ("stable/2026.1",))):
            for repository in ("openstack/glance", "openstack/glance_store"):
                day = "2026-03-05 10:00:00.000000000"
                gerrit.commits[repository, sha] = (day, branches, ())
        self.facts = self._picture(None)
        self.team = TEAM

    def _picture(self, source: TeamChangesSource | None) -> Snapshot:
        now = self.now if not hasattr(self, "clock") else self.clock.instant

        def known(value: object) -> Fetched[Any]:
            return Fetched(value, now, "network")

        facts = {
            SERIES.name: known(SERIES_ROWS),
            GOVERNANCE.name: known((PEOPLE, RELEASE_TEAM)),
            schedule_of("hibiscus").name: known(schedule()),
        }
        for name in TEAM.deliverables:
            facts[deliverable_of("hibiscus", name).name] = known(self.files[name])
            facts[deliverable_of("gazpacho", name).name] = known(PREVIOUS_FILES[name])
        if source is not None and self.kept is not None:
            facts[GERRIT.name] = replace(known(source.read(self.kept)), problem=self.problem)
        return Snapshot(TEAM, facts)

    async def after(self, minutes: int = 10) -> list[str]:
        """Let so many minutes pass; then a look at Gerrit, and a tick."""
        self.clock.instant += dt.timedelta(minutes=minutes)
        now = self.clock.instant
        scope = scope_of(Moment(self._picture(None), now))
        source = TeamChangesSource(self.gerrit.url, (scope,))
        try:
            async with Http("test") as http:
                self.kept = await source.fetch(http, self.kept, now)
            self.problem = None
        except Trouble as trouble:
            self.problem = str(trouble)
        self.facts = self._picture(source)
        return await self.tick()

    async def tick(self) -> list[str]:
        """What is said in a tick."""
        before = len(self.lines)
        await self.speaker.tick(await self.snapshot())
        rows = await self.speaker.outbox.ledger(TEAM.name)
        ours = {row.text for row in rows if row.rule in TOLD_BY}
        return [self._heard(*line) for line in self.lines[before:] if line[1] in ours]

    def _heard(self, target: str, text: str) -> str:
        return f"{WHO.get(target, target)}: {text.replace(self.gerrit.url, 'https://gerrit')}"

    def propose(self, **more: Any) -> Stored:
        """The release team's RC1, or another proposal."""
        change = Stored(
            900001, "openstack/releases", "[glance] Release 33.0.0.0rc1",
            topic="hibiscus-rc1-deadline", files={PATH: (BEFORE, AFTER + BRANCH)},
        )  # fmt: skip
        return self.gerrit.add(replace(change, **more))

    def upload(self, change: Stored, **more: Any) -> None:
        """A new patch set, which takes the votes away."""
        change.patch_set += 1
        change.votes.clear()
        for name, value in more.items():
            setattr(change, name, value)
