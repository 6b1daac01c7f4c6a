"""What of Gerrit concerns a team: its deliverable files, repositories, last releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .calendar import schedules_in, series_near
from .model import Deliverable, Person, Release, Series
from .proposal import GERRIT, TeamChanges
from .snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of
from .version import parse_version


@dataclass(frozen=True)
class Scope:
    """What is asked of Gerrit for one team; `last` has each repository's last released commit,
    `paths` the files whose changes are followed besides the release bot's."""

    team: str
    deliverables: tuple[str, ...]
    repositories: tuple[str, ...]
    paths: tuple[str, ...] = ()
    last: Mapping[str, str] = field(default_factory=dict)


def scope_of(snapshot: Snapshot, now: dt.datetime) -> Scope:
    """The team's scope by what the snapshot knows; repositories are those of the team's file, of
    governance, and of the deliverable files."""
    team = snapshot.team
    constant = team.proposals.constant
    last: dict[str, str] = {}
    for name in team.deliverables:
        newest = newest_release(snapshot, name, now)
        if newest is not None:
            last.update(dict(newest[1].hashes))
    return Scope(
        team.name,
        team.deliverables,
        repositories_of(snapshot, now),
        (constant.path,) if constant else (),
        last,
    )


def repositories_of(snapshot: Snapshot, now: dt.datetime) -> tuple[str, ...]:
    """The repositories of the team's deliverables."""
    team = snapshot.team
    if team.proposals.repositories:
        return team.proposals.repositories
    governance = next(
        (g for g in snapshot[GOVERNANCE].value or () if g.name == team.governance), None
    )
    listed = dict(governance.deliverables) if governance else {}
    found: list[str] = []
    for name in team.deliverables:
        files = files_of(snapshot, name, now)
        found.extend(listed.get(name) or next((f.repositories for f in files), ()))
    return tuple(dict.fromkeys(found))


def near_series(snapshot: Snapshot, now: dt.datetime) -> tuple[Series, ...]:
    """The series in development, then the one released before it; empty where none is known."""
    near = series_near(snapshot[SERIES].value or (), schedules_in(snapshot), now)
    return tuple(one for one in (near.current, near.previous) if one is not None)


def files_of(snapshot: Snapshot, name: str, now: dt.datetime) -> Iterator[Deliverable]:
    """The deliverable's files that are known, of the series in development and the one before."""
    for series in near_series(snapshot, now):
        file = snapshot[deliverable_of(series.name, name)].value
        if file is not None:
            yield file


def newest_release(
    snapshot: Snapshot, name: str, now: dt.datetime
) -> tuple[Deliverable, Release] | None:
    """The deliverable's highest version in the series in development, else in the one before."""
    for file in files_of(snapshot, name, now):
        numbered = [(v, r) for r in file.releases if (v := parse_version(r.version)) is not None]
        if numbered:
            return file, max(numbered, key=lambda pair: pair[0])[1]
    return None


def people_of(snapshot: Snapshot) -> tuple[Person, ...]:
    """The team's PTL and release liaisons, who may say yes to a release."""
    name = snapshot.team.governance
    governance = next((g for g in snapshot[GOVERNANCE].value or () if g.name == name), None)
    if governance is None:
        return ()
    ptl = (governance.ptl,) if governance.ptl else ()
    return tuple(dict.fromkeys([*ptl, *governance.liaisons_for("release")]))


def changes_of(snapshot: Snapshot) -> TeamChanges | None:
    """The team's part of what Gerrit says; None while Gerrit never answered."""
    return (snapshot[GERRIT].value or {}).get(snapshot.team.name)
