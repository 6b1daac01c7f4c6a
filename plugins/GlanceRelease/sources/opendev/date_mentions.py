"""A date or a stretch of dates as a schedule's prose mentions it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

# "own": may be the event's date; "week": behind "week of", it names the week, not a day; "was": it
# was the event's until it moved; "another": of a clause that names something else; "other": behind
# "before", a holiday's, another cycle's: not this event's.
Role = Literal["own", "week", "was", "another", "other"]


@dataclass(frozen=True)
class PartDate:
    """A date as prose gives it; `year` and `weekday` (Monday is 0) are None where it doesn't."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """That day of the year, or None where the calendar has none (30 February)."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True)
class Mention:
    """One date, or one stretch from `first` to `last`, at text[start:end]; `clock` is the time of
    day beside it, as written ("18:00 PST"); `with_before` says that "and" joins it to the mention
    before, `or_before` that "or" does."""

    first: PartDate
    last: PartDate
    role: Role
    start: int
    end: int
    clock: str = ""
    with_before: bool = False
    or_before: bool = False

    @property
    def is_range(self) -> bool:
        """Whether prose names a stretch of days rather than a day."""
        return self.first != self.last


@dataclass(frozen=True)
class ProseDates:
    """What a text says: its dates in order, its times as written, and what could not be read."""

    mentions: tuple[Mention, ...]
    times: tuple[str, ...]
    remarks: tuple[str, ...] = ()
