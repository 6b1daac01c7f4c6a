"""One frozen picture of all a team's facts; each fact carries its age and its last trouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

from .gerrit_accounts import GerritAccounts
from .messages.fact_read import Origin as Origin
from .messages.notice import LedgerEntry
from .model import Deliverable, GovernanceTeam, Schedule, Series
from .people.note import Note
from .team import Team

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Fetched(Generic[T_co]):
    """A fact and how far to trust it: its value, when that was last known true, what failed since.

    `at` is the instant of the last good answer (for the box: the day its facts were collected);
    `problem` is the last trouble in a few words, None while all is well; `upstream` names the
    service ("opendev"), `url` the document.
    """

    value: T_co | None = None
    at: dt.datetime | None = None
    origin: Origin = "nowhere"
    problem: str | None = None
    url: str = ""
    upstream: str = ""

    @property
    def known(self) -> bool:
        """Whether any answer was ever had; a known fact's value may still be None ("no file")."""
        return self.origin != "nowhere"


NEVER: Fetched[Any] = Fetched()


@dataclass(frozen=True)
class Key(Generic[T_co]):
    """The name of a fact, typed by what stands behind it; `name` is its key in store and log."""

    name: str

    def __str__(self) -> str:
        return self.name


_KEYS = 4096  # as many series' files as a bot's teams have
SERIES = Key[tuple[Series, ...]]("series_status")
GOVERNANCE = Key[tuple[GovernanceTeam, ...]]("governance")


@lru_cache(maxsize=_KEYS)
def schedule_of(series: str) -> Key[Schedule]:
    """The key of a cycle's schedule; value None where openstack/releases has no such file."""
    return Key(f"schedule/{series}")


@lru_cache(maxsize=_KEYS)
def deliverable_of(series: str, deliverable: str) -> Key[Deliverable]:
    """The key of a deliverable file; a known None is a 404: nothing was released in the series."""
    return Key(f"deliverable/{series}/{deliverable}")


@dataclass(frozen=True)
class Snapshot:
    """What is known for one team; replaced whole, never changed.

    `said` are the ledger's newest rows, newest first; `notes` is what people told the bot;
    `memory` is what the rules had seen when they last spoke; `born` is since when the team's place
    hears the bot; `page` is the address of the bot's page, empty where it has none; `present` are
    the nicks in the team's channel at the tick, None where nobody can tell. `no_memory` is the
    reason why notes and ledger can't be had, empty where they can; `forgotten` is since when (None:
    ever) and until when they were lost; `outside` are the channels that the bot is not let into,
    by their folded names, each with the reason; `rooms` tells how each of the team's places is, by
    its name, where its network tells that; `accounts` are those of Gerrit that stand for a
    role.
    """

    team: Team
    facts: Mapping[str, Fetched[Any]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    said: tuple[LedgerEntry, ...] = ()
    memory: Mapping[str, str] = field(default_factory=dict)
    born: dt.datetime | None = None
    page: str = ""
    present: frozenset[str] | None = None
    no_memory: str = ""
    forgotten: tuple[dt.datetime | None, dt.datetime] | None = None
    outside: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)
    accounts: GerritAccounts = field(default_factory=GerritAccounts)

    def __getitem__(self, key: Key[T]) -> Fetched[T]:
        """The fact behind the key; one nobody asked for yet is unknown, never an error."""
        return self.facts.get(key.name, NEVER)

    def silence_ended(self, now: dt.datetime) -> dict[str, dt.datetime]:
        """When the last silence of each channel and person ended, of those whose is over."""
        ends = {
            note.subject: dt.datetime.fromisoformat(note.body["until"]) if note.body else note.at
            for note in self.notes
            if note.kind in ("mute", "snooze")
        }
        return {subject: end for subject, end in ends.items() if end <= now}

    def muted(self, now: dt.datetime) -> frozenset[str]:
        """The channels that somebody silenced, and the nicks of those who want no private notices,
        until an instant after `now`."""
        return frozenset(
            note.subject
            for note in self.notes
            if note.kind in ("mute", "snooze")
            and note.body
            and dt.datetime.fromisoformat(note.body["until"]) > now
        )
