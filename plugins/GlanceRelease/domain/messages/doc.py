"""A message as a value: lines of clauses, before any medium makes them text of its length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .clauses import Link as Link
from .clauses import Phrase
from .clauses import Span as Span


@dataclass(frozen=True)
class Line:
    """One line of a message. `command` ("info", "link", "topic") is what MeetBot shall take it
    for, where a meeting is on; every other line is said so that no bot obeys it. A `verbatim` one
    is a file's: it keeps its blanks and its first character, for where there is room only. A
    medium with short lines may break it into as many as `most`, between two items of a list or
    before a clause, where it has no room in one."""

    phrases: tuple[Phrase, ...]
    command: str = ""
    verbatim: bool = False
    most: int = 1


@dataclass(frozen=True)
class Doc:
    """A message: `lines` for a channel, `details` for where there is room (private, the page);
    `brief` is what it comes to where it shares a line with others."""

    lines: tuple[Line, ...]
    details: tuple[Line, ...] = ()
    brief: tuple[Phrase, ...] = ()


def line(*phrases: Phrase, command: str = "", most: int = 1) -> Line:
    """A line of these phrases, in order; a blank is the writer's to put."""
    return Line(phrases, command, most=most)


def doc(
    *lines: Line | str, details: Iterable[Line | str] = (), brief: Iterable[Phrase] = ()
) -> Doc:
    """A message of these lines; bare text is a line of its own."""
    return Doc(tuple(map(_line, lines)), tuple(map(_line, details)), tuple(brief))


def in_one_line(doc: Doc) -> Line:
    """The message's lines as one."""
    if len(doc.lines) == 1:
        return doc.lines[0]
    phrases: list[Phrase] = []
    for each in doc.lines:
        phrases += [*([" "] if phrases else []), *each.phrases]
    return Line(tuple(phrases))


def brief_of(doc: Doc) -> tuple[Phrase, ...]:
    """What the message comes to, as a clause of a line: its lines where it has no shorter form,
    without their stop."""
    phrases = doc.brief or in_one_line(doc).phrases
    last = phrases[-1] if phrases else ""
    return (*phrases[:-1], last.rstrip(". ")) if isinstance(last, str) else phrases


def _line(text: Line | str) -> Line:
    return text if isinstance(text, Line) else Line((text,))
