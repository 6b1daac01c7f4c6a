"""What a line of a Doc becomes on IRC: clean, short, and a file's as it stands."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.messages.doc import Line, doc
from GlanceRelease.render.irc import render
from GlanceRelease.render.sanitize import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x0304,01red\x03 and \x02bold\x02", "red and bold"),
        ("\x04ff0000hex", "hex"),
        ("a\r\nQUIT :b", "a QUIT :b"),
        ("\u202eevil", "evil"),
        ("  odd \u00a0 blanks ", "odd blanks"),
    ],
)
def test_other_people_s_text_is_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_a_file_s_line_keeps_its_indentation_and_no_control_code() -> None:
    lines = [
        Line((row,), verbatim=True) for row in ("# why", "  - version: 1", "    \x0304hash: a")
    ]
    assert render(doc("here:", details=lines), private=True) == [
        "here:", "# why", "  - version: 1", "    hash: a",
    ]  # fmt: skip
    assert render(doc("# why")) == ["Here: # why"]
