"""What following release proposals costs: requests and time of one refresh of Gerrit's facts.

Against a Gerrit on loopback that waits 50 ms before each answer; no other host is asked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time

from GlanceRelease.domain.gerrit_scope import Scope
from GlanceRelease.sources.gerrit.team_changes import TeamChangesSource
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.protocols import Kept
from kit.upstream.gerrit import GerritServer, Stored

LATENCY = 0.05
NOW = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
FILE = "team: t\ntype: service\nrelease-model: cycle-with-rc\nreleases:\n"
ITEM = "  - version: {}\n    projects:\n      - repo: openstack/r{}\n        hash: {:040x}\n"


def main() -> str:
    """A table: teams, what is new, requests, milliseconds, round trips of 50 ms (four requests
    at most are under way at once)."""
    rows = [f"{'teams':>5}  {'what is new':<30} {'requests':>8} {'ms':>6} {'trips':>6}"]
    for teams in (1, 60):
        with GerritServer(NOW) as server:
            server.delay = LATENCY
            asyncio.run(_measure(server, teams, rows))
    return "\n".join(rows)


async def _measure(server: GerritServer, teams: int, rows: list[str]) -> None:
    scopes = tuple(_scope(server, number) for number in range(teams))
    source = TeamChangesSource(server.url, scopes)
    async with Http("bench") as http:
        kept: Kept | None = None
        for what in ("everything, at the first start", "how far to look back", "nothing"):
            kept = await _one(server, http, source, kept, f"{teams:>5}  {what:<30}", rows)
        server.changes[1].patch_set = 2
        server.changes[1].updated = "2026-09-08 11:00:00.000000000"
        await _one(server, http, source, kept, f"{teams:>5}  {'one patch set':<30}", rows)


async def _one(
    server: GerritServer, http: Http, source: TeamChangesSource, last: Kept | None,
    what: str, rows: list[str],
) -> Kept:  # fmt: skip
    before, start = server.count(), time.perf_counter()
    kept = await source.fetch(http, last, NOW)
    seconds = time.perf_counter() - start
    requests = server.count() - before
    rows.append(f"{what} {requests:>8} {seconds * 1000:>6.0f} {seconds / LATENCY:>6.1f}")
    return kept


def _scope(server: GerritServer, number: int) -> Scope:
    repository, name = f"openstack/r{number}", f"d{number}"
    old, new = number * 2 + 1, number * 2 + 2
    for sha in (old, new):
        day = "2026-07-01 08:00:00.000000000"
        server.commits[repository, f"{sha:040x}"] = (day, ("master",), ())
    before = FILE + ITEM.format("33.0.0.0b2", number, old)
    after = before + ITEM.format("33.0.0.0rc1", number, new)
    path = f"deliverables/hibiscus/{name}.yaml"
    server.add(
        Stored(number + 1, "openstack/releases", f"Release {name}", files={path: (before, after)})
    )
    return Scope(f"t{number}", (name,), (repository,), (), {repository: f"{old:040x}"})
