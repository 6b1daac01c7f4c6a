"""What is proposed: which versions and branches a change adds to a deliverable's file, and whether
that is what a deadline asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import MILESTONE_NUMBERS
from ...domain.calendar.cycle import start_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.gerrit_scope import changes_of, proposals_of
from ...domain.model import Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.proposal import FileChange, Proposal
from ...domain.releases.version import Version, parse_version
from ...domain.snapshot import Snapshot, deliverable_of
from .asked import Asked
from .left_to_do import work_for
from .stages import Fits, beta, candidate
from .task import ReleaseTask

EARLY = dt.timedelta(days=7)
_LIBRARIES = {
    Kind.FINAL_LIBRARIES: "library",
    Kind.FINAL_CLIENT_LIBRARIES: "client-library",
}


@dataclass(frozen=True)
class Added:
    """What a change adds to a deliverable's file, which it leaves as `file`."""

    series: str
    file: Deliverable
    releases: tuple[Release, ...]
    branches: frozenset[str]


def added_by(change: FileChange) -> Added | None:
    """What the file has after the change and had not before; None for one that goes or that can't
    be read."""
    after = change.after.deliverable if change.after else None
    if change.after is None or after is None:
        return None
    before = change.before.deliverable if change.before else None
    had = {release.version for release in before.releases} if before else set()
    known = {branch.name for branch in before.branches} if before else set()
    return Added(
        change.after.series,
        after,
        tuple(release for release in after.releases if release.version not in had),
        frozenset(branch.name for branch in after.branches) - known,
    )


def proposal_for(moment: Moment, task: ReleaseTask | None, deliverable: str) -> Proposal | None:
    """The newest open change that adds what is asked for to the deliverable's file."""
    if task is None:
        return None
    return _newest_open(
        moment,
        lambda proposal: any(
            _settles(added, task) for added in _added_to(proposal, task.series, deliverable)
        ),
    )


def proposal_with_highlights(moment: Moment, series: str) -> Proposal | None:
    """The newest open change by which a file of the series has its cycle's highlights."""

    def has_them(proposal: Proposal) -> bool:
        known = filter(None, map(added_by, proposal.files))
        return any(each.file.has_cycle_highlights for each in known if each.series == series)

    return _newest_open(moment, has_them)


def _newest_open(moment: Moment, is_meant: Callable[[Proposal], bool]) -> Proposal | None:
    known = proposals_of(moment.snapshot) or ()
    found = [each for each in known if each.change.status == "NEW" and is_meant(each)]
    return max(found, key=lambda proposal: proposal.change.number, default=None)


def version_instead(proposal: Proposal, task: ReleaseTask | None, deliverable: str) -> str:
    """The later version that the change adds in place of the beta that is asked for; "" where it
    adds what is asked for."""
    if task is None or task.asked is not Asked.BETA:
        return ""
    added = next(_added_to(proposal, task.series, deliverable), None)
    versions = [release.version for release in added.releases] if added else []
    return "" if task.version in versions else next(iter(versions), "")


def _added_to(proposal: Proposal, series: str, deliverable: str) -> Iterator[Added]:
    for change in proposal.files:
        added = added_by(change)
        named = change.after.name if change.after else ""
        if added is not None and (added.series, named) == (series, deliverable):
            yield added


def _settles(added: Added, task: ReleaseTask) -> bool:
    if task.asked is Asked.BRANCH:
        return task.branch in added.branches
    wanted = parse_version(task.version)
    fits = _FITS[task.asked](wanted.number if wanted else 0)
    return any(map(fits, _versions(added.releases)))


def is_proposed(moment: Moment, calendar: Calendar, deadline: Deadline) -> bool:
    """Whether nothing is left to propose for the deadline: all of it is released, a file has the
    version, or an open or merged change adds it."""
    if work_for(moment, calendar, deadline).is_done:
        return True
    since = start_of(deadline.day) - EARLY
    for name in moment.team.deliverables:
        file = moment[deliverable_of(calendar.series.name, name)].value
        if file is not None and _has(file, file.releases, deadline.kind, since):
            return True
    return any(
        _has(added.file, added.releases, deadline.kind, None)
        for added in _added_in(moment.snapshot, calendar, since)
    )


def _added_in(snapshot: Snapshot, calendar: Calendar, since: dt.datetime) -> Iterator[Added]:
    """What open changes, and those that merged, add to the cycle's files; a library's change
    counts from a week before the deadline on."""
    known = changes_of(snapshot)
    for proposal in known.proposals if known else ():
        change = proposal.change
        if change.status == "ABANDONED":
            continue
        is_late = change.created is None or change.created >= since
        for added in filter(None, map(added_by, proposal.files)):
            if added.series == calendar.series.name and (is_late or added.file.is_staged):
                yield added


def _has(
    file: Deliverable, releases: Iterable[Release], kind: Kind, since: dt.datetime | None
) -> bool:
    """Whether one of the versions is what a deadline of this kind asks for; with `since` a
    library's counts only if it is known to be tagged from then on."""
    if kind in _LIBRARIES:
        in_time = (r for r in releases if since is None or (r.tagged and r.tagged >= since))
        return file.type == _LIBRARIES[kind] and any(True for _ in _versions(in_time))
    fits = _FITS_KIND.get(kind, candidate())
    return file.is_staged and any(map(fits, _versions(releases)))


def _versions(releases: Iterable[Release]) -> Iterator[Version]:
    return filter(None, (parse_version(release.version) for release in releases))


def _final(number: int) -> Fits:
    return lambda version: version.final


def _any(number: int) -> Fits:
    return lambda version: True


_FITS_KIND: Mapping[Kind, Fits] = {
    **{kind: beta(number) for kind, number in MILESTONE_NUMBERS.items()},
    Kind.FINAL_RC: candidate(2),
}
_FITS: Mapping[Asked, Callable[[int], Fits]] = {
    Asked.BETA: beta,
    Asked.RC1: lambda number: candidate(),
    Asked.FINAL: _final,
    Asked.TRAILING_FINAL: _final,
    Asked.RELEASE: _any,
    Asked.LAST: _any,
    Asked.LAST_WITH_BRANCH: _any,
}
