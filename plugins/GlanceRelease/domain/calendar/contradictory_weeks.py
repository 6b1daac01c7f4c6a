"""Where the weeks of a schedule contradict each other: their names, doubled rows, gaps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from ..memo_by_id import Same
from ..model import Kind, Schedule
from .cycle import WEEK_NAME, counted_from, monday_of

_LONGEST_GAP = 8  # weeks without a row that are told one by one


def contradictory_weeks(schedule: Schedule) -> tuple[str, ...]:
    """All that a schedule says against itself about its weeks."""
    return _contradictory(Same(schedule))


@lru_cache(maxsize=64)
def _contradictory(same: Same[Schedule]) -> tuple[str, ...]:
    schedule = same.value
    return (*misnamed_weeks(schedule), *doubled_weeks(schedule), *missing_weeks(schedule))


def misnamed_weeks(schedule: Schedule) -> tuple[str, ...]:
    """Where a schedule contradicts itself: the weeks whose names ("R-10") are not those that their
    days have, counted to the release's week; in the table's order."""
    release = schedule.first(Kind.RELEASE)
    if release is None or not release.weeks:
        return ()
    monday = monday_of(release.weeks[-1].start)
    wrong = []
    for week in schedule.weeks:
        match = WEEK_NAME.fullmatch(week.name)
        offset = (monday_of(week.start) - monday).days // 7
        if match is not None and int(match[1] + match[2]) != offset:
            counted = counted_from(monday, week.start)
            wrong.append(f"the week of {week.start} is named {week.name} and is {counted}")
    return tuple(wrong)


def doubled_weeks(schedule: Schedule) -> tuple[str, ...]:
    """Where a schedule contradicts itself: the weeks of which its table has more than one row."""
    rows = Counter(monday_of(week.start) for week in schedule.weeks)
    return tuple(f"the week of {monday} has {n} rows" for monday, n in rows.items() if n > 1)


def missing_weeks(schedule: Schedule) -> tuple[str, ...]:
    """Where a schedule has no row between two named weeks ("R-9" behind "R-11")."""
    mondays = [(monday_of(week.start), monday_of(week.end)) for week in schedule.weeks if week.name]
    missing = []
    for (_, before), (after, _) in pairwise(sorted(mondays)):
        day = before + dt.timedelta(weeks=1)
        if day + dt.timedelta(weeks=_LONGEST_GAP) < after:  # a year that is a slip is told as that
            continue
        while day < after:
            missing.append(f"the week of {day} has no row")
            day += dt.timedelta(weeks=1)
    return tuple(missing)
