"""What is left to do for a deadline, as the deliverable files and Gerrit tell it.

At a milestone each library is to be released at least once, and the service gets a beta; RC1 comes
with its stable branch (Glance, release-cpl.rst; Project Team Guide, release management).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ...domain.calendar.binding_deadlines import (
    MILESTONE_NUMBERS,
    MILESTONES,
    asks_for,
    has_candidates,
    is_library,
)
from ...domain.calendar.cycle import end_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.gerrit_scope import changes_of, merged_file
from ...domain.model import Deliverable, Kind, Release, Series
from ...domain.moment import Moment
from ...domain.releases.approval import voices_of
from ...domain.releases.proposal import GERRIT
from ...domain.releases.shapes import final_of, repository_of, shape_of
from ...domain.snapshot import deliverable_of
from .asked import Asked, TaskState
from .merged_since import left_over
from .stages import beta, fitting, version_at
from .task import ReleaseTask, Task, Work, together

_OF_CANDIDATES = {
    **dict.fromkeys(MILESTONES, Asked.BETA), Kind.RC1: Asked.RC1, Kind.RELEASE: Asked.FINAL,
}  # fmt: skip
_LAST_OF_LIBRARIES = (Kind.FINAL_LIBRARIES, Kind.FINAL_CLIENT_LIBRARIES, Kind.MILESTONE_3)
_ASKING = frozenset((*_OF_CANDIDATES, *_LAST_OF_LIBRARIES, Kind.FINAL_RC, Kind.CYCLE_TRAILING))
_LAST_BY_TYPE = {"library": Kind.FINAL_LIBRARIES, "client-library": Kind.FINAL_CLIENT_LIBRARIES}

Part = Callable[[Moment, Calendar, Deadline], Work]
PARTS: list[Part] = []


def work_part(part: Part) -> Part:
    """Add to what the deadlines' reminders tell as left: later duties offer their own part."""
    PARTS.append(part)
    return part


