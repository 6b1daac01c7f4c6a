"""Clauses as plain text for a reader with room, who is called by nobody: a file, a console."""

from __future__ import annotations

from collections.abc import Iterable

from ..domain.messages.clauses import Link, Phrase, Span, in_words, whole
from .sanitize import plain_line


def text(phrases: Iterable[Phrase]) -> str:
    """All of it in one line: people by name, a link by its address unless that is aside."""
    return plain_line("".join(map(_text, whole(phrases))))


def _text(span: Span) -> str:
    return span.url if isinstance(span, Link) and not span.aside else in_words((span,))
