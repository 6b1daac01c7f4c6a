"""The only reader of the time; a clock may start elsewhere and run faster, for a rehearsal."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time: aware, UTC."""

    def now(self) -> dt.datetime:
        """The present instant of this clock."""

    def seconds_until(self, instant: dt.datetime) -> float:
        """How many real seconds pass until the clock shows the instant; 0 for one that is past."""


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
