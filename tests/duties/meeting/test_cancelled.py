"""A meeting that falls out is nowhere an appointment, and nowhere a day since which things are
news."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.duties.deadlines.calendar_feed import entries_of
from GlanceRelease.duties.meeting.page import page_of
from GlanceRelease.registry import RULES
from GlanceRelease.render import html
from kit.glance_facts import NOW, TEAM, said, world

duties.load()
OUT = dt.date(2026, 11, 26)
NEXT = dt.date(2026, 12, 3)


def cancelled() -> Snapshot:
    assert TEAM.meeting is not None
    return world(replace(TEAM, meeting=replace(TEAM.meeting, not_on=(OUT,))))


def test_it_would_have_been_on_that_day() -> None:
    (line,) = said(world(), "meeting")
    assert str(OUT) in line


@pytest.mark.parametrize("words", ["meeting", "next", "next meeting", "agenda", "deadlines"])
def test_commands_name_the_one_after_it(words: str) -> None:
    told = " ".join(said(cancelled(), words)).replace(f"No meeting on Thu {OUT}.", "")
    assert str(OUT) not in told


def test_meeting_says_that_it_falls_out_and_when_the_next_one_is() -> None:
    (line,) = said(cancelled(), "meeting")
    assert f"Thu {NEXT}" in line
    assert line.endswith(f"No meeting on Thu {OUT}.")


def test_nothing_is_said_before_it_or_in_it() -> None:
    for hour in range(0, 24 * 5):
        now = NOW + dt.timedelta(hours=hour)
        for name in ("meeting", "report"):
            for notice in RULES[name].speak(Moment(cancelled(), now)):
                assert str(OUT) not in notice.subject, notice
                assert notice.due.date() > OUT, notice


def test_neither_feed_nor_page_has_it() -> None:
    moment = Moment(cancelled(), NOW)
    assert not any("eeting" in entry.name and entry.first == OUT for entry in entries_of(moment))
    text = html.page(page_of(moment), "", {})
    (meeting,) = re.findall(r'<p class="meeting">(.*?)</p>', text)
    assert f"Thu {NEXT}" in meeting
    assert f"Thu {OUT}" not in meeting.replace(f"No meeting on Thu {OUT}", "")
