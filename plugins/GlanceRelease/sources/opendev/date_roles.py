"""What a date in a schedule's prose is said to be: the event's own, its week's, or another's."""

from __future__ import annotations

import re

from ..late_pattern import late_pattern
from .date_mentions import Mention, Role

END = r"\s*(?:on\s+)?(?:the\s+)?\(?$"
_WEEK_OF = late_pattern(
    r"(?:\bweeks?\s+(?:of|starting|beginning|commencing)(?:\s+(?:on|with|at))?|\bw/c)" + END, re.I
)
_WEEK_AFTER = late_pattern(r"\s+weeks?\b", re.I)
MOVED_FROM = late_pattern(
    r"\b(?:extended|moved|postponed|shifted|changed|delayed|rescheduled|pushed|brought\s+forward)"
    r"(?:\s+\w+){0,6}\s+from" + END,
    re.I,
)
# "14 January, extended to 21 January": what stands before it is no more.
MOVED_TO = late_pattern(
    r"^[^.;]{0,60}\b(?:extended|moved|postponed|shifted|changed|delayed|rescheduled|pushed"
    r"|brought\s+forward)(?:\s+\w+){0,2}\s+(?:to|until|till)\b",
    re.I,
)
_WAS = late_pattern(
    r"(?:\binstead of|\brather than|\(\s*(?:was|from)|\bused\s+to\s+be"
    r"|\b(?:formerly|previously|originally)(?:\s+(?:scheduled|planned|set|announced))?"
    r"(?:\s+(?:for|at|as))?)" + END,
    re.I,
)
_OTHERS = late_pattern(
    r"(?:(?<!\bor )(?<!\bnot )\bbefore|\bprior to|\bahead of|\bsince|\bnot"
    r"|\bholidays?(?:\s+(?:of|from|between))?)" + END,
    re.I,
)
_HOLIDAY_AFTER = late_pattern(
    r"\)?,?\s+(?:(?:is|are|being|as|was)\s+)?(?:(?:a|an|the)\s+)?"
    r"(?:(?!before\b|after\b|by\b|the\b)[\w-]+\s+){0,2}holidays?\b",
    re.I,
)
# "in the Hibiscus cycle (14 January 2026)", "14 January 2026 in the last cycle", "..., last year"
_CYCLE = r"\bin\s+the\s+(?P<cycle>[\w. ]{1,40}?)(?:'s)?\s+(?:cycle|series)\b"
_CYCLE_BEFORE = late_pattern(
    _CYCLE + r"(?:[^.,;]{0,30}|[^.;]{0,30}\b(?:was|were)\b[^.;]{0,20})$", re.I
)
_CYCLE_AFTER = late_pattern(r"[\s,(]*" + _CYCLE, re.I)
_YEAR_AFTER = late_pattern(r"[\s,(]*\b(?:last|of the previous)\s+(?:year|cycle)\b", re.I)


def role_of(text: str, mention: Mention, own_names: frozenset[str]) -> Role:
    """What a date is said to be by the words around it; `own_names` are those of its own cycle."""
    behind, ahead = text[max(0, mention.start - 120) : mention.start], text[mention.end :][:120]
    if _WEEK_OF.search(behind) or _WEEK_AFTER.match(ahead):
        return "week"
    if _WAS.search(behind) or MOVED_FROM.search(behind):
        return "was"
    if _OTHERS.search(behind) or _HOLIDAY_AFTER.match(ahead) or _YEAR_AFTER.match(ahead):
        return "other"
    for match in (_CYCLE_BEFORE.search(behind), _CYCLE_AFTER.match(ahead)):
        if match and _is_foreign(match["cycle"], own_names):
            return "other"
    return "own"


def _is_foreign(cycle: str, own_names: frozenset[str]) -> bool:
    words = cycle.split()
    if {"previous", "last"} & {word.lower() for word in words}:
        return True
    named = [word for word in words if word[:1].isupper() or re.fullmatch(r"\d{4}\.\d+", word)]
    return bool(named) and not own_names & {word.lower() for word in named}
