"""In which words the day of a deadline is said: what upstream gives as a week is said as both, the
week and the day by which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..model import Kind
from .cycle import format_day, format_deadline, in_days, week_name
from .interval import When, whens
from .team_calendar import Calendar
from .team_deadlines import Deadline


def due_words(when: When, day: dt.date, now: dt.datetime | None = None, week: str = "") -> str:
    """When something is due, which `when` gives as a day or as a week: "Thu 2027-01-14, R-10, in 53
    days", or "R-3 week, by Thu 2027-03-04, in 53 days". Without `now` it is not told how far away
    that is, nor a day's week. A row whose `week` stands elsewhere has "by Thu 2027-03-04"."""
    if not when.is_due_in_its_week:
        return format_day(day) if now is None else format_deadline(day, now, week)
    named = f"{week} week" if week else ""
    far = in_days(day, now) if now is not None else ""
    return ", ".join(filter(None, (named, f"by {format_day(day)}", far)))


def whose(title: str) -> str:
    """ "RC1's", "Final release for client libraries'"."""
    return f"{title}'" if title.endswith("s") else f"{title}'s"


def due_of(deadline: Deadline, now: dt.datetime | None = None) -> str:
    """When a deadline is due, in these words; without `now` by which of the days that contradict
    each other, too."""
    if deadline.conflict and now is None:
        return deadline.said_days
    return due_words(deadline.when, deadline.day, now, deadline.week)


def due_of_kind(calendar: Calendar, kind: Kind) -> str:
    """When the cycle's (last) event of a kind is due; empty where the schedule has none."""
    event = calendar.weeks.first(kind)
    if event is None or not event.days:
        return ""
    when = whens(event)[-1]
    return due_words(when, when.deadline, week=week_name(calendar.weeks, when.deadline))


def due_of_group(group: Sequence[Deadline], now: dt.datetime | None = None) -> str:
    """When what falls on one day is due, as one: a week where one is due in it and no text names
    the day of another."""
    week = next((one for one in group if is_said_as_week(one, group)), None)
    if week is not None:
        return due_of(week, now)
    day = group[0].day
    return format_day(day) if now is None else format_deadline(day, now, group[0].week)


def is_said_as_week(one: Deadline, group: Sequence[Deadline]) -> bool:
    """Whether a deadline is due in its week and those of its day can be said so with it: the other
    days are but the Thursday of that week too."""
    return one.when.is_due_in_its_week and all(each.rule == "thursday" for each in group)


def week_beside(one: Deadline, group: Sequence[Deadline]) -> str:
    """What stands behind the name of a deadline that is due in its week, among others of a day that
    is named: "R-5 week"; empty for all else."""
    if not one.when.is_due_in_its_week or is_said_as_week(one, group):
        return ""
    return f"{one.week} week" if one.week else "in its week"
