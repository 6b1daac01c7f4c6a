"""In which words one of the days that contradict each other is said."""

from __future__ import annotations

import datetime as dt

from .candidates import Candidate
from .cycle import format_day
from .stretch import A_SECOND


def candidate_words(one: Candidate) -> str:
    """ "Thu 2016-12-08", "Wed 2026-02-18 00:00 UTC" with the time of day that its text gives, "Mon
    2027-01-11 to Fri 2027-01-15" for a week or a stretch; a time in another zone as written, too.
    """
    first = one.days[0]
    written = written_words(one.written)
    behind = f", {written}" if written else ""
    if one.is_instant:
        return f"{format_day(first)} {one.start:%H:%M} UTC{behind}"
    begins, ends = clock_of(one.start), clock_of(one.over)
    if not one.is_stretch and not ends:
        return f"{format_day(first)}{begins and f' from{begins}'}{behind}"
    return (
        f"{start_in_words(one.start, one.written)} to {end_in_words(one.over, one.written)}{behind}"
    )


def start_in_words(start: dt.datetime, written: tuple[str, str]) -> str:
    """ "Wed 2024-08-14 23:45 UTC"; midnight as such where that is a time in another zone."""
    clock = " 00:00 UTC" if written[0] else ""
    return f"{format_day(start.date())}{clock_of(start) or clock}"


def end_in_words(over: dt.datetime, written: tuple[str, str]) -> str:
    """ "Wed 2024-08-28 23:45 UTC"; the last of its days where it ends with that, "24:00 UTC" where
    that is a time in another zone."""
    clock = " 24:00 UTC" if written[1] else ""
    return f"{format_day((over - A_SECOND).date())}{clock_of(over) or clock}"


def stretch_in_words(first: dt.date, last: dt.date) -> str:
    """ "Mon 2026-08-24 to Fri 2026-08-28"; one day as that."""
    return " to ".join(map(format_day, dict.fromkeys((first, last))))


def in_iso(first: dt.date, last: dt.date) -> str:
    """A day, or a stretch as ISO 8601 has an interval: "2026-08-24/2026-08-28"."""
    return "/".join(day.isoformat() for day in dict.fromkeys((first, last)))


def clock_of(instant: dt.datetime) -> str:
    """ " 23:45 UTC", to stand behind a day; empty for midnight, where whole days begin and end."""
    return f" {instant:%H:%M} UTC" if instant.time() != dt.time() else ""


def written_words(written: tuple[str, str]) -> str:
    """ "written as 9am EDT to 5pm EDT", of the times of day at both ends, or at one; empty where
    they are written in UTC."""
    told = " to ".join(filter(None, dict.fromkeys(written)))
    return f"written as {told}" if told else ""
