"""The deadlines as a calendar keeps them: a stable name for each, and how often it changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from ...domain.calendar.cycle import end_of, start_of
from ...domain.calendar.deadline_words import due_of, stretch_words
from ...domain.calendar.team_calendar import Calendar, last_calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.reports.page import Entry
from ...domain.snapshot import Snapshot
from ...registry import rule
from .reminders import FirstReminders

MEMORY = "calendar"
_FORGOTTEN = dt.timedelta(days=400)
_KEPT_PAST = dt.timedelta(days=180)


def entries_of(moment: Moment) -> tuple[Entry, ...]:
    """One entry for each deadline of the cycle that runs and the one after it, the team's own
    among them, and for each of two days that contradict each other; those of the cycle before that
    are over for less than 180 days, and the cancelled ones of those that went away before their
    day."""
    known = _known(moment.snapshot)
    entries = {
        entry.uid: replace(entry, alarm=FirstReminders(calendar, moment).of(deadline))
        for entry, calendar, deadline in _fresh(moment, known)
    }
    gone = (
        stored_entry(uid, raw) for uid, raw in known.items() if uid not in entries and raw["gone"]
    )
    return tuple(sorted([*entries.values(), *gone], key=lambda entry: (entry.first, entry.uid)))


def remember(moment: Moment) -> Mapping[str, str]:
    """The days as they are now, so that a moved one is known as moved next time. What a calendar
    lacks that is known was taken away; where no calendar is known, nothing is concluded."""
    known = _known(moment.snapshot)
    today = moment.today
    kept = {uid: raw for uid, raw in known.items() if _day(raw["last"]) > today - _FORGOTTEN}
    fresh = {entry.uid: entry for entry, _, _ in _fresh(moment, known)}  # no alarm is kept
    cycles = {uid.partition("-")[0] for uid in fresh}
    for uid, raw in kept.items():
        lost = uid not in fresh and uid.partition("-")[0] in cycles and not raw["gone"]
        if lost and _day(raw["first"]) > today:
            changed = {"gone": True, "sequence": raw["sequence"] + 1, "at": moment.now.isoformat()}
            kept[uid] = {**raw, **changed}
    kept |= {uid: _plain(entry) for uid, entry in fresh.items()}
    return {MEMORY: json.dumps(kept, sort_keys=True)} if kept else {}


@rule(
    "calendar",
    "nothing is said: the days are kept, for the calendar's feed",
    "-",
    remember,
    basis="the days of the cycle's schedule, kept for the calendar's feed",
    sources=("schedule",),
)
def calendar_notices(moment: Moment) -> Iterator[Notice]:
    """No notices: a moved date is told where the schedule's changes are."""
    yield from ()


def _fresh(
    moment: Moment, known: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[Entry, Calendar, Deadline]]:
    end = f"@{moment.team.name}.glance-release"
    by_stem = _by_stem(known, end)
    for calendar, deadlines in _calendars(moment):
        each_day = [day for one in deadlines for day in one.on_each_day(calendar.weeks)]
        for id_, group in groupby(sorted(each_day, key=_by_id), key=lambda each: each.id):
            stem = f"{calendar.series.name}-{id_}-"
            names = _names(list(group), stem, end, by_stem.get(stem, {}))
            for uid, deadline in names.items():
                entry = _entry(uid, deadline, calendar, known.get(uid), moment.now)
                yield entry, calendar, deadline


def _by_stem(known: Mapping[str, Mapping[str, Any]], end: str) -> dict[str, dict[str, dt.date]]:
    """The first days of the names that are known ("indri-i-rc1-1@..."), by what stands before their
    number."""
    stems: dict[str, dict[str, dt.date]] = {}
    for uid, raw in known.items():
        stem, dash, number = uid.removesuffix(end).rpartition("-")
        if number.isdecimal():
            stems.setdefault(stem + dash, {})[uid] = _day(raw["first"])
    return stems


def _by_id(deadline: Deadline) -> tuple[str, dt.date]:
    return deadline.id, deadline.day


