"""Lines as the content of a Matrix event: the body, the same as HTML, and who is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from ..domain.messages.clauses import Call, Code, Link, Span, whole
from ..domain.messages.doc import Doc, Line
from .fit import fit
from .sanitize import cut, plain, plain_line, plain_span

MOST_BYTES = 4000  # of one line; an event takes 64 kB
LINES_IN_ROOM = 4
_HTML = "org.matrix.custom.html"


@dataclass(frozen=True)
class MatrixRoom:
    """A place on Matrix, where a message is one event."""

    lines_a_minute: int = 4
    holds_several: bool = True

    def text(self, line: Line) -> str:
        """The line in one, as it is said there."""
        return cut(_body(line, _fitted(line)), MOST_BYTES)

    def holds(self, line: Line) -> bool:
        """Whether there is room for all of the line."""
        return _size(tuple(whole(line.phrases))) <= MOST_BYTES


def lines_of(doc: Doc, private: bool) -> tuple[Line, ...]:
    """What is said of a message: in a room four lines at the most, in private with the details."""
    return (*doc.lines, *doc.details) if private else doc.lines[:LINES_IN_ROOM]


def content(lines: Iterable[Line], calls: bool = False) -> dict[str, Any]:
    """An event of these lines. Only one that `calls` wakes those who are called: a text; all others
    are notices, and name nobody to notify."""
    bodies, htmls, called = [], [], dict[str, None]()
    for line in lines:
        spans = _fitted(line)
        bodies.append(cut(_body(line, spans), MOST_BYTES))
        htmls.append("".join(_html(span, calls) for span in spans))
        called.update(dict.fromkeys(filter(None, map(_id_of, spans))))
    body, html = "\n".join(bodies), "<br>".join(htmls)
    is_text = calls and bool(called)
    made: dict[str, Any] = {
        "msgtype": "m.text" if is_text else "m.notice",
        "body": body,
        "m.mentions": {"user_ids": list(called)} if is_text else {},
    }
    if html != escape(body):
        made |= {"format": _HTML, "formatted_body": html}
    return made


def _fitted(line: Line) -> Sequence[Span]:
    return fit(line.phrases, MOST_BYTES, _size)


def _size(spans: Sequence[Span]) -> int:
    return sum(len(_text(span).encode()) for span in spans)


def _body(line: Line, spans: Sequence[Span]) -> str:
    text = "".join(map(_text, spans))
    return plain_line(text) if line.verbatim else plain(text)


def _id_of(span: Span) -> str:
    """The user id of a call; "" for all else, and for who has none."""
    return span.nick if isinstance(span, Call) and span.nick.startswith("@") else ""


def _text(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, Link):
        return span.text if span.aside else span.url
    if isinstance(span, Code):
        return span.code
    name = _id_of(span)
    return span.name or name[1:].partition(":")[0] or span.nick


def _html(span: Span, calls: bool) -> str:
    if isinstance(span, str):
        return escape(plain_span(span))
    if isinstance(span, Code):
        return f"<code>{escape(plain_span(span.code))}</code>"
    if isinstance(span, Link):
        text = escape(plain_span(span.text or span.url))
        is_safe = span.url.startswith(("https://", "http://"))
        return f'<a href="{escape(span.url)}">{text}</a>' if is_safe else text
    text, name = escape(plain_span(_text(span))), _id_of(span)
    is_pill = calls and name
    return f'<a href="https://matrix.to/#/{quote(name, safe="@:")}">{text}</a>' if is_pill else text
