"""What people do to a schedule: each change is read right, or told as a remark; never is it the
Thursday in silence. On small cycles of our own, and on upstream's where they are."""

from __future__ import annotations

import datetime as dt

from GlanceRelease.domain.calendar.interval import When, whens
from GlanceRelease.domain.model import Event, Schedule
from GlanceRelease.sources.opendev.schedule import parse_schedule

Row = tuple[str, str, str]  # its Monday, its name, its ids


def cycle(*rows: Row, page: str = "") -> Schedule:
    """A schedule of these rows; its page has, for each paragraph "id: title: prose", a section."""
    table = ["cycle:"]
    for monday, name, ids in rows:
        friday = dt.date.fromisoformat(monday) + dt.timedelta(days=4)
        named = f", name: {name}" if name else ""
        table.append(f"- {{start: '{monday}', end: '{friday}'{named}, x-project: [{ids}]}}")
    sections = ["2027.1 Indri Release Schedule\n" + "=" * 29]
    for paragraph in filter(None, map(str.strip, page.split("\n\n"))):
        label, title, prose = paragraph.split(": ", 2)
        sections.append(f".. _{label}:\n\n{title}\n{'-' * len(title)}\n\n{prose}")
    return parse_schedule("indri", "\n".join(table).encode(), "\n\n".join(sections).encode())


def one(schedule: Schedule, name: str) -> Event:
    (event,) = (event for event in schedule.events if event.id == name)
    return event


def told(when: When) -> str:
    """ "day 2027-01-14"; from the first instant until it is over where that isn't midnight."""
    if when.precision == "conflict":
        return f"conflict {' '.join(map(str, when.candidates))}"
    midnights = when.start.time() == when.over.time() == dt.time() and when.start != when.over
    first, last = (
        (str(when.first_day), str(when.last_day))
        if midnights
        else (f"{when.start:%Y-%m-%dT%H:%M}", f"{when.over:%Y-%m-%dT%H:%M}")
    )
    return " ".join(dict.fromkeys((when.precision, first, last)))


def milestone(text: str, monday: str = "2027-01-11") -> tuple[str, tuple[str, ...]]:
    """When "Indri-2 milestone" is, with this prose in this week; and the remarks."""
    schedule = cycle((monday, "R-10", "i-2"), page=f"i-2: Indri-2 milestone: {text}")
    event = one(schedule, "i-2")
    assert schedule.remarks == tuple(f"i-2: {remark}" for remark in event.remarks)
    return ", ".join(map(told, whens(event))), event.remarks


POLL = (
    "j-election-voting: 2027.2 Election Polling Open: Polling begins at 2027-01-13 23:45 UTC.\n\n"
    "j-election-close: 2027.2 Election Polling End: All polls close at {close}."
)
POLLING = (
    ("2027-01-11", "R-10", "j-election-voting"),
    ("2027-01-18", "R-9", "j-election-voting, j-election-close"),
)


def test_a_poll_that_tells_its_beginning_lasts_until_its_close() -> None:
    schedule = cycle(*POLLING, page=POLL.format(close="2027-01-20 12:00 UTC"))
    poll = one(schedule, "j-election-voting")
    assert told(*whens(poll)) == "span 2027-01-13T23:45 2027-01-20T12:00"
    assert poll.remarks == ("its end is that of j-election-close",)
    assert told(*whens(one(schedule, "j-election-close"))) == "instant 2027-01-20T12:00"


def test_a_poll_whose_close_has_no_day_lasts_until_the_friday_of_its_last_week() -> None:
    schedule = cycle(*POLLING, page=POLL.format(close="the end of this week"))
    poll = one(schedule, "j-election-voting")
    assert told(*whens(poll)) == "span 2027-01-13T23:45 2027-01-23T00:00"
    assert poll.remarks == ()
