"""A project's bugs as one fact: all that are open at first, then what was modified since."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...domain.bugs.tracker import FIXED, REFUSED, ProjectBugs, bugs_of
from ...domain.snapshot import Key
from ...domain.upstreams import UPSTREAMS
from ..http import Http, Trouble
from ..protocols import GONE, Kept
from ..strict_yaml import Unreadable
from .client import Query, collection
from .rows import Row, instant, milestone_row, read_milestone, read_task, task_row

# A filter never shows what leaves it: all that there are, but for the first question.
STATUSES = (
    "New", "Incomplete", "Opinion", "Invalid", "Won't Fix", "Expired", "Confirmed", "Triaged",
    "In Progress", "Fix Committed", "Fix Released",
)  # fmt: skip
ENDED = FIXED | REFUSED
COUNTED = ("Critical", "High")  # what may count by its importance, with or without a tag
OVERLAP = dt.timedelta(minutes=15)  # two clocks differ, and an index lags
MILESTONES_AGAIN = dt.timedelta(days=1)
KEPT_FOR = dt.timedelta(days=200)  # what has ended, for lists of that cycle
_ALL: Query = (("omit_duplicates", "false"),)


@dataclass(frozen=True)
class ProjectBugsSource:
    """One project's bugs. Two requests a poll: what was modified since the last, over all statuses
    and importances, and what has one of the `tags`; once a day the active milestones.

    Of the open bugs those stay that may count: by importance, tag or target, or because they are
    `listed` (by number).
    """

    base: str
    project: str
    tags: tuple[str, ...] = ()
    listed: frozenset[int] = frozenset()
    every: dt.timedelta = UPSTREAMS["launchpad"].poll
    upstream: str = "launchpad"
    confirm: bool = False

    @property
    def key(self) -> Key[ProjectBugs]:
        """The key of the project's bugs."""
        return bugs_of(self.project)

    @property
    def url(self) -> str:
        """Where the project is."""
        return f"{self.base}/{self.project}"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """What was known and what is new, as one JSON document."""
        known = json.loads(last.bodies[0]) if last and last.bodies[0] else {}
        rows = await self._modified(http, instant(known.get("asked")))
        if rows is None:
            if known:
                raise Trouble(GONE)
            return Kept((None,))
        tagged = await self._tagged(http)
        before: dict[str, Row] = known.get("tasks", {})
        fresh = {str(row["number"]): row for row in rows}
        keep = {*before, *map(str, (*self.listed, *tagged))}
        tasks = {
            number: row
            for number, row in {**before, **fresh}.items()
            if self._stays(row, number in keep, now)
        }
        touched = {number: now.isoformat() for number in fresh if number in tasks}
        old = {n: at for n, at in known.get("touched", {}).items() if n in tasks}
        document = {
            "asked": now.isoformat(),
            "tasks": tasks,
            "tagged": tagged,
            "touched": {**old, **touched},
            **await self._milestones(http, known, now),
        }
        return Kept((json.dumps(document, sort_keys=True).encode(),))

    def _stays(self, row: Mapping[str, Any], is_kept: bool, now: dt.datetime) -> bool:
        if row["status"] in ENDED:
            closed = instant(row.get("closed"))
            return is_kept and (closed is None or now - closed < KEPT_FOR)
        return is_kept or bool(row["milestone"]) or row["importance"] in COUNTED

    async def _modified(self, http: Http, asked: dt.datetime | None) -> list[Row] | None:
        if asked is None:
            return await self._tasks(http, ())
        since = (asked - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        statuses = [("status", status) for status in STATUSES]
        return await self._tasks(http, [*statuses, ("modified_since", since)])

    async def _tasks(self, http: Http, query: Query) -> list[Row] | None:
        asked = [("ws.op", "searchTasks"), *query, *_ALL]
        rows = await collection(http, self.base, self.url, asked)
        return None if rows is None else list(map(task_row, rows))

    async def _tagged(self, http: Http) -> list[int]:
        """The open bugs that have any of the tags: a task does not tell its own."""
        if not self.tags:
            return []
        tags = [("tags", tag) for tag in self.tags]
        rows = await self._tasks(http, [*tags, ("tags_combinator", "Any")])
        if rows is None:
            raise Trouble(GONE)
        return sorted({row["number"] for row in rows})

    async def _milestones(
        self, http: Http, known: Mapping[str, Any], now: dt.datetime
    ) -> dict[str, Any]:
        asked = instant(known.get("milestones_asked"))
        if asked is not None and now - asked < MILESTONES_AGAIN:
            return {name: known[name] for name in ("milestones", "milestones_asked")}
        url = f"{self.url}/active_milestones"
        rows = await collection(http, self.base, url, ()) or []
        return {"milestones": [*map(milestone_row, rows)], "milestones_asked": now.isoformat()}

    def read(self, kept: Kept) -> ProjectBugs:
        """The project's bugs; of a project that is not there, nothing."""
        if kept.bodies[0] is None:
            return ProjectBugs(self.project, is_there=False)
        try:
            document = json.loads(kept.bodies[0])
            tasks = [read_task(row) for row in document["tasks"].values()]
            milestones = [read_milestone(row) for row in document["milestones"]]
            return ProjectBugs(
                self.project,
                {task.number: task for task in tasks},
                frozenset(document["tagged"]),
                {milestone.name: milestone for milestone in milestones},
                {int(n): dt.datetime.fromisoformat(at) for n, at in document["touched"].items()},
            )
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"kept bugs: {type(error).__name__}") from error
