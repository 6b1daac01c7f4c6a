"""The release rules on copies of other teams' files: what is right raises nothing, and each
fault raises the one finding that is about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from GlanceRelease.domain.model import Deliverable, Kind, Schedule, Series
from GlanceRelease.domain.releases.proposal import (
    Change,
    CheckReport,
    Commit,
    Context,
    Descent,
    GerritFacts,
    ReleaseStretch,
)
from GlanceRelease.domain.releases.version import parse_version
from GlanceRelease.duties.releases.rules import check_release
from GlanceRelease.sources.gerrit.stretches import until
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from kit.release_history import History

A, B, C = "a" * 40, "b" * 40, "c" * 40
DAYS = {A: 1, B: 2, C: 3}
COPIES = 30
SERIES, BEFORE, BRANCH = "hibiscus", "gazpacho", "stable/2026.2"
Raw = dict[str, Any]


@dataclass
class Copy:
    """A deliverable of another team without its releases of the cycle, to be proposed anew."""

    name: str
    raw: Raw
    previous: Deliverable
    schedule: Schedule
    series: tuple[Series, ...]
    merged: tuple[Change, ...] = ()
    branches: tuple[str, ...] = ("master", BRANCH)
    requirements: dict[str, str] = field(default_factory=dict)

    @property
    def repositories(self) -> list[str]:
        return list(self.raw["repository-settings"])

    @property
    def last(self) -> tuple[int, int, int]:
        """The last version that the series before was cut from, or released."""
        found = [v for r in self.previous.releases if (v := parse_version(r.version))]
        return max(found).base

    def release(self, version: str, sha: str, **more: str) -> Raw:
        projects = [{"repo": repository, "hash": sha} for repository in self.repositories]
        return {"version": version, "projects": projects, **more}

    def day(self, kind: Kind, days: int = 0) -> dt.datetime:
        event = self.schedule.first(kind)
        assert event is not None
        return dt.datetime.combine(event.days[0] + dt.timedelta(days), dt.time(12), dt.UTC)

    def check(
        self, before: list[Raw], after: list[Raw], now: dt.datetime, **more: Any
    ) -> CheckReport:
        """The report on a file that had these releases and gets those; `more` are keys of the
        file, and `cut` the branches that it had."""
        old, new = deepcopy(self.raw), deepcopy(self.raw)
        cut = more.pop("cut", [])
        old.update(releases=before, branches=cut)
        new.update(releases=after, branches=more.pop("branches", cut), **more)
        path = f"{SERIES}/{self.name}.yaml"
        texts = [yaml.safe_dump(raw, sort_keys=False) for raw in (old, new)]
        was, file = (read_proposed(path, text) for text in texts)
        context = Context(self.previous, self.series, self.schedule, self.gerrit(), now)
        return check_release(was.deliverable, file, context)

    def gerrit(self) -> GerritFacts:
        commits, texts = {}, {}
        older = [pair for release in self.previous.releases for pair in release.hashes]
        for repository in self.repositories:
            for sha, day in DAYS.items():
                at = dt.datetime(2026, 6, day, tzinfo=dt.UTC)
                commits[repository, sha] = Commit(repository, sha, True, self.branches, (), at)
                texts[repository, sha] = self.requirements.get(sha, "pbr>=6.0")
        texts |= dict.fromkeys(older, "pbr>=6.0")
        stretches = {
            (repository, old, new): self.stretch(commits[repository, new], old)
            for repository in self.repositories
            for old in [*DAYS, *(sha for _, sha in older)]
            for new in DAYS
        }
        return GerritFacts(commits, stretches, texts)

    def stretch(self, proposed: Commit, old: str) -> ReleaseStretch:
        """What merged until the commit's day, and whether that is after the old one's."""
        after = DAYS[proposed.sha] > DAYS.get(old, 0)
        return ReleaseStretch(
            Descent.AFTER if after else Descent.BESIDE, until(proposed, self.merged)
        )


@pytest.fixture(scope="module")
def history(published: Path) -> History:
    return History(published)


def copies(history: History, wanted: Callable[[Raw], bool]) -> Iterator[Copy]:
    """Other teams' deliverables that were released in both cycles, the first thirty by name."""
    schedule = history._schedule(SERIES)
    assert schedule is not None
    found = 0
    for path in sorted((history.releases / "deliverables" / SERIES).glob("*.yaml")):
        raw = yaml.safe_load(path.read_text())
        older = history.releases / "deliverables" / BEFORE / path.name
        if raw["team"] == "glance" or not wanted(raw) or not older.is_file():
            continue
        previous = read_proposed(f"{BEFORE}/{path.name}", older.read_text()).deliverable
        if previous is None or not previous.releases or "repository-settings" not in raw:
            continue
        for key in ("releases", "branches", "cycle-highlights"):
            raw.pop(key, None)
        raw["repository-settings"] = {
            r: s for r, s in raw["repository-settings"].items() if r in previous.repositories
        }
        yield Copy(path.stem, raw, previous, schedule, history.series)
        found += 1
        if found == COPIES:
            return


