"""The facts as they were at an instant of the past: what had been released by then, which changes
were open, what the constant said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..domain.calendar.cycle import end_of, neighbours, start_of
from ..domain.gerrit_scope import follow_ups_of, near_series
from ..domain.model import Branch, Deliverable, Kind, Release, Schedule
from ..domain.moment import Moment
from ..domain.releases.proposal import GERRIT, Change, Status, TeamChanges, constant_of
from ..domain.releases.released import (
    Released,
    still_to_come,
    with_tags_days,
    without_versions,
)
from ..domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from ..domain.team import Constant
from ..duties.releases.chores import (
    ASSUMED,
    changes_to_constant,
    names_later,
    value_naming,
)


def as_released(snapshot: Snapshot, rows: Iterable[Released], now: dt.datetime) -> Snapshot:
    """The snapshot as its deliverable files were at `now`, by the days that the rows tell.

    What merged after `now` is taken out, with the branches it made. A version or branch that no
    row tells of stays, without its day. A file with releases and no row at all keeps the instant
    at which it was read, since nobody knows which of them were out at `now`; but until milestone 3
    it has no candidate and no final.
    """
    by_deliverable: dict[str, list[Released]] = {}
    for row in with_tags_days(rows, snapshot):
        by_deliverable.setdefault(row.deliverable, []).append(row)
    facts: dict[str, Fetched[Any]] = dict(snapshot.facts)
    for name, fact in snapshot.facts.items():
        if isinstance(fact.value, Deliverable):
            told = [
                row
                for row in by_deliverable.get(fact.value.name, [])
                if row.series in ("", fact.value.series)
            ]
            if fact.value.releases and not told:
                schedule = snapshot[schedule_of(fact.value.series)].value
                facts[name] = replace(fact, value=_untold(fact.value, schedule, now))
                continue
            at, later = (min(fact.at, now), fact.at > now) if fact.at else (None, False)
            facts[name] = replace(fact, value=_at(fact.value, told, now, later), at=at)
    return replace(snapshot, facts=facts)


def _untold(file: Deliverable, schedule: Schedule | None, now: dt.datetime) -> Deliverable:
    frozen = schedule.first(Kind.MILESTONE_3) if schedule else None
    if schedule is None or frozen is None or now.date() > frozen.days[-1]:
        return file
    return without_versions(file, still_to_come(file, schedule, now))


def _at(file: Deliverable, rows: Sequence[Released], now: dt.datetime, later: bool) -> Deliverable:
    merged = {row.version: row.merged for row in rows}
    made = {branch: row.merged for row in rows for branch in row.branches}
    return replace(
        file,
        releases=tuple(
            _dated(release, merged.get(release.version))
            for release in file.releases
            if merged.get(release.version, now) <= now
        ),
        branches=tuple(
            Branch(
                branch.name,
                branch.location,
                made.get(branch.name),
                may_be_later=later and branch.name not in made,
            )
            for branch in file.branches
            if made.get(branch.name, now) <= now and merged.get(branch.location, now) <= now
        ),
    )


def _dated(release: Release, merged: dt.datetime | None) -> Release:
    return replace(release, tagged=merged) if merged else release


def without_releases(snapshot: Snapshot, start: dt.datetime) -> Snapshot:
    """The snapshot with nothing released in any series that was not out before `start`: a
    rehearsal's plainest assumption."""
    out = {
        series.name
        for series in snapshot[SERIES].value or ()
        if series.initial_release and series.initial_release < start.date()
    }
    facts: Mapping[str, Fetched[Any]] = {
        name: replace(fact, value=replace(fact.value, releases=(), branches=()))
        if isinstance(fact.value, Deliverable) and fact.value.series not in out
        else fact
        for name, fact in snapshot.facts.items()
    }
    return replace(snapshot, facts=facts)


def with_follow_ups_at(snapshot: Snapshot, now: dt.datetime) -> Snapshot:
    """For a rehearsal: the changes that follow releases as they were at `now`, and nothing else of
    Gerrit, since what was proposed or had merged then is not known."""
    changes = tuple(
        replace(change, status=_status_at(change, now))
        for change in follow_ups_of(snapshot) or ()
        if change.created is not None and change.created <= now
    )
    value = {snapshot.team.name: TeamChanges(follow_ups=changes, follow_ups_only=True)}
    known = Fetched(value if follow_ups_of(snapshot) is not None else None, now, "stored")
    return replace(snapshot, facts={**snapshot.facts, GERRIT.name: known})


def _status_at(change: Change, now: dt.datetime) -> Status:
    ended = change.submitted or (change.updated if change.status == "ABANDONED" else None)
    return change.status if ended is not None and ended <= now else "NEW"


def with_constant_at(
    snapshot: Snapshot, rows: Iterable[Released], start: dt.datetime, now: dt.datetime
) -> Snapshot:
    """For a rehearsal from `start`: the constant as it was at `now`. A row whose deliverable is
    the constant's name tells when a value merged, else the first change to its file that merged
    after a release does; before the first one it names the series in development at `start`,
    unless its file, as it is today, is all that is known. Without any of these that is an
    assumption, and its reminders say so."""
    constant = snapshot.team.proposals.constant
    if constant is None:
        return snapshot
    key = constant_of(snapshot.team.name)
    told = sorted((row.merged, row.version) for row in rows if row.deliverable == constant.name)
    told = told or list(_merges(snapshot, constant))
    merged = [version for moment, version in told if moment <= now]
    value, problem = merged[-1] if merged else None, None
    if value is None and (told or snapshot[key].value is None):
        at_start = near_series(Moment(snapshot, start))
        value = value_naming(at_start[0]) if at_start else None
        problem = None if told else ASSUMED
    if value is None:
        return snapshot
    fact = Fetched(value, now, "stored", problem)
    return replace(snapshot, facts={**snapshot.facts, key.name: fact})


def _merges(snapshot: Snapshot, constant: Constant) -> Iterator[tuple[dt.datetime, str]]:
    """When which value merged, by the first change to the file after each release, oldest first;
    where the file, as it is today, has an older value, that change was another one."""
    series = snapshot[SERIES].value or ()
    value = snapshot[constant_of(snapshot.team.name)].value
    moments = sorted(c.submitted for c in changes_to_constant(snapshot, constant) if c.submitted)
    for each_series in sorted(series, key=lambda each: each.initial_release or dt.date.max):
        _, after = neighbours(series, each_series)
        if each_series.initial_release is None or after is None:
            continue
        first = start_of(each_series.initial_release)
        last = end_of(after.initial_release) if after.initial_release else None
        moment = next((m for m in moments if m >= first and (last is None or m < last)), None)
        if moment and not (value and names_later(value_naming(after), value)):
            yield moment, value_naming(after)
