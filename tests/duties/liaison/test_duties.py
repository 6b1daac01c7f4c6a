"""The release liaison's duties of the next weeks, as the channel reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.app import Ask
from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.snapshot import Snapshot, deliverable_of
from kit.glance_facts import TEAM, at, hibiscus_out, said, with_file, world

LIBRARIES = (("glance-store", "5.7.0"), ("python-glanceclient", "4.13.0"))
DECEMBER = at("2026-12-10T12:00:00")


def test_the_first_stand_as_long_as_there_is_room_and_the_rest_is_counted() -> None:
    (line,) = said(hibiscus_out(world()), "duties 6", at("2027-02-20T12:00:00"))
    assert line == (
        "In the next 6 weeks: 10 in all, 3 overdue: Thu 2027-02-11 propose the last release: "
        "Final release for non-client libraries (overdue), Thu 2027-02-18 propose the last release:"
        " Final release for client libraries (overdue), Thu 2027-02-18 propose the releases for "
        "Indri-3 milestone (overdue), Thu 2027-02-25 write the cycle highlights (look) and six "
        "more."
    )


@pytest.mark.parametrize(
    ("leads", "day"),
    [
        (("4 weeks", "1 week"), "Thu 2026-12-17"),
        (("1 week", "3 weeks"), "Thu 2026-12-24"),
        (("on the day",), "Thu 2027-01-14"),
    ],
)
def test_the_team_is_told_with_the_notice_of_its_own_ladder(
    leads: tuple[str, ...], day: str
) -> None:
    ladder = replace(TEAM.reminders, full_leads=tuple(map(parse_lead, leads)))
    asked = Ask(nick="rosmaita")
    lines = said(world(replace(TEAM, reminders=ladder)), "duties 6", DECEMBER, asked)
    told = f"{day} tell the team the planned date of Indri-2 milestone (to do)"
    assert any(told in line for line in lines)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2027-01-11T12:00:00", "Mon 2027-01-11 {} (to do)"),
        ("2027-01-12T12:00:00", "Thu 2027-01-14 {} (to do)"),
        ("2027-01-14T23:59:00", "Thu 2027-01-14 {} (to do)"),
        ("2027-01-15T00:00:00", "Thu 2027-01-14 {} (overdue)"),
    ],
)
def test_an_advised_day_gives_way_to_the_deadline_and_is_not_overdue_before_it(
    now: str, told: str
) -> None:
    line = said(hibiscus_out(world()), "duties", at(now))[0]
    assert told.format("propose the releases for Indri-2 milestone") in line


def test_overdue_cycle_highlights_are_one_duty() -> None:
    lines = said(hibiscus_out(world()), "duties", at("2027-03-05T12:00:00"), Ask(nick="rosmaita"))
    told = [line.partition(":")[0] for line in lines if "highlights" in line]
    assert told == ["Thu 2027-02-25 the cycle highlights of glance (overdue)"]


def _unread(snapshot: Snapshot) -> Snapshot:
    """The facts without any deliverable file of indri's."""
    unread = {deliverable_of("indri", name).name for name in TEAM.deliverables}
    facts = {key: fact for key, fact in snapshot.facts.items() if key not in unread}
    return Snapshot(snapshot.team, facts)


@pytest.mark.parametrize("now", ["2027-02-11T12:00:00", "2027-02-12T12:00:00"])
def test_what_nobody_can_tell_is_not_forgotten_on_its_day_or_after_it(now: str) -> None:
    """No deliverable file of the cycle was ever read."""
    lines = said(_unread(world()), "duties", at(now), Ask(nick="rosmaita"))
    told = "Thu 2027-02-11 propose the last release: Final release for non-client libraries (look)"
    assert any(told in line for line in lines)


def test_a_release_that_is_out_is_done() -> None:
    snapshot = world(replace(TEAM, deliverables=("glance",)))
    asked = "propose the releases for Indri-2 milestone"
    assert f"{asked} (to do)" in said(snapshot, "duties 6", DECEMBER)[0]
    out = with_file(snapshot, "indri", "glance", "34.0.0.0b2@2026-12-09")
    assert f"{asked} (done)" in said(out, "duties 6", DECEMBER)[0]


def test_a_time_without_duties_says_what_is_to_do_every_week() -> None:
    done = hibiscus_out(world())
    for name, version in (("glance", "34.0.0.0b1"), *LIBRARIES):
        done = with_file(done, "indri", name, f"{version}@2026-11-19")
    assert said(done, "duties 1", at("2026-12-01T12:00:00")) == [
        "No duty of the release's falls in the next 1 week. Every night look at jobs, every week at"
        " the meeting's report."
    ]
