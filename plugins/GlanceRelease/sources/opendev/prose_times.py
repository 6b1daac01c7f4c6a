"""Finds the times of day in a schedule's prose, and which of them stands beside a date."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...domain.calendar.clock_times import ZONES
from ..late_pattern import late_pattern
from .date_mentions import Mention

CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::\d\d)?"
_DIFFERENCE = r"[+-]\d{1,2}(?::?[0-5]\d)?(?![\d:])"
_NAME = (
    rf"(?:{'|'.join(ZONES)}|Z|anywhere\s+on\s+earth|(?-i:[A-Z]{{1,4}}T)|local(?:\s+time)?"
    r"|(?:US\s+)?(?-i:Eastern|Pacific|Central|Mountain)(?:\s+(?:standard|daylight))?(?:\s+time)?)\b"
)
ZONE = rf"(?:\s*(?:(?:UTC|GMT)\s?{_DIFFERENCE}|(?-i:\+)\d\d:?[0-5]\d(?![\d:])|{_NAME}))"
_HALF = r"(?:\s*[ap]\.?m\b\.?)"
_BARE = r"(?:[01]\d|2[0-3])[0-5]\d"
_CONCLUDES = r",?\s*and\s+(?:will\s+|we\s+)*(?:conclude|end|finish)s?\s+(?:at\s+|by\s+)?"
_UNTIL = rf"(?:\s*(?:-|\bto\b|\buntil\b)\s*|{_CONCLUDES})"
_ONE = rf"(?:{CLOCK}{_HALF}?|\d{{1,2}}{_HALF})"
ONE_TIME = rf"{_ONE}{ZONE}?"
_TIME = late_pattern(
    rf"(?<=\dT){CLOCK}-\d\d:?[0-5]\d(?!\d)"
    rf"|(?<![\d:.+-])(?:{_ONE}{ZONE}?{_UNTIL})?{_ONE}{ZONE}?"
    rf"|(?<![\d:.+-])(?:{_BARE}{ZONE}?{_UNTIL})?{_BARE}{ZONE}"
    rf"|\b(?:AoE|anywhere\s+on\s+earth)\b|\b(?:noon|midnight)\b{ZONE}?|\b(?:EOD|end\s+of\s+(?:the\s+)?day)\b{ZONE}",
    re.I,
)
_LIKE_A_TIME = late_pattern(rf"(?<![\d:.+-])\d{{1,2}}:\d\d(?![\d:]){ZONE}?", re.I)
_CLOCK = late_pattern(rf"{CLOCK}(?!\d)")
_END_OF_HOURS = late_pattern(_CONCLUDES, re.I)
_IN_ISO = late_pattern(rf"({CLOCK})(-\d\d:?[0-5]\d)")
_BESIDE = late_pattern(r",?\s*(?:on\s+)?(?:the\s+)?", re.I)
_BEHIND = late_pattern(r"(?-i:T)(?=\d)|[\s,(]*(?:(?:at|by|until|from|between)\s+)?", re.I)


def clock_beside(text: str, mention: Mention) -> str:
    """The time right before a date ("02:00 UTC Friday 15th"), else right behind it ("8 May (23:59
    UTC)", "14 January at 8pm PDT"); empty for none."""
    behind = text[max(0, mention.start - 40) : mention.start]
    before = [match for match in _TIME.finditer(behind) if _BESIDE.fullmatch(behind[match.end() :])]
    ahead = _BEHIND.match(text, mention.end)
    after = _TIME.match(text, ahead.end()) if ahead else None
    match = before[-1] if before else after
    return _written(match) if match else ""


def times_in(
    text: str, mentions: list[Mention], numbers: Iterable[tuple[int, int]]
) -> tuple[str, ...]:
    """Times of day as written, but for those that stand right behind another deadline's date;
    `numbers` are where dates in digits stand, inside a stretch or refused."""
    blank = text
    for mention in mentions:
        blank = blank[: mention.start] + " " * (mention.end - mention.start) + blank[mention.end :]
    for start, end in numbers:
        blank = blank[:start] + " " * (end - start) + blank[end:]
    for mention in mentions:  # a stretch's first time stands between its two dates
        inner = text[mention.start : mention.end]
        if mention.is_range and mention.role == "own":
            for match in _TIME.finditer(inner):
                at = mention.start + match.start()
                blank = blank[:at] + match[0] + blank[at + len(match[0]) :]
    times: dict[str, None] = {}
    for match in _TIME.finditer(blank):
        nearest = max(
            (m for m in mentions if m.end <= match.start()), key=lambda m: m.end, default=None
        )
        if nearest and nearest.role == "other" and match.start() - nearest.end <= 6:
            continue
        times[_written(match)] = None
    return tuple(times)


def impossible_times(text: str) -> tuple[str, ...]:
    """What looks like a time of day and is none ("25:00 UTC"), as written."""
    found = (match[0] for match in _LIKE_A_TIME.finditer(text))
    return tuple(dict.fromkeys(one for one in found if not _CLOCK.match(one)))


def _written(match: re.Match[str]) -> str:
    """A time as written, on one line; hours with "to" between their ends, an ISO time's difference
    to UTC with that name ("T20:00-05:00")."""
    if match.string[match.start() - 1 : match.start()] == "T":
        return _IN_ISO.sub(r"\1 UTC\2", match[0])
    return " ".join(_END_OF_HOURS.sub(" to ", match[0]).split())
