"""Which of a release liaison's duties fall in the next weeks, and whether they are done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ...domain.calendar.binding_deadlines import MILESTONES, asks_for, has_candidates
from ...domain.calendar.team_calendar import Calendar, last_calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Event, Kind
from ...domain.moment import Moment
from ...domain.releases.plan import plan_for, planned_events, suggested_day
from ...domain.snapshot import Snapshot
from ...domain.team import Reminders
from ..overdue.facts import Overdue, overdue_of
from ..overdue.words import duty_words
from ..plans.team_leads import notice_of
from ..releases.left_to_do import work_for
from .duty_list import Duty, duties_of, names_the_next_series

_LOOKED_BACK = dt.timedelta(days=14)


@dataclass(frozen=True)
class DueDuty:
    """A duty of this cycle: its day, what it is and how it is done, whether it is done, whether its
    day is past, whether what is left of it is proposed with the team's yes, what it is about: a
    deadline's id, or "constant", and whether something that the bot reads tells of it."""

    day: dt.date
    what: str
    how: str
    done: bool | None
    past: bool = False
    approved: bool = False
    topic: str = ""
    is_checked: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is not done, or what would tell it is silent."""
        return self.done is False or self.is_unseen

    @property
    def is_unseen(self) -> bool:
        """Whether what would tell if it is done is silent."""
        return self.done is None and self.is_checked

    @property
    def state(self) -> str:
        """ "done", "to do", "proposed with the team's yes" or "overdue", or "look" where only a
        person can tell."""
        if self.done is None:
            return "look"
        if self.approved:
            return "proposed with the team's yes"
        return "done" if self.done else "overdue" if self.past else "to do"


def due_duties(moment: Moment, calendar: Calendar, weeks: int) -> list[DueDuty]:
    """By day: what falls in the weeks from now, what was due within two weeks and is open or can't
    be told although something is there to tell it, and all that is overdue. What was promised
    before the release stays after it."""
    today = moment.today
    end = today + dt.timedelta(weeks=weeks)
    last = last_calendar(moment)
    ended = [last] if last and last.series.name != calendar.series.name else []
    dues = [
        due
        for each in (*ended, calendar)
        for due in _of_cycle(moment, each, today - _LOOKED_BACK, end)
        if today <= due.day or due.is_open
    ]
    late = overdue_of(moment)
    known = {each.topic for each in late}
    dues = [due for due in dues if not (due.is_unseen and due.topic in known)]
    dues += _overdue(moment, late, {due.topic for due in dues if due.done is False})
    return sorted(dues, key=lambda due: (due.day, due.what))


def _overdue(moment: Moment, late: Iterable[Overdue], told: set[str]) -> Iterator[DueDuty]:
    """What is overdue and no duty of these days tells of."""
    for each in late:
        if each.topic in told:
            continue
        how = "ack, or ack because REASON if it is not done this time"
        how = f"{each.basis.settled_by} settles it; {how}"
        yield DueDuty(each.due, duty_words(each, moment.now), how, False, past=True)


def _of_cycle(
    moment: Moment, calendar: Calendar, first: dt.date, last: dt.date
) -> Iterator[DueDuty]:
    """The cycle's duties of these days; a release is to be proposed on the day that the team
    planned, else on the one that is advised; once that is past, by its deadline, before which it is
    not overdue. Whether one is done is asked of these alone."""
    planned = {event.id: event for event in planned_events(calendar)}
    for deadline in calendar.deadlines:
        for duty in () if deadline.own else duties_of(deadline.kind):
            if not _is_theirs(duty, deadline.kind, moment.snapshot, calendar):
                continue
            event = planned.get(deadline.id) if duty.releases else None
            plan = plan_for(moment.notes, calendar, deadline) if duty.releases else None
            day = plan.day if plan else _day_of(duty, event, deadline, moment.team.reminders)
            if duty.releases and not plan and day < moment.today:
                day = max(day, deadline.day)
            if first <= day <= last:
                yield _due(moment, calendar, deadline, duty, day)


def _due(
    moment: Moment, calendar: Calendar, deadline: Deadline, duty: Duty, day: dt.date
) -> DueDuty:
    names = {"name": deadline.told, "service": _service(moment.snapshot, calendar)}
    what, how = duty.what.format_map(names), duty.how.format_map(names)
    if deadline.conflict and deadline.conflict not in what:
        what = f"{what} ({deadline.conflict})"
    done = duty.check(moment.snapshot, calendar, deadline) if duty.check else None
    approved = False
    if duty.releases:
        done, approved = _released(moment, calendar, deadline)
    past, topic = day < moment.today, _topic(duty, deadline)
    is_checked = duty.releases or duty.check is not None
    return DueDuty(day, what, how, done, past, approved, topic, is_checked)


def _topic(duty: Duty, deadline: Deadline) -> str:
    return "constant" if duty.check is names_the_next_series else deadline.id


def _day_of(duty: Duty, event: Event | None, deadline: Deadline, reminders: Reminders) -> dt.date:
    """The day on which a duty falls; RC1 is proposed on the day that `plan` advises for its
    event."""
    advised = suggested_day(event, reminders.holidays) if event else None
    if advised is not None:
        return advised
    if duty.before is not None:
        return deadline.day - duty.before
    notice = notice_of(reminders)
    return notice.before(deadline.day, reminders.holidays) if notice else deadline.day


def _is_theirs(duty: Duty, kind: Kind, snapshot: Snapshot, calendar: Calendar) -> bool:
    """Whether the team has what the duty is about, as far as its deliverables are known."""
    if duty.check is names_the_next_series and not snapshot.team.proposals.constant:
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


def _released(moment: Moment, calendar: Calendar, deadline: Deadline) -> tuple[bool | None, bool]:
    """Whether all is released, and whether what is not has the team's yes."""
    work = work_for(moment, calendar, deadline)
    approved = bool(work.approved) and not work.left
    if work.left or approved:
        return False, approved
    return (True if work.is_done else None), False
