"""Answers about deadlines where there is more than a line holds: what is lightest goes, counted;
no line is cut within its words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.model import Schedule
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot, schedule_of
from GlanceRelease.duties.deadlines.known_days import known_of, remember_days
from GlanceRelease.duties.deadlines.schedule_changes import (
    ScheduleChange,
    changes_of,
    schedule_change_notices,
)
from GlanceRelease.render.irc import render
from kit.edges import CYCLES, edges, known
from kit.glance_facts import NOW, said, world

KEY = schedule_of("indri")
A_WEEK = dt.timedelta(weeks=1)


@pytest.mark.parametrize("series", CYCLES)
def test_no_answer_is_cut_within_its_words(series: str, upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    for now, _ in list(edges(snapshot, series))[::3]:
        for text in ("deadlines", "next", "week", "when freeze", "when r"):
            for line in said(snapshot, text, now):
                assert len(line.encode()) <= 400
                assert "..." not in line, (now, text, line)


def test_a_long_day_leaves_room_for_the_days_behind_it(upstream_data: Path) -> None:
    now = dt.datetime(2018, 1, 18, tzinfo=dt.UTC)
    assert said(known(upstream_data), "deadlines", now)[1] == (
        "Then: Thu 2018-01-25, R-5, in 7 days: Queens-3 milestone, Feature freeze and five more; "
        "Mon 2018-01-29 to Fri 2018-02-02, R-4, in 11 days: Rocky PTLs self-nomination; Mon "
        "2018-02-05 to Fri 2018-02-09, R-3, in 18 days: Rocky cycle PTLs election; 4 more dates: "
        "deadlines all."
    )


def moved(by: dt.timedelta, without: str = "") -> Moment:
    """Indri's schedule with every event that much later, after the rules saw it as it was."""
    before = world()
    schedule = before[KEY].value
    assert schedule is not None
    memory = dict(remember_days(Moment(before, NOW)))
    events = tuple(
        replace(event, days=tuple(day + by for day in event.days))
        for event in schedule.events
        if event.id != without
    )
    later: Fetched[Schedule] = replace(before[KEY], value=replace(schedule, events=events))
    facts = {**before.facts, KEY.name: later}
    return Moment(Snapshot(before.team, facts, memory=memory), NOW)


def changes(moment: Moment) -> tuple[ScheduleChange, ...]:
    """What the rule sees as changed."""
    calendar, before = calendar_of(moment, "indri"), known_of(moment.snapshot, "indri")
    assert calendar is not None
    assert before is not None
    return changes_of(calendar, before, moment.today)


def test_changes_are_values() -> None:
    found = {change.title: change for change in changes(moved(A_WEEK, without="i-rc1"))}
    assert found["Indri-2 milestone"] == ScheduleChange(
        "Indri-2 milestone", (dt.date(2027, 1, 14),), (dt.date(2027, 1, 21),)
    )
    assert found["RC1 target week"].new == ()
    assert found["RC1 target week"].last == dt.date(2027, 3, 4)
    assert changes(moved(0 * A_WEEK)) == ()


def test_many_changes_are_told_as_far_as_there_is_room_and_their_reminder_stays() -> None:
    (notice,) = schedule_change_notices(moved(A_WEEK))
    told = notice.say(NOW)
    (line,) = render(told)
    assert len(line.encode()) <= 400
    assert line.startswith("The schedule of 2027.1 Indri changed: ")
    assert " more (deadlines all). The next reminder comes " in line
    assert line.endswith("https://releases.openstack.org/indri/schedule.html")
    brief = in_words(told.brief)
    assert brief.startswith("The schedule of 2027.1 Indri changed: ")
    assert "reminder" not in brief
