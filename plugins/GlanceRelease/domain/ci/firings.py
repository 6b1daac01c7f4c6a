"""When a pipeline's timer fired, learnt from its builds: an enqueue by hand is told from it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median_low

from .builds import History, Lane
from .conclusions import concluded

DAY = dt.timedelta(days=1)
HALF_DAY = dt.timedelta(hours=12)
NEAR = dt.timedelta(minutes=5)  # as far as a timer without jitter is ever from its hour
WIDEST = dt.timedelta(hours=3)  # of one with jitter
SHIFT = dt.timedelta(hours=2)  # a timer that fires this shortly before midnight opens the next day
WEEK = dt.timedelta(days=8)


@dataclass(frozen=True)
class Firing:
    """Builds that came at one time, from `start` to `end`, in so many `lanes` `of` those that ran
    within a week. `is_timers` says that the timer started them."""

    start: dt.datetime
    end: dt.datetime
    lanes: int
    of: int
    is_timers: bool = False

    @property
    def day(self) -> dt.date:
        """The day of the night that it opens."""
        return day_of(self.start)

    @property
    def is_whole(self) -> bool:
        """Whether more than two thirds of all lanes came at once, of two or more."""
        return self.lanes > 1 and 3 * self.lanes > 2 * self.of

    @property
    def is_lone(self) -> bool:
        """Whether only one lane runs, so that nothing but its habit tells who started it."""
        return self.of == 1


def day_of(start: dt.datetime) -> dt.date:
    """The day of a night that begins then."""
    return (start + SHIFT).date()


@dataclass(frozen=True)
class Firings:
    """All of a pipeline's, oldest first; `near` is as far as its timer is from its hour."""

    all: tuple[Firing, ...] = ()
    near: dt.timedelta = NEAR

    @cached_property
    def timers(self) -> tuple[Firing, ...]:
        """Those that the timer started."""
        return tuple(firing for firing in self.all if firing.is_timers)

    @cached_property
    def fired(self) -> dict[dt.date, list[dt.datetime]]:
        """When the timer started them, by the day of their night."""
        days: dict[dt.date, list[dt.datetime]] = {}
        for firing in self.timers:
            days.setdefault(firing.day, []).append(firing.start)
        return days

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The days of the nights that the timer opened, in order."""
        return tuple(sorted(self.fired))

    @cached_property
    def latest(self) -> dict[dt.date, dt.datetime]:
        """The last of each night at which the timer fired or all lanes came."""
        return {f.day: f.start for f in self.all if f.is_timers or f.is_whole}

    def has(self, event: dt.datetime) -> bool:
        """Whether the timer started what came then."""
        at = bisect_right(self.timers, event, key=lambda firing: firing.start)
        return at > 0 and event <= self.timers[at - 1].end

    def night_of(self, event: dt.datetime) -> dt.date:
        """The day of the night that a build belongs to: that of its firing, else of the newest
        night begun by then. One enqueued by hand before the timer's hour belongs to the night
        before."""
        timers = self.timers
        at = bisect_right(timers, event, key=lambda firing: firing.start)
        if not at:
            return day_of(event)
        last = timers[at - 1]
        if event <= last.end:
            return last.day
        nights_since = (event + self.near - last.start) // DAY
        expected = last.day + nights_since * DAY
        following = timers[at].day if at < len(timers) else dt.date.max
        return max(last.day, min(expected, following - DAY))


def firings_of(history: History, pipeline: str) -> Firings:
    """The pipeline's firings, in all lanes that are known."""
    return concluded(history, ("firings", pipeline), lambda: _learnt(history, pipeline))


def _learnt(history: History, pipeline: str) -> Firings:
    lanes = [lane for lane in history.lanes if lane.pipeline == pipeline]
    events = {lane: sorted({build.event for build in history.lanes[lane]}) for lane in lanes}
    near = _near(events.values())
    judged = tuple(_judged(tuple(_gathered(events, near)), near))
    return Firings(tuple(_one_a_night(judged, near)), near)


