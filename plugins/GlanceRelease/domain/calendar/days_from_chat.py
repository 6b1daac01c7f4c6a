"""A day as people type it in a chat: "14 January", "Jan 14", "next Thursday", "Friday of R-15"."""

from __future__ import annotations

import datetime as dt
import re

from .cycle import format_day
from .day_names import MONTHS, WEEKDAYS, numbered
from .event_offsets import RelativeDay, parse_when

EXAMPLES = "2027-01-14, 14 January, next Thursday, Friday of R-15 or 1 week before m3"
_LED_ON = re.compile(r"^(?:(?:on|by|to) (?:the )?|the )", re.IGNORECASE)
_ON = r"(?:(?P<weekday>[a-z]{3,9}),? )?"
_DAY = r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_DATES = tuple(
    re.compile(form)
    for form in (
        rf"{_ON}{_DAY}(?: of)? {_MONTH}{_YEAR}",
        rf"{_ON}{_MONTH} {_DAY}{_YEAR}",
    )
)
_ISO = re.compile(rf"{_ON}(?P<date>\d{{4}}-\d{{1,2}}-\d{{1,2}})")
_WEEKDAY = re.compile(r"(?:(?:(?P<next>next)|this|on|coming) )?(?P<weekday>[a-z]{3,9})")
_HAS_YEAR = re.compile(r"\d{4}")
_LATELY = dt.timedelta(days=60)  # a day so long past may be meant by who names no year
_WORDS = ("today", "tomorrow", *WEEKDAYS, *MONTHS)


class NoSuchDay(ValueError):  # noqa: N818  what the person sees
    """What was typed is a date by its form, but no day of the calendar; the text says so."""


def parse_day(text: str, today: dt.date) -> RelativeDay:
    """The day or the place in the schedule that is meant; ValueError in one short sentence.

    A date without a year is the next one from `today` on (UTC); one that the next year lacks needs
    its year. A weekday is the next one after today; "next Thursday" is the one of the next week,
    Monday to Sunday. "on", "by", "to" and "the" may lead on to the day. Raises NoSuchDay where a
    weekday stands before a date that falls on another.
    """
    told = " ".join(text.split())
    led = _LED_ON.sub("", told)
    for words in dict.fromkeys((told, led)):
        day = _day(words, today)
        if day is not None:
            return day
    raise ValueError(_unknown(told))


def _day(text: str, today: dt.date) -> RelativeDay | None:
    plain = text.lower()
    if plain in ("today", "tomorrow"):
        return RelativeDay(text, fixed=today + dt.timedelta(days=plain == "tomorrow"))
    fixed = _iso(plain) or _date(plain, today) or _weekday(plain, today)
    if fixed is not None:
        return RelativeDay(text, fixed=fixed)
    try:
        return parse_when(text)
    except ValueError:
        return None


def last_year_of(said: RelativeDay, today: dt.date) -> dt.date | None:
    """The day that a date without a year had within the last weeks, where that may be meant: on 12
    January "11 January" is next year's, or yesterday. None for all else."""
    if said.fixed is None or _HAS_YEAR.search(said.text) or said.fixed.year == today.year:
        return None
    if not any(form.fullmatch(said.text.lower()) for form in _DATES):
        return None
    try:
        before = said.fixed.replace(year=said.fixed.year - 1)
    except ValueError:
        return None
    return before if today - _LATELY <= before < today else None


def has_its_year(said: RelativeDay, today: dt.date) -> RelativeDay:
    """The day itself; ValueError asks for the year of one that may be of this or of the next."""
    before = last_year_of(said, today)
    if before is not None and said.fixed is not None:
        both = f"{format_day(before)} is past, {format_day(said.fixed)} is a year ahead"
        raise ValueError(f'Which year is "{said.text[:40]}"? {both}')
    return said


def said_of(day: dt.date) -> str:
    """What is to be said of a day that one may not have meant: that it is on a weekend."""
    return "a Saturday" if day.weekday() == 5 else "a Sunday" if day.weekday() == 6 else ""


def not_past(day: dt.date, today: dt.date) -> dt.date:
    """The day itself; ValueError where it is over (UTC)."""
    if day < today:
        raise ValueError(f"{format_day(day)} is past")
    return day


def _iso(plain: str) -> dt.date | None:
    match = _ISO.fullmatch(plain)
    if match is None or not _is_weekday(match["weekday"]):
        return None
    try:
        year, month, day = map(int, match["date"].split("-"))
        return _on_its_weekday(dt.date(year, month, day), match["weekday"])
    except NoSuchDay:
        raise
    except ValueError:
        raise NoSuchDay(f"{match['date']} is no day of the calendar") from None


def _date(plain: str, today: dt.date) -> dt.date | None:
    for form in _DATES:
        match = form.fullmatch(plain)
        month = numbered(match["month"], MONTHS) if match else None
        if match is None or month is None or not _is_weekday(match["weekday"]):
            continue
        day = _of_year(match["year"], month + 1, int(match["day"]), today)
        return _on_its_weekday(day, match["weekday"])
    return None


def _is_weekday(word: str | None) -> bool:
    return not word or numbered(word, WEEKDAYS) is not None


def _on_its_weekday(day: dt.date, weekday: str | None) -> dt.date:
    if weekday and numbered(weekday, WEEKDAYS) != day.weekday():
        raise NoSuchDay(f"{day.isoformat()} is a {WEEKDAYS[day.weekday()].capitalize()}")
    return day


def _of_year(year: str | None, month: int, day: int, today: dt.date) -> dt.date:
    """The day in the year that was named, else the next such day from `today` on."""
    if year:
        return _made(int(year), month, day)
    is_over = (month, day) < (today.month, today.day)
    return _made(today.year + is_over, month, day)


def _made(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        name = MONTHS[month - 1].capitalize()
        leap_day = (month, day) == (2, 29)
        in_year = f" {year}" if leap_day else ""
        raise NoSuchDay(f"{day} {name}{in_year} is no day of the calendar") from None


def _weekday(plain: str, today: dt.date) -> dt.date | None:
    match = _WEEKDAY.fullmatch(plain)
    weekday = numbered(match["weekday"], WEEKDAYS) if match else None
    if match is None or weekday is None:
        return None
    if match["next"]:
        monday = today + dt.timedelta(days=7 - today.weekday())
        return monday + dt.timedelta(days=weekday)
    return today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _unknown(text: str) -> str:
    from difflib import get_close_matches  # only a slip of the pen needs it

    plain = text.lower()
    near = [get_close_matches(word, _WORDS, 1, 0.75) for word in plain.split()[:6]]
    meant = next(
        (f" ({matches[0]}?)" for matches in near if matches and matches[0] not in plain), ""
    )
    return f'"{text[:40]}" is no day{meant or f"; say {EXAMPLES}"}'
