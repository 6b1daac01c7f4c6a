"""What Zuul can't load of the configuration: of our repositories, and elsewhere of our jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...domain.ci.builds import ConfigError, Lane
from ..http import Http, Trouble
from .build_ledger import Ledger
from .client import Query, ZuulApi
from .rows import config_error, plain

FEW = 5  # repositories that are asked about each for itself; of more, all errors are read at once
LIMIT = ("limit", "1000")  # Zuul gives 50 unless it is told
WHOLE_TEXT = 4000


@dataclass(frozen=True)
class FullError:
    """An error as it is kept, and the whole of what Zuul says of it."""

    error: ConfigError
    text: str


class Errors:
    """Asks for `config-errors`; those of our repositories stay in the ledger, each with when it
    was first read."""

    def __init__(self, api: ZuulApi, projects: tuple[str, ...]) -> None:
        self._api = api
        self._projects = projects

    async def read(self, http: Http, ledger: Ledger, now: dt.datetime) -> None:
        """Read those of all our repositories."""
        if len(self._projects) > FEW:
            rows = await self._rows(http, ())
        else:
            rows = [row for p in self._projects for row in await self._rows_of(http, p)]
        self._keep(ledger, full_errors(rows), self._projects, now)
        ledger.errors_read = now

    async def about(
        self, http: Http, ledger: Ledger, lane: Lane, jobs: Collection[str], now: dt.datetime
    ) -> list[FullError]:
        """Those of a lane's repository, and, where none of the branch's is new, those of the whole
        tenant: a parent that was removed elsewhere breaks its children."""
        own = full_errors(await self._rows_of(http, lane.project))
        self._keep(ledger, own, (lane.project,), now)
        own = [e for e in own if e.error.project == lane.project]
        own = _dated(own, ledger.broken)
        sound = min((ledger.last_sound(lane, job) for job in jobs), default=now)
        of_branch = [e.error.since for e in own if e.error.branch in (lane.branch, "")]
        if any(since is None or since > sound for since in of_branch):
            return own
        others = full_errors(await self._rows(http, ()))
        return [*own, *(e for e in others if e.error.project != lane.project)]

    async def _rows_of(self, http: Http, project: str) -> list[Any]:
        return await self._rows(http, [("project", project)])

    async def _rows(self, http: Http, query: Query) -> list[Any]:
        rows = await self._api.rows(http, "config-errors", [*query, ("severity", "error"), LIMIT])
        if rows is None:  # Zuul before 10 has no filter here, and knows no such parameter
            rows = await self._api.rows(http, "config-errors")
        if rows is None or not all(isinstance(row, dict) for row in rows):
            raise Trouble("no configuration errors that can be read")
        return rows

    def _keep(
        self,
        ledger: Ledger,
        errors: Iterable[FullError],
        projects: Collection[str],
        now: dt.datetime,
    ) -> None:
        kept = [e for e in ledger.broken if e.project in self._projects]
        others = [e for e in kept if e.project not in projects]
        known = {_same(e): e.since for e in kept}
        fresh = [
            replace(e.error, since=known.get(_same(e.error), now))
            for e in errors
            if e.error.project in projects
        ]
        ledger.broken = [*others, *dict.fromkeys(fresh)]


def full_errors(rows: Iterable[Any]) -> list[FullError]:
    """The errors among the rows; a warning breaks nothing."""
    found = ((config_error(row), row) for row in rows)
    return [
        FullError(error, f"{error.text} {plain(row.get('error'), WHOLE_TEXT)}")
        for error, row in found
        if error is not None
    ]


def _dated(errors: Iterable[FullError], known: Iterable[ConfigError]) -> list[FullError]:
    since = {_same(e): e.since for e in known}
    return [replace(e, error=replace(e.error, since=since.get(_same(e.error)))) for e in errors]


def _same(error: ConfigError) -> tuple[str, ...]:
    return error.project, error.branch, error.path, error.text
