"""The report's first line: the next milestone, what is left for it, the freeze that comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import is_intermediary
from ...domain.calendar.calendar_turns import coming, told_by_turn
from ...domain.calendar.cycle import format_day, in_days, week_name
from ...domain.calendar.deadline_words import (
    due_clock,
    due_of,
    due_words,
    end_words,
    stretch_words,
)
from ...domain.calendar.event_names import NAMES
from ...domain.calendar.team_calendar import Calendar, calendar_of
from ...domain.calendar.team_deadlines import Deadline
from ...domain.freshness import age_of
from ...domain.messages.clauses import Phrase, remark
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.plan import WITHOUT_CANDIDATES, plan_for
from ...domain.reports.fact import ReportFact, days_value
from ...domain.reports.meeting_report import Part, Table, Tile
from ...domain.snapshot import Snapshot
from ..releases.asked import Asked, TaskState
from ..releases.left_to_do import work_for
from ..releases.task import ReleaseTask, Work
from ..report_parts import LATER, first, items, report_part

MILESTONES = (
    Kind.MILESTONE_1,
    Kind.MILESTONE_2,
    Kind.MILESTONE_3,
    Kind.RC1,
    Kind.RELEASE,
    Kind.CYCLE_TRAILING,
)
FREEZES = (
    Kind.FINAL_LIBRARIES,
    Kind.FEATURE_FREEZE,
    Kind.FINAL_CLIENT_LIBRARIES,
    Kind.SOFT_STRING_FREEZE,
    Kind.REQUIREMENTS_FREEZE,
    Kind.HARD_STRING_FREEZE,
)
_TITLE = "Deadlines"
_NEAR = dt.timedelta(days=14)  # before that, what is left is no alarm


@report_part(10)
def milestone_part(moment: Moment) -> Part | None:
    """The next milestone with its planned day (the team's own, where its file has one), what is
    left for it, the next freeze; all deadlines to come as rows."""
    calendar = calendar_of(moment)
    if calendar is None or calendar.schedule.value is None:
        return Part("milestone", _TITLE, (first("The next milestone is not known"),))
    ahead = deadlines_table(calendar, moment.now)
    milestone = _next_milestone(calendar, moment.now)
    if milestone is None:
        words = first(f"{calendar.series.title}: no milestone is left")
        return Part("milestone", _TITLE, (words,), tables=(ahead,))
    work = work_for(moment, calendar, milestone)
    planned = _planned(moment.snapshot, calendar, milestone)
    freeze = _next_freeze(calendar, moment.now, _is_rc1_tagged(work))
    return Part(
        "milestone",
        _TITLE,
        (*_phrases(milestone, planned, work, moment.now), *_then(freeze)),
        tuple(_facts(calendar, milestone, planned, work, freeze)),
        tables=(ahead, _work_table(milestone, work)),
        age=age_of(calendar.schedule, moment.now),
        tiles=tuple(_tiles(moment, milestone, work)),
    )


def _next_milestone(calendar: Calendar, now: dt.datetime) -> Deadline | None:
    intermediary = any(map(is_intermediary, calendar.shapes or ()))
    last = (Kind.FINAL_RC,) if intermediary else ()
    return next_of(calendar, (*MILESTONES, *last), now)


def _phrases(
    milestone: Deadline, planned: dt.date | None, work: Work, now: dt.datetime
) -> Iterator[Phrase]:
    """When the milestone is, for when the team plans it, and what is left to do."""
    yield first(f"{name_of(milestone)} is {due_of(milestone, now)}")
    if milestone.conflict:
        yield f" ({milestone.conflict})"
    if planned:
        yield f", planned for {format_day(planned)}"
    if work.left:
        yield f"; {len(work.left)} left: "
        yield items(task.clause for task in work.left)
    elif work.unknown:
        yield "; what is left is not known"
    if work.approved:
        yield "; proposed with the team's yes: "
        yield items(task.clause for task in work.approved)
    if work.merged:
        yield "; on the way: "
        yield items(task.clause for task in work.merged)
    elif work.is_done:
        yield "; done"


def _then(freeze: Deadline | None) -> tuple[Phrase, ...]:
    if freeze is None:
        return ()
    when = freeze.told if freeze.conflict else f"{freeze.name}, {due_of(freeze)}"
    return (remark(f"; next freeze: {when}", weight=LATER),)


def _facts(
    calendar: Calendar,
    milestone: Deadline,
    planned: dt.date | None,
    work: Work,
    freeze: Deadline | None,
) -> Iterator[ReportFact]:
    name, id_ = name_of(milestone), f"{calendar.series.name}/{milestone.id}"
    yield ReportFact("next", "next is", _days(calendar, milestone), _on(name, milestone))
    left = None if work.unknown and not work.left else len(work.left)
    words = "not known" if left is None else str(left)
    yield ReportFact(f"left/{id_}", f"left for {name}:", left, words, not left)
    if planned:
        day = format_day(planned)
        yield ReportFact(f"planned/{id_}", f"{name} planned for", planned.isoformat(), day)
    if freeze is not None:
        yield ReportFact("freeze", "next freeze", _days(calendar, freeze), _on(freeze.name, freeze))


def _days(calendar: Calendar, deadline: Deadline) -> str:
    """Which deadline it is, and its days, as a value."""
    days = days_value(deadline.when.candidates or (deadline.day,))
    return f"{calendar.series.name}/{deadline.id} {days}"


def _work_table(milestone: Deadline, work: Work) -> Table:
    rows = tuple(
        (state, task.text)
        for state, tasks in (
            ("left", work.left),
            ("proposed", work.approved),
            ("on the way", work.merged),
            ("not known", work.unknown),
            ("done", work.done),
        )
        for task in tasks
    )
    title = f"What is left for {name_of(milestone)}"
    told = frozenset(range(len(work.left)))
    return Table(title, ("", "what"), rows, told, "it asks for nothing")


def _tiles(moment: Moment, milestone: Deadline, work: Work) -> Iterator[Tile]:
    name = name_of(milestone)
    yield Tile(in_days(milestone.day, moment.now), f"{name}, {_day_or_both(milestone)}")
    if work.left or work.approved or work.is_done:
        near = milestone.day - moment.today <= _NEAR
        mood = "good" if not work.left else "bad" if near else "plain"
        yield Tile(f"{len(work.left)} left", f"to do for {name}", mood)


def _on(name: str, deadline: Deadline) -> str:
    """In the words of what changed: "RC1 by Thu 2027-03-04"."""
    day = _day_or_both(deadline)
    return f"{name} {day}" if deadline.when.is_due_in_its_week else f"{name} on {day}"


def name_of(deadline: Deadline) -> str:
    """What people call it: "RC1", where upstream's title is that of its week."""
    if deadline.kind is Kind.FINAL_RC:
        return WITHOUT_CANDIDATES
    return NAMES[deadline.kind][0] if deadline.kind is Kind.RC1 else deadline.name


def next_of(calendar: Calendar, kinds: tuple[Kind, ...], now: dt.datetime) -> Deadline | None:
    """The next deadline of one of these kinds that is not over."""
    return next((one for one in coming(calendar, now) if one.kind in kinds and not one.own), None)


def _is_rc1_tagged(work: Work) -> bool:
    asked = [each for each in work.tasks if isinstance(each, ReleaseTask)]
    rc1 = [each.state for each in asked if each.asked is Asked.RC1]
    return bool(rc1) and all(state is TaskState.DONE for state in rc1)


def _next_freeze(calendar: Calendar, now: dt.datetime, rc1: bool) -> Deadline | None:
    """The next freeze, everybody's or this team's in the schedule ("Nova Spec Freeze"). The hard
    string freeze has begun with the tag of `rc1`."""
    kinds = tuple(kind for kind in FREEZES if not (rc1 and kind is Kind.HARD_STRING_FREEZE))
    everybody = next_of(calendar, kinds, now)
    ours = (one for one in coming(calendar, now) if one.ours)
    our_freeze = next((one for one in ours if "freeze" in one.name.lower()), None)
    found = [one for one in (our_freeze, everybody) if one is not None]
    return min(found, key=lambda one: one.day, default=None)


@told_by_turn
def deadlines_table(calendar: Calendar, now: dt.datetime) -> Table:
    """What runs, with its end, and then the deadlines to come, by day: one row each."""
    running = (
        (
            f"until {told}",
            week_name(calendar.weeks, day) or "-",
            f"runs, ends {in_days(day, now)}",
            one.told,
        )
        for one in calendar.running(now)
        for day, told in (end_words(one.when, now),)
    )
    ahead = (
        (_day(one), one.week or "-", in_days(one.day, now), _name(one))
        for one in coming(calendar, now)
    )
    return Table("Deadlines to come", ("day", "week", "when", "what"), (*running, *ahead))


def _day(one: Deadline) -> str:
    if one.when.lasts:
        return stretch_words(one.when)
    return due_words(one.when, one.day, clock="" if one.conflict else due_clock(one))


def _day_or_both(one: Deadline) -> str:
    """The day, with its time, or both days of a conflict."""
    return one.said_days if one.conflict else _day(one)


def _name(one: Deadline) -> str:
    return one.marked if one.own else one.told


def _planned(snapshot: Snapshot, calendar: Calendar, milestone: Deadline) -> dt.date | None:
    """The day on which the team plans to release, else its own early day for the deadline."""
    plan = plan_for(snapshot.notes, calendar, milestone)
    early = (
        deadline.day for deadline in calendar.deadlines if deadline.id == f"early/{milestone.id}"
    )
    return plan.day if plan else next(early, None)
