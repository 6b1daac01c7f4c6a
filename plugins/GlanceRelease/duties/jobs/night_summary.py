"""How many of the expected jobs passed in the newest night of which anything was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...domain.ci.absence import was_busy
from ...domain.ci.builds import Build, Outcome, Verdict
from ...domain.ci.nights import Night
from ...domain.ci.timetable import Timetable, timetable_of
from ...domain.messages.clauses import Link, Span
from ...domain.messages.counts import counted
from .facts import JobStanding
from .selection import JobsView
from .words import day, hour, night_link


@dataclass(frozen=True)
class _Counted:
    """The jobs that are counted by their night, tips jobs where there are any, and the others."""

    main: Sequence[JobStanding]
    others: Sequence[JobStanding]
    kind: str


def summary(view: JobsView, told: Sequence[JobStanding], link: bool) -> tuple[Span, ...]:
    """How many of the expected jobs passed in which night, of those that can be counted."""
    jobs = _counted(told)
    seen = max((s.row[-1].night for s in jobs.main if s.row), default=None)
    if seen is None:
        return (f"{counted(len(jobs.main), 'periodic job')} expected, no run seen yet.",)
    jobs = _of_that_night(view, jobs, seen)
    builds = [b for s in jobs.main if (b := _of_night(s, seen)) is not None]
    running = _running(builds, jobs, view.moment.today)
    text = f"{_passed(builds, jobs)} {_when(view, jobs, seen)}{running}"
    text += f"{_others(jobs.others)}{_since_then(view, jobs, seen)}"
    if not link:
        return (f"{text}.",)
    return f"{text}. ", Link("builds", night_link(view.history, builds))


def _counted(told: Sequence[JobStanding]) -> _Counted:
    tips = [s for s in told if s.tips]
    if not tips:
        return _Counted(told, (), "periodic job")
    return _Counted(tips, [s for s in told if not s.tips], "tips job")


def _of_that_night(view: JobsView, jobs: _Counted, seen: dt.date) -> _Counted:
    """Those that were to run in the night; one of a weekly pipeline is counted with the others."""
    until = view.history.until + dt.timedelta(days=1)
    had = {
        pipeline: any(
            night.day == seen
            for night in timetable_of(view.history, view.moment.team.jobs, pipeline).nights(
                view.history.since, until
            )
        )
        for pipeline in {s.lane.pipeline for s in jobs.main}
    }
    main = [s for s in jobs.main if had[s.lane.pipeline]]
    rest = [s for s in jobs.main if s not in main and s.verdict is not Verdict.NEW]
    return _Counted(main, [*jobs.others, *rest], jobs.kind) if main else jobs


def _of_night(standing: JobStanding, night: dt.date) -> Build | None:
    return next((run for run in reversed(standing.row) if run.night == night), None)


def _passed(builds: Sequence[Build], jobs: _Counted) -> str:
    passed = sum(build.outcome is Outcome.PASSED for build in builds)
    return f"{passed} of {counted(len(jobs.main), jobs.kind)} passed"


def _running(builds: Sequence[Build], jobs: _Counted, today: dt.date) -> str:
    running = sum(build.outcome is Outcome.RUNNING for build in builds)
    told = [f"{running} still running"] * bool(running)
    return "".join(f", {each}" for each in (*told, *_waiting(jobs, today)))


def _waiting(jobs: _Counted, today: dt.date) -> Iterator[str]:
    """How many of the jobs are queued or wait for another attempt, and since when."""
    for verdict, words in ((Verdict.QUEUED, "queued"), (Verdict.RETRYING, "waiting for a retry")):
        since = [s.since for s in jobs.main if s.verdict is verdict]
        first = min((at for at in since if at is not None), default=None)
        if since:
            yield f"{len(since)} {words}{_since(first, today)}"


def _since(first: dt.datetime | None, today: dt.date) -> str:
    if first is None:
        return ""
    return f" since {hour(first)}{f' on {day(first)}' if first.date() != today else ''}"


def _when(view: JobsView, jobs: _Counted, seen: dt.date) -> str:
    """Which night it was, and at which hour that began."""
    when = "last night" if seen == view.moment.today else f"in the night of {day(seen)}"
    night = _night(view, jobs, seen)
    return f"{when} ({night.start:%H:%M} UTC)" if night else when


def _night(view: JobsView, jobs: _Counted, seen: dt.date) -> Night | None:
    until = view.history.until
    nights = _table(view, jobs).nights(view.history.since, until + dt.timedelta(days=1))
    return next((night for night in nights if night.day == seen), None)


def _table(view: JobsView, jobs: _Counted) -> Timetable:
    pipelines = {s.lane.pipeline for s in jobs.main}
    first = next(p for p in view.moment.team.jobs.pipelines if p.name in pipelines)
    return timetable_of(view.history, view.moment.team.jobs, first.name)


def _others(others: Sequence[JobStanding]) -> str:
    if not others:
        return ""
    good = sum(s.verdict is Verdict.PASSING for s in others)
    return f", {good} of {counted(len(others), 'other periodic job')} passing"


def _since_then(view: JobsView, jobs: _Counted, seen: dt.date) -> str:
    """What became of a night that is newer than the one that was seen."""
    last = _table(view, jobs).last(view.history.until)
    if last is None or last.day <= seen:
        return ""
    if any(_waiting(jobs, last.day)) or any(
        was_busy(view.history, s.lane, last) for s in jobs.main
    ):
        return ""
    if any(s.verdict in (Verdict.UNSEEN, Verdict.BROKEN) for s in jobs.main):
        return ""
    if view.history.until >= last.late:
        return f"; nothing ran on {day(last.day)}"
    hours = int((view.history.until - last.start).total_seconds() // 3600)
    return f"; the run of {day(last.day)} has not begun after {hours} h"
