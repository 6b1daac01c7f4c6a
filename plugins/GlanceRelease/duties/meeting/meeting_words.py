"""How a meeting is told: when it is, where, and where its agenda's part is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from ...domain.calendar.cycle import format_day, in_days
from ...domain.meetings.weekly_hour import Occasion
from ...domain.messages.counts import counted
from ...domain.messages.doc import Doc, Line, Link, doc, line
from ...domain.moment import Moment
from ...domain.snapshot import Snapshot
from ...domain.team import Meeting

Say = Callable[[dt.datetime], Doc]


NONE_PLANNED = "No meeting is planned."
NOT_IN_FILE = "No meeting is in the team's file."
LAST_ONE = "The last one, with what was counted: "


def next_line(moment: Moment, plan: Meeting, occasion: Occasion, out: Sequence[dt.date]) -> Line:
    """When and where the next meeting is, its agenda, and those that fall out."""
    when = when_words(occasion, plan, moment.now)
    text = f"The {moment.team.shown} meeting is {when}, in {plan.place}"
    pad = ("; agenda: ", Link(plan.etherpad, plan.etherpad)) if plan.etherpad else ()
    days = ", ".join(map(format_day, out))
    return line(text, *pad, f". No meeting on {days}." if days else ".")


def meets_later(day: dt.date, minutes: int) -> str:
    """Why a meeting is announced."""
    return f"the team meets on {format_day(day)}, {minutes} minutes later"


def meeting_of(team: str, day: dt.date) -> str:
    """Why the report is said."""
    return f"the {team} meeting of {format_day(day)}"


def announcement(snapshot: Snapshot, plan: Meeting, occasion: Occasion, with_agenda: bool) -> Say:
    """The meeting's announcement, in the words of the instant at which it is said."""

    def say(now: dt.datetime) -> Doc:
        when = when_words(occasion, plan, now)
        text = f"The {snapshot.team.shown} meeting is {when}, in {plan.place}."
        if not with_agenda:
            return doc(text, brief=(text,))
        at = f" {agenda_at(snapshot)}." if snapshot.page else ""
        pad = f" Etherpad: {plan.etherpad}" if plan.etherpad else ""
        return doc(f"{text}{at}{pad}", brief=(text,))

    return say


def agenda_at(snapshot: Snapshot) -> str:
    """Where the agenda's part is."""
    return f"The release part of the agenda, to paste: {snapshot.page}/agenda.txt"


def when_words(occasion: Occasion, plan: Meeting, now: dt.datetime) -> str:
    """ "on now, until 15:00 UTC", "in 15 minutes, at 14:00 UTC", "Thu 2026-11-26 14:00 UTC"."""
    if occasion.is_on(now):
        return f"on now, until {occasion.end:%H:%M} UTC"
    minutes = round((occasion.start - now).total_seconds() / 60)
    if minutes <= 90:
        return f"in {counted(minutes, 'minute')}, at {occasion.start:%H:%M} UTC"
    local = "" if plan.zone == "UTC" else f" ({plan.time:%H:%M} {plan.zone})"
    day = occasion.start.date()
    return f"{in_days(day, now)}, {format_day(day)} {occasion.start:%H:%M} UTC{local}"
