"""What upstream gives as a week is said as both by everybody who says when it is: the week and the
day by which; what it gives as a day stays a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.cycle import format_day, start_of
from GlanceRelease.domain.calendar.team_calendar import Calendar, calendar_of
from GlanceRelease.domain.calendar.team_deadlines import Deadline
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Member
from GlanceRelease.duties.deadlines.calendar_feed import entries_of
from GlanceRelease.duties.deadlines.reminders import deadline_notices
from GlanceRelease.duties.deadlines.words import by_day
from GlanceRelease.duties.liaison.guide_calendar import guide_notices
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.render.html import page
from GlanceRelease.render.irc import MAX_BYTES, render
from kit.edges import CYCLES, bundled, known
from kit.glance_facts import TEAM, at, said, world

duties.load()
COMMANDS = ("deadlines", "deadlines all", "next", "week", "freeze", "gate", "releases")


def as_weeks(calendar: Calendar) -> Iterator[Sequence[Deadline]]:
    """What falls on one day, of which all is due in its week and nothing is due on the day."""
    for group in by_day(calendar.deadlines):
        if all(each.when.is_due_in_its_week for each in group):
            yield group


def spoken(snapshot: Snapshot, group: Sequence[Deadline], now: dt.datetime) -> Iterator[str]:
    """What may name the group's day at an instant. The report and the page have each deadline for
    itself, so that what is but the Thursday of its week stands there as that."""
    weeks = [each for each in group if each.when.is_due_in_its_week]
    asked = [*COMMANDS, *(f"when {each.id} {each_series(snapshot, now)}" for each in weeks)]
    for command in (*asked, "report") if len(weeks) == len(group) else asked:
        lines = said(snapshot, command, now)
        assert command == "deadlines all" or len(lines) <= 4, (now, command)
        assert all(len(line.encode()) <= MAX_BYTES + len("(private) ") for line in lines), lines
        yield from lines
    if len(weeks) == len(group) and now.date() < group[0].day:  # the page names today itself
        yield page(page_of(Moment(snapshot, now)), "/", {})


def each_series(snapshot: Snapshot, now: dt.datetime) -> str:
    calendar = calendar_of(Moment(snapshot, now))
    assert calendar is not None
    return calendar.series.name


def named_as_week(text: str, group: Sequence[Deadline]) -> bool:
    """Whether the day is nowhere said without "by"; windows and bands end on it ("to")."""
    before = text.split(format_day(group[0].day))[:-1]
    return all(part.endswith(("by ", " to ", "today, ", "Today, ")) for part in before)


def check(snapshot: Snapshot, series: str) -> int:
    own = calendar_of(Moment(snapshot, at("2016-01-01T00:00:00")), series)
    assert own is not None
    seen = 0
    for group in as_weeks(own):
        day = start_of(group[0].day)
        for now in (day - dt.timedelta(days=9), day, day + dt.timedelta(hours=23, minutes=59)):
            calendar = calendar_of(Moment(snapshot, now))
            if calendar is None or calendar.series.name != series:
                continue
            for text in spoken(snapshot, group, now):
                assert named_as_week(text, group), (now, text[:2000])
                seen += f"{group[0].week} week, by {format_day(group[0].day)}" in text
    return seen


@pytest.mark.parametrize("series", CYCLES)
def test_every_cycles_weeks_are_said_as_both(series: str, upstream_data: Path) -> None:
    assert check(known(upstream_data), series) > 6


@pytest.mark.parametrize("series", ["hibiscus", "indri"])
def test_the_weeks_of_the_cycles_that_ship_are_said_as_both(series: str) -> None:
    assert check(bundled(), series) > 6


def test_a_day_that_is_named_stays_and_a_week_beside_it_says_so() -> None:
    (line,) = said(world(), "next", at("2027-02-12T12:00:00"))
    assert line == (
        "Thu 2027-02-18, R-5, in 6 days: Indri-3 milestone, Feature freeze, Final release for "
        "client libraries (R-5 week), Requirements freeze, Soft StringFreeze."
    )
    (line,) = said(world(), "next", at("2027-03-04T12:00:00"))
    assert line == "Thu 2027-03-04, R-3, today: Hard StringFreeze, RC1 target week (R-3 week)."


def test_the_reminders_say_the_week() -> None:
    now = at("2027-03-04T10:00:00")
    facts = replace(world(), team=replace(TEAM, people={"release": (Member("abhi"),)}))
    told = {
        one.due.date().isoformat(): render(one.say(one.due), private=False)[0].partition(". ")[0]
        for rule in (deadline_notices, guide_notices)
        for one in rule(Moment(facts, now))
        if dt.date(2027, 3, 4) in one.days
    }
    assert told["2027-03-03"] == (
        "RC1 target week (R-3 week), Hard StringFreeze: Thu 2027-03-04, R-3, tomorrow"
    )
    assert told["2027-03-04"] == (
        "Today, RC1 target week (R-3 week), Hard StringFreeze: Thu 2027-03-04, R-3, until the end "
        "of the day (UTC)"
    )


def test_the_reports_first_line_and_the_freeze_say_the_week() -> None:
    now = at("2027-02-24T12:00:00")
    report = said(world(), "report", now)[2]
    assert report.startswith("RC1 is R-3 week, by Thu 2027-03-04, in 8 days; ")
    assert (
        "until R-3 week, by Thu 2027-03-04, in 8 days, then release-critical only"
        in (said(world(), "freeze glance", now)[0])
    )


def test_the_feed_says_the_week_and_keeps_its_day() -> None:
    entries = {one.name: one for one in entries_of(Moment(world(), at("2026-11-22T15:00:00")))}
    rc1 = entries["RC1 target week"]
    assert rc1.text == "2027.1 Indri, R-3 week, by Thu 2027-03-04"
    assert (str(rc1.first), str(rc1.last)) == ("2027-03-04", "2027-03-04")
    assert entries["Indri-2 milestone"].text == "2027.1 Indri, R-10"


def test_the_pages_row_has_its_week_beside_it() -> None:
    (table,) = (
        table
        for part in page_of(Moment(world(), at("2026-11-22T15:00:00"))).parts
        for table in part.tables
        if table.title == "Deadlines to come"
    )
    rows = {str(row[3]): row for row in table.rows}
    assert rows["RC1 target week"][:3] == ("by Thu 2027-03-04", "R-3", "in 102 days")
    assert rows["Indri-2 milestone"][:3] == ("Thu 2027-01-14", "R-10", "in 53 days")


def test_a_milestone_whose_text_names_no_day_is_due_in_its_week() -> None:
    facts = dict(world().facts)
    name = "schedule/indri"
    schedule = facts[name].value
    bare = tuple(
        replace(event, rule="thursday") if event.kind is Kind.MILESTONE_2 else event
        for event in schedule.events
    )
    facts[name] = replace(facts[name], value=replace(schedule, events=bare))
    snapshot = replace(world(), facts=facts)
    assert said(snapshot, "when m2") == [
        "Indri-2 milestone: R-10 week, by Thu 2027-01-14, in 53 days (the Thursday of its week)."
    ]
    assert said(snapshot, "next") == [
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone (R-10 week), Membership Freeze."
    ]
