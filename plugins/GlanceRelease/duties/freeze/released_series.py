"""What the branches of the released series take: by the marks in their own files, with the
calendar's day beside it where that says something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from ...domain.calendar.binding_deadlines import has_branches
from ...domain.calendar.branch_phases import (
    StablePhase,
    StableStatus,
    has_departed,
    is_long_ago,
    phase_at,
)
from ...domain.calendar.cycle import start_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Deliverable, Series
from ...domain.moment import Moment
from ...domain.releases.freeze_reasons import Fact, FreezeRule, Next, Reason, on_day
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_branch import SeriesBranch, Standing, branch_of
from ...domain.releases.shapes import repository_of, shape_of
from ...domain.snapshot import SERIES, Snapshot, deliverable_of
from .trailing_and_untagged import is_cut, trailing_final, trails_after

_STATES = {
    Standing.UNMAINTAINED: State.UNMAINTAINED,
    Standing.END_OF_LIFE: State.END_OF_LIFE,
    Standing.UNKNOWN: State.UNKNOWN,
    Standing.PLANNED: State.MISSING,
}
_THEN: dict[StableStatus, Next] = {
    "unmaintained": Next.UNMAINTAINED,
    "end-of-life": Next.END_OF_LIFE,
}


def released_states(
    moment: Moment, calendar: Calendar | None, series: Series, last: bool
) -> Iterator[BranchState]:
    """The branches of a series whose release's day is past, one for each deliverable whose file
    or Gerrit has it. One that neither has is told of a series that should be maintained, and of the
    `last` released one; one whose file was not read is unknown, with what the calendar alone would
    make of it."""
    plan = phase_at(series, moment.now)
    if plan is None and not last:
        return
    is_due = last or (plan is not None and plan.status == "stable")
    for name in moment.team.deliverables:
        branch = branch_of(moment, series, name)
        file = moment[deliverable_of(series.name, name)].value
        is_told = branch.standing is not Standing.PLANNED or (is_due and file is not None)
        if not is_told or _is_gone(branch, plan, moment.now):
            continue
        shape = file or shape_of(moment.snapshot, calendar, name)
        if shape is not None and not has_branches(shape):
            continue
        trailing: tuple[Reason, ...] = ()
        if calendar and shape and file and trails_after(calendar, shape, series):
            if not is_cut(file, series):
                continue
            trailing = trailing_final(moment.snapshot, calendar, shape, series)
        yield _row(moment.snapshot, series, name, shape, branch, trailing)


def _is_gone(branch: SeriesBranch, plan: StablePhase | None, now: dt.datetime) -> bool:
    """Whether it ended long ago, by its own mark; where there is no day, or nothing was read, by
    the calendar."""
    if branch.standing is Standing.END_OF_LIFE and branch.since is not None:
        return is_long_ago(branch.since, now)
    told_by_plan = (Standing.END_OF_LIFE, Standing.UNKNOWN, Standing.PLANNED)
    return branch.standing in told_by_plan and has_departed(plan, now)


def _row(
    snapshot: Snapshot,
    series: Series,
    name: str,
    shape: Deliverable | None,
    branch: SeriesBranch,
    trailing: tuple[Reason, ...],
) -> BranchState:
    plan = branch.plan
    state = _STATES.get(branch.standing, State.STABLE)
    agrees = plan is not None and plan.status == state.value
    since = branch.since if state in (State.UNMAINTAINED, State.END_OF_LIFE) else None
    if plan is not None and agrees and since is None:
        since = plan.since
    ahead = plan if plan is not None and agrees else None
    row = BranchState(
        name,
        repository_of(shape) if shape else name,
        branch.name,
        state,
        FreezeRule.PHASES,
        (*_why(series, branch, state, since), *trailing),
        start_of(since) if since else None,
        start_of(ahead.until) if ahead and ahead.until else None,
        _THEN.get(ahead.then) if ahead and ahead.then else None,
        (snapshot[deliverable_of(series.name, name)], snapshot[SERIES]),
        remarks=branch.remarks,
        series=series.branch_id,
        is_released=True,
    )
    guess = _by_the_calendar(row, plan) if state is State.UNKNOWN else None
    return replace(row, guess=guess) if guess is not None else row


def _why(
    series: Series, branch: SeriesBranch, state: State, since: dt.date | None
) -> tuple[Reason, ...]:
    if state in (State.UNKNOWN, State.MISSING):
        return (branch.seen,)
    whose = Reason(Fact.OF_SERIES, series=series.title)
    if state is not State.STABLE:
        return (whose, branch.seen, *branch.remarks)
    if branch.remarks:
        return (whose, *branch.remarks)
    return (Reason(Fact.MAINTAINED, series=series.title, days=on_day(since)),)


def _by_the_calendar(row: BranchState, plan: StablePhase | None) -> BranchState | None:
    """What the branch would be by the calendar alone; None where that has nothing of it."""
    if plan is None:
        return None
    since = start_of(plan.since) if plan.since else None
    return replace(row, state=State(plan.status), reasons=(), since=since)
