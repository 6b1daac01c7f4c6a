"""A Doc as lines of plain IRC text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..domain.doc import Doc, Line, Link

MAX_BYTES = 400  # of one line's text; with OFTC's longest prefix it stays under 512
LINES_IN_CHANNEL = 4
_CUT = "..."
_COLOUR = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?")
# Marks that turn the direction of text around: they would let upstream's text disguise itself.
_DIRECTION = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def plain(text: str) -> str:
    """The text without control codes (colours, CR, LF, NUL), direction marks and odd blanks."""
    if text.isprintable():  # nearly always, and then only blanks may be odd
        return " ".join(text.split())
    text = _COLOUR.sub("", text)
    return " ".join(
        "".join(
            " " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c
            for c in text
            if ord(c) not in _DIRECTION and not "\x02" <= c <= "\x08" and not "\x0e" <= c <= "\x1f"
        ).split()
    )


def cut(text: str, most: int = MAX_BYTES) -> str:
    """The text in at most `most` bytes of UTF-8, cut between words where it can be."""
    if len(text.encode()) <= most:
        return text
    head = text.encode()[: most - len(_CUT)].decode(errors="ignore")
    at_word = head.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > len(head) // 2 else head) + _CUT


def line_text(line: Line) -> str:
    """One line as plain text of at most 400 bytes; it never begins with "#" or "!", which
    MeetBot and other bots obey: unless the line was made for MeetBot ("#info ...") or is a file's.
    """
    text = "".join(s.url if isinstance(s, Link) else s for s in line.spans)
    if line.verbatim:
        blanks = len(text) - len(text.lstrip(" "))
        return cut(" " * blanks + plain(text))
    text = plain(text)
    if line.command:
        return cut(f"#{line.command} {text}")
    return cut(f"Here: {text}" if text.startswith(("#", "!")) else text)


def render(doc: Doc, private: bool = False) -> list[str]:
    """The lines to say: in a channel four at the most, in private with the details."""
    return (
        list(_private(doc)) if private else [line_text(row) for row in doc.lines[:LINES_IN_CHANNEL]]
    )


def _private(doc: Doc) -> Iterator[str]:
    for row in (*doc.lines, *doc.details):
        yield line_text(row)
