"""A stretch of days that an event's text gives, with the times of day at its ends."""

from __future__ import annotations

import datetime as dt

from ..model import Event
from .clock_times import as_written, hours_of, instant_of
from .cycle import end_of, start_of

A_SECOND = dt.timedelta(seconds=1)
Stretch = tuple[dt.datetime, dt.datetime, tuple[str, str]]


def stretch_of(event: Event, first: dt.date, last: dt.date) -> Stretch:
    """From the first day to the last one, at the times of day that the text gives for both ends or
    for one; and these as they are written, where in another zone than UTC."""
    start, over = start_of(first), end_of(last)
    times = event.times
    each = [hours_of(day, times[0]) for day in (first, last)] if len(times) == 1 else []
    if each and each[0] and each[1]:  # the hours of each of its days
        return each[0][0], each[1][1], (as_written(times[0]), as_written(times[0]))
    if len(times) == 1 and event.text.count(times[0]) > 1:  # the same at both ends
        times = times * 2
    if len(times) == 2:
        begins = instant_of(first, times[0]) if times[0] else start
        ends = instant_of(last, times[1]) if times[1] else over
        if begins and ends and begins < ends:
            return begins, ends, (as_written(times[0]), as_written(times[1]))
    return start, over, ("", "")
