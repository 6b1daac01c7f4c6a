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
    """A message: `lines` for a channel, `details` for where there is room (private, the page)."""

    lines: tuple[Line, ...]
    details: tuple[Line, ...] = ()


def line(*phrases: Phrase, command: str = "", most: int = 1) -> Line:
    """A line of these phrases, in order; a blank is the writer's to put."""
    return Line(phrases, command, most=most)


def doc(*lines: Line | str, details: Iterable[Line | str] = ()) -> Doc:
    """A message of these lines; bare text is a line of its own."""
    return Doc(tuple(map(_line, lines)), tuple(map(_line, details)))


def _line(text: Line | str) -> Line:
    return text if isinstance(text, Line) else Line((text,))
