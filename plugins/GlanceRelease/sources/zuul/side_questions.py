"""What should run in each lane; what is not listed any more was dropped, or is broken."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from urllib.parse import quote

from ...domain.ci.builds import Expected, Lane
from ...domain.ci.job_names import MASTER
from ...domain.team import Pipeline
from ..http import Http, Trouble
from .absences import HOUR, LaneNight, ask_why, empty_nights, lane_nights
from .build_ledger import NO_TIME, Ledger
from .client import ZuulApi
from .config_errors import Errors
from .departures import departed, lost_jobs, reasons_for
from .rows import job_names

log = logging.getLogger(__name__)

SEEN_DAYS = 14
DAY = dt.timedelta(days=1)
AGAIN = 3 * HOUR  # when a lane is asked about again of which something was odd
MOST_LANES = 60  # whose jobs are asked for in one poll; at first only master's, to be there soon
MOST_REFUSALS = 3  # of lanes in one poll: then it is Zuul's trouble and not a lane's


class SideQuestions:
    """Asked after the builds, each for itself: trouble with one leaves what it would tell as it
    was known, and the others are asked all the same.

    Once a day, and when a job is new or missing, Zuul is asked what it would run (`freeze-jobs`);
    `config-errors` once a day, and whenever a job is not listed any more or nothing ran.
    """

    def __init__(
        self, api: ZuulApi, projects: tuple[str, ...], pipelines: tuple[Pipeline, ...]
    ) -> None:
        self._api = api
        self._projects = projects
        self._pipelines = pipelines
        self._errors = Errors(api, projects)

    async def ask(self, http: Http, ledger: Ledger, odd: set[Lane], now: dt.datetime) -> None:
        """Bring up to date what tells of absences."""
        nights = list(lane_nights(ledger, self._pipelines, now))
        lacking = [n for n in nights if n.without and now - n.night.start >= HOUR]
        nights += empty_nights(ledger, self._pipelines, now)
        await self._ask_why(http, ledger, nights, now)
        known = set(ledger.expected)
        try:
            await self._read_errors(http, ledger, lacking, now)
        except Trouble as trouble:
            log.info("what is broken stays as it was known: %s", trouble)
        try:
            lanes = {n.lane for n in lacking} | odd | self._in_doubt(ledger, now)
            await self._ask_lanes(http, ledger, self._to_ask(ledger, lanes, now), now)
        except Trouble as trouble:
            log.info("what Zuul should run stays as it was known: %s", trouble)
        fresh = [n for n in lane_nights(ledger, self._pipelines, now) if n.lane not in known]
        if fresh:
            await self._ask_why(http, ledger, [*nights, *fresh], now)

    async def _ask_why(
        self, http: Http, ledger: Ledger, nights: list[LaneNight], now: dt.datetime
    ) -> None:
        try:
            await ask_why(self._api, http, ledger, nights, now)
        except Trouble as trouble:
            log.info("what waits in Zuul is not known: %s", trouble)

    async def _read_errors(
        self, http: Http, ledger: Ledger, lacking: Iterable[LaneNight], now: dt.datetime
    ) -> None:
        is_urgent = bool(ledger.broken) or any(n.is_empty for n in lacking)
        if now - ledger.errors_read >= (HOUR if is_urgent else DAY):
            await self._errors.read(http, ledger, now)

    def _in_doubt(self, ledger: Ledger, now: dt.datetime) -> set[Lane]:
        """The lanes that are broken, and those of which a job was just dropped, perhaps in error;
        the others, and the branch's other pipelines, once after that: it may have moved there."""
        broken = {d.lane for d in ledger.departures if d.is_broken}
        dropped = [d for d in ledger.departures if not (d.reason or d.back) and now - d.at < DAY]
        lanes = {d.lane for d in dropped}
        last = max((d.at for d in dropped), default=NO_TIME)
        others = {lane for lane, expected in ledger.expected.items() if expected.asked < last}
        gone = {d.lane for d in dropped if now - d.at >= AGAIN}  # shortly before it is told
        beside = {lane._replace(pipeline=p.name) for lane in gone for p in self._pipelines}
        return broken | lanes | others | (beside - set(ledger.expected))

    def _to_ask(self, ledger: Ledger, odd: Collection[Lane], now: dt.datetime) -> list[Lane]:
        recent = {lane for lane, at in ledger.seen.items() if now - at < SEEN_DAYS * DAY}
        kept = {lane for lane, expected in ledger.expected.items() if expected.jobs}
        first = {Lane(p, MASTER, self._pipelines[0].name) for p in self._projects}
        unsure = {d.lane for d in ledger.departures if d.is_broken and now - d.at < AGAIN}
        due = []
        for lane in sorted(
            recent | kept | first | set(odd), key=lambda lane: (lane not in first, lane)
        ):
            if lane.project not in self._projects:
                continue
            expected = ledger.expected.get(lane)
            asked = expected.asked if expected else ledger.unknown.get(lane.project)
            asked = max(filter(None, (asked, ledger.refused.get(lane))), default=None)
            pause = AGAIN if lane in odd or lane in ledger.refused else DAY
            pause = HOUR if lane in unsure else pause
            if asked is None or now - asked >= pause:
                due.append(lane)
        known = any(lane in ledger.expected for lane in first)
        return due[: MOST_LANES if known else len(first)]

    async def _ask_lanes(
        self, http: Http, ledger: Ledger, lanes: Iterable[Lane], now: dt.datetime
    ) -> None:
        refusals = 0
        for lane in lanes:
            try:
                await self._expect(http, ledger, lane, await self._names(http, lane), now)
            except Trouble as trouble:
                refusals += 1
                if refusals >= MOST_REFUSALS:
                    raise
                log.info("Zuul does not tell what it would run in %s: %s", lane, trouble)
                ledger.refused[lane] = now
                continue
            ledger.refused.pop(lane, None)

    async def _names(self, http: Http, lane: Lane) -> tuple[str, ...] | None:
        """The jobs that Zuul would run in a lane; None where it has no such project or pipeline,
        or no such question."""
        pipeline, project, branch = map(_quoted, (lane.pipeline, lane.project, lane.branch))
        path = f"pipeline/{pipeline}/project/{project}/branch/{branch}/freeze-jobs"
        rows = await self._api.rows(http, path)
        return None if rows is None else job_names(rows)

    async def _expect(
        self,
        http: Http,
        ledger: Ledger,
        lane: Lane,
        names: tuple[str, ...] | None,
        now: dt.datetime,
    ) -> None:
        """Take over what Zuul would run. What it does not list any more is dropped, unless the
        configuration is broken: then it should run."""
        if names is None:
            ledger.unknown[lane.project] = now
            return
        ledger.unknown.pop(lane.project, None)
        before = ledger.expected.get(lane)
        since = before.jobs if before else {}
        lost = lost_jobs(ledger, lane, names, now)
        reasons = {}
        if lost:
            errors = await self._errors.about(http, ledger, lane, lost, now)
            reasons = reasons_for(ledger, lane, lost, errors, now)
        jobs = {name: since.get(name, now) for name in (*names, *reasons)}
        sound = {job: ledger.last_sound(lane, job) for job in lost}
        ledger.departures = departed(ledger.departures, lane, names, lost, reasons, sound, now)
        ledger.expected[lane] = Expected(jobs, now)


def _quoted(text: str) -> str:
    """A part of freeze-jobs' path: Zuul reads the slashes of a branch or project as they are."""
    return quote(text)
