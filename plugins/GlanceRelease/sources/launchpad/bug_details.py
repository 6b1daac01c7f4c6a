"""The bugs of the lists themselves: tags, duplicates, projects; each asked when it was modified."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...domain.bugs.tracker import BUG_DETAILS, BugDetail, Sight
from ...domain.snapshot import Key
from ..http import Http, Trouble
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .client import collection, entry
from .rows import LONGEST_TITLE, Row, instant, number_in, read_task, task_row

AGAIN = dt.timedelta(days=1)  # one that became private is in no list that tells it
LOOKS_EVERY = dt.timedelta(minutes=5)  # asks nothing while every bug is as it was
MOST_AT_ONCE = 20
UNAUTHORIZED = 401
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class BugDetailsSource:
    """Every bug that is `asked` for, with when its project told last that it was modified: one that
    is known since is not asked for again, for a day."""

    base: str
    asked: tuple[tuple[int, dt.datetime], ...]
    every: dt.timedelta = LOOKS_EVERY
    upstream: str = "launchpad"
    confirm: bool = False

    @property
    def key(self) -> Key[Mapping[int, BugDetail]]:
        """One key for all teams."""
        return BUG_DETAILS

    @property
    def url(self) -> str:
        """Where bugs are."""
        return f"{self.base}/bugs"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """The bugs as one JSON document; of what did not change, as it was. At most twenty are
        asked for at once, those that are not known first."""
        known: dict[str, Row] = json.loads(last.bodies[0]) if last and last.bodies[0] else {}
        told = {str(n): known[str(n)] for n, _ in self.asked if str(n) in known}
        for number in self._due(told, now)[:MOST_AT_ONCE]:
            told[str(number)] = await _bug(http, self.url, number, told.get(str(number), {}), now)
        return Kept((json.dumps(told, sort_keys=True).encode(),))

    def _due(self, told: Mapping[str, Row], now: dt.datetime) -> list[int]:
        due = {}
        for number, touched in self.asked:
            at = instant(told.get(str(number), {}).get("asked")) or NEVER
            if at < touched or at == NEVER or now - at >= AGAIN:
                due[number] = at
        return sorted(due, key=lambda number: (due[number], number))

    def read(self, kept: Kept) -> Mapping[int, BugDetail]:
        """The bugs by number."""
        try:
            document = json.loads(kept.bodies[0] or b"{}")
            return {int(number): _read(int(number), row) for number, row in document.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"kept bugs: {type(error).__name__}") from error


async def _bug(http: Http, base: str, number: int, before: Row, now: dt.datetime) -> Row:
    asked = {"asked": now.isoformat()}
    try:
        bug, etag = await entry(http, f"{base}/{number}", etag=before.get("etag"))
    except Trouble as trouble:
        if trouble.status != UNAUTHORIZED:
            raise
        return {**asked, "sight": Sight.PRIVATE}
    if bug is None:
        return {**asked, "sight": Sight.ABSENT}
    url = f"{base}/{number}/bug_tasks"
    rows = await collection(http, base.removesuffix("/bugs"), url, ()) or []
    tasks = {"tasks": [*map(task_row, rows)]}
    if not bug:
        return {**before, **asked, **tasks}
    return {**asked, **tasks, **_slim(bug), "etag": etag, "sight": Sight.THERE}


def _slim(bug: Mapping[str, Any]) -> Row:
    tags = bug.get("tags")
    return {
        "title": str(bug.get("title") or "")[:LONGEST_TITLE],
        "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
        "duplicate_of": number_in(bug.get("duplicate_of_link")) or 0,
    }


def _read(number: int, row: Mapping[str, Any]) -> BugDetail:
    return BugDetail(
        number,
        Sight(row["sight"]),
        row.get("title", ""),
        tuple(row.get("tags", ())),
        row.get("duplicate_of", 0),
        tuple(map(read_task, row.get("tasks", ()))),
    )


async def look_up_bug(http: Http, base: str, number: int) -> BugDetail:
    """One bug now, since somebody names it."""
    return _read(number, await _bug(http, f"{base}/bugs", number, {}, NEVER))
