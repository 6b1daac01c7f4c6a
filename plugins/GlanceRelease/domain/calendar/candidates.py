"""The days of an event that contradict each other: each is a day, an instant, or a stretch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Event
from .clock_times import as_written, instant_of, is_utc
from .cycle import end_of, monday_of, start_of
from .event_nature import lasts_by_nature
from .stretch import A_SECOND, stretch_of

_UNTIL_FRIDAY = dt.timedelta(days=4)


@dataclass(frozen=True)
class Candidate:
    """One of the days that contradict each other, or a stretch of them: by its week, or `by_text`.

    `day` is the one by which people are reminded: the last of a stretch within which something is
    due, the first of what lasts. What is due at a time of day is over as it comes; `written` is
    that time as the text has it, where that is in another zone than UTC.
    """

    day: dt.date
    start: dt.datetime
    over: dt.datetime
    by_text: bool = False
    written: tuple[str, str] = ("", "")

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Its first and its last day in UTC."""
        last = self.over if self.is_instant else self.over - A_SECOND
        return self.start.date(), last.date()

    @property
    def is_instant(self) -> bool:
        """Whether it is due at a time of day."""
        return self.start == self.over

    @property
    def is_stretch(self) -> bool:
        """Whether it is more than one day."""
        return self.days[0] != self.days[1]


def candidates_of(event: Event) -> tuple[Candidate, ...]:
    """What the event's week and its text say, by day. Of what lasts its weeks the week is from
    Monday to Friday; a stretch in the text stays one."""
    lasts = lasts_by_nature(event)
    by_text_alone = event.days == event.prose_days
    listed = () if by_text_alone else _by_its_weeks(event, lasts)
    found = {one.day: one for one in listed} | {one.day: one for one in _by_its_text(event, lasts)}
    return tuple(found[day] for day in sorted(found))


def _by_its_weeks(event: Event, lasts: bool) -> Iterator[Candidate]:
    for day in event.days:
        first = monday_of(day) if lasts else day
        last = first + _UNTIL_FRIDAY if lasts else day
        yield Candidate(first, start_of(first), end_of(last))


def _by_its_text(event: Event, lasts: bool) -> Iterator[Candidate]:
    days = event.prose_days
    if event.span:
        start, over, written = stretch_of(event, days[0], days[-1])
        day = start.date() if lasts else (over - A_SECOND).date()
        yield Candidate(day, start, over, True, written)
        return
    clocks = event.times * len(days) if len(event.times) == 1 else event.times
    for at, day in enumerate(days):
        clock = clocks[at] if len(clocks) == len(days) else ""
        instant = instant_of(day, clock) if clock else None
        if instant is None or (instant == end_of(day) and is_utc(clock)):  # "24:00 UTC"
            yield Candidate(day, start_of(day), end_of(day), True)
        else:
            over = end_of(instant.date()) if lasts else instant
            written = as_written(clock), as_written(clock)
            yield Candidate(instant.date(), instant, over, True, written)
