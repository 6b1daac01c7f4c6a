"""What the page shows besides the report's parts: the cycle as a line, and every source's age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.cycle import week_of_cycle
from ...domain.calendar.deadline_words import due_of_group, name_in
from ...domain.calendar.team_calendar import Calendar, calendar_of
from ...domain.calendar.team_deadlines import Deadline
from ...domain.calendar.timeline import Mark, Timeline
from ...domain.freshness import age_of
from ...domain.messages.clauses import Link, Span, whole
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.reports.meeting_report import Cell, Table
from ...domain.reports.page import Page
from ...domain.snapshot import Fetched
from ...registry import Ask, UserError
from ..deadlines.words import by_day
from ..freeze.bands import frozen_stretches
from ..report_parts import page_parts_of, told_at_meetings
from .report import meeting

_LABELS = {
    Kind.MILESTONE_1: "M1",
    Kind.MILESTONE_2: "M2",
    Kind.MILESTONE_3: "M3",
    Kind.RC1: "RC1",
    Kind.RELEASE: "release",
    Kind.FINAL_RC: "final RC",
    Kind.FINAL_LIBRARIES: "libraries",
    Kind.FINAL_CLIENT_LIBRARIES: "clients",
    Kind.FEATURE_FREEZE: "freeze",
    Kind.GATHERING: "PTG",
    Kind.MEMBERSHIP_FREEZE: "members",
    Kind.CYCLE_HIGHLIGHTS: "highlights",
    Kind.EXTRA_ACS: "extra ACs",
    Kind.CYCLE_TRAILING: "trailing",
    Kind.ELECTION: "election",
}
_MAJOR = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3, Kind.RC1, Kind.RELEASE)
_OWN_LABEL = 10


def page_of(moment: Moment) -> Page:
    """The whole page; equal moments give equal pages."""
    calendar = calendar_of(moment)
    told = told_at_meetings(moment.snapshot)
    heading = ""
    if calendar is not None:
        week = week_of_cycle(calendar.weeks, moment.today)
        heading = " of ".join(filter(None, (week, calendar.series.title)))
    return Page(
        team=moment.team.shown,
        heading=heading,
        now=moment.now,
        timeline=timeline_of(moment, calendar) if calendar else None,
        parts=page_parts_of(moment),
        meeting=_meeting(moment),
        last_day=told[-1].day if told else None,
        last_lines=told[-1].lines if told else (),
        sources=_sources(moment),
        rooms=tuple(moment.snapshot.rooms.items()),
    )


def timeline_of(moment: Moment, calendar: Calendar) -> Timeline | None:
    """The cycle from its first week to its last, with today; None where no schedule is known."""
    schedule = calendar.weeks
    weeks = schedule.weeks
    if not weeks:
        return None
    first = weeks[0].start
    last = weeks[-1].start + dt.timedelta(days=6)
    each_day = (
        day
        for one in (*calendar.deadlines, *calendar.left, *calendar.early)
        for day in one.on_each_day(schedule)
    )
    inside = [deadline for deadline in each_day if first <= deadline.day <= last]
    return Timeline(
        calendar.series.title,
        first,
        last,
        moment.today,
        tuple((week.name, week.start) for week in weeks if week.name),
        tuple(_mark(group) for group in by_day(inside)),
        tuple(frozen_stretches(moment, calendar)),
    )


def _mark(group: Sequence[Deadline]) -> Mark:
    main = min(
        group,
        key=lambda deadline: (
            deadline.kind not in _MAJOR,
            deadline.own,
            deadline.kind not in _LABELS,
        ),
    )
    label = _LABELS.get(main.kind, main.name[:_OWN_LABEL].strip())
    names = tuple(dict.fromkeys(_named(deadline, group) for deadline in group))
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    own = all(deadline.own for deadline in group)
    return Mark(
        group[0].day, f"{label}{more}", names, own, main.kind in _MAJOR, due_of_group(group)
    )


def _named(deadline: Deadline, group: Sequence[Deadline]) -> str:
    return deadline.told if deadline.conflict else name_in(group, deadline)


def _meeting(moment: Moment) -> tuple[Span, ...]:
    try:
        return tuple(whole(meeting(moment, Ask()).doc.lines[0].phrases))
    except UserError:
        return ()


def _sources(moment: Moment) -> Table:
    """Each upstream document with its age; those count that have a trouble."""
    facts = sorted((n, f) for n, f in moment.snapshot.facts.items() if f.url)
    rows: list[tuple[Cell, ...]] = []
    told = set()
    for name, fact in sorted(facts, key=lambda pair: (pair[1].problem is None, pair[0])):
        if fact.problem is not None:
            told.add(len(rows))
        rows.append((Link(name, fact.url), fact.upstream, _age(fact, moment.now)))
    return Table("Sources", ("document", "from", "as of"), tuple(rows), frozenset(told))


def _age(fact: Fetched[object], now: dt.datetime) -> str:
    if not fact.known:
        return f"never had{': ' + fact.problem if fact.problem else ''}"
    fresh = f"{fact.at:%Y-%m-%d %H:%M} UTC" if fact.at else ""
    return age_of(fact, now).strip("()") or fresh
