"""The guide's own calendar, in private: what a liaison or a PTL has to think of in which week.

The release team's meeting, cycle highlights, release notes: Glance, release-cpl.rst, and the
Project Team Guide's release management. Elections and extra ACs are the PTL's (TC charter).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...domain.calendar.binding_deadlines import has_highlights, is_planned
from ...domain.calendar.lead_time import Lead, parse_lead
from ...domain.calendar.reminder_ladder import rungs
from ...domain.calendar.team_calendar import Calendar, near_calendars
from ...domain.calendar.team_deadlines import Deadline
from ...domain.meetings.weekly_hour import next_occasion
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.people.roles import fold, heirs_of, holders, liaisons
from ...domain.snapshot import Snapshot, deliverable_of
from ...domain.team import Member
from ...registry import rule
from ..deadlines.reminders import link_to
from ..releases.left_to_do import work_for
from . import words

MEETING, CALENDAR = "release team's meeting", "guide"
_MEETING_GRACE = dt.timedelta(minutes=30)
_RELEASED = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3, Kind.RC1)
_ONCE = (parse_lead("1 week"),)
_TWICE = (parse_lead("2 weeks"), parse_lead("1 working day"))


@rule(
    MEETING,
    "the release team's weekly meeting, to the liaison in private (release_meeting)",
    "snooze, or take release_meeting out of the team's file",
    basis="the liaison attends the release team's weekly meeting; its hour is the team's file's",
    sources=("liaison",),
)
def release_meeting_notices(moment: Moment) -> Iterator[Notice]:
    """Its next occasion, so many minutes before as the team's file says, to each liaison."""
    release_meeting = moment.team.release_meeting
    occasion = next_occasion(release_meeting, moment.now) if release_meeting else None
    if release_meeting is None or occasion is None:
        return
    place = release_meeting.place
    for minutes in release_meeting.remind_minutes:
        before = dt.timedelta(minutes=minutes)
        for member in liaisons(moment.snapshot):
            yield Notice(
                rule=MEETING,
                subject=occasion.day.isoformat(),
                target=fold(member.nick),
                facts=f"{occasion.start.isoformat()}/{minutes}",
                due=occasion.start - before,
                grace=before + _MEETING_GRACE,
                say=_GuideMeeting(place, occasion.start),
                why="the release team meets every week, and liaisons are expected",
                days=(occasion.day,),
                heirs=heirs_of(moment.snapshot, member.nick),
            )


@dataclass(frozen=True)
class _GuideMeeting:
    place: str
    start: dt.datetime

    def __call__(self, now: dt.datetime) -> Doc:
        return words.meeting_doc(self.place, self.start, now)


@dataclass(frozen=True)
class _GuideDuty:
    """What comes with a deadline: for whom, how long before, and in which words."""

    deadline: Deadline
    people: tuple[Member, ...]
    leads: tuple[Lead, ...]
    words: str


@rule(
    CALENDAR,
    "cycle highlights and release notes to the liaison, elections and extra ACs to the PTL, in "
    "private",
    "snooze; ack for one",
    working_days=True,
    basis="the duties of liaison and PTL, by the days of the cycle's schedule",
    sources=("liaison", "schedule"),
)
def guide_notices(moment: Moment) -> Iterator[Notice]:
    """Each duty at its leads, at the team's hour on working days (UTC), until it is done; of two
    days that contradict each other by the earlier, then by the later."""
    reminders = moment.team.reminders
    for calendar in near_calendars(moment):
        for duty in _on_each_day(_duties(moment, calendar), calendar):
            for rung in rungs(duty.deadline.day, duty.leads, reminders, moment.snapshot.born):
                if not duty.deadline.is_due_after(rung.due):
                    continue
                for member in duty.people:
                    yield Notice(
                        rule=CALENDAR,
                        subject=f"{calendar.series.name}/{duty.deadline.id}",
                        target=fold(member.nick),
                        facts=f"{duty.deadline.day.isoformat()};{rung.lead.text}",
                        due=rung.due,
                        grace=duty.deadline.past - rung.due,
                        say=_GuideWords(calendar, duty),
                        why=f"{rung.lead.text} before {duty.deadline.name}; {duty.words}",
                        days=(duty.deadline.day,),
                        heirs=heirs_of(moment.snapshot, member.nick),
                    )


def _on_each_day(duties: Iterable[_GuideDuty], calendar: Calendar) -> Iterator[_GuideDuty]:
    for duty in duties:
        for deadline in duty.deadline.on_each_day(calendar.weeks):
            yield replace(duty, deadline=deadline)


def _duties(moment: Moment, calendar: Calendar) -> Iterator[_GuideDuty]:
    for deadline in calendar.deadlines:
        if not deadline.own:
            yield from _of_guide(moment, calendar, deadline)


def _of_guide(moment: Moment, calendar: Calendar, deadline: Deadline) -> Iterator[_GuideDuty]:
    """What the guide wants with one deadline, unless it is done."""
    ptl = holders(moment.snapshot, "ptl")
    if deadline.kind is Kind.CYCLE_HIGHLIGHTS:
        if _has_service(calendar) and not _highlights(moment.snapshot, calendar):
            yield _GuideDuty(deadline, liaisons(moment.snapshot), _TWICE, words.HIGHLIGHTS)
    elif deadline.kind in _RELEASED:
        planned = is_planned(deadline.kind, calendar.shapes)
        if planned and not work_for(moment, calendar, deadline).is_done:
            what = words.NOTES_AND_PRELUDE if deadline.kind is Kind.RC1 else words.NOTES
            yield _GuideDuty(deadline, liaisons(moment.snapshot), _ONCE, what)
    elif deadline.kind is Kind.EXTRA_ACS:
        yield _GuideDuty(deadline, ptl, _TWICE, words.EXTRA_ACS)
    elif deadline.kind is Kind.ELECTION:
        yield _GuideDuty(deadline, ptl, _ONCE, words.ELECTION)


def _has_service(calendar: Calendar) -> bool:
    """Whether one of the team's deliverables has highlights to tell, as far as they are known."""
    return calendar.shapes is None or any(map(has_highlights, calendar.shapes))


def _highlights(snapshot: Snapshot, calendar: Calendar) -> bool:
    """Whether some deliverable's file of the cycle has its highlights."""
    files = (
        snapshot[deliverable_of(calendar.series.name, name)].value
        for name in snapshot.team.deliverables
    )
    return any(file is not None and file.has_cycle_highlights for file in files)


@dataclass(frozen=True)
class _GuideWords:
    calendar: Calendar
    duty: _GuideDuty

    def __call__(self, now: dt.datetime) -> Doc:
        one = self.duty.deadline
        return words.guide_doc(one, self.duty.words, link_to(self.calendar, one), now)
