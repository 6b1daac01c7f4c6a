"""The notices of the list, and their words: bugs behind a head, the worst first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ...domain.bugs.listed import ListedBug
from ...domain.messages.clauses import Phrase, listing
from ...domain.messages.counts import few
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from .facts import BugView
from .words import done_item, item

RULE = "bugs"
GRACE = dt.timedelta(days=1)
_NAMED = 6  # where lines are merged


def at_hour(view: BugView, day: dt.date) -> dt.datetime:
    """The team's hour on a day."""
    return dt.datetime.combine(day, view.moment.team.reminders.hour, dt.UTC)


def in_channel(
    view: BugView, subject: str, facts: str, due: dt.datetime, say: ToldBugs, why: str
) -> Notice:
    """A line for the team's channel."""
    return notice_of(view, subject, view.moment.team.announce, facts, due, say, why)


def notice_of(
    view: BugView,
    subject: str,
    target: str,
    facts: str,
    due: dt.datetime,
    say: ToldBugs | ToldText,
    why: str,
) -> Notice:
    """A line that is said once with these facts."""
    return Notice(RULE, subject, target, facts, due, GRACE, say, why=why)


@dataclass(frozen=True)
class ToldBugs:
    """Bugs behind a head, the worst first, and how old what is known of them is."""

    view: BugView
    bugs: tuple[ListedBug, ...]
    head: str
    tail: str = ""

    def __call__(self, now: dt.datetime) -> Doc:
        view = self.view
        each = (
            (item if bug in view.open else done_item)(
                view.moment.snapshot, bug, view.standing[bug.number], weight=-at
            )
            for at, bug in enumerate(self.bugs)
        )
        phrases: tuple[Phrase, ...] = (
            self.head,
            listing(each, weight=1, between="; ", at_break=";"),
            f".{view.age}{self.tail}",
        )
        numbers = few([str(bug.number) for bug in self.bugs], _NAMED)
        return doc(line(*phrases), brief=(f"{self.head}{numbers}",))


@dataclass(frozen=True)
class ToldText:
    """Words that stay as they are."""

    text: str

    def __call__(self, now: dt.datetime) -> Doc:
        return doc(self.text)
