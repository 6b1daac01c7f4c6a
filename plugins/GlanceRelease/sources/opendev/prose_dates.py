"""Finds the dates and times of day in a schedule's prose, and what each date is said to be.

It reads language only. Which date is the event's own, and whether it fits the listed weeks, is
for `schedule` to judge.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from ...domain.calendar.clock_times import ZONES
from ...domain.calendar.day_names import MONTHS, WEEKDAYS
from ..late_pattern import late_pattern

# "own": may be the event's date; "week": behind "week of", it names the week, not a day; "other":
# behind "before", a holiday's, another cycle's: not this event's.
Role = Literal["own", "week", "other"]

_MONTHS = tuple(name[:3] for name in MONTHS)
_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)

_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)"
_DAY = r"(?<![\d.:/])\d{1,2}(?:st|nd|rd|th)?(?!\w|:\d|\.\d|/\d)"
_ITEM = rf"(?:{_WEEKDAY})?(?:the\s+)?{_DAY}"
_BETWEEN = r"\s*(?:-|–|—|,\s*and\b|,|\band\b|&|\bor\b|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*"
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

_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::\d\d)?"
_ZONE = rf"(?:\s*(?:{'|'.join(ZONES)}|Z|(?-i:[A-Z]{{2,4}}T))\b)"
_TIME = late_pattern(
    rf"(?<![\d:.-]){_CLOCK}(?:\s*[-–]\s*{_CLOCK})?(?:\s*[ap]\.?m\b\.?)?{_ZONE}?"
    rf"|(?<![\d:.-])(?:[01]\d|2[0-3])[0-5]\d(?:\s*[-–]\s*(?:[01]\d|2[0-4])[0-5]\d)?{_ZONE}"
    rf"|\b\d{{1,2}}\s*[ap]\.?m\b\.?{_ZONE}?",
    re.I,
)
_WEEKDAY_BEHIND = late_pattern(
    r"\s*\(((?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\)", re.I
)
_BESIDE = late_pattern(r",?\s*(?:on\s+)?(?:the\s+)?", re.I)
_BEHIND = late_pattern(r"[\s,(]*(?:(?:at|by|until)\s+)?", re.I)
_ASIDE = rf"(?:\s*[,(]?\s*(?:at\s+)?(?:{_CLOCK}(?:\s*UTC)?|\d{{4}}\s*UTC|[a-z]+day)\)?)?"
_THROUGH = late_pattern(
    rf"{_ASIDE}\s*(?:-|–|—|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*(?:the\s+)?", re.I
)
_AND = late_pattern(rf"{_ASIDE}\s*(?:,\s*and\b|,|\band\b|&|\bor\b)\s*(?:on\s+)?(?:the\s+)?", re.I)

_END = r"\s*(?:on\s+)?(?:the\s+)?\(?$"
_WEEK_OF = late_pattern(
    r"(?:\bweeks?\s+(?:of|starting|beginning|commencing)(?:\s+(?:on|with|at))?|\bw/c)" + _END, re.I
)
_WEEK_AFTER = late_pattern(r"\s+weeks?\b", re.I)
_RANGE_OPENS = late_pattern(r"\bbetween" + _END, re.I)
_MOVED_FROM = late_pattern(
    r"\b(?:moved|postponed|shifted|changed|delayed|rescheduled|pushed)(?:\s+\w+){0,2}\s+from"
    + _END,
    re.I,
)
# "14 January, extended to 21 January": what stands before it is no more.
_MOVED_TO = late_pattern(
    r"^[^.;]{0,60}\b(?:extended|moved|postponed|shifted|changed|delayed|rescheduled|pushed"
    r"|brought\s+forward)(?:\s+\w+){0,2}\s+(?:to|until|till)\b",
    re.I,
)
_OTHERS = late_pattern(
    r"(?:(?<!\bor )(?<!\bnot )\bbefore|\bprior to|\bahead of|\bsince|\binstead of|\brather than"
    r"|\(\s*was|\bnot|\b(?:formerly|previously|originally)(?:\s+(?:scheduled|planned|set|announced))?"
    r"(?:\s+(?:for|at))?|\bholidays?(?:\s+(?:of|from|between))?)" + _END,
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


@dataclass(frozen=True)
class PartDate:
    """A date as prose gives it; `year` and `weekday` (Monday is 0) are None where it doesn't."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """That day of the year, or None where the calendar has none (30 February)."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True)
