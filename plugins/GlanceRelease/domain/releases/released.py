"""When releases were made, which no deliverable file says; a snapshot as it was then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..model import Deliverable, Kind, Release, Schedule
from ..snapshot import Fetched, Snapshot
from .version import Version, parse_version

_MILESTONES = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3)


@dataclass(frozen=True)
class Released:
    """One version and the instant (UTC) at which its proposal merged, with the branches that the
    same change made; `series` is empty where the row doesn't name one."""

    deliverable: str
    version: str
    merged: dt.datetime
    branches: tuple[str, ...]
    series: str = ""


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


def seen_key(file: Deliverable, version: str) -> str:
    """Where the rules' memory keeps the instant at which a version first stood in the file; the
    value is empty where it stood there when the bot first looked."""
    return f"seen/{file.series}/{file.name}/{version}"


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
    return replace(release, tagged=dt.datetime.fromisoformat(known))
