"""What a job's newest runs come to: counted from its last pass, flaky where results alternate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...domain.ci.builds import Build, Outcome, Verdict
from ...domain.ci.nights import without_vain_repeats
from .missed_nights import is_stuck

FLAKY_RUNS = 10  # results alternate when, over this many runs,
FLAKY_TURNS = 3  # they turned at least so often,
STEADY_RUNS = 5  # and no so many good ones in a row came last


@dataclass(frozen=True)
class RecentRuns:
    """The verdict over a job's newest runs: since when, over how many, and the bad one that its
    present failure began with, of which suspects are asked: one that failed, where any did."""

    verdict: Verdict
    since: dt.datetime | None = None
    runs: int = 0
    first_bad: Build | None = None


def recent_runs(row: Sequence[Build], enough: int) -> RecentRuns:
    """The verdict of the runs that ended, `row` being one a night.

    A streak is all that came since the last pass, whatever its kind: an infrastructure failure
    neither ends a failure nor hides it.
    """
    ended = [run for run in row if run.outcome.decides]
    if not ended:
        return RecentRuns(Verdict.NEW)
    bad = since_last_pass(ended)
    failed = [run for run in bad if run.outcome is Outcome.FAILED]
    if bad and not failed:
        return RecentRuns(Verdict.INFRASTRUCTURE, bad[0].event, len(bad), bad[0])
    decided = [run for run in ended if run.outcome is not Outcome.TROUBLE]
    if is_flaky(decided, enough):
        window = decided[-FLAKY_RUNS:]
        first = next(run for run in window if run.outcome is Outcome.FAILED)
        return RecentRuns(Verdict.FLAKY, first.event, len(window), failed[0] if failed else first)
    if bad:
        return RecentRuns(Verdict.FAILING, bad[0].event, len(bad), failed[0])
    good = _tail(decided, Outcome.PASSED)
    return RecentRuns(Verdict.PASSING, good[0].event, len(good))


def streaks(
    builds: Iterable[Build], until: dt.datetime
) -> Iterator[tuple[list[Build], Build | None]]:
    """The bad runs of a job between two passes, oldest first, and the pass that ended them.

    Every run that ended counts here, an enqueue by hand too, but for one that failed where the
    timer's had passed; a run that was cut, or a night without one, neither continues a failure nor
    ends it. Behind a run that still goes on nothing is said: it may end either way; one without an
    end for two days is passed over.
    """
    bad: list[Build] = []
    for run in without_vain_repeats(builds):
        if run.outcome is Outcome.RUNNING and not is_stuck(run, until):
            break
        if run.outcome is Outcome.PASSED:
            if bad:
                yield bad, run
            bad = []
        elif run.outcome.decides:
            bad.append(run)
    if bad:
        yield bad, None


def since_last_pass(ended: Sequence[Build]) -> list[Build]:
    """The runs that ended since one passed, oldest first."""
    start = len(ended)
    while start and ended[start - 1].outcome is not Outcome.PASSED:
        start -= 1
    return list(ended[start:])


def is_flaky(decided: Sequence[Build], enough: int) -> bool:
    """Whether passes and failures alternate, and neither lasts now: a failure after a steady
    stretch is news, not one more turn."""
    window = decided[-FLAKY_RUNS:]
    if sum(a.outcome is not b.outcome for a, b in pairwise(window)) < FLAKY_TURNS:
        return False
    streak = _tail(decided, decided[-1].outcome)
    if decided[-1].outcome is Outcome.PASSED:
        return len(streak) < STEADY_RUNS
    before = _tail(decided[: -len(streak)], Outcome.PASSED)
    return len(streak) < enough and len(before) < STEADY_RUNS


def last_good(row: Sequence[Build], before: Build | None = None) -> Build | None:
    """The newest run that passed, before another where one is given."""
    good = (
        run
        for run in reversed(row)
        if run.outcome is Outcome.PASSED and (before is None or run.event < before.event)
    )
    return next(good, None)


def _tail(runs: Sequence[Build], outcome: Outcome) -> list[Build]:
    """The newest runs in a row that all had this outcome."""
    start = len(runs)
    while start and runs[start - 1].outcome is outcome:
        start -= 1
    return list(runs[start:])
