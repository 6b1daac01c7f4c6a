"""What a branch holds of the fixes: what merged on it and what was there when it was cut, less what
was taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..calendar.branch_phases import phase_at
from ..gerrit_scope import changes_of
from ..model import Deliverable, Release, Series
from ..moment import Moment
from ..releases.newest import newest_in
from ..releases.proposal import GERRIT, Change
from ..releases.series_branch import branch_of
from ..releases.shapes import cut_in, shape_of
from ..snapshot import SERIES, deliverable_of
from .fixes import FixChange, FixChanges

_A_MERGE = dt.timedelta(seconds=5)  # between a merge commit and what Gerrit writes down of it
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Cut:
    """A stable branch of a repository, and the commit from which it was cut; `sha` is empty where
    no file tells it, `at` None where nobody does."""

    repository: str
    branch: str
    sha: str = ""
    at: dt.datetime | None = None


def cuts_of(moment: Moment, series: Series) -> dict[str, Cut]:
    """By repository the series' branches that are there."""
    found: dict[str, Cut] = {}
    for name in moment.team.deliverables:
        branch = branch_of(moment, series, name)
        file = moment[deliverable_of(series.name, name)].value
        shape = file or shape_of(moment.snapshot, None, name, series)
        if shape is None or not branch.is_there or not branch.name.startswith("stable/"):
            continue
        for repository in shape.repositories:
            found[repository] = _cut(file, series, repository, branch.name)
    return found


def _cut(file: Deliverable | None, series: Series, repository: str, name: str) -> Cut:
    row = cut_in(file, series)
    releases = file.releases if file else ()
    release = next((each for each in releases if row and each.version == row.location), None)
    if release is None:
        return Cut(repository, name, at=row.created if row else None)
    return Cut(repository, name, dict(release.hashes).get(repository, ""), release.tagged)


def maintained(moment: Moment) -> tuple[Series, ...]:
    """The released series whose stable branches take fixes, the newest first."""
    known = (
        each
        for each in moment[SERIES].value or ()
        if (phase := phase_at(each, moment.now)) is not None and phase.status == "stable"
    )
    return tuple(sorted(known, key=lambda each: each.initial_release or dt.date.min, reverse=True))


def release_commits(moment: Moment) -> tuple[tuple[str, str], ...]:
    """The commits by which it is told what a release or a branch holds (repository, commit): of
    the series that are developed or maintained, where each branch was cut and its newest release,
    and all releases of the newest series."""
    series = [each for each in moment[SERIES].value or () if phase_at(each, moment.now) is None]
    wanted: dict[tuple[str, str], None] = {}
    for each in (*series, *maintained(moment)):
        for name in moment.team.deliverables:
            file = moment[deliverable_of(each.name, name)].value
            if file is not None:
                releases = file.releases if each in series else _ends(file, each)
                wanted.update(dict.fromkeys(pair for r in releases for pair in r.hashes))
    return tuple(wanted)


def _ends(file: Deliverable, series: Series) -> Iterator[Release]:
    row, newest = cut_in(file, series), newest_in(file)
    for release in file.releases:
        if release is newest or (row is not None and release.version == row.location):
            yield release


def covers(
    moment: Moment, fixes: FixChanges, repository: str, sha: str, change: Change
) -> bool | None:
    """Whether a commit holds a change that merged: by Gerrit's own word where it has it, else by
    the days; None where nobody tells."""
    if change.revision == sha:
        return True
    known, fact = changes_of(moment.snapshot), moment[GERRIT]
    if known and known.last.get(repository) == sha and change.branch == "master":
        is_told = change.submitted and fact.at and change.submitted < fact.at
        if is_told and repository in known.merged:
            return change.number not in {each.number for each in known.merged[repository]}
    at = _committed(fixes, repository, sha)
    if at is None or change.submitted is None:
        return None
    return change.submitted <= at


def _committed(fixes: FixChanges, repository: str, sha: str) -> dt.datetime | None:
    """When a commit came onto its branch."""
    changes = (each.change for each in fixes.changes)
    submitted = next((c.submitted for c in changes if c.revision == sha and c.submitted), None)
    committed = fixes.committed.get((repository, sha))
    return submitted or (committed + _A_MERGE if committed else None)


@dataclass(frozen=True)
class BranchHistory:
    """The changes that a branch of a repository holds, as far as they may be fixes; `doubtful` are
    those of which nobody tells whether they merged before it was cut."""

    branch: str
    held: tuple[FixChange, ...]
    doubtful: tuple[FixChange, ...] = ()

    @cached_property
    def undone(self) -> frozenset[str]:
        """The commits that were taken back on the branch: a revert that was reverted itself takes
        nothing back."""
        undone: set[str] = set()
        for each in sorted(self.held, key=_submitted, reverse=True):
            if not _is_one_of(each, undone):
                undone |= each.reverts
        return frozenset(undone)

    @cached_property
    def live(self) -> tuple[FixChange, ...]:
        """What it holds that was not taken back."""
        return tuple(each for each in self.held if not _is_one_of(each, self.undone))

    @property
    def taken_back(self) -> tuple[FixChange, ...]:
        """What was merged and is reverted."""
        return tuple(each for each in self.held if _is_one_of(each, self.undone))


def master_of(fixes: FixChanges, repository: str) -> BranchHistory:
    """What merged on master."""
    return BranchHistory("master", tuple(_merged(fixes, repository, "master")))


def history_of(moment: Moment, fixes: FixChanges, cut: Cut) -> BranchHistory:
    """What a stable branch holds: what merged on it, and on master before it was cut."""
    own = tuple(_merged(fixes, cut.repository, cut.branch))
    held, doubtful = [], []
    for each in _merged(fixes, cut.repository, "master"):
        told = _before(moment, fixes, cut, each.change)
        if told is None:
            doubtful.append(each)
        elif told:
            held.append(each)
    return BranchHistory(cut.branch, (*held, *own), tuple(doubtful))


def _before(moment: Moment, fixes: FixChanges, cut: Cut, change: Change) -> bool | None:
    told = covers(moment, fixes, cut.repository, cut.sha, change) if cut.sha else None
    if told is None and cut.at is not None and change.submitted is not None:
        return change.submitted <= cut.at
    return told


def _merged(fixes: FixChanges, repository: str, branch: str) -> Iterator[FixChange]:
    for each in fixes.changes:
        change = each.change
        if (change.project, change.branch, change.status) == (repository, branch, "MERGED"):
            yield each


def _submitted(each: FixChange) -> dt.datetime:
    return each.change.submitted or _LONG_AGO


def _is_one_of(each: FixChange, shas: Iterable[str]) -> bool:
    return any(each.change.revision.lower().startswith(sha) for sha in shas)
