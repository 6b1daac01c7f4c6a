"""What is known of a job without a build in a night: it waits, it did not run, or none knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .builds import Departure, Gap, History, Lane, NightSet, Outcome, Verdict, WaitingJob
from .conclusions import concluded
from .firings import firings_of
from .nights import Night

KNOWN_FOR = dt.timedelta(days=8)  # after so long nothing of a night is under way any more
ENDLESS = dt.timedelta(days=2)  # a row without an end for so long tells nothing
HOUR = dt.timedelta(hours=1)
FOUND_WITHIN = 3 * HOUR  # after a gap all that Zuul lists was asked for
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
    if waits is not None and _is_of(history, lane, waits.since, night):
        return waits
    if history.until - night.start > KNOWN_FOR:
        return Absence(Verdict.DID_NOT_RUN)
    sets = sets_of(history, lane, night)
    open_ = [s for s in sets if not s.over]
    if open_ and not _is_over(history, lane, night):
        return Absence(Verdict.QUEUED, min(s.event for s in open_))
    if _may_be_unread(history, lane, job, night.day):
        return Absence(Verdict.UNSEEN)
    if _ran_since(history, lane, night):
        return Absence(Verdict.DID_NOT_RUN)
    if sets:
        return Absence(Verdict.DID_NOT_RUN if _is_shown(history, sets) else Verdict.UNSEEN)
    asked = history.asked.get(lane)
    was_asked = asked is not None and asked >= night.start + HOUR
    return Absence(Verdict.DID_NOT_RUN if was_asked else Verdict.UNSEEN)


def _is_of(history: History, lane: Lane, at: dt.datetime | None, night: Night) -> bool:
    return at is not None and firings_of(history, lane.pipeline).night_of(at) == night.day


def _ran_since(history: History, lane: Lane, night: Night) -> bool:
    """Whether others of the lane ran in the night, and in a later one: while an item is in its
    pipeline its branch is not enqueued again, so the night is over."""
    ran = concluded(history, ("nights run", lane), lambda: _nights_run(history, lane))
    return night.day in ran and max(ran) > night.day


def _is_over(history: History, lane: Lane, night: Night) -> bool:
    """Whether the lane ran in a later night: a buildset that stays open for ever is a lost one."""
    ran = concluded(history, ("nights run", lane), lambda: _nights_run(history, lane))
    return max(ran, default=night.day) > night.day


def _nights_run(history: History, lane: Lane) -> frozenset[dt.date]:
    firings = firings_of(history, lane.pipeline)
    return frozenset(firings.night_of(run.event) for run in history.lanes.get(lane, ()))


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
    """Whether a row that could not be read may have been the job's, or, without one, any's."""
    return any(
        row.night == night
        and row.project in (lane.project, "")
        and (not job or row.job in (job, ""))
        for row in history.unread
    )


def was_busy(history: History, lane: Lane, night: Night) -> bool:
    """Whether an earlier item of the lane was in its pipeline when the night began: Zuul enqueues
    a branch again only when that is over, so that nothing was to run."""
    spans = concluded(history, ("spans", lane), lambda: _spans(history, lane))
    waits = concluded(history, ("waits", lane), lambda: _waits_since(history, lane))
    near = firings_of(history, lane.pipeline).near
    if any(since < night.start - near for since in waits):
        return True
    return any(begin < night.start < end for begin, end in spans.items())


def _waits_since(history: History, lane: Lane) -> frozenset[dt.datetime]:
    """Since when items of a lane without an end are in its pipeline, as the queue tells it."""
    return frozenset(waits.since for waits in history.waiting if waits.lane == lane)


def _spans(history: History, lane: Lane) -> dict[dt.datetime, dt.datetime]:
    """From when to when each item of a lane was in its pipeline, as its builds tell it."""
    spans: dict[dt.datetime, dt.datetime] = {}
    for run in history.lanes.get(lane, ()):
        goes_on = run.outcome is Outcome.RUNNING and history.until - run.event < ENDLESS
        end = run.end or (history.until if goes_on else run.event)
        spans[run.event] = max(end, spans.get(run.event, end))
    return spans


def was_broken(history: History, lane: Lane, job: str, night: Night) -> bool:
    """Whether a job was broken while it should have run."""
    return any(d.reason for d in _departures(history, lane, job, night))


def was_away(history: History, lane: Lane, job: str, night: Night) -> bool:
    """Whether Zuul did not list a job in a night: it was dropped, or broken."""
    return any(_departures(history, lane, job, night))


def came_back(history: History, lane: Lane, job: str, night: Night) -> dt.datetime | None:
    """When Zuul listed a job again that it had not listed for a night."""
    return max((d.back for d in _departures(history, lane, job, night) if d.back), default=None)


def _departures(history: History, lane: Lane, job: str, night: Night) -> Iterator[Departure]:
    return (
        d
        for d in history.departures
        if (d.lane, d.job) == (lane, job)
        and _since(history, d) <= night.late
        and (d.back is None or d.back > night.start)
    )


def _since(history: History, one: Departure) -> dt.datetime:
    """From when on a job may have been away: what was found at the end of a gap began in it."""
    gap = gap_before(history, one.at)
    return gap.begin if gap is not None else one.at


def gap_before(history: History, at: dt.datetime) -> Gap | None:
    """The gap that had ended shortly before an instant, when all that befell in it was found."""
    return next((gap for gap in history.gaps if gap.end <= at <= gap.end + FOUND_WITHIN), None)


def broken(history: History, lane: Lane, job: str) -> Departure | None:
    """Why a job can't run: the configuration of its branch, or what it stands on, is broken. None
    where it ran all the same since that was found."""
    found = (d for d in history.departures if (d.lane, d.job) == (lane, job) and d.is_broken)
    why = next(found, None)
    runs = history.lanes.get(lane, ()) if why is not None else ()
    ran = any(run.job == job and why is not None and run.event > why.at for run in runs)
    return None if ran else why
