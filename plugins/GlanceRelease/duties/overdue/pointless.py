"""What was overdue and became pointless: a beta once something later is tagged, or its next
milestone is past; a library's last release once its branch is cut, or the release is past; the
constant once features are frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import (
    AFTER_MILESTONE,
    MILESTONE_NUMBERS,
    has_candidates,
)
from ...domain.calendar.cycle import end_of, format_day
from ...domain.calendar.event_names import NAMES
from ...domain.calendar.lead_time import working_day_from
from ...domain.calendar.team_calendar import (
    Calendar,
    calendar_of,
    last_calendar,
    near_calendars,
)
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import in_words
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.model import Deliverable, Kind
from ...domain.moment import Moment
from ...domain.people.roles import fold, heirs_of, liaisons
from ...domain.releases.shapes import cut_of
from ...domain.releases.version import parse_version
from ...domain.snapshot import deliverable_of
from ...registry import rule
from ..releases.asked import Asked
from ..releases.chores import ConstantChore, chores
from ..releases.left_to_do import work_for
from ..releases.stages import beta, fitting
from ..releases.task import ReleaseTask
from . import words
from .facts import A_WEEK
from .waivers import waiver_of

RULE = "pointless"
_LAST = (Kind.FINAL_LIBRARIES, Kind.FINAL_CLIENT_LIBRARIES, Kind.MILESTONE_3)
_GRACE = dt.timedelta(days=1)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pointless:
    """Something that nobody needs any more: what, since when (UTC), and why."""

    key: str
    what: str
    since: dt.datetime
    because: str


@rule(
    RULE,
    "what was overdue and is pointless by now, to the liaison in private, once",
    "snooze; ack because REASON before it is",
    working_days=True,
    basis="a beta is optional; what comes later takes the place of what was asked for",
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
                why=f"{each.what} was overdue: {each.because}",
                heirs=heirs_of(moment.snapshot, member.nick),
            )


@dataclass(frozen=True)
class _Said:
    pointless: Pointless

    def __call__(self, now: dt.datetime) -> Doc:
        each = self.pointless
        return words.pointless_doc(each.what, each.because)


def pointless_of(moment: Moment) -> Iterator[Pointless]:
    """What passed undone and was made pointless by something later."""
    yield from _betas(moment)
    yield from _last_of_libraries(moment)
    yield from _constant(moment)


def _betas(moment: Moment) -> Iterator[Pointless]:
    for calendar in near_calendars(moment):
        names = [shape.name for shape in calendar.shapes or () if has_candidates(shape)]
        for deadline in calendar.deadlines:
            if deadline.kind in MILESTONE_NUMBERS and not deadline.own:
                for name in names:
                    yield from _of(moment, calendar, deadline, name)


def _last_of_libraries(moment: Moment) -> Iterator[Pointless]:
    """Those that had no last release when their branch was cut, or when the cycle was released."""
    last = last_calendar(moment)
    for calendar in (*([last] if last else []), *near_calendars(moment)):
        release = calendar.when(Kind.RELEASE)
        for deadline in calendar.deadlines if release else ():
            if deadline.own or deadline.kind not in _LAST or not deadline.when.is_over(moment.now):
                continue
            for task in work_for(moment, calendar, deadline).left:
                if isinstance(task, ReleaseTask) and task.asked is Asked.LAST:
                    yield from _last(moment, calendar, deadline, task)


def _last(
    moment: Moment, calendar: Calendar, deadline: Deadline, task: ReleaseTask
) -> Iterator[Pointless]:
    file = moment[deliverable_of(task.series, task.deliverable)]
    release = calendar.when(Kind.RELEASE)
    key = f"{task.series}/{deadline.id}/{task.repository}/last"
    if release is None or file.origin == "bundled" or _waived(moment, key):
        return
    day = format_day(release.last_day)
    ends = [(end_of(release.last_day + A_WEEK), f"its cycle was released a week ago, on {day}")]
    cut = cut_of(file.value)
    if cut is not None and cut.created is not None and cut.created > deadline.when.over:
        ends.append((cut.created, f"{cut.name} is cut from the last release there is"))
    since, because = min(ends)
    if since <= moment.now:
        yield Pointless(key, in_words((task.clause,)), since, because)


def _constant(moment: Moment) -> Iterator[Pointless]:
    calendar = calendar_of(moment)
    freeze = calendar.when(Kind.FEATURE_FREEZE) if calendar else None
    if freeze is None or not freeze.is_over(moment.now):
        return
    for chore in chores(moment):
        key = f"after/{chore.key}"
        if isinstance(chore, ConstantChore) and not chore.doubt and not _waived(moment, key):
            what = f"the change of {chore.constant.name} to {chore.expected}"
            yield Pointless(key, what, freeze.over, "features are frozen, and migrations with them")


def _of(moment: Moment, calendar: Calendar, deadline: Deadline, name: str) -> Iterator[Pointless]:
    number = MILESTONE_NUMBERS[deadline.kind]
    fact = moment[deliverable_of(calendar.series.name, name)]
    key = f"{calendar.series.name}/{deadline.id}/{name}/beta"
    if not deadline.when.is_over(moment.now) or not fact.known or fact.origin == "bundled":
        return
    if _waived(moment, key) or _made(fact.value, number):
        return
    later = next(fitting(fact.value.releases if fact.value else (), beta(number + 1)), None)
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
        yield Pointless(key, f"{name} b{number}", since, because)


def _waived(moment: Moment, key: str) -> bool:
    return waiver_of(moment.notes, key) is not None


def _made(file: Deliverable | None, number: int) -> bool:
    versions = [parse_version(release.version) for release in (file.releases if file else ())]
    return any(v is not None and v.stage == "b" and v.number == number for v in versions)
