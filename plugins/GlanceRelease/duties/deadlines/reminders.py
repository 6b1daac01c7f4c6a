"""The ladder: each deadline at 4 weeks, 2 weeks, 1 week, 1 working day before and on the day.

"Your colleagues will need at least 4 weeks notice" (Glance, release-cpl.rst).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ...domain.calendar.cycle import end_of, utc_day
from ...domain.calendar.deadline_words import due_of_group
from ...domain.calendar.event_names import find_events
from ...domain.calendar.lead_time import Lead, parse_lead
from ...domain.calendar.reminder_ladder import Rung, rungs
from ...domain.calendar.team_calendar import Calendar, last_calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.memo_by_id import Same
from ...domain.messages.clauses import Phrase, clause, remark
from ...domain.messages.counts import and_more
from ...domain.messages.doc import Doc, Link, doc, line
from ...domain.messages.notice import Notice
from ...domain.model import Schedule
from ...domain.moment import Moment
from ...domain.snapshot import Snapshot
from ...domain.team import Reminders
from ...registry import rule
from ..jobs.gate import gate_remark
from ..overdue.facts import Overdue, overdue_of
from ..overdue.rule import told_in_channel
from ..overdue.words import overdue_remark
from ..plans.deadline_remark import plan_remark
from ..releases.asked import COMES_FIRST
from ..releases.left_to_do import work_for, work_of_day
from ..releases.task import ReleaseTask, Work
from ..releases.words.tasks import TASK, tasks_listed, unknown_listed
from .known_days import known_since
from .words import by_day, names_of

# What gives way first where a reminder has no room: how much merged, names, the gate, what is
# overdue already, the plan, a task.
_NAMES, _GATE, _LATE, _PLAN, _LIST = range(TASK + 1, TASK + 6)

RULE = "reminder"
OWN = "own"
_ONCE = (parse_lead("on the day"),)
STOP = "reminders in the team's file chooses deadlines and leads; mute silences the channel"


@rule(
    RULE,
    "each deadline, 4 weeks, 2 weeks, 1 week, 1 working day before, on the day, or at the team's "
    "leads",
    STOP,
    working_days=True,
    basis="the colleagues need at least 4 weeks notice; the leads are the team's file's",
    sources=("liaison", "schedule"),
)
def deadline_notices(moment: Moment) -> Iterator[Notice]:
    """A notice for each day with deadlines and each rung of its ladder, past and to come.

    A rung that was due before the date was known (it moved, or its cycle's schedule appeared) is
    left out: the change itself was said. Of two days that contradict each other the ladder goes by
    the earlier; the rungs of the later that come after it follow.
    """
    for calendar in _calendars(moment):
        ranks = _ranks(Same(calendar.weeks), Same(moment.team.reminders))
        for group in _groups(_spoken(calendar, ranks), ranks, moment.team.reminders):
            group.sort(key=lambda deadline: (_rank(deadline, ranks) or 0, deadline.id))
            yield from _ladder(moment, calendar, group, ranks)


def _groups(
    spoken: Iterable[Deadline], ranks: Mapping[str, int], reminders: Reminders
) -> Iterator[list[Deadline]]:
    """What falls on one day, as one; apart from it what is told once, as it begins."""
    climbed: dict[bool, list[Deadline]] = {False: [], True: []}
    for one in spoken:
        climbed[_is_told_once(one, ranks, reminders)].append(one)
    for deadlines in climbed.values():
        yield from by_day(deadlines)


def _is_told_once(one: Deadline, ranks: Mapping[str, int], reminders: Reminders) -> bool:
    return (_rank(one, ranks) or 0) >= len((*reminders.full, *reminders.short))


def _spoken(calendar: Calendar, ranks: Mapping[str, int]) -> Iterator[Deadline]:
    """The deadlines that are spoken of, on each of their days."""
    for deadline in calendar.deadlines:
        if _rank(deadline, ranks) is not None:
            yield from deadline.on_each_day(calendar.weeks)


def _calendars(moment: Moment) -> Iterator[Calendar]:
    """The cycle that runs, the one after it, and of the one before what is not over: a deadline
    of the team's own may lie behind the release."""
    yield from near_calendars(moment)
    last = last_calendar(moment)
    if last is not None:
        left = (deadline for deadline in last.deadlines if deadline.end >= moment.today)
        yield replace(last, deadlines=tuple(left))


def _ladder(
    moment: Moment, calendar: Calendar, group: Sequence[Deadline], ranks: Mapping[str, int]
) -> Iterator[Notice]:
    reminders = moment.team.reminders
    day = group[0].day
    since = {each: known_since(moment.snapshot, calendar, each) for each in group}
    leads = _leads(group, ranks, reminders)
    begins = "/begins" if _is_told_once(group[0], ranks, reminders) else ""
    silent: dict[tuple[Deadline, ...], bool] = {}
    told: dict[tuple[Deadline, ...], str] = {}
    for rung in rungs(day, leads, reminders, moment.snapshot.born):
        due = tuple(each for each in group if each.is_due_after(rung.due))
        if all((at := since[each]) is not None and rung.due < at for each in due):
            continue
        if rung.due.date() != day and rung.due <= moment.now:
            if due not in silent:
                silent[due] = is_fulfilled(moment, calendar, due)
            if silent[due]:
                continue
        if due not in told:
            told[due] = f"{names_of(due)}, {due_of_group(due)}"
        until = min(rung.until, max(each.past for each in due))
        yield Notice(
            rule=RULE,
            subject=f"{calendar.series.name}/{day.isoformat()}{begins}",
            target=moment.team.announce,
            facts=rung.lead.text,
            due=rung.due,
            grace=until - rung.due,
            say=ReminderWords(moment.snapshot, calendar, due),
            why=f"a reminder {before(rung.lead)} {told[due]}",
            days=(day,),
        )


def next_rung(moment: Moment, calendar: Calendar, day: dt.date) -> Rung | None:
    """The next reminder of what falls on a day; None where none is left, or it is not spoken of."""
    reminders = moment.team.reminders
    ranks = _ranks(Same(calendar.weeks), Same(reminders))
    of_day = (each for each in _spoken(calendar, ranks) if each.day == day)
    group = next(_groups(of_day, ranks, reminders), None)
    if not group:
        return None
    ladder = rungs(day, _leads(group, ranks, reminders), reminders, moment.snapshot.born)
    left = (rung for rung in ladder if any(each.is_due_after(rung.due) for each in group))
    return next((rung for rung in left if rung.due > moment.now), None)


@dataclass(frozen=True)
class FirstReminders:
    """When the channel hears of a deadline first, by the ladder of its own."""

    calendar: Calendar
    moment: Moment

    def of(self, deadline: Deadline) -> dt.datetime | None:
        """The first rung; None for what is past or not spoken of."""
        reminders = self.moment.team.reminders
        ranks = _ranks(Same(self.calendar.weeks), Same(reminders))
        if _rank(deadline, ranks) is None or deadline.past <= self.moment.now:
            return None
        ladder = rungs(deadline.day, _leads([deadline], ranks, reminders), reminders, None)
        return ladder[0].due if ladder else None


def before(lead: Lead) -> str:
    """ "4 weeks before", "on the day of"."""
    return "on the day of" if not (lead.days or lead.working_days) else f"{lead.text} before"


@lru_cache(maxsize=256)
def _ranks(schedule: Same[Schedule], same: Same[Reminders]) -> dict[str, int]:
    """The ids of the events that the team's file has reminders for, in the file's order."""
    reminders = same.value
    ranks: dict[str, int] = {}
    for rank, name in enumerate((*reminders.full, *reminders.short, *reminders.once)):
        events = () if name == OWN else find_events(schedule.value, name)
        for id_ in (OWN,) if name == OWN else (event.id for event in events):
            ranks.setdefault(id_, rank)
    return ranks


def _rank(deadline: Deadline, ranks: Mapping[str, int]) -> int | None:
    """Where a deadline stands among those that are spoken of; None for one that is not."""
    if deadline.own or (deadline.ours and deadline.id not in ranks):
        return ranks.get(OWN)
    return ranks.get(deadline.id)


def _leads(
    group: Sequence[Deadline], ranks: Mapping[str, int], reminders: Reminders
) -> tuple[Lead, ...]:
    """The full ladder if one of the day's deadlines has the full one, else the short one; the day
    itself for what is told once."""
    if all(_is_told_once(deadline, ranks, reminders) for deadline in group):
        return _ONCE
    full = any((_rank(deadline, ranks) or 0) < len(reminders.full) for deadline in group)
    return reminders.full_leads if full else reminders.short_leads


@dataclass(frozen=True)
class ReminderWords:
    """The words of a reminder, made for the instant at which it is said."""

    snapshot: Snapshot
    calendar: Calendar
    group: tuple[Deadline, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        moment = Moment(self.snapshot, now)
        work = work_of_day(moment, self.calendar, self.group)
        plan = plan_remark(moment, self.calendar, self.group)
        slow = gate_remark(moment, self.group[0].day)
        gate = f"{slow[:1].upper()}{slow[1:]}. " if slow else ""
        late = overdue_remark(_overdue_besides(moment, self.calendar, work))
        link = Link("schedule", link_to(self.calendar, self.group[0]))
        head = self._head(now)
        return doc(
            line(
                *head,
                ". ",
                *([remark(plan, weight=_PLAN)] if plan else ()),
                *_work(work),
                *([remark(late, weight=_LATE)] if late else ()),
                *([remark(gate, weight=_GATE)] if gate else ()),
                link,
            ),
            brief=head,
        )

    def _head(self, now: dt.datetime) -> tuple[Phrase, ...]:
        names = clause(names_of(self.group), weight=_NAMES, shorter=[self._fewer_names()])
        when = due_of_group(self.group, now)
        if self.group[0].day == utc_day(now):
            return "Today, ", names, f": {when.removesuffix(', today')}{self._until(now)}"
        return names, f": {when}"

    def _until(self, now: dt.datetime) -> str:
        """Until when of today all is due; where that differs, the times stand at the names."""
        ends = {None if each.when.lasts else each.past for each in self.group}
        end = ends.pop()
        if end is None or ends:
            return ""
        is_day = end == end_of(self.group[0].day)
        return ", until the end of the day (UTC)" if is_day else f", until {end:%H:%M} UTC"

    def _fewer_names(self) -> str:
        """The weightiest of the day's deadlines, and how many more there are."""
        names = names_of(self.group, 2)
        return f"{names}{and_more(len(self.group) - 2)}"


def _overdue_besides(moment: Moment, calendar: Calendar, work: Work) -> list[Overdue]:
    """Where a deadline asks for releases: those of the series that an earlier one asked for, but
    for what is done with what this one asks for, and what the week's line tells on the same day."""
    if not work.tasks:
        return []
    told = told_in_channel(moment)
    asked = {task.repository for task in work.left if isinstance(task, ReleaseTask)}
    return [
        each
        for each in overdue_of(moment)
        if each.task
        and each.series == calendar.series.name
        and (each.task.repository not in asked or each.task.asked in COMES_FIRST)
        and each.key not in told
    ]


def is_fulfilled(moment: Moment, calendar: Calendar, group: Sequence[Deadline]) -> bool:
    """Whether all that these deadlines ask for is done, so that nothing need be said before."""
    return all(work_for(moment, calendar, deadline).is_done for deadline in group)


def _work(work: Work) -> tuple[Phrase, ...]:
    """What is to be done, else what is done; what is on its way, and what can't be told."""
    unknown: tuple[Phrase, ...] = ()
    if work.unknown:
        unknown = ("Not known: ", unknown_listed(work.unknown, _LIST), ". ")
    if work.approved:
        unknown = ("Proposed and approved: ", tasks_listed(work.approved, _LIST), ". ", *unknown)
    if work.merged:
        unknown = ("On the way: ", tasks_listed(work.merged, _LIST), ". ", *unknown)
    if work.left:
        return "To do: ", tasks_listed(work.left, _LIST), ". ", *unknown
    if work.done:
        return "Done: ", tasks_listed(work.done, _LIST), ". ", *unknown
    return unknown


def link_to(calendar: Calendar, deadline: Deadline) -> str:
    """Where to read more: the event on releases.openstack.org, or the guide for the team's own."""
    page = f"https://releases.openstack.org/{calendar.series.name}/schedule.html"
    return page if deadline.own else f"{page}#{deadline.id}"
