"""What the facts cost: all schedules parsed, and a team's first refresh from far-away upstreams."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiohttp import web

from GlanceRelease.app import App
from GlanceRelease.clock import RunningClock
from GlanceRelease.configuration import settings
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.irc.bot import ROOT
from kit.upstream.gerrit import GerritServer
from kit.upstream.server import Reply, Upstream
from kit.upstream.zuul import ZuulServer

from .table import Table

LATENCY = 0.05
TRIPS_AIM = 8
TIMES = 5
DATA = ROOT.parent / "shared" / "upstream"


class FarAway(Upstream):
    """opendev.org with its latency."""

    def _reply(self, request: web.BaseRequest) -> Reply:
        return replace(super()._reply(request), delay=LATENCY)


class FarZuul(ZuulServer):
    """Zuul with its latency."""

    def _reply(self, request: web.BaseRequest) -> Reply:
        return replace(super()._reply(request), delay=LATENCY)


def main() -> Table:
    """Both, in milliseconds and in round trips of 50 ms one after another."""
    series = sorted((DATA / "releases" / "doc" / "source").glob("*/schedule.yaml"))
    parsed = median(_parse(series) for _ in range(TIMES))
    refreshed = sorted(asyncio.run(_refresh()) for _ in range(TIMES))
    seconds, requests = refreshed[TIMES // 2]
    rows = [
        (f"{len(series)} schedules parsed", f"{1000 * parsed:.0f}", "", "", ""),
        (
            "a team's first refresh",
            f"{1000 * seconds:.0f}",
            f"{requests}",
            f"{seconds / LATENCY:.1f}",
            f"{TRIPS_AIM}",
        ),
    ]
    title = f"Facts, with {1000 * LATENCY:.0f} ms of latency; medians of {TIMES}"
    return Table(title, ("", "ms", "requests", "round trips", "aim"), rows)


def _parse(files: list[Path]) -> float:
    bodies = [
        (file.parent.name, file.read_bytes(), file.with_name("schedule.rst").read_bytes())
        for file in files
    ]
    began = time.perf_counter()
    for name, weeks, page in bodies:
        parse_schedule(name, weeks, page)
    return time.perf_counter() - began


async def _refresh() -> tuple[float, int]:
    """Seconds and requests from nothing known to everything known of the team that ships."""
    clock = RunningClock()
    with (
        TemporaryDirectory() as name,
        FarAway() as opendev,
        GerritServer(clock.now()) as gerrit,
        FarZuul() as zuul,
    ):
        opendev.serve_tree(DATA)
        gerrit.delay = LATENCY
        folder = Path(name)
        shutil.copytree(ROOT / "config" / "teams", folder / "teams")
        (folder / "bot.yaml").write_text(
            f"upstreams: {{opendev: '{opendev.url}', gerrit: '{gerrit.url}', zuul: '{zuul.api}'}}"
        )
        app = App(settings.load(folder), clock)
        await app.start(beating=False)
        began = time.perf_counter()
        await app.refresh()
        seconds = time.perf_counter() - began
        await app.stop()
        return seconds, sum(one.count() for one in (opendev, gerrit, zuul))