class Mention:
    """One date, or one stretch from `first` to `last`, at text[start:end]; `clock` is the time of
    day beside it, as written ("18:00 PST")."""

    first: PartDate
    last: PartDate
    role: Role
    start: int
    end: int
    clock: str = ""

    @property
    def is_range(self) -> bool:
        """Whether prose names a stretch of days rather than a day."""
        return self.first != self.last


@dataclass(frozen=True)
class ProseDates:
    """What a text says: its dates in order, its times as written, and what could not be read."""

    mentions: tuple[Mention, ...]
    times: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def read_dates(text: str, own_names: frozenset[str] = frozenset()) -> ProseDates:
    """The dates and times in a section's text.

    Understood: day and month in either order, long or short, with or without ordinals, commas,
    weekday and year; lists ("12, 14 and 26 May"); ranges with dashes, "to", "until", "through" and
    "between ... and ...", over month and year ends; ISO dates; dotted or slashed numbers where only
    one order is a date. `own_names` are the words (lower case) by which a cycle is this event's own
    in "in the ... cycle". Numbers in addresses and in versions ("2026.2") are no dates.
    """
    text = _ADDRESS.sub(lambda m: "x" * len(m[0]), text.replace("\u00a0", " "))
    remarks: list[str] = []
    mentions = _joined(text, _atoms(text, remarks))
    judged: list[Mention] = []
    for mention in mentions:
        role = _role(text, mention, own_names)
        if judged and role == "own" and judged[-1].role != "own":
            link = text[judged[-1].end : mention.start]
            if _AND.fullmatch(link):  # "before 7 and 8 May", "the weeks of 1 and 8 March"
                role = judged[-1].role
        mention = _with_weekday_behind(text, mention)
        if role == "own" and judged and _MOVED_TO.search(text[judged[-1].end : mention.start]):
            judged[-1] = replace(judged[-1], role="other")
        judged.append(replace(mention, role=role, clock=_clock_beside(text, mention)))
    return ProseDates(tuple(judged), _times(text, judged), tuple(remarks))


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
            through = _THROUGH.fullmatch(link) and not _MOVED_FROM.search(opening)
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


def _role(text: str, mention: Mention, own_names: frozenset[str]) -> Role:
    behind, ahead = text[max(0, mention.start - 120) : mention.start], text[mention.end :][:120]
    if _WEEK_OF.search(behind) or _WEEK_AFTER.match(ahead):
        return "week"
    if (
        _OTHERS.search(behind)
        or _MOVED_FROM.search(behind)
        or _HOLIDAY_AFTER.match(ahead)
        or _YEAR_AFTER.match(ahead)
    ):
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


def _with_weekday_behind(text: str, mention: Mention) -> Mention:
    """A date whose weekday stands behind it: "12 June, 2024 (Wednesday)"."""
    match = _WEEKDAY_BEHIND.match(text, mention.end)
    if match is None or mention.is_range or mention.first.weekday is not None:
        return mention
    part = replace(mention.first, weekday=_weekday(match[1]))
    return replace(mention, first=part, last=part, end=match.end())


def _clock_beside(text: str, mention: Mention) -> str:
    """The time right before a date ("02:00 UTC Friday 15th"), else right behind it ("8 May (23:59
    UTC)", "14 January at 8pm PDT"); empty for none."""
    behind = text[max(0, mention.start - 40) : mention.start]
    before = [match for match in _TIME.finditer(behind) if _BESIDE.fullmatch(behind[match.end() :])]
    ahead = _BEHIND.match(text, mention.end)
    after = _TIME.match(text, ahead.end()) if ahead else None
    match = before[-1] if before else after
    return " ".join(match[0].split()) if match else ""


def _times(text: str, mentions: list[Mention]) -> tuple[str, ...]:
    """Times of day as written, but for those that stand right behind another deadline's date."""
    blank = text
    for mention in mentions:
        blank = blank[: mention.start] + " " * (mention.end - mention.start) + blank[mention.end :]
    for match in (*_ISO.finditer(text), *_NUMERIC.finditer(text)):  # inside a stretch or refused
        blank = blank[: match.start()] + " " * len(match[0]) + blank[match.end() :]
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
