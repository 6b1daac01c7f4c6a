"""The end of a poll whose text tells when it begins: that of its close, which is an event of its
own ("e-election-voting", "e-election-close")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ...domain.model import Event, Kind

_POLL = re.compile(r"(?P<election>.+)[-_](?:voting|poll(?:ing)?)", re.IGNORECASE)
_CLOSE = re.compile(r"(?P<election>.+)[-_](?:close|end)s?", re.IGNORECASE)


def until_their_close(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events, of which a poll with one day in its text, of several listed weeks, lasts from
    then until the day that the text of the same election's close tells; its remarks say so."""
    known = tuple(events)
    closes = {
        match["election"]: event
        for event in known
        if (match := _CLOSE.fullmatch(event.id)) and _tells_a_day(event)
    }
    return tuple(_until(event, closes) for event in known)


def _until(event: Event, closes: dict[str, Event]) -> Event:
    match = _POLL.fullmatch(event.id)
    close = closes.get(match["election"]) if match else None
    if close is None or not _tells_a_day(event) or len(event.weeks) < 2:
        return event
    if close.days[0] <= event.days[0] or len(event.times) != len(close.times):
        return event
    return replace(
        event,
        days=(*event.days, *close.days),
        span=True,
        times=(*event.times, *close.times),
        remarks=(*event.remarks, f"its end is that of {close.id}"),
    )


def _tells_a_day(event: Event) -> bool:
    told = event.rule == "prose" and len(event.days) == 1 and not event.span
    return told and event.kind is Kind.ELECTION and len(event.times) <= 1
