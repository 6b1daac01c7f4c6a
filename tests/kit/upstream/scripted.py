"""Nights in letters: what each job came to, night by night, and the bot's polls through them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial

from GlanceRelease.sources.http import Http
from kit.upstream.nights import Watch, october

RESULTS: dict[str, str | None] = {
    ".": "SUCCESS",
    "F": "FAILURE",
    "i": "NODE_FAILURE",
    "T": "TIMED_OUT",
    "L": "LOST",
    "s": "ABORTED",
    "r": None,
}


def script(
    watch: Watch,
    project: str,
    letters: Mapping[str, str],
    first: int = 1,
    hour: float = 2,
    non_voting: Iterable[str] = (),
) -> None:
    """Let a repository's jobs run from a day of October on, as the letters say; "-" is no run, and
    a night of "-" alone has no buildset."""
    for number in range(max(map(len, letters.values()))):
        event = october(first + number, hour)
        tonight = {job: row[number] for job, row in letters.items() if row[number : number + 1]}
        if set(tonight.values()) != {"-"}:
            watch.at(event, partial(_night, watch, project, event, tonight, tuple(non_voting)))


def _night(
    watch: Watch, project: str, event: dt.datetime, tonight: dict[str, str], non_voting: tuple[str]
) -> None:
    ran = {job: RESULTS[letter] for job, letter in tonight.items() if letter != "-"}
    failed = set(ran.values()) - {"SUCCESS"}
    buildset = watch.zuul.add_buildset(project, event, "FAILURE" if failed else "SUCCESS")
    for job, result in ran.items():
        watch.zuul.add_build(buildset, job, result, voting=job not in non_voting)


def live(watch: Watch, first: int, last: int, hours: Iterable[float] = (8, 15)) -> None:
    """Poll and tick at these hours of the days, the last hour of the last day included."""

    async def through() -> None:
        async with Http("test", timeout_seconds=2) as http:
            for day in range(first, last + 1):
                for hour in hours:
                    now = october(day, hour)
                    watch._happen(now)
                    await watch.poll(http, now)
                    watch.tick(now)

    asyncio.run(through())
