"""What a deadline's reminder says of its plan, or of the plan that it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.plan import plan_for, planned_events
from ..releases.left_to_do import work_for
from .team_leads import FAR
from .words import asked_sentence, planned_sentence

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
                which = event if len(events) > 1 else None
                planned.append(planned_sentence(which, known, moment.today))
        elif deadline.day - moment.today >= FAR and not planned:
            if work_for(moment, calendar, deadline).is_done:
                continue
            holidays = moment.team.reminders.holidays
            planned.append(asked_sentence(event, _SHORT[event.kind], holidays))
    return "".join(planned)
