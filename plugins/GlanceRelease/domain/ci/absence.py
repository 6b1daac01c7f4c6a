"""What is known of a job without a build in a night: it waits, it did not run, or none knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from .builds import Departure, History, Lane, NightSet, Verdict, WaitingJob
from .firings import firings_of
from .nights import Night

KNOWN_FOR = dt.timedelta(days=8)  # after so long nothing of a night is under way any more
HOUR = dt.timedelta(hours=1)
UNDERWAY = (Verdict.RUNNING, Verdict.QUEUED, Verdict.RETRYING)


@dataclass(frozen=True)
class Absence:
    """Why there is no build, as a verdict, and since when it is so where that is told."""

    verdict: Verdict
    since: dt.datetime | None = None


def absence(history: History, lane: Lane, job: str, night: Night) -> Absence:
    """What is known of a job without a build in a night that is over by the hour.

    It is under way where its item is in the pipeline or its buildset is not over; it did not run
    where that is over, or was never made; unseen where Zuul did not tell, or told of builds that
    it did not show.
    """
    waits = waiting(history, lane, job)
    if waits is not None:
        return waits
    if history.until - night.start > KNOWN_FOR:
        return Absence(Verdict.DID_NOT_RUN)
    sets = sets_of(history, lane, night)
    open_ = [s for s in sets if not s.over]
    if open_:
        return Absence(Verdict.QUEUED, min(s.event for s in open_))
    if _may_be_unread(history, lane, job, night.day):
        return Absence(Verdict.UNSEEN)
    if sets:
        return Absence(Verdict.DID_NOT_RUN if _is_shown(history, sets) else Verdict.UNSEEN)
    asked = history.asked.get(lane)
    was_asked = asked is not None and asked >= night.start + HOUR
    return Absence(Verdict.DID_NOT_RUN if was_asked else Verdict.UNSEEN)


def waiting(history: History, lane: Lane, job: str) -> Absence | None:
    """How a job waits in its pipeline now; None for one that does not."""
    found = next((w for w in history.waiting if (w.lane, w.job) == (lane, job)), None)
    return None if found is None else Absence(_state(found), found.since)


def _state(waits: WaitingJob) -> Verdict:
    if waits.started:
        return Verdict.RUNNING
    return Verdict.RETRYING if waits.tries > 1 else Verdict.QUEUED


def sets_of(history: History, lane: Lane, night: Night) -> list[NightSet]:
    """A lane's buildsets of a night, where they were asked for."""
    firings = firings_of(history, lane.pipeline)
    return [s for s in history.sets if s.lane == lane and firings.night_of(s.event) == night.day]


def _is_shown(history: History, sets: Iterable[NightSet]) -> bool:
    """Whether the builds that Zuul says it began are among those it shows."""
    shown = {run.buildset for s in sets for run in history.lanes.get(s.lane, ())}
    return all(not s.begun or s.uuid in shown for s in sets)


def _may_be_unread(history: History, lane: Lane, job: str, night: dt.date) -> bool:
    return any(
        row.night == night and row.project in (lane.project, "") and row.job in (job, "")
        for row in history.unread
    )


def broken(history: History, lane: Lane, job: str) -> Departure | None:
    """Why a job can't run: the configuration of its branch, or what it stands on, is broken."""
    return next(
        (d for d in history.departures if (d.lane, d.job) == (lane, job) and d.is_broken), None
    )
