"""A date that moves: the channel hears once what openstack/releases moved, added or dropped."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..commands import rule
from ..domain.calendar import Calendar, Deadline, calendar_of, near_calendars
from ..domain.cycle import format_day, format_deadline, utc_day
from ..domain.doc import Doc, Link, doc, line
from ..domain.model import Event
from ..domain.notice import Notice
from ..domain.snapshot import SERIES, Snapshot, schedule_of

RULE = "schedule change"
GRACE = dt.timedelta(days=14)
_SHOWN = 4


@dataclass(frozen=True)
class Known:
    """What the bot knew of an event: its days, its title, and since when it knew them so."""

    days: tuple[str, ...]
    title: str
    since: str


def _key(series: str) -> str:
    return f"schedule/{series}"


def _known(snapshot: Snapshot, series: str) -> dict[str, Known] | None:
    """The cycle's events as they were when the rules last spoke; None before the first look."""
    stored = snapshot.memory.get(_key(series))
    return None if stored is None else _read(stored)


@lru_cache(maxsize=16)
def _read(stored: str) -> dict[str, Known]:
    return {
        id_: Known(tuple(row["days"]), row["title"], row["since"])
        for id_, row in json.loads(stored).items()
    }


def known_since(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> dt.datetime | None:
    """Since when the bot knows this deadline on this day; None where it always did."""
    if deadline.since is not None:
        return deadline.since
    known = _known(snapshot, calendar.series.name) or {}
    since = known[deadline.id].since if deadline.id in known else ""
    return dt.datetime.fromisoformat(since) if since else None


def _remember(snapshot: Snapshot, now: dt.datetime) -> Mapping[str, str]:
    """The days of every event as they are now; bundled ones are no knowledge."""
    found: dict[str, str] = {}
    for series in snapshot[SERIES].value or ():
        fact = snapshot[schedule_of(series.name)]
        if fact.value is None or fact.origin == "bundled":
            continue
        before = _known(snapshot, series.name)
        rows = {}
        for event in fact.value.events:
            days = _days(event)
            old = (before or {}).get(event.id)
            new = before is not None and (old is None or old.days != days)
            since = now.isoformat() if new else (old.since if old else "")
            rows[event.id] = {"days": days, "title": event.title, "since": since}
        found[_key(series.name)] = json.dumps(rows, sort_keys=True)
    return found


@rule(
    RULE,
    "a date that openstack/releases moved, added or dropped, confirmed by a second look",
    "it speaks only when a date changes; mute silences the channel",
    remember=_remember,
)
def announce_changes(snapshot: Snapshot, now: dt.datetime) -> Iterator[Notice]:
    """One notice for all that changed in one cycle since the rules last looked, if it concerns
    the team and is not past."""
    for calendar in near_calendars(snapshot, now):
        before = _known(snapshot, calendar.series.name)
        if before is None or calendar.schedule.origin == "bundled":
            continue
        changes = _changes(calendar, before, now)
        if not changes:
            continue
        yield Notice(
            rule=RULE,
            subject=calendar.series.name,
            target=snapshot.team.announce,
            facts=json.dumps([changes, max(one.since for one in before.values())]),
            due=now,
            grace=GRACE,
            say=_Changed(snapshot, calendar, tuple(changes)),
            why=f"the schedule of {calendar.series.title} changed on opendev.org",
            days=tuple(dt.date.fromisoformat(day) for _, _, new in changes for day in new),
        )


_Change = tuple[str, list[str], list[str]]  # the event's title, its old days, its new ones


def _changes(calendar: Calendar, before: Mapping[str, Known], now: dt.datetime) -> list[_Change]:
    ids = {one.id for one in calendar.deadlines if not one.own}
    changes: list[_Change] = []
    today = utc_day(now).isoformat()
    for event in calendar.weeks.events:
        old = before.get(event.id)
        if event.id in ids and (old is None or old.days != _days(event)):
            changes.append((event.title, list(old.days if old else ()), list(_days(event))))
    there = {event.id for event in calendar.weeks.events}
    for id_, old in before.items():
        if id_ not in there:
            changes.append((old.title, list(old.days), []))
    return [one for one in changes if max([*one[1], *one[2]], default="") >= today]


def _days(event: Event) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in event.days)


@dataclass(frozen=True)
class _Changed:
    snapshot: Snapshot
    calendar: Calendar
    changes: tuple[_Change, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        calendar = calendar_of(self.snapshot, now, self.calendar.series.name) or self.calendar
        parts = [_phrase(change, calendar, now) for change in self.changes[:_SHOWN]]
        more = len(self.changes) - _SHOWN
        if more > 0:
            parts.append(f"and {more} more (deadlines all)")
        page = f"https://releases.openstack.org/{calendar.series.name}/schedule.html"
        head = f"The schedule of {calendar.series.title} changed"
        return doc(
            line(
                f"{head}: {'; '.join(parts)}. Reminders follow the new days. ",
                Link("schedule", page),
            )
        )


def _phrase(change: _Change, calendar: Calendar, now: dt.datetime) -> str:
    title, old, new = change
    was = " and ".join(format_day(dt.date.fromisoformat(day)) for day in old)
    if not new:
        return f"{title} ({was}) is dropped"
    weeks = {one.day.isoformat(): one.week for one in calendar.deadlines}
    is_ = " and ".join(
        format_deadline(dt.date.fromisoformat(day), now, weeks.get(day, "")) for day in new
    )
    return f"{title} moved from {was} to {is_}" if old else f"{title} is new, {is_}"
