"""What may stand behind a key of the configuration: a type for each, with the rule it keeps.

Each refuses with a ValueError whose text is what the operator reads behind file, line and key.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PlainValidator, Strict

from ..networks.known import network_of_place
from .calendar.event_offsets import RelativeDay, parse_when
from .calendar.lead_time import Lead, parse_lead

IMPORTANCES = ("Critical", "High", "Medium", "Low", "Wishlist", "Undecided", "Unknown")
_SHOWN = 40
_MOST = 50_000  # minutes: a month's; far more of hours or days is no date
_FURTHEST_WEEKS = range(-40, 13)  # openstack/releases has had R-31 to R+2
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_WEEK = re.compile(r"\br([+-][0-9]+)", re.IGNORECASE)
_FIXED = re.compile(r"(?:EST|MST|HST|(?:Etc/)?GMT[+-]\d+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][\w.+-]*")


class After(AfterValidator):
    """Pydantic's, without a hash: `typing` keeps types that have one for a while, and with them the
    whole plugin of before a reload."""

    __hash__ = None  # type: ignore[assignment]


class Plain(PlainValidator):
    """Pydantic's, without a hash for the same reason."""

    __hash__ = None  # type: ignore[assignment]


def _shown(value: Any) -> str:
    return (str(value) if isinstance(value, dt.date) else repr(value))[:_SHOWN]


def time_of_day(value: Any) -> dt.time:
    """ "HH:MM", without seconds and without a zone."""
    if isinstance(value, dt.time):
        return value
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    hour, minute = map(int, match.groups()) if match else (24, 0)
    if hour > 23 or minute > 59:
        likely = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24
        example = f"{value:02}:00" if likely else "10:00"
        hint = f'write it as hours and minutes in quotes, such as "{example}"'
        raise ValueError(f"{_shown(value)} is no time of day; {hint}")
    return dt.time(hour, minute)


def calendar_day(value: Any) -> dt.date:
    """An ISO day; YAML knows one that is written without quotes."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is no day of the calendar") from None
    raise ValueError(f"{_shown(value)} is no day; write it as 2026-12-24")


def _when(value: Any) -> RelativeDay:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return RelativeDay(value.isoformat(), fixed=value)
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is no day; write it as 2026-12-24 or Friday of R-15")
    place = parse_when(value)
    for week in _WEEK.findall(value):
        if int(week) not in _FURTHEST_WEEKS:
            raise ValueError(f"no cycle has a week R{week[:_SHOWN]}")
    return place


def _lead(value: Any) -> Lead:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is no lead, such as 2 weeks")
    return parse_lead(value)


def _early(value: Any) -> Lead | None:
    return None if value is None else _lead(value)


def _channel(value: str) -> str:
    network = network_of_place(value)
    wrong = network.wrong_place(value) if network is not None else "is no channel's name"
    if wrong:
        raise ValueError(f"{_shown(value)} {wrong}")
    return value


def _nick(value: str) -> str:
    if not value or any(c in ",!@:" or c.isspace() or not c.isprintable() for c in value):
        raise ValueError(f"{_shown(value)} is no nick")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{_shown(value)} is no time zone, such as Europe/Rome") from None
    if _FIXED.fullmatch(value):  # an hour of people's is meant, which moves with summer time
        raise ValueError(f"{_shown(value)} has no summer time; say UTC, or America/New_York")
    return value


def _pattern(value: str) -> str:
    try:
        groups = re.compile(value).groups
    except re.error as error:
        raise ValueError(f"{_shown(value)} is no regular expression: {error}") from None
    if not groups:
        raise ValueError(f"{_shown(value)} has no group (...) around the constant's value")
    return value


def _words(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("is empty" if not value.strip() else f"{_shown(value)} is not printable")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"{_shown(value)} is no name of letters, digits, dashes and dots")
    return value


def _repository(value: str) -> str:
    if not all(map(_NAME.fullmatch, value.split("/"))):
        raise ValueError(f"{_shown(value)} is no repository, such as openstack/glance")
    return value


def _importance(value: str) -> str:
    name = value.strip().capitalize()
    if name not in IMPORTANCES:
        raise ValueError(f"{_shown(value)} is none of Launchpad's: {', '.join(IMPORTANCES)}")
    return name


def _some(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("at least one is needed")
    return value


TimeOfDay = Annotated[dt.time, Plain(time_of_day)]
Day = Annotated[dt.date, Plain(calendar_day)]
When = Annotated[RelativeDay, Plain(_when)]
LeadTime = Annotated[Lead, Plain(_lead)]
Early = Annotated[Lead | None, Plain(_early)]
Channel = Annotated[str, After(_channel)]
Nick = Annotated[str, After(_nick)]
Zone = Annotated[str, After(_zone)]
Pattern = Annotated[str, After(_pattern)]
Importance = Annotated[str, After(_importance)]
Words = Annotated[str, After(_words)]
Name = Annotated[str, After(_name)]
Repository = Annotated[str, After(_repository)]
Channels = Annotated[tuple[Channel, ...], After(_some)]
Names = Annotated[tuple[Name, ...], After(_some)]
Count = Annotated[int, Strict(), Field(ge=0, le=_MOST)]
Positive = Annotated[int, Strict(), Field(ge=1, le=_MOST)]
