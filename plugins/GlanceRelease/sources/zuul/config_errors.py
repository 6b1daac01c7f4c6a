"""What Zuul can't load of the configuration: of our repositories, and elsewhere of our jobs."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...domain.ci.builds import ConfigError, Lane
from ..http import Http, Trouble
from .build_ledger import Ledger
from .client import Query, ZuulApi
from .rows import config_error, plain

FEW = 5  # repositories that are asked about each for itself; of more, all errors are read at once
PAGE = 1000  # Zuul gives 50 unless it is told
MOST_PAGES = 10
NEAR_BY = 60  # letters between "project" and its name: a line of the stanza is between them
WHOLE_TEXT = 4000
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class FullError:
    """An error as it is kept, and the whole of what Zuul says of it."""

    error: ConfigError
    text: str

    def mark(self, jobs: Iterable[str]) -> str:
        """What makes it the same error tomorrow: where it is, and which jobs of ours it names; the
        lines that it quotes move."""
        named = (job for job in sorted(jobs) if has_word(job, self.text))
        what = (self.error.project, self.error.branch, self.error.path, self.error.text, *named)
        return hashlib.blake2b("|".join(what).encode(), digest_size=8).hexdigest()


class Errors:
    """Asks for `config-errors`; those of our repositories stay in the ledger. When each was first
    read does so too, and of those elsewhere that name a job of ours."""

    def __init__(self, api: ZuulApi, projects: tuple[str, ...]) -> None:
        self._api = api
        self._projects = projects

    async def read(self, http: Http, ledger: Ledger, now: dt.datetime) -> None:
        """Read those of all our repositories; once a day all there are, to know since when."""
        whole = now - ledger.all_errors_read >= DAY
        if whole or len(self._projects) > FEW:
            await self._all(http, ledger, now)
        if len(self._projects) <= FEW:
            rows = [row for p in self._projects for row in await self._rows_of(http, p)]
            self._keep(ledger, self._dated(ledger, full_errors(rows), now), self._projects)
        ledger.errors_read = now

    async def about(
        self, http: Http, ledger: Ledger, lane: Lane, jobs: Collection[str], now: dt.datetime
    ) -> list[FullError]:
        """Those of a lane's repository, and, where none of the branch's is new, those of the whole
        tenant: a parent that was removed elsewhere breaks its children."""
        rows = await self._rows_of(http, lane.project)
        own = self._dated(ledger, full_errors(rows), now)
        self._keep(ledger, own, (lane.project,))
        own = [e for e in own if e.error.project == lane.project]
        sound = min((ledger.last_sound(lane, job) for job in jobs), default=now)
        of_branch = [e.error.since for e in own if e.error.branch in (lane.branch, "")]
        if any(since is None or since > sound for since in of_branch):
            return own
        others = await self._all(http, ledger, now)
        return [*own, *(e for e in others if e.error.project != lane.project)]

    async def _all(self, http: Http, ledger: Ledger, now: dt.datetime) -> list[FullError]:
        """All errors of the tenant, of those that are ours or name a job of ours with their age."""
        errors = self._dated(ledger, full_errors(await self._rows(http, ())), now)
        jobs = ledger.job_names()
        told = [
            e
            for e in errors
            if e.error.project in self._projects
            or any(has_word(job, e.text) for job in jobs)
            or any(names_project(e.text, project) for project in self._projects)
        ]
        ledger.error_ages = {e.mark(jobs): e.error.since or now for e in told}
        ledger.all_errors_read = now
        if len(self._projects) > FEW:
            self._keep(ledger, told, self._projects)
        return errors

    async def _rows_of(self, http: Http, project: str) -> list[Any]:
        return await self._rows(http, [("project", project)])

    async def _rows(self, http: Http, query: Query) -> list[Any]:
        """All that a query gives; by `skip`, since these have no numbers."""
        found: list[Any] = []
        for page in range(MOST_PAGES):
            limits = [("limit", str(PAGE)), *([("skip", str(page * PAGE))] if page else [])]
            asked = [*query, ("severity", "error"), *limits]
            rows = await self._api.rows(http, "config-errors", asked)
            if rows is None and not page:  # Zuul before 10 has no filter, and no such parameter
                return _readable(await self._api.rows(http, "config-errors"))
            more = _readable(rows)
            if more == found[-PAGE:]:  # it knows no `skip`
                return found
            found += more
            if len(more) != PAGE:
                return found
        raise Trouble(f"more than {len(found)} configuration errors")

    def _dated(
        self, ledger: Ledger, errors: Iterable[FullError], now: dt.datetime
    ) -> list[FullError]:
        """Each with when it was first read; what was read before ages were kept is older."""
        jobs = ledger.job_names()
        known = {_same(e): e.since for e in ledger.broken}
        dated = []
        for full in errors:
            since = ledger.error_ages.get(full.mark(jobs), known.get(_same(full.error), now))
            dated.append(replace(full, error=replace(full.error, since=since)))
        return dated

    def _keep(self, ledger: Ledger, errors: Iterable[FullError], projects: Collection[str]) -> None:
        jobs = ledger.job_names()
        ours = [e for e in errors if e.error.project in projects]
        others = [e for e in ledger.broken if e.project in set(self._projects) - set(projects)]
        ledger.broken = list(dict.fromkeys([*others, *(e.error for e in ours)]))
        ledger.error_ages.update((e.mark(jobs), e.error.since) for e in ours if e.error.since)


def _readable(rows: list[Any] | None) -> list[Any]:
    if rows is None or not all(isinstance(row, dict) for row in rows):
        raise Trouble("no configuration errors that can be read")
    return rows


def full_errors(rows: Iterable[Any]) -> list[FullError]:
    """The errors among the rows; a warning breaks nothing."""
    found = ((config_error(row), row) for row in rows)
    return [
        FullError(error, f"{error.text} {plain(row.get('error'), WHOLE_TEXT)}")
        for error, row in found
        if error is not None
    ]


def has_word(word: str, text: str) -> bool:
    """Whether a name stands in a text for itself, and not within a longer one."""
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) is not None


def names_project(text: str, project: str) -> bool:
    """Whether an error is of what is said somewhere of this project: its stanza, its template."""
    name = rf"(?<![\w./-])(?:[\w.-]+/)?{re.escape(project)}(?![\w/-])"
    return re.search(rf"\bproject\b[^,]{{0,{NEAR_BY}}}?{name}", text, re.IGNORECASE) is not None


def _same(error: ConfigError) -> tuple[str, ...]:
    return error.project, error.branch, error.path, error.text
