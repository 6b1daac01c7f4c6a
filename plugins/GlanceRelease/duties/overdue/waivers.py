"""What people said of something overdue: that they deal with it, or that it is not done this
time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ...domain.people.note import Note

KIND = "overdue"


@dataclass(frozen=True)
class Waiver:
    """It is not done this time: who said so, when (UTC), and why; kept for whoever comes after."""

    who: str
    at: dt.datetime
    because: str


def waiver_of(notes: Iterable[Note], key: str) -> Waiver | None:
    """Why this is not done; None where nobody waived it."""
    note = _last(notes, key)
    if note is None or not note.body or not note.body.get("because"):
        return None
    return Waiver(note.who, note.at, note.body["because"])


def acknowledged(notes: Iterable[Note], key: str, standing: str) -> dt.datetime | None:
    """When somebody said that they deal with it, as it stands now; None once that has changed."""
    note = _last(notes, key)
    if note is None or not note.body or note.body.get("standing") != standing:
        return None
    return note.at


def acknowledgement(key: str, standing: str, who: str, now: dt.datetime, because: str = "") -> Note:
    """The note that somebody deals with it as it stands, or, with a reason, that it is waived."""
    return Note(KIND, key, {"standing": standing, "because": because}, who, now)


def _last(notes: Iterable[Note], key: str) -> Note | None:
    return next((note for note in notes if note.kind == KIND and note.subject == key), None)
