"""What in a schedule's prose looks like a day or a time and was read as none: it is remarked on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from ...domain.calendar.clock_times import ZONES
from ...domain.calendar.day_names import MONTHS, WEEKDAYS
from ...domain.model import Week
from ..late_pattern import late_pattern
from .date_mentions import ProseDates
from .prose_dates import plain

_ALIKE = 0.75  # "jaunary", "feburary", "setpember"; no English word that schedules use
_ALIKE_WEEKDAY = 0.8  # "thurdsay", "wendesday"; not "holiday"
_WEEKDAY = late_pattern(
    r"\b(?:(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat)"
    r"(?=[.,)]?(?:\s|$)))"
)
_NAMED = "|".join(name.capitalize() for name in MONTHS if name != "may")
_MONTH = late_pattern(rf"(?<!\d )\b(?:{_NAMED})\b(?!\s+\d)")
_ORDINAL = late_pattern(
    r"\b[Tt]he\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)(?=\s*(?:[.,;:)]|$)"
    r"|\s+(?:is|at|of|and|or|until|to|for|by)\b)"
)
_WEEK = late_pattern(r"\bR-?\+?\d{1,2}\b")
# A day or month that can be read in two ways, or only guessed at.
_NUMBERS = late_pattern(
    r"(?<![\w./-])[0-3]\d/[0-3]\d(?![\w/])|(?<=\b[Bb]y )\d\d\.[01]\d\.|(?<=\b[Oo]n )\d\d\.[01]\d\."
    r"|\b20\d\d(?:0[1-9]|1[0-2])[0-3]\d\b"
)
_OPEN = late_pattern(
    r"\bTB[ACD]\b|\bto be (?:announced|confirmed|decided|determined)\b"
    r"|\b(?:next|following|previous)\s+week\b|\b(?:two|three|four)\s+weeks\s+(?:after|before)\b",
    re.I,
)
_ZONE = late_pattern(rf"\b(?:{'|'.join(name for name in ZONES if name not in ('UTC', 'GMT'))})\b")
_NEARLY_A_WEEKDAY = late_pattern(r"\b[A-Za-z]{2,8}(?:ay|ya|dy)\b")
_NEARLY = late_pattern(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<behind>[A-Z][a-z]{3,9})\b"
    r"|\b(?P<before>[A-Z][a-z]{3,9})\s+\d{1,2}(?:st|nd|rd|th)?\b(?![.:]\d)"
)


def unread_dates(
    text: str, reading: ProseDates, days: Collection[dt.date], weeks: Collection[Week]
) -> Iterator[str]:
    """The words of a text that name a day and are a part of no date or time that was read, but for
    those with which the event's days and weeks agree: a weekday, a month, the week's name, a day of
    what is nearly a month, "the 13th", "TBD", "next week", the name of a zone."""
    left = plain(text)
    for mention in reading.mentions:
        spaces = " " * (mention.end - mention.start)
        left = left[: mention.start] + spaces + left[mention.end :]
    yield from _misspelled(left)
    weekdays = {WEEKDAYS[day.weekday()][:3] for day in days}
    months = {MONTHS[day.month - 1] for week in weeks for day in (week.start, week.end, *days)}
    numbers, names = {day.day for day in days}, {week.name for week in weeks}
    yield from (m[0] for m in _WEEKDAY.finditer(left) if m[0][:3].lower() not in weekdays)
    yield from (m[0] for m in _MONTH.finditer(left) if m[0].lower() not in months)
    yield from (m[0] for m in _ORDINAL.finditer(left) if int(m["day"]) not in numbers)
    yield from (m[0] for m in _WEEK.finditer(left) if m[0] not in names)
    yield from (match[0] for pattern in (_NUMBERS, _OPEN) for match in pattern.finditer(left))
    told = " ".join(reading.times).lower()
    yield from (match[0] for match in _ZONE.finditer(left) if match[0].lower() not in told)


def _misspelled(left: str) -> Iterator[str]:
    """A day of what is nearly a month, and what is nearly a weekday."""
    for match in _NEARLY.finditer(left):
        if _is_nearly((match["behind"] or match["before"]).lower(), MONTHS, _ALIKE):
            yield match[0]
    for match in _NEARLY_A_WEEKDAY.finditer(left):
        if _is_nearly(match[0].lower(), WEEKDAYS, _ALIKE_WEEKDAY):
            yield match[0]


def _is_nearly(word: str, names: Sequence[str], alike: float) -> bool:
    return word not in names and bool(get_close_matches(word, names, 1, alike))
