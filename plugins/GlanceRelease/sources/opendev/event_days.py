"""Which days an event has: those in its text that fit its listed weeks, else their Thursdays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...domain.calendar.cycle import monday_of
from ...domain.calendar.day_names import WEEKDAYS
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
    year_inferred: bool = False


def days_in(weeks: list[Week], reading: ProseDates, is_release: bool, said: list[str]) -> EventDays:
    """The days of an event of these weeks whose text was read so; `said` gets what is odd.

    The dates that are its own and lie in its weeks; where one lies outside and a week stays without
    any, a conflict, and so are two days in one week of which nothing tells which is meant, and the
    Thursday of a week that the text names and the table doesn't; without a date of its own the
    Thursdays, a release's Wednesday.
    """
    told = list(_each_resolved(reading, weeks, said))
    mended = {stretch for _, stretch, slipped in told if slipped}
    dated = _days_of([(mention, stretch) for mention, stretch, _ in told], weeks, is_release, said)
    return replace(dated, year_inferred=dated.rule == "prose" and bool(mended))


def _days_of(
    told: list[tuple[Mention, Stretch]], weeks: list[Week], is_release: bool, said: list[str]
) -> EventDays:
    said += _not_its_own(told)
    own = list(dict.fromkeys(days for mention, days in told if mention.role == "own"))
    if not own:
        said += _not_as_its_day(told)
        return _by_its_weeks(weeks, [m for m in told if m[0].role == "week"], is_release, said)
    listed = _listed(weeks, is_release)
    hits = [stretch for stretch in own if _fits(stretch, weeks)]
    misses = [stretch for stretch in own if stretch not in hits]
    if misses and (not hits or any(not _met(week, hits) for week in weeks)):
        is_range = len(own) == 1 and own[0][0] != own[0][1]
        return EventDays(listed, "conflict", span=is_range, prose_days=_ordered_days(own))
    said += [f"the text also names {_told(miss)}, which is in no listed week" for miss in misses]
    spans = [stretch for stretch in hits if stretch[0] != stretch[1]]
    if spans:
        return EventDays((min(s[0] for s in spans), max(s[1] for s in spans)), "prose", span=True)
    days = _ordered_days(hits)
    apart = {one for mention, one in told if mention.role == "own" and not mention.with_before}
    if len(weeks) == 1 and len(apart & set(hits)) > 1:
        return EventDays(days, "conflict", prose_days=days)
    return EventDays(days, "prose")


def _each_resolved(
    reading: ProseDates, weeks: list[Week], said: list[str]
) -> Iterator[tuple[Mention, Stretch, bool]]:
    """Each mention with its days, and whether their year was mended."""
    for mention in reading.mentions:
        resolved = _resolved(mention, weeks, said)
        if resolved is not None:
            yield mention, *resolved


def _not_its_own(told: list[tuple[Mention, Stretch]]) -> Iterator[str]:
    """What is said of days that were, or are something else's."""
    for mention, stretch in told:
        if mention.role == "was":
            yield f"it was on {_told(stretch)}, says its text"
        elif mention.role == "another":
            yield f"the text also names {_told(stretch)}, of something else"


def _not_as_its_day(told: list[tuple[Mention, Stretch]]) -> Iterator[str]:
    """What is said of days in the text of an event that has none of its own."""
    others = dict.fromkeys(_told(days) for mention, days in told if mention.role == "other")
    if others:
        yield f"the text names {' and '.join(others)}, and not as its own day"


def _by_its_weeks(
    weeks: list[Week], named: list[tuple[Mention, Stretch]], is_release: bool, said: list[str]
) -> EventDays:
    """The days of an event whose text has none: those of its weeks; a conflict where the text names
    other weeks only."""
    listed = _listed(weeks, is_release)
    others = [days for _, days in named if _week_meant(days) not in map(_monday, weeks)]
    said += [f"the text names the week of {first}, the table another" for first, _ in others]
    if not others or len(others) < len(named):
        return EventDays(listed, "thursday")
    if len(others) == 1 and named[0][0].is_range:
        return EventDays(listed, "conflict", span=True, prose_days=others[0])
    meant = {monday_of(first) + dt.timedelta(days=3) for first, _ in others}
    return EventDays(listed, "conflict", prose_days=tuple(sorted(meant)))


