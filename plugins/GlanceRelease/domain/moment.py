"""What is known of a team, and the instant at which that is looked at: what every duty is
a function of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from .calendar.cycle import utc_day
from .people.note import Note
from .snapshot import Fetched, Key, Snapshot
from .team import Team

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """A team's snapshot at an instant (aware, UTC); made once for a question or a tick."""

    snapshot: Snapshot
    now: dt.datetime

    def __getitem__(self, key: Key[T]) -> Fetched[T]:
        """The snapshot's fact behind the key."""
        return self.snapshot[key]

    @property
    def team(self) -> Team:
        """The team whose snapshot it is."""
        return self.snapshot.team

    @property
    def notes(self) -> tuple[Note, ...]:
        """What people told the bot."""
        return self.snapshot.notes

    @property
    def today(self) -> dt.date:
        """The day in UTC."""
        return utc_day(self.now)

    def at(self, instant: dt.datetime) -> Moment:
        """The same snapshot, looked at at another instant."""
        return Moment(self.snapshot, instant)
