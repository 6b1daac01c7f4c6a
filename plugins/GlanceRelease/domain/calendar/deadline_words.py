"""In which words the day of a deadline is said: what upstream gives as a week is said as both, the
week and the day by which; what lasts from its beginning to its end, and whether it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..model import Kind, Schedule
from .cycle import format_day, format_deadline, in_days, week_name
from .interval import When, whens
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
    Fri 2026-04-24", "Wed 2024-06-12 14:00 to 16:00 UTC"."""
    first, last = format_day(when.first_day), format_day(when.last_day)
    begins, ends = clock_of(when.start), clock_of(when.over)
    if when.first_day != when.last_day:
        return f"{first}{begins} to {last}{ends}"
    return f"{first}{begins.removesuffix(' UTC')} to{ends}" if begins and ends else first + begins


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
    day = when.last_day
    said = f"{format_day(day)}{clock_of(when.over)}", week_name(weeks, day), in_days(day, now)
    return ", ".join(filter(None, said))


def clock_of(instant: dt.datetime) -> str:
    """ " 23:45 UTC", to stand behind a day; empty for midnight, where whole days begin and end."""
    return f" {instant:%H:%M} UTC" if instant.time() != dt.time() else ""


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
    return due_words(deadline.when, deadline.day, now, deadline.week)


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
    when = one.when
    if is_said_as_stretch(group):
        return one.name
    several = when.first_day != when.last_day and not one.conflict
    until = f"to {format_day(when.last_day)}{clock_of(when.over)}" if several and when.lasts else ""
    since = f"from {format_day(when.first_day)}" if several and when.precision == "span" else ""
    notes = ("the team's own" if one.own else "", one.time, until or since, week_beside(one, group))
    if one.own:
        return noted(one.name, *notes)
    told = ", ".join(filter(None, notes))
    return f"{one.name} ({told})" if told else one.name
