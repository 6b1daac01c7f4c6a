"""Deadlines as an iCalendar file (RFC 5545, RFC 7986) that Thunderbird, Google and others subscribe
to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Alarm, Calendar, Event, vDuration

from ..domain.reports.page import Entry
from .sanitize import cut, plain

_LONGEST = 300  # bytes of a name


def calendar(
    entries: Iterable[Entry],
    title: str,
    address: str = "",
    alarm: bool = False,
) -> bytes:
    """The file: one event for each entry, of whole days or by instants in UTC. DTSTAMP
    and LAST-MODIFIED are the instant of its last change, so that equal entries give equal files;
    DTEND is the day after the last, as the RFC has it, and what is due at an instant has none. With
    `alarm` each rings when its first reminder is due. There is no METHOD: it is a calendar to be
    read, and no invitation (RFC 5546)."""
    feed = Calendar()
    feed.add("prodid", "-//limnoria-glancerelease//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("x-wr-calname", cut(plain(title), _LONGEST))
    feed.add("name", cut(plain(title), _LONGEST))
    feed["REFRESH-INTERVAL"] = _hourly()
    feed.add("x-published-ttl", "PT1H")
    for entry in entries:
        event = _event(entry, address)
        if alarm and entry.alarm is not None and not entry.gone:
            event.add_component(_alarm(entry, entry.alarm))
        feed.add_component(event)
    return bytes(feed.to_ical())


def _hourly() -> vDuration:
    again = vDuration(dt.timedelta(hours=1))
    again.params["VALUE"] = "DURATION"  # RFC 7986 has no other type for it, and no default
    return again


def _event(entry: Entry, address: str) -> Event:
    event = Event()
    changed = entry.changed.astimezone(dt.UTC).replace(microsecond=0)
    event.add("uid", plain(entry.uid))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", entry.begins or entry.first)
    if entry.begins is None:
        event.add("dtend", entry.last + dt.timedelta(days=1))
    elif entry.ends is not None and entry.ends > entry.begins:
        event.add("dtend", entry.ends)
    event.add("summary", cut(plain(entry.name), _LONGEST))
    event.add("description", cut(plain(entry.text), _LONGEST))
    event.add("sequence", entry.sequence)
    event.add("status", _status(entry))
    event.add("transp", "TRANSPARENT")
    if address:
        event.add("url", address)
    return event


def _status(entry: Entry) -> str:
    if entry.gone:
        return "CANCELLED"
    return "TENTATIVE" if entry.unsettled else "CONFIRMED"


def _alarm(entry: Entry, at: dt.datetime) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", cut(plain(entry.name), _LONGEST))
    alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})  # else it is a duration
    return alarm
