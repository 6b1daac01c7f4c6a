"""The only reader of the time; a clock may start elsewhere and run faster, for a rehearsal."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Protocol

_YEARS = range(2000, 2101)


class Clock(Protocol):
    """What tells the time: aware, UTC."""

    def now(self) -> dt.datetime:
        """The present instant of this clock."""

    def seconds_until(self, instant: dt.datetime) -> float:
        """How many real seconds pass until the clock shows the instant; 0 for one that is past."""


def steady() -> float:
    """The seconds of a clock that nobody sets, to measure how long something takes."""
    return time.monotonic()


class RunningClock:
    """The machine's clock, or one that starts at `start` and runs `speed` times as fast.

    It follows the machine's wall clock only where neither is given; a rehearsal's runs on the
    monotonic one, so that it can't jump.
    """

    def __init__(self, start: dt.datetime | None = None, speed: float = 1.0) -> None:
        self._origin = time.monotonic()
        self._speed = speed
        self._start = start
        if start is None and speed != 1.0:
            self._start = dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        """The present instant of this clock, UTC."""
        if self._start is None:
            return dt.datetime.now(dt.UTC)
        passed = (time.monotonic() - self._origin) * self._speed
        return self._start + dt.timedelta(seconds=passed)

    def seconds_until(self, instant: dt.datetime) -> float:
        """Real seconds until this clock shows the instant, never negative."""
        return max(0.0, (instant - self.now()).total_seconds() / self._speed)


def instant_of(text: str) -> dt.datetime:
    """An ISO instant (UTC where it has no zone) of this century, in which alone the calendars and
    the polls can be reckoned; ValueError says in a few words what is wrong."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no ISO instant, such as 2027-02-17T09:59:00Z") from None
    if moment.year not in _YEARS:
        raise ValueError(f"{text[:40]!r} is not within {_YEARS[0]} to {_YEARS[-1]}")
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def clock_of(environment: Mapping[str, str]) -> RunningClock:
    """The machine's clock, or the rehearsal's: GLANCE_RELEASE_NOW is the ISO instant at which it
    starts (UTC where it has no zone), GLANCE_RELEASE_SPEED how many times as fast it runs.
    ValueError names the variable that can't be understood."""
    start = environment.get("GLANCE_RELEASE_NOW")
    speed = environment.get("GLANCE_RELEASE_SPEED") or "1"
    try:
        instant = instant_of(start) if start else None
    except ValueError as error:
        raise ValueError(f"GLANCE_RELEASE_NOW: {error}") from None
    try:
        pace = float(speed)
    except ValueError:
        raise ValueError(f"GLANCE_RELEASE_SPEED: {speed!r} is no number") from None
    if not 0 < pace < float("inf"):
        raise ValueError(f"GLANCE_RELEASE_SPEED: {speed!r} is no speed")
    return RunningClock(instant, pace)


class SteppedClock:
    """A clock that stands until it is set: a rehearsal of months in seconds."""

    def __init__(self, start: dt.datetime) -> None:
        self.instant = start

    def now(self) -> dt.datetime:
        """The instant it was last set to."""
        return self.instant

    def seconds_until(self, instant: dt.datetime) -> float:
        """Nothing passes by itself: the rehearsal steps it."""
        return 0.0
