"""A date that moves: the channel hears once what openstack/releases moved, added or dropped."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...domain.calendar.cycle import format_day, utc_day
from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.team_calendar import Calendar, calendar_of, near_calendars
from ...domain.messages.doc import Doc, Link, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.snapshot import Snapshot
from ...registry import rule
from .known_days import KnownDays, days_of, known_of, remember_days
from .reminders import before, next_rung

RULE = "schedule change"
GRACE = dt.timedelta(days=14)
_SHOWN = 4


@rule(
    RULE,
    "a date that openstack/releases moved, added or dropped, confirmed by a second look",
    "it speaks only when a date changes; mute silences the channel",
    remember=remember_days,
    basis="the schedule of the cycle, as two looks found it changed",
    sources=("schedule",),
)
def schedule_change_notices(moment: Moment) -> Iterator[Notice]:
    """One notice for all that changed in one cycle since the rules last looked, if it concerns
    the team and is not past."""
    for calendar in near_calendars(moment):
        before = known_of(moment.snapshot, calendar.series.name)
        if before is None or calendar.schedule.origin == "bundled":
            continue
        changes = _changes(calendar, before, moment.now)
        if not changes:
            continue
        yield Notice(
            rule=RULE,
            subject=calendar.series.name,
            target=moment.team.announce,
            facts=json.dumps([changes, max(known.since for known in before.values())]),
            due=moment.now,
            grace=GRACE,
            say=_Changed(moment.snapshot, calendar, tuple(changes)),
            why=f"the schedule of {calendar.series.title} changed on opendev.org",
            days=tuple(dt.date.fromisoformat(day) for _, _, new in changes for day in new),
        )


_Change = tuple[str, list[str], list[str]]  # the event's title, its old days, its new ones


def _changes(
    calendar: Calendar, before: Mapping[str, KnownDays], now: dt.datetime
) -> list[_Change]:
    ids = {deadline.id for deadline in calendar.deadlines if not deadline.own}
    changes: list[_Change] = []
    today = utc_day(now).isoformat()
    for event in calendar.weeks.events:
        old = before.get(event.id)
        if event.id in ids and (old.days if old else ()) != days_of(event):
            changes.append((event.title, list(old.days if old else ()), list(days_of(event))))
    there = {event.id for event in calendar.weeks.events}
    for id_, old in before.items():
        if id_ not in there and old.days:
            changes.append((old.title, list(old.days), []))
    return [change for change in changes if max([*change[1], *change[2]], default="") >= today]


@dataclass(frozen=True)
class _Changed:
    snapshot: Snapshot
    calendar: Calendar
    changes: tuple[_Change, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        calendar = (
            calendar_of(Moment(self.snapshot, now), self.calendar.series.name) or self.calendar
        )
        parts = [_phrase(change, calendar) for change in self.changes[:_SHOWN]]
        more = len(self.changes) - _SHOWN
        if more > 0:
            parts.append(f"and {more} more (deadlines all)")
        page = f"https://releases.openstack.org/{calendar.series.name}/schedule.html"
        head = f"The schedule of {calendar.series.title} changed: {'; '.join(parts)}"
        link = Link("schedule", page)
        return doc(line(f"{head}. {self._reminders(calendar, now)} ", link), brief=(head,))

    def _reminders(self, calendar: Calendar, now: dt.datetime) -> str:
        """When the next reminder of what changed comes, and how long before."""
        days = {dt.date.fromisoformat(day) for _, _, new in self.changes for day in new}
        coming = [next_rung(Moment(self.snapshot, now), calendar, day) for day in days]
        first = min((rung for rung in coming if rung), key=lambda rung: rung.due, default=None)
        if first is None:
            return "No reminder of it follows."
        return f"The next reminder comes {format_day(first.due.date())} ({before(first.lead)} it)."


def _phrase(change: _Change, calendar: Calendar) -> str:
    """Without "in 3 days": the words may leave days later."""
    title, old, new = change
    was = " and ".join(format_day(dt.date.fromisoformat(day)) for day in old)
    if not new:
        return f"{title} ({was}) is dropped"
    is_ = " and ".join(_day(dt.date.fromisoformat(day), title, calendar) for day in new)
    return f"{title} moved from {was} to {is_}" if old else f"{title} is new, {is_}"


def _day(day: dt.date, title: str, calendar: Calendar) -> str:
    there = [deadline for deadline in calendar.deadlines if deadline.day == day]
    week = next((deadline.week for deadline in there), "")
    for deadline in there:
        if deadline.name == title and deadline.when.is_due_in_its_week:
            return due_of(deadline)
    return ", ".join(filter(None, (format_day(day), week)))
