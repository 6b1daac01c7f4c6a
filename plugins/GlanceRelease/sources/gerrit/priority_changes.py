"""The changes and topics that teams named as priorities, in one request to Gerrit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...domain.releases.priority import PRIORITIES, Priority
from ...domain.releases.proposal import Change
from ...domain.snapshot import Key
from ...domain.upstreams import UPSTREAMS
from ..http import Http
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .client import query_changes, read_change

OPTIONS = ("CURRENT_REVISION", "DETAILED_LABELS", "DETAILED_ACCOUNTS")
_FIELDS = ("_number", "project", "branch", "subject", "status", "updated", "submitted", "topic")
_LONGEST = 380


@dataclass(frozen=True)
class PriorityChangesSource:
    """Every query's changes as one fact, by the query."""

    base: str
    queries: tuple[str, ...]
    every: dt.timedelta = UPSTREAMS["gerrit"].poll
    upstream: str = "gerrit"
    confirm: bool = False

    @property
    def key(self) -> Key[Mapping[str, tuple[Change, ...]]]:
        """One key for all teams."""
        return PRIORITIES

    @property
    def url(self) -> str:
        """Where a person finds them all; another one when another priority is named, so that it
        is asked for at once."""
        return f"{self.base}/q/{quote(' OR '.join(self.queries), safe=':')}"[:_LONGEST]

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """The changes as JSON, of each only what is shown."""
        lists = await query_changes(http, self.base, self.queries, OPTIONS)
        document = {
            query: [{**{f: raw.get(f) for f in _FIELDS}, "labels": _labels(raw)} for raw in rows]
            for query, rows in zip(self.queries, lists, strict=True)
        }
        return Kept((json.dumps(document, sort_keys=True).encode(),))

    def read(self, kept: Kept) -> Mapping[str, tuple[Change, ...]]:
        """The changes by query."""
        try:
            document = json.loads(kept.bodies[0] or b"")
        except ValueError as error:
            raise Unreadable("no JSON") from error
        return {
            query: tuple(read_change(raw, self.base) for raw in rows)
            for query, rows in document.items()
        }


def queries_of(priorities: Iterable[Priority]) -> tuple[str, ...]:
    """What Gerrit is asked, each query once, in their order."""
    return tuple(sorted({priority.query for priority in priorities if priority.query}))


def _labels(raw: Mapping[str, Any]) -> dict[str, Any]:
    labels = raw.get("labels")
    changes = {}
    for name, label in labels.items() if isinstance(labels, dict) else ():
        votes = label.get("all") if isinstance(label, dict) else None
        changes[name] = {"all": [{"value": vote.get("value")} for vote in votes or ()]}
    return changes
