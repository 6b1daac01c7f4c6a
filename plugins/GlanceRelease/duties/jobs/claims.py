"""What was said of the nights, as it is remembered until it can't turn out false any more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from ...domain.ci.builds import Build, Lane, Outcome
from .night_change import NightChange

KEPT_FOR = dt.timedelta(days=14)  # how long a line may turn out false


@dataclass(frozen=True)
class Claim:
    """What a line said: of which night and job, and the first and last run on which it stood. Of
    several jobs of a lane `job` has all names; of one that stopped its first night stands for the
    runs."""

    ident: str
    sort: str
    lane: Lane
    job: str
    night: dt.date
    nights: int = 0
    builds: tuple[str, ...] = ()

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs of which it was said."""
        return tuple(self.job.split())

    @property
    def denial(self) -> str:
        """What is remembered of a claim that was taken back."""
        return f"x{self.ident}"


@dataclass(frozen=True)
class Correction:
    """What is so instead: the night did run in these lanes, by these counted builds; or the job
    passed in it, or did not; or these `jobs` did run, or run elsewhere now: `there`."""

    claims: tuple[Claim, ...]
    night: dt.date
    builds: tuple[Build, ...] = ()
    jobs: tuple[str, ...] = ()
    there: Lane | None = None

    @property
    def idents(self) -> tuple[str, ...]:
        """What is settled by saying it."""
        return tuple(claim.denial for claim in self.claims)

    @property
    def about(self) -> tuple[Lane, str]:
        """The lane and the job, "" for all that ran in it."""
        return self.claims[0].lane, self.claims[0].job

    @property
    def passed(self) -> int:
        """How many of the builds passed."""
        return sum(build.outcome is Outcome.PASSED for build in self.builds)


def claims_of(memory: str) -> tuple[Claim, ...]:
    """The claims that are remembered; what can't be read is none."""
    try:
        return tuple(_claim(*row) for row in json.loads(memory or "[]"))
    except (ValueError, TypeError):
        return ()


def _claim(
    ident: str, sort: str, lane: Iterable[str], job: str, night: str, nights: int, *builds: str
) -> Claim:
    return Claim(ident, sort, Lane(*lane), job, dt.date.fromisoformat(night), nights, builds)


def remembered(claims: Iterable[Claim], told: Iterable[NightChange], today: dt.date) -> str:
    """The claims with those of what is told now, but for what is too old to turn out false."""
    fresh = [*claims, *map(_claimed, told)]
    rows = [
        [c.ident, c.sort, c.lane, c.job, c.night.isoformat(), c.nights, *c.builds]
        for c in fresh
        if today - c.night < KEPT_FOR
    ]
    return json.dumps(rows)


def _claimed(change: NightChange) -> Claim:
    stood = tuple(b.uuid for b in (change.first, change.build) if b is not None)
    if change.since is not None:
        stood = (change.since.isoformat(),)
    job = change.job or " ".join(change.jobs)
    return Claim(change.ident, change.sort, change.lane, job, change.night, change.nights, stood)
