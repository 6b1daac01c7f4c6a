"""What a rehearsal's lines count by week, and whether that keeps to the budget."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.messages.notice import LedgerEntry
from GlanceRelease.rehearsal.week_counts import in_lines, week_counts
from kit.glance_facts import at

CHANNEL = "#openstack-glance"
START, END = at("2027-01-04T00:00:00"), at("2027-01-24T23:00:00")


def entry(target: str, day: int, rule: str) -> LedgerEntry:
    when = at(f"2027-01-{day:02}T10:00:00")
    key = f"{target}/{day}/{rule}"
    return LedgerEntry(key, rule, target, when, "said", "words", "", doc("words"), at=when)


def test_each_week_is_counted_by_rule_and_a_silent_week_is_one_too() -> None:
    said = [
        entry("pdeore", 5, "overdue"),
        entry("pdeore", 6, "own reminder"),
        entry(CHANNEL, 4, "reminder"),
        entry(CHANNEL, 10, "overdue"),
        entry(CHANNEL, 10, "reminder"),
        entry(CHANNEL, 11, "reminder"),
        entry(CHANNEL, 14, "meeting"),
        entry("#openstack-meeting", 14, "report"),
    ]
    told = [text for each in week_counts(said, START, END) for text in in_lines(each)]
    assert told == [
        "Mon 2027-01-04 #openstack-glance 3: 2 reminder, 1 overdue",
        "Mon 2027-01-11 #openstack-glance 1: 1 reminder",
        "#openstack-glance: 3 lines in the worst week, Mon 2027-01-04, at most 8; 1 in the median "
        "one, at most 3: kept",
        "Mon 2027-01-04 pdeore 1: 1 overdue",
        "pdeore: 1 line in the worst week, Mon 2027-01-04, at most 6; 0 in the median one: kept",
    ]


@pytest.mark.parametrize(
    ("target", "days", "kept"),
    [
        (CHANNEL, [4] * 8, True),
        (CHANNEL, [4] * 9, False),
        (CHANNEL, [4] * 4 + [11] * 4, False),
        (CHANNEL, [4] * 4 + [11] * 3, True),
        ("pdeore", [4] * 6 + [11] * 6, True),
        ("pdeore", [4] * 7, False),
    ],
)
def test_more_than_the_budget_is_said(target: str, days: list[int], kept: bool) -> None:
    said = [entry(target, day, "reminder") for day in days]
    (counts,) = week_counts(said, START, END)
    assert counts.is_kept is kept
    assert in_lines(counts)[-1].endswith("kept" if kept else "BROKEN")
