"""What a branch takes at an instant: the states of a freeze, and one branch's row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ..calendar.interval import When
from ..freshness import age_of
from ..snapshot import Fetched
from .freeze_reasons import FreezeRule, Next, Reason


class State(StrEnum):
    """Which changes may merge on a branch: the states of a freeze."""

    OPEN = "open"
    FEATURE_FREEZE = "feature-freeze"
    RELEASE_CRITICAL = "release-critical"
    FINAL_RC = "final-rc"
    LIBRARY_FREEZE = "library-freeze"
    REQUIREMENTS_FREEZE = "requirements-freeze"
    STABLE = "stable"
    UNMAINTAINED = "unmaintained"
    END_OF_LIFE = "end-of-life"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class BranchState:
    """One deliverable's branch at an instant: its state, from when to when (UTC), and why.

    `since` and `until` are None where no day is known; `rule` gives the state, by the `reasons`;
    `then` is what follows at `until`; `guess`, for an unknown one, is what it would be by the
    calendar alone; `doubts` are where the schedule contradicts itself about a bound, `remarks`
    where the calendar has another day than what was seen; `facts` is what it rests on; `due` is the
    week of the deadline that ends it, where the schedule gives no more than that of `until`;
    `series` is what its series is called in the names of branches ("2026.2"), empty for master;
    `is_released` tells that the day of its series' release is past.
    """

    deliverable: str
    repository: str
    branch: str
    state: State
    rule: FreezeRule
    reasons: tuple[Reason, ...]
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    then: Next | None = None
    facts: tuple[Fetched[object], ...] = ()
    guess: BranchState | None = None
    doubts: tuple[Reason, ...] = ()
    due: When | None = None
    remarks: tuple[Reason, ...] = ()
    series: str = ""
    is_released: bool = False

    def age(self, now: dt.datetime) -> str:
        """How old the first of its facts is that is not fresh; "" where all are."""
        return next(filter(None, (age_of(fact, now) for fact in self.facts)), "")