def _listed(weeks: list[Week], is_release: bool) -> Days:
    """The days of these weeks by the schedule's rule: Thursdays, of a release the Wednesday."""
    return tuple(dict.fromkeys(_weekday_of(week, 2 if is_release else 3) for week in weeks))


def _week_meant(stretch: Stretch) -> dt.date:
    """The Monday of the week that "the week of" means: of a stretch the one with most of its days,
    of a Sunday the one that it begins."""
    first, last = stretch
    if first == last:
        return monday_of(first + dt.timedelta(days=first.weekday() == 6))
    return monday_of(first + (last - first) / 2)


def _monday(week: Week) -> dt.date:
    return monday_of(week.start)


def _told(stretch: Stretch) -> str:
    first, last = stretch
    return f"{first} to {last}" if last != first else str(first)


def _ordered_days(stretches: Iterable[Stretch]) -> Days:
    return tuple(sorted({day for stretch in stretches for day in stretch}))


def _weekday_of(week: Week, weekday: int) -> dt.date:
    """The row's first such weekday (Monday is 0)."""
    return week.start + dt.timedelta(days=(weekday - week.start.weekday()) % 7)


def _fits(stretch: Stretch, weeks: list[Week]) -> bool:
    return all(any(day in week for week in weeks) for day in stretch)


def _met(week: Week, hits: list[Stretch]) -> bool:
    return any(first in week or last in week or first < week.start < last for first, last in hits)


def _resolved(mention: Mention, weeks: list[Week], said: list[str]) -> tuple[Stretch, bool] | None:
    """The mention as days, and whether their year was mended; a missing year is the one that brings
    it nearest to a listed week."""
    first, last = as_day(mention.first, weeks), as_day(mention.last, weeks)
    if first and last and mention.is_range:
        if mention.last.year is None and mention.first.year is not None:
            last = _first_from(mention.last, first)
        elif mention.first.year is None:
            first = _latest_until(mention.first, last)
    meant = _of_another_year(mention, first, last, weeks) if first and last else None
    if first and last and meant:
        said.append(_slip((first, last), meant, mention.first.weekday is not None))
    first, last = meant or (first, last)
    if first is None or last is None or last < first:
        said.append("the text has a date that no calendar has; left out")
        return None
    for part, day in ((mention.first, first), (mention.last, last)):
        if part.weekday not in (None, day.weekday()) and mention.role == "own":
            named = WEEKDAYS[part.weekday].capitalize()
            said.append(f"the text calls {day} a {named}, which is a {_weekday_name(day)}")
            break
    return (first, last), meant is not None


def _of_another_year(
    mention: Mention, first: dt.date, last: dt.date, weeks: list[Week]
) -> Stretch | None:
    """The days in the year before or after, where only there they are in a listed week and have
    their weekdays: the year is a slip ("Friday 22 December 2022", a Thursday, in a week of 2023).
    Without weekdays a stretch has them that is a listed week from its first day to its last
    ("11-15 September 2018", which are Monday to Friday in 2017)."""
    parts = (mention.first, mention.last)
    is_told_twice = mention.is_range or mention.first.weekday is not None
    if all(part.year is None for part in parts) or not is_told_twice:
        return None
    if first <= last and _fits((first, last), weeks):
        return None
    found = {
        (begin, end)
        for begin in _years_around(first)
        for end in (_years_around(last) if mention.is_range else (begin,))
        if begin <= end and _fits((begin, end), weeks)
        if mention.first.weekday in (None, begin.weekday())
        if mention.last.weekday in (None, end.weekday())
        if mention.first.weekday is not None or any((begin, end) == (w.start, w.end) for w in weeks)
    }
    return found.pop() if len(found) == 1 else None


def _years_around(day: dt.date) -> list[dt.date]:
    parts = (PartDate(day.day, day.month).in_year(day.year + by) for by in (-1, 0, 1))
    return [one for one in parts if one is not None]


def _slip(written: Stretch, meant: Stretch, has_weekday: bool) -> str:
    if has_weekday and written[0] == written[1]:
        named = _weekday_name(meant[0])
        return (
            f"the text's {written[0]} is no {named}; its week and weekday are those of {meant[0]}"
        )
    return f"the text's {_told(written)} is in no listed week; its week is that of {_told(meant)}"


def _weekday_name(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()].capitalize()


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
