"""What the page of a team shows at one instant, as one value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..calendar.timeline import Timeline
from ..messages.clauses import Span
from ..messages.doc import Line
from .meeting_report import Part, Table


@dataclass(frozen=True)
class Page:
    """All that the page shows. `heading` says where in which cycle today lies; `last_lines` and
    `last_day` are the last report that was said at a meeting; `meeting` is the next one in words;
    of the `sources` those count that could not be read; `rooms` are places with how each is.
    """

    team: str
    heading: str
    now: dt.datetime
    timeline: Timeline | None
    parts: tuple[Part, ...]
    meeting: tuple[Span, ...]
    last_day: dt.date | None
    last_lines: tuple[Line, ...]
    sources: Table
    rooms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """A deadline as a calendar keeps it, by whole days from `first` to `last`, or by instants from
    `begins` to `ends` where times of day are known. `uid` stays while days and words change;
    `sequence` counts how often anything of it that a reader sees changed, `changed` (UTC) is when
    it last did; `gone` is one that is no more, `unsettled` one whose days contradict each other;
    `alarm` is when its first reminder is due, None for what has none and for what is past."""

    uid: str
    name: str
    first: dt.date
    last: dt.date
    text: str
    sequence: int
    changed: dt.datetime
    gone: bool = False
    unsettled: bool = False
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None
    alarm: dt.datetime | None = None

    @property
    def seen(self) -> tuple[object, ...]:
        """What a reader of the calendar sees of it."""
        when = self.first, self.last, self.begins, self.ends
        return self.name, *when, self.text, self.gone, self.unsettled
