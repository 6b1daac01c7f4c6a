"""An event of the schedule in words: all that is known of when it is, and which rule says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from ...domain.calendar.cycle import format_day, format_deadline, week_name
from ...domain.calendar.deadline_words import due_words
from ...domain.calendar.interval import When, rule_of, whens
from ...domain.calendar.neighbours_events import is_another_cycles_release
from ...domain.calendar.team_calendar import Calendar
from ...domain.messages.clauses import Clause, clause
from ...domain.model import Event

_REMARKS = 1  # what the text told beside the day gives way first


def event_clause(event: Event, calendar: Calendar, now: dt.datetime, binding: str = "") -> Clause:
    """An event of the schedule, with all that is known of when it is, and behind it whom it doesn't
    bind."""
    whole = f"{_event(event, calendar, now, event.remarks)}{binding}"
    fewer = (
        f"{_event(event, calendar, now, event.remarks[:most])}{binding}"
        for most in _remarks_left(event)
    )
    return clause(whole, weight=_REMARKS, shorter=fewer)


def _remarks_left(event: Event) -> Iterable[int]:
    return reversed(range(len(event.remarks)))


def _event(event: Event, calendar: Calendar, now: dt.datetime, told_beside: tuple[str, ...]) -> str:
    times = whens(event)

    def told(day: dt.date) -> str:
        return format_deadline(day, now, week_name(calendar.weeks, day))

    if is_another_cycles_release(event):
        return f"{event.title}: day not known, week of {told(times[0].first_day)}"
    if all(when.lasts and when.first_day < when.last_day for when in times):
        behind = f" ({'; '.join(told_beside)})" if told_beside else ""
        days = " and ".join(_lasting(when, told, now) for when in times)
        return f"{event.title}: {days}{behind}"
    if event.rule == "conflict":
        days = " or ".join(_candidates(event, times[0], told))
    else:
        days = " and ".join(
            due_words(when, when.deadline, now, week_name(calendar.weeks, when.deadline))
            for when in times
        )
    clocks = f", {' / '.join(event.times)}" if event.times else ""
    if times[-1].precision == "instant" and times[-1].is_over(now):
        clocks += ", past"
    because = "; ".join((_because(event), *told_beside))
    return f"{event.title}: {days}{clocks} ({because})"


def _candidates(event: Event, when: When, told: Callable[[dt.date], str]) -> Iterable[str]:
    """The days of a conflict; a stretch that the text names is one of them."""
    if not event.span:
        return map(told, when.candidates)
    first, last = event.prose_days[0], event.prose_days[-1]
    listed = [told(day) for day in when.candidates if day not in (first, last)]
    return (*listed, f"{told(first)}, to {format_day(last)}")


def _lasting(when: When, told: Callable[[dt.date], str], now: dt.datetime) -> str:
    """What lasts, by the end of it that comes next; with the times of day at its ends."""
    begins = _clock_at(when.start)
    ends = _clock_at(when.over)
    if not when.has_begun(now):
        at = f",{begins}" if begins else ""
        return f"from {told(when.first_day)}{at} to {format_day(when.last_day)}{ends}"
    at = f",{ends}" if ends else ""
    return f"from {format_day(when.first_day)}{begins} to {told(when.last_day)}{at}"


def _clock_at(instant: dt.datetime) -> str:
    return f" {instant:%H:%M} UTC" if instant.time() != dt.time() else ""


def _because(event: Event) -> str:
    """Which rule gave the date: a date is never guessed silently."""
    if event.rule == "prose":
        return "the day stands in its text"
    if event.rule == "conflict":
        text = (" to " if event.span else " or ").join(map(format_day, event.prose_days))
        week = "" if event.days == event.prose_days else "the Thursday of its week; "
        return f"conflict: {week}its text says {text}"
    return f"the {rule_of(event).capitalize()} of its week"
