"""A date that moves: the channel hears once what openstack/releases moved, added or dropped."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...domain.calendar.cycle import format_day
from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.team_calendar import Calendar, calendar_of, near_calendars
from ...domain.messages.clauses import listing
from ...domain.messages.doc import Doc, Link, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.snapshot import Snapshot
from ...registry import rule
from .known_days import KnownDays, known_of, remember_days
from .reminders import before, next_rung

RULE = "schedule change"
GRACE = dt.timedelta(days=14)
_LIST = 1


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
        changes = changes_of(calendar, before, moment.today)
        if not changes:
            continue
        yield Notice(
            rule=RULE,
            subject=calendar.series.name,
            target=moment.team.announce,
            facts=_facts(changes, before),
            due=moment.now,
            grace=GRACE,
            say=_Changed(moment.snapshot, calendar, changes),
            why=f"the schedule of {calendar.series.title} changed on opendev.org",
            days=tuple(day for change in changes for day in change.new),
        )


@dataclass(frozen=True)
class ScheduleChange:
    """What became of an event's days: `old` is empty for a new event, `new` for one that was
    dropped."""

    title: str
    old: tuple[dt.date, ...]
    new: tuple[dt.date, ...]

    @property
    def last(self) -> dt.date:
        """The last day that it was or is on."""
        return max((*self.old, *self.new))


def changes_of(
    calendar: Calendar, before: Mapping[str, KnownDays], today: dt.date
) -> tuple[ScheduleChange, ...]:
    """What changed of the events that concern the team since the rules last looked, and is not
    past."""
    found = (*_moved(calendar, before), *_dropped(calendar, before))
    return tuple(change for change in found if change.last >= today)


def _moved(calendar: Calendar, before: Mapping[str, KnownDays]) -> Iterator[ScheduleChange]:
    """The events whose days are others now, new ones among them."""
    ours = {deadline.id for deadline in calendar.deadlines if not deadline.own}
    for event in calendar.weeks.events:
        old = _days(before.get(event.id))
        if event.id in ours and old != event.days:
            yield ScheduleChange(event.title, old, event.days)


def _dropped(calendar: Calendar, before: Mapping[str, KnownDays]) -> Iterator[ScheduleChange]:
    there = {event.id for event in calendar.weeks.events}
    for id_, old in before.items():
        if id_ not in there and old.days:
            yield ScheduleChange(old.title, _days(old), ())


def _days(known: KnownDays | None) -> tuple[dt.date, ...]:
    return tuple(map(dt.date.fromisoformat, known.days)) if known else ()


def _facts(changes: Sequence[ScheduleChange], before: Mapping[str, KnownDays]) -> str:
    """The facts of a notice's key: the changes, and since when the days before were known."""
    rows = [
        (change.title, [str(day) for day in change.old], [str(day) for day in change.new])
        for change in changes
    ]
    return json.dumps([rows, max(known.since for known in before.values())])


@dataclass(frozen=True)
class _Changed:
    snapshot: Snapshot
    calendar: Calendar
    changes: tuple[ScheduleChange, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        moment = Moment(self.snapshot, now)
        calendar = calendar_of(moment, self.calendar.series.name) or self.calendar
        page = f"https://releases.openstack.org/{calendar.series.name}/schedule.html"
        phrases = (_phrase(change, calendar) for change in self.changes)
        head = (
            f"The schedule of {calendar.series.title} changed: ",
            listing(phrases, weight=_LIST, between="; ", rest="more (deadlines all)"),
        )
        link = Link("schedule", page)
        return doc(line(*head, f". {self._reminders(moment, calendar)} ", link), brief=head)

    def _reminders(self, moment: Moment, calendar: Calendar) -> str:
        """When the next reminder of what changed comes, and how long before."""
        days = {day for change in self.changes for day in change.new}
        coming = [next_rung(moment, calendar, day) for day in days]
        first = min((rung for rung in coming if rung), key=lambda rung: rung.due, default=None)
        if first is None:
            return "No reminder of it follows."
        return f"The next reminder comes {format_day(first.due.date())} ({before(first.lead)} it)."


def _phrase(change: ScheduleChange, calendar: Calendar) -> str:
    """Without "in 3 days": the words may leave days later."""
    was = " and ".join(map(format_day, change.old))
    if not change.new:
        return f"{change.title} ({was}) is dropped"
    told = " and ".join(_day(day, change.title, calendar) for day in change.new)
    moved = f"{change.title} moved from {was} to {told}"
    return moved if change.old else f"{change.title} is new, {told}"


def _day(day: dt.date, title: str, calendar: Calendar) -> str:
    there = [deadline for deadline in calendar.deadlines if deadline.day == day]
    week = next((deadline.week for deadline in there), "")
    for deadline in there:
        if deadline.name == title and deadline.when.is_due_in_its_week:
            return due_of(deadline)
    return ", ".join(filter(None, (format_day(day), week)))
