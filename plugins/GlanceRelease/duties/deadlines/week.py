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
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.series_branch import outcome_of
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
    calendar = calendar_for(moment, "")
    today = moment.today
    day = calendar.day(Kind.RELEASE) or calendar.series.initial_release
    before = calendar.before.initial_release if calendar.before else None
    place = place_of(today, calendar.weeks, before)
    series = calendar.series.title
    end = f"; {series} is released {format_deadline(day, moment.now)}" if day else ""
    wrong = contradiction_of(calendar)
    end = f"{end}; its schedule {wrong}" if wrong else end
    end = f"{end}.{age_behind(calendar.schedule, moment.now)}"
    earlier = calendar.before.title if calendar.before else ""
    counted = f" ({place.after} of {earlier})" if place.after and earlier else ""
    if place.gap and calendar.before and place.begins:
        begins = f"{format_day(place.begins)}, {in_days(place.begins, moment.now)}"
        out = reason_text(outcome_of(moment, calendar.before))
        return reply(
            f"Today, {format_day(today)}, lies between the cycles{counted}: {out}, "
            f"{week_name(calendar.weeks, place.begins)} of {series} begins {begins}{end}"
        )
    if place.weekend:
        monday = today + dt.timedelta(days=7 - today.weekday())
        return reply(
            f"Today, {format_day(today)}, is the weekend after {place.name} of {series}; "
            f"{week_name(calendar.weeks, monday)} begins {format_day(monday)}{end}"
        )
    return reply(f"Today, {format_day(today)}, is in {place.name} of {series}{counted}{end}")
