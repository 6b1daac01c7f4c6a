"""When a team meets: the meetings of its weekly hour, less the days that fall out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..calendar.day_names import WEEKDAYS
from ..team import Meeting

_WEEK = dt.timedelta(weeks=1)
_NEAR = dt.timedelta(hours=1)
_LOOKED_AT = 60  # weeks: a meeting that falls out longer than a year is none


@dataclass(frozen=True)
class Occasion:
    """One meeting, from `start` until before `end` (UTC); `day` is its day in the team's zone."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime

    def is_on(self, now: dt.datetime) -> bool:
        """Whether the meeting's hour runs at `now`, by the calendar alone."""
        return self.start <= now < self.end


def occasions(meeting: Meeting, since: dt.datetime) -> Iterator[Occasion]:
    """The meetings that are not over at `since`, in order.

    The hour is the one on the wall in the meeting's zone, so that its instant moves with summer
    time; an hour that the clocks skip counts as if they had not been put forward yet.
    """
    zone = ZoneInfo(meeting.zone)
    first = since.astimezone(zone).date() - dt.timedelta(days=1)
    first += dt.timedelta(days=(WEEKDAYS.index(meeting.weekday) - first.weekday()) % 7)
    for week in range(_LOOKED_AT):
        day = first + week * _WEEK
        start = dt.datetime.combine(day, meeting.time, zone).astimezone(dt.UTC)
        end = start + dt.timedelta(minutes=meeting.minutes)
        if day not in meeting.not_on and end > since:
            yield Occasion(day, start, end)


def next_occasion(meeting: Meeting, now: dt.datetime) -> Occasion | None:
    """The meeting whose hour runs at `now`, or the next one; None where all of a year fall out."""
    return next(occasions(meeting, now), None)


def occasion_near(meeting: Meeting, instant: dt.datetime) -> Occasion | None:
    """The meeting to which one belongs that begins at `instant`: at most an hour before its hour,
    or after it; None for a meeting outside."""
    occasion = next(occasions(meeting, instant - _NEAR), None)
    return occasion if occasion is not None and occasion.start - _NEAR <= instant else None


def falls_out(meeting: Meeting, now: dt.datetime) -> tuple[dt.date, ...]:
    """The days to come on which the team would meet and does not, in order."""
    today = now.astimezone(ZoneInfo(meeting.zone)).date()
    return tuple(
        sorted(
            day
            for day in meeting.not_on
            if day >= today and WEEKDAYS[day.weekday()] == meeting.weekday
        )
    )
