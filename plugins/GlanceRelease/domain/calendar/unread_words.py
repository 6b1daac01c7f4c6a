"""Words that look like a part of a day, so that none that was not read becomes a part of a name."""

from __future__ import annotations

import re
from difflib import get_close_matches

from .day_names import MONTHS, WEEKDAYS, numbered

_NUMBER = re.compile(
    r"[-+~<>=]*\d[\d.,:/+-]*(?:st|nd|rd|th|[dwhm]|days?|weeks?|wks?|hours?|am|pm)?"
)
_WEEK = re.compile(r"r[+-]\d{1,2}")
_COUNTS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "twenty", "thirty", "half", "dozen"),
)
_UNITS = re.compile(r"(?:day|week|wk|month|year|hour|minute|weekday|workday|weekend|fortnight)s?")
_OTHERS = frozenset(
    (
        *("working", "business", "before", "after", "until", "till"),
        *("today", "tomorrow", "yesterday", "midnight", "noon", "midday", "couple"),
        *("tonight", "overnight", "morning", "afternoon", "evening", "prior"),
        *("eod", "eow", "cob", "aoe", "utc", "gmt", "o'clock"),
    )
)
# What leads on to a day, so that no name ends with it.
_LEADING = frozenset(
    (
        *("a", "about", "an", "and", "around", "at", "between", "by", "coming", "during", "every"),
        *("for", "from", "in", "last", "late", "later", "latest", "next", "no", "of", "on", "or"),
        *("than", "the", "this", "to", "within"),
    )
)
_LIKE = 0.85  # "Thrusday", "Tuseday"; not "sunset"


def unread_in(name: str) -> str:
    """What of a name that was left of somebody's words looks like a part of a day ("Friday", "3",
    "the week of"); empty for nothing.

    That is a number, a unit of time, a weekday, a month, "before" and the like wherever it stands,
    and at the end of the name also what leads on to a day, or is spelt nearly like a weekday.
    """
    words = name.split()
    plain = [word.lower().strip("()[],;.?!'\"") for word in words]
    first = len(words)
    while first and (_is_of_a_day(plain[first - 1]) or plain[first - 1] in _LEADING):
        first -= 1
    if first < len(words) and (plain[first:] != ["day"] or not first):
        return " ".join(words[first:])
    if plain[-1:] == ["day"]:
        plain[-1] = ""  # a day of reviews is a "review day"
    if plain and get_close_matches(plain[-1], (*WEEKDAYS, *MONTHS), 1, _LIKE):
        return words[-1]
    return next((word for word, bare in zip(words, plain, strict=True) if _is_of_a_day(bare)), "")


def unit_in(name: str) -> str:
    """What of a milestone's name, which may have a number, looks like a part of a day."""
    words = name.lower().split()
    return next((word for word in words if _is_of_a_day(word) and not _NUMBER.fullmatch(word)), "")


def from_its_day(text: str) -> str:
    """The words from the first one that looks like a part of a day on; empty where none does."""
    words = text.split()
    starts = [at for at, word in enumerate(words) if _is_of_a_day(word.lower().strip("()[],;.?!"))]
    return " ".join(words[starts[0] :]) if starts else ""


def _is_of_a_day(word: str) -> bool:
    return (
        word in _COUNTS
        or word in _OTHERS
        or bool(_NUMBER.fullmatch(word) or _WEEK.fullmatch(word) or _UNITS.fullmatch(word))
        or numbered(word, WEEKDAYS) is not None
        or numbered(word, MONTHS) is not None
    )