def staged(history: History) -> list[Copy]:
    found = list(copies(history, lambda raw: raw.get("release-model") == "cycle-with-rc"))
    assert len(found) == COPIES
    return found


def libraries(history: History) -> list[Copy]:
    kinds = ("library", "client-library")
    found = list(copies(history, lambda raw: raw["type"] in kinds))
    assert len(found) == COPIES
    return found


def findings(report: CheckReport) -> list[str]:
    return [finding.rule for finding in report.findings]


def next_major(copy: Copy) -> int:
    return copy.last[0] + 1


def branch_at(version: str) -> list[Raw]:
    return [{"name": BRANCH, "location": version}]


HIGHLIGHTS = {"cycle-highlights": ["It is faster."]}


def test_right_proposals_of_staged_deliverables_raise_nothing(history: History) -> None:
    for copy in staged(history):
        base = f"{next_major(copy)}.0.0"
        beta = copy.release(f"{base}.0b2", A)
        rc1, rc2 = copy.release(f"{base}.0rc1", B), copy.release(f"{base}.0rc2", C)
        final = copy.release(base, C, **{"diff-start": "1.0.0"})
        cut = branch_at(f"{base}.0rc1")
        if copy.raw.get("stable-branch-type") == "none":
            cut = []
        reports = [
            copy.check([], [beta], copy.day(Kind.MILESTONE_2)),
            copy.check([beta], [beta, rc1], copy.day(Kind.RC1, -3), branches=cut, **HIGHLIGHTS),
            copy.check([], [rc1], copy.day(Kind.RC1), branches=cut, **HIGHLIGHTS),
            copy.check([rc1], [rc1, rc2], copy.day(Kind.FINAL_RC, -2), cut=cut),
            copy.check([rc1, rc2], [rc1, rc2, final], copy.day(Kind.RELEASE, -1), cut=cut),
        ]
        assert [findings(report) for report in reports] == [[]] * 5, copy.name
        assert [report.unjudged for report in reports] == [()] * 5, copy.name


def test_right_proposals_of_libraries_raise_nothing(history: History) -> None:
    for copy in libraries(history):
        major, minor, patch = copy.last
        feature = copy.release(f"{major}.{minor + 1}.0", A)
        bugfix = copy.release(f"{major}.{minor}.{patch + 1}", A)
        second = copy.release(f"{major}.{minor + 1}.1", B)
        day = copy.day(Kind.MILESTONE_2)
        reports = [
            copy.check([], [feature], day),
            copy.check([], [bugfix], day),
            copy.check([feature], [feature, second], day),
        ]
        assert [findings(report) for report in reports] == [[]] * 3, copy.name
        assert [report.unjudged for report in reports] == [()] * 3, copy.name


