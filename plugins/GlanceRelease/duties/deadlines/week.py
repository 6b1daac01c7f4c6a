"""Which week of which cycle today is: `week`."""

from __future__ import annotations

import datetime as dt

from ...domain.calendar.cycle import (
    format_day,
    format_deadline,
    in_days,
    place_of,
    week_name,
)
from ...domain.calendar.team_calendar import Calendar
from ...domain.messages.clauses import remark
from ...domain.messages.doc import doc, line
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.series_release import outcome_of
from ...registry import SCHEDULES, Ask, Reply, command, reply
from ..freeze.reason_words import reason_text
from ..which_cycle import after_the_last, age_behind, calendar_for, contradiction_of


@command(
    "week",
    "",
    "which week of which cycle today is",
    "week",
    SCHEDULES,
    basis="the weeks of the cycle's schedule; which cycle runs follows from its days",
    sources=("schedule", "series"),
)
def week(moment: Moment, ask: Ask) -> Reply:
    """Today's place in the cycle; weekends, the gap between cycles and the weeks after a release
    have an answer of their own."""
    if late := after_the_last(moment):
        return reply(late)
    calendar, today = calendar_for(moment, ""), moment.today
    before = calendar.before
    place = place_of(today, calendar.weeks, before.initial_release if before else None)
    counted = f" ({place.after} of {before.title})" if place.after and before else ""
    if place.gap and before and place.begins:
        here = f"lies between the cycles{counted}: {_begins(moment, calendar, place.begins)}"
    elif place.weekend:
        monday = today + dt.timedelta(days=7 - today.weekday())
        begins = f"{week_name(calendar.weeks, monday)} begins {format_day(monday)}"
        here = f"is the weekend after {place.name} of {calendar.series.title}; {begins}"
    else:
        here = f"is in {place.name} of {calendar.series.title}{counted}"
    head = f"Today, {format_day(today)}, {here}{_release(moment, calendar)}"
    wrong = contradiction_of(calendar)
    doubt = (remark(f"; its schedule {wrong}", weight=1),) if wrong else ()
    return Reply(doc(line(head, *doubt, f".{age_behind(calendar.schedule, moment.now)}")))


def _begins(moment: Moment, calendar: Calendar, first: dt.date) -> str:
    """In the gap between two cycles: what became of the one, and when the other begins."""
    out = f"{reason_text(outcome_of(moment, calendar.before))}, " if calendar.before else ""
    begins = f"begins {format_day(first)}, {in_days(first, moment.now)}"
    return f"{out}{week_name(calendar.weeks, first)} of {calendar.series.title} {begins}"


def _release(moment: Moment, calendar: Calendar) -> str:
    day = calendar.day(Kind.RELEASE) or calendar.series.initial_release
    when = format_deadline(day, moment.now) if day else ""
    return f"; {calendar.series.title} is released {when}" if when else ""
