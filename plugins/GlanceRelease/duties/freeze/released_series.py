"""What the branches of the released series take: by the marks in their own files, with the
calendar's day beside it where that says something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import has_branches
from ...domain.calendar.branch_phases import StablePhase, phase_at
from ...domain.calendar.cycle import end_of, format_day, start_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Deliverable, Series
from ...domain.moment import Moment
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_branch import SeriesBranch, Standing, branch_of
from ...domain.releases.shapes import repository_of, shape_of
from ...domain.snapshot import SERIES, Snapshot, deliverable_of
from .trailing_and_untagged import trailing_branch

_DEPARTED = dt.timedelta(days=365)  # a branch that ended this long ago is told only when asked for
_STATES = {
    Standing.UNMAINTAINED: State.UNMAINTAINED,
    Standing.END_OF_LIFE: State.END_OF_LIFE,
    Standing.UNKNOWN: State.UNKNOWN,
    Standing.PLANNED: State.MISSING,
}


def released_states(
    moment: Moment, calendar: Calendar | None, series: Series, last: bool
) -> Iterator[BranchState]:
    """The branches of a series whose release's day is past, one for each deliverable whose file
    or Gerrit has it. One that neither has is told of the `last` released series only; one whose
    file was not read is unknown, with what the calendar alone would make of it."""
    plan = phase_at(series, moment.now)
    if plan is None and not last:
        return
    for name in moment.team.deliverables:
        branch = branch_of(moment, series, name)
        has_file = moment[deliverable_of(series.name, name)].value is not None
        if _is_gone(branch, plan, moment.now) or (
            branch.standing is Standing.PLANNED and not (last and has_file)
        ):
            continue
        shape = shape_of(moment.snapshot, calendar, name, series)
        if shape is not None and not has_branches(shape):
            continue
        trailing = trailing_branch(moment.snapshot, calendar, shape, series) if shape else ""
        if trailing is None:
            continue
        yield _row(moment.snapshot, series, name, shape, branch, trailing)


def _is_gone(branch: SeriesBranch, plan: StablePhase | None, now: dt.datetime) -> bool:
    """Whether it ended long ago, by its own mark; where there is no day, or nothing was read, by
    the calendar."""
    if branch.standing is Standing.END_OF_LIFE and branch.since is not None:
        return now - end_of(branch.since) > _DEPARTED
    if branch.standing in (Standing.END_OF_LIFE, Standing.UNKNOWN, Standing.PLANNED):
        if plan is None or plan.status != "end-of-life":
            return False
        return plan.since is None or now - end_of(plan.since) > _DEPARTED
    return False


def _row(
    snapshot: Snapshot,
    series: Series,
    name: str,
    shape: Deliverable | None,
    branch: SeriesBranch,
    trailing: str,
) -> BranchState:
    plan = branch.plan
    state = _STATES.get(branch.standing, State.STABLE)
    agrees = plan is not None and plan.status == state.value
    since = branch.since if state in (State.UNMAINTAINED, State.END_OF_LIFE) else None
    if plan is not None and agrees and since is None:
        since = plan.since
    ahead = plan if plan is not None and agrees else None
    return BranchState(
        name,
        repository_of(shape) if shape else name,
        branch.name,
        state,
        start_of(since) if since else None,
        start_of(ahead.until) if ahead and ahead.until else None,
        f"{_why(series, branch, state, since)}{trailing}",
        (ahead.then or "") if ahead else "",
        (snapshot[deliverable_of(series.name, name)], snapshot[SERIES]),
        guess=_by_the_calendar(plan) if state is State.UNKNOWN and plan else "",
        remark=branch.remark,
        is_released=True,
    )


def _why(series: Series, branch: SeriesBranch, state: State, since: dt.date | None) -> str:
    if state is State.UNKNOWN:
        planned = _by_the_calendar(branch.plan) if branch.plan else "unknown"
        return f"{branch.source}; by the calendar alone it would be {planned}"
    if state is State.MISSING:
        return branch.source
    if state is State.STABLE and branch.remark:
        return f"{series.title}: {branch.remark}"
    if state is State.STABLE:
        day = f" since {format_day(since)}" if since else ""
        return f"{series.title} is maintained{day}"
    return f"{series.title}: {branch.why}"


def _by_the_calendar(plan: StablePhase) -> str:
    day = f" since {format_day(plan.since)}" if plan.since else ", since when is not recorded"
    return f"{plan.status}{day}"
