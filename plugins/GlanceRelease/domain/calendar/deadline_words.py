"""In which words the day of a deadline is said: what upstream gives as a week is said as both, the
week and the day by which; what lasts from its beginning to its end, and whether it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..model import Kind, Schedule
from .candidate_words import clock_of, end_in_words, start_in_words, written_words
from .cycle import format_day, format_deadline, in_days, week_name
from .interval import When, whens
from .stretch import A_SECOND
from .team_calendar import Calendar
from .team_deadlines import Deadline


def due_words(
    when: When, day: dt.date, now: dt.datetime | None = None, week: str = "", clock: str = ""
) -> str:
    """When something is due, which `when` gives as a day or as a week: "Thu 2027-01-14, R-10, in 53
    days", or "R-3 week, by Thu 2027-03-04, in 53 days". Without `now` it is not told how far away
    that is, nor a day's week. A row whose `week` stands elsewhere has "by Thu 2027-03-04". `clock`
    is the day's time as written."""
    if not when.is_due_in_its_week:
        told = f"{format_day(day)} {clock}".strip()
        return told if now is None else ", ".join(filter(None, (told, week, in_days(day, now))))
    named = f"{week} week" if week else ""
    far = in_days(day, now) if now is not None else ""
    return ", ".join(filter(None, (named, f"by {format_day(day)}", far)))


def whose(title: str) -> str:
    """ "RC1's", "Final release for client libraries'"."""
    return f"{title}'" if title.endswith("s") else f"{title}'s"


def stretch_words(when: When) -> str:
    """From which to which day something is, with the times of day at its ends: "Mon 2026-04-20 to
    Fri 2026-04-24", "Wed 2024-06-12 14:00 to 16:00 UTC"; as written in another zone behind them."""
    first, behind = format_day(when.first_day), _written_behind(when.written)
    begins, ends = clock_of(when.start), clock_of(when.over)
    if when.first_day != when.last_day:
        start, end = start_in_words(when.start, when.written), end_in_words(when.over, when.written)
        return f"{start} to {end}{behind}"
    hours = f"{begins.removesuffix(' UTC')} to{ends}" if begins and ends else begins
    return f"{first}{hours}{behind}"


def _written_behind(written: tuple[str, str]) -> str:
    words = written_words(written)
    return f" ({words})" if words else ""


def lasting_words(
    when: When, now: dt.datetime | None = None, weeks: tuple[str, str] = ("", "")
) -> str:
    """When what lasts is, with that of the `weeks` in which the end of it is that comes next: "from
    Mon 2026-04-20 to Fri 2026-04-24, R-23, in 2 days"; once it has begun "running from Mon
    2026-04-20 to Fri 2026-04-24, R-23, ends in 2 days"; then "..., R-23, ended 44 days ago"."""
    text = f"from {stretch_words(when)}"
    if now is None:
        return text
    week = weeks[when.has_begun(now)]
    running = "running " if when.is_running(now) else ""
    return ", ".join(filter(None, (f"{running}{text}", week, far_words(when, now))))


def far_words(when: When, now: dt.datetime) -> str:
    """How far away the end of what lasts is that comes next: "in 2 days", "ends in 2 days", "ended
    44 days ago"."""
    if when.is_over(now):
        return f"ended {in_days(when.last_day, now)}"
    return (
        f"ends {in_days(when.last_day, now)}"
        if when.has_begun(now)
        else in_days(when.first_day, now)
    )


def until_words(when: When, now: dt.datetime, weeks: Schedule) -> str:
    """Until when something runs: "Wed 2024-08-28 23:45 UTC, R-5, in 6 days"."""
    day, told = end_words(when, now)
    return ", ".join(filter(None, (told, week_name(weeks, day), in_days(day, now))))


def end_words(when: When, now: dt.datetime) -> tuple[dt.date, str]:
    """The last day of what runs, and how that is said: "Wed 2024-08-28 23:45 UTC"."""
    over = when.runs_until(now)
    written = _written_behind(("", when.written[1]))
    return (over - A_SECOND).date(), f"{end_in_words(over, when.written)}{written}"


def noted(name: str, *notes: str) -> str:
    """A name with its notes behind it in one pair of brackets, the one that it may end with: "RC1
    (1 week early, the team's own)"."""
    told = ", ".join(filter(None, notes))
    if not told:
        return name
    return f"{name[:-1]}, {told})" if name.endswith(")") else f"{name} ({told})"


