"""Which lines about a night turned out false: each is taken back once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ...domain.ci.builds import Build, History, Lane, Outcome
from ...domain.ci.conclusions import concluded
from ...domain.ci.nights import build_of_each_night, courses
from .claims import Claim, Correction
from .lane_claims import ran_all_the_same
from .missed_nights import is_stuck

COMPLETE_AFTER = dt.timedelta(hours=12)  # what is still missing then of a late night is not awaited


def corrections(history: History, claims: Iterable[Claim]) -> tuple[Correction, ...]:
    """What the builds say now against what was claimed, oldest first."""
    given = tuple(claims)
    return concluded(history, ("corrections", given), lambda: tuple(_corrected(history, given)))


def _corrected(history: History, claims: Sequence[Claim]) -> Iterator[Correction]:
    for night in sorted({claim.night for claim in claims}):
        of_night = [claim for claim in claims if claim.night == night]
        yield from _ran_after_all(history, [c for c in of_night if c.sort == "empty"])
        for claim in of_night:
            denied = _denied(history, claim)
            if denied is not None:
                yield Correction((claim,), denied.night, (denied,))
            if claim.sort in ("broken", "dropped"):
                yield from ran_all_the_same(history, claim)


def _ran_after_all(history: History, empty: Sequence[Claim]) -> Iterator[Correction]:
    """A night that was called empty and ran, when all that is to be expected of it has ended."""
    ran = {claim: _builds_of(history, claim) for claim in empty}
    late = [claim for claim in empty if any(_tells(b) for b in ran[claim])]
    builds = tuple(build for claim in late for build in ran[claim] if _tells(build))
    if not builds:
        return
    is_late = history.until - min(b.event for b in builds) >= COMPLETE_AFTER
    is_whole = len(late) == len(empty) and all(_is_whole(history, c, ran[c]) for c in late)
    runs_still = any(
        b.outcome is Outcome.RUNNING and not is_stuck(b, history.until) for b in builds
    )
    if (is_whole or is_late) and not runs_still:
        yield Correction(tuple(late), late[0].night, builds)


def _builds_of(history: History, claim: Claim) -> tuple[Build, ...]:
    """The counted build of each of the lane's jobs in the claim's night."""
    rows = (build_of_each_night(course.builds) for course in courses(history, claim.lane))
    return tuple(build for row in rows for build in row if _is_of(build, claim.night))


def _is_of(build: Build, night: dt.date) -> bool:
    """Whether a build is a night's; late in its day it may be the next one's by a new hour."""
    return build.night == night or (build.night > night and build.event.date() == night)


def _tells(build: Build) -> bool:
    return build.outcome is not Outcome.CUT


def _is_whole(history: History, claim: Claim, builds: Iterable[Build]) -> bool:
    ran = {build.job for build in builds}
    return all(c.job in ran for c in courses(history, claim.lane) if c.current)


def _denied(history: History, claim: Claim) -> Build | None:
    """The run that makes a claim about a job false: one that passed among its failures, or the
    recovery that was none."""
    if claim.sort == "stopped" and claim.builds:
        return _run_between(history, claim)
    if claim.sort not in ("failing", "recovered") or not claim.builds:
        return None
    runs = next((r for r in _rows(history, claim.lane) if claim.builds[-1] in _uuids(r)), ())
    if claim.sort == "recovered":
        last = next((run for run in runs if run.uuid == claim.builds[-1]), None)
        wrong = last is not None and last.outcome.decides and last.outcome is not Outcome.PASSED
        return last if wrong else None
    uuids = _uuids(runs)
    if claim.builds[0] not in uuids:
        return None
    among = runs[uuids.index(claim.builds[0]) : uuids.index(claim.builds[-1]) + 1]
    return next((run for run in among if run.outcome is Outcome.PASSED), None)


def _run_between(history: History, claim: Claim) -> Build | None:
    """A run of a job that came to an end in the nights in which it was said not to."""
    first = dt.date.fromisoformat(claim.builds[0])
    runs = (c.builds for c in courses(history, claim.lane) if c.job == claim.job)
    return next(
        (
            run
            for run in next(runs, ())
            if first <= run.night <= claim.night and run.outcome.decides
        ),
        None,
    )


def _rows(history: History, lane: Lane) -> Iterator[tuple[Build, ...]]:
    return (course.builds for course in courses(history, lane))


def _uuids(runs: Iterable[Build]) -> list[str]:
    return [run.uuid for run in runs]
