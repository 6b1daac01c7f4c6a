"""How long the check and gate pipelines are now, and how long their waits were for two weeks."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from ...domain.ci.builds import GATE, GateQueues, Queue, Sample
from ...domain.snapshot import Key
from ..http import Http, Trouble
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .client import ZuulApi
from .rows import queues

PIPELINES = ("check", "gate")
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
        if not isinstance(status, dict) or not isinstance(status.get("pipelines"), list):
            raise Trouble("no status of Zuul's")
        try:
            measured = tuple(queues(status, PIPELINES))
        except (TypeError, AttributeError, ValueError, OverflowError):
            raise Trouble("no status of Zuul's") from None
        samples = dict(_samples(last, now))
        hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
        for queue in measured:
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
                    Queue(name, length, _at(oldest) if oldest else None, projects)
                    for name, length, oldest, projects in stored["queues"]
                ),
                tuple(
                    Sample(name, _at(hour), dt.timedelta(seconds=wait))
                    for name, hour, wait in stored["samples"]
                ),
                self.zuul.web,
            )
        except (KeyError, TypeError, ValueError):
            raise Unreadable("no kept status") from None


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
