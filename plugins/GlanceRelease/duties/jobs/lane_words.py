"""What is told of a lane's jobs together: that none ran, none can be seen, or some are broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...domain.ci.builds import Lane, Verdict
from ...domain.ci.job_names import where
from ...domain.ci.timetable import timetable_of
from ...domain.messages.clauses import Clause, Span, clause
from .facts import JobStanding
from .missed_nights import judged_night
from .selection import JobsView, because
from .words import day, phrase, with_reason

_WHOLE = (Verdict.DID_NOT_RUN, Verdict.UNSEEN)  # told of a lane where all its jobs are so


@dataclass(frozen=True)
class LaneTrouble:
    """Jobs of a lane with one verdict, so many of `all`."""

    lane: Lane
    verdict: Verdict
    jobs: tuple[JobStanding, ...]
    all: int


def lane_troubles(judged: Iterable[JobStanding]) -> tuple[LaneTrouble, ...]:
    """The lanes of which more than one job is told at once."""
    return tuple(_troubles(judged))


def _troubles(judged: Iterable[JobStanding]) -> Iterator[LaneTrouble]:
    lanes: dict[Lane, list[JobStanding]] = {}
    for standing in judged:
        if standing.verdict is not Verdict.GONE:
            lanes.setdefault(standing.lane, []).append(standing)
    for lane, all_ in lanes.items():
        broken = tuple(s for s in all_ if s.verdict is Verdict.BROKEN)
        if len(broken) > 1:
            yield LaneTrouble(lane, Verdict.BROKEN, broken, len(all_))
        for verdict in _WHOLE:
            if len(all_) > 1 and all(s.verdict is verdict and s.tonight is None for s in all_):
                yield LaneTrouble(lane, verdict, tuple(all_), len(all_))


def lane_clause(view: JobsView, told: LaneTrouble) -> Clause:
    """What is told of a lane, with why where there is room."""
    lane = told.lane
    first = min((s.since for s in told.jobs if s.since), default=None)
    since = f" since {day(first)}" if first else ""
    head = f"{lane.project}{where(lane)}: "
    jobs = f"{lane.pipeline} jobs"
    if told.verdict is Verdict.BROKEN:
        text = f"{head}{len(told.jobs)} of its {told.all} {jobs} are broken{since}"
        return with_reason(text, told.jobs[0].reason)
    if told.verdict is Verdict.UNSEEN:
        return clause(f"{head}whether its {told.all} {jobs} ran{since} is not known from Zuul")
    back = max((s.back for s in told.jobs if s.back), default=None)
    again = f", Zuul would run them again since {day(back)}" if back else ""
    text = f"{head}none of its {told.all} {jobs} ran{since}{again}"
    why = _why_none_ran(view, lane)
    return clause(text, *why, shorter=[text] if why else ())


def absent_clause(view: JobsView, standing: JobStanding) -> Clause:
    """What is told of a job that did not run, with why where nothing of its lane did."""
    told = phrase(view.history, standing, None)
    why = _why_none_ran(view, standing.lane) if standing.tonight is None else ()
    return clause(*told.spans, *why, shorter=[told.spans] if why else ())


def _why_none_ran(view: JobsView, lane: Lane) -> tuple[Span, ...]:
    table = timetable_of(view.history, view.moment.team.jobs, lane.pipeline)
    night = judged_night(table, view.history, lane, None)
    if night is None or any(s.tonight for s in view.judged if s.lane == lane):
        return ()
    return because(view.history, lane, night.day)
