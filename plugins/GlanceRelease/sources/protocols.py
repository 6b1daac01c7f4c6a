"""What a source is: one fact, how it is fetched, and how what was fetched is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from ..domain.people.note import Note
from ..domain.snapshot import Fetched, Key
from ..domain.team import Team
from ..domain.upstreams import UpstreamPlace
from .http import Http

GONE = "404, though it was there"

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Kept:
    """What an upstream gave, as the store keeps it: documents (None: there is no such file)
    and the ETag of each, for the next question."""

    bodies: tuple[bytes | None, ...]
    etags: tuple[str | None, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class PollScope:
    """What decides what is read: where the upstreams are, the teams, what is known at `now`, any
    series asked for by name, what people told a running bot, and whether the `branches` of all
    series that did not end long ago are followed, as a running bot does."""

    places: Mapping[str, UpstreamPlace]
    teams: Sequence[Team]
    facts: Mapping[str, Fetched[Any]]
    now: dt.datetime
    more_series: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    branches: bool = False


class Source(Protocol[T_co]):
    """One fact. `every` is the time between polls; `confirm` says that a change to a known value
    is believed only when a second poll gives it too (opendev.org's back ends disagree for a while
    after a merge). `upstream` groups the sources for `sources`, by the table's names."""

    @property
    def key(self) -> Key[T_co]: ...
    @property
    def upstream(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def every(self) -> dt.timedelta: ...
    @property
    def confirm(self) -> bool: ...

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """What the upstream says now; `last` is what it said before, if anything is kept.
        Raises `Trouble` with the reason; then the last good value stays."""

    def read(self, kept: Kept) -> T_co | None:
        """The value of what was kept; None where the upstream has no such file.
        Pure; raises `Unreadable` for what is no such document."""
