"""The command line's list of a cycle: by day and hour, spans as spans, both days of a conflict."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.cli.deadlines import row_of
from GlanceRelease.domain.calendar.team_deadlines import official_deadlines
from kit.edges import CYCLES, calendar_named, known

NOW = dt.datetime(2024, 8, 20, 12, tzinfo=dt.UTC)


def rows(upstream_data: Path, series: str) -> list[str]:
    schedule = calendar_named(known(upstream_data), series).weeks
    pairs = [
        (one, event) for event in schedule.events for one in official_deadlines(event, schedule)
    ]
    pairs.sort(key=lambda pair: (pair[0].day, pair[0].hour))
    return [row_of(one, event, NOW) for one, event in pairs]


@pytest.mark.parametrize(
    ("series", "row"),
    [
        (
            "gazpacho",
            "Wed 2026-02-18 00:00 UTC or Thu 2026-02-26, R-6, in 547 days: 2026.2 Election Email "
            "Deadline (h-election-email-deadline, conflict: by the week Thu 2026-02-26, by its "
            "text Wed 2026-02-18 00:00 UTC)",
        ),
        (
            "dalmatian",
            "from Wed 2024-06-12 14:00 to 16:00 UTC, R-16, ended 69 days ago: Cinder Mid Cycle PTG "
            "- 1 [cinder] (d-cinder-mid-cycle-ptg-1, prose)",
        ),
        (
            "dalmatian",
            "Thu 2024-07-18 23:59 UTC, R-11, 33 days ago: Nova Spec Freeze [nova] "
            "(d-nova-spec-freeze, prose)",
        ),
        ("ocata", "Thu 2016-10-06, R-20, 2875 days ago: Newton release (n-release, status)"),
        (
            "hibiscus",
            "from Mon 2026-04-20 to Fri 2026-04-24, R-23, in 608 days: 2026.2 Hibiscus Project "
            "Team Gathering (h-ptg, week)",
        ),
    ],
)
def test_a_row_says_when_an_event_is(series: str, row: str, upstream_data: Path) -> None:
    assert row in rows(upstream_data, series)


@pytest.mark.parametrize("series", CYCLES)
def test_no_row_says_a_day_of_a_week_or_one_day_twice(series: str, upstream_data: Path) -> None:
    for row in rows(upstream_data, series):
        assert ", but its text says" not in row
        when = row.partition(": ")[0]
        assert when.count(when.split(" to ")[-1][:14]) == 1, row
