"""Why a text is no YAML, in our own words: those of a library change with its version."""

from __future__ import annotations

import re
from typing import Any

_DETAIL = 80  # characters of a library's own words
_APART = re.compile(r"'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"|(?:^|\s)#[^\n]*")  # quoted, or a comment


def depth(text: str) -> int:
    """How many brackets and braces are open at once, at most; those in quotes and comments are
    text."""
    now = most = 0
    for sign in re.findall(r"[][{}]", _APART.sub("", text)):
        now += 1 if sign in "[{" else -1
        most = max(most, now)
    return most


def fault(text: str, error: Any, most_levels: int) -> str:
    """The line and the reason, by what stands where the parser stopped; where that says nothing,
    "not YAML" with the parser's words behind it."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _forbidden(text, error)
    lines = text.splitlines(keepends=True)
    ahead = "".join(lines[mark.line :])[mark.column :]
    so_far = "".join(lines[: mark.line + 1])
    return f"line {min(mark.line, len(lines)) + 1}: {_reason(so_far, ahead, error, most_levels)}"


def _reason(so_far: str, ahead: str, error: Any, most_levels: int) -> str:
    if depth(so_far) > most_levels:
        return f"nested deeper than {most_levels} levels"
    if ahead.startswith("\t"):
        return "a tab where only blanks can stand"
    if not ahead.strip():
        return "it ends inside a bracket, a quote or a value"
    if ahead[0] in "%@`":
        return f"a value can't begin with {ahead[0]}; put it in quotes"
    if ahead[0] == ":":
        return "a colon where no key can stand; text with ': ' in it goes in quotes"
    return f"not YAML ({_cut(str(error.problem or error.context))})"


def _forbidden(text: str, error: Any) -> str:
    """What the reader refuses is a single character."""
    code = getattr(error, "character", None)
    if not isinstance(code, int):
        return f"not YAML ({_cut(str(error))})"
    line = text.count("\n", 0, max(0, text.find(chr(code)))) + 1
    return f"line {line}: a character that YAML forbids (U+{code:04X})"


def _cut(words: str) -> str:
    return words if len(words) <= _DETAIL else f"{words[: _DETAIL - 3]}..."