def _near(events: Iterable[Sequence[dt.datetime]]) -> dt.timedelta:
    """How far from its hour the timer fires, by how its days differ; NEAR where they do not."""
    wobble = [
        abs(gap - DAY) for row in events for gap in map(_gap, pairwise(row)) if _is_a_day(gap)
    ]
    return min(WIDEST, max(NEAR, 4 * median_low(wobble))) if wobble else NEAR


def _gap(pair: tuple[dt.datetime, dt.datetime]) -> dt.timedelta:
    return pair[1] - pair[0]


def _is_a_day(gap: dt.timedelta) -> bool:
    return HALF_DAY < gap < DAY + HALF_DAY


def _gathered(events: dict[Lane, list[dt.datetime]], near: dt.timedelta) -> Iterator[Firing]:
    """What came at one time; the lanes of the week before are those that it is measured by."""
    ordered = sorted((event, lane) for lane, row in events.items() for event in row)
    seen: dict[Lane, dt.datetime] = {}
    start = end = None
    lanes: set[Lane] = set()
    for event, lane in ordered:
        if start is not None and end is not None and event - start > near:
            yield _firing(start, end, lanes, seen)
            start, lanes = None, set()
        start, end = start or event, event
        lanes.add(lane)
        seen[lane] = event
    if start is not None and end is not None:
        yield _firing(start, end, lanes, seen)


def _firing(
    start: dt.datetime, end: dt.datetime, lanes: set[Lane], seen: dict[Lane, dt.datetime]
) -> Firing:
    alive = sum(start - at <= WEEK for at in seen.values())
    return Firing(start, end, len(lanes), alive)


def _judged(firings: Sequence[Firing], near: dt.timedelta) -> Iterator[Firing]:
    """Each with whether it is the timer's: it came at an hour at which that fired last, or more
    than two thirds of all lanes came with it (the hour changed), or half of them came at the same
    hour the day before or after: nobody does that by hand."""
    timers: list[dt.datetime] = []
    for number, firing in enumerate(firings):
        hours = [at for at in timers[-4:] if firing.start - at <= 3 * DAY] or timers[-1:]
        is_usual = not hours or any(is_same_hour(firing.start, at, near) for at in hours)
        recurs = 2 * firing.lanes >= firing.of and _recurs(firings, number, near)
        is_timers = is_usual or firing.is_whole or recurs
        if is_timers:
            timers.append(firing.start)
        yield replace(firing, is_timers=is_timers)


def _one_a_night(firings: Sequence[Firing], near: dt.timedelta) -> Iterator[Firing]:
    """The same, of which a night has one: that at the hour of the night before, else the first;
    everything was enqueued again by hand."""
    before: list[dt.datetime] = []
    of_day: dict[dt.date, list[Firing]] = {}
    for firing in firings:
        if firing.is_timers:
            of_day.setdefault(firing.day, []).append(firing)
    chosen = set()
    for fired in of_day.values():
        usual = (f for f in fired if any(is_same_hour(f.start, at, near) for at in before))
        one = next(usual, fired[0])
        chosen.add(one.start)
        before = [one.start]
    for firing in firings:
        yield replace(firing, is_timers=firing.start in chosen)


def is_same_hour(one: dt.datetime, other: dt.datetime, near: dt.timedelta) -> bool:
    """Whether two instants are about whole days apart."""
    apart = abs(one - other) % DAY
    return min(apart, DAY - apart) <= near


def _recurs(firings: Sequence[Firing], number: int, near: dt.timedelta) -> bool:
    at = firings[number].start
    others = (*_within(reversed(firings[:number]), at), *_within(firings[number + 1 :], at))
    return any(abs(abs(other.start - at) - DAY) <= near for other in others)


def _within(firings: Iterable[Firing], at: dt.datetime) -> Iterator[Firing]:
    """Those of the two days beside an instant, the nearest first."""
    for firing in firings:
        if abs(firing.start - at) > 2 * DAY:
            return
        yield firing
