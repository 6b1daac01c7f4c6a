"""At the edges of every event of every cycle: nothing past is next, nothing of today is missing,
what runs is told as running, and no two answers name different days for one event."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.cycle import format_day
from GlanceRelease.domain.calendar.interval import whens
from GlanceRelease.domain.calendar.neighbours_events import is_of_another_cycle
from GlanceRelease.domain.calendar.team_deadlines import concerns
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.edges import (
    A_SECOND,
    CYCLES,
    DAY,
    SHIPPED,
    bundled,
    calendar_named,
    edges,
    known,
)
from kit.glance_facts import TEAM, said

duties.load()
A_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("series", CYCLES)
def test_next_is_the_next_thing_to_happen(series: str, upstream_data: Path) -> None:
    next_is_next(known(upstream_data), series)


@pytest.mark.parametrize("series", SHIPPED)
def test_next_is_the_next_thing_to_happen_in_the_cycles_that_ship(series: str) -> None:
    next_is_next(bundled(), series)


def next_is_next(snapshot: Snapshot, series: str) -> None:
    for now, calendar in edges(snapshot, series):
        (line,) = said(snapshot, "next", now)
        coming, _, running = line.partition("Running: ")
        days = DAY.findall(coming.split("(")[0])
        today = now.date()
        assert all(day >= today.isoformat() for day in days[:1]), (now, line)
        for each in calendar.coming(now):
            if each.day == today:
                assert each.name in coming, (now, line)
        for each in calendar.running(now):
            end = (each.when.runs_until(now) - A_SECOND).date()
            assert f"{each.name} until {format_day(end)}" in running, (now, line)
        assert bool(running) == bool(calendar.running(now)), (now, line)


@pytest.mark.parametrize("series", CYCLES)
def test_when_names_no_other_day_than_next(series: str, upstream_data: Path) -> None:
    when_agrees_with_next(known(upstream_data), series)


@pytest.mark.parametrize("series", SHIPPED)
def test_when_names_no_other_day_than_next_in_the_cycles_that_ship(series: str) -> None:
    when_agrees_with_next(bundled(), series)


def when_agrees_with_next(snapshot: Snapshot, series: str) -> None:
    for now, calendar in edges(snapshot, series):
        for each in calendar.coming(now)[:1]:
            (answer,) = said(snapshot, f"when {each.id} {calendar.series.name}", now)
            assert format_day(each.day) in answer, (now, each, answer)
            assert format_day(each.day) in said(snapshot, "next", now)[0]
            assert format_day(each.day) in said(snapshot, "deadlines", now)[0]


@pytest.mark.parametrize("series", CYCLES)
def test_whatever_runs_or_is_due_in_any_table_is_in_the_answers(
    series: str, upstream_data: Path
) -> None:
    """Each event of a table, in an unnamed row too, at its beginning and its end, in whichever
    cycle that is; but for releases, and what trails another cycle."""
    snapshot = known(upstream_data)
    for event in calendar_named(snapshot, series).weeks.events:
        trails = event.kind is Kind.CYCLE_TRAILING or is_of_another_cycle(event)
        if trails or event.kind is Kind.RELEASE or not concerns(event, TEAM):
            continue
        for when in whens(event):
            middle = when.start + (when.over - when.start) / 2
            for now in (when.start - A_SECOND, middle) if when.lasts else (when.over - A_SECOND,):
                found = f"{said(snapshot, 'next', now)[0]} "
                runs = found.partition("Running: ")[2]
                if when.is_over(now) or when.precision == "conflict":
                    continue
                assert event.title in (runs if when.is_running(now) else found), (now, found)
                every = said(snapshot, "deadlines all", now)
                assert any(event.title in line for line in every) or event.title in found, now


def test_what_has_begun_is_running_from_its_instant_on(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    begins = dt.datetime(2024, 8, 14, 23, 45, tzinfo=dt.UTC)
    assert said(snapshot, "next", begins - A_SECOND)[0].startswith(
        "Wed 2024-08-14 23:45 UTC to Wed 2024-08-28 23:45 UTC, R-7, today: 2025.1 Election"
    )
    assert said(snapshot, "next", begins) == [
        "Thu 2024-08-15, R-7, tomorrow: Extra-AC freeze. Running: 2025.1 Election Nominations Open "
        "until Wed 2024-08-28 23:45 UTC, R-5, in 14 days."
    ]
    assert said(snapshot, "next", dt.datetime(2019, 9, 2, 23, 59, tzinfo=dt.UTC)) == [
        "Tue 2019-09-03, R-6, tomorrow: Election Email Deadline (00:00 UTC). Running: TC Election "
        "Campaigning Begins until Fri 2019-09-06, R-6, in 4 days."
    ]


def test_what_runs_is_said_so_and_what_ran_by_its_end(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    name = "2026.2 Hibiscus Project Team Gathering"
    for day, words in (
        ("04-18", f"{name}: from Mon 2026-04-20 to Fri 2026-04-24, R-23, in 2 days."),
        ("04-22", f"{name}: running from Mon 2026-04-20 to Fri 2026-04-24, R-23, ends in 2 days."),
        ("06-07", f"{name}: from Mon 2026-04-20 to Fri 2026-04-24, R-23, ended 44 days ago."),
    ):
        now = dt.datetime.fromisoformat(f"2026-{day}T12:00:00+00:00")
        assert (
            said(snapshot, "when ptg hibiscus", now)[0].removeprefix("2026.2 Hibiscus: ") == words
        )
        if "ago" in words or "running" in words:
            row = f"(private) {words.removeprefix(f'{name}: ').removesuffix('.')}: {name}"
            assert row in said(snapshot, "deadlines all hibiscus", now)


def test_a_conflict_keeps_its_time_of_day_and_both_days_in_the_whole_list(
    upstream_data: Path,
) -> None:
    snapshot = known(upstream_data)
    now = dt.datetime(2025, 8, 19, 12, tzinfo=dt.UTC)
    told = (
        "2026.1 Election Email Deadline (conflict: by the week Thu 2025-08-28, by its text Wed "
        "2025-08-20 00:00 UTC)"
    )
    assert said(snapshot, "next", now)[0].startswith(f"Wed 2025-08-20, R-6, tomorrow: {told}.")
    rows = [line for line in said(snapshot, "deadlines all", now) if told in line]
    assert [DAY.findall(row)[0] for row in rows] == ["2025-08-20", "2025-08-28"]
    (line,) = said(snapshot, "when v-election-email-deadline ussuri", now)
    assert "or Tue 2020-04-07 00:00 UTC, R-5, 1960 days ago, past (conflict" in line


def test_a_day_of_one_is_no_week_of_another(upstream_data: Path) -> None:
    (line,) = said(known(upstream_data), "next", dt.datetime(2026, 9, 9, tzinfo=dt.UTC))
    assert line.startswith("Thu 2026-09-10, R-3, tomorrow: Hard StringFreeze, RC1 target week (R-3")


def test_a_running_span_hides_no_deadline_of_today(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    assert said(snapshot, "next", dt.datetime(2024, 8, 22, 10, tzinfo=dt.UTC)) == [
        "R-6 week, by Thu 2024-08-22, today: Final release for non-client libraries. Running: "
        "2025.1 Election Nominations Open until Wed 2024-08-28 23:45 UTC, R-5, in 6 days."
    ]


def test_a_conflict_lives_on_both_days(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    (line,) = said(snapshot, "next", dt.datetime(2016, 12, 12, 10, tzinfo=dt.UTC))
    assert line == (
        "Thu 2016-12-15, R-10, in 3 days: Ocata-2 milestone (conflict: by the week Thu 2016-12-08, "
        "by its text Thu 2016-12-15)."
    )
    assert said(snapshot, "when email deadline gazpacho", dt.datetime(2026, 2, 17, tzinfo=dt.UTC))[
        0
    ].startswith(
        "2026.2 Election Email Deadline: Wed 2026-02-18 00:00 UTC, R-6, tomorrow or Thu 2026-02-26"
    )


@pytest.mark.parametrize("command", ["report", "deadlines", "next", "when m2"])
def test_every_answer_names_both_days_of_a_conflict(command: str, upstream_data: Path) -> None:
    lines = said(known(upstream_data), command, dt.datetime(2016, 12, 8, 10, tzinfo=dt.UTC))
    assert "Thu 2016-12-08" in (text := " ".join(lines))
    assert "Thu 2016-12-15" in text


@pytest.mark.parametrize("series", ["ocata", "stein", "dalmatian", "indri"])
def test_a_week_that_moved_away_from_all_its_texts_is_told_in_one_line(
    series: str, upstream_data: Path
) -> None:
    """Milestone 3 has six events of one day, each of which then names two."""
    snapshot = known(upstream_data)
    key = schedule_of(series).name
    schedule = snapshot.facts[key].value
    moved = tuple(
        replace(each, rule="conflict", prose_days=(each.days[-1] + 4 * A_DAY,), span=False)
        if not any(when.lasts for when in whens(each))
        else each
        for each in schedule.events
    )
    fact = replace(snapshot.facts[key], value=replace(schedule, events=moved))
    changed = replace(snapshot, facts={**snapshot.facts, key: fact})
    next_is_next(changed, series)
    when_agrees_with_next(changed, series)
    if series == "indri":
        assert said(changed, "next", dt.datetime(2027, 2, 18, 9, tzinfo=dt.UTC)) == [
            "Thu 2027-02-18, R-5, today: Indri-3 milestone, Feature freeze, Final release for "
            "client libraries, Requirements freeze, Soft StringFreeze (all 5 in conflict: by the "
            "week Thu 2027-02-18, by its text Mon 2027-02-22)."
        ]


def test_a_stretch_that_contradicts_its_week_is_told_as_a_stretch(upstream_data: Path) -> None:
    key = schedule_of("queens").name
    snapshot = known(upstream_data)
    days = (dt.date(2018, 9, 11), dt.date(2018, 9, 15))
    ptg = {"rule": "conflict", "span": True, "days": (dt.date(2017, 9, 14),), "prose_days": days}
    schedule = snapshot.facts[key].value
    events = [replace(each, **ptg) if each.id == "q-ptg" else each for each in schedule.events]
    fact = replace(snapshot.facts[key], value=replace(schedule, events=tuple(events)))
    changed = replace(snapshot, facts={**snapshot.facts, key: fact})
    (line,) = said(changed, "when ptg queens", dt.datetime(2017, 9, 1, tzinfo=dt.UTC))
    assert "Mon 2017-09-11 to Fri 2017-09-15, R-24, in 10 days or Tue 2018-09-11" in line
    assert "(conflict: its week; its text says Tue 2018-09-11 to Sat 2018-09-15" in line


def test_a_year_that_slipped_in_a_stretch_is_inferred_and_said(upstream_data: Path) -> None:
    (line,) = said(known(upstream_data), "when ptg queens", dt.datetime(2017, 9, 1, tzinfo=dt.UTC))
    assert "from Mon 2017-09-11 to Fri 2017-09-15, R-24, in 10 days (the day stands in" in line
    assert "the year is inferred; the text's 2018-09-11 to 2018-09-15 is in no listed week" in line


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("r-release stein", "Rocky release: Thu 2018-08-30"),
        ("h-final indri", "2026.2 Hibiscus release: Wed 2026-09-30"),
        ("p-ptg0 pike", "Pike Project Team Gathering (PTG): from Mon 2017-02-20"),
    ],
)
def test_a_neighbours_event_is_as_its_own_page_has_it(
    words: str, answer: str, upstream_data: Path
) -> None:
    (line,) = said(known(upstream_data), f"when {words}", dt.datetime(2016, 1, 1, tzinfo=dt.UTC))
    assert line.partition(": ")[2].startswith(answer), line


def test_without_the_neighbours_page_only_the_week_is_known(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    facts = {name: fact for name, fact in snapshot.facts.items() if name != "schedule/hibiscus"}
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    assert said(Snapshot(TEAM, facts), "when h-final indri", now) == [
        "2026.2 Hibiscus release: Wed 2026-09-30, R-25, 53 days ago (its day in "
        "series_status.yaml)."
    ]
    series = facts[SERIES.name]
    bare = tuple(
        replace(each, initial_release=None) if each.name == "hibiscus" else each
        for each in series.value
    )
    facts[SERIES.name] = replace(series, value=bare)
    assert said(Snapshot(TEAM, facts), "when h-final indri", now) == [
        "Release of the cycle before: day not known, week of Mon 2026-09-28, R-25, 55 days ago."
    ]


def test_a_release_without_words_is_on_the_wednesday_of_its_week(upstream_data: Path) -> None:
    folder = upstream_data / "releases" / "doc" / "source" / "indri"
    schedule = parse_schedule("indri", (folder / "schedule.yaml").read_bytes(), None)
    fresh = known(upstream_data).facts[SERIES.name].at
    facts = {**known(upstream_data).facts, "schedule/indri": Fetched(schedule, fresh, "network")}
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    (line,) = said(Snapshot(TEAM, facts), "when release", now)
    assert line.startswith(
        "Release: Wed 2027-03-24, R+0, in 122 days (the Wednesday of its week)"
    ), line


def test_an_instant_is_over_when_it_has_come(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    words = "when i-election-email-deadline hibiscus"
    day = dt.datetime(2026, 8, 19, tzinfo=dt.UTC)
    told = "2027.1 Election Email Deadline: Wed 2026-08-19, R-6, "
    because = "(the day stands in its text)."
    assert said(snapshot, words, day - A_SECOND) == [f"{told}tomorrow, 00:00 UTC {because}"]
    assert said(snapshot, words, day + A_SECOND) == [f"{told}today, 00:00 UTC, past {because}"]
    assert "Email Deadline" in said(snapshot, "next", day - A_SECOND)[0]
    assert "Email Deadline" not in said(snapshot, "next", day)[0]
