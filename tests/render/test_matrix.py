"""Lines as the content of an event: its body, its HTML, and who is woken by it."""

from __future__ import annotations

from GlanceRelease.domain.messages.clauses import Call, Code, Link
from GlanceRelease.domain.messages.doc import Doc, Line, doc, line
from GlanceRelease.render.matrix import MOST_BYTES, MatrixRoom, content, lines_of

ALICE = Call("@alice:hs.test", "Alice")


def test_an_answer_is_a_notice_that_wakes_nobody() -> None:
    assert content(doc("One.", "Two.").lines) == {
        "msgtype": "m.notice",
        "body": "One.\nTwo.",
        "m.mentions": {},
        "format": "org.matrix.custom.html",
        "formatted_body": "One.<br>Two.",
    }
    assert content(doc("One.").lines) == {"msgtype": "m.notice", "body": "One.", "m.mentions": {}}
    assert content((line(ALICE, ": now"),)) == {
        "msgtype": "m.notice",
        "body": "Alice: now",
        "m.mentions": {},
    }


def test_who_must_act_is_mentioned() -> None:
    made = content((line(ALICE, ", ", Call("bob", "Bob"), ", ", Call("carol"), ": now"),), True)
    assert made == {
        "msgtype": "m.text",
        "body": "Alice, Bob, carol: now",
        "m.mentions": {"user_ids": ["@alice:hs.test"]},
        "format": "org.matrix.custom.html",
        "formatted_body": '<a href="https://matrix.to/#/@alice:hs.test">Alice</a>, Bob, carol: now',
    }
    nobody = content((line("RC1 is near"),), True)
    assert (nobody["msgtype"], nobody["m.mentions"]) == ("m.notice", {})


def test_without_a_name_the_part_before_the_server_stands() -> None:
    assert content((line(Call("@alice:hs.test"), ": now"),), True)["body"] == "alice: now"


def test_strangers_text_is_escaped_and_a_link_is_one_of_the_web() -> None:
    spans = (
        '<b>&"\u202e\x07 ',
        Code("<i>"),
        " ",
        Link("x<y", "https://x.test/?a=1&b=2"),
        " ",
        Link("evil", "javascript:alert(1)", aside=True),
    )
    made = content((line(*spans),))
    assert made["body"] == '<b>&" <i> https://x.test/?a=1&b=2 evil'
    assert made["formatted_body"] == (
        "&lt;b&gt;&amp;&quot; <code>&lt;i&gt;</code>"
        ' <a href="https://x.test/?a=1&amp;b=2">x&lt;y</a> evil'
    )


def test_a_name_cant_leave_its_pill() -> None:
    made = content((line(Call('@a"><img:x', "<img>"), ": now"),), True)
    assert "<img" not in made["formatted_body"]


def test_a_room_gets_four_lines_and_a_person_all() -> None:
    message = Doc(tuple(line(f"{n}") for n in range(6)), (line("more"),))
    assert len(lines_of(message, False)) == 4
    assert len(lines_of(message, True)) == 7


def test_a_line_has_room_far_beyond_an_ircs_and_an_end() -> None:
    room = MatrixRoom()
    assert room.holds_several
    assert room.holds(line("x" * MOST_BYTES))
    assert not room.holds(line("x" * (MOST_BYTES + 1)))
    assert len(room.text(line("word " * 2000)).encode()) <= MOST_BYTES
    assert room.text(Line(("  indented",), verbatim=True)) == "  indented"
    assert room.text(line("#info is no command here", command="info")) == "#info is no command here"
