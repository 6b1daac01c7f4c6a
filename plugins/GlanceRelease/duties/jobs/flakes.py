"""Jobs that fail between passes: no line of the channel tells of them, the report does."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from ...domain.ci.builds import Build, Outcome
from .facts import JobStanding

NIGHTS = 30


def flakes(standing: JobStanding, enough: int, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job failed by itself, between two passes.

    A time-out counts, other infrastructure failures do not. A failure of `enough` nights running
    was told when it began, and is no flake; nor is one that lasts now.
    """
    ended = _ended(standing, until)
    telling = [run for run in ended if run.outcome is Outcome.PASSED or _failed(run)]
    streaks = [(bad, len(list(runs))) for bad, runs in groupby(telling, _failed)]
    return sum(length for bad, length in streaks[1:-1] if bad and length < enough)


def failures(standing: JobStanding, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job failed."""
    return sum(map(_failed, _ended(standing, until)))


def nights_ended(standing: JobStanding, until: dt.datetime) -> int:
    """In how many of the last thirty nights the job came to an end."""
    return len(_ended(standing, until))


def _ended(standing: JobStanding, until: dt.datetime) -> list[Build]:
    oldest = until.date() - dt.timedelta(days=NIGHTS)
    return [run for run in standing.row if run.outcome.decides and run.night > oldest]


def _failed(run: Build) -> bool:
    return run.outcome is Outcome.FAILED or run.result == "TIMED_OUT"
