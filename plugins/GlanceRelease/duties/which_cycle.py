"""Which cycle is meant, and in words why there is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..domain.calendar.contradictory_weeks import contradictory_weeks
from ..domain.calendar.cycle import week_name
from ..domain.calendar.team_calendar import Calendar, calendar_of, last_calendar
from ..domain.freshness import as_of
from ..domain.model import Series
from ..domain.moment import Moment
from ..domain.releases.series_release import is_out
from ..domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from ..registry import UserError
from . import cycle_words
from .typed_names import nearest


def unknown_series(snapshot: Snapshot, text: str) -> str:
    """A refusal that names the series which openstack/releases lists, the newest first."""
    names = [series.name for series in snapshot[SERIES].value or ()]
    there = nearest(text, names, "older") if names else cycle_words.NO_NAMES
    return cycle_words.unknown_series_words(text, there)


def contradiction_of(calendar: Calendar) -> str:
    """What a cycle's schedule says against itself about its weeks, to stand behind its name; empty
    where it agrees."""
    return cycle_words.contradiction_words(contradictory_weeks(calendar.weeks))


def calendar_for(moment: Moment, series: str) -> Calendar:
    """The calendar of the series that was named, or of the cycle that runs; UserError with the
    names that are possible, or with why nothing is known."""
    calendar = calendar_of(moment, series or None)
    known = moment[SERIES]
    if not known.known or known.value is None:
        raise UserError(cycle_words.no_series(known.problem))
    if calendar is None and series:
        raise UserError(unknown_series(moment.snapshot, series))
    if calendar is None:
        raise UserError(after_the_last(moment) or cycle_words.no_cycle(moment.today))
    if calendar.schedule.value is None:
        gap = "" if series or not calendar.schedule.known else after_the_last(moment)
        raise UserError(gap or _without_schedule(moment, calendar))
    return calendar


def _without_schedule(moment: Moment, calendar: Calendar) -> str:
    """Why there is no schedule of a cycle, and of which there is one."""
    fact, have = calendar.schedule, _have(moment.snapshot)
    return cycle_words.no_schedule(calendar.series.title, fact.known, fact.problem, have)


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
    week = week_name(schedule, moment.today) if schedule else ""
    next_one = following.series if following else None
    is_last_out = bool(is_out(moment, last))
    told = cycle_words.between_cycles(moment.now, last, week, is_last_out, next_one)
    oldest = min((moment[SERIES], *more), key=lambda fact: fact.at or moment.now)
    return f"{told}{age_behind(oldest, moment.now)}"


def _have(snapshot: Snapshot) -> list[str]:
    """The series whose schedules are at hand, for a person who named another."""
    series = snapshot[SERIES].value or ()
    names = [each.name for each in series if snapshot[schedule_of(each.name)].value is not None]
    return sorted(names)


def age_behind(fact: Fetched[object], now: dt.datetime) -> str:
    """Where an answer is not fresh from upstream: how old it is, and why."""
    return f" {age}" if (age := as_of(fact, now)) else ""
