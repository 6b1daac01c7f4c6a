"""The announcement of a change of the team's own deadlines, where it was not heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.address import same_place
from ...domain.calendar.deadlines_from_chat import ChatDeadline, told_changes
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.messages.doc import Doc, doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...registry import rule
from .own_deadline_words import change_words

RULE = "own deadline"
GRACE = dt.timedelta(days=7)


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
