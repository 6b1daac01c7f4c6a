"""A team's own deadline as its file words it: "1 week before milestone 3", "Friday of R-15"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from ..model import Event, Schedule, Week
from .cycle import week_named, week_of
from .day_names import WEEKDAYS, numbered
from .event_names import find_events, is_event_name

_THURSDAY = 3
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "the": 1}
_OFFSET = re.compile(
    r"(?P<count>\d{1,3}|[a-z]+) (?P<unit>day|week)s? (?P<side>before|after) (?P<rest>.+)"
)
_WEEKDAY_OF = re.compile(
    r"(?P<weekday>[a-z]{3,9}) (?:of|in) (?:the )?(?:week (?:of )?)?(?P<rest>.+)"
)
_WEEK = re.compile(r"(?:week )?(?P<name>r[+-]\d{1,2})")
_EXAMPLES = '"2026-12-10", "R-15", "Friday of R-15" or "1 week before milestone 3"'


@dataclass(frozen=True)
class RelativeDay:
    """A day, or a rule that gives one for each cycle: a place, a weekday of it, days on from it."""

    text: str
    fixed: dt.date | None = None
    anchor: str = ""
    weekday: int | None = None
    shift: int = 0

    def day(self, schedule: Schedule) -> dt.date:
        """The day (UTC) in this cycle; ValueError where the cycle has no such week or event."""
        if self.fixed:
            return self.fixed
        if _WEEK.fullmatch(self.anchor):
            week = week_named(schedule, self.anchor.removeprefix("week "))
            if week is None:
                raise ValueError(f"{schedule.series} has no week {self.anchor.upper()}")
            base = _weekday_in(week, _THURSDAY if self.weekday is None else self.weekday)
        else:
            base = self._event_day(schedule)
        return base + dt.timedelta(days=self.shift)

    def _event_day(self, schedule: Schedule) -> dt.date:
        event = _only(find_events(schedule, self.anchor), self.anchor, schedule)
        day = event.days[-1 if self.shift > 0 else 0]
        if self.weekday is None:
            return day
        monday = day - dt.timedelta(days=day.weekday())
        week = week_of(schedule, day) or Week("", monday, monday + dt.timedelta(days=4))
        return _weekday_in(week, self.weekday)


def parse_when(text: str) -> RelativeDay:
    """Understand an ISO day, a week ("R-15" is its Thursday), "Friday of R-15", an event's name or
    id, and "<n> days|weeks before|after" any of these; ValueError says what was not understood.

    "after" an event of several days counts from its last day, anything else from its first.
    """
    plain = " ".join(text.lower().split())
    fixed = _iso(plain)
    if fixed:
        return RelativeDay(text, fixed=fixed)
    shift = 0
    offset = _OFFSET.fullmatch(plain)
    if offset:
        count = _COUNTS.get(offset["count"])
        if count is None and not offset["count"].isdigit():
            raise ValueError(f"{offset['count']!r:.22} is no number in {text!r:.42}")
        days = (count or int(offset["count"])) * (7 if offset["unit"] == "week" else 1)
        shift = days if offset["side"] == "after" else -days
        plain = offset["rest"]
    weekday = None
    of_week = _WEEKDAY_OF.fullmatch(plain)
    named = numbered(of_week["weekday"], WEEKDAYS) if of_week else None
    if of_week and named is not None:
        weekday, plain = named, of_week["rest"]
    if not (_WEEK.fullmatch(plain) or is_event_name(plain)):
        raise ValueError(f"{plain!r:.42} is no event or week; say {_EXAMPLES}")
    return RelativeDay(text, anchor=plain, weekday=weekday, shift=shift)


def _iso(text: str) -> dt.date | None:
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return None
    try:
        year, month, day = map(int, text.split("-"))
        return dt.date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar") from error


def _weekday_in(week: Week, weekday: int) -> dt.date:
    return week.start + dt.timedelta(days=(weekday - week.start.weekday()) % 7)


def _only(events: tuple[Event, ...], name: str, schedule: Schedule) -> Event:
    if not events:
        raise ValueError(f"{schedule.series} has no event called {name!r:.42}")
    if len(events) > 1:
        ids = ", ".join(event.id for event in events[:5])
        raise ValueError(f"{name!r:.42} may be any of {ids}")
    return events[0]
