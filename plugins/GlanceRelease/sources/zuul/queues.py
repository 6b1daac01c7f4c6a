"""How long the check and gate pipelines are now, and how long their waits were for two weeks."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from ...domain.ci.gate_queues import GATE, GateQueues, Queue, Sample
from ...domain.snapshot import Key
from ..http import Http, Trouble
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .client import ZuulApi
from .rows import NAME_LENGTH, plain, short_name
from .status_rows import items_of, pipelines_of, refs_of
from .times import instant

PIPELINES = ("check", "gate")
WORKING = "normal"
KEEP = dt.timedelta(days=14)


@dataclass(frozen=True)
class GateStatus:
    """The queues of `status`; only the figures are kept, with each hour's longest wait."""

    zuul: ZuulApi
    every: dt.timedelta
    upstream: str = "zuul"
    confirm: bool = False

    @property
    def key(self) -> Key[GateQueues]:
        """The fact's key."""
        return GATE

    @property
    def url(self) -> str:
        """Where the status is."""
        return f"{self.zuul.base}/status"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """The queues at `now`, and the samples so far."""
        status = await self.zuul.ask(http, "status")
        measured = queues(status, PIPELINES)
        samples = dict(_samples(last, now))
        hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
        for queue in measured:
            if not queue.understood or queue.state or (queue.length and queue.oldest is None):
                continue
            wait = max(0, int((now - queue.oldest).total_seconds())) if queue.oldest else 0
            key = (queue.pipeline, hour)
            samples[key] = max(samples.get(key, 0), wait)
        return Kept(
            (
                json.dumps(
                    {
                        "at": now.isoformat(),
                        "queues": [
                            [
                                q.pipeline,
                                q.length,
                                q.oldest.isoformat() if q.oldest else None,
                                dict(q.projects),
                                q.timeless,
                                q.understood,
                                q.state,
                            ]
                            for q in measured
                        ],
                        "samples": [[*key, wait] for key, wait in samples.items()],
                    }
                ).encode(),
            )
        )

    def read(self, kept: Kept) -> GateQueues:
        """The queues and samples that were kept."""
        stored = _load(kept)
        try:
            return GateQueues(
                _at(stored["at"]),
                tuple(
                    Queue(name, length, _at(oldest) if oldest else None, *more)
                    for name, length, oldest, *more in stored["queues"]
                ),
                tuple(
                    Sample(name, _at(hour), dt.timedelta(seconds=wait))
                    for name, hour, wait in stored["samples"]
                ),
                self.zuul.web,
            )
        except (KeyError, TypeError, ValueError):
            raise Unreadable("no kept status") from None


def queues(status: Any, names: tuple[str, ...]) -> tuple[Queue, ...]:
    """These pipelines in an answer of `status`; Trouble where it is none."""
    return tuple(_queue(pipeline) for pipeline in pipelines_of(status, names))


def _queue(pipeline: dict[str, Any]) -> Queue:
    """The live items of a pipeline; what can't be read of it is not empty."""
    name = str(pipeline["name"])
    state = plain(pipeline.get("state"), 30)
    state = "" if state == WORKING else state
    try:
        items = list(items_of(pipeline))
    except Trouble:
        return Queue(name, 0, None, understood=False, state=state)
    if not all(isinstance(item, dict) for item in items):
        return Queue(name, 0, None, understood=False, state=state)
    live = [item for item in items if item.get("live") is not False]
    times = [instant(item.get("enqueue_time")) for item in live]
    known = [at for at in times if at is not None]
    counts: dict[str, int] = {}
    for item in live:
        key = " ".join(sorted(_projects(item)))
        counts[key] = counts.get(key, 0) + 1
    oldest = min(known, default=None)
    return Queue(name, len(live), oldest, counts, len(live) - len(known), state=state)


def _projects(item: dict[str, Any]) -> set[str]:
    names = (plain(ref.get("project"), NAME_LENGTH) for ref in refs_of(item))
    return {short_name(name).replace(" ", "_") for name in names} - {""}


def _samples(last: Kept | None, now: dt.datetime) -> list[tuple[tuple[str, str], int]]:
    if last is None:
        return []
    oldest = (now - KEEP).isoformat()
    return [((name, hour), wait) for name, hour, wait in _load(last)["samples"] if hour >= oldest]


def _load(kept: Kept) -> dict[str, Any]:
    try:
        return dict(json.loads(kept.bodies[0] or b""))
    except (ValueError, TypeError, IndexError):
        raise Unreadable("no kept status") from None


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
