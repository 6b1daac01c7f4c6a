"""What is overdue: what was due and is not there, since when, and what would settle it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ...domain.calendar.binding_deadlines import asks_for
from ...domain.calendar.cycle import end_of, start_of
from ...domain.calendar.team_calendar import Calendar, calendar_of, last_calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.gerrit_accounts import GerritAccounts
from ...domain.memo_by_facts import kept_by_facts
from ...domain.memo_by_id import Same
from ...domain.messages.clauses import Clause
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.releases.missing_branches import missing_branches
from ...domain.releases.plan import plan_for, planned_events, title_of
from ...domain.releases.proposal import PAST_PROPOSALS
from ...domain.releases.shapes import cut_of, final_of
from ...domain.snapshot import Fetched, Snapshot, deliverable_of
from ...domain.team import Team
from ..releases.asked import Asked, TaskState, basis
from ..releases.chores import Chore, ConstantChore, chores
from ..releases.left_to_do import work_for
from ..releases.proposed import is_proposed
from ..releases.task import ReleaseTask
from .late import LateSort as LateSort
from .late import Overdue as Overdue
from .stays import constant_stays, stays_words
from .turns import turns_of
from .waivers import waiver_of

_RELEASED = (
    Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3, Kind.FINAL_LIBRARIES,
    Kind.FINAL_CLIENT_LIBRARIES, Kind.RC1, Kind.FINAL_RC, Kind.RELEASE, Kind.CYCLE_TRAILING,
)  # fmt: skip
# Of one deliverable a later deadline takes the place of what an earlier one asked for.
_REPLACED = (Asked.BETA, Asked.RELEASE)
_REPLACED_BY_THE_RELEASE = (*_REPLACED, Asked.RC1)
# What ends for every deliverable a week after the cycle's release: what there is was the last one.
_ENDED_AFTER_THE_RELEASE = (Asked.LAST, Asked.LAST_WITH_BRANCH)
A_WEEK = dt.timedelta(weeks=1)
_OPEN = (TaskState.LEFT, TaskState.APPROVED)
_PLAN = basis(
    "as soon as you pick your date, stick to it", "a proposal in Gerrit, or another plan", "liaison"
)
_CHORE = basis(
    "what follows a release merges right after it", "the change that merges it", "liaison"
)


Facts = Mapping[str, Fetched[Any]]
Notes = tuple[Note, ...]
Part = Callable[[Moment], Iterable[Overdue]]
PARTS: list[Part] = []


def overdue_part(part: Part) -> Part:
    """Add to what may be overdue: a duty above this one offers its own part. What it gives follows
    from the facts, the team, the notes and the accounts, and changes at midnight UTC alone, or at
    an instant of `turns_of`."""
    PARTS.append(part)
    return part


def overdue_of(moment: Moment) -> tuple[Overdue, ...]:
    """All that is overdue and not waived, what has been so longest first."""
    return _unwaived(Same(with_waived(moment)))


@lru_cache(maxsize=64)
def _unwaived(everything: Same[tuple[Overdue, ...]]) -> tuple[Overdue, ...]:
    return tuple(each for each in everything.value if each.waiver is None)


def with_waived(moment: Moment) -> tuple[Overdue, ...]:
    """All that was due and is not there, what somebody waived as well. Every reminder, tick and
    answer asks: the questions between two instants at which it can change share one answer."""
    snapshot, today = moment.snapshot, moment.today
    told = snapshot.facts, snapshot.team, Same(snapshot.notes), Same(snapshot.accounts)
    turns = _turns(*told, today)
    return _known(*told, turns[bisect_right(turns, moment.now) - 1])


@kept_by_facts
def _turns(
    facts: Facts, team: Team, notes: Same[Notes], accounts: Same[GerritAccounts], today: dt.date
) -> tuple[dt.datetime, ...]:
    """The instants of this day at which something may come or go, in their order."""
    snapshot = Snapshot(team, facts, notes.value, accounts=accounts.value)
    return turns_of(Moment(snapshot, start_of(today)))


@kept_by_facts
def _known(
    facts: Facts, team: Team, notes: Same[Notes], accounts: Same[GerritAccounts], turn: dt.datetime
) -> tuple[Overdue, ...]:
    snapshot = Snapshot(team, facts, notes.value, accounts=accounts.value)
    return worked_out(Moment(snapshot, turn))


def worked_out(moment: Moment) -> tuple[Overdue, ...]:
    """The same, without remembering it."""
    found = {each.key: each for part in PARTS for each in part(moment)}
    told = (replace(each, waiver=waiver_of(moment.notes, each.key)) for each in found.values())
    return tuple(sorted(told, key=lambda each: (each.past, each.key)))


@overdue_part
def late_releases(moment: Moment) -> Iterator[Overdue]:
    """The releases and branches that a deadline asked for which is past.

    A beta is optional and a library's release of a milestone is asked for anew at the next, so each
    ends with the next deadline of its deliverable, RC1 with the release's, and the last release of
    a library a week after that. What a file that shipped with the project tells, or one that was
    never read, is not overdue: it may be there by now.
    """
    for calendar in _calendars(moment):
        newest: dict[str, Overdue] = {}
        for deadline in _past_deadlines(moment, calendar):
            asked = set(_deliverables(moment, calendar, deadline))
            newest = {key: late for key, late in newest.items() if not _ends(deadline, late, asked)}
            for late in _late(moment, calendar, deadline):
                newest[late.key] = late
        yield from (late for late in newest.values() if not _is_over(moment, calendar, late))


def _is_over(moment: Moment, calendar: Calendar, late: Overdue) -> bool:
    release = calendar.when(Kind.RELEASE)
    if release is None or late.task is None or late.task.asked not in _ENDED_AFTER_THE_RELEASE:
        return False
    return moment.now >= end_of(release.last_day + A_WEEK)


def _calendars(moment: Moment) -> list[Calendar]:
    """The cycle that was released last, and those that run."""
    last = last_calendar(moment)
    near = near_calendars(moment)
    known = {calendar.series.name for calendar in near}
    return [*([last] if last and last.series.name not in known else []), *near]


def _past_deadlines(moment: Moment, calendar: Calendar) -> list[Deadline]:
    past = [
        deadline
        for deadline in (*calendar.deadlines, *calendar.ahead)
        if not deadline.own and deadline.kind in _RELEASED and deadline.when.is_over(moment.now)
    ]
    return sorted(past, key=lambda deadline: deadline.when.over)


def _ends(deadline: Deadline, late: Overdue, asked: set[str]) -> bool:
    """Whether a later deadline, which asks these deliverables for something, ends it."""
    if late.task is None:
        return False
    ended = _REPLACED_BY_THE_RELEASE if deadline.kind is Kind.RELEASE else _REPLACED
    return late.task.asked in ended and late.deliverable in asked


def _deliverables(moment: Moment, calendar: Calendar, deadline: Deadline) -> Iterator[str]:
    for shape in calendar.shapes or ():
        if asks_for(deadline.kind, shape):
            yield shape.name


def _late(moment: Moment, calendar: Calendar, deadline: Deadline) -> Iterator[Overdue]:
    for task in work_for(moment, calendar, deadline).tasks:
        if not isinstance(task, ReleaseTask) or task.state not in _OPEN:
            continue
        name = _deliverable_named(calendar, task.repository)
        if _is_untold(moment, task, name) or _is_moot(moment, task, name):
            continue
        yield Overdue(
            key=f"{task.series}/{deadline.id}/{task.repository}/{task.asked.name.lower()}",
            sort=LateSort.RELEASE,
            what=task.as_asked.clause,
            due=deadline.when.last_day,
            past=deadline.when.over,
            basis=task.basis,
            name=_title(calendar, deadline),
            stays=stays_words(moment, task, calendar, deadline),
            series=task.series,
            event=deadline.id,
            topic=deadline.id,
            deliverable=name,
            task=task.as_asked,
            doubt=_doubt(moment, task),
        )


def _doubt(moment: Moment, task: ReleaseTask) -> str:
    """A library's release at a milestone is wanted only where something merged."""
    is_told = task.changes is not None or moment[PAST_PROPOSALS].known
    return "" if task.asked is not Asked.RELEASE or is_told else "what merged is not known"