def work_for(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """All that is done and left for one deadline."""
    works = [part(moment, calendar, deadline) for part in PARTS]
    return Work(tuple(task for work in works for task in work.tasks))


def work_of_day(moment: Moment, calendar: Calendar, group: Iterable[Deadline]) -> Work:
    """All that is done and left for the deadlines of one day, each task once."""
    return together(work_for(moment, calendar, deadline) for deadline in group)


@work_part
def releases_for(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """The releases that a milestone, a library's final release, RC1 and the release ask for."""
    if deadline.kind not in _ASKING:
        return Work()
    tasks: list[Task] = []
    for name in moment.team.deliverables:
        shape = shape_of(moment.snapshot, calendar, name)
        if shape is not None and shape.stable_branch_type != "none":
            asked = _asked_of(deadline.kind, shape, calendar)
            if asked is not None:
                tasks += _tasks(_Demand(moment, calendar, deadline, shape, asked))
    return Work(tuple(tasks))


def _asked_of(kind: Kind, shape: Deliverable, calendar: Calendar) -> Asked | None:
    """What a deadline of this kind asks of such a deliverable. A library's last release has a
    deadline of its own; milestone 3 asks for it in a cycle whose schedule lacks that."""
    if not asks_for(kind, shape):
        return None
    if has_candidates(shape):
        return _OF_CANDIDATES.get(kind)
    if is_library(shape):
        if kind is Kind.MILESTONE_3 and calendar.weeks.first(_LAST_BY_TYPE[shape.type]):
            return None
        return Asked.LAST if kind in _LAST_OF_LIBRARIES else Asked.RELEASE
    return Asked.TRAILING_FINAL if shape.is_staged else Asked.LAST_WITH_BRANCH


@dataclass(frozen=True)
class _Demand:
    """What one deadline asks of one deliverable."""

    moment: Moment
    calendar: Calendar
    deadline: Deadline
    shape: Deliverable
    asked: Asked

    @property
    def series(self) -> Series:
        """The series that a release is asked of: the one before, where the schedule has the
        deadline of what trails it."""
        trails = self.deadline.kind is Kind.CYCLE_TRAILING
        trailing = trails and self.deadline not in self.calendar.ahead
        return self.calendar.before or self.calendar.series if trailing else self.calendar.series

    @property
    def branch(self) -> str:
        """The stable branch of that series."""
        return f"stable/{self.series.branch_id}"

    def version_at(self, stage: str) -> str:
        """The version that this series gets at the stage; "" where it is not known."""
        return version_at(self.moment.snapshot, self.calendar, self.shape.name, stage)

    @property
    def task(self) -> ReleaseTask:
        """The task before anything is known of it."""
        shape = self.shape
        return ReleaseTask(
            TaskState.LEFT, self.asked, shape.name, repository_of(shape), self.series.name
        )


def _tasks(demand: _Demand) -> list[ReleaseTask]:
    """The tasks as what is tagged tells; where a proposal has merged whose tag is not there yet, or
    has the team's yes, as that will: what is asked for again would be proposed twice."""
    moment, series, name = demand.moment, demand.series.name, demand.shape.name
    fact = moment[deliverable_of(series, name)]
    if not fact.known:
        reason = fact.problem or "its file was never read"
        return [replace(demand.task, state=TaskState.UNKNOWN, reason=reason)]
    tasks = _JUDGES[demand.asked](demand, fact.value)
    if not _any_left(tasks):
        return tasks
    merged = merged_file(moment.snapshot, series, name)
    to_come = [(merged, TaskState.MERGED)] if merged else []
    to_come += [
        (_as_tagged_now(file, fact.value, moment.now), TaskState.APPROVED)
        for file in _approved_files(moment, series, name)
    ]
    for file, state in to_come:
        after = _JUDGES[demand.asked](demand, file)
        if not _any_left(after):
            return [_to_come(t, state, tasks) for t in after]
    return tasks


def _to_come(task: ReleaseTask, state: TaskState, asked: list[ReleaseTask]) -> ReleaseTask:
    """The task as it will be done; a beta's place may take what comes after it."""
    if task.state is not TaskState.DONE:
        return task
    wanted = next((each.version for each in asked if each.asked is Asked.BETA), "")
    return replace(task, state=state, instead_of=wanted if wanted != task.version else "")


def _approved_files(moment: Moment, series: str, name: str) -> Iterator[Deliverable]:
    """The file as each open proposal has it that the team said yes to."""
    known, voices = changes_of(moment.snapshot), voices_of(moment.snapshot)
    for proposal in known.proposals if known else ():
        change = proposal.change
        is_open = change.status == "NEW" and not change.work_in_progress
        for file in proposal.files if is_open and voices.approves(change) else ():
            after = file.after.deliverable if file.after else None
            if after is not None and (after.series, after.name) == (series, name):
                yield after


def _as_tagged_now(file: Deliverable, known: Deliverable | None, now: dt.datetime) -> Deliverable:
    """The file as if its new releases were made now, and its old ones when they were."""
    there = {release.version: release for release in (known.releases if known else ())}
    releases = (there.get(r.version) or replace(r, tagged=r.tagged or now) for r in file.releases)
    return replace(file, releases=tuple(releases))


def _any_left(tasks: Iterable[Task]) -> bool:
    return any(task.state is TaskState.LEFT for task in tasks)


def _beta(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    number = MILESTONE_NUMBERS[demand.deadline.kind]
    made = next(fitting(file.releases if file else (), beta(number)), None)
    if made is not None:
        return [replace(demand.task, state=TaskState.DONE, version=made.version)]
    version = demand.version_at(f"b{number}") or f"b{number}"
    return [replace(demand.task, version=version)]


def _rc1(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    releases = file.releases if file else ()
    rc1 = next((release for release in releases if "rc" in release.version), None)
    if rc1 is None:
        version = demand.version_at("rc1") or "RC1"
        return [replace(demand.task, version=version, branch=demand.branch)]
    made = replace(demand.task, state=TaskState.DONE, version=rc1.version)
    if _has_branch(file, demand.branch):
        return [replace(made, branch=demand.branch)]
    return [made, replace(demand.task, asked=Asked.BRANCH, branch=demand.branch)]


def _final(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    final = final_of(file.releases if file else ())
    if final is not None:
        return [replace(demand.task, state=TaskState.DONE, version=final.version)]
    return [replace(demand.task, version=demand.version_at("") or "final")]


def _trailing_final(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    final = final_of(file.releases if file else ())
    if final is not None:
        return [replace(demand.task, state=TaskState.DONE, version=final.version)]
    return [demand.task]


def _last_with_branch(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    """The last release of what has no betas: it is out when its stable branch is cut from it."""
    task = replace(demand.task, branch=demand.branch)
    if file is not None and file.releases and _has_branch(file, demand.branch):
        return [replace(task, state=TaskState.DONE, version=file.releases[-1].version)]
    return [task]


def _library(demand: _Demand, file: Deliverable | None) -> list[ReleaseTask]:
    """Whether anything was released since the milestone before, and is to be."""
    releases = file.releases if file else ()
    task = _since_the_milestone(demand, releases)
    return [task if task.state is TaskState.DONE else _counted(demand, releases, task)]


def _since_the_milestone(demand: _Demand, releases: tuple[Release, ...]) -> ReleaseTask:
    since = _milestone_before(demand)
    task = replace(demand.task, since=since)
    if not releases:
        return task
    last = releases[-1]
    told = replace(task, version=last.version)
    if since is None:
        return replace(told, state=TaskState.DONE)
    if last.tagged is None:
        return replace(told, state=TaskState.UNKNOWN)
    return replace(told, state=TaskState.DONE) if last.tagged >= end_of(since) else task


def _milestone_before(demand: _Demand) -> dt.date | None:
    if demand.asked is Asked.LAST:
        return demand.calendar.day(Kind.MILESTONE_2)
    at_second = demand.deadline.kind is Kind.MILESTONE_2
    return demand.calendar.day(Kind.MILESTONE_1) if at_second else None


def _counted(demand: _Demand, releases: tuple[Release, ...], task: ReleaseTask) -> ReleaseTask:
    """The task with how much merged since the last release; none where nothing did that is worth
    one, as far as Gerrit tells now. A cycle's only release is wanted all the same
    (openstack/releases, process.rst: the proposals of topic cwi-not-released)."""
    left = left_over(demand.moment, demand.shape.name)
    if left is None:
        return task
    if left.tally.worth_releasing:
        return replace(task, changes=left)
    fresh = demand.moment[GERRIT].problem is None
    may_skip = fresh and (bool(releases) or demand.asked is not Asked.LAST)
    return replace(demand.task, state=TaskState.NEEDLESS) if may_skip else task


_Judge = Callable[[_Demand, Deliverable | None], list[ReleaseTask]]
_JUDGES: dict[Asked, _Judge] = {
    Asked.BETA: _beta,
    Asked.RC1: _rc1,
    Asked.FINAL: _final,
    Asked.TRAILING_FINAL: _trailing_final,
    Asked.LAST_WITH_BRANCH: _last_with_branch,
    Asked.RELEASE: _library,
    Asked.LAST: _library,
}


def _has_branch(file: Deliverable | None, name: str) -> bool:
    return file is not None and any(branch.name == name for branch in file.branches)
