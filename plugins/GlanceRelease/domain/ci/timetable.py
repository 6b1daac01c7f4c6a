"""The nights of a pipeline: when each began, or was expected by the hour of the last that did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..team import Jobs, Pipeline
from .builds import History
from .conclusions import concluded
from .firings import DAY, HALF_DAY, Firings, firings_of
from .nights import Night, nights

_WEEK = 7 * DAY
_LOOK_BACK = dt.timedelta(days=8)


@dataclass(frozen=True)
class Timetable:
    """A pipeline's nights by the hour that its builds tell; by that of the team's file while there
    are none, when a night is late after a day only, since nobody knows the hour."""

    pipeline: Pipeline
    late: dt.timedelta
    firings: Firings

    def nights(self, since: dt.datetime, until: dt.datetime) -> Iterator[Night]:
        """The nights that start within [since, until], oldest first."""
        opened = self._opened()
        if not opened:
            hours = max(self.late, DAY) // dt.timedelta(hours=1)
            yield from nights(self.pipeline, hours, since, until)
            return
        for night in self._filled(opened, since, until):
            if since <= night.start <= until:
                yield self._in_doubt(night)

    def last(self, until: dt.datetime) -> Night | None:
        """The newest night that had started by `until`."""
        return next(reversed(tuple(self.nights(until - _LOOK_BACK, until))), None)

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
            end = following.start - step / 2 if following else until
            while expected.start <= end and (following is None or expected.day < following.day):
                yield expected
                expected = _moved(expected, step)

    def _next(self, night: Night, step: dt.timedelta) -> Night:
        """The night after one: from its hour on, and late by the last at which all lanes came."""
        same_day = (f for f in self.firings.all if f.day == night.day)
        last = max(f.start for f in same_day if f.is_timers or f.is_whole)
        start, latest = self._by_the_file(night.start + step), self._by_the_file(last + step)
        return Night(night.day + step, start, latest + self.late)

    def _by_the_file(self, start: dt.datetime) -> dt.datetime:
        """The file's hour, where what was learnt is near enough."""
        written = dt.datetime.combine(start.date(), self.pipeline.start, dt.UTC)
        return written if abs(written - start) <= self.firings.near else start

    def _in_doubt(self, night: Night) -> Night:
        """A night without a firing is late a day later where one lane is all there is and that ran
        shortly before: the hour may have changed, which the next night tells."""
        if any(firing.day == night.day for firing in self.firings.timers):
            return night
        by_hand = (f.start for f in self.firings.all if f.is_lone and not f.is_timers)
        if not any(night.start - HALF_DAY < start < night.start for start in by_hand):
            return night
        return replace(night, late=max(night.late, night.start + DAY + self.firings.near))


def _moved(night: Night, by: dt.timedelta) -> Night:
    return Night(night.day + by, night.start + by, night.late + by)


def timetable_of(history: History, jobs: Jobs, pipeline: str) -> Timetable:
    """The timetable of one of the team's pipelines, as its builds tell it."""
    row = next(p for p in jobs.pipelines if p.name == pipeline)
    late = dt.timedelta(hours=jobs.late_hours)
    return concluded(
        history,
        ("timetable", row, late),
        lambda: Timetable(row, late, firings_of(history, pipeline)),
    )