def _calendars(moment: Moment) -> Iterator[tuple[Calendar, Sequence[Deadline]]]:
    """The cycles whose deadlines are in the feed; of the one before what is over for half a year at
    most. What stands in two tables is the earlier cycle's."""
    oldest = moment.today - _KEPT_PAST
    last = last_calendar(moment)
    found = [(last, [one for one in last.deadlines if one.end >= oldest])] if last else []
    found += [(calendar, list(calendar.deadlines)) for calendar in near_calendars(moment)]
    told: set[str] = set()
    for calendar, deadlines in found:
        yield calendar, [one for one in deadlines if one.own or one.id not in told]
        told |= {one.id for one in deadlines if not one.own}


def _names(
    deadlines: Sequence[Deadline], stem: str, end: str, taken: Mapping[str, dt.date]
) -> dict[str, Deadline]:
    """A name for each occurrence of an event, in their order: the one that it had on its day
    (`taken`); where days moved, the names that are left in order; a new occurrence gets the next
    number."""
    by_day = {day: uid for uid, day in taken.items()}
    found = {each: by_day[each.day] for each in deadlines if each.day in by_day}
    left = [uid for uid in sorted(taken, key=_number) if uid not in found.values()]
    moved = [each for each in deadlines if each not in found]
    found |= dict(zip(moved, left, strict=False))
    highest = max((_number(uid) for uid in taken), default=0)
    for number, deadline in enumerate(moved[len(left) :], start=highest + 1):
        found[deadline] = f"{stem}{number}{end}"
    return {uid: deadline for deadline, uid in found.items()}


def _number(uid: str) -> int:
    return int(uid.partition("@")[0].rpartition("-")[2])


def _entry(
    uid: str,
    deadline: Deadline,
    calendar: Calendar,
    before: Mapping[str, Any] | None,
    now: dt.datetime,
) -> Entry:
    unsettled = bool(deadline.conflict)
    week = due_of(deadline) if deadline.when.is_due_in_its_week else deadline.week
    said = (calendar.series.title, week, _times(deadline))
    text = ", ".join(filter(None, (*said, deadline.conflict)))
    name = deadline.marked
    changed = min(calendar.schedule.at or now, now)
    last = deadline.last_day or deadline.day
    if deadline.candidate is not None and not deadline.when.is_due:
        last = deadline.candidate.days[1]
    begins, ends = _hours(deadline) or (None, None)
    entry = Entry(
        *(uid, name, deadline.day, last, text, 0, changed),
        unsettled=unsettled,
        begins=begins,
        ends=ends,
    )
    if before is None:
        return entry
    same = stored_entry(uid, before)
    if same.seen == entry.seen:
        return replace(entry, sequence=same.sequence, changed=same.changed)
    return replace(entry, sequence=same.sequence + 1, changed=now)


def _times(deadline: Deadline) -> str:
    """The time of day as written; of a stretch that the entry's days don't tell, both ends."""
    if deadline.conflict:  # each of its days has its own
        return ""
    when = deadline.when
    several = when.precision == "span" and when.first_day != when.last_day
    if not several:
        return deadline.time
    return stretch_words(when) if when.is_due or _hours(deadline) else ""


def _hours(deadline: Deadline) -> tuple[dt.datetime, dt.datetime] | None:
    """The instants from and to which something is that has a time of day; None for whole days."""
    when, past = deadline.when, deadline.past
    if when.precision == "span":
        whole = when.start == start_of(when.first_day) and when.over == end_of(when.last_day)
        return None if whole else (when.start, when.over)
    return None if when.lasts or past == end_of(deadline.day) else (past, past)


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
        "unsettled": entry.unsettled,
        "begins": entry.begins.isoformat() if entry.begins else None,
        "ends": entry.ends.isoformat() if entry.ends else None,
    }


def stored_entry(uid: str, raw: Mapping[str, Any]) -> Entry:
    """The calendar entry that the rules' memory has under a uid."""
    return Entry(
        uid,
        raw["name"],
        _day(raw["first"]),
        _day(raw["last"]),
        raw["text"],
        raw["sequence"],
        dt.datetime.fromisoformat(raw["at"]),
        raw["gone"],
        raw.get("unsettled", False),  # an earlier version knew no such days, nor hours
        _instant(raw.get("begins")),
        _instant(raw.get("ends")),
    )


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
