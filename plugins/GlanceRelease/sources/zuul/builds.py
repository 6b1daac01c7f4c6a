"""The periodic builds of all teams' repositories, as few requests a poll as Zuul allows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from functools import lru_cache

from ...domain.ci.builds import NIGHTS, History, Outcome
from ...domain.snapshot import Key
from ...domain.team import Pipeline
from ..http import Http, Trouble
from ..protocols import Kept
from .build_ledger import Ledger, NewestBuild
from .client import Query, ZuulApi, in_parts
from .kept_builds import Codec
from .reading import Reading
from .side_questions import SideQuestions

log = logging.getLogger(__name__)

FIRST_DAYS = 30  # how far back a repository's builds are read when it is new to the bot
KEEP_DAYS = 90
SWEEP_DAYS = 2  # what is read again whole once a day
OVERLAP = 1000  # ids: a row may become visible after one with a higher id
LOST_AFTER = dt.timedelta(days=3)
SEEN_DAYS = 14
DAY = dt.timedelta(days=1)


class PeriodicBuilds:
    """The history of the periodic builds.

    A regular poll is one request: the builds with a higher id than any seen, of all repositories
    and pipelines at once; with builds under way a second one reads those again, since a slow
    build keeps its low id. Once a day the last two days are read again whole. The side questions
    (`SideQuestions`) tell what should run, and why it did not; trouble with them leaves what was
    known. Trouble with the builds is the source's, and so is an answer of which less than half
    can be read, or that lacks what it showed before.
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
        self._questions = SideQuestions(api, self._projects, pipelines)
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
        reading = Reading(ledger, self._projects, now)
        sweep = now - ledger.swept >= DAY
        for project in set(ledger.since) - set(self._projects):
            del ledger.since[project]
        known = [p for p in self._projects if p in ledger.since]
        if known:
            await self._news(http, reading, ledger, known, now, sweep)
        await self._past(http, reading, ledger, now)
        await self._unfinished(http, reading, ledger, now)
        reading.check()
        ledger.answered(now)
        await self._questions.ask(http, ledger, reading.odd, now)
        ledger.forget_reasons(now)
        if sweep:
            ledger.swept = now
            ledger.prune(now - KEEP_DAYS * DAY)
        return self._codec.pack(ledger, last)

    async def _news(
        self,
        http: Http,
        reading: Reading,
        ledger: Ledger,
        known: list[str],
        now: dt.datetime,
        sweep: bool,
    ) -> None:
        """What is newer than what is known, once a day the last days again whole. Where no
        build is shown that is known, Zuul counts anew, or it was no answer."""
        witness = ledger.witness
        floor = min(now, ledger.until) - SWEEP_DAYS * DAY if sweep else None
        lowest = [("idx_min", str(max(0, ledger.high - OVERLAP)))]
        await self._builds(http, reading, known, floor, () if sweep else lowest)
        if witness is None or reading.again or not self._must_show(witness, floor, now):
            return
        log.info("Zuul shows no build that is known, as %s: they are read again", witness.uuid)
        await self._builds(http, reading, known, witness.event - SWEEP_DAYS * DAY)
        reading.check()
        if reading.again:
            return
        if not reading.highest:
            raise Trouble(f"no build of ours, though it had some on {witness.event:%Y-%m-%d}")
        log.warning("Zuul's builds count anew: from %d after %d", reading.highest, ledger.high)
        ledger.begin_anew(now)
        await self._builds(http, reading, known, witness.event)

    def _must_show(self, witness: NewestBuild, floor: dt.datetime | None, now: dt.datetime) -> bool:
        ours = witness.lane.project in self._projects
        asked = any(witness.lane.pipeline == pipeline.name for pipeline in self._pipelines)
        recent = now - witness.event < SEEN_DAYS * DAY
        return ours and asked and recent and (floor is None or witness.event >= floor)

    async def _past(self, http: Http, reading: Reading, ledger: Ledger, now: dt.datetime) -> None:
        """The last weeks of the repositories that are new to the bot."""
        fresh = [p for p in self._projects if p not in ledger.since]
        if fresh:
            begin = now - FIRST_DAYS * DAY
            ledger.since.update(dict.fromkeys(fresh, begin))
            await self._builds(http, reading, fresh, begin)

    async def _builds(
        self,
        http: Http,
        reading: Reading,
        projects: Iterable[str],
        floor: dt.datetime | None,
        more: Query = (),
    ) -> None:
        """Read builds down to `floor`."""
        query = [*(("pipeline", p.name) for p in self._pipelines), *more]
        for part in in_parts("project", projects, 40 * len(query)):
            async for rows in self._api.pages(http, "builds", [*part, *query]):
                builds = reading.take(rows, floor)
                if floor is not None and builds and builds[-1].event < floor:
                    break

    async def _unfinished(
        self, http: Http, reading: Reading, ledger: Ledger, now: dt.datetime
    ) -> None:
        """Read again what still ran; what runs for three days is lost."""
        waiting = {
            uuid: project for uuid, project in ledger.unfinished.items() if uuid not in ledger.fresh
        }
        for part in in_parts("uuid", waiting):
            reading.take(await self._api.rows(http, "builds", [*part, ("limit", "1000")]) or ())
        for uuid, project in list(ledger.unfinished.items()):
            run = ledger.builds(project).get(uuid)
            if run is None or run.outcome is not Outcome.RUNNING:
                del ledger.unfinished[uuid]
            elif now - run.event > LOST_AFTER:
                ledger.lose(run)


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
