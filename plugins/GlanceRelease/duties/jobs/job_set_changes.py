"""Jobs that do not run any more: dropped, broken by their configuration, or stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto

from ...domain.ci.absence import absence, gap_before, was_away
from ...domain.ci.builds import Build, Departure, History, Lane, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.ci.moved_jobs import moved_to
from ...domain.ci.nights import Course, Night, build_of_each_night, courses
from ...domain.ci.timetable import timetable_of
from ...domain.team import Jobs
from .night_change import NightChange, OfJob, OfLane

STOPPED_FOR = 3  # nights running in which a job did not come to an end while others of its lane did
SURE_AFTER = dt.timedelta(hours=1)  # a configuration that is broken for so long
ASKED_AGAIN = dt.timedelta(hours=4)  # Zuul was asked again whether it lists a job


def departures(history: History, lane: Lane) -> Iterator[NightChange]:
    """What became of a lane's jobs that Zuul did not list any more, those that left at once
    together: they are dropped, or broken, and mended when Zuul lists them again."""
    shown = {course.job for course in courses(history, lane) if not course.current}
    together: dict[tuple[dt.datetime, bool], list[Departure]] = {}
    for one in history.departures:
        if one.lane == lane and (one.reason or one.back or one.job in shown):
            together.setdefault((one.at, bool(one.reason)), []).append(one)
    broken: list[Departure] = []
    for (at, is_broken), group in together.items():
        if is_broken:
            lasting = [one for one in group if _lasts(one) and not is_unsure(history, one)]
            broken += lasting
            yield from _broken(history, lane, at, lasting)
        else:
            yield from _dropped(lane, at, [one for one in group if moved_to(history, one) is None])
    yield from _mended(lane, broken)


def _lasts(one: Departure) -> bool:
    return one.back is None or one.back - one.at >= SURE_AFTER


def is_unsure(history: History, one: Departure) -> bool:
    """Whether Zuul was not asked again since a job was found broken; where it does not answer that
    for some hours, what it said stands."""
    asked = known.asked if (known := history.expected.get(one.lane)) is not None else one.at
    return one.is_broken and asked - one.at < SURE_AFTER and history.until - one.at < ASKED_AGAIN


def _dropped(lane: Lane, at: dt.datetime, group: Iterable[Departure]) -> Iterator[NightChange]:
    lasting = [one for one in group if one.back is None or one.back - at >= ASKED_AGAIN]
    if not lasting:
        return
    yield _of_lane("dropped", lane, at, at + ASKED_AGAIN, _jobs(lasting))
    for back in sorted({one.back for one in lasting if one.back is not None}):
        yield _of_lane("listed", lane, back, back, _jobs(o for o in lasting if o.back == back))


def _jobs(group: Iterable[Departure]) -> tuple[str, ...]:
    return tuple(sorted(one.job for one in group))


def _broken(
    history: History, lane: Lane, at: dt.datetime, group: list[Departure]
) -> Iterator[NightChange]:
    """What broke at once; what broke while Zuul was not read is known from the end of that gap."""
    if group:
        broke = _of_lane("broken", lane, at, at + SURE_AFTER, _jobs(group), group[0].reason)
        yield replace(broke, gap=gap_before(history, at))


def _mended(lane: Lane, broken: list[Departure]) -> Iterator[NightChange]:
    """What was mended at once, with what of the lane was broken still."""
    for back in sorted({one.back for one in broken if one.back is not None}):
        mended = _jobs(one for one in broken if one.back == back)
        still = (o for o in broken if o.at <= back and (o.back is None or o.back > back))
        yield replace(_of_lane("mended", lane, back, back, mended), still=_jobs(still))


def _of_lane(
    sort: OfLane,
    lane: Lane,
    at: dt.datetime,
    settled: dt.datetime,
    jobs: tuple[str, ...],
    why: str = "",
) -> NightChange:
    return NightChange(sort, lane, "", at.date(), at, settled, jobs=jobs, why=why)


def stops(
    history: History, jobs: Jobs, course: Course, settled: Mapping[dt.date, dt.datetime]
) -> Iterator[NightChange]:
    """Every time a job had come to no end for three nights running, cut short, or absent while
    others of its lane did run, and every end after that; nights that Zuul did not tell of, or for
    which it did not list the job, do not count."""
    if not course.voting:
        return
    runs = {run.night: run for run in build_of_each_night(course.builds)}
    if not any(run.outcome.decides for run in course.builds):  # it never ran
        return
    begin = course.builds[0].event
    others = _nights_of_others(history, course)
    missed, since = 0, begin.date()
    table = timetable_of(history, jobs, course.lane.pipeline)
    for night in table.nights(max(begin, history.since), history.until):
        run = runs.get(night.day)
        came = _came(history, course, others, night, run)
        if came is not _Came.TO_AN_END and night.late > history.until:
            return
        if run is not None and came is _Came.TO_AN_END and missed >= STOPPED_FOR:
            end = run.end or run.event
            known = max(end, settled.get(night.day, end))
            yield _stop("resumed", course, night, missed, known, run)
        missed = _MISSED_AFTER[came](missed)
        since = night.day if came is _Came.TO_NOTHING and missed == 1 else since
        if came is _Came.TO_NOTHING and missed == STOPPED_FOR:
            change = _stop("stopped", course, night, missed, night.late, run)
            yield replace(change, since=since)


class _Came(Enum):
    """What a job came to in a night; `AWAY` is a night for which it was taken out, `UNTOLD` one
    that does not count."""

    TO_AN_END = auto()
    TO_NOTHING = auto()
    AWAY = auto()
    UNTOLD = auto()


_MISSED_AFTER: dict[_Came, Callable[[int], int]] = {
    _Came.TO_AN_END: lambda missed: 0,
    _Came.AWAY: lambda missed: 0,
    _Came.TO_NOTHING: lambda missed: missed + 1,
    _Came.UNTOLD: lambda missed: missed,
}


def _came(
    history: History, course: Course, others: frozenset[dt.date], night: Night, run: Build | None
) -> _Came:
    if run is not None and run.outcome.decides:
        return _Came.TO_AN_END
    is_cut = run is not None and run.outcome is Outcome.CUT
    if not is_cut and (run is not None or night.day not in others):
        return _Came.UNTOLD
    if was_away(history, course.lane, course.job, night):
        return _Came.AWAY
    return _Came.TO_NOTHING if _came_to_nothing(history, course, night, run) else _Came.UNTOLD


def _stop(
    sort: OfJob, course: Course, night: Night, missed: int, at: dt.datetime, run: Build | None
) -> NightChange:
    return NightChange(sort, course.lane, course.job, night.day, at, at, run, nights=missed)


def _nights_of_others(history: History, course: Course) -> frozenset[dt.date]:
    """The nights in which another job of the lane came to an end."""
    ended = concluded(history, ("ended", course.lane), lambda: _ended(history, course.lane))
    return frozenset(night for night, jobs in ended.items() if jobs - {course.job})


def _ended(history: History, lane: Lane) -> dict[dt.date, set[str]]:
    jobs: dict[dt.date, set[str]] = {}
    for course in courses(history, lane):
        for run in course.builds:
            if run.outcome.decides:
                jobs.setdefault(run.night, set()).add(course.job)
    return jobs


def _came_to_nothing(history: History, course: Course, night: Night, run: Build | None) -> bool:
    if run is not None:
        return True
    known = absence(history, course.lane, course.job, night)
    return known.verdict is Verdict.DID_NOT_RUN
