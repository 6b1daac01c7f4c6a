"""Whether a job came to no end in its newest night, and for how many nights running."""

from __future__ import annotations

import datetime as dt

from ...domain.ci.absence import was_away, was_busy
from ...domain.ci.builds import Build, History, Lane, Outcome
from ...domain.ci.nights import Course, Night
from ...domain.ci.timetable import Timetable

STUCK_AFTER = dt.timedelta(days=2)  # a row that runs for so long will hardly be finished any more


def is_stuck(run: Build, until: dt.datetime) -> bool:
    """Whether a build has had no end for two days: then nothing waits for it any more."""
    return run.outcome is Outcome.RUNNING and until - (run.start or run.event) >= STUCK_AFTER


def is_missing(
    course: Course, row: tuple[Build, ...], night: Night | None, until: dt.datetime
) -> bool:
    """Cut short, or without an end for a day, is as good as absent; a job that Zuul knows only
    since the night began is new."""
    if night is None:
        return False
    if row:
        newest = row[-1]
        is_cut = newest.outcome is Outcome.CUT or is_stuck(newest, until)
        return newest.night < night.day or is_cut
    return course.known_since is not None and course.known_since <= night.start


def judged_night(
    table: Timetable, history: History, lane: Lane, tonight: Build | None
) -> Night | None:
    """The newest night that can be judged: tonight's from the job's own build or from the hour on
    which it is late, the one before until then, and where its lane was busy."""
    night = table.last(history.until)
    if night is None or tonight is not None:
        return night
    while night is not None and (history.until < night.late or was_busy(history, lane, night)):
        night = table.last(night.start - dt.timedelta(seconds=1))
    return night


def missed(
    course: Course, row: tuple[Build, ...], history: History, table: Timetable
) -> tuple[dt.datetime | None, int]:
    """Since when, and in how many nights running that Zuul listed it, the job came to no end; of
    one that it lists again since the last night, in how many it did not."""
    listed = _missed(course, row, history, table, only_listed=True)
    if listed[1]:
        return listed
    return _missed(course, row, history, table, only_listed=False)


def _missed(
    course: Course,
    row: tuple[Build, ...],
    history: History,
    table: Timetable,
    *,
    only_listed: bool,
) -> tuple[dt.datetime | None, int]:
    without = {run.night for run in row if _has_no_end(run, history.until)}
    ended = [run for run in row if run.night not in without]
    begin = ended[-1].event if ended else course.known_since or history.since
    after = ended[-1].night if ended else dt.date.min
    nights = [
        night
        for night in table.nights(history.since, history.until)
        if night.start > begin
        and night.day > after
        and (night.late <= history.until or night.day in without)
        and not (only_listed and was_away(history, course.lane, course.job, night))
        and not (night.day not in without and was_busy(history, course.lane, night))
    ]
    return (nights[0].start, len(nights)) if nights else (None, 0)


def _has_no_end(run: Build, until: dt.datetime) -> bool:
    return run.outcome is Outcome.CUT or is_stuck(run, until)
