"""Which events are questions to the bot: whatever a stranger's server sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.frontends.matrix.hearing import is_command
from GlanceRelease.frontends.matrix.requests import Addressed, RoomQuestion, is_ignored, question_of

ME = "@glancebot:hs.test"
TO = Addressed(ME, "Glance Bot", ("@oftc_*:hs.test", "@[appservice]:hs.test"))
TEXT = {"msgtype": "m.text", "body": "!next"}
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$q"}}}


def event(content: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$1",
        "sender": "@alice:hs.test",
        "origin_server_ts": 1_800_000_000_000,
        "content": content,
        **more,
    }


def asked(told: Any, is_chat: bool = False) -> RoomQuestion | None:
    return question_of(told, "!room", TO, is_chat, is_command)


def words(body: Any, is_chat: bool = False, **more: Any) -> str | None:
    question = asked(event({**TEXT, "body": body, **more}), is_chat)
    return question.text if question else None


def pill(label: str, who: str = "%40glancebot%3Ahs.test", tail: str = "") -> dict[str, str]:
    return {"formatted_body": f'<a href="https://matrix.to/#/{who}{tail}">{label}</a> next'}


def test_a_question_has_its_event_and_its_time() -> None:
    wanted = RoomQuestion("$1", "!room", "@alice:hs.test", "next", "", 1_800_000_000.0)
    assert asked(event()) == wanted


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("!next", "next"),
        ("  ! next rc1 ", "next rc1"),
        ("glancebot: next", "next"),
        ("GlanceBot, next", "next"),
        ("@glancebot: next", "next"),
        ("@glancebot:hs.test: next", "next"),
        ("Glance Bot: next", "next"),
        ("glancebot: !next", "next"),
        ("glancebot: next?", "next?"),
        ("glancebot next", None),  # of it, not to it
        ("glancebots: next", None),
        ("next", None),
        ("!nothing", None),
        ("glancebot: nothing", None),
        ("!", None),
        ("", None),
        ("hello !next", None),
        ("> !next", None),
        ("/me !next", None),
        ("\n!next\n", "next"),
        ("!next\x07", None),
        ("!ne\u202ext", None),
        ("!next\u2066", None),
        ("!next " + "x" * 2000, None),
        ("!next " + "x" * 60_000, None),
        (12, None),
        (None, None),
        (["!next"], None),
        ({"body": "!next"}, None),
        (True, None),
    ],
    ids=lambda value: ascii(value)[:25],
)
def test_what_a_room_may_ask(body: Any, text: str | None) -> None:
    assert words(body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [("next", "next"), ("!next", "next"), ("glancebot: next", "next"), ("so what", "so what")],
)
def test_in_a_chat_all_words_are_meant(body: str, text: str) -> None:
    assert words(body, True) == text


@pytest.mark.parametrize(
    ("body", "more", "text"),
    [
        ("Glance Bot next", pill("Glance Bot"), "next"),
        ("Glance Bot: next", pill("Glance Bot"), "next"),
        ("Old &lt; name next", pill("Old &amp;lt; name"), "next"),
        ("Glance Bot next", pill("Glance Bot", ME), "next"),
        ("Glance Bot next", pill("Glance Bot", ME, "?via=hs.test"), "next"),
        ("Glance Bot next", pill("Glance Bot", "@other:hs.test"), None),
        ("next", pill("Glance Bot"), None),
        ("Glance Bot next", {"formatted_body": 12}, None),
        ("Glance Bot next", {"formatted_body": ["<a>"]}, None),
        ("hm", {"formatted_body": "!next"}, None),
    ],
)
def test_a_pill_addresses_the_bot(body: str, more: dict[str, Any], text: str | None) -> None:
    assert words(body, **more) == text


def test_a_quote_is_not_read() -> None:
    quoted = "> <@bob:hs.test> !deadlines\n> more\n\n!next"
    assert words(quoted, **REPLY) == "next"
    assert words("> !deadlines", **REPLY) is None
    assert words("> !deadlines\n!next") is None  # which is no reply
    assert words("!next", **{"m.relates_to": "nonsense"}) == "next"


def test_a_thread_is_known() -> None:
    def thread(root: Any) -> str:
        relation = {"rel_type": "m.thread", "event_id": root}
        found = asked(event({**TEXT, "m.relates_to": relation}))
        return found.thread if found else "?"

    assert thread("$root") == "$root"
    assert [thread(root) for root in (12, None, "root", "$" + "x" * 300)] == [""] * 4


@pytest.mark.parametrize(
    "told",
    [
        event({**TEXT, "msgtype": "m.notice"}),
        event({**TEXT, "msgtype": "m.emote"}),
        event({**TEXT, "msgtype": ["m.text"]}),
        event({"body": "!next"}),
        event({}),
        event(None),
        event("!next"),
        event({**TEXT, "m.new_content": TEXT}),
        event({**TEXT, "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
        event(type="m.sticker"),
        event(type=["m.room.message"]),
        event(state_key=""),
        event(event_id=None),
        event(event_id=["$1"]),
        event(sender=ME),
        event(sender=None),
        event(sender=12),
        event(sender="@oftc_bob:hs.test"),
        event(sender="@OFTC_bob:hs.test"),
        {},
    ],
)
def test_what_is_no_persons_message_asks_nothing(told: dict[str, Any]) -> None:
    assert asked(told) is None
    assert asked(told, True) is None


def test_an_ignored_pattern_has_no_signs_but_the_star() -> None:
    assert is_ignored("@[appservice]:hs.test", TO.ignored)
    assert not is_ignored("@a:hs.test", TO.ignored)
    assert not is_ignored("@alice:hs.test", ())


def test_a_time_that_is_none_is_long_ago() -> None:
    for odd in (None, "now", True, [1]):
        question = asked(event(origin_server_ts=odd))
        assert question is not None
        assert question.at == 0.0


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = ("type", "event_id", "sender", "content", "origin_server_ts", "state_key")
INSIDE = ("msgtype", "body", "formatted_body", "m.relates_to", "m.new_content")


@given(st.sampled_from(NAMES), json, st.sampled_from(INSIDE), json, st.booleans())
def test_nothing_that_is_sent_raises(name: str, value: Any, key: str, odd: Any, chat: bool) -> None:
    asked({**event(), name: value}, chat)
    asked(event({**TEXT, key: odd}), chat)
