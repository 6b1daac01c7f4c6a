"""What the rules of a freeze look at: one deliverable in the cycle that runs, at an instant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from ...domain.calendar.binding import has_candidates
from ...domain.calendar.cycle import end_of, utc_day
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Branch, Deliverable, Kind, Release, Series
from ...domain.releases.branch_state import BranchState, State
from ...domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of


@dataclass(frozen=True)
class View:
    """What the rules for one deliverable look at."""

    snapshot: Snapshot
    calendar: Calendar
    name: str
    shape: Deliverable
    file: Fetched[Deliverable]
    now: dt.datetime

    @property
    def branch(self) -> str:
        """The series' stable branch."""
        return f"stable/{self.calendar.series.branch_id}"

    @property
    def releases(self) -> tuple[Release, ...]:
        """What the file says is released in this series."""
        return self.file.value.releases if self.file.value else ()

    def cut(self) -> Branch | None:
        """The series' stable branch, if the file has it."""
        branches = self.file.value.branches if self.file.value else ()
        return next((one for one in branches if one.name == self.branch), None)

    @property
    def following(self) -> str:
        """The series for which master opens again."""
        after = self.calendar.after
        return after.title if after else "the next series"

    @property
    def opened(self) -> dt.datetime | None:
        """When development of this series began: the end of the release day before."""
        before = self.calendar.before
        return end_of(before.initial_release) if before and before.initial_release else None

    def end(self, kind: Kind) -> dt.datetime | None:
        """The end (UTC) of the day of the cycle's event."""
        day = self.calendar.day(kind)
        return end_of(day) if day else None

    def series_is_released(self) -> bool:
        """Whether a service of the team has its final version in the file: the series is out,
        whatever hour of the release day it is."""
        for name in self.snapshot.team.deliverables:
            file = self.snapshot[deliverable_of(self.calendar.series.name, name)].value
            if file is not None and has_candidates(file):
                return not self.days_unknown() and final_of(file.releases) is not None
        return False

    def days_unknown(self) -> bool:
        """Whether the file was read later than `now`: it tells of a future that it can't date."""
        return (
            self.file.at is not None
            and utc_day(self.file.at) > utc_day(self.now)
            and any(one.tagged is None for one in self.releases)
        )

    def row(
        self,
        branch: str,
        state: State,
        since: dt.datetime | None,
        until: dt.datetime | None,
        why: str,
        then: str = "",
    ) -> BranchState:
        return BranchState(
            self.name,
            repository_of(self.shape),
            branch,
            state,
            since,
            until,
            why,
            then,
            (self.calendar.schedule, self.file),
        )


def shape_of(
    snapshot: Snapshot, calendar: Calendar | None, name: str, series: Series | None = None
) -> Deliverable | None:
    """The deliverable's type and model: from this series' file, else from the nearest one."""
    for one in _nearest(snapshot, calendar, series):
        file = snapshot[deliverable_of(one.name, name)].value
        if file is not None:
            return file
    return None


def _nearest(
    snapshot: Snapshot, calendar: Calendar | None, series: Series | None
) -> Iterator[Series]:
    if series is not None:
        yield series
    if calendar is not None:
        yield from filter(None, (calendar.series, calendar.before, calendar.after))
    yield from snapshot[SERIES].value or ()


def is_elsewhere(snapshot: Snapshot, calendar: Calendar, name: str) -> bool:
    """Whether no series' file tells of the deliverable, where this one's was looked for: a name
    that is misspelled, or one that is released independently of the series."""
    fact = snapshot[deliverable_of(calendar.series.name, name)]
    return fact.known and shape_of(snapshot, calendar, name) is None


def repository_of(shape: Deliverable) -> str:
    """The name that people say: the repository's where there is one, the deliverable's where it
    has several or none."""
    one = len(shape.repositories) == 1
    return shape.repositories[0].split("/")[-1] if one else shape.name


def plain_name(name: str) -> str:
    """A deliverable's or repository's name in one form: "openstack/glance_store" and "oslo.db"
    too, which people type with a dash."""
    return re.sub(r"[ ._]", "-", name.lower().removeprefix("openstack/")).strip("-")


def final_of(releases: tuple[Release, ...]) -> Release | None:
    """The first release that is no pre-release: the series' final one."""
    for one in releases:
        try:
            if not Version(one.version).is_prerelease:
                return one
        except InvalidVersion:
            continue
    return None
