"""The times of day of an event's days, in UTC."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from ...domain.calendar.clock_times import has_zone, hours_of, in_utc, instant_of, is_utc
from ...domain.model import Week
from ..late_pattern import late_pattern
from .date_mentions import Mention, ProseDates
from .event_days import EventDays, as_day

_EACH_DAY = late_pattern(r"\b(?:each|every)\s+day\b|\bdaily\b", re.I)


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
    dated: EventDays, reading: ProseDates, weeks: list[Week], text: str
) -> tuple[EventDays, tuple[str, ...]]:
    """The days and times of day, each day's in UTC where the text has it in another zone: the one
    beside its date, else the only one there is; else all times as they are written. The one of a
    stretch that stands at one of its ends is that end's, "" that of the other."""
    if dated.span:
        return dated, _at_its_end(reading, text)
    if dated.rule == "conflict" and len(reading.times) > 1:
        return dated, _of_each(dated, reading, weeks)
    own = [mention for mention in reading.mentions if mention.role == "own" and mention.clock]
    clocks = {as_day(mention.first, weeks): mention.clock for mention in own}
    only = reading.times[0] if len(reading.times) == 1 else ""
    told = [(day, clocks.get(day, only)) for day in dated.days]
    known = [in_utc(day, clock) if clock else None for day, clock in told]
    found = [each for each in known if each is not None]
    elsewhere = any(clock and not is_utc(clock) for _, clock in told)
    if dated.rule != "prose" or len(found) < len(told):
        return dated, reading.times
    times = tuple(clock for _, clock in found)
    if not elsewhere:
        return dated, times if len(set(times)) > 1 else times[:1]
    return replace(dated, days=tuple(day for day, _ in found)), times


def _of_each(dated: EventDays, reading: ProseDates, weeks: list[Week]) -> tuple[str, ...]:
    """The times of the days that contradict each other, each that beside its date; all times as
    they are written where one of these has none."""
    own = [mention for mention in reading.mentions if mention.role == "own"]
    clocks = {as_day(mention.first, weeks): mention.clock for mention in own}
    told = tuple(clocks.get(day, "") for day in dated.prose_days)
    return told if all(told) else reading.times


def _at_its_end(reading: ProseDates, text: str) -> tuple[str, ...]:
    stretches = [each for each in reading.mentions if each.role == "own" and each.is_range]
    if len(reading.times) != 1 or len(stretches) != 1:
        return reading.times
    (clock,), (stretch,) = reading.times, stretches
    found = list(re.finditer(r"\s+".join(map(re.escape, clock.split())), text))
    if len(found) != 1 or hours_of(dt.date(2000, 1, 1), clock):
        return reading.times
    at = found[0].start()
    if stretch.start < at < stretch.end:  # "from 1 March 09:00 UTC to 4 March"
        return (clock, "")
    if stretch.clock != clock:
        return reading.times
    return ("", clock) if at >= stretch.end else (clock, "")


def of_each_day(text: str, dated: EventDays, times: tuple[str, ...]) -> str:
    """What is remarked of hours that are those of each of several days; empty where none are."""
    if not (dated.span and dated.days[0] != dated.days[-1] and _EACH_DAY.search(text)):
        return ""
    told = " / ".join(filter(None, times))
    return f"{told} is each day's" if told else ""


def unread_time(clock: str) -> str:
    """Why a time as written is no instant, to be remarked; empty for one that is."""
    written, day = clock.partition(",")[0], dt.date(2000, 1, 1)
    if instant_of(day, written) or hours_of(day, written):
        return ""
    if written.lower().startswith("midnight"):
        return f"the time {written} is the day's beginning or its end"
    unknown = f"the time {clock} is in no zone that is known"
    return unknown if has_zone(clock) else f"the time {clock} is none"
