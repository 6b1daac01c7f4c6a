"""Finds the dates in a schedule's prose.

It reads language only. Which date is the event's own, and whether it fits the listed weeks, is
for `event_days` to judge.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from ...domain.calendar.day_names import MONTHS, WEEKDAYS
from ..late_pattern import late_pattern
from .date_mentions import Mention, PartDate, ProseDates
from .date_roles import END, MOVED_FROM, MOVED_TO, role_of
from .prose_times import ONE_TIME, ZONE, clock_beside, times_in

_PLAIN = {0x00A0: " ", 0x2212: "-"} | dict.fromkeys(range(0x2010, 0x2016), "-")
_MONTHS = tuple(name[:3] for name in MONTHS)
_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)

_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)"
_DAY = r"(?<![\d.:/])\d{1,2}(?:st|nd|rd|th)?(?!\w|:\d|\.\d|/\d)"
_ITEM = rf"(?:{_WEEKDAY})?(?:the\s+)?{_DAY}"
_BETWEEN = r"\s*(?:-|,\s*and\b|,|\band\b|&|\bor\b|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d|\.\d)"
_DAYS = rf"(?P<days>{_ITEM}(?:{_BETWEEN}{_ITEM}){{0,5}})"
_WORDED = (
    late_pattern(
        rf"{_DAYS}(?:\s+day)?(?:\s+of)?[\s,-]+{_MONTH}(?:(?:,|\s+of)?[\s-]*{_YEAR})?", re.I
    ),
    late_pattern(
        rf"(?P<before>{_WEEKDAY}(?:the\s+)?)?\b{_MONTH}[\s-]+{_DAYS}(?:,?\s*(?:of\s+)?{_YEAR})?",
        re.I,
    ),
)
_ISO = late_pattern(r"(?<![\w./-])(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![\d/]|-\d|\.\d)")
_NUMERIC = late_pattern(r"(?<![\w./-])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d|\.\d)")
_ADDRESS = late_pattern(r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+")

_WEEKDAY_BEHIND = late_pattern(
    r"\s*\(((?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\)", re.I
)
_ASIDE = rf"(?:\s*[,(]?\s*(?:at\s+)?(?:{ONE_TIME}|\d{{4}}{ZONE}|[a-z]+day)\)?)?"
_ENDS = (
    r",?\s*\band\s+(?:it\s+)?(?:will\s+)?(?:ends?|closes?|concludes?|finish(?:es)?|(?:runs?|lasts?)\s+"
    r"(?:until|to|through))\b\s*(?:on\b|by\b)?"
)
_THROUGH = late_pattern(
    rf"{_ASIDE}\s*(?:-|\bto\b|\buntil\b|\btill\b|\bthrough\b|{_ENDS})\s*(?:the\s+)?", re.I
)
_AND = late_pattern(rf"{_ASIDE}\s*(?:,\s*and\b|,|\band\b|&|\bor\b)\s*(?:on\s+)?(?:the\s+)?", re.I)

_OR = late_pattern(r"\bor\b", re.I)
_RANGE_OPENS = late_pattern(r"\bbetween" + END, re.I)


def read_dates(text: str, own_names: frozenset[str] = frozenset()) -> ProseDates:
    """The dates and times in a section's text.

    Understood: day and month in either order, long or short, with or without ordinals, commas,
    weekday and year; lists ("12, 14 and 26 May"); ranges with dashes, "to", "until", "through" and
    "between ... and ...", over month and year ends; ISO dates; dotted or slashed numbers where only
    one order is a date. `own_names` are the words (lower case) by which a cycle is this event's own
    in "in the ... cycle". Numbers in addresses and in versions ("2026.2") are no dates.
    """
    text = plain(text)
    remarks: list[str] = []
    mentions = _joined(text, _atoms(text, remarks))
    judged: list[Mention] = []
    for mention in mentions:
        role = role_of(text, mention, own_names)
        between = text[judged[-1].end : mention.start] if judged else ""
        joined = bool(judged and _AND.fullmatch(between))
        either = joined and bool(_OR.search(between))
        if joined and role == "own":  # "before 7 and 8 May", "the weeks of 1 and 8 March"
            role = judged[-1].role
        mention = _with_weekday_behind(text, mention)
        if role == "own" and judged and MOVED_TO.search(between):
            judged[-1] = replace(judged[-1], role="was")
        clock = clock_beside(text, mention)
        mention = replace(mention, with_before=joined and not either, or_before=either)
        judged.append(replace(mention, role=role, clock=clock))
    numbers = [match.span() for pattern in (_ISO, _NUMERIC) for match in pattern.finditer(text)]
    return ProseDates(tuple(judged), times_in(text, judged, numbers), tuple(remarks))


def plain(text: str) -> str:
    """The text with plain spaces and dashes and without addresses, each word in its place."""
    return _ADDRESS.sub(lambda m: "x" * len(m[0]), text.translate(_PLAIN))


def _atoms(text: str, remarks: list[str]) -> list[Mention]:
    mentions: list[Mention] = []
    for match in _ISO.finditer(text):
        part = PartDate(int(match[4]), int(match[3]), int(match[1]))
        mentions.append(Mention(part, part, "own", *match.span()))
    for match in _NUMERIC.finditer(text):
        first, two = int(match[1]), int(match[3])
        if (first > 12) == (two > 12) and first != two:
            remarks.append(f"{match[0]!r} could be two dates")
            continue
        day, month = (first, two) if first > 12 else (two, first)
        part = PartDate(day, month, int(match[4]))
        mentions.append(Mention(part, part, "own", *match.span()))
    for match in sorted((m for p in _WORDED for m in p.finditer(text)), key=_preference):
        if all(match.end() <= m.start or match.start() >= m.end for m in mentions):
            mentions += _worded(text, match)
    return sorted(mentions, key=lambda m: m.start)


def _preference(match: re.Match[str]) -> tuple[bool, int]:
    """A match with a year first ("2 January 14, 2027" is January 14), then in order."""
    return match["year"] is None, match.start()


def _worded(text: str, match: re.Match[str]) -> list[Mention]:
    if match["month"] == "may" and match["year"] is None:  # "support 3 may be dropped"
        return []
    word_before = re.search(r"(\w+)[\s-]*$", text[: match.start("days")])
    if word_before and word_before[1].lower() in ("milestone", "python", "version", "phase", "rc"):
        return []
    year = int(match["year"]) if match["year"] else None
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    offset = match.start("days")
    items = list(re.finditer(_ITEM, match["days"], re.I))
    parts = [_part(item[0], month, year) for item in items]
    if len(parts) == 1 and "before" in match.groupdict() and match["before"]:
        parts[0] = replace(parts[0], weekday=_weekday(match["before"]))
    between = [match["days"][a.end() : b.start()] for a, b in pairwise(items)]
    ranged = bool(_RANGE_OPENS.search(text[: match.start()])) and len(parts) == 2
    mentions: list[Mention] = []
    for at, part in enumerate(parts):
        through = at > 0 and (ranged or bool(_THROUGH.fullmatch(between[at - 1])))
        if through:
            mentions[-1] = replace(mentions[-1], last=part)
        else:
            begin = match.start() if at == 0 else offset + items[at].start()
            mentions.append(Mention(part, part, "own", begin, begin))
    ends = [following.start for following in mentions[1:]] + [match.end()]
    return [
        replace(m, end=end if end == match.end() else _trimmed(text, m.start, end))
        for m, end in zip(mentions, ends, strict=True)
    ]


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a list's item without the "and" behind it."""
    return start + len(
        re.sub(r"\s*(?:,\s*and|,|\band|&|\bor)\s*$", "", text[start:end], flags=re.I)
    )


