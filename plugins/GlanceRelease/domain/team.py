"""A team as its file in config/teams describes it; frozen, checked by settings.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar

STRICT: dict[str, Any] = {"extra": "forbid"}

ALL_LEADS = ("4 weeks", "2 weeks", "1 week", "1 working day", "on the day")
SHORT_LEADS = ("2 weeks", "1 working day", "on the day")


@dataclass(frozen=True)
class OwnDeadline:
    """A deadline the team set itself: `name` and `when`, an ISO day or a place in the schedule
    ("1 week before milestone 3", "Friday of R-15"); with `series` only for that cycle."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    when: str
    series: str | None = None


@dataclass(frozen=True)
class Reminders:
    """When the ladder speaks: the hour (UTC), which leads for which deadlines, the days off.

    A lead counts back from the deadline's day. `full` and `short` name kinds of deadlines as
    people type them; `own` are the team's own.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    hour: dt.time = dt.time(10)
    full: tuple[str, ...] = ("milestone 1", "milestone 2", "milestone 3", "rc1", "release")
    short: tuple[str, ...] = (
        "final-lib", "final-clientlib", "feature freeze", "soft-sf", "requirements freeze",
        "hard-sf", "final rc", "own",
    )
    full_leads: tuple[str, ...] = ALL_LEADS
    short_leads: tuple[str, ...] = SHORT_LEADS
    holidays: tuple[dt.date, ...] = ()
    lines_a_day: int = 20


@dataclass(frozen=True)
class Team:
    """One team: who it is upstream, where it talks, what it releases, what it decided for itself.

    `release_critical_on_master` is Glance's own rule: from RC1's tag to the final release only
    release-critical changes merge, on master too (glance, contributor guide, release-cpl.rst).
    `early` makes a team deadline that long before each official one ("1 week").
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    governance: str
    channels: tuple[str, ...]
    deliverables: tuple[str, ...]
    release_critical_on_master: bool = False
    early: str | None = None
    deadlines: tuple[OwnDeadline, ...] = ()
    reminders: Reminders = field(default_factory=Reminders)

    @property
    def announce(self) -> str:
        """The channel where the bot speaks unasked: the first of the team's."""
        return self.channels[0]
