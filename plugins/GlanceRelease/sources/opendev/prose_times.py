"""Finds the times of day in a schedule's prose, and which of them stands beside a date."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...domain.calendar.clock_times import ZONES
from ..late_pattern import late_pattern
from .date_mentions import Mention

CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::\d\d)?"
_ZONE = rf"(?:\s*(?:{'|'.join(ZONES)}|Z|(?-i:[A-Z]{{2,4}}T))\b)"
_TIME = late_pattern(
    rf"(?<![\d:.-]){CLOCK}(?:\s*[-–]\s*{CLOCK})?(?:\s*[ap]\.?m\b\.?)?{_ZONE}?"
    rf"|(?<![\d:.-])(?:[01]\d|2[0-3])[0-5]\d(?:\s*[-–]\s*(?:[01]\d|2[0-4])[0-5]\d)?{_ZONE}"
    rf"|\b\d{{1,2}}\s*[ap]\.?m\b\.?{_ZONE}?",
    re.I,
)
_BESIDE = late_pattern(r",?\s*(?:on\s+)?(?:the\s+)?", re.I)
_BEHIND = late_pattern(r"[\s,(]*(?:(?:at|by|until)\s+)?", re.I)


def clock_beside(text: str, mention: Mention) -> str:
    """The time right before a date ("02:00 UTC Friday 15th"), else right behind it ("8 May (23:59
    UTC)", "14 January at 8pm PDT"); empty for none."""
    behind = text[max(0, mention.start - 40) : mention.start]
    before = [match for match in _TIME.finditer(behind) if _BESIDE.fullmatch(behind[match.end() :])]
    ahead = _BEHIND.match(text, mention.end)
    after = _TIME.match(text, ahead.end()) if ahead else None
    match = before[-1] if before else after
    return " ".join(match[0].split()) if match else ""


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
        times[" ".join(match[0].split())] = None
    return tuple(times)
