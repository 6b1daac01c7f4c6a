"""Which days an event has: those in its text that fit its listed weeks, else their Thursdays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ...domain.model import DateRule, Week
from .date_mentions import Mention, PartDate, ProseDates

Days = tuple[dt.date, ...]
Stretch = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class EventDays:
    """An event's days, the rule that gave them, and those of its text where they contradict."""

    days: Days
    rule: DateRule
    span: bool = False
    prose_days: Days = ()


def days_in(weeks: list[Week], reading: ProseDates, is_release: bool, said: list[str]) -> EventDays:
    """The days of an event of these weeks whose text was read so; `said` gets what is odd.

    The dates that are its own and lie in its weeks; where one lies outside and a week stays without
    any, a conflict; without a date of its own the Thursdays, a release's Wednesday.
    """
    thursdays = tuple(dict.fromkeys(_weekday_of(week, 3) for week in weeks))
    own: list[Stretch] = []
    for mention in reading.mentions:
        stretch = _resolved(mention, weeks, said)
        if stretch is None or mention.role == "other":
            continue
        if mention.role == "week":
            if not any(_fits(stretch, [week]) for week in weeks):
                said.append(f"the text names the week of {stretch[0]}, the table another")
        elif stretch not in own:
            own.append(stretch)
    hits = [stretch for stretch in own if _fits(stretch, weeks)]
    misses = [stretch for stretch in own if stretch not in hits]
    if not own:
        wednesdays = tuple(dict.fromkeys(_weekday_of(week, 2) for week in weeks))
        return EventDays(wednesdays if is_release else thursdays, "thursday")
    if misses and (not hits or any(not _met(week, hits) for week in weeks)):
        is_range = len(own) == 1 and own[0][0] != own[0][1]
        return EventDays(thursdays, "conflict", span=is_range, prose_days=_ordered_days(own))
    for first, last in misses:
        until = f" to {last}" if last != first else ""
        said.append(f"the text also names {first}{until}, which is in no listed week")
    spans = [stretch for stretch in hits if stretch[0] != stretch[1]]
    if spans:
        return EventDays((min(s[0] for s in spans), max(s[1] for s in spans)), "prose", span=True)
    return EventDays(_ordered_days(hits), "prose")


def _ordered_days(stretches: Iterable[Stretch]) -> Days:
    return tuple(sorted({day for stretch in stretches for day in stretch}))


def _weekday_of(week: Week, weekday: int) -> dt.date:
    """The row's first such weekday (Monday is 0)."""
    return week.start + dt.timedelta(days=(weekday - week.start.weekday()) % 7)


def _fits(stretch: Stretch, weeks: list[Week]) -> bool:
    return all(any(day in week for week in weeks) for day in stretch)


def _met(week: Week, hits: list[Stretch]) -> bool:
    return any(first in week or last in week or first < week.start < last for first, last in hits)


def _resolved(mention: Mention, weeks: list[Week], said: list[str]) -> Stretch | None:
    """The mention as days; a missing year is the one that brings it nearest to a listed week."""
    first, last = as_day(mention.first, weeks), as_day(mention.last, weeks)
    if first and last and mention.is_range:
        if mention.last.year is None and mention.first.year is not None:
            last = _first_from(mention.last, first)
        elif mention.first.year is None:
            first = _latest_until(mention.first, last)
    first, last = (
        _unslipped(mention.first, first, weeks, said),
        _unslipped(mention.last, last, weeks, said if mention.is_range else []),
    )
    if first is None or last is None or last < first:
        said.append("the text has a date that no calendar has; left out")
        return None
    for part, day in ((mention.first, first), (mention.last, last)):
        if part.weekday is not None and part.weekday != day.weekday() and mention.role == "own":
            said.append(f"the text gives {day} another weekday than its own ({day:%A})")
            break
    return first, last


def _unslipped(
    part: PartDate, day: dt.date | None, weeks: list[Week], said: list[str]
) -> dt.date | None:
    """The day, or that of the year before or after where its weekday and its week say that the year
    is a slip ("Friday 22 December 2022", a Thursday, in a week of 2023); then `said` tells."""
    if day is None or part.year is None or part.weekday in (None, day.weekday()):
        return day
    near = (part.in_year(part.year + by) for by in (-1, 1))
    meant = [
        one for one in near if one and one.weekday() == part.weekday and _fits((one, one), weeks)
    ]
    if len(meant) != 1:
        return day
    said.append(
        f"the text's {day} is no {meant[0]:%A}; its week and weekday are those of {meant[0]}"
    )
    return meant[0]


def _latest_until(part: PartDate, last: dt.date) -> dt.date | None:
    return part.in_year(last.year - 1 if part.month > last.month else last.year)


def _first_from(part: PartDate, first: dt.date) -> dt.date | None:
    return part.in_year(first.year + 1 if part.month < first.month else first.year)


def as_day(part: PartDate, weeks: list[Week]) -> dt.date | None:
    """The day of a date, without a year the one nearest to these weeks; None for none."""
    if part.year is not None:
        return part.in_year(part.year)
    years = {
        year + by
        for week in weeks
        for year in (week.start.year, week.end.year)
        for by in (-1, 0, 1)
    }
    days = [day for year in sorted(years) if (day := part.in_year(year))]
    return min(days, key=lambda day: _distance(day, weeks), default=None)


def _distance(day: dt.date, weeks: list[Week]) -> int:
    return min(0 if day in week else abs((day - week.start).days) for week in weeks)
