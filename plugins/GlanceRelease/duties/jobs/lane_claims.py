"""Whether jobs that were said to be broken or dropped are not: they ran, or run elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.ci.builds import Build, Departure, History
from ...domain.ci.moved_jobs import moved_to
from .claims import Claim, Correction


def ran_all_the_same(history: History, claim: Claim) -> Iterator[Correction]:
    """What makes a claim about jobs that Zuul did not list false, but for those that it lists
    again, which is told of itself."""
    left = [
        one
        for one in history.departures
        if one.lane == claim.lane and one.job in claim.jobs and one.back is None
    ]
    stood = [one for one in left if one.at.date() == claim.night and _is_so(one, claim)]
    builds = tuple(run for one in stood if (run := _first_run(history, one)) is not None)
    if builds:
        jobs = tuple(dict.fromkeys(run.job for run in builds))
        yield Correction((claim,), builds[0].night, builds, jobs)
        return
    if claim.sort == "dropped":
        for one in stood:
            there = moved_to(history, one)
            if there is not None:
                yield Correction((claim,), claim.night, jobs=(one.job,), there=there)
                return


def _is_so(one: Departure, claim: Claim) -> bool:
    return bool(one.reason) is (claim.sort == "broken")


def _first_run(history: History, one: Departure) -> Build | None:
    """The first run that came to an end since the job left."""
    runs = history.lanes.get(one.lane, ())
    return next(
        (r for r in runs if r.job == one.job and r.event > one.at and r.outcome.decides), None
    )
