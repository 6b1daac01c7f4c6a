"""Times of day as schedules' prose has them, as instants; and what has no instant."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.calendar.clock_times import has_zone, hours_of, instant_of, is_utc

DAY = dt.date(2027, 1, 14)


@pytest.mark.parametrize(
    ("clock", "instant"),
    [
        ("23:59 UTC", "2027-01-14T23:59"),
        ("23:59", "2027-01-14T23:59"),
        ("00:00 UTC", "2027-01-14T00:00"),
        ("24:00 UTC", "2027-01-15T00:00"),
        ("1400 UTC", "2027-01-14T14:00"),
        ("13:00 GMT", "2027-01-14T13:00"),
        ("13:00Z", "2027-01-14T13:00"),
        ("20:00 EST", "2027-01-15T01:00"),
        ("8pm PDT", "2027-01-15T03:00"),
        ("8:30 p.m. PST", "2027-01-15T04:30"),
        ("12am UTC", "2027-01-14T00:00"),
        ("12pm UTC", "2027-01-14T12:00"),
        ("23:59 AoE", "2027-01-15T11:59"),
        ("9:00 CEST", "2027-01-14T07:00"),
        ("9:00 JST", "2027-01-14T00:00"),
        ("23:59 UTC-12", "2027-01-15T11:59"),
        ("20:00 UTC+2", "2027-01-14T18:00"),
        ("20:00 GMT +05:30", "2027-01-14T14:30"),
        ("20:00+02:00", "2027-01-14T18:00"),
        ("20:00 UTC-0500", "2027-01-15T01:00"),
        ("23:59 Anywhere on Earth", "2027-01-15T11:59"),
        ("noon UTC", "2027-01-14T12:00"),
        ("noon", "2027-01-14T12:00"),
        ("EOD AoE", "2027-01-15T11:59"),
        ("end of the day UTC", "2027-01-14T23:59"),
    ],
)
def test_a_time_is_an_instant_in_utc(clock: str, instant: str) -> None:
    assert instant_of(DAY, clock) == dt.datetime.fromisoformat(f"{instant}+00:00")


@pytest.mark.parametrize(
    "clock",
    [
        *("20:00 IST", "20:00 CST", "25:00 UTC", "13pm UTC", "midnight UTC", "20:00 Pacific", ""),
        *("20:00 local time", "10:00-12:00", "20:00 UTC+99", "soon"),
    ],
)
def test_what_is_none_or_may_be_several_is_no_instant(clock: str) -> None:
    assert instant_of(DAY, clock) is None


def test_am_and_pm_are_no_zones() -> None:
    assert [has_zone(clock) for clock in ("8pm", "8 a.m.", "8pm PDT", "20:00", "20:00 IST")] == [
        *(False, False, True, False, True)
    ]
    assert [is_utc(clock) for clock in ("8pm", "8pm UTC", "8pm PDT")] == [True, True, False]


@pytest.mark.parametrize(
    ("clock", "first", "last"),
    [
        ("1400-1600 UTC", "2027-01-14T14:00", "2027-01-14T16:00"),
        ("14:00 to 16:00 UTC", "2027-01-14T14:00", "2027-01-14T16:00"),
        ("14:00 UTC - 16:00 UTC", "2027-01-14T14:00", "2027-01-14T16:00"),
        ("2pm until 4pm PST", "2027-01-14T22:00", "2027-01-15T00:00"),
        ("14:00–16:00", "2027-01-14T14:00", "2027-01-14T16:00"),
        ("22:00 - 02:00 UTC", "2027-01-14T22:00", "2027-01-15T02:00"),
    ],
)
def test_hours_are_from_an_instant_to_an_instant(clock: str, first: str, last: str) -> None:
    assert hours_of(DAY, clock) == tuple(
        dt.datetime.fromisoformat(f"{end}+00:00") for end in (first, last)
    )


@pytest.mark.parametrize("clock", ["14:00 UTC", "", "14:00-16:00 IST", "14:00-14:00 UTC", "-"])
def test_what_is_no_stretch_of_hours(clock: str) -> None:
    assert hours_of(DAY, clock) is None


def test_a_zone_is_what_stands_behind_a_time() -> None:
    known = ("20:00 Pacific", "14:00-16:00 UTC", "20:00+02:00", "20:00", "noon", "midnight")
    assert [has_zone(clock) for clock in known] == [True, True, True, False, False, False]
    assert [is_utc(clock) for clock in known] == [False, True, False, True, True, True]
