"""A team's repositories, published files and proposals on the Gerrit of the tests, in the middle of
a cycle."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from GlanceRelease.domain.gerrit_scope import changes_of, known_files, scope_of
from GlanceRelease.domain.model import GovernanceTeam, Person
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT, CheckReport
from GlanceRelease.domain.snapshot import (
    GOVERNANCE,
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.duties.releases.proposal_check import check_proposal
from GlanceRelease.duties.releases.words.proposals import finding_words
from GlanceRelease.sources.gerrit.proposal_lookup import facts_of, look_up_proposal
from GlanceRelease.sources.gerrit.team_changes import TeamChangesSource
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from GlanceRelease.sources.protocols import Kept
from kit.release_cases import GLANCE, SERIES_ROWS, STORE, TEAM, releases, schedule
from kit.upstream.gerrit import GerritServer, Stored

UTC = dt.UTC
MILESTONE_2 = dt.datetime(2026, 7, 2, 12, tzinfo=UTC)
REPO_STORE, REPO_GLANCE = "openstack/glance_store", "openstack/glance"
GOVERNED = (
    GovernanceTeam(
        "glance", Person("Cyril Roelandt", "croelandt", "cyril@example.org"), (), "c",
        (("glance", (REPO_GLANCE,)), ("glance-store", (REPO_STORE,))),
    ),
    GovernanceTeam("nova", None, (), "n", (("nova", ("openstack/nova",)),)),
)  # fmt: skip
NOTE = "releasenotes/notes/it-1.yaml"
FIXES = "---\nfixes:\n  - |\n    It works.\n"
FEATURES = "---\nfeatures:\n  - |\n    It can more.\n"


def sha(name: str) -> str:
    """The hash of the commit that the tests call so."""
    return hashlib.sha1(name.encode()).hexdigest()


def store_file(*rows: tuple[str, str], more: str = "") -> str:
    """glance-store's file with these (version, commit's name)."""
    named = [(version, sha(name)) for version, name in rows]
    return STORE + releases(*named, repo=REPO_STORE) + more


def glance_file(*rows: tuple[str, str], more: str = "") -> str:
    """glance's file with these (version, commit's name)."""
    return GLANCE + releases(*((version, sha(name)) for version, name in rows)) + more


CUT_STORE = "branches:\n  - name: stable/2026.1\n    location: 5.4.0\n"
CUT_GLANCE = "branches:\n  - name: stable/2026.1\n    location: 32.0.0.0rc1\n"
PUBLISHED = {
    "hibiscus/glance-store": store_file(("5.5.0", "s3"), ("5.6.0", "s4")),
    "hibiscus/glance": glance_file(("33.0.0.0b1", "a2")),
    "gazpacho/glance-store": store_file(("5.4.0", "s1"), more=CUT_STORE),
    "gazpacho/glance": glance_file(("32.0.0.0rc1", "a1"), ("32.0.0", "a1"), more=CUT_GLANCE),
}
# repository: commits as (name, parents, branch whose head it is, tags, its change's note)
HISTORY = {
    REPO_STORE: (
        ("s1", (), "", ("5.4.0",), FIXES), ("t1", ("s1",), "stable/2026.1", (), FIXES),
        ("s2", ("s1",), "", (), FIXES), ("s3", ("s2",), "", ("5.5.0",), FIXES),
        ("old", ("s3",), "", (), FIXES), ("s4", ("old",), "", ("5.6.0",), FIXES),
        ("side", ("s2",), "", (), FIXES), ("m5", ("s4", "side"), "", (), None),
        ("s6", ("m5",), "master", (), FIXES), ("open", ("s4",), "", (), None),
    ),
    REPO_GLANCE: (
        ("a1", (), "", ("32.0.0.0rc1", "32.0.0"), FIXES), ("p1", ("a1",), "", (), FIXES),
        ("p2", ("p1",), "stable/2026.1", (), FIXES), ("a2", ("a1",), "", ("33.0.0.0b1",), FIXES),
        ("a3", ("a2",), "", (), FIXES), ("a4", ("a3",), "master", (), FIXES),
    ),
}  # fmt: skip


@dataclass
class Room:
    """The Gerrit with its proposals, the published files, and what a refresh kept."""

    gerrit: GerritServer
    now: dt.datetime = MILESTONE_2
    published: dict[str, str] = field(default_factory=lambda: dict(PUBLISHED))
    kept: Kept | None = None

    def grow(self) -> None:
        """The repositories' commits, an hour apart, and the changes that brought them."""
        number = 100
        for repository, commits in HISTORY.items():
            for hour, (name, parents, branch, tags, note) in enumerate(commits):
                day = f"2026-06-01 {hour:02}:00:00"
                heads = [sha(each) for each in parents]
                self.gerrit.grow(repository, sha(name), *heads, day=day, branch=branch)
                for tag in tags:
                    self.gerrit.tags[repository, tag] = sha(name)
                number += 1
                if note is not None:
                    on = "stable/2026.1" if name[0] in "tp" else "master"
                    self.gerrit.add(
                        Stored(
                            number, repository, f"Mend {name}", on, "MERGED", commit=sha(name),
                            submitted=f"{day}.000000000", message="Closes-Bug: #1\n",
                            files={"x.py": ("", "y"), NOTE: (None, note)},
                        )
                    )  # fmt: skip
                self.gerrit.files[repository, sha(name), "requirements.txt"] = "pbr>=6.0\n"

    def merged(self, repository: str, name: str) -> Stored:
        """The change that brought a commit."""
        return next(
            change for change in self.gerrit.changes.values()
            if (change.project, change.commit) == (repository, sha(name))
        )  # fmt: skip

    def propose(self, path: str, after: str | None, **more: object) -> Stored:
        """An open change of this file onto the published one."""
        before = self.published.get(path.removesuffix(".yaml"))
        number = 900001 + sum(n > 900000 for n in self.gerrit.changes)
        change = Stored(
            number, "openstack/releases", "Release", files={f"deliverables/{path}": (before, after)}
        )
        return self.gerrit.add(replace(change, **more))  # type: ignore[arg-type]

    def facts(self) -> dict[str, Fetched[object]]:
        """What opendev.org told."""

        def known(value: object) -> Fetched[object]:
            return Fetched(value, self.now, "network")

        facts = {
            SERIES.name: known(SERIES_ROWS),
            GOVERNANCE.name: known(GOVERNED),
            schedule_of("hibiscus").name: known(schedule()),
        }
        for path, text in self.published.items():
            series, _, name = path.partition("/")
            file = read_proposed(f"{path}.yaml", text).deliverable
            facts[deliverable_of(series, name).name] = known(file)
        return facts

    def moment(self) -> Moment:
        """One refresh, and the picture after it."""
        picture = Snapshot(TEAM, self.facts())
        source = TeamChangesSource(self.gerrit.url, (scope_of(Moment(picture, self.now)),))

        async def fetch() -> Kept:
            async with Http("test") as http:
                return await source.fetch(http, self.kept, self.now)

        self.kept = asyncio.run(fetch())
        facts = {
            **self.facts(),
            GERRIT.name: Fetched(source.read(self.kept), self.now, "network"),
        }
        return Moment(Snapshot(TEAM, facts), self.now)

    def report(self, change: Stored) -> CheckReport:
        """The check of a proposal that is followed."""
        moment = self.moment()
        known = changes_of(moment.snapshot)
        assert known is not None
        (proposal,) = [p for p in known.proposals if p.change.number == change.number]
        return check_proposal(moment, proposal, known.facts)

    def looked_up(self, change: Stored) -> CheckReport:
        """The check of the same change by one who asks for it, as the command line does."""
        moment = self.moment()

        async def ask() -> CheckReport:
            async with Http("test") as http:
                number, url = str(change.number), self.gerrit.url
                found = await look_up_proposal(http, url, number, TEAM.deliverables)
                known = known_files(moment.snapshot)
                facts = await facts_of(http, url, found.files, known, self.now)
                return check_proposal(moment, found, facts, self.now)

        return asyncio.run(ask())


def told(report: CheckReport) -> list[str]:
    """The findings as they are said."""
    return [finding_words(finding) for finding in report.findings]


@contextmanager
def room() -> Iterator[Room]:
    """A room with its history."""
    with GerritServer(MILESTONE_2) as gerrit:
        made = Room(gerrit)
        made.grow()
        yield made
