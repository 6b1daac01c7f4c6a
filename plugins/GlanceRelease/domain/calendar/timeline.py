"""A cycle as a line from its first day to its last: weeks, marks and stretches, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A day on the line: a short label, all that falls on it, and whether all is the team's own;
    `due` is how the day is said."""

    day: dt.date
    label: str
    names: tuple[str, ...]
    own: bool = False
    major: bool = False
    due: str = ""


@dataclass(frozen=True)
class Stretch:
    """Days from `first` to `last`, both included, in which something is frozen."""

    first: dt.date
    last: dt.date
    name: str


@dataclass(frozen=True)
class Timeline:
    """The line from `first` to `last` (days of UTC); `today` may lie outside of it."""

    title: str
    first: dt.date
    last: dt.date
    today: dt.date
    weeks: tuple[tuple[str, dt.date], ...] = ()
    marks: tuple[Mark, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    def place(self, day: dt.date) -> float:
        """How far along the line a day's noon lies, in percent of the whole."""
        days = (self.last - self.first).days + 1
        return round(100 * ((day - self.first).days + 0.5) / days, 3)
