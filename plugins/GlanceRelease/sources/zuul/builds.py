"""The periodic builds of all teams' repositories, as few requests a poll as Zuul allows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

from ...domain.ci.builds import NIGHTS, Build, Expected, History, Lane, Outcome
from ...domain.ci.nights import last_night
from ...domain.snapshot import Key
from ...domain.team import Pipeline
from ..http import Http, Trouble
from ..protocols import Kept
from .client import Query, ZuulApi, in_parts
from .kept_builds import Codec, Ledger
from .rows import build, config_error, empty_buildset, job_names

log = logging.getLogger(__name__)

FIRST_DAYS = 30  # how far back a repository's builds are read when it is new to the bot
KEEP_DAYS = 90
SWEEP_DAYS = 2  # what is read again whole once a day
OVERLAP = 1000  # ids: a row may become visible after one with a higher id
LOST_AFTER = dt.timedelta(days=3)
SEEN_DAYS = 14
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MOST_LANES = 60  # whose jobs are asked for in one poll; at first only master's, to be there soon
MASTER = "master"


class PeriodicBuilds:
    """The history of the periodic builds.

    A regular poll is one request: the builds with a higher id than any seen, of all repositories
    and pipelines at once; with builds under way a second one reads those again, since a slow
    build keeps its low id. Once a day, and when a job is new or missing, Zuul is asked what it
    would run (`freeze-jobs`), and the last two days are read again whole. When a lane that has
    jobs had no build in its night, `buildsets` and `config-errors` say why. Trouble with these
    side questions leaves what was known; trouble with the builds is the source's.
    """

    confirm = False
    upstream = "zuul"

    def __init__(
        self,
        api: ZuulApi,
        projects: tuple[str, ...],
        pipelines: tuple[Pipeline, ...],
        every: dt.timedelta,
    ) -> None:
        self._api = api
        self._projects = tuple(sorted(set(projects)))
        self._pipelines = pipelines
        self._codec = Codec(api.web)
        self.every = every

    @property
    def key(self) -> Key[History]:
        """The fact's key."""
        return NIGHTS

    @property
    def url(self) -> str:
        """Where builds are asked for."""
        return f"{self._api.base}/builds"

    def read(self, kept: Kept) -> History:
        """The history that was kept."""
        return self._codec.history(kept)

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """What Zuul ran until `now`, added to what is kept; 90 days stay."""
        ledger = self._codec.ledger(last)
        sweep = now - ledger.swept >= DAY
        for project in set(ledger.since) - set(self._projects):
            del ledger.since[project]
        known = [p for p in self._projects if p in ledger.since]
        fresh = [p for p in self._projects if p not in ledger.since]
        odd: set[Lane] = set()
        if known and sweep:
            odd |= await self._builds(
                http, ledger, known, min(now, ledger.until) - SWEEP_DAYS * DAY
            )
        elif known:
            lowest = [("idx_min", str(max(0, ledger.high - OVERLAP)))]
            odd |= await self._builds(http, ledger, known, None, lowest)
        if fresh:
            begin = now - FIRST_DAYS * DAY
            ledger.since.update(dict.fromkeys(fresh, begin))
            await self._builds(http, ledger, fresh, begin)
        await self._unfinished(http, ledger, now)
        ledger.until = now
        await self._side_questions(http, ledger, odd, now)
        if sweep:
            ledger.swept = now
            ledger.prune(now - KEEP_DAYS * DAY)
        return self._codec.pack(ledger, last)

    async def _builds(
        self,
        http: Http,
        ledger: Ledger,
        projects: Iterable[str],
        floor: dt.datetime | None,
        more: Query = (),
    ) -> set[Lane]:
        """Read builds down to `floor`; the lanes with a job that is not among the expected."""
        odd: set[Lane] = set()
        query = [*(("pipeline", p.name) for p in self._pipelines), *more]
        for part in in_parts("project", projects, 40 * len(query)):
            async for rows in self._api.pages(http, "builds", [*part, *query]):
                builds = [b for b in map(build, rows) if b is not None and self._ours(b)]
                for run in builds:
                    if floor is not None and run.event < floor:
                        continue
                    expected = ledger.expected.get(run.lane)
                    if ledger.put(run) and expected and run.job not in expected.jobs:
                        odd.add(run.lane)
                if floor is not None and builds and builds[-1].event < floor:
                    break
        return odd

    def _ours(self, run: Build) -> bool:
        return run.lane.project in self._projects

    async def _unfinished(self, http: Http, ledger: Ledger, now: dt.datetime) -> None:
        """Read again what still ran; what runs for three days is lost."""
        waiting = {
            uuid: project for uuid, project in ledger.unfinished.items() if uuid not in ledger.fresh
        }
        for part in in_parts("uuid", waiting):
            for row in await self._api.rows(http, "builds", [*part, ("limit", "1000")]) or ():
                run = build(row)
                if run is not None and self._ours(run):
                    ledger.put(run)
        for uuid, project in list(ledger.unfinished.items()):
            run = ledger.builds(project).get(uuid)
            if run is None or run.outcome is not Outcome.RUNNING:
                del ledger.unfinished[uuid]
            elif now - run.event > LOST_AFTER:
                ledger.lose(run)

    async def _side_questions(
        self, http: Http, ledger: Ledger, odd: set[Lane], now: dt.datetime
    ) -> None:
        try:
            missing = set(self._missing(ledger, now))
            if (missing or ledger.broken) and now - ledger.searched >= HOUR:
                await self._search(http, ledger, now)
            elif not missing and ledger.broken:
                ledger.broken = []
            odd |= missing | set(self._without_a_job(ledger, now))
            for lane in self._to_ask(ledger, odd, now):
                await self._expected(http, ledger, lane, now)
        except Trouble as trouble:
            log.info("what Zuul should run stays as it was known: %s", trouble)

    def _missing(self, ledger: Ledger, now: dt.datetime) -> Iterator[Lane]:
        """The lanes that have jobs, and an hour into their night no build."""
        for pipeline in self._pipelines:
            night = last_night(pipeline, 1, now - HOUR)
            for lane, expected in ledger.expected.items():
                if night is None or lane.pipeline != pipeline.name or not expected.jobs:
                    continue
                seen = ledger.seen.get(lane)
                if seen is None or seen.date() < night.day:
                    yield lane

    def _without_a_job(self, ledger: Ledger, now: dt.datetime) -> Iterator[Lane]:
        """The lanes that ran, and an hour into their night lack one of the jobs they should run:
        it was dropped or renamed, or it did not run, and only Zuul knows which."""
        for pipeline in self._pipelines:
            night = last_night(pipeline, 1, now - HOUR)
            if night is None:
                continue
            ran: dict[Lane, set[str]] = {}
            for project in self._projects:
                for run in ledger.builds(project).values():
                    if run.lane.pipeline == pipeline.name and run.event.date() >= night.day:
                        ran.setdefault(run.lane, set()).add(run.job)
            for lane, jobs in ran.items():
                expected = ledger.expected.get(lane)
                if expected is not None and set(expected.jobs) - jobs:
                    yield lane

    def _to_ask(self, ledger: Ledger, odd: set[Lane], now: dt.datetime) -> list[Lane]:
        recent = {lane for lane, at in ledger.seen.items() if now - at < SEEN_DAYS * DAY}
        kept = {lane for lane, expected in ledger.expected.items() if expected.jobs}
        first = {Lane(p, MASTER, self._pipelines[0].name) for p in self._projects}
        due = []
        for lane in sorted(recent | kept | first, key=lambda lane: (lane not in first, lane)):
            if lane.project not in self._projects:
                continue
            expected = ledger.expected.get(lane)
            asked = expected.asked if expected else ledger.unknown.get(lane.project)
            pause = 3 * HOUR if lane in odd else DAY
            if asked is None or now - asked >= pause:
                due.append(lane)
        known = any(lane in ledger.expected for lane in first)
        return due[: MOST_LANES if known else len(first)]

    async def _expected(self, http: Http, ledger: Ledger, lane: Lane, now: dt.datetime) -> None:
        """What Zuul would run in a lane. An empty list while the branch's configuration is broken
        is no news of jobs that were dropped."""
        path = "/".join(
            (
                "pipeline",
                quote(lane.pipeline, safe=""),
                "project",
                quote(lane.project),
                "branch",
                quote(lane.branch),
                "freeze-jobs",
            )
        )
        rows = await self._api.rows(http, path)
        if rows is None:  # no such project or pipeline, or a Zuul that has no such question
            ledger.unknown[lane.project] = now
            return
        ledger.unknown.pop(lane.project, None)
        before = ledger.expected.get(lane)
        jobs = {name: before.jobs.get(name, now) if before else now for name in job_names(rows)}
        if before is not None and _is_broken(ledger, lane, now):
            jobs = {**before.jobs, **jobs}
        ledger.expected[lane] = Expected(jobs, now)

    async def _search(self, http: Http, ledger: Ledger, now: dt.datetime) -> None:
        """Why a night is empty: buildsets that ended without builds, and what of the repositories'
        configuration Zuul can't load."""
        lanes = []
        pipelines = [("pipeline", p.name) for p in self._pipelines]
        for part in in_parts("project", self._projects, 200):
            query = [*part, *pipelines, ("limit", "200")]
            lanes += await self._api.rows(http, "buildsets", query) or []
        ledger.empty = [
            e for e in map(empty_buildset, lanes) if e is not None and now - e.event < 8 * DAY
        ]
        errors = []
        for project in sorted({lane.project for lane in self._missing(ledger, now)}):
            rows = await self._api.rows(http, "config-errors", [("project", project)])
            if rows is None:  # Zuul before 10 has no filter here, and knows no such parameter
                rows = await self._api.rows(http, "config-errors") or []
            errors += [e for e in map(config_error, rows) if e is not None]
        ledger.broken = [e for e in dict.fromkeys(errors) if e.project in self._projects]
        ledger.searched = now


def _is_broken(ledger: Ledger, lane: Lane, now: dt.datetime) -> bool:
    """Whether Zuul can't load the branch's configuration, or just failed to make a buildset."""
    listed = any(e.project == lane.project and e.branch in (lane.branch, "") for e in ledger.broken)
    return listed or any(
        e.lane == lane and e.result != "DEQUEUED" and now - e.event < 2 * DAY for e in ledger.empty
    )


@lru_cache(maxsize=8)
def api(base: str) -> ZuulApi:
    """The API at an address: one for the process, so that its questions wait for each other."""
    return ZuulApi(base)


@lru_cache(maxsize=8)
def periodic_builds(
    base: str, projects: tuple[str, ...], pipelines: tuple[Pipeline, ...], every: dt.timedelta
) -> PeriodicBuilds:
    """The periodic builds of these repositories; the same source for the same question, so that
    what it has read is read once."""
    return PeriodicBuilds(api(base), projects, pipelines, every)
