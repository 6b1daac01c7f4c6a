"""The bundled facts: what the project ships so that a bot without upstream still answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..domain.calendar.event_names import kind_of
from ..domain.model import (
    Branch,
    DateRule,
    Deliverable,
    Event,
    GovernanceTeam,
    Kind,
    Person,
    Phase,
    Release,
    Schedule,
    Series,
    Week,
)
from ..domain.snapshot import GOVERNANCE, SERIES, Fetched, deliverable_of, schedule_of
from .strict_yaml import load

_FACTS = Path(__file__).parents[1] / "bundled" / "facts.yaml"
_NONE = "-"


@dataclass(frozen=True)
class Bundled:
    """The bundled facts, each part with the instant (00:00 UTC of a day) its facts were known.

    `deliverables` are by (series, name). `facts` are the same under the snapshot's keys.
    """

    series: tuple[Series, ...]
    series_as_of: dt.datetime
    schedules: Mapping[str, Schedule]
    schedules_as_of: dt.datetime
    deliverables: Mapping[tuple[str, str], Deliverable]
    deliverables_as_of: dt.datetime
    governance: tuple[GovernanceTeam, ...]
    governance_as_of: dt.datetime

    @property
    def facts(self) -> dict[str, Fetched[Any]]:
        """Every fact by its key's name, marked as bundled and dated."""
        return dict(self._facts())

    def _facts(self) -> Iterator[tuple[str, Fetched[Any]]]:
        yield SERIES.name, Fetched(self.series, self.series_as_of, "bundled")
        yield GOVERNANCE.name, Fetched(self.governance, self.governance_as_of, "bundled")
        for name, schedule in self.schedules.items():
            yield schedule_of(name).name, Fetched(schedule, self.schedules_as_of, "bundled")
        for (series, name), deliverable in self.deliverables.items():
            key = deliverable_of(series, name).name
            yield key, Fetched(deliverable, self.deliverables_as_of, "bundled")


def load_bundled() -> Bundled:
    """Read the package's own facts, in a few milliseconds: it happens at every start.

    They are part of the code: a mistake in them is a mistake of the project, and a test reads
    every line, so nothing here is refused politely.
    """
    document = load(_FACTS.read_bytes())
    series, schedules = document["series"], document["schedules"]
    deliverables, governance = document["deliverables"], document["governance"]
    return Bundled(
        series_as_of=_as_of(series),
        series=tuple(_series(name, line) for name, line in series["lines"].items()),
        schedules_as_of=_as_of(schedules),
        schedules={name: _schedule(name, cycle) for name, cycle in schedules.items()},
        deliverables_as_of=_as_of(deliverables),
        deliverables={
            (cycle, name): _deliverable(cycle, name, entry)
            for cycle, entries in deliverables.items()
            for name, entry in entries.items()
        },
        governance_as_of=_as_of(governance),
        governance=tuple(_team(name, entry) for name, entry in governance.items()),
    )


def _as_of(part: dict[str, Any]) -> dt.datetime:
    """The date at which the part was true, removed from it: what is left are its facts."""
    return dt.datetime.combine(_day(part.pop("as_of")), dt.time(), dt.UTC)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _optional_day(text: str) -> dt.date | None:
    return None if text == _NONE else _day(text)


def _listed(text: str) -> tuple[str, ...]:
    return () if text == _NONE else tuple(text.split(", "))


def _series(name: str, line: str) -> Series:
    release_id, status, released, following, since, slurp = line.split(", ")
    return Series(
        name=name,
        release_id="" if release_id == _NONE else release_id,
        status=status,
        initial_release=_optional_day(released),
        next_phase=None if following == _NONE else Phase(following, _optional_day(since)),
        slurp=slurp == "slurp",
    )


def _schedule(name: str, cycle: dict[str, Any]) -> Schedule:
    first, number = cycle["first"].split(", R-")
    before = int(cycle["unnamed"])
    weeks: list[Week] = []
    for at in range(-before, int(number) + 1):
        start = _day(first) + dt.timedelta(weeks=at)
        left = int(number) - at
        week = ("R-" + str(left)) if left else "R+0"
        weeks.append(Week(week if at >= 0 else "", start, start + dt.timedelta(days=4)))
    by_start = {week.start: week for week in weeks}
    events = tuple(_event(name, i, line, by_start) for i, line in cycle["events"].items())
    return Schedule(name, tuple(weeks), events)


def _event(series: str, event_id: str, line: str, weeks: Mapping[dt.date, Week]) -> Event:
    starts, days, rule, times, teams, title = line.split(" | ")
    span = " .. " in days
    kind = kind_of(event_id)
    if kind is Kind.RELEASE and event_id[0] != series[0]:
        kind = Kind.OTHER  # the release of the cycle before, as in sources.schedule
    return Event(
        series=series,
        id=event_id,
        kind=kind,
        title=title,
        days=tuple(_day(day) for day in days.split(" .. " if span else ", ")),
        rule=cast(DateRule, rule),
        weeks=tuple(weeks[_day(start)] for start in starts.split(", ")),
        span=span,
        times=_listed(times),
        teams=_listed(teams),
    )


def _deliverable(series: str, name: str, entry: dict[str, Any]) -> Deliverable:
    repository = entry["repository"]
    return Deliverable(
        name=name,
        series=series,
        team=entry["team"],
        type=entry["type"],
        release_model=entry["model"],
        repositories=(repository,),
        releases=tuple(_release(v, line, repository) for v, line in entry["releases"].items()),
        branches=tuple(Branch(*branch) for branch in entry.get("branches", {}).items()),
        stable_branch_type=entry.get("stable-branch-type", ""),
    )


def _release(version: str, line: str, repository: str) -> Release:
    commit, _, diff_start = line.partition(" since ")
    return Release(version, ((repository, commit),), diff_start=diff_start or None)


def _team(name: str, entry: dict[str, Any]) -> GovernanceTeam:
    return GovernanceTeam(
        name=name,
        ptl=Person(*entry["ptl"].split(", ")),
        liaisons=tuple(
            (role, tuple(Person(*line.split(", ")) for line in people))
            for role, people in entry["liaisons"].items()
        ),
        channel=entry["channel"],
        deliverables=tuple((name, (repo,)) for name, repo in entry["deliverables"].items()),
    )
