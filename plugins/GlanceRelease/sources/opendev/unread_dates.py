"""What in a schedule's prose looks like a date and was read as none: it is remarked upon."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...domain.calendar.day_names import MONTHS
from ..late_pattern import late_pattern
from .date_mentions import ProseDates
from .prose_dates import plain

_ALIKE = 0.75  # "jaunary", "feburary", "setpember"; no English word that schedules use
_WEEKDAY = late_pattern(r"\b(?:Mon|Tues|Wednes|Fri|Satur|Sun)day\b")
_NEARLY = late_pattern(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<behind>[A-Z][a-z]{3,9})\b"
    r"|\b(?P<before>[A-Z][a-z]{3,9})\s+\d{1,2}(?:st|nd|rd|th)?\b(?![.:]\d)"
)


def unread_dates(text: str, reading: ProseDates) -> Iterator[str]:
    """The words of a text that name a day and are a part of no date: a weekday other than the
    Thursday that is meant where nothing else is said, and a day of what is nearly a month."""
    left = plain(text)
    for mention in reading.mentions:
        spaces = " " * (mention.end - mention.start)
        left = left[: mention.start] + spaces + left[mention.end :]
    for match in _NEARLY.finditer(left):
        word = (match["behind"] or match["before"]).lower()
        if word not in MONTHS and get_close_matches(word, MONTHS, 1, _ALIKE):
            yield match[0]
    for match in _WEEKDAY.finditer(left):
        yield match[0]
