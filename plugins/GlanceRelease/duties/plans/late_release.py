"""A release that is late may be planned anew: from today on, in place of its window."""

from __future__ import annotations

from ...domain.calendar.interval import is_over
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Event
from ...domain.moment import Moment
from ...domain.releases.plan import planned_events
from ..releases.left_to_do import work_for


def may_be_planned_anew(moment: Moment, calendar: Calendar, event: Event) -> bool:
    """Whether the event is over, is the last one of its cycle that is, and leaves a release that
    nobody made."""
    over = [each for each in planned_events(calendar) if is_over(each, moment.now)]
    if not over or over[-1].id != event.id:
        return False
    deadline = next((d for d in calendar.deadlines if d.id == event.id and not d.own), None)
    return deadline is not None and bool(work_for(moment, calendar, deadline).left)
