"""The rule about versions that another change has: on master, or proposed as well."""

from __future__ import annotations

from ....domain.model import Release
from ....domain.releases.merged_level import level_of, next_feature, next_fix
from ....domain.releases.newest import newest_in
from ....domain.releases.version import Version, parse_version
from ..words import faults
from .case import Case, Fault, FileCase, FileVerdict, Verdict, fault, wrong


def by_a_newer_series(case: Case) -> Verdict:
    """No number is given that a newer series has: what is released from an older branch takes the
    next fix's, since the one for features is theirs."""
    series = case.context.newer.get(case.release.version)
    if series is None or case.last is None:
        return None
    right = next_fix(case.last[1])
    while str(right) in case.context.newer:
        right = next_fix(right)
    values = {"version": case.release.version, "series": series, "right": right}
    features = level_of(case.merged or ()).features
    if not features:
        return wrong(faults.TAKEN_BY_NEWER, **values)
    change = features[0].number
    return wrong(faults.TAKEN_FOR_A_FEATURE, **values, change=change, branch=case.branch)


def taken(case: FileCase) -> FileVerdict:
    """No version is given twice: neither one that stands on master by another change since the
    proposal's parent, nor one that an earlier open change proposes."""
    if not (case.taken or case.added_releases):
        return None
    found = [_on_master(case, release) for release in case.taken]
    for release in case.added_releases:
        first = case.context.others.get(release.version)
        if first is not None:
            found.append(fault(faults.PROPOSED_TWICE, version=release.version, change=first))
    return found


def _on_master(case: FileCase, release: Release) -> Fault:
    there = case.before.releases if case.before else ()
    other = next((dict(r.hashes) for r in there if r.version == release.version), {})
    if other == dict(release.hashes):
        return fault(faults.ON_MASTER, version=release.version)
    sha = next(iter(other.values()), "another commit")
    right = _next_like(release, case)
    words = faults.ON_MASTER_OTHERWISE if right else faults.ON_MASTER_FOR_GOOD
    return fault(words, version=release.version, commit=sha[:10], right=right or "")


def _next_like(release: Release, case: FileCase) -> Version | None:
    """The next number of the same kind; none for a beta or a cycle's final."""
    version = parse_version(release.version)
    newest = newest_in(case.before) if case.before else None
    last = parse_version(newest.version) if newest else None
    if version is None or last is None:
        return None
    if version.stage == last.stage == "rc":
        return Version(*last.base, "rc", last.number + 1)
    if version.stage or last.stage or (case.staged and version.patch == version.minor == 0):
        return None
    return next_fix(last) if version.patch else next_feature(last)
