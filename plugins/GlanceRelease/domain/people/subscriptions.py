"""What people asked for in private: kinds of notices, and reminders of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from .note import Note
from .roles import Asker, fold, owner_in

SUBSCRIPTION, REMINDER, SNOOZE = "subscription", "remind", "snooze"


@dataclass(frozen=True)
class Subscription:
    """Somebody who wants the channel's notices of these kinds in private, since an instant."""

    nick: str
    kinds: tuple[str, ...]
    since: dt.datetime
    who: str = ""

    def is_of(self, name: str) -> bool:
        """Whether it is the person's of this account or nick."""
        return bool(name) and fold(name) in (fold(self.nick), fold(self.who))


@dataclass(frozen=True)
class OwnReminder:
    """Somebody's own reminder: how long before which deadline of which cycle (by id and name)."""

    nick: str
    lead: str
    series: str
    deadline: str
    name: str
    since: dt.datetime

    @property
    def words(self) -> str:
        """ "3 days before RC1", "on the day of RC1"."""
        return lead_before(self.lead, self.name)

    def note(self, asker: Asker, now: dt.datetime, taken_back: bool = False) -> Note:
        """The note in the store by which the reminder is remembered, or taken back."""
        subject = f"{fold(self.nick)}/{self.series}/{self.deadline}/{self.lead}"[:400]
        body = {
            "nick": self.nick,
            "lead": self.lead,
            "series": self.series,
            "deadline": self.deadline,
            "name": self.name,
            **owner_in(asker),
        }
        return Note(REMINDER, subject, None if taken_back else body, asker.name, now)


def lead_before(lead: str, name: str) -> str:
    """A lead with its deadline: "3 days before RC1", "on the day of RC1"."""
    return f"{lead} of {name}" if lead == "on the day" else f"{lead} before {name}"


def subscriptions(notes: Iterable[Note]) -> list[Subscription]:
    """All that people subscribed to."""
    return [
        Subscription(note.subject, tuple(note.body["kinds"].split(",")), note.at, note.who)
        for note in notes
        if note.kind == SUBSCRIPTION and note.body
    ]


def reminders_of(notes: Iterable[Note], nick: str | None = None) -> list[OwnReminder]:
    """The reminders that people, or one of them, asked for."""
    reminders = [
        OwnReminder(
            note.body["nick"],
            note.body["lead"],
            note.body["series"],
            note.body["deadline"],
            note.body["name"],
            note.at,
        )
        for note in notes
        if note.kind == REMINDER and note.body
    ]
    return [reminder for reminder in reminders if nick is None or fold(reminder.nick) == fold(nick)]
