"""A plan is announced at once, said again at the team's far leads, and on its day the people who
propose it are named until it is proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.address import same_place
from ...domain.calendar.cycle import format_day, format_deadline, utc_day, week_name
from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.lead_time import working_day_from
from ...domain.calendar.reminder_ladder import rungs
from ...domain.calendar.team_calendar import Calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import Call, calling
from ...domain.messages.doc import Doc, doc, line
from ...domain.messages.notice import Notice
from ...domain.model import Event
from ...domain.moment import Moment
from ...domain.people.presence import away, here
from ...domain.people.roles import fold, heirs_of, proposers
from ...domain.releases.plan import Plan, last_told, planned_events, title_of
from ...domain.snapshot import Snapshot
from ...domain.team import Reminders
from ...registry import rule
from ..releases.left_to_do import work_for
from ..releases.proposed import is_proposed
from ..releases.words.tasks import TASK, tasks_listed
from .team_leads import far_leads
from .words import announcement

ANNOUNCED, REMINDED, CALLED = "plan", "plan reminder", "plan day"
AGAIN = dt.timedelta(hours=5)
CALL_GRACE = dt.timedelta(hours=4)
GRACE = dt.timedelta(days=7)
STOP = "propose the release, or ack; mute silences the channel"


@dataclass(frozen=True)
class _Planned:
    """A plan with the event and the deadline for which it is."""

    calendar: Calendar
    event: Event
    deadline: Deadline
    plan: Plan


def _planned(moment: Moment) -> Iterator[_Planned]:
    return (told for told in _told(moment) if not told.plan.withdrawn)


def _told(moment: Moment) -> Iterator[_Planned]:
    """What was last told of each plan, withdrawn ones too."""
    plans = last_told(moment.notes)
    for calendar in near_calendars(moment):
        last = {deadline.id: deadline for deadline in calendar.deadlines if not deadline.own}
        for event in planned_events(calendar):
            plan = plans.get((calendar.series.name, event.id))
            if plan is not None:
                yield _Planned(calendar, event, last[event.id], plan)


@rule(
    ANNOUNCED,
    "a planned day that somebody told, changed or withdrew in private",
    "mute",
    basis="announce the planned date weeks in advance; the day is what somebody told me",
    sources=("liaison",),
)
def new_plan_notices(moment: Moment) -> Iterator[Notice]:
    """A plan told in the team's channel was heard there; any other is announced there."""
    for planned in _told(moment):
        if same_place(planned.plan.where, moment.team.announce):
            continue
        yield Notice(
            rule=ANNOUNCED,
            subject=planned.plan.subject,
            target=moment.team.announce,
            facts=planned.plan.at.isoformat(),
            due=planned.plan.at,
            grace=GRACE,
            say=_Announced(planned, moment.team.reminders),
            why=f"somebody planned {title_of(planned.event)} in private",
            days=(planned.plan.day,),
            by=planned.plan.who,
        )


@dataclass(frozen=True)
class _Announced:
    planned: _Planned
    reminders: Reminders

    def __call__(self, now: dt.datetime) -> Doc:
        planned = self.planned
        return announcement(planned.calendar, planned.event, planned.plan, self.reminders, now)


@rule(
    REMINDED,
    "a planned day, 4 weeks and 2 weeks before or at the team's leads of 10 days and more; the "
    "deadline's own reminders follow",
    "reminders in the team's file has the hour; mute silences the channel",
    working_days=True,
    basis="announce the planned date weeks in advance",
    sources=("liaison",),
)
def plan_notices(moment: Moment) -> Iterator[Notice]:
    """The planned day itself, since it may lie days before its deadline; not where they are one,
    and not what was due before the plan was told."""
    reminders = moment.team.reminders
    leads = far_leads(reminders)
    for planned in _planned(moment):
        if planned.plan.day == planned.deadline.day:
            continue
        for rung in rungs(planned.plan.day, leads, reminders, moment.snapshot.born):
            if (
                rung.due < planned.plan.at
                or work_for(moment.at(rung.due), planned.calendar, planned.deadline).is_done
            ):
                continue
            yield Notice(
                rule=REMINDED,
                subject=planned.plan.subject,
                target=moment.team.announce,
                facts=f"{planned.plan.day.isoformat()}/{rung.lead.text}",
                due=rung.due,
                grace=rung.until - rung.due,
                say=_Reminder(moment.snapshot, planned),
                why=f"{rung.lead.text} before the planned day of {title_of(planned.event)}",
                days=(planned.plan.day,),
            )


