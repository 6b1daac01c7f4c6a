"""What the bot knew of a cycle's days, and since when: the rules' memory of schedules."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Event
from ...domain.moment import Moment
from ...domain.snapshot import SERIES, Snapshot, schedule_of


@dataclass(frozen=True)
class KnownDays:
    """What the bot knew of an event: its days (none once it was dropped), its title, and since
    when it knew them so; "" where it always did."""

    days: tuple[str, ...]
    title: str
    since: str


def known_of(snapshot: Snapshot, series: str) -> dict[str, KnownDays] | None:
    """The cycle's events as they were when the rules last spoke; None before the first look."""
    stored = snapshot.memory.get(_key(series))
    return None if stored is None else days_in(stored)


def known_since(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> dt.datetime | None:
    """Since when the bot knows this deadline on this day; None where it always did."""
    if deadline.since is not None:
        return deadline.since
    known = known_of(snapshot, calendar.series.name) or {}
    since = known[deadline.id].since if deadline.id in known else ""
    return dt.datetime.fromisoformat(since) if since else None


def days_of(event: Event) -> tuple[str, ...]:
    """An event's days as they are remembered."""
    return tuple(day.isoformat() for day in event.days)


def remember_days(moment: Moment) -> Mapping[str, str]:
    """The days of every event as they are now; bundled ones are no knowledge. A dropped event
    stays, without days, so that its return is news again."""
    known: dict[str, str] = {}
    for series in moment[SERIES].value or ():
        fact = moment[schedule_of(series.name)]
        if fact.value is None or fact.origin == "bundled":
            continue
        before = known_of(moment.snapshot, series.name)
        rows: dict[str, dict[str, object]] = {}
        for id_, old in (before or {}).items():
            gone = old.since if not old.days else moment.now.isoformat()
            rows[id_] = {"days": (), "title": old.title, "since": gone}
        for event in fact.value.events:
            old_one = (before or {}).get(event.id)
            new = before is not None and (old_one is None or old_one.days != days_of(event))
            since = moment.now.isoformat() if new else (old_one.since if old_one else "")
            rows[event.id] = {"days": days_of(event), "title": event.title, "since": since}
        known[_key(series.name)] = json.dumps(rows, sort_keys=True)
    return known


def _key(series: str) -> str:
    return f"schedule/{series}"


@lru_cache(maxsize=16)
def days_in(stored: str) -> dict[str, KnownDays]:
    """The events of one cycle with their days, read from the rules' memory."""
    return {
        id_: KnownDays(tuple(row["days"]), row["title"], row["since"])
        for id_, row in json.loads(stored).items()
    }