def due_of(deadline: Deadline, now: dt.datetime | None = None) -> str:
    """When a deadline is due, in these words; without `now` by which of the days that contradict
    each other, too. What lasts is said from its beginning to its end."""
    if deadline.when.lasts:
        return lasting_words(deadline.when, now, deadline.weeks)
    if deadline.conflict and now is None:
        return deadline.said_days
    return due_words(deadline.when, deadline.day, now, deadline.week, due_clock(deadline))


def due_clock(deadline: Deadline) -> str:
    """The time of day by which something is due, "11:59 UTC (written as 23:59 AoE)"; empty where
    it is due with the end of its day."""
    when, one = deadline.when, deadline.candidate
    if when.lasts or not when.is_due:
        return ""
    if one is not None:
        over, is_instant, written = one.over, one.is_instant, one.written
    else:
        over, is_instant, written = when.over, when.precision == "instant", when.written
    clock = f" {over:%H:%M} UTC" if is_instant else clock_of(over)
    return f"{clock.strip()}{_written_behind(('', written[1]))}" if clock else ""


def due_of_kind(calendar: Calendar, kind: Kind) -> str:
    """When the cycle's (last) event of a kind is due; empty where the schedule has none."""
    event = calendar.weeks.first(kind)
    if event is None or not event.days:
        return ""
    when = whens(event)[-1]
    return due_words(when, when.deadline, week=week_name(calendar.weeks, when.deadline))


def due_of_group(group: Sequence[Deadline], now: dt.datetime | None = None) -> str:
    """When what falls on one day is due, as one: a week where all of it is due in that week, from
    the first day to the last where all of it lasts so long."""
    if is_said_as_week(group):
        return due_words(group[0].when, group[0].day, now, group[0].week)
    day = group[0].day
    if is_said_as_stretch(group):
        told = stretch_words(group[0].when)
        far = (group[0].week, in_days(day, now)) if now is not None else ()
        return ", ".join(filter(None, (told, *far)))
    return format_day(day) if now is None else format_deadline(day, now, group[0].week)


def is_said_as_week(group: Sequence[Deadline]) -> bool:
    """Whether what falls on one day can be said as its week: no day of it is one that is meant."""
    return all(each.when.is_due_in_its_week for each in group)


def is_said_as_stretch(group: Sequence[Deadline]) -> bool:
    """Whether what begins on one day lasts as long, all of it."""
    if not all(one.when.lasts for one in group):
        return False
    return len({(one.when.start, one.when.over) for one in group}) == 1


def week_beside(one: Deadline, group: Sequence[Deadline]) -> str:
    """What stands behind the name of a deadline that is due in its week, among others of a day that
    is named: "R-5 week"; empty for all else."""
    if not one.when.is_due_in_its_week or is_said_as_week(group):
        return ""
    return f"{one.week} week" if one.week else "in its week"


def name_in(group: Sequence[Deadline], one: Deadline) -> str:
    """The name of a deadline among those of its day, with what of when it is is its own: a time of
    day, the other end of several days, its week."""
    return noted(one.name, notes_in(group, one))


def notes_in(group: Sequence[Deadline], one: Deadline) -> str:
    """What stands behind that name, in brackets; empty for nothing."""
    if is_said_as_stretch(group):
        return ""
    mine = "the team's own" if one.own else ""
    notes = (mine, *_times_in_day(one.when, one.time), week_beside(one, group))
    return ", ".join(filter(None, notes))


def _times_in_day(when: When, time: str) -> tuple[str, ...]:
    """The time of day as written; of several days the other end, with the times of day at both."""
    if when.first_day == when.last_day or not (when.lasts or when.precision == "span"):
        return (time,)
    start = start_in_words(when.start, when.written)
    begins = start.removeprefix(format_day(when.first_day)).strip()
    ends = clock_of(when.over)
    loose = "" if begins or ends or any(when.written) else time  # the text doesn't tell whose it is
    if when.lasts:
        told = f"{begins} to {end_in_words(when.over, when.written)}".strip()
    else:
        told = f"from {start}{f' to{ends}' if ends else ''}"
    return loose, told, written_words(when.written)
