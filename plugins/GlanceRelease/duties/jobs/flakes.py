"""Jobs that fail between passes: no line of the channel tells of them, the report does."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from ...domain.ci.builds import Build, Outcome
from ...domain.ci.nights import without_vain_repeats
from .facts import JobStanding

NIGHTS = 30


def flakes(standing: JobStanding, enough: int, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job failed by itself, between two passes.

    A time-out counts, other infrastructure failures do not; a pass that somebody enqueued in the
    same night does not take the failure back. A failure of `enough` nights running was told when
    it began, and is no flake; nor is one that lasts now.
    """
    streaks = [(bad, list(runs)) for bad, runs in groupby(_telling(standing), _failed)]
    found: set[dt.date] = set()
    for bad, runs in streaks[1:-1]:
        nights = {run.night for run in runs}
        if bad and len(nights) < enough:
            found |= nights
    return sum(night > _oldest(until) for night in found)


def failures(standing: JobStanding, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job failed."""
    nights = {run.night for run in _telling(standing) if _failed(run)}
    return sum(night > _oldest(until) for night in nights)


def _telling(standing: JobStanding) -> list[Build]:
    """The runs that passed or failed; what was enqueued again in vain is none."""
    runs = without_vain_repeats(standing.builds)
    return [run for run in runs if run.outcome is Outcome.PASSED or _failed(run)]


def nights_ended(standing: JobStanding, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job came to an end."""
    return sum(run.outcome.decides and run.night > _oldest(until) for run in standing.row)


def _oldest(until: dt.datetime) -> dt.date:
    return until.date() - dt.timedelta(days=NIGHTS)


def _failed(run: Build) -> bool:
    return run.outcome is Outcome.FAILED or run.result == "TIMED_OUT"
