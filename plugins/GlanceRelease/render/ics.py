"""Deadlines as an iCalendar file (RFC 5545) that Thunderbird, Google and others subscribe to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, Event

from ..domain.reports.page import Entry
from .plain import cut, plain

_LONGEST = 300  # bytes of a name


def calendar(entries: Iterable[Entry], title: str, address: str = "") -> bytes:
    """The file: one whole-day event for each entry. DTSTAMP is the instant of its last change, so
    that equal entries give equal files; DTEND is the day after the last, as the RFC has it."""
    feed = Calendar()
    feed.add("prodid", "-//limnoria-glancerelease//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", cut(plain(title), _LONGEST))
    for entry in entries:
        feed.add_component(_event(entry, address))
    return bytes(feed.to_ical())


def _event(entry: Entry, address: str) -> Event:
    event = Event()
    event.add("uid", plain(entry.uid))
    event.add("dtstamp", entry.changed.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + dt.timedelta(days=1))
    event.add("summary", cut(plain(entry.name), _LONGEST))
    event.add("description", cut(plain(entry.text), _LONGEST))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if address:
        event.add("url", address)
    return event
