"""Jobs that do not run any more: dropped, broken by their configuration, or stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from ...domain.ci.absence import absence, was_broken
from ...domain.ci.builds import Build, Departure, History, Lane, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.ci.nights import Course, Night, build_of_each_night, courses
from ...domain.ci.timetable import timetable_of
from ...domain.team import Jobs
from .night_change import NightChange

STOPPED_FOR = 3  # nights running in which a job did not come to an end while others of its lane did
SURE_AFTER = dt.timedelta(hours=1)  # a configuration that is broken for so long
ASKED_AGAIN = dt.timedelta(hours=4)  # Zuul was asked again whether it lists a job


def departures(history: History, lane: Lane) -> Iterator[NightChange]:
    """What became of a lane's jobs that Zuul did not list any more, those that left at once
    together: they are dropped, or broken, and mended when Zuul lists them again."""
    shown = {course.job for course in courses(history, lane) if not course.current}
    together: dict[tuple[dt.datetime, bool], list[Departure]] = {}
    for one in history.departures:
        if one.lane == lane and (one.reason or one.job in shown):
            together.setdefault((one.at, bool(one.reason)), []).append(one)
    for (at, is_broken), group in together.items():
        yield from _broken(lane, at, group) if is_broken else _dropped(lane, at, group)


def _dropped(lane: Lane, at: dt.datetime, group: Iterable[Departure]) -> Iterator[NightChange]:
    jobs = tuple(sorted(one.job for one in group if one.back is None))
    if jobs:
        yield _of_lane("dropped", lane, at, at + ASKED_AGAIN, jobs)


def _broken(lane: Lane, at: dt.datetime, group: list[Departure]) -> Iterator[NightChange]:
    lasting = [one for one in group if one.back is None or one.back - at >= SURE_AFTER]
    if not lasting:
        return
    jobs = tuple(sorted(one.job for one in lasting))
    yield _of_lane("broken", lane, at, at + SURE_AFTER, jobs, lasting[0].reason)
    back = [one.back for one in lasting if one.back is not None]
    if len(back) == len(lasting):
        yield _of_lane("mended", lane, max(back), max(back), jobs)


def _of_lane(
    sort: str,
    lane: Lane,
    at: dt.datetime,
    settled: dt.datetime,
    jobs: tuple[str, ...],
    why: str = "",
) -> NightChange:
    return NightChange(sort, lane, "", at.date(), at, settled, jobs=jobs, why=why)  # type: ignore[arg-type]


def stops(history: History, jobs: Jobs, course: Course) -> Iterator[NightChange]:
    """Every time a job had come to no end for three nights running, cut short or absent, while
    others of its lane did run; nights that Zuul did not tell of do not count."""
    if not course.voting:
        return
    runs = {run.night: run for run in build_of_each_night(course.builds)}
    if not any(run.outcome.decides for run in course.builds):  # it never ran
        return
    begin = course.builds[0].event
    others = _nights_of_others(history, course)
    missed = 0
    table = timetable_of(history, jobs, course.lane.pipeline)
    for night in table.nights(max(begin, history.since), history.until):
        if night.late > history.until:
            return
        if night.day not in others:
            continue
        run = runs.get(night.day)
        if run is not None and run.outcome is not Outcome.CUT:
            missed = 0
        elif _came_to_nothing(history, course, night, run):
            missed += 1
            if missed == STOPPED_FOR:
                yield NightChange(
                    "stopped",
                    course.lane,
                    course.job,
                    night.day,
                    night.late,
                    night.late,
                    run,
                    nights=missed,
                )


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
    if was_broken(history, course.lane, course.job, night):
        return False
    known = absence(history, course.lane, course.job, night)
    return known.verdict is Verdict.DID_NOT_RUN
