"""What stands about each periodic job: judged over its recent runs, expected against seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ...domain.ci.absence import UNDERWAY, absence, broken, came_back, waiting
from ...domain.ci.builds import Build, History, Lane, Outcome, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.ci.job_names import JobKey, JobNames
from ...domain.ci.moved_jobs import moved_from, moved_to
from ...domain.ci.nights import Course, Night, build_of_each_night, courses, team_lanes
from ...domain.ci.timetable import timetable_of
from ...domain.gerrit_scope import repositories_of
from ...domain.moment import Moment
from ...domain.team import Jobs
from .missed_nights import is_missing, is_stuck, judged_night, missed
from .streaks import RecentRuns, last_good, recent_runs

GONE_FOR = dt.timedelta(days=7)  # how long a job that is gone is still shown

BAD = (
    Verdict.BROKEN,
    Verdict.FAILING,
    Verdict.INFRASTRUCTURE,
    Verdict.DID_NOT_RUN,
    Verdict.UNSEEN,
    Verdict.FLAKY,
)
RETRIED = "RETRY"  # of an attempt after which Zuul tries again


@dataclass(frozen=True)
class JobStanding:
    """One job's verdict. `runs` counts what it rests on: the runs since the last pass (or the
    missed nights), of which `since` is the first. `first_bad` is the first run of the present
    failure, one that failed where any did, `last_good` the last good one before it (of a job that
    passes, the newest). `row` are the counted builds, oldest first, `builds` all of them; `night`
    is the pipeline's newest night, `tonight` the build of it; `name` tells the job from all others
    of the team.
    `moved` is where it runs now, of a job that is gone; of one that is new, where it ran before.
    `back` is when Zuul listed it again that did not list it in the night that is judged.
    """

    lane: Lane
    job: str
    verdict: Verdict
    since: dt.datetime | None = None
    runs: int = 0
    last_good: Build | None = None
    first_bad: Build | None = None
    row: tuple[Build, ...] = ()
    builds: tuple[Build, ...] = ()
    night: Night | None = None
    tonight: Build | None = None
    former: str | None = None
    voting: bool = True
    tips: bool = False
    name: str = ""
    reason: str = ""
    moved: Lane | None = None
    back: dt.datetime | None = None

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


def is_bad(standing: JobStanding) -> bool:
    """Whether a job's news is bad: its verdict, or that of its last run while it runs again."""
    return standing.verdict in BAD or (standing.verdict in UNDERWAY and standing.failing)


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
    bare = JobStanding(
        course.lane,
        course.job,
        Verdict.GONE,
        row=row,
        builds=course.builds,
        tips=fnmatchcase(course.job, jobs.tips),
    )
    if not course.current:
        return _gone(bare, history)
    table = timetable_of(history, jobs, course.lane.pipeline)
    night = table.last(history.until)
    tonight = row[-1] if row and night and row[-1].night >= night.day else None
    judged = judged_night(table, history, course.lane, tonight)
    found = _found(course, row, history, jobs, judged)
    return replace(
        bare,
        verdict=found.verdict,
        since=found.since,
        runs=found.runs,
        last_good=last_good(row, found.first_bad),
        first_bad=found.first_bad,
        night=night,
        tonight=tonight,
        former=course.former,
        voting=course.voting,
        moved=moved_from(history, *bare.key) if found.verdict is Verdict.NEW else None,
        reason=why.reason if (why := broken(history, course.lane, course.job)) else "",
        back=came_back(history, course.lane, course.job, judged) if judged else None,
    )


def _gone(bare: JobStanding, history: History) -> JobStanding | None:
    """A job that Zuul would not run any more; None for one that is gone for long."""
    row = bare.row
    left = [d for d in history.departures if (d.lane, d.job) == bare.key and d.back is None]
    last = max((row[-1].event, *(one.at for one in left))) if row else None
    if last is None or history.until - last > GONE_FOR:
        return None
    there = next((there for one in left if (there := moved_to(history, one)) is not None), None)
    return replace(bare, since=row[-1].event, runs=len(row), last_good=last_good(row), moved=there)


def _found(
    course: Course, row: tuple[Build, ...], history: History, jobs: Jobs, night: Night | None
) -> RecentRuns:
    """The verdict of the newest run that ended, unless one is under way, or missing."""
    found = recent_runs(row, jobs.nights)
    if _runs_now(row, night, history.until):
        return replace(found, verdict=Verdict.RUNNING)
    if (why := broken(history, course.lane, course.job)) is not None:
        return replace(found, verdict=Verdict.BROKEN, since=why.at, runs=0)
    waits = waiting(history, course.lane, course.job)
    if waits is not None and not _has_ended(row, history, jobs):
        return replace(found, verdict=waits.verdict, since=waits.since, runs=0)
    if night is not None and is_missing(course, row, night, history.until):
        return _absent(found, course, row, history, jobs, night)
    return found if row else RecentRuns(Verdict.NEW, course.known_since)


def _has_ended(row: tuple[Build, ...], history: History, jobs: Jobs) -> bool:
    """Whether the newest night has the job's run with its end."""
    if not row or not row[-1].outcome.decides:
        return False
    night = timetable_of(history, jobs, row[-1].lane.pipeline).last(history.until)
    return night is None or row[-1].night >= night.day


def _is_repeated(verdict: Verdict, night: Night, until: dt.datetime) -> bool:
    """Whether another attempt is to be expected: its buildset goes on, or the night does."""
    return verdict is Verdict.QUEUED or (verdict is Verdict.UNSEEN and until < night.late)


def _absent(
    found: RecentRuns,
    course: Course,
    row: tuple[Build, ...],
    history: History,
    jobs: Jobs,
    night: Night,
) -> RecentRuns:
    """A run that was cut short is the last word of its night, an attempt that Zuul repeats is not;
    without any, Zuul's status and buildsets tell."""
    tried = bool(row) and row[-1].night >= night.day
    table = timetable_of(history, jobs, course.lane.pipeline)
    since, nights = missed(course, row, history, table)
    if not tried or row[-1].result == RETRIED:
        known = absence(history, course.lane, course.job, night)
        verdict = known.verdict
        if tried and _is_repeated(verdict, night, history.until):
            verdict = Verdict.RETRYING
        if verdict is not Verdict.DID_NOT_RUN:
            told = known.since or (since if verdict is Verdict.UNSEEN else None) or night.start
            return replace(found, verdict=verdict, since=told, runs=0)
    return replace(found, verdict=Verdict.DID_NOT_RUN, since=since, runs=nights)


def _runs_now(row: tuple[Build, ...], night: Night | None, until: dt.datetime) -> bool:
    """Whether the run of the night that is judged goes on."""
    if not row or row[-1].outcome is not Outcome.RUNNING or is_stuck(row[-1], until):
        return False
    return night is None or row[-1].night >= night.day
