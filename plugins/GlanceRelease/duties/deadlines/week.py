"""Which week of which cycle today is: `week`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from ...domain.calendar.cycle import (
    format_day,
    format_deadline,
    in_days,
    monday_of,
    place_of,
    week_name,
    week_named,
)
from ...domain.calendar.days_from_chat import last_year_of
from ...domain.calendar.deadline_words import due_of_group
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.messages.clauses import clause, listing, remark
from ...domain.messages.doc import doc, line
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.series_release import outcome_of
from ...registry import COMMANDS, SCHEDULES, Ask, Reply, UserError, command, reply
from ..freeze.reason_words import reason_text
from ..typed_names import Named, NameSort, at_most_one, names_in, taken
from ..which_cycle import (
    after_the_last,
    age_behind,
    calendar_for,
    calendar_or_past,
    contradiction_of,
)
from .words import by_day, names_of


@command(
    "week",
    "[R-N | DAY | SERIES]",
    "which week of which cycle today is, or a day; which days a week has, and what is due in it",
    "week",
    SCHEDULES,
    basis="the weeks of the cycle's schedule; which cycle runs follows from its days",
    sources=("schedule", "series"),
)
def week(moment: Moment, ask: Ask) -> Reply:
    """Today's place in the cycle; weekends, the gap between cycles and the weeks after a release
    have an answer of their own. Of a week its days, of a day its week, each with what is due."""
    other = asked_of_another(moment, ask, ask.text, "week")
    if other is not None:
        return other
    sorts = (NameSort.WEEK, NameSort.DAY, NameSort.SERIES)
    named = {each.sort: each for each in taken(moment, "week", ask.text, *sorts)}
    at_most_one("week", [each for sort, each in named.items() if sort is not NameSort.SERIES])
    series = named[NameSort.SERIES].typed if NameSort.SERIES in named else ""
    if NameSort.WEEK in named:
        return _of_week(moment, _calendar(moment, series), named[NameSort.WEEK].week)
    if NameSort.DAY in named:
        return _of_day(moment, named[NameSort.DAY], series)
    late = after_the_last(moment)
    if late and not series:
        return reply(late)
    calendar = calendar_for(moment, series)
    wrong = contradiction_of(calendar)
    doubt = (remark(f"; its schedule {wrong}", weight=1),) if wrong else ()
    head = f"{_here(moment, calendar)}{_release(moment, calendar)}"
    return Reply(doc(line(head, *doubt, f".{age_behind(calendar.schedule, moment.now)}")))


def _calendar(moment: Moment, series: str) -> Calendar:
    """The calendar of the series, or of the cycle that runs, else of the last one."""
    return calendar_for(moment, series) if series else calendar_or_past(moment)[0]


def _here(moment: Moment, calendar: Calendar) -> str:
    """Today's place in a cycle."""
    today, before = moment.today, calendar.before
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
    return f"Today, {format_day(today)}, {here}"


def _of_week(moment: Moment, calendar: Calendar, name: str) -> Reply:
    """The days of a week by its name, and what is due in it."""
    found = week_named(calendar.weeks, name)
    if found is None:
        raise UserError(f"{calendar.series.title} has no week {name}.")
    monday = monday_of(found.start)
    friday = monday + dt.timedelta(days=4)
    far = in_days(monday, moment.now)
    if monday <= moment.today <= friday:
        far = "this week"
    elif friday < moment.today:
        far = in_days(friday, moment.now)
    head = f"{name} of {calendar.series.title}: {format_day(monday)} to {format_day(friday)}, {far}"
    return _with_what_is_due(moment, calendar, head, monday)


def _of_day(moment: Moment, named: Named, series: str) -> Reply:
    """The week of a day, and what is due in it."""
    calendar = _calendar(moment, series)
    assert named.day is not None
    try:
        day = last_year_of(named.day, moment.today) or named.day.day(calendar.weeks)
    except ValueError as error:
        raise UserError(f"{error}.") from None
    if not series:
        near = (each for each in with_the_last(moment) if each.holds(day))
        calendar = next(near, calendar)
    place = week_name(calendar.weeks, day)
    head = f"{format_deadline(day, moment.now)}: {place} of {calendar.series.title}"
    return _with_what_is_due(moment, calendar, head, monday_of(day))


def _with_what_is_due(moment: Moment, calendar: Calendar, head: str, monday: dt.date) -> Reply:
    sunday = monday + dt.timedelta(days=6)
    due = [each for each in calendar.all_deadlines if monday <= each.day <= sunday]
    rows = [clause(f"{due_of_group(group)}: {names_of(group)}") for group in by_day(due)]
    told = (". ", listing(rows, weight=1, between="; ")) if rows else ("; nothing is due in it",)
    return Reply(doc(line(head, *told, f".{age_behind(calendar.schedule, moment.now)}")))


def asked_of_another(moment: Moment, ask: Ask, words: str, command_name: str) -> Reply | None:
    """What another command answers, where the words behind this one plainly ask that: of a
    deadline when it is, of a week or a day what is in it. None for words that are this one's."""
    if not words:
        return None
    sorts = {named.sort for named in names_in(moment, words)}
    if sorts <= {NameSort.WEEK, NameSort.DAY, NameSort.SERIES} and sorts != {NameSort.SERIES}:
        other = "week"
    elif NameSort.DEADLINE in sorts and sorts <= {NameSort.DEADLINE, NameSort.SERIES}:
        other = "when"
    else:
        return None
    if other == command_name:
        return None
    return COMMANDS[other].answer(moment, replace(ask, text=words))


def _begins(moment: Moment, calendar: Calendar, first: dt.date) -> str:
    """In the gap between two cycles: what became of the one, and when the other begins."""
    out = f"{reason_text(outcome_of(moment, calendar.before))}, " if calendar.before else ""
    begins = f"begins {format_day(first)}, {in_days(first, moment.now)}"
    return f"{out}{week_name(calendar.weeks, first)} of {calendar.series.title} {begins}"


def _release(moment: Moment, calendar: Calendar) -> str:
    day = calendar.day(Kind.RELEASE) or calendar.series.initial_release
    when = format_deadline(day, moment.now) if day else ""
    return f"; {calendar.series.title} is released {when}" if when else ""
