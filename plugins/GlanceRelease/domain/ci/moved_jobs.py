"""Whether a job that Zuul does not list any more runs somewhere else now."""

from __future__ import annotations

import datetime as dt

from .builds import Departure, History, Lane

A_DAY = dt.timedelta(days=1)  # within which all lanes were asked what they run


def moved_to(history: History, one: Departure) -> Lane | None:
    """Where Zuul runs the job since then: in another repository, branch or pipeline."""
    return next(
        (
            lane
            for lane, known in history.expected.items()
            if lane != one.lane and one.job in known.jobs and known.jobs[one.job] > one.at - A_DAY
        ),
        None,
    )


def moved_from(history: History, lane: Lane, job: str) -> Lane | None:
    """Where a job ran before it came here: it was dropped there as it was added here."""
    return next(
        (
            one.lane
            for one in reversed(history.departures)
            if one.job == job and not one.reason and one.back is None
            if moved_to(history, one) == lane
        ),
        None,
    )
