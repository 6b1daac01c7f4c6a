"""A Doc as lines of plain IRC text."""

from __future__ import annotations

from ..domain.messages.doc import Doc, Line, Link
from .sanitize import cut, plain, plain_line

MAX_BYTES = 400  # of one line's text
_LINE = 512  # of all that a server sends on, with who says it, to whom, CR and LF
_LONG_PREFIX = f"{'n' * 16}!{'u' * 10}@{'h' * 63}"  # a long nick, OFTC's longest user and host
LINES_IN_CHANNEL = 4


def room(target: str, prefix: str = _LONG_PREFIX) -> int:
    """How many bytes of text reach the target whole, as said by `prefix` (NICK!USER@HOST); 400 at
    most. A server cuts the rest off, in the middle of a word."""
    return min(MAX_BYTES, _LINE - len(f":{prefix} PRIVMSG {target} :\r\n".encode()))


def line_text(line: Line, most: int = MAX_BYTES) -> str:
    """One line as plain text of at most `most` bytes; it never begins with "#" or "!", which
    MeetBot and other bots obey: unless the line was made for MeetBot ("#info ...") or is a file's.
    """
    text = "".join(s.url if isinstance(s, Link) else s for s in line.spans)
    if line.verbatim:
        return cut(plain_line(text), most)
    text = plain(text)
    if line.command:
        return cut(f"#{line.command} {text}", most)
    return cut(f"Here: {text}" if text.startswith(("#", "!")) else text, most)


def render(doc: Doc, private: bool = False, most: int = MAX_BYTES) -> list[str]:
    """The lines to say, each of at most `most` bytes: in a channel four at the most, in private
    with the details."""
    rows = (*doc.lines, *doc.details) if private else doc.lines[:LINES_IN_CHANNEL]
    return [line_text(row, most) for row in rows]
