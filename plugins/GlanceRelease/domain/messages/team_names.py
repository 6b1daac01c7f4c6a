"""Whose a message is, said with it where the reader has several teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .doc import Doc, Line, line


def named(told: Line, title: str) -> Line:
    """The line with the team in front of it; as it is where it is to be pasted, or begins so."""
    first = told.phrases[0] if told.phrases else ""
    begins = isinstance(first, str) and first.startswith((f"{title},", f"{title}:", f"{title} "))
    if told.command or told.verbatim or begins or not told.phrases:
        return told
    return replace(told, phrases=(f"{title}: ", *told.phrases))


def in_its_name(told: Doc, title: str, others: Mapping[str, str] | None = None) -> Doc:
    """The message with the team in front of it, and behind it how each of the `others` is asked, by
    its name."""
    if not told.lines:
        return told
    lines = (named(told.lines[0], title), *told.lines[1:])
    if not others:
        return replace(told, lines=lines)
    (name, asked), *more = others.items()
    how = line(f"For {name} say: {asked}.")
    if more:
        how = line(f"For another team say: {' | '.join(others.values())}.")
    if told.details:
        return replace(told, lines=lines, details=(*told.details, how))
    return replace(told, lines=(*lines, how))
