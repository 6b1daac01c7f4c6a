"""What each night without a build of a job's came to, for its row of marks and its grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ...domain.ci.absence import UNDERWAY, absence, was_broken, was_busy
from ...domain.ci.builds import History, Verdict
from ...domain.ci.timetable import timetable_of
from ...domain.team import Jobs
from .facts import JobStanding


def absent_nights(history: History, jobs: Jobs, standing: JobStanding) -> Mapping[dt.date, Verdict]:
    """The nights that are over by the hour and have no build: broken, under way (as queued), not
    known, or without a run."""
    seen = {run.night for run in standing.row}
    table = timetable_of(history, jobs, standing.lane.pipeline)
    lane, job = standing.key
    found: dict[dt.date, Verdict] = {}
    for night in table.nights(history.since, history.until):
        if night.day in seen or night.late > history.until or was_busy(history, lane, night):
            continue
        gone = standing.verdict is Verdict.GONE  # of which Zuul is not asked any more
        verdict = Verdict.DID_NOT_RUN if gone else absence(history, lane, job, night).verdict
        if was_broken(history, lane, job, night):
            verdict = Verdict.BROKEN
        found[night.day] = Verdict.QUEUED if verdict in UNDERWAY else verdict
    return found
