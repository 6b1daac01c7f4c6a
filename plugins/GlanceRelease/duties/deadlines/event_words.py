"""An event of the schedule in words: all that is known of when it is, and which rule says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from ...domain.calendar.candidate_words import (
    candidate_words,
    clock_of,
    stretch_in_words,
    written_words,
)
from ...domain.calendar.candidates import Candidate
from ...domain.calendar.cycle import format_day, format_deadline, week_name
from ...domain.calendar.deadline_words import due_words, lasting_words
from ...domain.calendar.interval import When, rule_of, whens
from ...domain.calendar.neighbours_events import is_another_cycles_release
from ...domain.calendar.team_calendar import Calendar
from ...domain.messages.clauses import Clause, clause
from ...domain.model import Event, Kind

_COUNTED_ON = dt.timedelta(weeks=3)  # behind the table's last row nobody counts for long
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
        weeks = calendar.weeks.weeks
        inside = bool(weeks) and weeks[0].start <= day <= weeks[-1].end + _COUNTED_ON
        return format_deadline(day, now, week_name(calendar.weeks, day) if inside else "")

    if is_another_cycles_release(event):
        return f"{event.title}: day not known, week of {told(times[0].first_day)}"
    if all(when.lasts for when in times):
        beside = "; ".join(filter(None, (_inferred(event), *told_beside)))
        behind = f" ({beside})" if beside else ""
        days = " and ".join(_lasting(when, calendar, now) for when in times)
        return f"{event.title}: {days}{behind}"
    if event.rule == "conflict":
        because = "; ".join((_because(event), *told_beside))
        days = " or ".join(_candidate(one, told, now) for one in times[0].either)
        return f"{event.title}: {days} ({because})"
    days = " and ".join(_due(when, calendar, now) for when in times)
    written = event.times if not any(map(_is_several_days, times)) else ()
    clocks = f", {' / '.join(written)}" if written else ""
    if times[-1].precision == "instant" and times[-1].is_over(now):
        clocks += ", past"
    because = "; ".join((_because(event), *told_beside))
    return f"{event.title}: {days}{clocks} ({because})"


def _candidate(one: Candidate, told: Callable[[dt.date], str], now: dt.datetime) -> str:
    """One of the days of a conflict, with the time of day that the text gives, or a stretch."""
    past = ", past" if one.is_instant and one.over <= now else ""
    return f"{told(one.day).replace(format_day(one.day), candidate_words(one))}{past}"


def _lasting(when: When, calendar: Calendar, now: dt.datetime) -> str:
    first, last = (week_name(calendar.weeks, day) for day in (when.first_day, when.last_day))
    return lasting_words(when, now, (first, last))


def _due(when: When, calendar: Calendar, now: dt.datetime) -> str:
    """When something is due; of several days within which it is the first before the last one."""
    week = week_name(calendar.weeks, when.deadline)
    if not _is_several_days(when):
        return due_words(when, when.deadline, now, week)
    written = written_words(when.written)
    clock = f"{clock_of(when.over)} ({written})" if written else clock_of(when.over)
    since = f"from {format_day(when.first_day)}{clock_of(when.start)} by "
    return since + due_words(when, when.deadline, now, week, clock.strip())


def _is_several_days(when: When) -> bool:
    return when.precision == "span" and when.first_day != when.last_day


def _because(event: Event) -> str:
    """Which rule gave the date: a date is never guessed silently."""
    if event.rule == "prose":
        return _inferred(event) or "the day stands in its text"
    if event.rule == "status":
        return "its day in series_status.yaml"
    if event.rule == "milestone":
        return "with milestone 3"
    if event.rule == "conflict":
        either = whens(event)[0].either
        text = " or ".join(stretch_in_words(*one.days) for one in either if one.by_text)
        is_release = event.kind is Kind.RELEASE
        weekday = f"the {'Wednesday' if is_release else 'Thursday'} of its week; "
        listed = weekday if whens(event)[0].is_due else "its week; "
        week = "" if all(one.by_text for one in either) else listed
        return f"conflict: {week}its text says {text}"
    return f"the {rule_of(event).capitalize()} of its week"


def _inferred(event: Event) -> str:
    return "the day stands in its text, the year is inferred" if event.year_inferred else ""