def test_each_fault_of_a_staged_deliverable_is_the_one_finding(history: History) -> None:
    for copy in staged(history):
        major = next_major(copy)
        base = f"{major}.0.0"
        beta, rc1 = copy.release(f"{base}.0b2", A), copy.release(f"{base}.0rc1", B)
        m2, rc, end = copy.day(Kind.MILESTONE_2), copy.day(Kind.RC1), copy.day(Kind.RELEASE, -1)
        cut = branch_at(f"{base}.0rc1")
        low = copy.release(f"{major - 1}.0.0.0b2", A)
        typo = {"relase-notes": "https://docs.openstack.org"}
        faulty = {
            "beta-number": copy.check([], [copy.release(f"{base}.0b1", A)], m2),
            "major": copy.check([], [low], m2),
            "rc1-branch": copy.check([beta], [beta, rc1], rc, **HIGHLIGHTS),
            "final-hash": copy.check([rc1], [rc1, copy.release(base, C)], end, cut=cut),
            "schema (twice)": copy.check([beta], [beta, copy.release(f"{base}.0b2", B)], m2),
            "schema": copy.check([], [beta], m2, **typo),
            "schema (project)": copy.check([], [{**beta, "notes": "x"}], m2),
            "diff-start": copy.check([], [{**beta, "diff-start": "1.0.0"}], m2),
            "ahead": copy.check([beta], [beta, {**rc1, "projects": deepcopy(beta["projects"])}], rc,
                                branches=cut, **HIGHLIGHTS),
            "window": copy.check([], [rc1], copy.day(Kind.RC1, 1), branches=cut, **HIGHLIGHTS),
        }  # fmt: skip
        copy.branches = ("feature/x",)
        faulty["branch-membership"] = copy.check([], [beta], m2)
        if copy.raw.get("stable-branch-type") == "none":
            del faulty["rc1-branch"]
        if copy.raw["type"] == "trailing":
            assert findings(faulty.pop("window")) == findings(faulty.pop("beta-number")) == []
        if copy.raw["type"] == "service":
            copy.branches = ("master",)
            faulty["highlights"] = copy.check([], [rc1], rc, branches=cut)
        for rule, report in faulty.items():
            assert findings(report) == [rule.partition(" ")[0]], (copy.name, report.findings)


def test_each_fault_of_a_library_is_the_one_finding(history: History) -> None:
    for copy in libraries(history):
        major, minor, patch = copy.last
        repository = copy.repositories[0]
        bugfix = copy.release(f"{major}.{minor}.{patch + 1}", B)
        day = copy.day(Kind.MILESTONE_2)
        pre = copy.release(f"{major + 1}.0.0.0b1", B)
        faulty = {"sequence": copy.check([], [pre], day)}
        merged = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
        note = "releasenotes/notes/x.yaml"
        feature = Change(1, repository, "master", "S", "MERGED", message="Implements: bp x",
                         files=("x.py", note), submitted=merged)  # fmt: skip
        copy.merged = (feature,)
        faulty["level (feature)"] = copy.check([], [bugfix], day)
        later = Change(2, repository, "master", "S", "MERGED", message="Implements: bp x",
                       files=("x.py",), submitted=merged + dt.timedelta(days=9))  # fmt: skip
        copy.merged = (later,)
        assert findings(copy.check([], [bugfix], day)) == [], "merged after the commit"
        copy.merged = ()
        copy.requirements = {B: "pbr>=6.1"}
        faulty["level"] = copy.check([], [bugfix], day)
        copy.requirements = {}
        first = copy.release(f"{major}.{minor + 1}.0", B)
        older = copy.release(f"{major}.{minor + 1}.1", A)
        faulty["descendant"] = copy.check([first], [first, older], day)
        fixed = Change(3, repository, "master", "S", "MERGED", message="Closes-Bug: #1",
                       files=("x.py",), submitted=merged)  # fmt: skip
        copy.merged = (fixed,)
        faulty["release-notes"] = copy.check([], [bugfix], day)
        for rule, report in faulty.items():
            assert findings(report) == [rule.partition(" ")[0]], (copy.name, report.findings)
