"""A time of day as a schedule's prose writes it, with its zone, as an instant."""

from __future__ import annotations

import datetime as dt
import re

from .cycle import start_of

# Hours from UTC. Names that mean several zones (CST, IST, BST) are none of them.
ZONES: dict[str, float] = {
    "UTC": 0,
    "GMT": 0,
    "AoE": -12,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
}
_OFFSETS = {name.lower(): dt.timedelta(hours=hours) for name, hours in ZONES.items()}
_OFFSETS |= {"": dt.timedelta(), "z": dt.timedelta()}
_OFFSETS["anywhere on earth"] = _OFFSETS["aoe"]
_TIME = re.compile(
    r"(?:(?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::\d\d)?)?\s*(?P<half>[ap]\b)?"
    r"|(?P<word>noon|midnight|eod|(?=aoe$|anywhere)|end\s+of\s+(?:the\s+)?day))\s*(?P<zone>.*)",
    re.IGNORECASE,
)
_HALF = re.compile(r"(?<=\d)\s*([ap])\.?m\b\.?", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"(?:(?:utc|gmt)\s?(?P<sign>[+-])|\+)(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?"
)
_HOURS = re.compile(
    r"(?P<first>[^-]*?\d[^-]*?)\s*(?:(?<!utc)(?<!gmt)-|\bto\b|\buntil\b)\s*"
    r"(?P<last>(?:\d{1,2}:\d\d|\d{4}|\d{1,2}[ap])\b.*)",
    re.IGNORECASE,
)
# Midnight begins a day or ends it; "14 January AoE" is as long as it is that day anywhere.
_WORDS = {"noon": (12, 0), "eod": (23, 59), "end": (23, 59), "": (23, 59)}
_FARTHEST = dt.timedelta(hours=14)


def instant_of(day: dt.date, clock: str) -> dt.datetime | None:
    """The instant of a day at a time ("23:59 UTC", "8pm PDT", "1400 UTC", "20:00 UTC+2", "noon";
    without a zone UTC, as schedules have it); None for what is no time of day, or in a zone that is
    not known."""
    match = _TIME.fullmatch(_plain(clock))
    offset = _offset(match["zone"]) if match else None
    if match is None or offset is None:
        return None
    if match["word"] is not None:
        known = _WORDS.get(" ".join(match["word"].split()[:1]).lower())
        return start_of(day) + _after_midnight(*known) - offset if known else None
    hour, minute, half = (
        int(match["hour"]),
        int(match["minute"] or 0),
        (match["half"] or "").lower(),
    )
    if hour > (12 if half else 24) or minute > 59 or (half and not hour):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return start_of(day) + _after_midnight(hour, minute) - offset


def hours_of(day: dt.date, clock: str) -> tuple[dt.datetime, dt.datetime] | None:
    """The instants from and to which hours last ("1400-1600 UTC", "14:00 to 16:00 UTC"); the zone
    behind them is that of both, and an end before the beginning is the next day's. None for what is
    no such hours."""
    match = _HOURS.fullmatch(_plain(clock))
    if match is None:
        return None
    last = _TIME.fullmatch(match["last"])
    own = _TIME.fullmatch(match["first"])
    first = match["first"] + (f" {last['zone']}" if last and own and not own["zone"] else "")
    begins, ends = instant_of(day, first), instant_of(day, match["last"])
    if begins is None or ends is None or begins == ends:
        return None
    return begins, ends if begins < ends else ends + dt.timedelta(days=1)


def has_zone(clock: str) -> bool:
    """Whether a time as written has a zone behind it."""
    return bool(_zone(clock))


def is_utc(clock: str) -> bool:
    """Whether a time as written is one of UTC, or has no zone at all, which is meant so."""
    return _zone(clock).lower() in ("", "utc", "gmt", "z")


def as_written(clock: str) -> str:
    """The time as written where that is in another zone than UTC, to stand beside it; "" else."""
    return "" if is_utc(clock) else clock


def in_utc(day: dt.date, clock: str) -> tuple[dt.date, str] | None:
    """The day and the time in UTC with the one that was written ("01:00 UTC, written as 20:00 EST",
    "19:00-21:00 UTC, written as 2pm to 4pm EST"); one of UTC, or without a zone, which is meant so,
    in the one form that all times have ("20:00 UTC" for 8pm), the day's end as its own ("24:00
    UTC"). None for no time."""
    hours = hours_of(day, clock)
    instant = hours[0] if hours else instant_of(day, clock)
    if instant is None:
        return None
    until = f"-{hours[1]:%H:%M}" if hours else ""
    told = f"{instant:%H:%M}{until} UTC"
    if is_utc(clock):
        return day, told if instant.date() == day else clock
    return instant.date(), f"{told}, written as {clock}"


def _plain(clock: str) -> str:
    """A time with plain dashes, its "p.m." short."""
    return _HALF.sub(r"\1", re.sub("[\u2010-\u2015\u2212]", "-", clock.strip()))


def _zone(clock: str) -> str:
    hours = _HOURS.fullmatch(_plain(clock))
    match = _TIME.fullmatch(hours["last"] if hours else _plain(clock))
    return match["zone"] if match else ""


def _offset(zone: str) -> dt.timedelta | None:
    """How far a zone is ahead of UTC; None for one that is not known, or that means several."""
    name = " ".join(zone.lower().split())
    match = _DIFFERENCE.fullmatch(name)
    if match is None:
        return _OFFSETS.get(name)
    ahead = dt.timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    if ahead > _FARTHEST:
        return None
    return -ahead if match["sign"] == "-" else ahead


def _after_midnight(hour: int, minute: int) -> dt.timedelta:
    return dt.timedelta(hours=hour, minutes=minute)
