"""What a branch takes at an instant: the states of a freeze, and one branch's row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ..calendar.interval import When
from ..freshness import age_of
from ..snapshot import Fetched


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


TAKES = {
    State.OPEN: "everything may merge",
    State.FEATURE_FREEZE: "no features without an exception, soft string and requirements freeze",
    State.RELEASE_CRITICAL: "only release-critical changes",
    State.FINAL_RC: "only what is critical for the final release, if the release team agrees",
    State.LIBRARY_FREEZE: "no releases any more, so only what needs none",
    State.REQUIREMENTS_FREEZE: "only critical changes of requirements and constraints",
    State.STABLE: "backports of fixes",
    State.UNMAINTAINED: "whatever its keepers take; there are no releases",
    State.END_OF_LIFE: "nothing: the branch is gone",
    State.MISSING: "nothing: it is not there",
    State.UNKNOWN: "I can't tell",
}


@dataclass(frozen=True)
class BranchState:
    """One deliverable's branch at an instant: its state, from when to when (UTC), and why.

    `since` and `until` are None where no day is known; `then` is what follows at `until`;
    `guess`, for an unknown one, is what it would be by the schedule alone; `doubt` says where
    the schedule contradicts itself about a bound, `remark` where the calendar has another day than
    what was seen; `facts` is what it rests on; `due` is the week of the deadline that ends it,
    where the schedule gives no more than that of `until`; `is_released` tells that the day of its
    series' release is past.
    """

    deliverable: str
    repository: str
    branch: str
    state: State
    since: dt.datetime | None
    until: dt.datetime | None
    why: str
    then: str = ""
    facts: tuple[Fetched[object], ...] = ()
    guess: str = ""
    doubt: str = ""
    due: When | None = None
    remark: str = ""
    is_released: bool = False

    def age(self, now: dt.datetime) -> str:
        """How old the first of its facts is that is not fresh; "" where all are."""
        return next(filter(None, (age_of(fact, now) for fact in self.facts)), "")
