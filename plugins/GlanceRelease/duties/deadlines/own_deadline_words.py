"""What is said of the team's own deadlines: their changes, the list, and why one can't be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ...domain.calendar.cycle import format_day, format_deadline, utc_day
from ...domain.calendar.days_from_chat import EXAMPLES, parse_day, said_of
from ...domain.calendar.deadlines_from_chat import ChatDeadline
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline, counted_week
from ...domain.messages.counts import few

_NAMED = 4  # of its deadlines, to one who named another
USAGE = "Say: deadline add NAME DAY, deadline move NAME DAY, deadline drop NAME, undo or list."
NO_SCHEDULE = "I know no schedule yet, so I can't place a deadline in it."
NO_NAME = f'"{{name}}" is no name; {USAGE}'
SCHEDULES_OWN = '"{name}" is the schedule\'s own name; take another one.'
THERE_ALREADY = '"{name}" is there already, {due}; deadline move {name} DAY.'
TOO_MANY = "The cycle has {most} deadlines of the team's already; drop one first."
TO_WHICH_DAY = f"Move it to which day? Say {EXAMPLES}."
OTHER_CYCLE = "{day} is not in {cycle}; drop it and add it anew."
THAT_DAY_ALREADY = "{name} is on {day} already."
NOT_CHANGED = "Nothing{of_it} was changed within a day that could be taken back."
CYCLE_OVER = "The cycle of {name} is over."
NONE_AHEAD = "The team has no deadline of its own ahead; deadline add NAME DAY makes one."
THE_TEAMS_OWN = "The team's own:"
REST = "more in private"
UNREAD_IN_NAME = (
    '"{unread}" looks like a part of the day, and I can\'t read it there; '
    "put a name that has it in quotes."
)
IN_NO_CYCLE = "{day} lies in no cycle that I know"
_SHOWN = 40  # letters of what somebody typed


def change_words(calendar: Calendar, told: ChatDeadline, now: dt.datetime) -> str:
    """A change in one line, the same in the answer and in the announcement."""
    old = format_day(dt.date.fromisoformat(told.day_before)) if told.day_before else ""
    if told.dropped or told.gone:
        return f"The team's deadline {told.name}{f' ({old})' if old else ''} is dropped."
    day = parse_day(told.when, utc_day(now)).day(calendar.weeks)
    new = format_deadline(day, now, counted_week(calendar.weeks, day))
    weekend = f" ({said_of(day)})" if said_of(day) else ""
    if old:
        return (
            f"The team's deadline {told.name} moves from {old} to {new}{weekend}; "
            "reminders follow the new day."
        )
    return f"The team has a new deadline: {told.name}, {new}{weekend}."


def taken_back(change: str) -> str:
    """That the last change is undone, with what it comes to."""
    return f"Taken back. {change}"


def row_words(deadline: Deadline, now: dt.datetime) -> str:
    """One of the list, in a channel."""
    return f"{deadline.name} {format_deadline(deadline.day, now, deadline.week)}"


def detail_words(deadline: Deadline, told: ChatDeadline | None, now: dt.datetime) -> str:
    """One of the list in private, with who said so, and when."""
    by = "from the team's file"
    if told is not None:
        by = f"said by {told.who} on {format_day(told.at.date())}: {told.when}"
    return f"{deadline.name}: {format_deadline(deadline.day, now, deadline.week)}, {by}"


def no_such_words(typed: str, names: Iterable[str]) -> str:
    """That none is called so, and which there are."""
    known = list(dict.fromkeys(names))
    have = f"there is {few(known, _NAMED)}" if known else "there is none"
    return f'The team has no deadline "{typed[:_SHOWN]}" of its own ahead; {have}.'


def not_changed_words(typed: str) -> str:
    """That nothing can be taken back, of the name that was typed or at all."""
    return NOT_CHANGED.format(of_it=f' of "{typed[:_SHOWN]}"' if typed else "")
