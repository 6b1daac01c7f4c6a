"""What the release team proposes in which week, and what silence means to it: process.rst's weeks
and topics, as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ..calendar.cycle import release_day
from ..calendar.team_calendar import schedules_in
from ..model import Kind, Schedule, Series
from ..moment import Moment
from ..snapshot import SERIES, schedule_of
from .proposal import Proposal

_FRIDAY = dt.timedelta(days=4)
_WEEK = dt.timedelta(weeks=1)


class Silence(StrEnum):
    """What no answer means, and by when."""

    MERGES_ON_FRIDAY = "on the Friday, merge patches that did not get any feedback"
    IS_ABANDONED = "patches that get no feedback by the deadline should be abandoned"
    IS_OPEN = "nothing is said of silence"


@dataclass(frozen=True)
class WeeklyTask:
    """A task of one week: the topic of its proposals behind the series' name, the week (an event's,
    or so many weeks before the release's), and what silence means."""

    topic: str
    week: Kind | int
    silence: Silence
    title: str


# In process.rst's order, each with the section that states it. Milestone 2's Friday stands in the
# mail of the week before it: "if we do not hear anything at all by the end of the week".
WEEKLY_TASKS = (
    WeeklyTask("milestone-1", Kind.MILESTONE_1, Silence.MERGES_ON_FRIDAY, "Milestone-1"),
    WeeklyTask("milestone-2", Kind.MILESTONE_2, Silence.MERGES_ON_FRIDAY, "Before Milestone-2"),
    WeeklyTask(
        "final-non-client-libs", Kind.FINAL_LIBRARIES, Silence.MERGES_ON_FRIDAY, "R-6 week"
    ),
    WeeklyTask("milestone-3", Kind.MILESTONE_3, Silence.MERGES_ON_FRIDAY, "R-5 week"),
    WeeklyTask("stable-branches", 4, Silence.MERGES_ON_FRIDAY, "R-4 week"),
    WeeklyTask("cwi-not-released", Kind.RC1, Silence.MERGES_ON_FRIDAY, "R-3 week"),
    WeeklyTask("rc1-deadline", Kind.RC1, Silence.MERGES_ON_FRIDAY, "R-3 week"),
    WeeklyTask("tp-latest", 2, Silence.IS_OPEN, "R-2 week"),
    WeeklyTask("missing-stable-branches", 2, Silence.MERGES_ON_FRIDAY, "R-2 week"),
    WeeklyTask("final-rc", Kind.FINAL_RC, Silence.IS_ABANDONED, "R-1 week"),
    WeeklyTask("final-missing-deliverables", Kind.RELEASE, Silence.IS_OPEN, "R+0 week"),
)  # fmt: skip
_BY_TOPIC = {task.topic: task for task in WEEKLY_TASKS}


@dataclass(frozen=True)
class AnswerBy:
    """The day by which a proposal's answer is waited for, and what none means then."""

    day: dt.date
    silence: Silence


def answer_by(moment: Moment, proposal: Proposal) -> AnswerBy | None:
    """By when a proposal of the release team wants an answer: that of the task whose topic it has,
    where it is of that series and was made for that week, or in the one before. None for any
    other: nothing says what silence means to it."""
    change = proposal.change
    found = _task_of(change.topic, moment[SERIES].value or ())
    if found is None or change.created is None:
        return None
    task, series = found
    files = [file.after or file.before for file in proposal.files]
    monday = _monday_of(moment, task, series)
    if monday is None or not any(file and file.series == series.name for file in files):
        return None
    made = change.created.date()
    if not monday - _WEEK <= made <= monday + _FRIDAY or task.silence is Silence.IS_OPEN:
        return None
    if task.silence is Silence.MERGES_ON_FRIDAY:
        return AnswerBy(monday + _FRIDAY, task.silence)
    event = _schedule(moment, series, task.week)
    return AnswerBy(event, task.silence) if event else None


def week_of_task(moment: Moment, series: Series, topic: str) -> dt.date | None:
    """The Monday of the week in which the release team has the task with this topic; None where
    the series' days don't tell it. KeyError for a topic that is none of these."""
    return _monday_of(moment, _BY_TOPIC[topic], series)


def _task_of(topic: str, known: tuple[Series, ...]) -> tuple[WeeklyTask, Series] | None:
    for series in known:
        for task in WEEKLY_TASKS:
            names = (f"{name}-{task.topic}" for name in (series.name, series.release_id) if name)
            if topic.casefold() in names:
                return task, series
    return None


def _monday_of(moment: Moment, task: WeeklyTask, series: Series) -> dt.date | None:
    day = _schedule(moment, series, task.week)
    return day - dt.timedelta(days=day.weekday()) if day else None


def _schedule(moment: Moment, series: Series, week: Kind | int) -> dt.date | None:
    """The day of an event, or one in the week that is so many before the release's."""
    schedule = moment[schedule_of(series.name)].value
    if isinstance(week, Kind):
        event = schedule.first(week) if schedule else None
        return event.days[0] if event and event.days else None
    return _in_week(moment, schedule, series, week)


def _in_week(
    moment: Moment, schedule: Schedule | None, series: Series, weeks: int
) -> dt.date | None:
    named = (week for week in (schedule.weeks if schedule else ()) if week.name == f"R-{weeks}")
    row = next(named, None)
    if row is not None:
        return row.start
    day = release_day(series.name, schedules_in(moment.snapshot), moment[SERIES].value or ())
    return day - weeks * _WEEK if day else None
