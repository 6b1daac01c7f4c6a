"""The release liaison's duties of the next weeks, as the channel reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.app import Ask
from GlanceRelease.domain.calendar.lead_time import parse_lead
from kit.glance_facts import TEAM, at, hibiscus_out, said, with_file, world

LIBRARIES = (("glance-store", "5.7.0"), ("python-glanceclient", "4.13.0"))
DECEMBER = at("2026-12-10T12:00:00")


def test_the_first_stand_as_long_as_there_is_room_and_the_rest_is_counted() -> None:
    (line,) = said(hibiscus_out(world()), "duties 6", at("2027-02-20T12:00:00"))
    assert line == (
        "In the next 6 weeks: 10 in all, 3 overdue: Mon 2027-02-08 propose the last release: "
        "Final release for non-client libraries (overdue), Mon 2027-02-15 propose the last release:"
        " Final release for client libraries (overdue), Mon 2027-02-15 propose the releases for "
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
