"""The rules that ask Gerrit: about the commit, and about what merged since the last release."""

from __future__ import annotations

from ....domain.gerrit_scope import newest_on_master
from ....domain.messages.counts import few
from ....domain.model import Release
from ....domain.releases.merged_changes import Sort, Tally, lacks_note, noted
from ....domain.releases.proposal import Change, Commit
from ....domain.releases.requirement_minimums import raised
from ....domain.releases.version import Version, parse_version
from ..words import faults, missing
from .case import FINE, LIBRARY_TYPES, CannotTell, Case, Verdict, wrong


def on_branch(case: Case) -> Verdict:
    """The commit is in Gerrit and on the branch from which the series is released: master until
    the stable branch is cut, the stable branch after."""
    gerrit = case.context.gerrit
    if gerrit is None:
        return CannotTell(missing.GERRIT)
    allowed: tuple[str, ...] = ("stable/", "unmaintained/")
    if case.series is not None:
        allowed = tuple(f"{kind}{case.series.branch_id}" for kind in allowed)
    if not case.branched:
        allowed = ("master", *allowed)
    unknown = None
    for repository, sha in case.release.hashes:
        commit = gerrit.commits.get((repository, sha))
        if commit is None:
            unknown = missing.commit(sha[:10], repository)
        elif not commit.exists:
            return wrong(faults.NO_COMMIT, commit=sha[:10], repository=repository)
        elif not any(branch.startswith(allowed) for branch in commit.branches):
            words, branch = faults.OTHER_BRANCH, allowed[0]
            return wrong(words, commit=sha[:10], repository=repository, branch=branch)
    return CannotTell(unknown) if unknown else FINE


def ahead(case: Case) -> Verdict:
    """A release has all of the one before it and something more; a final repeats its candidate,
    and tempest plugins are released every cycle, with or without news. Gerrit tells in which tags
    a commit is, and no commit is older than one that it stands on."""
    if case.after.type == "tempest-plugin":
        return None
    last = _last(case)
    version = case.version
    if last is None or version is None:
        return None
    release, number = last
    if number.stage and version.final and number.base == version.base:
        return None
    shas = dict(release.hashes)
    if shas and all(shas.get(repository) == sha for repository, sha in case.release.hashes):
        return wrong(faults.SAME_COMMIT, version=version, last=number)
    if case.context.gerrit is None:
        return CannotTell(missing.GERRIT)
    known = case.context.gerrit.commits
    for repository, sha in case.release.hashes:
        commit = known.get((repository, sha))
        if commit is None:
            return CannotTell(missing.commit(sha[:10], repository))
        if release.version in commit.tags:
            return wrong(faults.OLD_COMMIT, commit=sha[:10], last=number)
        before = known.get((repository, shas.get(repository, "")))
        if case.previous is not None and before is not None and _is_older(commit, before):
            return wrong(faults.OLDER_COMMIT, commit=sha[:10], last=number)
    return FINE


def _is_older(one: Commit, other: Commit) -> bool:
    return (
        one.committed is not None
        and other.committed is not None
        and (one.committed < other.committed)
    )


def library_version(case: Case) -> Verdict:
    """A library's number tells what merged: a feature or a raised requirement minimum is no bug
    fix."""
    version = case.version
    if version is None or case.after.type not in LIBRARY_TYPES or case.branched:
        return None
    last = _last(case)
    if last is None or last[1].base[:2] != version.base[:2]:
        return None
    right = Version(version.major, version.minor + 1, 0)
    minimums = _raised(case, last[0])
    if minimums:
        rise = few(minimums, 1)
        return wrong(faults.HIDES_REQUIREMENTS, version=version, minimums=rise, right=right)
    merged = _merged(case)
    features = Tally.of(merged or ()).of_sort(Sort.FEATURE)
    if features:
        change = features[0].number
        return wrong(faults.HIDES_FEATURE, version=version, change=change, right=right)
    if merged is None:
        return CannotTell(missing.MERGED)
    if any(change.sections is None and noted(change) for change in merged):
        return CannotTell(missing.NOTES)
    if minimums is None:
        return CannotTell(missing.REQUIREMENTS)
    return FINE


def _raised(case: Case, last: Release) -> tuple[str, ...] | None:
    """The requirement minimums that rose since the last release; None where they are not known."""
    texts = case.context.gerrit.requirements if case.context.gerrit else {}
    causes: list[str] = []
    before = dict(last.hashes)
    for repository, sha in case.release.hashes:
        old, new = texts.get((repository, before.get(repository, ""))), texts.get((repository, sha))
        if old is None or new is None:
            return None
        causes.extend(raised(old, new))
    return tuple(causes)


def release_notes(case: Case) -> Verdict:
    """What users see (a feature, a fixed bug) has a release note before a candidate, a final or
    a library's release."""
    version = case.version
    if version is None or case.branched or version.stage in ("a", "b"):
        return None
    if not (case.staged or case.after.type in LIBRARY_TYPES):
        return None
    if version.final and case.previous and case.previous[1].stage == "rc":
        return None
    merged = _merged(case)
    if merged is None:
        return CannotTell(missing.MERGED)
    lacking = [str(change.number) for change in merged if lacks_note(change)]
    if not lacking:
        return FINE
    return wrong(faults.NO_NOTES, changes=few(lacking, 4))


def _merged(case: Case) -> list[Change] | None:
    """What merged between the last release and the proposed commit; None where any is not known."""
    gerrit = case.context.gerrit
    if gerrit is None:
        return None
    changed: list[Change] = []
    for repository, sha in case.release.hashes:
        commit = gerrit.commits.get((repository, sha))
        if repository not in gerrit.merged or commit is None or commit.committed is None:
            return None
        changes = gerrit.merged[repository]
        own = next((change.submitted for change in changes if change.revision == sha), None)
        end = max(commit.committed, own or commit.committed)
        changed.extend(
            change for change in changes if change.submitted is None or change.submitted <= end
        )
    return changed


def _last(case: Case) -> tuple[Release, Version] | None:
    """The release before this one: in the same file, else the last from master of the series
    before."""
    if case.previous is not None or case.context.previous is None:
        return case.previous
    release = newest_on_master(case.context.previous)
    version = parse_version(release.version) if release else None
    return (release, version) if release and version else None
