"""What the periodic jobs cost: requests and time of a poll, of 60 teams, memory of 90 days."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from GlanceRelease import duties, registry
from GlanceRelease.domain.ci.builds import NIGHTS
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Jobs, Team
from GlanceRelease.registry import Ask
from GlanceRelease.sources.bundled_facts import load_bundled
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.zuul.builds import PeriodicBuilds
from GlanceRelease.sources.zuul.client import ZuulApi
from kit.upstream.zuul import ZuulServer

NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)
LATENCY = 0.05
PERIODIC = {"glance": 10, "glance_store": 4, "python-glanceclient": 3}
STABLE = ("stable/2025.2", "stable/2026.1", "stable/2026.2")


def fill(zuul: ZuulServer, team: str, nights: int, newest: dt.datetime = NOW) -> list[str]:
    """A team's three repositories with their periodic and stable jobs, for so many nights."""
    projects = [f"openstack/{team}{name.removeprefix('glance')}" for name in PERIODIC]
    for project, count in zip(projects, PERIODIC.values(), strict=True):
        jobs = [f"{project[10:]}-tox-py313-{n}-tips" for n in range(count)]
        zuul.expected[project, "master", "periodic"] = jobs
        for branch in STABLE:
            zuul.expected[project, branch, "periodic-stable"] = ["openstack-tox-py312"]
        for back in range(nights):
            event = (newest - back * DAY).replace(hour=2, minute=0)
            zuul.night(project, event, dict.fromkeys(jobs, "SUCCESS"))
            for branch in STABLE:
                zuul.night(
                    project, event, {"openstack-tox-py312": "SUCCESS"}, branch, "periodic-stable"
                )
    return projects


class Polled:
    """A source with what it keeps between polls."""

    def __init__(self, zuul: ZuulServer, projects: list[str]) -> None:
        self.zuul = zuul
        self.source = PeriodicBuilds(ZuulApi(zuul.api), tuple(projects), Jobs().pipelines, QUARTER)
        self.kept: Kept | None = None

    async def poll(self, http: Http, now: dt.datetime) -> tuple[int, float]:
        """One poll: how many requests, how many milliseconds with reading."""
        self.zuul.seen.clear()
        begin = time.perf_counter()
        self.kept = await self.source.fetch(http, self.kept, now)
        self.source.read(self.kept)
        return len(self.zuul.seen), (time.perf_counter() - begin) * 1000


async def regular_poll(teams: int) -> tuple[int, int, float, float, int]:
    """The first poll's requests; a regular poll's requests and milliseconds; the milliseconds of
    one with a new night of every team; the builds held."""
    with ZuulServer() as zuul:
        projects = [p for n in range(teams) for p in fill(zuul, f"glance{n or ''}", 14)]
        polled = Polled(zuul, projects)
        zuul.slow = LATENCY
        async with Http("bench") as http:
            first, _ = await polled.poll(http, NOW)
            for n in range(1, 30):  # what else a first day asks for, sixty lanes a poll
                if (await polled.poll(http, NOW + n * dt.timedelta(seconds=20)))[0] <= 5:
                    break
            requests, quiet = await polled.poll(http, NOW + QUARTER)
            for n in range(teams):
                fill(zuul, f"glance{n or ''}", 1, NOW + DAY)
            _, busy = await polled.poll(http, NOW + 0.9 * DAY)
        assert polled.kept is not None
        history = polled.source.read(polled.kept)
        return first, requests, quiet, busy, sum(map(len, history.lanes.values()))


async def memory() -> tuple[float, float, int]:
    """Megabytes of 90 days of one team's history as values and as kept documents, and builds."""
    with ZuulServer() as zuul:
        projects = fill(zuul, "glance", 31, NOW - 59 * DAY)
        polled = Polled(zuul, projects)
        async with Http("bench") as http:
            await polled.poll(http, NOW - 59 * DAY)
            fill(zuul, "glance", 59)
            await polled.poll(http, NOW)
    kept = polled.kept
    assert kept is not None
    gc.collect()
    tracemalloc.start()
    fresh = PeriodicBuilds(ZuulApi(zuul.api), tuple(projects), Jobs().pipelines, QUARTER)
    history = fresh.read(Kept(kept.bodies))
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    builds = sum(map(len, history.lanes.values()))
    return held / 1e6, sum(len(body or b"") for body in kept.bodies) / 1e6, builds


async def answers() -> dict[str, float]:
    """Microseconds of an answer from the snapshot."""
    duties.load()
    with ZuulServer() as zuul:
        projects = fill(zuul, "glance", 30)
        polled = Polled(zuul, projects)
        async with Http("bench") as http:
            await polled.poll(http, NOW)
    assert polled.kept is not None
    team = Team("glance", "glance", ("#c",), ("glance",), jobs=Jobs(repositories=tuple(projects)))
    history = polled.source.read(polled.kept)
    facts = {**load_bundled().facts, NIGHTS.name: Fetched(history, NOW, "network")}
    snapshot = Snapshot(team, facts)
    return {
        text: _microseconds(lambda text=text: registry.answer(Moment(snapshot, NOW), text, Ask()))
        for text in ("next", "jobs", "job glance-tox-py313-3-tips")
    }


def _microseconds(work: Callable[[], object], runs: int = 300) -> float:
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[runs // 2] * 1e6


def main() -> str:
    """Every figure with its aim."""
    told = [f"The periodic jobs, Zuul on loopback with {LATENCY * 1000:.0f} ms of latency:"]
    for teams in (1, 10, 60):
        first, requests, quiet, busy, builds = asyncio.run(regular_poll(teams))
        told.append(
            f"  {teams:2} teams, {builds:6} builds: first poll {first} requests; regular poll "
            f"{requests} request(s) (aim: at most 2 for a team), {quiet:.0f} ms; "
            f"with a new night {busy:.0f} ms"
        )
    held, kept, builds = asyncio.run(memory())
    told.append(
        f"  90 days of a team, {builds} builds: {held:.1f} MB as values and {kept:.1f} MB as kept "
        "(aim: under 5)"
    )
    figures = asyncio.run(answers())
    some = ", ".join(f"{text} {micro:.0f} us" for text, micro in figures.items())
    told.append(f"  answers from the snapshot (median of 300): {some}")
    return "\n".join(told)


if __name__ == "__main__":
    print(main())
