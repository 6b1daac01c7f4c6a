"""Which cycle is meant, and in words why there is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..domain.calendar.contradictory_weeks import contradictory_weeks
from ..domain.calendar.cycle import (
    format_day,
    format_deadline,
    week_name,
)
from ..domain.calendar.team_calendar import Calendar, calendar_of, last_calendar
from ..domain.freshness import as_of
from ..domain.messages.counts import few
from ..domain.model import Series
from ..domain.moment import Moment
from ..domain.releases.series_release import is_out
from ..domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from ..registry import UserError
from .typed_names import nearest

_TOLD = 2


def unknown_series(snapshot: Snapshot, text: str) -> str:
    """A refusal that names the series which openstack/releases lists, the newest first."""
    names = [series.name for series in snapshot[SERIES].value or ()]
    there = nearest(text, names, "older") if names else "there are none, for its list was not read."
    return f'I know no series "{text[:40]}"; {there}'


def contradiction_of(calendar: Calendar) -> str:
    """What a cycle's schedule says against itself about its weeks, to stand behind its name; empty
    where it agrees."""
    wrong = contradictory_weeks(calendar.weeks)
    return f"contradicts itself: {few(wrong, _TOLD, '; ')}" if wrong else ""


def calendar_for(moment: Moment, series: str) -> Calendar:
    """The calendar of the series that was named, or of the cycle that runs; UserError with the
    names that are possible, or with why nothing is known."""
    calendar = calendar_of(moment, series or None)
    known = moment[SERIES]
    if not known.known or known.value is None:
        raise UserError(f"I know no series: {known.problem or 'nothing was ever fetched'}.")
    if calendar is None and series:
        raise UserError(unknown_series(moment.snapshot, series))
    if calendar is None:
        unknown = f"No cycle that I know runs on {format_day(moment.today)}."
        raise UserError(after_the_last(moment) or unknown)
    if calendar.schedule.value is None:
        gap = "" if series or not calendar.schedule.known else after_the_last(moment)
        raise UserError(gap or _without_schedule(moment, calendar))
    return calendar


def _without_schedule(moment: Moment, calendar: Calendar) -> str:
    """Why there is no schedule of a cycle, and of which there is one."""
    title, reason, have = calendar.series.title, calendar.schedule.problem, _have(moment.snapshot)
    if calendar.schedule.known:
        return f"openstack/releases has no schedule of {title}; I have {have}."
    why = f" ({reason})" if reason else ""
    return f"I have not read the schedule of {title}{why}; I have {have}."


def calendar_or_last(moment: Moment, series: str) -> tuple[Calendar, str]:
    """The calendar that `calendar_for` gives; where the cycle that runs has no schedule yet, the
    last one's, if a deadline of the team's own is ahead in it, and behind the answer why no other
    is."""
    try:
        return calendar_for(moment, series), ""
    except UserError:
        gap = "" if series else after_the_last(moment)
        last = last_calendar(moment) if gap else None
        if last is None or not any(each.own for each in last.coming(moment.now)):
            raise
        return last, f" {after_the_last(moment, last.schedule)}"


def calendar_or_past(moment: Moment) -> tuple[Calendar, str]:
    """The calendar of the cycle that runs; where that has no schedule yet, the last one's, and
    behind the answer why no other is."""
    try:
        return calendar_for(moment, ""), ""
    except UserError:
        last = last_calendar(moment) if after_the_last(moment) else None
        if last is None:
            raise
        return last, f" {after_the_last(moment, last.schedule)}"


def last_released(moment: Moment) -> Series | None:
    """The newest series that is released at `moment`; None where none is known to be."""
    days = [(series.initial_release, series) for series in moment[SERIES].value or ()]
    past = [(day, series) for day, series in days if day is not None and day < moment.today]
    return max(past, key=lambda pair: pair[0])[1] if past else None


def after_the_last(moment: Moment, *more: Fetched[Any]) -> str:
    """The weeks after a release whose next cycle openstack/releases does not know yet, or has no
    schedule of. Where it stands behind an answer that rests on `more`, the greatest age is told."""
    following, last = calendar_of(moment), last_released(moment)
    missing = following is None or (following.schedule.known and following.schedule.value is None)
    if last is None or last.initial_release is None or not missing:
        return ""
    schedule = moment[schedule_of(last.name)].value
    place = f"{week_name(schedule, moment.today)} of {last.title}" if schedule else last.title
    released = "released" if is_out(moment, last) else "due"
    when = f"{released} {format_deadline(last.initial_release, moment.now)}"
    day = f"{format_day(moment.today)}, is in {place}, {when}"
    next_one = f"the next cycle{f', {following.series.title},' if following else ''}"
    what = "has no schedule" if following else "is not"
    oldest = min((moment[SERIES], *more), key=lambda fact: fact.at or moment.now)
    age = age_behind(oldest, moment.now)
    return f"Today, {day}; {next_one} {what} in openstack/releases yet.{age}"


def _have(snapshot: Snapshot) -> str:
    """The series whose schedules are at hand, for a person who named another."""
    series = snapshot[SERIES].value or ()
    names = [each.name for each in series if snapshot[schedule_of(each.name)].value is not None]
    return ", ".join(sorted(names)) or "none"


def age_behind(fact: Fetched[object], now: dt.datetime) -> str:
    """Where an answer is not fresh from upstream: how old it is, and why."""
    return f" {age}" if (age := as_of(fact, now)) else ""
