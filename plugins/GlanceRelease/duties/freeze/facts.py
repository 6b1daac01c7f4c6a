"""What may merge where at an instant, from the schedule's dates and what the files say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...domain.calendar.binding_deadlines import (
    has_candidates,
    is_library,
    is_never_released,
    trails,
)
from ...domain.calendar.cycle import end_of, start_of
from ...domain.calendar.interval import whens
from ...domain.calendar.team_calendar import Calendar, calendar_of
from ...domain.gerrit_scope import files_of
from ...domain.memo_by_facts import kept_by_facts
from ...domain.model import Deliverable, Kind, Series
from ...domain.moment import Moment
from ...domain.releases.freeze_reasons import Fact, FreezeRule, Reason, on_day
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_release import is_late, outcome_of, unread_since
from ...domain.releases.shapes import plain_name, repository_of, shape_of
from ...domain.snapshot import (
    NEVER,
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from ...domain.team import Team
from .deliverable import FreezeView
from .released_series import released_states
from .services import service_states
from .trailing_and_untagged import trailing_states, unreleased_states
from .without_candidates import intermediary_states, library_states

FREEZE_BOUNDS = (
    Kind.MILESTONE_3,
    Kind.FEATURE_FREEZE,
    Kind.FINAL_LIBRARIES,
    Kind.FINAL_CLIENT_LIBRARIES,
    Kind.RC1,
    Kind.FINAL_RC,
    Kind.RELEASE,
)
_NEXT_APPEARS = dt.timedelta(weeks=8)  # after a release; its schedule hardly ever comes later


def branch_states(moment: Moment) -> tuple[BranchState, ...]:
    """Every deliverable of the team on every branch that takes changes, or did until a year ago.

    Where a release's day is past and its final version is in no file, the freeze of its cycle goes
    on for the deliverable.
    States begin and end at midnight UTC, at the time of day that a schedule gives, or with what a
    file says, so that the questions in between share one answer.
    """
    return _states(moment.snapshot.facts, moment.team, last_turn(moment))


def last_turn(moment: Moment) -> dt.datetime:
    """The last instant at which the schedules could change a state: midnight UTC, or later in the
    day a bound that has a time of day."""
    turns = (at for at in _turns(moment.snapshot.facts, moment.team) if at <= moment.now)
    return max((start_of(moment.today), *turns))


@kept_by_facts
def _turns(facts: Mapping[str, Fetched[Any]], team: Team) -> tuple[dt.datetime, ...]:
    series = facts.get(SERIES.name, NEVER).value or ()
    known = (facts.get(schedule_of(each.name).name, NEVER).value for each in series)
    events = (event for schedule in known if schedule for event in schedule.events)
    kinds = (*FREEZE_BOUNDS, Kind.REQUIREMENTS_FREEZE, Kind.CYCLE_TRAILING)
    bounds = (whens(event)[-1] for event in events if event.kind in kinds and event.days)
    return tuple({when.due_by for when in bounds if when.has_hour})


@kept_by_facts
def _states(
    facts: Mapping[str, Fetched[Any]], team: Team, turn: dt.datetime
) -> tuple[BranchState, ...]:
    moment = Moment(Snapshot(team, facts), turn)
    running = calendar_of(moment)
    last = running.before if running else last_due(moment)
    late = calendar_of(moment, last.name) if last else None
    rows: list[BranchState] = []
    unreleased: list[str] = []
    for name in moment.team.deliverables:
        calendar = running
        if last and late and late.schedule.value is not None and is_late(moment, last, name):
            calendar = late
            unreleased.append(name)
        unread = unread_since(moment, last, name) if last else None
        for row in _by_calendar(moment, calendar, name):
            rows.append(_unread(row, last, unread) if last and unread else row)
    for series in moment[SERIES].value or ():
        if running is None or series != running.series:
            told = released_states(moment, running, series, series == last)
            rows += (row for row in told if series != last or row.deliverable not in unreleased)
    return tuple(rows)


def _by_calendar(moment: Moment, calendar: Calendar | None, name: str) -> Iterator[BranchState]:
    if calendar is None or calendar.schedule.value is None:
        yield _without_schedule(moment, calendar, name)
        return
    doubts = _doubts(calendar)
    yield from (_doubted(row, doubts) for row in developed(moment, calendar, name))


def _unread(row: BranchState, last: Series, file: Fetched[Deliverable]) -> BranchState:
    """Master, where nobody read since the release's day whether the release is out: its freeze may
    go on."""
    if row.branch != "master" or row.state is State.UNKNOWN:
        return row
    due = Reason(Fact.SERIES_WAS_DUE, series=last.title, days=on_day(last.initial_release))
    read = Reason(Fact.NOT_READ_SINCE, row.repository, days=on_day(file.at))
    return replace(
        row, state=State.UNKNOWN, reasons=(due, read), since=None, until=None, then=None, guess=row
    )


def last_due(moment: Moment) -> Series | None:
    """The series whose release's day was the last one to pass."""
    series = moment[SERIES].value or ()
    due = [(d, each) for each in series if (d := each.initial_release) and d < moment.today]
    return max(due, key=lambda pair: pair[0])[1] if due else None