def _part(item: str, month: int, year: int | None) -> PartDate:
    number = re.search(r"\d+", item)
    assert number is not None  # _ITEM has one
    return PartDate(int(number[0]), month, year, _weekday(item[: number.start()]))


def _weekday(text: str) -> int | None:
    start = text.strip().lower()[:3]
    return _WEEKDAYS.index(start) if start in _WEEKDAYS else None


def _joined(text: str, atoms: list[Mention]) -> list[Mention]:
    """Neighbours that are one stretch, as one: "28 December 2026 - 1 January 2027"."""
    joined: list[Mention] = []
    for atom in atoms:
        previous = joined[-1] if joined else None
        if previous and not previous.is_range and not atom.is_range:
            link = text[previous.end : atom.start]
            opening = text[: previous.start]
            through = _THROUGH.fullmatch(link) and not MOVED_FROM.search(opening)
            if through or (_AND.fullmatch(link) and _RANGE_OPENS.search(opening)):
                joined[-1] = replace(previous, last=atom.last, end=atom.end)
                continue
            if atom.first.year and previous.first.year is None and _AND.fullmatch(link):
                year = atom.first.year  # "6 June and 27 June 2023"
                if (previous.first.month, previous.first.day) > (atom.first.month, atom.first.day):
                    year -= 1  # "31 December and 1 January 2027"
                part = replace(previous.first, year=year)
                joined[-1] = replace(previous, first=part, last=part)
        joined.append(atom)
    return joined


def _with_weekday_behind(text: str, mention: Mention) -> Mention:
    """A date whose weekday stands behind it: "12 June, 2024 (Wednesday)"."""
    match = _WEEKDAY_BEHIND.match(text, mention.end)
    if match is None or mention.is_range or mention.first.weekday is not None:
        return mention
    part = replace(mention.first, weekday=_weekday(match[1]))
    return replace(mention, first=part, last=part, end=match.end())
