"""A change of the team's own deadlines in words, and its announcement where it was not heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.address import same_place
from ...domain.calendar.cycle import format_day, format_deadline, utc_day
from ...domain.calendar.days_from_chat import parse_day, said_of
from ...domain.calendar.deadlines_from_chat import ChatDeadline, told_changes
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.calendar.team_deadlines import counted_week
from ...domain.messages.doc import Doc, doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule

RULE = "own deadline"
GRACE = dt.timedelta(days=7)


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


@rule(
    RULE,
    "a deadline of the team's that somebody changed in private",
    "mute",
    basis="what the team's people told me",
)
def own_deadline_notices(moment: Moment) -> Iterator[Notice]:
    """A change told in the team's channel was heard there; any other is announced there."""
    calendars = {calendar.series.name: calendar for calendar in with_the_last(moment)}
    for told in told_changes(moment.notes):
        calendar = calendars.get(told.series)
        if calendar is None or same_place(told.where, moment.team.announce):
            continue
        yield Notice(
            rule=RULE,
            subject=told.subject,
            target=moment.team.announce,
            facts=told.at.isoformat(),
            due=told.at,
            grace=GRACE,
            say=_ChangeWords(calendar, told),
            why=f"the deadline {told.name} was changed in private",
            by=told.who,
        )


@dataclass(frozen=True)
class _ChangeWords:
    calendar: Calendar
    told: ChatDeadline

    def __call__(self, now: dt.datetime) -> Doc:
        return doc(change_words(self.calendar, self.told, now))
