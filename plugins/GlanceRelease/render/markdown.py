"""A report as Markdown, to paste into a mail or a review: what is heaviest is bold, links are
links. Other people's text is text, whatever signs it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..domain.calendar.cycle import format_day
from ..domain.messages.clauses import Clause, Code, Link, Phrase, Span, in_words, whole
from ..domain.reports.meeting_report import Report
from .html import safe_url
from .sanitize import plain, plain_span

# What has a meaning anywhere in a line, or makes a link of a bare address; and at its start alone.
_SIGNS = re.compile(
    r"[\\`*{}\[\]<>#|~&@$^]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE
)
_AT_START = re.compile(r"^(\d*)([-+=:.)])")
_IN_URL = re.compile(r"[()<>\[\]\\`*_|\s]|&(?=#?\w+;)")


def report(shown: Report, team: str) -> str:
    """The report below a heading, its lines as a list."""
    heading = _escaped(f"{team} report, {format_day(shown.day)}")
    return f"## {heading}\n\n" + "".join(f"- {_line(line.phrases)}\n" for line in shown.lines)


def _line(phrases: Sequence[Phrase]) -> str:
    told = "".join(_told(phrases)).lstrip()  # a space before a sign hides no sign, five make code
    return _AT_START.sub(r"\1\\\2", told)


def _told(phrases: Sequence[Phrase]) -> Iterator[str]:
    heaviest = max((each.weight for each in phrases if isinstance(each, Clause)), default=0)
    for phrase in phrases:
        text = "".join(map(_span, whole((phrase,))))
        is_bold = isinstance(phrase, Clause) and 0 < heaviest == phrase.weight
        yield f"**{text.strip()}**" if is_bold and text.strip() else text


def _span(span: Span) -> str:
    if isinstance(span, Link):
        url = _IN_URL.sub(lambda sign: f"%{ord(sign[0]):02X}", safe_url(span.url))
        return f"[{_escaped(span.text)}]({url})"
    if isinstance(span, Code):
        return f"`{plain(span.code).replace('`', chr(39))}`"
    return _escaped(in_words((span,)))


def _escaped(text: str) -> str:
    """The text in one line, in which no sign means anything."""
    return _SIGNS.sub(r"\\\g<0>", plain_span(text))
