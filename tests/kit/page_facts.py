"""A team as the page and the report see it: bundled schedules, periodic jobs as a test wants them,
notes, and the page served on loopback with a clock that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings as settings_file
from GlanceRelease.domain.ci.builds import NIGHTS, Build, Expected, History, Lane
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Team
from GlanceRelease.frontends.page.connection import Patience
from GlanceRelease.frontends.page.server import PATIENCE, serve
from GlanceRelease.frontends.trial_room.ports import free_port
from GlanceRelease.sources.bundled_facts import load_bundled
from kit.bot_in_process import BotInProcess
from kit.delivery import Delivery
from kit.irc.bot import ROOT

NOW = dt.datetime(2026, 11, 26, 13, 0, tzinfo=dt.UTC)  # the Thursday of R-18 of Indri
LANE = Lane("openstack/glance", "master", "periodic")
HOSTILE = "<script>alert(1)</script>\x02\x03\x1b[31m‮gnp.exe‬\r\nQUIT :\"'&" + "x" * 10_000


def team() -> Team:
    """Glance, as its file has it."""
    return settings_file.load(ROOT / "config").teams["glance"]


def history(
    results: Mapping[str, Iterable[str | None]], now: dt.datetime = NOW, detail: str = ""
) -> History:
    """Nights up to the last one before `now`, one result for each, the newest last."""
    builds = []
    last = now.replace(hour=2, minute=0)
    for job, row in results.items():
        ordered = list(row)
        for number, result in enumerate(ordered):
            event = last - dt.timedelta(days=len(ordered) - 1 - number)
            end = None if result is None else event + dt.timedelta(hours=1)
            number = len(builds) + 1
            builds.append(
                Build(number, f"{number:032x}", LANE, job, result, result is not None, True,
                      event, event, end, f"{event:%Y%m%d}", detail)
            )  # fmt: skip
    since = last - dt.timedelta(days=60)
    asked = Expected(dict.fromkeys(results, since), now)
    ordered = tuple(sorted(builds, key=lambda build: (build.event, build.number)))
    return History({LANE: ordered}, {LANE: asked}, since, now, web="https://zuul.test/t/openstack")


@lru_cache(maxsize=1)  # as all teams of a bot have the same ones
def _bundled() -> Mapping[str, Fetched[Any]]:
    return load_bundled().facts


def snapshot(
    results: Mapping[str, Iterable[str | None]] | None = None,
    notes: Iterable[Note] = (),
    now: dt.datetime = NOW,
    **changes: Any,
) -> Snapshot:
    """Glance with the bundled facts, these jobs and these notes."""
    facts: dict[str, Fetched[Any]] = dict(_bundled())
    if results is not None:
        zuul = Fetched(history(results, now), now, "network", None, "https://zuul.test", "zuul")
        facts[NIGHTS.name] = zuul
    made = Snapshot(team(), facts, tuple(notes), born=now - dt.timedelta(days=90))
    return replace(made, **changes)


@dataclass
class Served:
    """The page: its address, the app behind it, the clock and the way out."""

    url: str
    app: App
    clock: SteppedClock
    delivery: Delivery

    def show(self, one: Snapshot) -> None:
        """Show this picture from now on."""
        self.app.snapshots = {**self.app.snapshots, one.team.name: one}


@asynccontextmanager
async def served(
    folder: Path,
    now: dt.datetime = NOW,
    patience: Patience = PATIENCE,
    web: str = "",
) -> AsyncIterator[Served]:
    """The page of a bot without upstreams, on loopback; nothing beats unless the test ticks. `web`
    is more of bot.yaml's."""
    port = free_port()
    bot = BotInProcess(
        folder / "config",
        now,
        f"sqlite:///{folder / 'state.sqlite'}",
        f"web:\n  port: {port}\n{web}",
    )
    async with bot.living() as app:
        await app.open(serve(app, patience))
        yield Served(f"http://127.0.0.1:{port}", app, bot.clock, bot.delivery)
