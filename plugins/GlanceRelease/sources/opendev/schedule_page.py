"""Reads a schedule.rst as an outline: for each label the title behind it, its prose and its place.

A reader of forty lines does here what docutils would do with ten megabytes more: the page's own
directives (datatemplate, ics) need no registration, nothing can include a file, and a heading of
the wrong level costs that heading only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..late_pattern import late_pattern

_LABEL = late_pattern(r"\.\. _([^`:]+|`[^`]+`):\s*$")
_ADORNMENT = late_pattern(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
# Their content is prose of the section; any other directive's, and a comment's, is not.
_ADMONITION = late_pattern(
    r"\.\. (?:note|warning|important|attention|caution|danger|error|hint|tip|admonition)::\s*(.*)$"
)
_INLINE = (
    (late_pattern(r":[\w+.:-]+:`([^`<]*?)\s*(?:<[^`>]*>)?`"), r"\1"),  # :ref:`text <target>`
    (late_pattern(r"`([^`<]*?)\s*<[^`>]*>`__?"), r"\1"),  # `text <address>`_
    (late_pattern(r"``([^`]*)``"), r"\1"),
    (late_pattern(r"`([^`]*)`_{0,2}"), r"\1"),
    (late_pattern(r"\*\*([^*]+)\*\*"), r"\1"),
    (late_pattern(r"(?<!\w)\*([^*\s][^*]*)\*"), r"\1"),
)


@dataclass(frozen=True)
class Section:
    """What stands behind a label; `owners` are the headings above it, outermost first. `group` is
    the heading at which the label stands, where it is that of several sections and the label was
    taken for the first of them."""

    title: str
    text: str
    owners: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True)
class SchedulePage:
    """A schedule page: its own heading ("2027.1 Indri Release Schedule") and labelled sections."""

    heading: str
    sections: dict[str, Section]


@dataclass
class _Open:
    labels: list[str]
    title: str
    owners: tuple[str, ...]
    lines: list[str]
    group: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.lines)


def parse_page(text: str) -> SchedulePage:
    """The page's labelled sections. Never fails: what isn't understood is prose of its section.

    A label at a heading without words of its own is that of the first section below it, where that
    one has no label.

    A paragraph's lines are joined, markup is dropped, paragraphs stand on lines of their own.
    """
    headings: list[tuple[tuple[str, bool], str]] = []
    styles: list[tuple[str, bool]] = []
    pending: list[str] = []
    sections: list[_Open] = []
    current: _Open | None = None
    top = ""
    for what, value, style in _blocks(text.expandtabs().splitlines()):
        if what == "label":
            pending.append(value)
            current = None
        elif what == "heading":
            if style not in styles:
                styles.append(style)
            level = styles.index(style)
            headings = [h for h in headings if styles.index(h[0]) < level]
            owners = tuple(title for _, title in headings)
            headings.append((style, _clean(value)))
            top = top or _clean(value)
            current = _Open(pending, _clean(value), owners, [])
            sections.append(current)
            pending = []
        else:
            if pending and value:  # a label without a heading: prose alone
                current = _Open(pending, "", tuple(title for _, title in headings), [])
                sections.append(current)
                pending = []
            if current is not None:
                current.lines.append(value)
    for part, below in pairwise(sections):
        is_first = below.owners == (*part.owners, part.title)
        if part.labels and part.is_empty and is_first and not below.labels:
            below.labels, below.group, part.labels = part.labels, part.title, []
    titles = {
        label: Section(part.title, _prose(part.lines), part.owners, part.group)
        for part in reversed(sections)
        for label in part.labels
    }
    return SchedulePage(top, titles)


def _blocks(lines: list[str]) -> Iterator[tuple[str, str, tuple[str, bool]]]:
    """("label" | "heading" | "text", its value, a heading's style) for each line that counts."""
    none = ("", False)
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        below = lines[at + 1].rstrip() if at + 1 < len(lines) else ""
        label = _LABEL.match(line)
        if label and not below.startswith(" "):
            yield "label", label[1].strip("`").lower(), none
        elif line == ".." or line.startswith(".. "):
            admonition = _ADMONITION.match(line)
            end = _end_of_indented(lines, at + 1)
            if admonition:
                yield "text", admonition[1], none
                yield from (("text", inner.strip(), none) for inner in lines[at + 1 : end])
            at = end
            continue
        elif _is_overlined(lines, at):
            yield "heading", below.strip(), (line[0], True)
            at += 3
            continue
        elif line and not line.startswith(" ") and _is_adornment(below):
            yield "heading", line, (below[0], False)
            at += 2
            continue
        else:
            yield "text", line.strip(), none
        at += 1


def _is_adornment(line: str) -> bool:
    return bool(_ADORNMENT.match(line))


def _is_overlined(lines: list[str], at: int) -> bool:
    return (
        at + 2 < len(lines)
        and _is_adornment(lines[at])
        and bool(lines[at + 1].strip())
        and _is_adornment(lines[at + 2])
        and lines[at][0] == lines[at + 2][0]
    )


def _end_of_indented(lines: list[str], at: int) -> int:
    """The first line from `at` that is neither blank nor indented."""
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(" ")):
        at += 1
    return at


def _prose(lines: list[str]) -> str:
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip())
    return "\n".join(filter(None, (_clean(paragraph) for paragraph in paragraphs)))


def _clean(text: str) -> str:
    text = " ".join(text.split())
    for pattern, plain in _INLINE:
        text = pattern.sub(plain, text)
    return text.strip()
