"""What stands about each periodic job: judged over its recent runs, expected against seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise

from ...domain.ci.builds import Build, History, Lane, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.ci.job_names import JobKey, JobNames
from ...domain.ci.nights import (
    Course,
    Night,
    build_of_each_night,
    courses,
    last_night,
    nights,
    team_lanes,
)
from ...domain.gerrit_scope import repositories_of
from ...domain.moment import Moment
from ...domain.team import Jobs, Pipeline

FLAKY_RUNS = 10  # results alternate when, over this many runs,
FLAKY_TURNS = 3  # they turned at least so often,
STEADY_RUNS = 5  # and no so many good ones in a row came last
GONE_FOR = dt.timedelta(days=7)  # how long a job that is gone is still shown

BAD = (Verdict.FAILING, Verdict.INFRASTRUCTURE, Verdict.DID_NOT_RUN, Verdict.FLAKY)


@dataclass(frozen=True)
class JobStanding:
    """One job's verdict. `runs` counts what it rests on: the runs (or the missed nights) since
    `since`. `first_bad` is the first run of the present failure, `last_good` the last good one
    before it (of a job that passes, the newest). `row` are the counted builds, oldest first;
    `night` is the pipeline's newest night, `tonight` the build of it; `name` tells the job from all
    others of the team.
    """

    lane: Lane
    job: str
    verdict: Verdict
    since: dt.datetime | None = None
    runs: int = 0
    last_good: Build | None = None
    first_bad: Build | None = None
    row: tuple[Build, ...] = ()
    night: Night | None = None
    tonight: Build | None = None
    former: str | None = None
    voting: bool = True
    tips: bool = False
    name: str = ""

    @property
    def key(self) -> JobKey:
        """Which job it is."""
        return JobKey(self.lane, self.job)

    @property
    def last(self) -> Build | None:
        """The newest run that came to an end of its own."""
        return next((run for run in reversed(self.row) if run.outcome.decides), None)

    @property
    def failing(self) -> bool:
        """Whether the newest run that ended was bad and has no good one behind it."""
        return self.first_bad is not None and self.verdict not in (Verdict.PASSING, Verdict.GONE)


def watched(moment: Moment) -> tuple[str, ...]:
    """The repositories whose periodic jobs the team watches: its file's, else its deliverables'."""
    return moment.team.jobs.repositories or repositories_of(moment)


def standings(history: History, jobs: Jobs, projects: Iterable[str]) -> tuple[JobStanding, ...]:
    """Every periodic job of the repositories with its verdict at `history.until`.

    What is judged missing is missing by then: nothing is concluded from the time after the last
    good answer.
    """
    ours = tuple(projects)
    return concluded(history, ("standings", jobs, ours), lambda: _named(history, jobs, ours))


def _named(history: History, jobs: Jobs, projects: tuple[str, ...]) -> tuple[JobStanding, ...]:
    judged = tuple(_judged(history, jobs, projects))
    names = JobNames(standing.key for standing in judged)
    return tuple(replace(s, name=names.of(s.lane, s.job)) for s in judged)


def _judged(history: History, jobs: Jobs, projects: tuple[str, ...]) -> Iterator[JobStanding]:
    return (
        judged
        for lane in team_lanes(history, jobs, projects)
        for course in courses(history, lane)
        if (judged := _judge(history, jobs, course)) is not None
    )


def _judge(history: History, jobs: Jobs, course: Course) -> JobStanding | None:
    row = build_of_each_night(course.builds)
    tips = fnmatchcase(course.job, jobs.tips)
    if not course.current:
        if not row or history.until - row[-1].event > GONE_FOR:
            return None
        return JobStanding(
            course.lane,
            course.job,
            Verdict.GONE,
            row[-1].event,
            len(row),
            row=row,
            last_good=_last_good(row),
            tips=tips,
        )
    pipeline = next(p for p in jobs.pipelines if p.name == course.lane.pipeline)
    night = last_night(pipeline, jobs.late_hours, history.until)
    tonight = row[-1] if row and night and row[-1].night >= night.day else None
    found = _over_runs(row, jobs.nights)
    if row and row[-1].outcome is Outcome.RUNNING:
        found = replace(found, verdict=Verdict.RUNNING)
    elif _is_missing(course, row, _judged_night(pipeline, jobs, history, tonight)):
        since, missed = _missed(course, row, history, jobs)
        found = replace(found, verdict=Verdict.DID_NOT_RUN, since=since, runs=missed)
    elif not row:
        found = RecentRuns(Verdict.NEW, course.known_since)
    return JobStanding(
        course.lane,
        course.job,
        found.verdict,
        found.since,
        found.runs,
        last_good=_last_good(row, found.first_bad),
        first_bad=found.first_bad,
        row=row,
        night=night,
        tonight=tonight,
        former=course.former,
        voting=course.voting,
        tips=tips,
    )


def _judged_night(
    pipeline: Pipeline, jobs: Jobs, history: History, tonight: Build | None
) -> Night | None:
    """The newest night that can be judged: tonight's from the job's own build or from the hour on
    which it is late, the one before until then."""
    night = last_night(pipeline, jobs.late_hours, history.until)
    if night is None or tonight is not None or history.until >= night.late:
        return night
    return last_night(pipeline, jobs.late_hours, night.start - dt.timedelta(seconds=1))


def _is_missing(course: Course, row: tuple[Build, ...], night: Night | None) -> bool:
    """Cut short is as good as absent; a job that Zuul knows only since the night began is new."""
    if night is None:
        return False
    if row:
        newest = row[-1]
        return newest.night < night.day or newest.outcome is Outcome.CUT
    return course.known_since is not None and course.known_since <= night.start


@dataclass(frozen=True)
class RecentRuns:
    """The verdict over a job's newest runs: since when, over how many, and the first bad one."""

    verdict: Verdict
    since: dt.datetime | None = None
    runs: int = 0
    first_bad: Build | None = None


