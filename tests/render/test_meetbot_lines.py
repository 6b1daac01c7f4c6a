"""What MeetBot obeys, and what it must not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.domain.meetings.meetbot import hear
from GlanceRelease.domain.messages.doc import Link, doc, line
from GlanceRelease.render.irc import MAX_BYTES, line_text, render


@given(st.text(max_size=600))
def test_a_line_for_meetbot_is_one_command_and_nothing_else_is_any(text: str) -> None:
    said = line_text(line(text, command="info"))
    assert said.startswith("#info ")
    assert len(said.encode()) <= MAX_BYTES
    assert not set(said) & set("\r\n\0")
    assert not line_text(line(text)).startswith("#")


def test_a_link_is_its_address() -> None:
    assert render(doc(line(Link("page", "https://a.test/"), command="link"))) == [
        "#link https://a.test/"
    ]


@given(st.text(max_size=100))
def test_no_line_breaks_the_ear(text: str) -> None:
    heard = hear(text)
    assert heard is None or heard.what in ("named", "began", "ended", "chairs", "action")


def test_both_meetbots_are_understood() -> None:
    for text, what in (
        ("#startmeeting glance", "named"),
        (" #StartMeeting Glance Team", "named"),
        ("Meeting started Thu Nov 26 14:00:08 2026 UTC and is due to finish in 60", "began"),
        ("Meeting started at 2026-11-26T14:00+0000", "began"),
        ("Meeting ended Thu Nov 26 14:59:01 2026 UTC.", "ended"),
        ("Current chairs: carol glancebot", "chairs"),
        ("Current chairs: carol, glancebot", "chairs"),
        ("#action alice writes it", "action"),
    ):
        heard = hear(text)
        assert heard is not None
        assert heard.what == what
    assert hear("#actionable") is None
    assert hear("the meeting started late") is None
