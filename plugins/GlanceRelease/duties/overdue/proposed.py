"""Which open change would settle what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...domain.gerrit_scope import proposals_of
from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.proposal import FileChange, Proposal
from ...domain.releases.version import Version, parse_version
from ..releases.asked import Asked
from ..releases.task import ReleaseTask
from .facts import LateSort, Overdue


def is_gerrit_known(moment: Moment) -> bool:
    """Whether Gerrit told what is proposed."""
    return proposals_of(moment.snapshot) is not None


def proposal_of(moment: Moment, overdue: Overdue) -> Proposal | None:
    """The newest open change that adds what is asked for to the deliverable's file."""
    found = [
        proposal
        for proposal in proposals_of(moment.snapshot) or ()
        if proposal.change.status == "NEW" and any(_adds(file, overdue) for file in proposal.files)
    ]
    return max(found, key=lambda proposal: proposal.change.number, default=None)


def version_instead(proposal: Proposal, overdue: Overdue) -> str:
    """The later version that the change adds in place of the beta that is asked for; "" where it
    adds what is asked for."""
    task = overdue.task
    if task is None or task.asked is not Asked.BETA:
        return ""
    for file in proposal.files:
        after, before = file.after, file.before
        if after and after.deliverable and after.name == overdue.deliverable:
            known = _versions(before.deliverable if before else None)
            added = [r.version for r in after.deliverable.releases if r.version not in known]
            return "" if task.version in added else next(iter(added), "")
    return ""


def _adds(file: FileChange, overdue: Overdue) -> bool:
    if overdue.task is not None:
        return _settles(file, overdue.task, overdue.deliverable)
    after = file.after.deliverable if file.after else None
    is_asked = overdue.sort is LateSort.HIGHLIGHTS and after is not None
    return (
        is_asked
        and after is not None
        and after.series == overdue.series
        and (after.has_cycle_highlights)
    )


def _settles(file: FileChange, task: ReleaseTask, name: str) -> bool:
    after = file.after
    if after is None or after.deliverable is None:
        return False
    if (after.series, after.name) != (task.series, name):
        return False
    before = file.before.deliverable if file.before else None
    if task.asked is Asked.BRANCH:
        return task.branch in _branches(after.deliverable) - _branches(before)
    added = _versions(after.deliverable) - _versions(before)
    numbers = [version for text in added if (version := parse_version(text)) is not None]
    return any(map(_FOR[task.asked](task), numbers))


def _branches(file: Deliverable | None) -> set[str]:
    return {branch.name for branch in file.branches} if file else set()


def _versions(file: Deliverable | None) -> set[str]:
    return {release.version for release in file.releases} if file else set()


_Fits = Callable[[Version], bool]


def _beta(task: ReleaseTask) -> _Fits:
    """A beta of its number, or anything that comes after it."""
    wanted = parse_version(task.version)
    number = wanted.number if wanted else 0
    return lambda version: version.stage != "b" or version.number >= number


def _candidate(task: ReleaseTask) -> _Fits:
    return lambda version: version.stage == "rc" or version.final


def _final(task: ReleaseTask) -> _Fits:
    return lambda version: version.final


def _any(task: ReleaseTask) -> _Fits:
    return lambda version: True


_FOR: Mapping[Asked, Callable[[ReleaseTask], _Fits]] = {
    Asked.BETA: _beta,
    Asked.RC1: _candidate,
    Asked.FINAL: _final,
    Asked.TRAILING_FINAL: _final,
    Asked.RELEASE: _any,
    Asked.LAST: _any,
    Asked.LAST_WITH_BRANCH: _any,
}
