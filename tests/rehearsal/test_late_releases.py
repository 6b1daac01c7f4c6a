"""Real cycles with a liaison and a PTL: what came late is named until it came, whoever acted is
left alone, and all rules together keep to a budget."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from pathlib import Path

import pytest

from GlanceRelease.domain.calendar.cycle import end_of
from GlanceRelease.domain.calendar.lead_time import working_day_from
from GlanceRelease.domain.messages.notice import LedgerEntry
from GlanceRelease.domain.model import Kind
from GlanceRelease.rehearsal.given_commands import GivenCommand
from GlanceRelease.rehearsal.release_days import parse_released
from kit.glance_facts import TEAM, at
from rehearsal.test_whole_cycles import DAY, Cycle, cycle_of

CHANNEL = "#openstack-glance"
STOP = " Stop it with ack (you deal with it) or ack because REASON (not done this time)."
FIVE = ["yoga", "dalmatian", "flamingo", "gazpacho", "hibiscus"]
STAGES = {
    Kind.MILESTONE_1: "b1", Kind.MILESTONE_2: "b2", Kind.MILESTONE_3: "b3", Kind.RC1: "rc1",
}  # fmt: skip


def heard(cycle: Cycle, what: str, rule: str = "overdue") -> list[str]:
    """The lines about it: "07-03 liaison: ..."."""
    return [
        f"{one.at:%m-%d} {one.target}: {one.text.replace(STOP, '')}"
        for one in cycle.said
        if one.rule == rule and what in one.text and one.at
    ]


def test_hibiscus_2_is_named_from_the_day_after_until_it_came(upstream_data: Path) -> None:
    cycle = cycle_of(upstream_data, "hibiscus", True, people=True)
    due = "glance 33.0.0.0b2 was due Thu 2026-07-02"
    assert heard(cycle, due) == [
        *(
            f"07-03 {who}: Overdue: {due}, yesterday: nothing is proposed. If it stays, milestone 3"
            " makes it pointless on Thu 2026-08-27, as a beta is optional. draft prints the file."
            for who in ("liaison", "ptl")
        ),
        *(
            f"07-06 {who}: Overdue: {due}, 4 days ago: proposed since Fri 2026-07-03, not merged "
            "yet."
            for who in ("liaison", CHANNEL)
        ),
    ]


def test_of_gazpacho_rc1_is_named_with_what_it_waits_for(upstream_data: Path) -> None:
    cycle = cycle_of(upstream_data, "gazpacho", True, people=True)
    assert heard(cycle, "glance 32.0.0.0rc1 with stable/2026.1 was due") == [
        "03-13 liaison: Overdue: glance 32.0.0.0rc1 with stable/2026.1 was due Thu 2026-03-12, "
        "yesterday: proposed since Mon 2026-03-09, not merged yet."
    ]
    assert heard(cycle, "b3", "pointless") == [
        "03-13 liaison: glance b3 was overdue and is pointless now: RC1's day is past."
    ], "once, though RC1 is tagged later that day"


def test_what_is_not_proposed_is_named_every_second_day_and_then_weekly(
    upstream_data: Path,
) -> None:
    """Gazpacho-2 was due on 8 January, was proposed on 6 February and came on the 12th."""
    cycle = cycle_of(upstream_data, "gazpacho", True, people=True)
    days = [line[:5] for line in heard(cycle, "32.0.0.0b2") if "liaison" in line[:14]]
    assert days == ["01-09", "01-13", "01-15", "01-21", "01-28", "02-04", "02-09"]
    days = [line[:5] for line in heard(cycle, "32.0.0.0b2") if CHANNEL in line]
    assert days == ["01-12", "01-19", "01-26", "02-02", "02-09"]


def test_what_is_proposed_in_a_betas_place_is_told_as_what_it_is(upstream_data: Path) -> None:
    cycle = cycle_of(upstream_data, "gazpacho", True, people=True)
    assert heard(cycle, "32.0.0.0rc1 proposed") == [
        "03-10 liaison: Overdue: glance 32.0.0.0b3 was due Thu 2026-02-26, 12 days ago: 32.0.0.0rc1"
        " proposed since Mon 2026-03-09, not merged yet."
    ]


@pytest.mark.parametrize("name", FIVE)
def test_each_late_release_is_named_on_the_first_working_day_and_what_is_in_time_is_not(
    upstream_data: Path, name: str
) -> None:
    cycle = cycle_of(upstream_data, name, True, people=True)
    rows = parse_released((upstream_data / "history/glance-releases.json").read_bytes())
    for kind, stage in STAGES.items():
        day = cycle.calendar.day(kind)
        came = [
            row
            for row in rows
            if (row.deliverable, row.series) == ("glance", name) and row.version.endswith(stage)
        ]
        if day is None or not came or came[-1].merged < cycle.start:
            continue
        row = came[-1]
        told = [
            one
            for one in cycle.said
            if one.rule == "overdue" and f"glance {row.version}" in one.text and one.at
        ]
        if row.merged <= end_of(day):
            assert told == [], (row, told)
            continue
        first = working_day_from(day + DAY, TEAM.reminders.holidays)
        hour = dt.datetime.combine(first, TEAM.reminders.hour, dt.UTC)
        if row.merged > hour:
            assert [one.at.date() for one in told if one.at][:1] == [first], (row, told)
        assert all(one.at and one.at <= row.merged for one in told), (row, told)


def test_whoever_said_that_they_deal_with_it_is_left_alone(upstream_data: Path) -> None:
    dealt = (GivenCommand(1, at("2026-01-09T12:00:00"), "liaison", "ack b2"),)
    cycle = cycle_of(upstream_data, "gazpacho", True, people=True, given=dealt)
    days = [line[:5] for line in heard(cycle, "32.0.0.0b2") if "liaison" in line[:14]]
    assert days == ["01-09", "02-09"], "until it stands otherwise: it is proposed"


def test_a_new_plan_silences_what_is_late_until_its_day(upstream_data: Path) -> None:
    given = (GivenCommand(1, at("2026-05-15T12:00:00"), "liaison", "plan m1 28 May"),)
    cycle = cycle_of(upstream_data, "hibiscus", True, people=True, given=given)
    days = [line[:5] for line in heard(cycle, "33.0.0.0b1 ") if "liaison" in line[:14]]
    assert [day for day in days if day <= "06-10"] == ["05-15", "06-03", "06-10"]


@pytest.mark.parametrize("name", FIVE)
def test_nobody_is_told_that_nothing_is_proposed_once_it_is(upstream_data: Path, name: str) -> None:
    """The history has no owners: whoever proposed it acted, and the PTL waits for a merge."""
    cycle = cycle_of(upstream_data, name, True, people=True)
    rows = parse_released((upstream_data / "history/glance-releases.json").read_bytes())
    for row in rows:
        if row.series != name or row.proposed is None or row.deliverable != "glance":
            continue
        pinged = [
            one
            for one in cycle.said
            if one.rule == "overdue"
            and one.at
            and row.proposed < one.at < row.merged
            and f"{row.deliverable} {row.version}" in one.text
        ]
        assert [one for one in pinged if one.target == "ptl"] == [], row
        for one in pinged:
            _, _, rest = one.text.partition(f"{row.deliverable} {row.version}")
            assert rest.split(": ", 1)[1].startswith("proposed since"), one.text


@pytest.mark.parametrize("released", [True, False], ids=["as released", "nothing released"])
@pytest.mark.parametrize("name", FIVE)
def test_all_rules_together_keep_to_the_budget(
    upstream_data: Path, name: str, released: bool
) -> None:
    """In the channel at most 8 unasked lines in the worst week and 3 in the median one, to one
    person at most 6; the meeting's own lines aside."""
    cycle = cycle_of(upstream_data, name, released, people=True)
    for target, (worst, median) in sorted(weeks_of(cycle).items()):
        print(f"{name}, {target}: {worst} in the worst week, {median} in the median one")
        assert worst <= (8 if target == CHANNEL else 6), (target, worst)
        assert target != CHANNEL or median <= 3, (target, median)


def weeks_of(cycle: Cycle) -> dict[str, tuple[int, float]]:
    """How many lines each target hears in its worst week and in the median one."""
    lines = [one for one in cycle.said if one.rule not in ("meeting", "report") and one.at]
    weeks = sorted({week(cycle.start + number * DAY) for number in range(_days(cycle))})
    counts = Counter((one.target, week(one.at)) for one in lines if one.at)
    found = {}
    for target in {one.target for one in lines}:
        each = [counts[target, one] for one in weeks]
        found[target] = (max(each), statistics.median(each))
    return found


def _days(cycle: Cycle) -> int:
    last = max(_at(one) for one in cycle.said)
    return (last - cycle.start).days + 1


def _at(one: LedgerEntry) -> dt.datetime:
    assert one.at is not None
    return one.at


def week(instant: dt.datetime) -> tuple[int, int]:
    """The ISO year and week."""
    year, number, _ = instant.isocalendar()
    return year, number
