"""A machine whose clock is set back by hours: the bot goes on, and waits for no instant again.

The clock is that of a real process: a library before libc's, made here, takes hours off it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from GlanceRelease.clock import RunningClock
from GlanceRelease.service.running.minute_ticks import MinuteTicks
from kit.irc.bot import CHANNEL, Bot
from kit.irc.person import Person
from kit.upstream.server import Upstream

LIBRARY = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long taken_off(void) { return access(getenv("SET_BACK"), F_OK) == 0 ? 3 * 3600 : 0; }

int clock_gettime(clockid_t clock, struct timespec *found) {
    int result = syscall(SYS_clock_gettime, clock, found);
    if (clock == CLOCK_REALTIME) found->tv_sec -= taken_off();
    return result;
}

time_t time(time_t *there) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (there) *there = now.tv_sec;
    return now.tv_sec;
}
"""
STATUS = "series_status"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The library; the clock is set back while the file `set back` is beside it."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) to make a clock with")
    (tmp_path / "clock.c").write_text(LIBRARY)
    made = tmp_path / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", made, tmp_path / "clock.c"], check=True)
    return made


@pytest.mark.asyncio
async def test_it_answers_and_polls_on(
    start_bot: Callable[..., Bot],
    join: Callable[..., Awaitable[Person]],
    opendev: Upstream,
    library: Path,
) -> None:
    step = library.with_name("set back")
    environment = {"LD_PRELOAD": str(library), "SET_BACK": str(step)}
    quick = {"supybot.protocols.irc.throttleTime": "1.0"}
    bot = await asyncio.to_thread(
        start_bot, upstream=opendev.url, environment=environment, registry=quick
    )
    alice = await join("alice")
    assert await alice.ask("!week")
    while not opendev.count(STATUS):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    step.touch()
    polls = opendev.count(STATUS)
    alice.say("!week")
    await alice.expect("R-", seconds=15)
    async with asyncio.timeout(15):
        while opendev.count(STATUS) == polls:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert bot.log.count("The clock was set back by 10800 s; going on.") == 1
    assert f"Join to {CHANNEL} on test synced" in bot.log
    assert bot.log.count("Connecting to") == 1, "it is the same connection"


class TwoClocks:
    """The machine's clock, from which somebody may take something off."""

    def __init__(self) -> None:
        self.clock = RunningClock()
        self.taken_off = dt.timedelta()

    def now(self) -> dt.datetime:
        return self.clock.now() - self.taken_off

    def seconds_until(self, instant: dt.datetime) -> float:
        return max(0.0, (instant - self.now()).total_seconds())


@pytest.mark.asyncio
async def test_a_beat_tells_how_far_it_was_set_back() -> None:
    machine, steps = TwoClocks(), asyncio.Queue[dt.timedelta]()
    beaten = asyncio.Event()

    async def work() -> None:
        beaten.set()

    beat = MinuteTicks(machine, machine, steps.put_nowait, look_seconds=0.05)
    beat.every_minute("tick", work)
    beat.start()
    try:
        await asyncio.sleep(0.1)
        machine.taken_off = dt.timedelta(hours=3)
        step = await asyncio.wait_for(steps.get(), 5)
        assert dt.timedelta(hours=2.99) < step < dt.timedelta(hours=3.01)
        await asyncio.wait_for(beaten.wait(), 5)
    finally:
        beat.stop()
