"""What a stretch of days in a text settles, and which of its times of day it leaves open."""

from __future__ import annotations

from dataclasses import replace

from ...domain.calendar.clock_times import hours_of
from ...domain.calendar.event_nature import is_due
from ...domain.model import Event
from .event_times import unread_time


def within_its_weeks(event: Event) -> Event:
    """The event, in no conflict with its weeks where it is due in them by the end of the stretch
    that its text gives, or begins in them where it lasts: the table has that day only."""
    if event.rule != "conflict" or not event.span:
        return event
    first, last = event.prose_days[0], event.prose_days[-1]
    counts = last if is_due(event) else first
    if not any(counts in week for week in event.weeks):
        return event
    return replace(event, days=(first, last), rule="prose", prose_days=())


def loose_times(event: Event) -> str:
    """What is remarked of times of day in the text of several days that are of none of these."""
    times = [clock for clock in event.times if clock and not unread_time(clock)]
    if not times or not (event.span or event.rule == "conflict"):
        return ""
    is_told = _at_the_ends(event) if event.span else len(times) in (1, len(event.prose_days))
    return (
        "" if is_told else f"the time {' / '.join(times)} is of neither its beginning nor its end"
    )


def _at_the_ends(event: Event) -> bool:
    if len(event.times) == 2:
        return True
    clock = event.times[0]
    each_day = hours_of(event.days[0], clock) is not None
    return len(event.times) == 1 and (each_day or event.text.count(clock) > 1)
