"""A message as a value: lines of text and links, before any medium makes them text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """An address with what stands for it; a medium without links shows the address alone."""

    text: str
    url: str


Span = str | Link


@dataclass(frozen=True)
class Line:
    """One line of a message. `command` ("info", "link", "topic") is what MeetBot shall take it
    for, where a meeting is on; every other line is said so that no bot obeys it. A `verbatim` one
    is a file's: it keeps its blanks and its first character, for where there is room only."""

    spans: tuple[Span, ...]
    command: str = ""
    verbatim: bool = False


@dataclass(frozen=True)
class Doc:
    """A message: `lines` for a channel, `details` for where there is room (private, the page)."""

    lines: tuple[Line, ...]
    details: tuple[Line, ...] = ()


def line(*spans: Span, command: str = "") -> Line:
    """A line of these spans, in order; a blank is the writer's to put."""
    return Line(tuple(spans), command)


def doc(*lines: Line | str, details: Iterable[Line | str] = ()) -> Doc:
    """A message of these lines; bare text is a line of its own."""
    return Doc(tuple(map(_line, lines)), tuple(map(_line, details)))


def _line(text: Line | str) -> Line:
    return text if isinstance(text, Line) else Line((text,))
