"""When a pipeline's timer fires by the team's file, and which builds a night counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..calendar.day_names import WEEKDAYS
from ..team import Jobs, Pipeline
from .builds import Build, Expected, History, Lane, Outcome, stem
from .firings import firings_of

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Night:
    """One firing of a pipeline's timer; from `late` on, what has not run did not run."""

    day: dt.date
    start: dt.datetime
    late: dt.datetime


def nights(
    pipeline: Pipeline, late_hours: int, since: dt.datetime, until: dt.datetime
) -> Iterator[Night]:
    """The nights of a pipeline that start within [since, until], oldest first."""
    day = since.date()
    while day <= until.date():
        start = dt.datetime.combine(day, pipeline.start, dt.UTC)
        fires = pipeline.weekday is None or WEEKDAYS[day.weekday()] == pipeline.weekday
        if fires and since <= start <= until:
            yield Night(day, start, start + dt.timedelta(hours=late_hours))
        day += _DAY


def last_night(pipeline: Pipeline, late_hours: int, until: dt.datetime) -> Night | None:
    """The newest night that had started by `until`."""
    week = until - dt.timedelta(days=8)
    return next(reversed(tuple(nights(pipeline, late_hours, week, until))), None)


def build_of_each_night(builds: Iterable[Build]) -> tuple[Build, ...]:
    """One job's builds, one for each night: the timer's where that passed, which no enqueue by hand
    takes back; else the newest, unless it was cut short and another was not."""
    by_night: dict[dt.date, list[Build]] = {}
    for build in builds:
        by_night.setdefault(build.night, []).append(build)
    return tuple(_counted(by_night[night]) for night in sorted(by_night))


def _counted(runs: list[Build]) -> Build:
    if len(runs) == 1:  # as on nearly every night
        return runs[0]
    first = next((run for run in runs if run.outcome is not Outcome.CUT), runs[-1])
    if first.outcome is Outcome.PASSED:
        return first
    return next((run for run in reversed(runs) if run.outcome is not Outcome.CUT), runs[-1])


def without_vain_repeats(builds: Iterable[Build]) -> tuple[Build, ...]:
    """One job's builds but for those that somebody enqueued again, in vain, in a night in which
    the timer's had passed."""
    passed: set[dt.date] = set()
    seen: set[dt.date] = set()
    kept = []
    for build in builds:
        if build.outcome is not Outcome.CUT and build.night not in seen:
            seen.add(build.night)
            if build.outcome is Outcome.PASSED:
                passed.add(build.night)
        if build.night not in passed or build.outcome is Outcome.PASSED:
            kept.append(build)
    return tuple(kept)


@dataclass(frozen=True)
class Course:
    """A job through time in its lane: its builds, those under its former names included.

    `current` says that Zuul would run it tonight; `known_since` is when that was first known;
    `former` is the name it had before, None where it never changed.
    """

    lane: Lane
    job: str
    builds: tuple[Build, ...]
    current: bool
    known_since: dt.datetime | None = None
    former: str | None = None

    @property
    def voting(self) -> bool:
        """Whether its newest build counted for its buildset."""
        return not self.builds or self.builds[-1].voting


def courses(history: History, lane: Lane) -> tuple[Course, ...]:
    """Every job of a lane, the current ones first.

    A job is current when Zuul expects it (`freeze-jobs`), or ran it after it was asked, or after
    it was found to be dropped; where Zuul was never asked, when it ran in the lane's newest night.
    A job that is not current passes its builds on to a current one of the same name but for the
    Python version that began after its own last night: py312 became py313. Where both ran in one
    night they are two jobs.
    """
    by_job: dict[str, list[Build]] = {}
    for build in _by_its_night(history, lane):
        by_job.setdefault(build.job, []).append(build)
    expected = history.expected.get(lane)
    current = _current(by_job, expected) | _still_running(history, lane, by_job)
    older = {job: runs for job, runs in by_job.items() if job not in current}
    all_courses = []
    for job in sorted(current):
        builds, former = _with_former(job, by_job.get(job, []), older)
        since = expected.jobs.get(job) if expected else None
        all_courses.append(Course(lane, job, tuple(builds), True, since, former))
    all_courses += [Course(lane, job, tuple(runs), False) for job, runs in sorted(older.items())]
    return tuple(all_courses)


def _by_its_night(history: History, lane: Lane) -> Iterator[Build]:
    """The lane's builds, each in the night of the firing that started it."""
    firings, known = firings_of(history, lane.pipeline), dict[dt.datetime, dt.date]()
    for build in history.lanes.get(lane, ()):
        if build.event not in known:
            known[build.event] = firings.night_of(build.event)
        day = known[build.event]
        yield build if day == build.night else replace(build, day=day)


def _current(by_job: Mapping[str, list[Build]], expected: Expected | None) -> set[str]:
    if expected is not None:
        fresh = {job for job, runs in by_job.items() if runs[-1].event > expected.asked}
        return {*expected.jobs, *fresh}
    newest = max((runs[-1].night for runs in by_job.values()), default=None)
    return {job for job, runs in by_job.items() if runs[-1].night == newest}


def _still_running(history: History, lane: Lane, by_job: Mapping[str, list[Build]]) -> set[str]:
    left = {one.job: one.at for one in history.departures if one.lane == lane and one.back is None}
    return {job for job, at in left.items() if job in by_job and by_job[job][-1].event > at}


def _with_former(
    job: str, own: list[Build], older: dict[str, list[Build]]
) -> tuple[list[Build], str | None]:
    """The job's builds with those of its former names, which leave `older`."""
    builds, former, same = list(own), None, stem(job)
    while True:
        before = [
            (runs[-1].night, name)
            for name, runs in older.items()
            if stem(name) == same
            and name != job
            and (not builds or runs[-1].night < builds[0].night)
        ]
        if not before:
            return builds, former
        _, name = max(before)
        builds = older.pop(name) + builds
        former = former or name


def team_lanes(history: History, jobs: Jobs, projects: Iterable[str]) -> tuple[Lane, ...]:
    """The lanes of these repositories in the pipelines that the team watches, master first."""
    wanted = set(projects)
    order = {pipeline.name: number for number, pipeline in enumerate(jobs.pipelines)}
    lanes = {
        lane
        for lane in (*history.lanes, *history.expected)
        if lane.project in wanted and lane.pipeline in order
    }
    return tuple(
        sorted(
            lanes,
            key=lambda lane: (
                order[lane.pipeline],
                lane.branch != "master",
                lane.project,
                lane.branch,
            ),
        )
    )
