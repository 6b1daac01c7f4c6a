"""At the edges of every event of every cycle: nothing past is next, nothing of today is missing,
what runs is told as running, and no two answers name different days for one event."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.cycle import format_day
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.edges import A_SECOND, CYCLES, DAY, SHIPPED, bundled, edges, known
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
            assert f"{each.name} until {format_day(each.end)}" in running, (now, line)
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


def test_a_running_span_hides_no_deadline_of_today(upstream_data: Path) -> None:
    snapshot = known(upstream_data)
    assert said(snapshot, "next", dt.datetime(2024, 8, 22, 10, tzinfo=dt.UTC)) == [
        "R-6 week, by Thu 2024-08-22, today: Final release for non-client libraries. Running: "
        "2025.1 Election Nominations Open until Wed 2024-08-28, R-5, in 6 days."
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
    ].startswith("2026.2 Election Email Deadline: Wed 2026-02-18, R-6, tomorrow or Thu 2026-02-26")


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
    lines = said(known(upstream_data), "when ptg queens", dt.datetime(2017, 9, 1, tzinfo=dt.UTC))
    assert "its text says Tue 2018-09-11 to Sat 2018-09-15" in lines[0]


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
