"""One thing that changed about the periodic jobs and is worth a line."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from ...domain.ci.builds import Build, Gap, Lane

OfJob = Literal["failing", "recovered", "stopped", "resumed"]
OfLane = Literal["broken", "mended", "dropped", "listed"]
OfNight = Literal["empty", "again"]  # of all that a lane runs
Sort = OfJob | OfLane | OfNight
_JOBS = ({"failing", "recovered"}, {"stopped", "resumed"}, {"empty", "again"})
_LANES = ({"broken", "mended"}, {"dropped", "listed"})
CANCEL = (*_JOBS, *_LANES)  # where neither was said


@dataclass(frozen=True)
class NightChange:
    """One thing that changed in one night.

    `at` is when it was so (UTC), `settled` when the whole night was known: only then it is said,
    with all else that changed. `build` is the run that decided it, `first` the first bad run,
    `nights` how many nights running were bad. What was so while Zuul was not read is known from
    the end of that `gap`, and is told as it is by then. Of jobs that Zuul does not list any more
    `jobs` are all of the lane that left at once, and `why` is Zuul's reason; of those that are
    mended `still` are the others of the lane that are not. `since` is the first night in which a
    job that stopped came to no end, or in which nothing ran of a lane that runs again.
    """

    sort: Sort
    lane: Lane
    job: str
    night: dt.date
    at: dt.datetime
    settled: dt.datetime
    build: Build | None = None
    first: Build | None = None
    nights: int = 0
    gap: Gap | None = None
    jobs: tuple[str, ...] = ()
    why: str = ""
    still: tuple[str, ...] = ()
    since: dt.date | None = None

    @property
    def ident(self) -> str:
        """The day and a digest of what happened: equal whenever it is found again."""
        what = (self.sort, *self.lane, self.build.uuid if self.build else self._which)
        digest = hashlib.blake2b("|".join(what).encode(), digest_size=5).hexdigest()
        day = self.build.event if self.build else self.night
        return f"{day:%m%d}{digest}"

    @property
    def _which(self) -> str:
        return self.at.isoformat() if self.jobs else self.job

    @property
    def begun_by(self) -> str:
        """What told that nothing ran, of a lane that runs again: it is told only after that."""
        if self.sort != "again" or self.since is None:
            return ""
        return NightChange("empty", self.lane, "", self.since, self.at, self.at).ident

    def follows(self, earlier: NightChange) -> bool:
        """Whether it is a later turn of the same: of a job's runs, of a lane's configuration."""
        if self.lane != earlier.lane:
            return False
        both = {self.sort, earlier.sort}
        if any(both <= pair for pair in _LANES):
            return not set(earlier.jobs).isdisjoint(self.jobs)
        return any(both <= pair for pair in _JOBS) and earlier.job == self.job

    def without(self, jobs: Collection[str]) -> NightChange | None:
        """What is left of it without these of a lane's jobs; nothing of what is of one job."""
        left = tuple(job for job in self.jobs if job not in jobs)
        return replace(self, jobs=left) if left else None