def developed(moment: Moment, calendar: Calendar, name: str) -> Iterator[BranchState]:
    """Master, and the branch that was cut for the release that is near."""
    file = moment[deliverable_of(calendar.series.name, name)]
    shape = shape_of(moment.snapshot, calendar, name)
    trouble = Reason(Fact.FILES_TROUBLE, series=calendar.series.name, trouble=file.problem or "")
    if shape is None:
        why = Reason(Fact.NOWHERE, name, calendar.series.title) if file.known else trouble
        yield _unknown(moment.snapshot, name, why)
    elif not file.known:
        guess = next(_by_model(FreezeView(moment, calendar, name, shape, file)))
        yield replace(
            guess,
            state=State.UNKNOWN,
            reasons=(trouble,),
            since=None,
            until=None,
            then=None,
            facts=(replace(calendar.schedule, problem=None),),
            guess=guess,
        )
    else:
        yield from _by_model(FreezeView(moment, calendar, name, shape, file))


def _by_model(view: FreezeView) -> Iterator[BranchState]:
    shape = view.shape
    if is_never_released(shape):
        yield from unreleased_states(view)
    elif trails(shape):
        yield from trailing_states(view)
    elif has_candidates(shape):
        yield from service_states(view)
    elif is_library(shape):
        yield from library_states(view)
    else:
        yield from intermediary_states(view)


def _doubts(calendar: Calendar) -> dict[dt.datetime, Reason]:
    """The bounds whose week and text contradict each other, with what each of them says."""
    found: dict[dt.datetime, Reason] = {}
    for event in map(calendar.weeks.first, FREEZE_BOUNDS):  # milestone 3 before what follows it
        if event is not None and event.rule == "conflict":
            when = whens(event)[-1]
            listed = tuple(one.day for one in when.either if not one.by_text)
            text = tuple(one.days for one in when.either if one.by_text)
            doubt = Reason(Fact.CONFLICT, event.title, kind=event.kind, days=listed, text_days=text)
            found.setdefault(when.due_by, doubt)
    return found


def _doubted(row: BranchState, doubts: Mapping[dt.datetime, Reason]) -> BranchState:
    """The row with the contradiction on which its bounds rest, if there is one."""
    bounds = (bound for bound in (row.since, row.until) if bound)
    found = dict.fromkeys(doubts[bound] for bound in bounds if bound in doubts)
    return replace(row, doubts=tuple(found)) if found else row


def _without_schedule(moment: Moment, calendar: Calendar | None, name: str) -> BranchState:
    """Master of a cycle without a schedule: open where the last known cycle was just released and
    openstack/releases has no page of the next one yet, else unknown."""
    last = last_due(moment)
    released = end_of(last.initial_release) if last and last.initial_release else None
    early = calendar is None or (calendar.schedule.known and calendar.schedule.problem is None)
    if last is None or released is None or not early or moment[SERIES].problem:
        return _unknown(moment.snapshot, name, _why_no_schedule(moment.snapshot, calendar))
    if moment.now - released > _NEXT_APPEARS:
        return _unknown(moment.snapshot, name, _why_no_schedule(moment.snapshot, calendar))
    shape = shape_of(moment.snapshot, None, name)
    following = calendar.series.title if calendar else ""
    return BranchState(
        name,
        repository_of(shape) if shape else name,
        "master",
        State.OPEN,
        FreezeRule.SCHEDULE,
        (outcome_of(moment, last), Reason(Fact.NO_SCHEDULE_YET, series=following)),
        since=released,
    )


def _unknown(snapshot: Snapshot, name: str, why: Reason) -> BranchState:
    shape = shape_of(snapshot, None, name)
    repository = repository_of(shape) if shape else name
    return BranchState(name, repository, "master", State.UNKNOWN, FreezeRule.FILES, (why,))


def _why_no_schedule(snapshot: Snapshot, calendar: Calendar | None) -> Reason:
    if calendar is None:
        known = snapshot[SERIES]
        trouble = known.problem or ""
        return Reason(Fact.CYCLE_UNKNOWN if known.value else Fact.SERIES_TROUBLE, trouble=trouble)
    fact, title = calendar.schedule, calendar.series.title
    if fact.known and not fact.problem:
        return Reason(Fact.NO_SCHEDULE, series=title)
    return Reason(Fact.SCHEDULE_TROUBLE, series=title, trouble=fact.problem or "")


def as_asked(row: BranchState, snapshot: Snapshot, word: str) -> BranchState:
    """The row by the name of the repository that was asked for, of a deliverable with several."""
    shape = shape_of(snapshot, None, row.deliverable)
    for repository in shape.repositories if shape and len(shape.repositories) > 1 else ():
        if plain_name(repository) == plain_name(word) != plain_name(row.deliverable):
            return replace(row, repository=repository.split("/")[-1])
    return row


def in_files(moment: Moment, word: str) -> list[BranchState]:
    """The branches of this name that the deliverables' files have beside the stable ones
    ("bugfix/38.0"): what they take stands nowhere, so it is unknown."""
    return [
        BranchState(
            file.name,
            repository_of(file),
            branch.name,
            State.UNKNOWN,
            FreezeRule.FILES,
            (
                Reason(Fact.CUT_BESIDE, branch.location, file.series),
                Reason(Fact.TAKES_UNKNOWN, branch.name),
            ),
            since=branch.created,
        )
        for name in moment.team.deliverables
        for file in files_of(moment, name)
        for branch in file.branches
        if branch.name.lower() == word and not word.startswith("stable/")
    ]
