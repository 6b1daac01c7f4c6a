"""What the bugs cost: requests and time of a poll of Launchpad and of Gerrit's fixes, and of an
answer."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from GlanceRelease import duties, registry
from GlanceRelease.domain.moment import Moment
from GlanceRelease.registry import Ask
from kit.bug_life import BugLife
from kit.glance_facts import TEAM, at, hibiscus_out, world
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer, StoredBug

from .table import Table

OPEN = 5000
LISTED = 30
POLL = dt.timedelta(minutes=30)
BEGIN = "2027-03-01T10:00:00"
TIMES = 50


def main() -> Table:
    """The table of all of it."""
    duties.load()
    return asyncio.run(_measured())


async def _measured() -> Table:
    with LaunchpadServer() as launchpad, GerritServer(at(BEGIN)) as gerrit:
        launchpad.projects |= {"glance-store": {}, "python-glanceclient": {}}
        for number in range(1, OPEN + 1):
            importance = "Critical" if number <= LISTED else "Medium"
            launchpad.add(StoredBug(number, f"Bug {number}", importance=importance))
        facts = hibiscus_out(world(TEAM))
        async with BugLife(launchpad, gerrit, BEGIN, facts) as life:
            for number in range(1, 301):
                life.merge(number, "2027-02-01T10:00:00", f"Closes-Bug: #{number}")
            rows = [await _poll(life, f"first poll, {OPEN:,} open bugs, {LISTED} on the list")]
            await life.hear("2027-03-01T10:30:00")
            life.clock.instant += POLL
            rows.append(await _poll(life, "a poll when nothing changed"))
            for number in (1, 2, 3):
                launchpad.change(number, life.clock.instant.isoformat(), status="In Progress")
            life.clock.instant += POLL
            rows.append(await _poll(life, "a poll when three of the list's bugs changed"))
            rows.append(("!bugs", "", "", "", await _answer(life)))
    columns = ("", "Launchpad", "a project", "Gerrit", "ms")
    return Table("Requests for the bugs of three projects (aim: 2 a project)", columns, rows)


async def _poll(life: BugLife, what: str) -> tuple[str, str, str, str, str]:
    await life.snapshot()
    began = time.perf_counter()
    launchpad, gerrit = await life.poll()
    took = 1000 * (time.perf_counter() - began)
    projects = len(life.facts.team.bugs.projects)
    return what, str(launchpad), f"{launchpad / projects:.1f}", str(gerrit), f"{took:.0f}"


async def _answer(life: BugLife) -> str:
    moment = Moment(await life.snapshot(), life.clock.now())
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        registry.answer(moment, "bugs", Ask("alice", channel=life.facts.team.announce))
        times.append(1000 * (time.perf_counter() - began))
    return f"{median(times):.2f}"


if __name__ == "__main__":
    print(main())
