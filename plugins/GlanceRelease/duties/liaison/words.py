"""A release liaison's duties in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.cycle import format_day
from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import listing
from ...domain.messages.counts import counted
from ...domain.messages.doc import Doc, Link, doc, line
from .due_duties import DueDuty

EVERY = "Every night look at jobs, every week at the meeting's report."
HIGHLIGHTS = "the cycle highlights go into the deliverable file of the service"
NOTES = "look that what is in it has its release notes"
NOTES_AND_PRELUDE = f"{NOTES}; RC1 wants a prelude too"
EXTRA_ACS = "name those whose work counts without a commit (extra ACs) in governance"
ELECTION = "the elections are the PTL's to watch and to stand in"


def duties_doc(dues: Sequence[DueDuty], weeks: int, behind: str = "", private: bool = False) -> Doc:
    """The duties by day with their state; in private each in a line of its own, with how it is
    done. `behind` them is said why they are of a cycle that is over."""
    count = counted(weeks, "week")
    if not dues:
        return doc(f"No duty of the release's falls in the next {count}. {EVERY}{behind}")
    told = [f"{format_day(due.day)} {due.what} ({due.state})" for due in dues]
    overdue = sum(due.state == "overdue" for due in dues)
    late = f", {overdue} overdue" if overdue else ""
    head = f"In the next {count}: {len(dues)} in all{late}"
    if private:
        each = [f"{text}: {due.how}." for text, due in zip(told, dues, strict=True)]
        return doc(f"{head}.{behind}", *each, EVERY)
    return doc(line(f"{head}: ", listing(told), f".{behind}"))


def meeting_doc(place: str, start: dt.datetime, now: dt.datetime) -> Doc:
    """The release team's meeting: when and where."""
    minutes = max(0, round((start - now).total_seconds() / 60))
    when = f"in {minutes} minutes, " if minutes else ""
    return doc(f"The release team meets {when}at {start:%H:%M} UTC in {place}.")


def guide_doc(deadline: Deadline, what: str, schedule: str, now: dt.datetime) -> Doc:
    """What comes with a deadline, with its page of the `schedule`."""
    head = f"{deadline.told} is {due_of(deadline, now)}: {what}"
    return doc(line(f"{head}. ", Link("schedule", schedule)), brief=(head,))
