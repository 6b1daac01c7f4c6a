"""How many private lines that nobody asked for somebody had lately."""

from __future__ import annotations

import datetime as dt

from ..snapshot import Snapshot

MOST_A_WEEK = 6  # of all rules together
_WEEK = dt.timedelta(weeks=1)
_SAID = ("said", "merged", "unknown")


def unasked_of_week(snapshot: Snapshot, nick: str, now: dt.datetime) -> list[dt.datetime]:
    """When the nick had such lines in the week before `now` (UTC), oldest first; what they
    subscribed to does not count, and rows that one line said are one."""
    lines = {
        (row.at, row.text): row.at
        for row in snapshot.said
        if row.target == nick and row.state in _SAID and not row.is_public and row.at is not None
    }
    return sorted(at for at in lines.values() if dt.timedelta() <= now - at < _WEEK)