@dataclass(frozen=True)
class _Reminder:
    snapshot: Snapshot
    planned: _Planned

    def __call__(self, now: dt.datetime) -> Doc:
        planned = self.planned
        day = format_deadline(
            planned.plan.day, now, week_name(planned.calendar.weeks, planned.plan.day)
        )
        left = work_for(Moment(self.snapshot, now), planned.calendar, planned.deadline).left
        todo = (" To do: ", tasks_listed(dict.fromkeys(left), TASK + 1), ".") if left else ()
        head = f"{title_of(planned.event)} is planned for {day}"
        return doc(line(f"{head}.", *todo), brief=(head,))


@rule(
    CALLED,
    "on a planned day who proposes it, by nick, twice unless it is proposed",
    STOP,
    working_days=True,
    basis="propose the release on the day you stated",
    sources=("liaison",),
)
def overdue_plan_notices(moment: Moment) -> Iterator[Notice]:
    """On the planned day, or the working day after it, at the team's hour and five hours later:
    those who are in the channel by nick, those who are not in private when next seen. From then on
    it is overdue."""
    reminders = moment.team.reminders
    today = moment.today
    for planned in _planned(moment):
        if working_day_from(planned.plan.day, reminders.holidays) != today:
            continue
        if is_proposed(moment, planned.calendar, planned.deadline):
            continue
        people = proposers(moment.snapshot)
        first = dt.datetime.combine(today, reminders.hour, dt.UTC)
        calls = tuple(Call(member.nick, member.name) for member in here(moment.snapshot, people))
        words = _Called(planned, calls)
        for number, due in enumerate((first, first + AGAIN), 1):
            targets = [moment.team.announce]
            facts = f"{planned.plan.day.isoformat()};{today.isoformat()}/{number}"
            if number == 1:
                targets += [fold(m.nick) for m in away(moment.snapshot, people, CALLED, facts)]
            for target in targets:
                said = words if target == moment.team.announce else _Called(planned, ())
                grace = CALL_GRACE if target == moment.team.announce else dt.timedelta(days=1)
                yield Notice(
                    rule=CALLED,
                    subject=planned.plan.subject,
                    target=target,
                    facts=facts,
                    due=due,
                    grace=grace,
                    say=said,
                    why=f"{title_of(planned.event)} was planned for {planned.plan.day.isoformat()} "
                    "and is not proposed; ack says that you deal with it",
                    days=(planned.plan.day,),
                    heirs=heirs_of(moment.snapshot, target),
                )


def _due(planned: _Planned, now: dt.datetime) -> str:
    """When its deadline is, or was; once the earlier of two days is past, by the later."""
    days = list(planned.deadline.on_each_day(planned.calendar.weeks))
    coming = next((each for each in days if each.past > now), None)
    if coming is None:
        return f"was {due_of(planned.deadline)}"
    if coming.day == planned.deadline.day:
        return f"is {due_of(coming)}"
    return f"is {format_day(coming.day)} ({coming.conflict})"


@dataclass(frozen=True)
class _Called:
    planned: _Planned
    calls: tuple[Call, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        planned = self.planned
        whom = calling(self.calls)
        day = "today" if planned.plan.day == utc_day(now) else planned.plan.day.isoformat()
        until = (
            ""
            if planned.deadline.day == planned.plan.day
            else f" Its deadline {_due(planned, now)}."
        )
        head = f"{title_of(planned.event)} was planned for {day} and is not proposed yet"
        how = " draft prints the file; ack says that you deal with it."
        return doc(line(*whom, f"{head}.{until}{how}"), brief=(*whom, head))
