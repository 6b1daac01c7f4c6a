"""The deadlines as a calendar keeps them: a stable name for each, and how often its day moved."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...domain.calendar.cycle import utc_day
from ...domain.calendar.team_calendar import Calendar, Deadline, near_calendars
from ...domain.messages.notice import Notice
from ...domain.reports.page import Entry
from ...domain.snapshot import Snapshot
from ...registry import rule

MEMORY = "calendar"
_FORGOTTEN = dt.timedelta(days=400)


def entries_of(snapshot: Snapshot, now: dt.datetime) -> tuple[Entry, ...]:
    """One entry for each deadline of the cycle that runs and the one after it, the team's own
    among them, and the cancelled ones of those that went away before their day."""
    known = _known(snapshot)
    entries = {entry.uid: entry for entry in _fresh(snapshot, now, known)}
    gone = (
        stored_entry(uid, raw) for uid, raw in known.items() if uid not in entries and raw["gone"]
    )
    return tuple(sorted([*entries.values(), *gone], key=lambda entry: (entry.first, entry.uid)))


def remember(snapshot: Snapshot, now: dt.datetime) -> Mapping[str, str]:
    """The days as they are now, so that a moved one is known as moved next time. What a calendar
    lacks that is known was taken away; where no calendar is known, nothing is concluded."""
    known = _known(snapshot)
    today = utc_day(now)
    kept = {uid: raw for uid, raw in known.items() if _day(raw["last"]) > today - _FORGOTTEN}
    fresh = {entry.uid: entry for entry in _fresh(snapshot, now, known)}
    cycles = {uid.partition("-")[0] for uid in fresh}
    for uid, raw in kept.items():
        lost = uid not in fresh and uid.partition("-")[0] in cycles and not raw["gone"]
        if lost and _day(raw["first"]) > today:
            changed = {"gone": True, "sequence": raw["sequence"] + 1, "at": now.isoformat()}
            kept[uid] = {**raw, **changed}
    kept |= {uid: _plain(entry) for uid, entry in fresh.items()}
    return {MEMORY: json.dumps(kept, sort_keys=True)} if kept else {}


@rule("calendar", "nothing is said: the days are kept, for the calendar's feed", "-", remember)
def calendar_notices(snapshot: Snapshot, now: dt.datetime) -> Iterator[Notice]:
    """No notices: a moved date is told where the schedule's changes are."""
    yield from ()


def _fresh(
    snapshot: Snapshot, now: dt.datetime, known: Mapping[str, dict[str, Any]]
) -> Iterator[Entry]:
    for calendar in near_calendars(snapshot, now):
        numbers: dict[str, int] = {}
        for deadline in calendar.deadlines:
            number = numbers[deadline.id] = numbers.get(deadline.id, 0) + 1
            uid = (
                f"{calendar.series.name}-{deadline.id}-{number}@{snapshot.team.name}.glance-release"
            )
            yield _entry(uid, deadline, calendar, known.get(uid), now)


def _entry(
    uid: str,
    deadline: Deadline,
    calendar: Calendar,
    before: Mapping[str, Any] | None,
    now: dt.datetime,
) -> Entry:
    text = ", ".join(filter(None, (calendar.series.title, deadline.week, deadline.time)))
    name = f"{deadline.name} (the team's own)" if deadline.own else deadline.name
    entry = Entry(uid, name, deadline.day, deadline.end, text, 0, calendar.schedule.at or now)
    if before is None:
        return entry
    same = stored_entry(uid, before)
    moved = (same.first, same.last) != (deadline.day, deadline.end) or same.gone
    sequence = same.sequence + moved
    return Entry(
        uid, name, deadline.day, deadline.end, text, sequence, now if moved else same.changed, False
    )


def _known(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = json.loads(snapshot.memory.get(MEMORY, "{}"))
    return known


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "first": entry.first.isoformat(),
        "last": entry.last.isoformat(),
        "text": entry.text,
        "sequence": entry.sequence,
        "at": entry.changed.isoformat(),
        "gone": entry.gone,
    }


def stored_entry(uid: str, raw: Mapping[str, Any]) -> Entry:
    """An entry as the memory keeps it."""
    return Entry(
        uid,
        raw["name"],
        _day(raw["first"]),
        _day(raw["last"]),
        raw["text"],
        raw["sequence"],
        dt.datetime.fromisoformat(raw["at"]),
        raw["gone"],
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
