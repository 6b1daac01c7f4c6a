"""The deliverable files as the tags make them true: a version is released when its tag is there,
and what has merged without one is pending, whatever the files have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..gerrit_scope import changes_of, merged_last
from ..model import Deliverable
from ..snapshot import SERIES, Fetched, Snapshot, deliverable_of
from .awaited import Awaited
from .proposal import GERRIT, Proposal, TeamChanges
from .released import as_written, read_key, seen_key


def with_tags(snapshot: Snapshot) -> Snapshot:
    """The snapshot whose files have as released what is tagged, or was there when they were first
    looked at. What came since and has no tag yet, or one of which Gerrit does not tell, is pending,
    with the branches that are cut from it. A file that merged is taken from Gerrit while
    opendev.org does not have it. Where nobody asks Gerrit, the files tell alone."""
    gerrit = snapshot[GERRIT]
    known = changes_of(snapshot)
    if GERRIT.name not in snapshot.facts or (gerrit.known and known is None):
        return snapshot
    facts: dict[str, Fetched[Any]] = {}
    for series in snapshot[SERIES].value or ():
        for name in snapshot.team.deliverables:
            key = deliverable_of(series.name, name)
            fact = snapshot[key]
            if fact.known:
                facts[key.name] = _told(fact, series.name, name, known, snapshot.memory)
    return replace(snapshot, facts={**snapshot.facts, **facts})


def as_read(snapshot: Snapshot) -> Snapshot:
    """The snapshot whose files have all that was written into them, tagged or not."""
    facts = {
        name: replace(fact, value=as_written(fact.value))
        for name, fact in snapshot.facts.items()
        if isinstance(fact.value, Deliverable)
    }
    return replace(snapshot, facts={**snapshot.facts, **facts})


def _told(
    fact: Fetched[Deliverable],
    series: str,
    name: str,
    known: TeamChanges | None,
    memory: Mapping[str, str],
) -> Fetched[Deliverable]:
    proposals, awaited = (known.proposals, known.awaited) if known else ((), ())
    written = as_written(fact.value) if fact.value else None
    file = newest_text(written, proposals, series, name)
    if file is None:
        return fact
    there = known.versions.get(f"{series}/{name}") if known else None
    first_look = there is None and read_key(series, name) not in memory

    def is_old(version: str) -> bool:
        return first_look or version in (there or ()) or seen_key(file, version) in memory

    told = by_tags(file, awaited, is_old, _not_there(file, known))
    return fact if told == fact.value else replace(fact, value=told)


def by_tags(
    file: Deliverable,
    awaited: Iterable[Awaited],
    is_old: Callable[[str], bool],
    not_there: Collection[str] = (),
) -> Deliverable:
    """The file with what is tagged as released, and the rest as pending; `is_old` tells of the
    versions that nobody need ask about, and `not_there` are the branches that Gerrit has not."""
    mine = {one.release.version: one for one in awaited if one.key[:2] == (file.series, file.name)}
    released, pending = [], []
    for release in file.releases:
        one = mine.get(release.version)
        if one is not None and one.release.hashes == release.hashes:
            if one.is_tagged:
                released.append(one.released)
            else:
                pending.append(replace(release, merged=one.merged))
        elif one is None and is_old(release.version):
            released.append(release)
        else:
            pending.append(release)
    held = {release.version for release in pending}
    cut = [b for b in file.branches if b.location not in held and b.name not in not_there]
    return replace(
        file,
        releases=tuple(released),
        branches=tuple(cut),
        pending=tuple(pending),
        pending_branches=tuple(branch for branch in file.branches if branch not in cut),
    )


def _not_there(file: Deliverable, known: TeamChanges | None) -> set[str]:
    """The branches of which Gerrit says that a repository of the file's has them not."""
    told = (known.branches if known else {}).items()
    return {name for (place, name), there in told if not there and place in file.repositories}


def newest_text(
    file: Deliverable | None, proposals: Iterable[Proposal], series: str, name: str
) -> Deliverable | None:
    """The file as the proposal that merged last has it, where that has all that `file` has and
    more: opendev.org lags behind; else `file`."""
    merged = merged_text(proposals, series, name)
    if merged is None:
        return file
    return merged if _names(file) < _names(merged) else file


def _names(file: Deliverable | None) -> set[str]:
    """Its versions and its branches."""
    releases, branches = (file.releases, file.branches) if file else ((), ())
    return {release.version for release in releases} | {branch.name for branch in branches}


def merged_text(proposals: Iterable[Proposal], series: str, name: str) -> Deliverable | None:
    """The file after the proposal of it that merged last; None where none did, or it can't be
    read."""
    merged = merged_last(proposals, series, name)
    return merged.after.deliverable if merged and merged.after else None
