"""The instants at which what a calendar tells can change: between two of them it is told once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import TypeVar

from ..memo_by_id import Same
from .cycle import start_of, utc_day
from .team_calendar import Calendar
from .team_deadlines import Deadline

R = TypeVar("R")
_CALENDARS = 256  # three of each team's, of as many as a bot may have


def turn_of(calendar: Calendar, now: dt.datetime) -> dt.datetime:
    """The last instant up to `now` at which a word about the calendar can have changed: midnight
    UTC, with which days are counted anew, or later in the day one at which something begins, is
    over, or is past by one of its days. Whatever is true of the calendar then is true now."""
    instants = _instants(Same(calendar))
    passed = bisect_right(instants, now)
    midnight = start_of(utc_day(now))
    return max(midnight, instants[passed - 1]) if passed else midnight


def told_by_turn(
    tell: Callable[[Calendar, dt.datetime], R],
) -> Callable[[Calendar, dt.datetime], R]:
    """Remember what a function of a calendar and an instant tells until the calendar's next turn,
    at which it is asked anew."""

    @lru_cache(maxsize=_CALENDARS)
    def told(same: Same[Calendar], turn: dt.datetime) -> R:
        return tell(same.value, turn)

    @wraps(tell)
    def tell_by_turn(calendar: Calendar, now: dt.datetime) -> R:
        return told(Same(calendar), turn_of(calendar, now))

    return tell_by_turn


@told_by_turn
def coming(calendar: Calendar, now: dt.datetime) -> tuple[Deadline, ...]:
    """What is to happen, in its order."""
    return calendar.coming(now)


@lru_cache(maxsize=_CALENDARS)
def _instants(same: Same[Calendar]) -> tuple[dt.datetime, ...]:
    deadlines = same.value.all_deadlines
    return tuple(sorted({at for each in deadlines for at in _instants_of(each)}))


def _instants_of(deadline: Deadline) -> Iterator[dt.datetime]:
    when = deadline.when
    yield from (when.start, when.over)
    for one in when.either:
        yield from (one.start, one.over)
