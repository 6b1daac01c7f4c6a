"""A Doc as lines of plain IRC text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..domain.messages.clauses import Call, Link, Span, whole
from ..domain.messages.doc import Doc, Line
from .fit import fit_lines
from .sanitize import cut, plain, plain_line

MAX_BYTES = 400  # of one line's text
_LINE = 512  # of all that a server sends on, with who says it, to whom, CR and LF
_LONG_PREFIX = f"{'n' * 16}!{'u' * 10}@{'h' * 63}"  # a long nick, OFTC's longest user and host
LINES_IN_CHANNEL = 4


def room(target: str, prefix: str = _LONG_PREFIX) -> int:
    """How many bytes of text reach the target whole, as said by `prefix` (NICK!USER@HOST); 400 at
    most. A server cuts the rest off, in the middle of a word."""
    return min(MAX_BYTES, _LINE - len(f":{prefix} PRIVMSG {target} :\r\n".encode()))


@dataclass(frozen=True)
class IrcRoom:
    """A place on IRC with room for `most` bytes in a line."""

    most: int = MAX_BYTES
    lines_a_minute: int = 4
    holds_several: bool = False

    def text(self, line: Line) -> str:
        """The line in one, as it is said there."""
        return line_text(line, self.most)

    def holds(self, line: Line) -> bool:
        """Whether there is room for all of the line."""
        return len(_said(line, "".join(map(_text, whole(line.phrases)))).encode()) <= self.most


def line_texts(line: Line, most: int = MAX_BYTES) -> list[str]:
    """A line as plain texts of at most `most` bytes, one unless it may be broken; none begins with
    "#" or "!", which MeetBot and other bots obey: unless the line was made for MeetBot ("#info
    ...") or is a file's."""

    full = _said(line, "".join(map(_text, whole(line.phrases))))
    return [full] if len(full.encode()) <= most else _fitted(line, most).copy()


@lru_cache(maxsize=256)  # the same line is asked for again and again, until what it tells changes
def _fitted(line: Line, most: int) -> list[str]:
    def text(spans: Sequence[Span]) -> str:
        return _said(line, "".join(map(_text, spans)))

    broken = fit_lines(line.phrases, most, lambda spans: len(text(spans).encode()), line.most)
    return [cut(text(spans), most) for spans in broken]


def line_text(line: Line, most: int = MAX_BYTES) -> str:
    """The first of a line's texts."""
    return line_texts(line, most)[0]


def render(doc: Doc, private: bool = False, most: int = MAX_BYTES) -> list[str]:
    """The lines to say, each of at most `most` bytes: in a channel four at the most, in private
    with the details."""
    rows = (*doc.lines, *doc.details) if private else doc.lines
    texts = [text for row in rows for text in line_texts(row, most)]
    return texts if private else texts[:LINES_IN_CHANNEL]


def _said(line: Line, text: str) -> str:
    if line.verbatim:
        return plain_line(text)
    text = plain(text)
    if line.command:
        return f"#{line.command} {text}"
    return f"Here: {text}" if text.startswith(("#", "!")) else text


def _text(span: Span) -> str:
    if isinstance(span, str):
        return span
    if isinstance(span, Link):
        return span.text if span.aside else span.url
    return span.nick if isinstance(span, Call) else span.code
