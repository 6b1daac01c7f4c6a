"""The real history of deliverable files, one proposal after the other, for the release rules."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from GlanceRelease.domain.model import Branch, Deliverable, Release, Schedule, Series
from GlanceRelease.domain.releases.proposal import CheckReport, Context, Finding
from GlanceRelease.domain.releases.version import is_mark
from GlanceRelease.duties.releases.rules import RULES, SCHEMA_RULE, check_release
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.opendev.series_status import parse_series_status


@dataclass(frozen=True)
class Step:
    """One version as it was proposed onto the state before it, and what the rules said."""

    series: str
    deliverable: str
    model: str
    release: Release
    report: CheckReport


class History:
    """Every deliverable file that is there, with the recorded proposals where there are some."""

    def __init__(self, folder: Path) -> None:
        self.releases = folder / "releases"
        status = self.releases / "data/series_status.yaml"
        self.series: tuple[Series, ...] = parse_series_status(status.read_bytes())
        rows = json.loads((folder / "history/glance-releases.json").read_text())
        self.recorded: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            self.recorded[row["series"], row["deliverable"]].append(row)

    def steps(self) -> Iterator[Step]:
        """Each version of each file as a proposal, oldest first inside a file."""
        for path in sorted(self.releases.glob("deliverables/*/*.yaml")):
            yield from self._file(path)

    def _file(self, path: Path) -> Iterator[Step]:
        proposed = read_proposed(f"{path.parent.name}/{path.name}", path.read_text())
        final = proposed.deliverable
        assert final is not None, f"{path}: {proposed.problem}"
        context = Context(
            self._previous(final), self.series, self._schedule(final.series), None, None
        )
        rows = self.recorded.get((final.series, final.name), [])
        kept = {release.version for release in final.releases}
        releases = _merged(final.releases, rows)
        state: list[Release] = []
        branches: list[Branch] = []
        for release in releases:
            row = next((r for r in rows if r["version"] == release.version), None)
            before = _state(final, state, branches)
            late = [b for b in final.branches if b.location == release.version]
            with_it = [b for b in late if row is None or b.name in row["branches_added"]]
            after = _state(final, [*state, release], [*branches, *with_it])
            moment = dt.datetime.fromisoformat(row["proposed"]) if row else None
            now = moment.astimezone(dt.UTC) if moment else None
            file = replace(proposed, deliverable=after)
            known = replace(context, now=now, previous=self._as_it_was(context.previous, now))
            report = check_release(before, file, known)
            if not is_mark(release.version):
                yield Step(final.series, final.name, final.release_model, release, report)
            branches += late
            if release.version in kept:
                state.append(release)

    def _previous(self, file: Deliverable) -> Deliverable | None:
        names = [series.name for series in self.series]
        if file.series not in names[:-1]:
            return None
        before = names[names.index(file.series) + 1]
        path = self.releases / f"deliverables/{before}/{file.name}.yaml"
        if not path.is_file():
            return None
        return read_proposed(f"{before}/{path.name}", path.read_text()).deliverable

    def _as_it_was(self, file: Deliverable | None, now: dt.datetime | None) -> Deliverable | None:
        if file is None or now is None:
            return file
        rows = self.recorded.get((file.series, file.name), [])
        merged = {row["version"]: dt.datetime.fromisoformat(row["merged"]) for row in rows}
        return replace(
            file, releases=tuple(r for r in file.releases if merged.get(r.version, now) <= now)
        )

    def _schedule(self, series: str) -> Schedule | None:
        folder = self.releases / "doc/source" / series
        if not (folder / "schedule.yaml").is_file():
            return None
        rst = (folder / "schedule.rst").read_bytes()
        return parse_schedule(series, (folder / "schedule.yaml").read_bytes(), rst)


def _state(file: Deliverable, releases: list[Release], branches: list[Branch]) -> Deliverable:
    return replace(file, releases=tuple(releases), branches=tuple(branches))


def _merged(releases: tuple[Release, ...], rows: list[dict[str, Any]]) -> list[Release]:
    """The file's releases, with those that the history has and the file has lost."""
    kept = {release.version: release for release in releases}
    known = {row["version"] for row in rows}
    order = [kept.get(row["version"]) or _lost(row, releases) for row in rows]
    return order + [release for release in releases if release.version not in known]


def _lost(row: dict[str, Any], releases: tuple[Release, ...]) -> Release:
    repository = releases[0].hashes[0][0]
    return Release(row["version"], ((repository, row["hash"]),))


def table(steps: list[Step], true: set[tuple[str, str, str]]) -> list[str]:
    """For each rule how often it judged, found, found wrongly, and could not judge; `true` are
    the (rule, series, version) that are faults indeed."""
    judged: Counter[str] = Counter()
    found: Counter[str] = Counter()
    false: Counter[str] = Counter()
    unjudged: Counter[str] = Counter()
    for step in steps:
        judged.update(rule for rule, _ in step.report.judged)
        unjudged.update(item.rule for item in step.report.unjudged)
        for finding in step.report.findings:
            found[finding.rule] += 1
            if (finding.rule, step.series, finding.version) not in true:
                false[finding.rule] += 1
    rows = [f"{'rule':<18} {'judged':>7} {'found':>6} {'false':>6} {'not judged':>11}"]
    for rule in [rule.id for rule in RULES] + [SCHEMA_RULE]:
        numbers = (judged[rule], found[rule], false[rule], unjudged[rule])
        rows.append("{:<18} {:>7} {:>6} {:>6} {:>11}".format(rule, *numbers))
    return rows


def hits(steps: list[Step]) -> Iterator[tuple[Step, Finding]]:
    """Every finding with the step it belongs to."""
    for step in steps:
        for finding in step.report.findings:
            yield step, finding
