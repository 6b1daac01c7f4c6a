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
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::\d\d)?)?\s*(?:(?P<half>[ap])\.?m\.?)?"
    r"\s*(?P<zone>[a-z]+)?",
    re.IGNORECASE,
)

_ZONE = re.compile(r"(?<![a-z])(?![ap]\.?m\.?$)[a-z]{1,4}$", re.IGNORECASE)


def instant_of(day: dt.date, clock: str) -> dt.datetime | None:
    """The instant of a day at a time ("23:59 UTC", "8pm PDT", "1400 UTC"; without a zone UTC, as
    schedules have it); None for what is no time of day, or in a zone that is not known."""
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half, zone = (match["half"] or "").lower(), (match["zone"] or "utc").lower()
    offset = dt.timedelta() if zone == "z" else _OFFSETS.get(zone)
    if offset is None or hour > (12 if half else 24) or minute > 59 or (half and not hour):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return start_of(day) + dt.timedelta(hours=hour, minutes=minute) - offset


def has_zone(clock: str) -> bool:
    """Whether a time as written has the name of a zone behind it."""
    return bool(_ZONE.search(clock.strip()))


def is_utc(clock: str) -> bool:
    """Whether a time as written is one of UTC, or has no zone at all, which is meant so."""
    zone = _ZONE.search(clock.strip())
    return zone is None or zone[0].lower() in ("utc", "gmt", "z")


def in_utc(instant: dt.datetime, clock: str) -> str:
    """The time in UTC with the one that was written: "01:00 UTC, written as 20:00 EST"."""
    return f"{instant:%H:%M} UTC, written as {clock}"
