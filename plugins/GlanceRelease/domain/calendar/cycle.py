"""A release cycle's calendar: its weeks, the series in development at an instant, days in words.

A deadline is a day, and lasts until the end of that day in UTC, unless its prose says otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..memo_by_id import Same
from ..model import Kind, Schedule, Series, Week
from .day_names import WEEKDAYS

WEEK_NAME = re.compile(r"R([+-])(\d{1,2})")
_NAMED_WEEKS_AFTER = 2  # a page has R+1 and R+2 at most (ocata)


@dataclass(frozen=True)
class Current:
    """The series in development, from `since` until before `until`; None where nothing tells."""

    series: str
    since: dt.datetime | None
    until: dt.datetime | None
    previous: str | None = None


@dataclass(frozen=True)
class CyclePlace:
    """Where a day lies in a cycle.

    `name` is the week's ("R-17"), counted from the release week where the table has no row for the
    day; it is empty where the schedule doesn't tell its release week. `listed` is the table's row.
    On a Saturday or Sunday (`weekend`) it is the week before. In the `gap` the series before is
    released and this one's first named week, from `begins`, has not begun. `after` is the week as
    the series before would count it, in its release week and the two after ("R+0" to "R+2").
    """

    series: str
    day: dt.date
    name: str
    listed: Week | None
    weekend: bool
    gap: bool = False
    begins: dt.date | None = None
    after: str | None = None


def end_of(day: dt.date) -> dt.datetime:
    """The instant at which a day's deadline has passed: 00:00 UTC of the next day."""
    return start_of(day + dt.timedelta(days=1))


def start_of(day: dt.date) -> dt.datetime:
    """00:00 UTC of the day."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def utc_day(now: dt.datetime) -> dt.date:
    """The day in UTC at an aware instant."""
    return now.astimezone(dt.UTC).date()


def in_days(day: dt.date, now: dt.datetime) -> str:
    """How far away a day is, in calendar days of UTC: "in 53 days", "today", "3 days ago"."""
    days = (day - utc_day(now)).days
    if abs(days) <= 1:
        return ("yesterday", "today", "tomorrow")[days + 1]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def format_day(day: dt.date) -> str:
    """ "Thu 2027-01-14", the same in every locale."""
    return f"{WEEKDAYS[day.weekday()][:3].capitalize()} {day.isoformat()}"


def format_instant(instant: dt.datetime) -> str:
    """ "Fri 2027-02-12 11:59 UTC", of an instant in UTC."""
    return f"{format_day(instant.date())} {instant:%H:%M} UTC"


def format_deadline(day: dt.date, now: dt.datetime, week_name: str = "") -> str:
    """ "Thu 2027-01-14, R-10, in 53 days"; without the week where it has no name."""
    return ", ".join(filter(None, (format_day(day), week_name, in_days(day, now))))


def release_monday(schedule: Schedule) -> dt.date | None:
    """The Monday of the release week: of the row named R+0 (or R-0), else counted from the last
    named row, else of the release's own day; None for a schedule without any."""
    named = [(w, m) for w in schedule.weeks if (m := WEEK_NAME.fullmatch(w.name))]
    by_offset = {int(m[1] + m[2]): monday_of(w.start) for w, m in named}
    if by_offset:
        nearest = min(by_offset, key=abs)
        return by_offset[nearest] - dt.timedelta(weeks=nearest)
    release = schedule.first(Kind.RELEASE)
    return monday_of(release.days[-1]) if release and release.days else None


def week_of(schedule: Schedule, day: dt.date) -> Week | None:
    """The table's row for a day, a named one first; a weekend belongs to the week before it."""
    return _week_of(Same(schedule), day)


@lru_cache(maxsize=1024)
def _week_of(same_schedule: Same[Schedule], day: dt.date) -> Week | None:
    rows = [week for week in same_schedule.value.weeks if day in week]
    return max(rows, key=lambda week: (bool(week.name), week.start), default=None)


def week_name(schedule: Schedule, day: dt.date) -> str:
    """The name of a day's week: the row's, else counted from the release week ("R-25" for indri's
    unnamed first row); empty where the schedule doesn't tell its release week."""
    return _week_name(Same(schedule), day)


@lru_cache(maxsize=1024)
def _week_name(same_schedule: Same[Schedule], day: dt.date) -> str:
    schedule = same_schedule.value
    row = week_of(schedule, day)
    if row and row.name:
        return row.name
    release = release_monday(schedule)
    return counted_from(release, day) if release else ""


def week_of_cycle(schedule: Schedule, day: dt.date) -> str:
    """The name of a day's week where the cycle has begun with its first named week; empty in the
    gap before it, whose weeks nobody counts."""
    first = next((week.start for week in schedule.weeks if WEEK_NAME.fullmatch(week.name)), None)
    return "" if first is not None and day < first else week_name(schedule, day)


