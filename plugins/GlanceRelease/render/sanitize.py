"""Other people's text as everybody may see it: the one cleaning for every medium."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Invisible, though Unicode counts them to letters, marks or what is not assigned yet: with category
# Cf its Default_Ignorable_Code_Point; and noncharacters.
_INVISIBLE = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xE0000, 0xE0FFF),  # tags, more variation selectors
)
_BLANK_LETTERS = frozenset({0x2800})  # a Braille cell without dots
_BLANK_KINDS = ("Cc", "Zl", "Zp", "Zs", "Cs")
_COLOUR = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # a terminal's colours, as in a build's log
_MARKS = 4  # on one letter; no script has more, and a heap of them covers the lines above
_CUT = "..."
_FORMATS = frozenset((*range(0x02, 0x09), *range(0x0E, 0x20)))  # IRC's own: no word ends at one


def plain(text: str) -> str:
    """The text in one line: without control codes (colours, CR, LF, NUL, C1), without characters
    that nobody sees or that turn its direction around, and without odd blanks."""
    if text.isascii() and text.isprintable():  # nearly always, and then only blanks may be odd
        return " ".join(text.split())
    shown = map(_shown, _ANSI.sub("", _COLOUR.sub("", text)))
    return " ".join("".join(_with_few_marks(shown)).split())


def plain_line(text: str) -> str:
    """The same with its indent: of a file's or a list's line."""
    return " " * (len(text) - len(text.lstrip(" "))) + plain(text)


def plain_span(text: str) -> str:
    """The same of a part of a line: a blank at its ends stays."""
    words = plain(text)
    if not words:
        return text[:1] if text[:1] == " " else ""
    return f"{' ' * text.startswith(' ')}{words}{' ' * text.endswith(' ')}"


def cut(text: str, most: int) -> str:
    """The text in at most `most` bytes of UTF-8, cut between words where it can be."""
    if len(text.encode()) <= most:
        return text
    head = text.encode()[: most - len(_CUT)].decode(errors="ignore")
    at_word = head.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > len(head) // 2 else head) + _CUT


def _with_few_marks(characters: Iterable[str]) -> Iterator[str]:
    marks = 0
    for character in characters:
        marks = marks + 1 if character and unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            yield character


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    """What is left of a character: itself, a blank or nothing."""
    number, kind = ord(character), unicodedata.category(character)
    if number in _FORMATS or kind == "Cf" or number & 0xFFFE == 0xFFFE:
        return ""
    if any(first <= number <= last for first, last in _INVISIBLE):
        return ""
    return " " if kind in _BLANK_KINDS or number in _BLANK_LETTERS else character
