"""Why a job has no build yet: `status` tells what waits, `buildsets` what is over or never was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...domain.ci.builds import Build, History, Lane, NightSet, Outcome
from ...domain.ci.firings import Firings, firings_of
from ...domain.ci.nights import Night
from ...domain.ci.timetable import pipeline_timetable
from ...domain.team import Pipeline
from ..http import Http
from .build_ledger import REMEMBERED, Ledger
from .client import ZuulApi, in_parts
from .rows import empty_buildset, is_of_a_branch, night_set
from .status_rows import waiting_jobs

HOUR = dt.timedelta(hours=1)
LATE = 12 * HOUR
RECENT = 22 * 24 * HOUR  # in which a weekly timer fired three times
ASKED_FOR = 7 * 24 * HOUR
RETRIED = "RETRY"  # of an attempt after which Zuul tries again


@dataclass(frozen=True)
class LaneNight:
    """A lane's newest night, by the hour that its pipeline's builds tell: the jobs that are
    expected and have no build, and those whose build has not come to an end."""

    lane: Lane
    night: Night
    firings: Firings
    without: frozenset[str]
    unended: frozenset[str]
    is_empty: bool


def lane_nights(
    ledger: Ledger, pipelines: Iterable[Pipeline], now: dt.datetime
) -> Iterator[LaneNight]:
    """Every lane that has jobs, in the newest night of its pipeline."""
    recent = _recent(ledger, now)
    for pipeline in pipelines:
        firings = firings_of(recent, pipeline.name)
        night = pipeline_timetable(recent, pipeline, LATE).last(now)
        if night is None:
            continue
        for lane, expected in ledger.expected.items():
            if lane.pipeline != pipeline.name or not expected.jobs:
                continue
            runs = [
                run
                for run in recent.lanes.get(lane, ())
                if firings.night_of(run.event) >= night.day and run.result != RETRIED
            ]
            jobs = frozenset(expected.jobs)
            ended = {run.job for run in runs if run.outcome is not Outcome.RUNNING}
            yield LaneNight(
                lane, night, firings, jobs - {run.job for run in runs}, jobs - ended, not runs
            )


def empty_nights(
    ledger: Ledger, pipelines: Iterable[Pipeline], now: dt.datetime
) -> Iterator[LaneNight]:
    """The nights of the last days in which a lane had no build at all, but for its newest: nobody
    asked about those while Zuul, or the bot, was away."""
    recent = _recent(ledger, now)
    for pipeline in pipelines:
        firings = firings_of(recent, pipeline.name)
        nights = tuple(pipeline_timetable(recent, pipeline, LATE).nights(now - ASKED_FOR, now))[:-1]
        for lane, expected in ledger.expected.items():
            if lane.pipeline != pipeline.name or not expected.jobs:
                continue
            ran = {firings.night_of(run.event) for run in recent.lanes.get(lane, ())}
            since = min([*ran, min(expected.jobs.values()).date()])
            jobs = frozenset(expected.jobs)
            for night in nights:
                if night.day not in ran and night.day > since:
                    yield LaneNight(lane, night, firings, jobs, jobs, True)


def _recent(ledger: Ledger, now: dt.datetime) -> History:
    lanes: dict[Lane, list[Build]] = {}
    for project in ledger.since:
        for run in ledger.builds(project).values():
            if now - run.event < RECENT:
                lanes.setdefault(run.lane, []).append(run)
    rows = {lane: tuple(sorted(runs, key=lambda run: run.event)) for lane, runs in lanes.items()}
    return History(
        *(rows, {}, now - RECENT, now), sets=tuple(ledger.sets), waiting=tuple(ledger.waiting)
    )


async def ask_why(
    api: ZuulApi, http: Http, ledger: Ledger, nights: list[LaneNight], now: dt.datetime
) -> None:
    """Ask `status` while a job of the night has no end, and once an hour `buildsets` of those that
    have no build an hour into it; nothing of a night of which it is known that it is over."""
    open_ = [n for n in nights if n.unended and not _is_over(ledger, n)]
    late = [n for n in open_ if n.without and now - n.night.start >= HOUR]
    if late and now - ledger.searched >= HOUR:
        await _buildsets(api, http, ledger, late, now)
    open_ = [n for n in open_ if not _is_over(ledger, n)]
    ledger.waiting = []
    if open_:
        lanes = {n.lane for n in open_}
        found = waiting_jobs(await api.ask(http, "status"), {lane.pipeline for lane in lanes})
        ledger.waiting = [row for row in found if row.lane in lanes]


def _is_over(ledger: Ledger, night: LaneNight) -> bool:
    sets = [
        s
        for s in ledger.sets
        if s.lane == night.lane and night.firings.night_of(s.event) == night.night.day
    ]
    if sets:
        return all(s.over for s in sets)
    asked = ledger.asked.get(night.lane)
    return asked is not None and asked >= night.night.late


async def _buildsets(
    api: ZuulApi, http: Http, ledger: Ledger, late: list[LaneNight], now: dt.datetime
) -> None:
    """The buildsets of the last days of these lanes. An answer counts where it can be read whole
    and has a buildset that is known from builds, of each repository that had any; it is asked for
    in all pipelines that had."""
    projects = sorted({n.lane.project for n in late})
    oldest = now - REMEMBERED
    lanes = {n.lane for n in late} | _ran_since(ledger, projects, oldest)
    pipelines = sorted({("pipeline", lane.pipeline) for lane in lanes})
    rows: list[Any] = []
    for part in in_parts("project", projects, 200):
        async for page in api.pages(http, "buildsets", [*part, *pipelines]):
            rows += page
            sets = [s for s in map(night_set, page) if s is not None]
            if sets and sets[-1].event < oldest:
                break
    rows = [row for row in rows if not isinstance(row, dict) or is_of_a_branch(row)]
    found = [night_set(row) for row in rows]
    sets = [s for s in found if s is not None and s.event >= oldest]
    ledger.searched = now
    ledger.empty = [e for e in map(empty_buildset, rows) if e is not None and e.event >= oldest]
    ledger.sets = [s for s in ledger.sets if s.lane.project not in projects] + sets
    if None in found:
        return
    trusted = {p for p in projects if _shows_known(ledger, p, sets, oldest)}
    ledger.asked.update({n.lane: now for n in late if n.lane.project in trusted})


def _ran_since(ledger: Ledger, projects: Iterable[str], oldest: dt.datetime) -> set[Lane]:
    builds = (run for project in projects for run in ledger.builds(project).values())
    return {run.lane for run in builds if run.event >= oldest}


def _shows_known(ledger: Ledger, project: str, sets: list[NightSet], oldest: dt.datetime) -> bool:
    known = {
        run.buildset
        for run in ledger.builds(project).values()
        if run.event >= oldest and run.buildset
    }
    return not known or any(s.uuid in known for s in sets)
