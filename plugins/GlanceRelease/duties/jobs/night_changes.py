"""What changed about the periodic jobs and is worth a line: failed N nights running, recovered,
a night in which nothing ran."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ...domain.ci.builds import Build, History, Lane, Outcome
from ...domain.ci.conclusions import concluded
from ...domain.ci.nights import Course, Night, courses, team_lanes, without_vain_repeats
from ...domain.ci.timetable import timetable_of
from ...domain.team import Jobs, Pipeline
from .missed_nights import is_stuck

LOOK_BACK = dt.timedelta(days=7)
NOT_YET = dt.datetime.max.replace(tzinfo=dt.UTC)

Sort = Literal["failing", "recovered", "empty"]


@dataclass(frozen=True)
class NightChange:
    """One thing that changed in one night.

    `at` is when it was so (UTC), `settled` when the whole night was known: only then it is said,
    with all else that changed. `build` is the run that decided it, `first` the first bad run,
    `nights` how many nights running were bad.
    """

    sort: Sort
    lane: Lane
    job: str
    night: dt.date
    at: dt.datetime
    settled: dt.datetime
    build: Build | None = None
    first: Build | None = None
    nights: int = 0

    @property
    def ident(self) -> str:
        """The day and a digest of what happened: equal whenever it is found again."""
        what = (self.sort, *self.lane, self.build.uuid if self.build else "")
        digest = hashlib.blake2b("|".join(what).encode(), digest_size=5).hexdigest()
        day = self.build.event if self.build else self.night
        return f"{day:%m%d}{digest}"


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
                    of_lane += _turns(course, jobs.nights, settled, history.until)
                of_lane += _empty_nights(history, jobs, pipeline, lane, by_lane[lane])
    oldest = history.until - LOOK_BACK
    return tuple(
        sorted(
            (change for change in of_lane if oldest <= change.settled <= history.until),
            key=lambda change: (change.night, change.at, change.lane, change.job),
        )
    )


def _turns(
    course: Course, enough: int, settled: dict[dt.date, dt.datetime], until: dt.datetime
) -> Iterator[NightChange]:
    """Every time the job had failed `enough` nights running, and every recovery after that.

    Every run that ended counts here, an enqueue by hand too, but for one that failed where the
    timer's had passed; a run that was cut, or a night without one, neither continues a failure nor
    ends it. Behind a run that still goes on nothing is said: it may end either way; one without an
    end for two days is passed over.
    """
    if not course.voting:
        return
    bad: list[Build] = []
    for run in without_vain_repeats(course.builds):
        if run.outcome is Outcome.RUNNING and not is_stuck(run, until):
            return
        if not run.outcome.decides:
            continue
        bad_nights = len({b.night for b in bad})
        at = max(b.end or b.event for b in (*bad, run))
        told = NightChange(
            "recovered",
            course.lane,
            course.job,
            run.night,
            at,
            max(at, settled.get(run.night, at)),
            run,
            bad[0] if bad else run,
            bad_nights,
        )
        if run.outcome is Outcome.PASSED:
            if bad_nights >= enough:
                yield told
            bad = []
            continue
        bad.append(run)
        if bad_nights < enough <= len({b.night for b in bad}):
            yield replace(told, sort="failing", nights=enough)


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
            known = min(end or night.late, night.late)
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
    history: History, jobs: Jobs, pipeline: Pipeline, lane: Lane, current: tuple[Course, ...]
) -> Iterator[NightChange]:
    """The first of each run of nights in which a lane that has jobs had no build at all."""
    known = [c.builds[0].event if c.builds else c.known_since for c in current]
    begin = min((at for at in known if at is not None), default=None)
    if begin is None:
        return
    ran = {build.night for course in courses(history, lane) for build in course.builds}
    empty_before = False
    table = timetable_of(history, jobs, pipeline.name)
    for night in table.nights(max(begin, history.since), history.until):
        if night.late > history.until:
            break
        empty = night.day not in ran
        if empty and not empty_before:
            yield NightChange("empty", lane, "", night.day, night.late, night.late)
        empty_before = empty


def unsaid(changed: Iterable[NightChange], said: frozenset[str]) -> tuple[NightChange, ...]:
    """What is still to be said: a failure and its recovery cancel out while neither was said, and
    of a job that failed again only the last counts."""
    fresh = [change for change in changed if change.ident not in said]
    kept: list[NightChange] = []
    for change in fresh:
        earlier = next(
            (c for c in kept if (c.lane, c.job) == (change.lane, change.job) and c.job), None
        )
        if earlier is not None:
            kept.remove(earlier)
            if {earlier.sort, change.sort} == {"failing", "recovered"}:
                continue
        kept.append(change)
    return tuple(kept)