def _title(calendar: Calendar, deadline: Deadline) -> str:
    event = next((e for e in calendar.weeks.events if e.id == deadline.id), None)
    return title_of(event) if event else deadline.name


def _deliverable_named(calendar: Calendar, repository: str) -> str:
    for shape in calendar.shapes or ():
        if any(each.rpartition("/")[2] == repository for each in shape.repositories):
            return shape.name
    return repository


def _is_untold(moment: Moment, task: ReleaseTask, name: str) -> bool:
    """Whether its file says nothing about today."""
    return moment[deliverable_of(task.series, name)].origin == "bundled"


def _is_moot(moment: Moment, task: ReleaseTask, name: str) -> bool:
    """Whether something later made it pointless: the final version of its series is out, its stable
    branch is cut from what there is, or a branch that is missing after the release is told as
    that."""
    if task.asked is Asked.BRANCH:
        return any(missing.name == task.branch for missing in missing_branches(moment))
    file = moment[deliverable_of(task.series, name)].value
    if task.asked is Asked.LAST:
        return cut_of(file) is not None
    final = final_of(file.releases) if file else None
    return final is not None and task.asked in (Asked.BETA, Asked.RC1)


@overdue_part
def late_plans(moment: Moment) -> Iterator[Overdue]:
    """The planned days that are past without a proposal, up to the deadline itself: from then on
    the release is overdue by that."""
    for calendar in near_calendars(moment):
        by_id = {deadline.id: deadline for deadline in calendar.deadlines if not deadline.own}
        for event in planned_events(calendar):
            deadline = by_id[event.id]
            plan = plan_for(moment.notes, calendar, deadline)
            if plan is None or deadline.when.is_over(moment.now):
                continue
            if end_of(plan.day) <= moment.now and not is_proposed(moment, calendar, deadline):
                yield Overdue(
                    key=f"{calendar.series.name}/{event.id}/plan",
                    sort=LateSort.PLAN,
                    what=Clause((title_of(event),)),
                    due=plan.day,
                    past=end_of(plan.day),
                    basis=_PLAN,
                    series=calendar.series.name,
                    event=event.id,
                    topic=event.id,
                    until=deadline.when.last_day,
                )


@overdue_part
def late_chores(moment: Moment) -> Iterator[Overdue]:
    """What should have merged after RC1 or after the release: the release bot's changes, and the
    constant that names the series in development, until its feature freeze: no migration merges
    after that."""
    calendar = calendar_of(moment)
    freeze = calendar.when(Kind.FEATURE_FREEZE) if calendar else None
    for chore in chores(moment):
        if not isinstance(chore, ConstantChore):
            yield _of_chore(chore)
        elif freeze is None or not freeze.is_over(moment.now):
            yield _of_chore(chore, constant_stays(freeze))


def _of_chore(chore: Chore, stays: str = "") -> Overdue:
    return Overdue(
        key=f"after/{chore.key}",
        sort=LateSort.CHORE,
        what=Clause((chore.words,), shorter=((chore.brief,),)),
        due=chore.since,
        past=end_of(chore.since),
        basis=_CHORE,
        stays=stays,
        topic=chore.key.partition("/")[0],
        changes=chore.changes,
        doubt=chore.doubt,
        after=chore.after,
    )
