"""When releases were made, which no deliverable file says; a snapshot as it was then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..calendar.cycle import start_of
from ..model import Deliverable, Kind, Release, Schedule
from ..snapshot import Fetched, Snapshot, deliverable_of, schedule_of
from .shapes import final_of
from .version import Version, parse_version

_A_WEEK = dt.timedelta(weeks=1)
_MILESTONES = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3)


@dataclass(frozen=True)
class Released:
    """One version and the instant (UTC) at which its proposal merged, with the branches that the
    same change made; `series` is empty where the row doesn't name one, `proposed` None where it
    doesn't tell when the proposal was written."""

    deliverable: str
    version: str
    merged: dt.datetime
    branches: tuple[str, ...]
    series: str = ""
    proposed: dt.datetime | None = None


def with_tags_days(rows: Iterable[Released], snapshot: Snapshot) -> tuple[Released, ...]:
    """The rows with the instants at which the tags can have come. What has candidates is released
    on its cycle's release day, together with all others: a row that has a final version some days
    sooner has its commit's date (dalmatian: Mon 2024-09-30, released on Wed 2024-10-02)."""
    return tuple(_with_tags_day(row, snapshot) for row in rows)


def _with_tags_day(row: Released, snapshot: Snapshot) -> Released:
    file = snapshot[deliverable_of(row.series, row.deliverable)].value
    schedule = snapshot[schedule_of(row.series)].value
    release = schedule.first(Kind.RELEASE) if schedule else None
    if file is None or release is None or not file.is_staged or file.type == "trailing":
        return row
    final = final_of(file.releases)
    day = start_of(release.days[-1])
    if final is None or final.version != row.version or day - row.merged > _A_WEEK:
        return row
    return replace(row, merged=max(day, row.merged))


def still_to_come(file: Deliverable, schedule: Schedule, now: dt.datetime) -> frozenset[str]:
    """The file's versions that by the cycle's schedule need not have been released at `now`: those
    of a cycle-with-rc deliverable whose event (the beta's milestone, RC1, the final RC, the
    release) was not over. Nothing tells it of what is released at any time, or trails."""
    if not file.is_staged or file.type == "trailing":
        return frozenset()
    versions = []
    for release in file.releases:
        version = parse_version(release.version)
        event = schedule.first(_kind(version)) if version else None
        if event is not None and now.date() <= event.days[-1]:
            versions.append(release.version)
    return frozenset(versions)


def without_versions(file: Deliverable, versions: frozenset[str]) -> Deliverable:
    """The file without these versions, and without the branches that were cut from them."""
    return replace(
        file,
        releases=tuple(release for release in file.releases if release.version not in versions),
        branches=tuple(branch for branch in file.branches if branch.location not in versions),
    )


def _kind(version: Version) -> Kind:
    if version.stage == "rc":
        return Kind.RC1 if version.number == 1 else Kind.FINAL_RC
    if version.final:
        return Kind.RELEASE
    number = version.number if version.stage == "b" else 1
    return _MILESTONES[min(max(number, 1), len(_MILESTONES)) - 1]


def read_key(series: str, name: str) -> str:
    """Where the rules' memory keeps that a file was looked at."""
    return f"read/{series}/{name}"


def as_written(file: Deliverable) -> Deliverable:
    """The file as it stands in openstack/releases, with what is not tagged yet."""
    if not file.pending and not file.pending_branches:
        return file
    releases, branches = file.releases + file.pending, file.branches + file.pending_branches
    return replace(file, releases=releases, branches=branches, pending=(), pending_branches=())


def seen_key(file: Deliverable, version: str) -> str:
    """Where the rules' memory keeps the instant at which a version first stood in the file; the
    value is empty where it stood there when the bot first looked."""
    return f"seen/{file.series}/{file.name}/{version}"


def by_merge_key(file: Deliverable, version: str) -> str:
    """Where the rules' memory keeps that the instant is that of the merge."""
    return f"merged/{file.series}/{file.name}/{version}"


def with_days_seen(snapshot: Snapshot) -> Snapshot:
    """The snapshot whose releases carry the instant at which the bot first saw them: no later
    than a poll after their tag, and the only day that a deliverable file ever gets."""
    facts: dict[str, Fetched[Any]] = dict(snapshot.facts)
    for name, fact in snapshot.facts.items():
        file = fact.value
        if isinstance(file, Deliverable):
            releases = tuple(_seen(file, release, snapshot.memory) for release in file.releases)
            facts[name] = replace(fact, value=replace(file, releases=releases))
    return replace(snapshot, facts=facts)


def _seen(file: Deliverable, release: Release, memory: Mapping[str, str]) -> Release:
    known = memory.get(seen_key(file, release.version))
    if release.tagged is not None or not known:
        return release
    by_merge = by_merge_key(file, release.version) in memory
    return replace(release, tagged=dt.datetime.fromisoformat(known), by_merge=by_merge)
