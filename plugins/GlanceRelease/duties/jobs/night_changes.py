"""What changed about the periodic jobs and is worth a line: failed N nights running, recovered,
a night in which nothing ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...domain.ci.absence import absence, was_broken, was_busy
from ...domain.ci.builds import Build, Gap, History, Lane, Verdict
from ...domain.ci.conclusions import concluded
from ...domain.ci.nights import Course, Night, courses, team_lanes
from ...domain.ci.timetable import timetable_of
from ...domain.team import Jobs, Pipeline
from .job_set_changes import STOPPED_FOR, departures, stops
from .night_change import CANCEL, NightChange, Sort
from .streaks import streaks

LOOK_BACK = dt.timedelta(days=7)
NOT_YET = dt.datetime.max.replace(tzinfo=dt.UTC)


def changes(history: History, jobs: Jobs, projects: Iterable[str]) -> tuple[NightChange, ...]:
    """What changed in the settled nights of the last week, oldest first.

    A change rests on builds that ended, which do not change any more; so it is found again, the
    same, as long as it is within the week. What came and went within it cancels out only when
    neither was said, which is for the caller to know.
    """
    ours = tuple(projects)
    return concluded(history, ("changes", jobs, ours), lambda: _changes(history, jobs, ours))


def _changes(history: History, jobs: Jobs, projects: tuple[str, ...]) -> tuple[NightChange, ...]:
    lanes = team_lanes(history, jobs, projects)
    by_lane = {lane: tuple(c for c in courses(history, lane) if c.current) for lane in lanes}
    of_lane: list[NightChange] = []
    for weekly in (False, True):
        group = [p for p in jobs.pipelines if (p.weekday is not None) is weekly]
        settled = _settled(history, jobs, group, by_lane)
        for pipeline in group:
            for lane in lanes:
                if lane.pipeline != pipeline.name:
                    continue
                for course in by_lane[lane]:
                    turns = list(_turns(course, jobs.nights, settled, history))
                    of_lane += turns
                    told = {turn.build for turn in turns}
                    stopped = stops(history, jobs, course, settled)
                    of_lane += (c for c in stopped if c.sort != "resumed" or c.build not in told)
                of_lane += departures(history, lane)
                of_lane += _empty_nights(history, jobs, pipeline, lane, by_lane[lane], settled)
    oldest = history.until - LOOK_BACK
    return tuple(
        sorted(
            (change for change in of_lane if oldest <= change.settled <= history.until),
            key=lambda change: (change.night, change.at, change.lane, change.job),
        )
    )


def _turns(
    course: Course, enough: int, settled: Mapping[dt.date, dt.datetime], history: History
) -> Iterator[NightChange]:
    """Every time the job had failed `enough` nights running, and every recovery after that."""
    if not course.voting:
        return
    for bad, good in streaks(course.builds, history.until):
        nights = list(dict.fromkeys(run.night for run in bad))
        if len(nights) < enough:
            continue
        number = next(n for n, run in enumerate(bad) if run.night == nights[enough - 1])
        decisive = bad[number]
        began = _told(course, "failing", bad[: number + 1], decisive, settled)
        yield _as_known_late(replace(began, nights=enough), history.gaps, bad)
        if good is not None:
            over = _told(course, "recovered", [*bad, good], good, settled)
            yield _as_known_late(replace(over, nights=len(nights)), history.gaps)


def _told(
    course: Course,
    sort: Sort,
    runs: Sequence[Build],
    decisive: Build,
    settled: Mapping[dt.date, dt.datetime],
) -> NightChange:
    at = max(_end(run) for run in runs)
    when = max(at, settled.get(decisive.night, at))
    return NightChange(sort, course.lane, course.job, decisive.night, at, when, decisive, runs[0])


def _as_known_late(
    change: NightChange, gaps: Iterable[Gap], bad: Sequence[Build] = ()
) -> NightChange:
    """The change, where it came in a gap as it was known at its end: a failure by all its nights
    until then."""
    gap = next((gap for gap in gaps if gap.begin < change.settled < gap.end), None)
    if gap is None:
        return change
    late = replace(change, settled=gap.end, gap=gap)
    known = [run for run in bad if _end(run) <= gap.end]
    if not known:
        return late
    return replace(late, night=known[-1].night, nights=len({run.night for run in known}))


def _end(run: Build) -> dt.datetime:
    return run.end or run.event


def _settled(
    history: History,
    jobs: Jobs,
    pipelines: list[Pipeline],
    by_lane: dict[Lane, tuple[Course, ...]],
) -> dict[dt.date, dt.datetime]:
    """When each night was known: when the last of its jobs had come to an end, or when what was
    still missing was late; far in the future for a night that is not settled yet."""
    settled_by: dict[dt.date, dt.datetime] = {}
    for pipeline in pipelines:
        lanes = [lane for lane in by_lane if lane.pipeline == pipeline.name]
        table = timetable_of(history, jobs, pipeline.name)
        for night in table.nights(history.since, history.until):
            end = _all_ended([c for lane in lanes for c in by_lane[lane]], night)
            told_by = table.told_by(night)
            known = min(end or told_by, told_by)
            if known > history.until:
                known = NOT_YET
            settled_by[night.day] = max(settled_by.get(night.day, known), known)
    return settled_by


def _all_ended(courses_: list[Course], night: Night) -> dt.datetime | None:
    last = night.start
    for course in courses_:
        ends = [
            b.end or b.event for b in course.builds if b.night == night.day and b.outcome.decides
        ]
        if not ends:
            return None
        last = max(last, min(ends))
    return last


def _empty_nights(
    history: History,
    jobs: Jobs,
    pipeline: Pipeline,
    lane: Lane,
    current: tuple[Course, ...],
    settled: Mapping[dt.date, dt.datetime],
) -> Iterator[NightChange]:
    """The first of each run of nights in which a lane that has jobs had no build at all, where
    Zuul told that there was none, and not that the jobs are broken, which is told of itself; and
    the first night after three or more of these. A run goes on over what was enqueued by hand,
    and over a night of which Zuul did not tell."""
    known = [c.builds[0].event if c.builds else c.known_since for c in current]
    begin = min((at for at in known if at is not None), default=None)
    if begin is None:
        return
    ran = _first_runs(history, lane)
    table = timetable_of(history, jobs, pipeline.name)
    judged = [
        night
        for night in table.nights(max(begin, history.since), history.until)
        if night.late <= history.until or night.day in ran
    ]
    empty: list[Night] = []
    for night in judged:
        run = ran.get(night.day)
        if run is None and _did_not_run(history, lane, current, night):
            empty.append(night)
            if len(empty) == 1:
                change = NightChange("empty", lane, "", night.day, night.late, night.late)
                change = _as_known_late(change, history.gaps)
                if not _is_over(change, judged, ran):
                    yield change
            continue
        if run is None and not _is_broken(history, lane, current, night):
            continue
        if run is not None and not table.firings.has(run.event):
            continue
        if run is not None and len(empty) >= STOPPED_FOR:
            end = _end(run)
            again = NightChange(
                "again", lane, "", night.day, end, max(end, settled.get(night.day, end)), run
            )
            again = replace(again, nights=len(empty), since=empty[0].day)
            yield _as_known_late(again, history.gaps)
        empty = []


def _first_runs(history: History, lane: Lane) -> dict[dt.date, Build]:
    """The first build of each night of a lane."""
    ran: dict[dt.date, Build] = {}
    for build in sorted(
        (build for course in courses(history, lane) for build in course.builds),
        key=lambda build: build.number,
    ):
        ran.setdefault(build.night, build)
    return ran


def _is_over(change: NightChange, judged: Iterable[Night], ran: Container[dt.date]) -> bool:
    """Whether the lane ran again before anybody could know that it had not."""
    gap = change.gap
    return gap is not None and any(
        night.day in ran and change.night < night.day and night.start < gap.end for night in judged
    )


def _is_broken(history: History, lane: Lane, current: tuple[Course, ...], night: Night) -> bool:
    return all(was_broken(history, lane, course.job, night) for course in current)


def _did_not_run(history: History, lane: Lane, current: tuple[Course, ...], night: Night) -> bool:
    if was_busy(history, lane, night):
        return False
    if _is_broken(history, lane, current, night):
        return False
    return absence(history, lane, "", night).verdict is Verdict.DID_NOT_RUN


def unsaid(changed: Iterable[NightChange], said: frozenset[str]) -> tuple[NightChange, ...]:
    """What is still to be said: a failure and its recovery cancel out while neither was said, and
    of a job that failed again only the last counts; of a lane's jobs each for itself."""
    kept: list[NightChange] = []
    for change in (change for change in changed if change.ident not in said):
        rest: NightChange | None = change
        for earlier in [c for c in kept if change.follows(c)]:
            number = kept.index(earlier)
            left = earlier.without(change.jobs)
            kept[number : number + 1] = [left] if left is not None else []
            if rest is not None and {earlier.sort, change.sort} in CANCEL:
                rest = rest.without(earlier.jobs)
        kept += [rest] if rest is not None else []
    return tuple(kept)
