"""The times of day of an event's days, in UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from ...domain.calendar.clock_times import has_zone, in_utc, instant_of, is_utc
from ...domain.model import Week
from .date_mentions import Mention, ProseDates
from .event_days import EventDays, as_day


def each_instant_once(reading: ProseDates, weeks: list[Week]) -> ProseDates:
    """Without what tells an instant once more in another zone ("02:00 UTC Friday 15th January /
    18:00 PST Thursday 14th January"): the one in UTC stays, else the first."""
    by_instant: dict[dt.datetime, list[Mention]] = {}
    for mention in reading.mentions:
        day = as_day(mention.first, weeks)
        instant = instant_of(day, mention.clock) if day and not mention.is_range else None
        if instant is not None and mention.role == "own" and mention.clock:
            by_instant.setdefault(instant, []).append(mention)
    again: set[Mention] = set()
    for mentions in by_instant.values():
        first = next((each for each in mentions if is_utc(each.clock)), mentions[0])
        again |= {each for each in mentions if each.first != first.first}
    if not again:
        return reading
    left = tuple(mention for mention in reading.mentions if mention not in again)
    clocks = tuple(dict.fromkeys(mention.clock for mention in left if mention.clock))
    return replace(reading, mentions=left, times=clocks)


def times_in_utc(
    dated: EventDays, reading: ProseDates, weeks: list[Week]
) -> tuple[EventDays, tuple[str, ...]]:
    """The days and times of day in UTC, where the text has each day's time in another zone."""
    own = [mention for mention in reading.mentions if mention.role == "own" and mention.clock]
    clocks = {as_day(mention.first, weeks): mention.clock for mention in own}
    told = [(day, clocks.get(day, "")) for day in dated.days]
    elsewhere = any(clock and not is_utc(clock) for _, clock in told)
    instants = [instant_of(day, clock) if clock else None for day, clock in told]
    known = [instant for instant in instants if instant is not None]
    if dated.rule != "prose" or dated.span or not elsewhere or len(known) < len(told):
        return dated, reading.times
    days = tuple(instant.date() for instant in known)
    times = tuple(
        clock if is_utc(clock) else in_utc(instant, clock)
        for instant, (_, clock) in zip(known, told, strict=True)
    )
    return replace(dated, days=days), times


def is_in_no_zone(clock: str) -> bool:
    """Whether a time as written has a zone behind it that is not known, or means several."""
    return has_zone(clock) and instant_of(dt.date(2000, 1, 1), clock.partition(",")[0]) is None
