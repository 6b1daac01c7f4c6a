"""Does work at each minute of the bot's clock, and goes on where the machine's was set back."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from ...clock import Clock
from .apscheduler_trigger import EveryMinute

LOOK_SECONDS = 1.0
STEP = dt.timedelta(seconds=1)  # less than this is no step, but a clock that is kept right

# APScheduler drops a job that is a second late unless it is told not to.
_CAREFUL = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
# A minute's work that takes longer than the minute is let go on, and that is no warning's worth.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
Work = Callable[[], Awaitable[None]]


class MinuteTicks:
    """APScheduler, which reckons by the machine's wall clock: after a step back it would do nothing
    until the old time came again. `set_back` is called with the length of such a step, within a
    second of it, on the loop; then everything is due at once."""

    def __init__(
        self,
        clock: Clock,
        machine: Clock,
        set_back: Callable[[dt.timedelta], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._clock = clock
        self._machine = machine
        self._set_back = set_back
        self._look_seconds = look_seconds
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC)
        self._looks: asyncio.Task[None] | None = None

    def every_minute(self, name: str, work: Work) -> None:
        """Do this at the top of each minute of the bot's clock; one at a time."""
        self._scheduler.add_job(work, EveryMinute(self._clock), id=name, **_CAREFUL)

    def once(self, name: str, work: Work, after: dt.timedelta) -> None:
        """Run the job once, after this delay."""
        when = self._machine.now() + after
        self._scheduler.add_job(work, "date", run_date=when, id=name, **_CAREFUL)

    def soon(self, name: str) -> None:
        """Run the job of each minute at once, besides."""
        self._scheduler.modify_job(name, next_run_time=self._machine.now())

    def start(self) -> None:
        """Start the scheduler on the running loop."""
        self._scheduler.start()
        self._looks = asyncio.create_task(self._look())

    def stop(self) -> None:
        """Start no more jobs; one that runs goes on."""
        self._scheduler.shutdown(wait=False)
        if self._looks is not None:
            self._looks.cancel()

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wall, steady = self._machine.now(), loop.time()
            await asyncio.sleep(self._look_seconds)
            expected = wall + dt.timedelta(seconds=loop.time() - steady)
            step = expected - self._machine.now()
            if step > STEP:
                self._set_back(step)
                for job in self._scheduler.get_jobs():
                    self.soon(job.id)
