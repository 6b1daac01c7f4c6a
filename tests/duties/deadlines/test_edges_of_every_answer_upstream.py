"""Whatever speaks of an event names the same days at each of its edges, nothing past as to come,
and nothing of today is missing: reports, reminders, the guide, the feed, the page, freezes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.cli.deadlines import event_row
from GlanceRelease.domain.calendar.candidate_words import in_iso
from GlanceRelease.domain.calendar.cycle import format_day, utc_day
from GlanceRelease.domain.calendar.interval import whens
from GlanceRelease.domain.calendar.lead_time import is_day_off
from GlanceRelease.domain.calendar.neighbours_events import is_another_cycles_release
from GlanceRelease.domain.calendar.team_calendar import Calendar, near_at
from GlanceRelease.domain.calendar.team_deadlines import Deadline
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.model import Event, Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.plan import Plan, planned_events, window_of
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.duties.deadlines.calendar_feed import entries_of
from GlanceRelease.duties.freeze.facts import FREEZE_BOUNDS
from GlanceRelease.duties.meeting.milestone import MILESTONES, milestone_part, name_of
from GlanceRelease.duties.meeting.page import page_of, timeline_of
from GlanceRelease.duties.meeting.report import agenda_lines
from GlanceRelease.registry import RULES
from GlanceRelease.render import html
from GlanceRelease.render.irc import render
from kit.edges import (
    A_SECOND,
    CHANGED,
    CYCLES,
    DAY,
    SHIPPED,
    bundled,
    calendar_named,
    edges,
    instants_of,
    known,
    with_texts,
)
from kit.glance_facts import said

duties.load()
EACH = [*CYCLES, *(f"{name} as shipped" for name in SHIPPED), *(f"indri {n}" for n in CHANGED)]
BESIDE = re.compile(r"\((?:(?:(?:both|all \d+) in )?conflict:|from )[^)]*\)")
SPEAKS = ("reminder", "guide", "plan reminder", "plan day")


@pytest.fixture(params=EACH)
def cycle(request: pytest.FixtureRequest, upstream_data: Path) -> tuple[Snapshot, str]:
    """Each cycle upstream and each that ships, with all that is known around it; and Indri with
    other texts."""
    name, _, kind = request.param.partition(" ")
    if kind in CHANGED:
        return with_texts(upstream_data, CHANGED[kind]), name
    return (bundled() if kind else known(upstream_data)), name


def days_of(event: Event) -> set[str]:
    """The days that an event is on, told by whoever names all of them."""
    days: set[dt.date] = set()
    for when in whens(event):
        if is_another_cycles_release(event):
            days |= {when.first_day}
        elif when.precision == "span" or when.lasts:
            days |= {when.first_day, when.last_day}
        else:
            days |= {day for one in when.either for day in one.days} or {when.deadline}
    return set(map(str, days))


def days_due(deadline: Deadline) -> tuple[dt.date, ...]:
    """The days on which a deadline is due, or begins."""
    return deadline.when.candidates or (deadline.when.deadline,)


def ahead(deadline: Deadline, now: dt.datetime) -> bool:
    """Whether a deadline is to come, by its interval alone; what lasts has come as it begins."""
    when = deadline.when
    if when.either and not when.is_due and when.is_running(now):
        return False
    return now < (when.start if when.lasts else when.over)


def test_when_names_all_days_of_every_event_and_no_other(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    for event in calendar_named(snapshot, series).weeks.events:
        remarked = set(DAY.findall(" ".join(event.remarks)))
        for now in set().union(*map(instants_of, whens(event))):
            (answer,) = said(snapshot, f"when {event.id} {series}", now)
            found = set(DAY.findall(answer))
            assert days_of(event) <= found, (now, answer)
            assert found <= days_of(event) | remarked, (now, answer)
            last = whens(event)[-1]
            hours = [one.over for one in last.either if one.is_instant]
            hours += [last.over] if last.precision == "instant" else []
            is_past = last.is_over(now) and last.over in hours
            assert (", past (" in answer) == is_past, (now, answer)


def test_the_whole_list_names_all_days_of_every_deadline(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    calendar = calendar_named(snapshot, series)
    lines = said(snapshot, f"deadlines all {series}", dt.datetime(2016, 1, 1, tzinfo=dt.UTC))
    for one in calendar.deadlines:
        rows = [line for line in lines if one.name in line]
        days = {*map(str, days_due(one))} | ({str(one.end)} if one.when.lasts else set())
        assert any(days <= set(DAY.findall(row)) for row in rows), (one, rows)


def test_report_and_agenda_name_what_is_next(cycle: tuple[Snapshot, str]) -> None:
    for now, calendar in edges(*cycle):
        part = milestone_part(Moment(cycle[0], now))
        assert part is not None
        sentence = in_words(part.phrases)
        cells = [(str(row[0]).removeprefix("by "), str(row[3])) for row in part.tables[0].rows]
        runs = {(day, text) for day, text in cells if day.startswith("until ")}
        rows = set(cells) - runs
        for one in calendar.running(now):
            end = str((one.when.runs_until(now) - A_SECOND).date())
            assert any(text == one.told and end in day for day, text in runs), (now, one)
        assert len(runs) == len(calendar.running(now)), now
        for one in (each for each in calendar.deadlines if ahead(each, now)):
            named = {day[:14] for day, text in rows if one.name in text}
            left = {format_day(day) for day in days_due(one) if day >= utc_day(now)}
            assert named & left, (now, one)
            assert all(format_day(day) in str(rows) for day in days_due(one)), (now, one)
        assert all(day[4:] >= str(utc_day(now)) for day, _ in rows), now
        coming = [one for one in calendar.deadlines if one.kind in MILESTONES and ahead(one, now)]
        if not coming:
            assert sentence.endswith((": no milestone is left", "is not known")), (now, sentence)
            continue
        (first,) = sorted(coming, key=lambda one: next_day(one, now))[:1]
        assert sentence.startswith(f"{name_of(first)} is "), (now, sentence)
        assert DAY.findall(sentence)[0] == str(next_day(first, now)), (now, sentence)
        (next_is,) = (fact.words for fact in part.facts if fact.name == "next is")
        for text in (sentence, next_is, part.tiles[0].caption):
            assert {*map(str, days_due(first))} <= set(DAY.findall(text)), (now, text)
        agenda = agenda_lines(Moment(cycle[0], now))
        assert any(sentence in in_words(each.phrases) for each in agenda), now


def next_day(deadline: Deadline, now: dt.datetime) -> dt.date:
    """Of its days the first that is not past."""
    over = deadline.when.candidates_over or (deadline.when.over,)
    pairs = zip(days_due(deadline), over, strict=True)
    return next(day for day, end in pairs if end > now)


def test_what_is_said_unasked_names_nothing_past(cycle: tuple[Snapshot, str]) -> None:
    snapshot = planned(*cycle)
    holidays = snapshot.team.reminders.holidays
    for now, calendar in edges(*cycle):
        today = utc_day(now)
        left = {one.name for one in calendar.deadlines if not one.when.is_over(now)}
        over = {one.name for one in calendar.deadlines} - left
        reminders = []
        for notice, text in unasked(snapshot, now):
            days = DAY.findall(BESIDE.sub("", text))
            was = "Its deadline was" in text  # earlier today
            assert was or all(day >= str(today) for day in days[:1]), (now, text)
            assert not text.startswith(tuple(over)), (now, text)
            if notice.rule in ("reminder", "guide") and " is running from " not in text:
                assert (", today" in text.replace("Today", ", today")) == (days[0] == str(today))
                reminders += [text] if notice.rule == "reminder" else []
        if is_day_off(today, holidays) or now.hour < 10:
            continue
        for one in (each for each in calendar.deadlines if each.kind in MILESTONES):
            if today in days_due(one) and ahead(one, now):
                (told,) = (text for text in reminders if one.name in text)
                assert all(str(day) in told for day in days_due(one)), (now, told)


def planned(snapshot: Snapshot, series: str) -> Snapshot:
    """With a plan for each release of the cycle, for the first day of its window."""
    at = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
    events = planned_events(calendar_named(snapshot, series))
    plans = (Plan(series, event.id, window_of(event)[0], "pdeore", at) for event in events)
    return replace(snapshot, notes=tuple(plan.note() for plan in plans))


def unasked(snapshot: Snapshot, now: dt.datetime) -> Iterator[tuple[Notice, str]]:
    """What the rules would say now."""
    for rule in (RULES[name] for name in SPEAKS):
        for notice in rule.speak(Moment(snapshot, now)):
            if notice.due <= now < notice.due + notice.grace:
                yield notice, " ".join(render(notice.say(now)))


def test_the_feed_has_every_day_of_every_deadline(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    for deadline in calendar_named(snapshot, series).deadlines:
        for now in (deadline.when.start, deadline.when.over):
            if series not in near_at(Moment(snapshot, now)).names:
                continue
            entries = entries_of(Moment(snapshot, now))
            assert len({entry.uid for entry in entries}) == len(entries)
            mine = [
                each for each in entries if f"-{deadline.id}-" in each.uid
            ]  # once for two tables
            for day in days_due(deadline):
                (entry,) = (each for each in mine if each.first == day)
                last = deadline.when.last_day if deadline.when.lasts else day
                if deadline.conflict and not deadline.when.is_due:
                    (last,) = (one.days[1] for one in deadline.when.either if one.day == day)
                assert (entry.last, entry.unsettled) == (last, bool(deadline.when.candidates))
                if entry.unsettled:
                    assert {*map(str, days_due(deadline))} <= set(DAY.findall(entry.text)), entry


def test_the_page_marks_every_day_of_every_deadline(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    calendar = calendar_named(snapshot, series)
    begin = calendar.weeks.weeks[0].start
    line = timeline_of(Moment(snapshot, dt.datetime.combine(begin, dt.time(), dt.UTC)), calendar)
    assert line is not None
    for one in calendar.deadlines:
        for day in days_due(one):
            if line.first <= day <= line.last:
                (mark,) = (mark for mark in line.marks if mark.day == day)
                assert any(one.name in name for name in mark.names), (one, mark)
                told = " ".join(mark.names)
                assert not one.conflict or {*map(str, days_due(one))} <= set(DAY.findall(told))


def test_the_page_says_what_the_report_says(cycle: tuple[Snapshot, str]) -> None:
    for now, calendar in list(edges(*cycle))[::40]:
        text = html.page(page_of(Moment(cycle[0], now)), "", {})
        for one in (each for each in calendar.deadlines if ahead(each, now)):
            assert all(format_day(day) in text for day in days_due(one)), (now, one)


def test_week_and_freeze_name_no_other_days(cycle: tuple[Snapshot, str]) -> None:
    snapshot, _ = cycle
    for now, calendar in edges(*cycle):
        release = calendar.weeks.first(Kind.RELEASE)
        (week,) = said(snapshot, "week", now)
        assert release is None or DAY.findall(week)[-1] in days_of(release), (now, week)
        bounds = {day for event in bounding(calendar) for day in days_of(event)}
        lines = said(snapshot, "freeze", now)
        for phrase in " ".join(lines).split("until the end of ")[1:]:
            assert str(utc_day(now)) <= DAY.findall(phrase)[0], (now, lines)
            assert DAY.findall(phrase)[0] in bounds, (now, lines)


def bounding(calendar: Calendar) -> list[Event]:
    kinds = (*FREEZE_BOUNDS, Kind.CYCLE_TRAILING, Kind.REQUIREMENTS_FREEZE)
    return [event for event in calendar.weeks.events if event.kind in kinds]


def test_the_command_lines_rows_have_the_same_days(cycle: tuple[Snapshot, str]) -> None:
    snapshot, series = cycle
    for event in calendar_named(snapshot, series).weeks.events:
        row = event_row(event)
        times = whens(event)
        assert (row["start"], row["end"]) == (
            times[0].start.isoformat(),
            times[-1].last.isoformat(),
        )
        assert row["candidates"] == [in_iso(*one.days) for when in times for one in when.either]
        assert row["precision"] == times[0].precision
