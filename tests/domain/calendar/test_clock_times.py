"""Times of day as schedules' prose has them, as instants; and what has no instant."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.calendar.clock_times import has_zone, instant_of, is_utc

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
    ],
)
def test_a_time_is_an_instant_in_utc(clock: str, instant: str) -> None:
    assert instant_of(DAY, clock) == dt.datetime.fromisoformat(f"{instant}+00:00")


@pytest.mark.parametrize("clock", ["20:00 IST", "20:00 CST", "25:00 UTC", "13pm UTC", "noon", ""])
def test_what_is_none_or_may_be_several_is_no_instant(clock: str) -> None:
    assert instant_of(DAY, clock) is None


def test_am_and_pm_are_no_zones() -> None:
    assert [has_zone(clock) for clock in ("8pm", "8 a.m.", "8pm PDT", "20:00", "20:00 IST")] == [
        *(False, False, True, False, True)
    ]
    assert [is_utc(clock) for clock in ("8pm", "8pm UTC", "8pm PDT")] == [True, True, False]
