"""What was overdue and became pointless: a beta once something later is tagged, or its next
milestone is past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import AFTER_MILESTONE, MILESTONES, has_candidates
from ...domain.calendar.cycle import end_of
from ...domain.calendar.event_names import NAMES
from ...domain.calendar.lead_time import working_day_from
from ...domain.calendar.team_calendar import Calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.model import Deliverable, Release
from ...domain.moment import Moment
from ...domain.people.roles import fold, heirs_of, liaisons
from ...domain.releases.version import parse_version
from ...domain.snapshot import deliverable_of
from ...registry import rule
from . import words
from .waivers import waiver_of

RULE = "pointless"
_NUMBERS = {kind: number for number, kind in enumerate(MILESTONES, 1)}
_GRACE = dt.timedelta(days=1)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pointless:
    """A beta that nobody needs any more: which, since when (UTC), and why."""

    key: str
    deliverable: str
    number: int
    since: dt.datetime
    because: str


@rule(
    RULE,
    "a beta that was overdue and is pointless by now, to the liaison in private, once",
    "snooze; ack because REASON before it is",
    working_days=True,
    basis="a beta is optional, and what comes later takes its place",
    sources=("process",),
)
def pointless_notices(moment: Moment) -> Iterator[Notice]:
    """Once, on the first working day after."""
    for each in pointless_of(moment):
        last = (each.since - dt.timedelta.resolution).date()  # a day's end is the next one's begin
        day = working_day_from(last + _DAY, moment.team.reminders.holidays)
        for member in liaisons(moment.snapshot):
            yield Notice(
                RULE,
                each.key,
                fold(member.nick),
                "",
                dt.datetime.combine(day, moment.team.reminders.hour, dt.UTC),
                _GRACE,
                _Said(each),
                why=f"{each.deliverable} b{each.number} was overdue: {each.because}",
                heirs=heirs_of(moment.snapshot, member.nick),
            )


@dataclass(frozen=True)
class _Said:
    pointless: Pointless

    def __call__(self, now: dt.datetime) -> Doc:
        each = self.pointless
        return words.pointless_doc(each.deliverable, each.number, each.because)


def pointless_of(moment: Moment) -> Iterator[Pointless]:
    """The betas whose milestone passed without them and that something later made pointless."""
    for calendar in near_calendars(moment):
        names = [shape.name for shape in calendar.shapes or () if has_candidates(shape)]
        for deadline in calendar.deadlines:
            if deadline.kind in _NUMBERS and not deadline.own:
                for name in names:
                    yield from _of(moment, calendar, deadline, name)


def _of(moment: Moment, calendar: Calendar, deadline: Deadline, name: str) -> Iterator[Pointless]:
    number = _NUMBERS[deadline.kind]
    fact = moment[deliverable_of(calendar.series.name, name)]
    key = f"{calendar.series.name}/{deadline.id}/{name}/beta"
    if not deadline.when.is_over(moment.now) or not fact.known or fact.origin == "bundled":
        return
    if _waived(moment, key) or _made(fact.value, number):
        return
    later = _later(fact.value, number)
    following = calendar.day(AFTER_MILESTONE[deadline.kind])
    if later is not None and (later.tagged is None or later.tagged <= deadline.when.over):
        return
    ends = [(later.tagged, f"{later.version} is tagged")] if later and later.tagged else []
    if following is not None:
        ends.append(
            (end_of(following), f"{NAMES[AFTER_MILESTONE[deadline.kind]][0]}'s day is past")
        )
    since, because = min(ends, default=(deadline.when.over, ""))
    if because and since <= moment.now:
        yield Pointless(key, name, number, since, because)


def _waived(moment: Moment, key: str) -> bool:
    return waiver_of(moment.notes, key) is not None


def _made(file: Deliverable | None, number: int) -> bool:
    versions = [parse_version(release.version) for release in (file.releases if file else ())]
    return any(v is not None and v.stage == "b" and v.number == number for v in versions)


def _later(file: Deliverable | None, number: int) -> Release | None:
    """The first release that comes after a beta of this number."""
    for release in file.releases if file else ():
        version = parse_version(release.version)
        if version is not None and (version.stage != "b" or version.number > number):
            return release
    return None
