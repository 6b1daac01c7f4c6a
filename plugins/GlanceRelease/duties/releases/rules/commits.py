"""The rules about a release's commit: where it is, and how it stands to the release before."""

from __future__ import annotations

from ....domain.releases.proposal import Commit, Descent, GerritFacts
from ....domain.releases.version import parse_version
from ..words import faults, missing
from ..words.faults import FaultWords
from .branches import BY_VERSION
from .case import FINE, CannotTell, Case, Verdict, wrong
from .files import INDEPENDENT


def on_branch(case: Case) -> Verdict:
    """The commit is in Gerrit and on the branch from which the series is released: master until
    the stable branch is cut, the stable branch after."""
    gerrit = case.context.gerrit
    if gerrit is None:
        return CannotTell(missing.GERRIT)
    allowed, unknown = _allowed(case), None
    for repository, sha in case.hashes:
        commit = gerrit.commits.get((repository, sha))
        if commit is None:
            unknown = missing.commit(sha[:10], repository)
        elif words := _elsewhere(commit, allowed):
            return wrong(
                words,
                commit=sha[:10],
                repository=repository,
                branch=allowed[0],
                way_out=way_out(case, repository),
            )
    if unknown:
        return CannotTell(unknown)
    return FINE if case.hashes else None


def _allowed(case: Case) -> tuple[str, ...]:
    """The branches that the commit may be on."""
    allowed: tuple[str, ...] = ("stable/", "unmaintained/")
    if case.series is not None:
        allowed = tuple(f"{kind}{case.series.branch_id}" for kind in allowed)
    return allowed if case.branched else ("master", *allowed)


def _elsewhere(commit: Commit, allowed: tuple[str, ...]) -> FaultWords | None:
    if not commit.exists:
        return faults.NO_COMMIT
    if not commit.branches:
        return faults.NO_BRANCH_HAS_IT
    if not any(branch.startswith(allowed) for branch in commit.branches):
        return faults.OTHER_BRANCH
    return None


def way_out(case: Case, repository: str) -> tuple[str]:
    """Which commit to take instead: the head of the branch, as Gerrit told it."""
    gerrit = case.context.gerrit or GerritFacts()
    head = gerrit.heads.get((repository, case.branch), "")
    last = dict(case.last[0].hashes).get(repository, "") if case.last else ""
    return faults.way_out(head, last, case.branch)


def descendant(case: Case) -> Verdict:
    """A release stands on the one before it in its file: its commit is a descendant of that one's,
    and no older or other commit gets a newer number. The same commit again, and one that is not on
    the branch, are other rules'; what has its branches by version, or no series, releases from
    several lines."""
    if case.previous is None or case.file.series == INDEPENDENT:
        return None
    if case.after.stable_branch_type == BY_VERSION:
        return None
    last, number = case.previous
    shas = dict(last.hashes)
    hashes = [
        (repository, sha)
        for repository, sha in case.hashes
        if shas.get(repository, sha) != sha and not _is_elsewhere(case, repository, sha)
    ]
    unknown = None
    for repository, sha in hashes:
        words, earlier = _below(case, repository, sha)
        if words is not None:
            return wrong(
                words,
                commit=sha[:10],
                last=number,
                earlier=earlier,
                way_out=way_out(case, repository),
            )
        stretch = case.stretch(repository, sha)
        if stretch is None or stretch.descent is None:
            unknown = missing.descent(sha[:10], str(number))
    if unknown:
        return CannotTell(unknown if case.context.gerrit else missing.GERRIT)
    return FINE if hashes else None


def _below(case: Case, repository: str, sha: str) -> tuple[FaultWords | None, str]:
    """What is wrong with a commit that is not after the last release, and the version that has it
    already."""
    gerrit = case.context.gerrit or GerritFacts()
    for release in case.earlier:
        if parse_version(release.version) and dict(release.hashes).get(repository) == sha:
            return faults.EARLIER_COMMIT, release.version
    commit, stretch = gerrit.commits.get((repository, sha)), case.stretch(repository, sha)
    descent = stretch.descent if stretch else None
    last = case.previous[0].version if case.previous else ""
    if descent is Descent.BEFORE or (commit is not None and last in commit.tags):
        return faults.OLD_COMMIT, ""
    return (faults.BESIDE_LAST, "") if descent is Descent.BESIDE else (None, "")


def _is_elsewhere(case: Case, repository: str, sha: str) -> bool:
    commit = (case.context.gerrit or GerritFacts()).commits.get((repository, sha))
    return commit is not None and _elsewhere(commit, _allowed(case)) is not None


def ahead(case: Case) -> Verdict:
    """A release has something that the one before has not; a final repeats its candidate, and
    tempest plugins are released every cycle, with or without news."""
    if case.after.type == "tempest-plugin" or case.last is None or case.version is None:
        return None
    release, number = case.last
    if number.stage and case.version.final and number.base == case.version.base:
        return None
    shas = dict(release.hashes)
    if shas and all(shas.get(repository) == sha for repository, sha in case.release.hashes):
        (repository, _), *_ = case.release.hashes
        instead = way_out(case, repository)
        return wrong(faults.SAME_COMMIT, version=case.version, last=number, way_out=instead)
    if case.previous is not None:
        return FINE  # the descendant rule has the rest
    gerrit = case.context.gerrit
    if gerrit is None:
        return CannotTell(missing.GERRIT)
    for repository, sha in case.hashes:
        commit = gerrit.commits.get((repository, sha))
        if commit is None:
            return CannotTell(missing.commit(sha[:10], repository))
        if release.version in commit.tags:
            instead = way_out(case, repository)
            return wrong(faults.OLD_COMMIT, commit=sha[:10], last=number, way_out=instead)
    return FINE
