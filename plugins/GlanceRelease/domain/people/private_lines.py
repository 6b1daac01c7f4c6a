"""How many private lines that nobody asked for somebody gets in a week: all rules' one budget."""

from __future__ import annotations

import datetime as dt

from ..snapshot import Snapshot
from .roles import names_of_person

MOST_A_WEEK = 6  # of all rules together
SPARED = 2  # of a week's, for what has to be said at its hour
_WEEK = dt.timedelta(weeks=1)
_SAID = ("said", "merged", "unknown")


def unasked_of_week(snapshot: Snapshot, nick: str, now: dt.datetime) -> list[dt.datetime]:
    """When whose the nick is had such lines in the week before `now` (UTC), oldest first; what they
    subscribed to does not count, and rows that one line said are one."""
    names = names_of_person(snapshot, nick)
    lines = {
        (row.at, row.text): row.at
        for row in snapshot.said
        if row.target in names and row.state in _SAID and not row.is_public and row.at is not None
    }
    return sorted(at for at in lines.values() if dt.timedelta() <= now - at < _WEEK)


def is_spent(snapshot: Snapshot, nick: str, now: dt.datetime) -> bool:
    """Whether the nick had so many lines in the week before `now` that what they know can wait."""
    return len(unasked_of_week(snapshot, nick, now)) >= MOST_A_WEEK - SPARED


def free_from(snapshot: Snapshot, nick: str, now: dt.datetime) -> dt.datetime:
    """From when on the nick may get another line that can wait: when the week's oldest is a week
    old, where the week's lines were said; all that comes up until then is one line."""
    week = unasked_of_week(snapshot, nick, now)
    return now if len(week) < MOST_A_WEEK else week[-MOST_A_WEEK] + _WEEK
