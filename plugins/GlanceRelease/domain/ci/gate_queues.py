"""How long Zuul's pipelines are, and were: the queues at one instant and their waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..snapshot import Key


@dataclass(frozen=True)
class Queue:
    """A pipeline at one instant: how many items, since when the oldest waits (UTC), and how many
    are of which projects: of several at once, in one word each, where changes depend on each other
    in a circle. `timeless` counts the items that don't tell since when they wait. One that is not
    `understood` may hold anything; `state` is Zuul's word where the pipeline does not work.
    """

    pipeline: str
    length: int
    oldest: dt.datetime | None
    projects: Mapping[str, int] = field(default_factory=dict)
    timeless: int = 0
    understood: bool = True
    state: str = ""

    @property
    def nameless(self) -> int:
        """How many items do not tell whose they are."""
        return self.projects.get("", 0)

    def items_of(self, projects: Collection[str]) -> int:
        """How many items are of any of these projects."""
        each = self.projects.items()
        return sum(count for names, count in each if not set(names.split()).isdisjoint(projects))


@dataclass(frozen=True)
class Sample:
    """The longest wait that was seen in a pipeline within one hour."""

    pipeline: str
    hour: dt.datetime
    wait: dt.timedelta


@dataclass(frozen=True, eq=False)
class GateQueues:
    """The check and gate pipelines now (`at`), and their waits of the last two weeks."""

    at: dt.datetime
    queues: tuple[Queue, ...]
    samples: tuple[Sample, ...] = ()
    web: str = ""


GATE = Key[GateQueues]("zuul/status")
