"""The nights of a pipeline: when each began, or was expected by the hour of the last that did."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ..memo_by_id import Same
from ..team import Jobs, Pipeline
from .builds import History
from .conclusions import concluded
from .firings import DAY, Firings, day_of, firings_of, is_same_hour
from .nights import Night, nights

_WEEK = 7 * DAY
_SATURDAY, _SUNDAY = 5, 6
_LOOK_BACK = dt.timedelta(days=8)


@dataclass(frozen=True)
class Timetable:
    """A pipeline's nights by the hour and the days that its builds tell; by the team's file while
    there are none, when a night is late only after a day, or a week, since nobody knows the hour or
    the day. `enqueued` is when items were of which no build may be known yet.
    """

    pipeline: Pipeline
    late: dt.timedelta
    firings: Firings
    enqueued: tuple[dt.datetime, ...] = ()

    def nights(self, since: dt.datetime, until: dt.datetime) -> tuple[Night, ...]:
        """The nights that start within [since, until], oldest first; counted once for all jobs."""
        return _counted(Same(self), since, until)

    def count(self, since: dt.datetime, until: dt.datetime) -> Iterator[Night]:
        """The same, counted anew."""
        opened = self._opened()
        if not opened:
            step = DAY if self.pipeline.weekday is None else _WEEK
            hours = max(self.late, step) // dt.timedelta(hours=1)
            yield from nights(self.pipeline, hours, since, until)
            return
        days = {night.day for night in opened}
        for night in self._filled(opened, since, until):
            if since <= night.start <= until and not self._rests(night.day, days):
                yield self._in_doubt(night)

    def last(self, until: dt.datetime) -> Night | None:
        """The newest night that had started by `until`."""
        return next(reversed(self.nights(until - _LOOK_BACK, until)), None)

    def _opened(self) -> list[Night]:
        """The nights in which the timer fired."""
        return [Night(f.day, f.start, f.start + self.late) for f in self.firings.timers]

    def _filled(
        self, opened: list[Night], since: dt.datetime, until: dt.datetime
    ) -> Iterator[Night]:
        """The same with the nights before, between and after in which it should have fired."""
        step = DAY if self.pipeline.weekday is None else _WEEK
        first = opened[0]
        back = max(0, (first.start - since) // step)
        yield from (_moved(first, -number * step) for number in range(back, 0, -1))
        for night, following in zip(opened, [*opened[1:], None], strict=True):
            yield night
            expected = self._next(night, step)
            end = self._before(night, following, step) if following else until
            while expected.start <= end and (following is None or expected.day < following.day):
                yield expected
                expected = _moved(expected, step)

    def _before(self, night: Night, following: Night, step: dt.timedelta) -> dt.datetime:
        """Until when a night may have fallen out before another: where the hour changed between
        them, one is a whole step before."""
        if is_same_hour(night.start, following.start, self.firings.near):
            return following.start - step / 2
        return following.start - step + self.firings.near

    def _rests(self, day: dt.date, days: Container[dt.date]) -> bool:
        """Whether a daily timer is none on that day of the week: it did not fire on the last two
        of them, but on other days between them, and since; or it is one of working days, or a
        weekly one by now."""
        if self.pipeline.weekday is not None or day in days:
            return False
        if self._is_weekly(day) or self._is_of_working_days(day, days):
            return True
        last, before = day - _WEEK, day - 2 * _WEEK
        if last in days or before in days or before < self.firings.timers[0].day:
            return False
        beside = [[then + number * DAY for number in range(1, 7)] for then in (before, last)]
        return all(any(other in days for other in week) for week in beside)

    def _is_weekly(self, day: dt.date) -> bool:
        """Whether its last two nights before a day are a week apart, and the day is not whole weeks
        after them."""
        days = self.firings.days
        at = bisect_left(days, day)
        if at < 2 or days[at - 1] - days[at - 2] != _WEEK:
            return False
        return (day - days[at - 1]) % _WEEK != dt.timedelta(0)

    def _is_of_working_days(self, day: dt.date, days: Container[dt.date]) -> bool:
        """Whether a day is of a weekend, the last one was empty, and no day between them was."""
        if day.weekday() not in (_SATURDAY, _SUNDAY):
            return False
        saturday = day - (day.weekday() - _SATURDAY) * DAY
        weekend = (saturday - _WEEK, saturday - _WEEK + DAY)
        between = (saturday - number * DAY for number in range(1, 6))
        first = self.firings.timers[0].day
        is_empty = all(before > first and before not in days for before in weekend)
        return is_empty and all(worked in days for worked in between)

    def told_by(self, night: Night) -> dt.datetime:
        """From when on what else befell that day is told, though the night may be still to come."""
        return min(night.late, max(self._began(night), default=night.start) + self.late)

    def _next(self, night: Night, step: dt.timedelta) -> Night:
        """The night after one: from its hour on, and late by the last at which all lanes came."""
        last = self.firings.latest[night.day]
        start, latest = self._by_the_file(night.start + step), self._by_the_file(last + step)
        return Night(night.day + step, start, latest + self.late)

    def _by_the_file(self, start: dt.datetime) -> dt.datetime:
        """The file's hour, where what was learnt is near enough."""
        written = dt.datetime.combine(start.date(), self.pipeline.start, dt.UTC)
        return written if abs(written - start) <= self.firings.near else start

    def _in_doubt(self, night: Night) -> Night:
        """A night in which the timer did not fire is late a day later only, when that would have
        fired at the latest, had its hour changed: none of what Zuul tells is a timer's hour."""
        began = self._began(night)
        if began:
            return replace(night, late=max(night.late, max(began) + self.late))
        return replace(night, late=max(night.late, night.start + DAY + self.firings.near))

    def _began(self, night: Night) -> list[dt.datetime]:
        """When the night began, as its builds tell it, or what was enqueued without any yet."""
        fired = self.firings.fired.get(night.day, [])
        begin = night.start - self.firings.near  # what was before is somebody's by hand
        return fired or [a for a in self.enqueued if a >= begin and day_of(a) == night.day]


@lru_cache(maxsize=64)  # of the newest histories: each job asks for the same
def _counted(table: Same[Timetable], since: dt.datetime, until: dt.datetime) -> tuple[Night, ...]:
    return tuple(table.value.count(since, until))


def _moved(night: Night, by: dt.timedelta) -> Night:
    return Night(night.day + by, night.start + by, night.late + by)


def timetable_of(history: History, jobs: Jobs, pipeline: str) -> Timetable:
    """The timetable of one of the team's pipelines, as its builds tell it."""
    row = next(p for p in jobs.pipelines if p.name == pipeline)
    return pipeline_timetable(history, row, dt.timedelta(hours=jobs.late_hours))


def pipeline_timetable(history: History, row: Pipeline, late: dt.timedelta) -> Timetable:
    """The same, of a pipeline whose nights are `late` so long after they began."""
    return concluded(
        history,
        ("timetable", row, late),
        lambda: Timetable(row, late, firings_of(history, row.name), _enqueued(history, row.name)),
    )


def _enqueued(history: History, pipeline: str) -> tuple[dt.datetime, ...]:
    """When items of a pipeline were enqueued, as its buildsets and its queue tell it."""
    sets = [one.event for one in history.sets if one.lane.pipeline == pipeline]
    waits = [one.since for one in history.waiting if one.lane.pipeline == pipeline]
    return (*sets, *waits)
