"""The jobs that Zuul does not list any more: which were dropped, and which are broken and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ...domain.ci.builds import Departure, Lane
from .build_ledger import Ledger
from .config_errors import FullError, has_word, names_project

DAY = dt.timedelta(days=1)
RAN_LATELY = 3 * DAY
REASON_LENGTH = 160
CONFIG_ERROR = "CONFIG_ERROR"


def lost_jobs(
    ledger: Ledger, lane: Lane, names: Collection[str], now: dt.datetime
) -> tuple[str, ...]:
    """The jobs that a lane had and Zuul does not list; of a lane that was never asked about, those
    that ran in the last days, where nothing at all is listed."""
    before = ledger.expected.get(lane)
    if before is not None:
        return tuple(job for job in before.jobs if job not in names)
    if names:
        return ()
    ran = (run for run in ledger.builds(lane.project).values() if run.lane == lane)
    return tuple(sorted({run.job for run in ran if now - run.event < RAN_LATELY}))


def reasons_for(
    ledger: Ledger,
    lane: Lane,
    lost: Iterable[str],
    errors: Collection[FullError],
    now: dt.datetime,
) -> dict[str, str]:
    """Why each job can't be loaded, of those that are broken: an error that names the job, or one
    of the branch's configuration, that was not there while the job was; a buildset that ended with
    CONFIG_ERROR lately."""
    own = [e for e in errors if e.error.project == lane.project]
    own = [e for e in own if e.error.branch in (lane.branch, "")]
    failed = any(
        e.lane == lane and e.result == CONFIG_ERROR and now - e.event < 2 * DAY
        for e in ledger.empty
    )
    reasons: dict[str, str] = {}
    for job in lost:
        ran_until = ledger.last_sound(lane, job)
        fresh = [e for e in errors if e.error.since is None or e.error.since > ran_until]
        about = [e for e in fresh if _is_about(e, lane, job)]
        about += [e for e in fresh if e in own]
        if about:
            reasons[job] = _words(about[0], lane)
        elif failed:
            reasons[job] = CONFIG_ERROR
    return reasons


def _is_about(full: FullError, lane: Lane, job: str) -> bool:
    """Whether an error keeps the lane from running the job: not where it is another release
    branch's, nor where another repository asks for a job that nobody defines any more."""
    branch = full.error.branch
    own = full.error.project == lane.project
    if branch not in (lane.branch, "") and (own or "/" in branch):
        return False
    if not own and names_project(full.text, lane.project):
        return True
    if not has_word(job, full.text):
        return False
    is_only_asked_for = has_word(f"Job {job} not defined", full.text)
    return own or not is_only_asked_for or has_word(lane.project, full.text)


def _words(full: FullError, lane: Lane) -> str:
    error = full.error
    elsewhere = "" if error.project == lane.project else error.project
    place = " ".join(filter(None, (elsewhere, error.path)))
    return ": ".join(filter(None, (place, error.text)))[:REASON_LENGTH].strip()


def departed(
    known: Iterable[Departure],
    lane: Lane,
    names: Collection[str],
    lost: Iterable[str],
    reasons: Mapping[str, str],
    sound: Mapping[str, dt.datetime],
    now: dt.datetime,
) -> list[Departure]:
    """The departures after Zuul was asked: what is listed is back, what is lost is gone or broken.
    One that is broken and whose error is gone was dropped now. `sound` is when each was listed
    last."""
    after: list[Departure] = []
    open_: dict[str, Departure] = {}
    for one in known:
        if one.lane != lane or one.back is not None:
            after.append(one)
        elif one.job in names:
            after.append(replace(one, back=now))
        else:
            open_[one.job] = one
    for job in lost:
        reason = reasons.get(job, "")
        before = open_.pop(job, None)
        if before is not None and bool(before.reason) is bool(reason):
            after.append(replace(before, reason=reason))
        else:
            after.append(Departure(lane, job, now, reason, sound=sound.get(job)))
    return [*after, *open_.values()]
