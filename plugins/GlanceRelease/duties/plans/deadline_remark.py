"""What a deadline's reminder says of its plan, or of the plan that it lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.cycle import format_day
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.plan import plan_for, planned_events, suggested_day, title_of, window_of
from ..releases.left_to_do import work_for

ASKED_BEFORE = dt.timedelta(days=10)  # at four and at two weeks, not later
_SHORT = {
    Kind.MILESTONE_1: "m1",
    Kind.MILESTONE_2: "m2",
    Kind.MILESTONE_3: "m3",
    Kind.RC1: "rc1",
    Kind.FINAL_RC: "final rc",
    Kind.FINAL_LIBRARIES: "final lib",
    Kind.FINAL_CLIENT_LIBRARIES: "final clientlib",
}


def plan_remark(moment: Moment, calendar: Calendar, group: Sequence[Deadline]) -> str:
    """In sentences, for the official deadlines of one day: the days that are planned; where there
    is none, a request for one at four and at two weeks, unless all is released already."""
    ids = {deadline.id for deadline in group}
    events = {event.id: event for event in planned_events(calendar) if event.id in ids}
    planned: list[str] = []
    for deadline in group:
        event = events.get(deadline.id)
        if event is None:
            continue
        known = plan_for(moment.notes, calendar, deadline)
        if known is not None:
            if known.day != deadline.day:
                which = f"{title_of(event)} " if len(events) > 1 else "it "
                was = "was planned" if known.day < moment.today else "is planned"
                planned.append(f"{which}{was} for {format_day(known.day)}")
        elif deadline.day - moment.today >= ASKED_BEFORE and not planned:
            if work_for(moment, calendar, deadline).is_done:
                continue
            near = suggested_day(event, moment.team.reminders.holidays)
            first, last = window_of(event)
            window = f"{format_day(first)} to {format_day(last)}"
            when = f"best {format_day(near)}" if near else window
            planned.append(f"No day is planned yet: plan {_SHORT[event.kind]} DAY, {when}")
    return "".join(f"{part[0].upper()}{part[1:]}. " for part in planned)
