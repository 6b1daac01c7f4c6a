"""What is left to do for a deadline, as the deliverable files and Gerrit tell it.

At a milestone each library is to be released at least once, and the service gets a beta; RC1 comes
with its stable branch (Glance, release-cpl.rst; Project Team Guide, release management).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from ...domain.calendar.binding_deadlines import asks_for, has_candidates, is_library
from ...domain.calendar.cycle import end_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.gerrit_scope import merged_file
from ...domain.model import Deliverable, Kind, Release, Series
from ...domain.moment import Moment
from ...domain.releases.proposal import GERRIT
from ...domain.releases.shapes import final_of, repository_of, shape_of
from ...domain.snapshot import Snapshot, deliverable_of
from .unreleased import amount, left_over

LAST, ONE = "the last ", "a release of "
_MILESTONES = {Kind.MILESTONE_1: 1, Kind.MILESTONE_2: 2, Kind.MILESTONE_3: 3}


@dataclass(frozen=True)
class Work:
    """What a deadline asks for: what is done ("glance 34.0.0.0b2"), and what is left.

    `unknown` is what can't be told, with the reason. A deadline that asks for nothing (a freeze)
    has no work, so it is never done.
    """

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether something was to be done and all of it is."""
        return bool(self.done) and not self.left and not self.unknown

    def __add__(self, other: Work) -> Work:
        return Work(self.done + other.done, self.left + other.left, self.unknown + other.unknown)


Part = Callable[[Moment, Calendar, Deadline], Work]
PARTS: list[Part] = []


def work_part(part: Part) -> Part:
    """Add to what the deadlines' reminders tell as left: later duties offer their own part."""
    PARTS.append(part)
    return part