def _over_runs(row: tuple[Build, ...], enough: int) -> RecentRuns:
    """The verdict of the runs that ended."""
    ended = [run for run in row if run.outcome.decides]
    if not ended:
        return RecentRuns(Verdict.NEW)
    streak = _tail(ended, ended[-1].outcome)
    if ended[-1].outcome is Outcome.TROUBLE:
        return RecentRuns(Verdict.INFRASTRUCTURE, streak[0].event, len(streak), streak[0])
    decided = [run for run in ended if run.outcome is not Outcome.TROUBLE]
    streak = _tail(decided, ended[-1].outcome)
    bad = streak[0] if ended[-1].outcome is Outcome.FAILED else None
    window = decided[-FLAKY_RUNS:]
    turns = sum(a.outcome is not b.outcome for a, b in pairwise(window))
    steady = len(streak) >= (enough if bad else STEADY_RUNS)
    if bad is not None:  # a failure after a steady stretch is news, not one more turn
        before = decided[: -len(streak)]
        steady = steady or len(_tail(before, Outcome.PASSED)) >= STEADY_RUNS
    if turns >= FLAKY_TURNS and not steady:
        first = next(run for run in window if run.outcome is Outcome.FAILED)
        return RecentRuns(Verdict.FLAKY, first.event, len(window), bad or first)
    if bad is not None:
        return RecentRuns(Verdict.FAILING, bad.event, len(streak), bad)
    return RecentRuns(Verdict.PASSING, streak[0].event, len(streak))


def _tail(runs: list[Build], outcome: Outcome) -> list[Build]:
    """The newest runs in a row that all had this outcome."""
    start = len(runs)
    while start and runs[start - 1].outcome is outcome:
        start -= 1
    return runs[start:]


def _last_good(row: tuple[Build, ...], before: Build | None = None) -> Build | None:
    good = (
        run
        for run in reversed(row)
        if run.outcome is Outcome.PASSED and (before is None or run.event < before.event)
    )
    return next(good, None)


def _missed(
    course: Course, row: tuple[Build, ...], history: History, jobs: Jobs
) -> tuple[dt.datetime | None, int]:
    """Since when, and for how many nights running, the job came to no end."""
    pipeline = next(p for p in jobs.pipelines if p.name == course.lane.pipeline)
    last = next((run.event for run in reversed(row) if run.outcome is not Outcome.CUT), None)
    begin = last or course.known_since or history.since
    cut_short = {run.night for run in row if run.outcome is Outcome.CUT}
    missed = [
        night
        for night in nights(pipeline, jobs.late_hours, history.since, history.until)
        if night.start > begin
        and (last is None or night.day > last.date())
        and (night.late <= history.until or night.day in cut_short)
    ]
    return (missed[0].start, len(missed)) if missed else (None, 0)
