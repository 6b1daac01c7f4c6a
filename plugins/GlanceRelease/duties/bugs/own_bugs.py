"""What one person hears of the list: whose bug it is, and who added one that left it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.bugs.listed import ListedBug
from ...domain.bugs.standing import Stage
from ...domain.calendar.cycle import end_of
from ...domain.calendar.lead_time import working_day_before
from ...domain.messages.notice import Notice
from ...domain.model import Kind
from ...domain.people.private_lines import MOST_A_WEEK, unasked_of_week
from .facts import BugView
from .list_notices import ToldBugs, ToldText, at_hour, notice_of
from .words import left_words, member_with

_SPARED = 2  # of a week's private lines, for what has to be said at its hour
ASKED_WITHIN = dt.timedelta(minutes=30)  # how long a line waits for Gerrit


def left_notices(view: BugView) -> Iterator[Notice]:
    """A line to whoever added a bug that left the list by itself."""
    series = view.list.calendar.series
    for bug in view.list.left:
        if bug.nick:
            why = left_words(bug)
            say = ToldText(
                f"Bug {bug.number}, which you added, is off the list of {series.title}: {why}."
            )
            subject = f"left/{series.name}/{bug.number}"
            yield notice_of(view, subject, bug.nick, why, view.moment.now, say, why)


def owners_notices(view: BugView) -> Iterator[Notice]:
    """To those of the team who have a bug: when it is on the list and theirs, and on the last
    working day before RC1 and the final RC, twice at most of one bug."""
    snapshot, now = view.moment.snapshot, view.moment.now
    theirs: dict[str, list[ListedBug]] = {}
    for bug in view.open:
        member = member_with(snapshot, bug.task.assignee) if bug.task else None
        if member is not None and not waits(view, bug):
            theirs.setdefault(member.nick, []).append(bug)
    last_day = _last_day(view)
    for nick, bugs in theirs.items():
        if len(unasked_of_week(snapshot, nick, now)) >= MOST_A_WEEK - _SPARED:
            continue
        for bug in bugs:
            subject = f"yours/{bug.number}"
            head = f"Yours, and it holds {view.list.calendar.series.title}: "
            say = ToldBugs(view, (bug,), head, " To hear no more of it: ack.")
            why = "it is assigned to you"
            yield notice_of(view, subject, nick, "on;1", now, say, why)
            began = bug.since is not None and bug.since.date() < view.moment.today
            if began and last_day == view.moment.today:
                yield notice_of(
                    view,
                    subject,
                    nick,
                    "on;2",
                    at_hour(view, view.moment.today),
                    say,
                    "it is assigned to you",
                )


def _last_day(view: BugView) -> dt.date | None:
    """The last working day before the next of RC1 and the final RC."""
    days = [view.list.calendar.day(kind) for kind in (Kind.RC1, Kind.FINAL_RC)]
    coming = [day for day in days if day is not None and end_of(day) > view.moment.now]
    holidays = view.moment.team.reminders.holidays
    return working_day_before(coming[0], holidays) if coming else None


def waits(view: BugView, bug: ListedBug) -> bool:
    """Whether Gerrit is still to be asked about a bug that has just come."""
    is_new = view.moment.now - (bug.since or view.moment.now) < ASKED_WITHIN
    return is_new and view.standing[bug.number].stage is Stage.UNKNOWN