def work_for(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """All that is done and left for one deadline."""
    return sum((part(moment, calendar, deadline) for part in PARTS), Work())


def work_of_day(moment: Moment, calendar: Calendar, group: Iterable[Deadline]) -> Work:
    """All that is done and left for the deadlines of one day; a library's last release is its
    release for the milestone too, so it is told once."""
    work = sum((work_for(moment, calendar, deadline) for deadline in group), Work())
    last = {item.removeprefix(LAST).split(" ")[0] for item in work.left if item.startswith(LAST)}
    left = [
        item
        for item in dict.fromkeys(work.left)
        if not (item.startswith(ONE) and item.removeprefix(ONE).split(" ")[0] in last)
    ]
    return Work(tuple(dict.fromkeys(work.done)), tuple(left), tuple(dict.fromkeys(work.unknown)))


@work_part
def releases_for(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """The releases that a milestone, a library's final release, RC1 and the release ask for."""
    total = Work()
    for name in moment.team.deliverables:
        shape = shape_of(moment.snapshot, calendar, name)
        if shape is None or shape.stable_branch_type == "none":
            continue
        series = _series_of(calendar, deadline)
        fact = moment[deliverable_of(series.name, name)]
        if not fact.known:
            if asks_for(deadline.kind, shape):
                reason = fact.problem or "its file was never read"
                total += Work(unknown=(f"{repository_of(shape)}: {reason}",))
            continue
        work = _work_of(moment, calendar, deadline, shape, fact.value)
        merged = merged_file(moment.snapshot, series.name, name) if work.left else None
        if merged is not None:  # what is asked for again would be proposed twice
            after = _work_of(moment, calendar, deadline, shape, merged)
            if not after.left:
                work = Work(
                    tuple(f"{release} (merged, not in the file yet)" for release in after.done)
                )
        total += work
    return total


def _work_of(
    moment: Moment,
    calendar: Calendar,
    deadline: Deadline,
    shape: Deliverable,
    file: Deliverable | None,
) -> Work:
    """What one deliverable's file leaves to do for a deadline."""
    if has_candidates(shape):
        return _service(moment.snapshot, calendar, deadline, shape, file)
    if not is_library(shape):
        return _last_of_series(_series_of(calendar, deadline), deadline, shape, file)
    releases = file.releases if file else ()
    work = _library(calendar, deadline, shape, releases)
    return work if work.done else _counted(moment, shape, releases, work)


def _service(
    snapshot: Snapshot,
    calendar: Calendar,
    deadline: Deadline,
    shape: Deliverable,
    file: Deliverable | None,
) -> Work:
    name = repository_of(shape)
    releases = file.releases if file else ()
    major = _next_major(snapshot, calendar, shape.name)
    if number := _MILESTONES.get(deadline.kind):
        made = _of_milestone(releases, number)
        if made is not None:
            return Work(done=(f"{name} {made.version}",))
        version = f" {major}.0.0.0b{number}" if major else f" b{number}"
        return Work(left=(f"{name}{version}",))
    if deadline.kind is Kind.RC1:
        rc1 = next((release for release in releases if "rc" in release.version), None)
        branch = f"stable/{calendar.series.branch_id}"
        if rc1 is None:
            return Work(left=(f"{name} {f'{major}.0.0.0rc1' if major else 'RC1'} with {branch}",))
        if not any(each.name == branch for each in (file.branches if file else ())):
            return Work(done=(f"{name} {rc1.version}",), left=(f"{branch} of {name}",))
        return Work(done=(f"{name} {rc1.version} with {branch}",))
    if deadline.kind is Kind.RELEASE:
        final = final_of(releases)
        if final is not None:
            return Work(done=(f"{name} {final.version}",))
        return Work(left=(f"{name} {f'{major}.0.0' if major else 'final'}",))
    return Work()


def _series_of(calendar: Calendar, deadline: Deadline) -> Series:
    """The series that a deadline asks a release of: the one before, where the schedule has the
    deadline of what trails it."""
    trailing = deadline.kind is Kind.CYCLE_TRAILING and deadline not in calendar.ahead
    return calendar.before or calendar.series if trailing else calendar.series


def _last_of_series(
    series: Series, deadline: Deadline, shape: Deliverable, file: Deliverable | None
) -> Work:
    """The last release of what has no betas, or trails: it is out when its stable branch is cut
    from it, with release candidates when its final version is."""
    if not asks_for(deadline.kind, shape):
        return Work()
    name, branch = repository_of(shape), f"stable/{series.branch_id}"
    releases = file.releases if file else ()
    cut = any(each.name == branch for each in (file.branches if file else ()))
    final = final_of(releases)
    if shape.is_staged:
        if final is None:
            return Work(left=(f"the final {name} of {series.name}",))
        return Work(done=(f"{name} {final.version}",))
    if cut and releases:
        return Work(done=(f"{name} {releases[-1].version} with {branch}",))
    return Work(left=(f"{LAST}{name} of {series.name} (with {branch})",))


def _of_milestone(releases: Iterable[Release], number: int) -> Release | None:
    """The beta of this milestone, or anything later, which makes it pointless."""
    for release in releases:
        version = _version(release.version)
        if version is None or version.pre is None or version.pre[0] == "rc":
            if version is not None:
                return release
            continue
        if version.pre[1] >= number:
            return release
    return None


def _library(
    calendar: Calendar, deadline: Deadline, shape: Deliverable, releases: tuple[Release, ...]
) -> Work:
    """What a milestone or a final release asks of a library. At milestone 3 its final release is
    due already, or on the same day: no other is wanted beside it."""
    name = repository_of(shape)
    if not asks_for(deadline.kind, shape):
        return Work()
    if deadline.kind in (Kind.FINAL_LIBRARIES, Kind.FINAL_CLIENT_LIBRARIES, Kind.MILESTONE_3):
        what = f"{LAST}{name} of {calendar.series.name}"
        before = calendar.day(Kind.MILESTONE_2)
        return _since(releases, before, name, what)
    before = calendar.day(Kind.MILESTONE_1) if deadline.kind is Kind.MILESTONE_2 else None
    return _since(releases, before, name, f"{ONE}{name}")


def _counted(moment: Moment, shape: Deliverable, releases: tuple[Release, ...], work: Work) -> Work:
    """The work with how much merged since the last release; done where nothing did that is worth
    one, as far as Gerrit tells now. A cycle's only release is wanted all the same
    (openstack/releases, process.rst: the proposals of topic cwi-not-released)."""
    left = left_over(moment, shape.name)
    if left is None or not (work.left or work.unknown):
        return work
    is_last = any(item.startswith(LAST) for item in work.left)
    if not left.tally.worth_releasing:
        fresh = moment[GERRIT].problem is None
        may_skip = fresh and (bool(releases) or not is_last)
        return Work(done=(f"nothing to release in {repository_of(shape)}",)) if may_skip else work
    words = amount(left, brief=is_last)
    return Work(left=tuple(f"{item} ({words})" for item in work.left), unknown=work.unknown)


def _since(releases: tuple[Release, ...], before: dt.date | None, name: str, what: str) -> Work:
    """Whether anything was released since the milestone before."""
    if not releases:
        return Work(left=(what,))
    last = releases[-1]
    if before is None:
        return Work(done=(f"{name} {last.version}",))
    if last.tagged is None:
        return Work(unknown=(f"when {name} {last.version} was released",))
    return (
        Work(done=(f"{name} {last.version}",))
        if last.tagged >= end_of(before)
        else Work(left=(what,))
    )


def _next_major(snapshot: Snapshot, calendar: Calendar, name: str) -> int | None:
    """The major that this series gets: one above that of the previous series."""
    if calendar.before is None:
        return None
    file = snapshot[deliverable_of(calendar.before.name, name)].value
    version = _version(file.releases[-1].version) if file and file.releases else None
    return version.major + 1 if version else None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
