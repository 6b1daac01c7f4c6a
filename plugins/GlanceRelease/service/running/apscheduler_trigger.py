"""APScheduler's trigger for the top of every minute of the bot's clock, which need not be the
machine's."""

from __future__ import annotations

import datetime as dt

from apscheduler.triggers.base import BaseTrigger

from ...clock import Clock

MINUTE = dt.timedelta(minutes=1)


class EveryMinute(BaseTrigger):  # type: ignore[misc]
    """Fires when a minute of the clock begins."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_next_fire_time(
        self, previous_fire_time: dt.datetime | None, now: dt.datetime
    ) -> dt.datetime:
        """The machine's instant at which the next minute begins."""
        minute = self._clock.now().replace(second=0, microsecond=0) + MINUTE
        return now + dt.timedelta(seconds=self._clock.seconds_until(minute))
