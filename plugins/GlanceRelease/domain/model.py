"""The nouns of an OpenStack release, as frozen values; no I/O, no clock.

Days are `datetime.date` in UTC; instants are aware UTC datetimes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

# Which rule gave an event its dates (see `sources.schedule`): "thursday" is the note on every
# schedule page ("Deadlines are generally the Thursday of the week on which they are noted"),
# "prose" an exact date in the event's own text, "conflict" a date in prose outside every listed
# week, which only a person can settle: then `days` are the Thursdays, `prose_days` the text's;
# "status" is series_status.yaml, for the release of the cycle before of which no page is known;
# "milestone" is the day of milestone 3, which the event follows.
DateRule = Literal["thursday", "prose", "conflict", "status", "milestone"]


# With betas and release candidates; the second was the first's name from ocata to rocky.
STAGED_MODELS = ("cycle-with-rc", "cycle-with-milestones")


@dataclass(frozen=True)
class Week:
    """One row of a cycle's table: Monday to Friday, named "R-17", or unnamed before the cycle."""

    name: str
    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        """True from the row's first day to its last, both included, and on through the Sunday of
        its first calendar week: a weekend belongs to the week before it."""
        sunday = self.start + dt.timedelta(days=6 - self.start.weekday())
        return self.start <= day <= max(self.end, sunday)


class Kind(StrEnum):
    """What an event's id means, by its part after the series' letter ("i-rc1" is RC1)."""

    MILESTONE_1 = "1"
    MILESTONE_2 = "2"
    MILESTONE_3 = "3"
    MEMBERSHIP_FREEZE = "mf"
    FINAL_LIBRARIES = "final-lib"
    FEATURE_FREEZE = "ff"
    FINAL_CLIENT_LIBRARIES = "final-clientlib"
    SOFT_STRING_FREEZE = "soft-sf"
    REQUIREMENTS_FREEZE = "rf"
    CYCLE_HIGHLIGHTS = "cycle-highlights"
    RC1 = "rc1"
    HARD_STRING_FREEZE = "hard-sf"
    FINAL_RC = "finalrc"
    RELEASE = "final"
    CYCLE_TRAILING = "cycle-trail"
    EXTRA_ACS = "extra-acs"
    GATHERING = "ptg"
    ELECTION = "election"
    OTHER = "other"


@dataclass(frozen=True)
class Event:
    """One event of a cycle's schedule, with each day on which it falls.

    `days` has one day for each occurrence, in order; with `span` it is the first and the last day
    of one stretch (in a conflict `prose_days` are). `times` are the times of day that prose gives,
    as written ("23:59 UTC"). `teams` is empty for an event of everybody. `remarks` tell what of the
    text was not used, or taken for something else; with `year_inferred` the text's year is a slip.
    """

    series: str
    id: str
    kind: Kind
    title: str
    days: tuple[dt.date, ...]
    rule: DateRule
    weeks: tuple[Week, ...]
    span: bool = False
    times: tuple[str, ...] = ()
    prose_days: tuple[dt.date, ...] = ()
    teams: tuple[str, ...] = ()
    text: str = ""
    remarks: tuple[str, ...] = ()
    year_inferred: bool = False


@dataclass(frozen=True)
class Schedule:
    """A cycle's schedule: its weeks in order, its events, and what was odd about the files."""

    series: str
    weeks: tuple[Week, ...]
    events: tuple[Event, ...]
    remarks: tuple[str, ...] = ()

    def first(self, kind: Kind) -> Event | None:
        """The cycle's event of this kind, or None where the schedule lists none."""
        return next((event for event in self.events if event.kind is kind), None)


@dataclass(frozen=True)
class Phase:
    """A series' status from a day on; `since` is None where series_status.yaml tells no day."""

    status: str
    since: dt.date | None


@dataclass(frozen=True)
class Series:
    """One line of openstack/releases' data/series_status.yaml.

    `release_id` is the text form ("2027.1"; YAML would read 2026.10 as 2026.1) and is empty for
    the series before antelope, whose stable branches carry the name.
    """

    name: str
    release_id: str
    status: str
    initial_release: dt.date | None = None
    next_phase: Phase | None = None
    eol_date: dt.date | None = None
    slurp: bool = False

    @property
    def title(self) -> str:
        """The name people say: "2027.1 Indri"."""
        return f"{self.release_id} {self.name.capitalize()}".strip()

    @property
    def branch_id(self) -> str:
        """What stands behind "stable/": the release-id since antelope, the name before."""
        return self.release_id or self.name


@dataclass(frozen=True)
class Release:
    """A version in a deliverable file; `hashes` maps repository to commit.

    `tagged` is the instant of its tag, or of its merge where only that is known (`by_merge`), and
    None where nobody recorded either: a deliverable file says what was released, not when.
    `merged` is the instant at which its proposal merged, where Gerrit told it.
    """

    version: str
    hashes: tuple[tuple[str, str], ...]
    tagged: dt.datetime | None = None
    diff_start: str | None = None
    merged: dt.datetime | None = None
    by_merge: bool = False


@dataclass(frozen=True)
class Branch:
    """A branch in a deliverable file: "stable/2026.1" at version 32.0.0.0rc1.

    `created` is None where nobody recorded the day; `may_be_later` marks one that a file of a later
    day has, of which therefore nobody knows whether it was there at the instant looked at."""

    name: str
    location: str
    created: dt.datetime | None = None
    may_be_later: bool = False


@dataclass(frozen=True)
class Deliverable:
    """A deliverable file of openstack/releases, for one series. `pending` are the releases that
    have merged and are not known to be tagged, `pending_branches` the branches cut from them:
    the file has them, and nobody else yet."""

    name: str
    series: str
    team: str
    type: str
    release_model: str
    repositories: tuple[str, ...]
    releases: tuple[Release, ...] = ()
    branches: tuple[Branch, ...] = ()
    stable_branch_type: str = ""
    has_cycle_highlights: bool = False
    stable_status: str = ""
    pending: tuple[Release, ...] = ()
    pending_branches: tuple[Branch, ...] = ()

    @property
    def is_staged(self) -> bool:
        """Whether its release comes by betas, feature freeze and release candidates."""
        return self.release_model in STAGED_MODELS


@dataclass(frozen=True)
class Person:
    """Somebody with a role in a team, from governance's projects.yaml or the team's file."""

    name: str
    nick: str
    email: str = ""


@dataclass(frozen=True)
class GovernanceTeam:
    """A team of openstack/governance's reference/projects.yaml; deliverable -> repositories."""

    name: str
    ptl: Person | None
    liaisons: tuple[tuple[str, tuple[Person, ...]], ...]
    channel: str
    deliverables: tuple[tuple[str, tuple[str, ...]], ...]

    def liaisons_for(self, role: str) -> tuple[Person, ...]:
        """The people who hold a liaison's role ("release"), none where governance names none."""
        return next((people for name, people in self.liaisons if name == role), ())
