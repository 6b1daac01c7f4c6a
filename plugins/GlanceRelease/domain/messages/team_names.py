"""Whose a message is, said with it where the reader has several teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..releases.shapes import plain_name
from ..team import Team
from .doc import Doc, Line, line

_ENDS = "?!.,;:"
_JOINTS = ("of", "for", "in", "at", "on")


def named_among(words: str, teams: Iterable[Team], deliverables: bool = False) -> Team | None:
    """The first of the teams whose name, or with `deliverables` one of these, is a word."""
    plain = {plain_name(word.strip(_ENDS)) for word in words.split()}
    for team in teams:
        own = team.deliverables if deliverables else ()
        if plain & {plain_name(name) for name in (team.name, team.shown, *own)}:
            return team
    return None


def without_its_name(words: str, team: Team) -> str:
    """The words without the names of the team and of what is its, and without what joined these to
    them."""
    left = [word for word in words.split() if named_among(word, [team], True) is None]
    while left and left[-1].lower() in _JOINTS:
        left.pop()
    return " ".join(left)


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