def week_named(schedule: Schedule, name: str) -> Week | None:
    """The week called "R-15"; R-0 and R+0 are one.

    None outside the cycle: before the table's first row, or more than two weeks after the release
    (few tables have the R+1 and R+2 that people count on to).
    """
    match = WEEK_NAME.fullmatch(name.strip().upper())
    monday = release_monday(schedule)
    if match is None or monday is None or not schedule.weeks:
        return None
    offset = int(match[1] + match[2])
    for week in schedule.weeks:
        known = WEEK_NAME.fullmatch(week.name)
        if known and int(known[1] + known[2]) == offset:
            return week
    start = monday + dt.timedelta(weeks=offset)
    if start < schedule.weeks[0].start or offset > _NAMED_WEEKS_AFTER:
        return None
    return Week(name.strip().upper(), start, start + dt.timedelta(days=4))


def release_day(
    name: str, schedules: Mapping[str, Schedule], series: Iterable[Series]
) -> dt.date | None:
    """A series' final release day, from its schedule, else from series_status' initial-release."""
    schedule = schedules.get(name)
    release = schedule.first(Kind.RELEASE) if schedule else None
    if release and release.days:
        return release.days[-1]
    return next((each.initial_release for each in series if each.name == name), None)


def current_series(
    now: dt.datetime, schedules: Mapping[str, Schedule], series: Iterable[Series] = ()
) -> Current | None:
    """The series in development at an instant, or None where no known series is.

    It follows from the schedules' dates, never from series_status' `status`, which a person flips
    days later: a series is current from the end (UTC) of the release day of the one before to the
    end of its own release day. Where a schedule is missing, initial-release stands for it; a series
    that has neither follows the last one, from its development date where it has one. `schedules`
    are by series name.
    """
    known = tuple(series)
    names = dict.fromkeys([*schedules, *(series.name for series in known)])
    days = {name: release_day(name, schedules, known) for name in names}
    dated = sorted((day, name) for name, day in days.items() if day)
    since: dt.datetime | None = None
    previous: str | None = None
    for day, name in dated:
        if now < end_of(day):
            began = since or _first_row(schedules.get(name))
            if began and now < began:
                return None  # before the first cycle that we know
            return Current(name, since, end_of(day), previous)
        since, previous = end_of(day), name
    for name in (name for name, day in days.items() if day is None):
        begins = _development(name, known) or since or _first_row(schedules.get(name))
        if begins and now >= begins and not _is_over(name, known):
            return Current(name, begins, None, previous)
    return None


def neighbours(series: tuple[Series, ...], one: Series) -> tuple[Series | None, Series | None]:
    """The series released before this one, and the one after it; None where none is known."""
    return _neighbours(Same(series), Same(one))


@lru_cache(maxsize=256)
def _neighbours(
    series: Same[tuple[Series, ...]], one: Same[Series]
) -> tuple[Series | None, Series | None]:
    known = _by_release(series)
    at = known.index(one.value)
    return known[at - 1] if at else None, known[at + 1] if at + 1 < len(known) else None


@lru_cache(maxsize=4)
def _by_release(series: Same[tuple[Series, ...]]) -> list[Series]:
    return sorted(series.value, key=lambda each: each.initial_release or dt.date.max)


def place_of(
    day: dt.date, schedule: Schedule, previous_release: dt.date | None = None
) -> CyclePlace:
    """Where a day lies in the cycle of this schedule.

    `previous_release` is the day on which the series before was released; without it there is no
    `after`, and the gap begins with the table's unnamed rows.
    """
    first = next((week.start for week in schedule.weeks if WEEK_NAME.fullmatch(week.name)), None)
    after = None
    if previous_release and day >= previous_release:
        weeks = (monday_of(day) - monday_of(previous_release)).days // 7
        after = f"R+{weeks}" if weeks <= _NAMED_WEEKS_AFTER else None
    return CyclePlace(
        series=schedule.series,
        day=day,
        name=week_name(schedule, day),
        listed=week_of(schedule, day),
        weekend=day.weekday() >= 5,
        gap=first is not None and day < first,
        begins=first,
        after=after,
    )


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's calendar week."""
    return day - dt.timedelta(days=day.weekday())


def counted_from(release: dt.date, day: dt.date) -> str:
    """A day's week as it is counted from the Monday of the release's."""
    weeks = (monday_of(day) - release).days // 7
    return f"R-{-weeks}" if weeks < 0 else f"R+{weeks}"


def _first_row(schedule: Schedule | None) -> dt.datetime | None:
    return start_of(schedule.weeks[0].start) if schedule and schedule.weeks else None


def _development(name: str, series: Iterable[Series]) -> dt.datetime | None:
    for each in series:
        if each.name == name and each.next_phase and each.next_phase.status == "development":
            return start_of(each.next_phase.since) if each.next_phase.since else None
    return None


def _is_over(name: str, series: Iterable[Series]) -> bool:
    status = next((each.status for each in series if each.name == name), "")
    return status not in ("", "future", "development")
