"""What a release liaison has to do in the next weeks, for one who is new: `duties`.

The lists are those of Glance's contributor guide (release-cpl.rst, releasecycle.rst) and of the
Project Team Guide's release management, by the schedule's deadlines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ...domain.calendar.binding_deadlines import (
    MILESTONES,
    asks_for,
    has_candidates,
    has_highlights,
    is_intermediary,
    trails,
)
from ...domain.calendar.cycle import format_day
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Deliverable, Kind
from ...domain.moment import Moment
from ...domain.releases.plan import plan_for
from ...domain.releases.proposal import constant_of
from ...domain.reports.meeting_report import Part, Table
from ...domain.snapshot import Snapshot, deliverable_of
from ...registry import Ask, Reply, UserError, command, reply
from ..releases.left_to_do import work_for
from ..report_parts import report_part, shortened
from ..which_cycle import calendar_for

WEEKS = 4
MOST_WEEKS = 52
_LOOKED_BACK = dt.timedelta(days=14)
_WEEK = dt.timedelta(weeks=1)

# Whether a duty is done: True or False, and None where nothing that the bot reads tells.
Check = Callable[[Snapshot, Calendar, Deadline], bool | None]


@dataclass(frozen=True)
class Duty:
    """One thing to do `before` a deadline of these kinds: what, how, and how to see it done.

    `by` tells of which deliverables it is a duty; of all where it is None."""

    kinds: tuple[Kind, ...]
    before: dt.timedelta
    what: str
    how: str
    check: Check | None = None
    releases: bool = False
    by: Callable[[Deliverable], bool] | None = None


@dataclass(frozen=True)
class DueDuty:
    """A duty of this cycle: its day, the deadline it belongs to, and whether it is done."""

    day: dt.date
    what: str
    how: str
    done: bool | None

    @property
    def state(self) -> str:
        """ "done", "to do", or "look" where only a person can tell."""
        return "look" if self.done is None else "done" if self.done else "to do"


def _announced(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> bool | None:
    """Whether a reminder of the day was said in the channel."""
    return any(
        row.state in ("said", "merged") and deadline.day in row.days for row in snapshot.said
    )


def _highlights(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> bool | None:
    files = [snapshot[deliverable_of(calendar.series.name, n)] for n in snapshot.team.deliverables]
    services = [f.value for f in files if f.value and has_highlights(f.value)]
    return any(service.has_cycle_highlights for service in services) if services else None


def _constant(snapshot: Snapshot, calendar: Calendar, deadline: Deadline) -> bool | None:
    """The constant names the next series once this one is released."""
    fact = snapshot[constant_of(snapshot.team.name)]
    after = calendar.after
    if fact.value is None or after is None:
        return None
    return fact.value.replace("_", ".") == after.release_id


DUTIES = (
    Duty(
        MILESTONES,
        4 * _WEEK,
        "tell the team the planned date of {name}",
        "at the meeting and on the list, with the day and the priorities; repeat it every week",
        _announced,
    ),
    Duty(
        MILESTONES,
        2 * _WEEK,
        "remind of the priorities for {name} and their progress",
        "priorities; ask for reviews at the meeting",
    ),
    Duty(
        MILESTONES,
        dt.timedelta(days=3),
        "propose the releases for {name}",
        "draft DELIVERABLE gives the change in openstack/releases; each library at least once a "
        "milestone, with its release notes",
        releases=True,
    ),
    Duty(
        (Kind.FINAL_LIBRARIES, Kind.FINAL_CLIENT_LIBRARIES),
        dt.timedelta(days=3),
        "propose the last release: {name}",
        "draft DELIVERABLE; the stable branch is cut from it",
        releases=True,
    ),
    Duty(
        (Kind.FEATURE_FREEZE,),
        dt.timedelta(0),
        "hold unfinished features from the feature freeze on",
        "a -2, or Review-Priority -1, on every feature without an exception",
    ),
    Duty(
        (Kind.CYCLE_HIGHLIGHTS,),
        dt.timedelta(0),
        "write the cycle highlights",
        "cycle-highlights in the deliverable file of openstack/releases, three to five sentences",
        _highlights,
        by=has_highlights,
    ),
    Duty(
        (Kind.RC1,),
        _WEEK,
        "write the release notes' prelude",
        "a note with a prelude in releasenotes/notes, merged before RC1",
    ),
    Duty(
        (Kind.RC1,),
        dt.timedelta(days=3),
        "propose RC1 with its stable branch",
        "draft {service}; from its tag on only release-critical changes merge",
        releases=True,
    ),
    Duty(
        (Kind.FINAL_RC,),
        dt.timedelta(days=2),
        "propose the final RC, if anything was backported since the last one",
        "unreleased tells what merged; the last day is a week before the release",
        by=has_candidates,
    ),
    Duty(
        (Kind.FINAL_RC,),
        dt.timedelta(days=3),
        "propose the final intermediary release with its stable branch",
        "draft DELIVERABLE; the branch is cut from the last release of the series",
        releases=True,
        by=is_intermediary,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=1),
        "say yes to the final release",
        "the release team proposes it; PTL or liaison votes +1",
        releases=True,
        by=has_candidates,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=-1),
        "change the migration constant to the next series",
        "a change to the constant in the team's repository, with Sem-Ver: api-break",
        _constant,
    ),
    Duty(
        (Kind.RELEASE,),
        dt.timedelta(days=-7),
        "report on the community goals",
        "to the TC, as the goals' pages ask",
    ),
    Duty(
        (Kind.CYCLE_TRAILING,),
        dt.timedelta(days=3),
        "propose the final release: {name}",
        "draft DELIVERABLE SERIES; what trails is due about three months after the release",
        releases=True,
        by=trails,
    ),
)


@command(
    "duties",
    "[WEEKS]",
    "what a release liaison has to do in the next weeks, when, whether it is done, and how",
    "duties 6",
    basis="the release liaison's duties, by the days of the cycle's schedule",
    sources=("liaison", "schedule"),
)
def duties(moment: Moment, ask: Ask) -> Reply:
    """The duties of the next weeks (4 unless told) and those of the last two that are open; in
    private each with how it is done."""
    weeks = _weeks(ask.text)
    calendar = calendar_for(moment, "")
    dues = due_duties(moment, calendar, weeks)
    count = f"{weeks} week{'' if weeks == 1 else 's'}"
    every = "Every night look at jobs, every week at the meeting's report"
    if not dues:
        return reply(f"No duty of the release's falls in the next {count}. {every}.")
    words = [f"{format_day(due.day)} {due.what} ({due.state})" for due in dues]
    head = f"In the next {count}: {len(dues)} in all: "
    return reply(
        f"{head}{shortened(words, 390 - len(head))}.",
        details=[f"{text}: {due.how}." for text, due in zip(words, dues, strict=True)]
        + [f"{every}."],
    )


def due_duties(moment: Moment, calendar: Calendar, weeks: int) -> list[DueDuty]:
    """By day: what falls in the weeks from now, and what was due within two weeks and is open."""
    today = moment.today
    end = today + weeks * _WEEK
    dues = [
        due
        for due in _of_cycle(moment, calendar)
        if today <= due.day <= end
        or (today - _LOOKED_BACK <= due.day < today and due.done is False)
    ]
    return sorted(dues, key=lambda due: (due.day, due.what))


@report_part(50, page_only=True)
def duties_part(moment: Moment) -> Part | None:
    """The duties of the next weeks, for the page alone."""
    try:
        calendar = calendar_for(moment, "")
    except UserError:
        return None
    dues = due_duties(moment, calendar, WEEKS)
    rows = tuple((format_day(due.day), due.what, due.state, due.how) for due in dues)
    title = f"In the next {WEEKS} weeks"
    table = Table(title, ("day", "what", "state", "how"), rows, empty="nothing")
    return Part("duties", "The release liaison's duties", tables=(table,))


def _of_cycle(moment: Moment, calendar: Calendar) -> Iterator[DueDuty]:
    """Every duty of the cycle; a release is to be proposed on the day that the team planned."""
    for deadline in calendar.deadlines:
        for duty in DUTIES:
            if deadline.own or not _is_theirs(duty, deadline.kind, moment.snapshot, calendar):
                continue
            names = {"name": deadline.told, "service": _service(moment.snapshot, calendar)}
            what, how = duty.what.format_map(names), duty.how.format_map(names)
            if deadline.conflict and deadline.conflict not in what:
                what = f"{what} ({deadline.conflict})"
            day = deadline.day - duty.before
            plan = plan_for(moment.notes, calendar, deadline) if duty.releases else None
            done = duty.check(moment.snapshot, calendar, deadline) if duty.check else None
            if duty.releases:
                done = _released(moment, calendar, deadline)
            yield DueDuty(plan.day if plan else day, what, how, done)


def _is_theirs(duty: Duty, kind: Kind, snapshot: Snapshot, calendar: Calendar) -> bool:
    """Whether the team has what the duty is about, as far as its deliverables are known."""
    if kind not in duty.kinds or (duty.check is _constant and not snapshot.team.proposals.constant):
        return False
    if calendar.shapes is None or (duty.by is None and kind not in MILESTONES):
        return True
    return any((duty.by or partial(asks_for, kind))(shape) for shape in calendar.shapes)


def _service(snapshot: Snapshot, calendar: Calendar) -> str:
    """The deliverable that a liaison would write for DELIVERABLE."""
    candidates = (shape.name for shape in calendar.shapes or () if has_candidates(shape))
    names = snapshot.team.deliverables
    known = snapshot.team.name if snapshot.team.name in names else names[0]
    return next(candidates, known)


def _released(moment: Moment, calendar: Calendar, deadline: Deadline) -> bool | None:
    work = work_for(moment, calendar, deadline)
    if work.left:
        return False
    return True if work.is_done else None


def _weeks(text: str) -> int:
    if not text:
        return WEEKS
    if not text.isdecimal() or not 1 <= int(text[:6]) <= MOST_WEEKS:
        raise UserError(f"Say: duties WEEKS, from 1 to {MOST_WEEKS}.")
    return int(text)
