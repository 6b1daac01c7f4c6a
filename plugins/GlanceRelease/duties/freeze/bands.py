"""The days of a cycle on which something is frozen, for the page: what `freeze` says of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...domain.calendar.cycle import end_of, utc_day
from ...domain.calendar.interval import A_DAY
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.timeline import Stretch
from ...domain.memo_by_facts import kept_by_facts
from ...domain.memo_by_id import Same
from ...domain.messages.counts import few
from ...domain.model import Branch, Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.shapes import stable_name
from ...domain.snapshot import Fetched, Snapshot, deliverable_of
from ...domain.team import Team
from .facts import FREEZE_BOUNDS, developed, last_turn

BANDS = {
    State.LIBRARY_FREEZE: "libraries frozen",
    State.FEATURE_FREEZE: "feature freeze",
    State.RELEASE_CRITICAL: "release-critical only",
    State.FINAL_RC: "final candidates only",
    State.REQUIREMENTS_FREEZE: "requirements frozen",
}
_NAMES = 2
_A_SECOND = dt.timedelta(seconds=1)
_Run = tuple[dt.date, dt.date]


def frozen_stretches(moment: Moment, calendar: Calendar) -> list[Stretch]:
    """The stretches of the calendar's cycle, the first to begin first: until today as `freeze` says
    of each day, from tomorrow on as it would if every release came on its last day."""
    facts, team = moment.snapshot.facts, moment.team
    return list(_stretches(facts, team, Same(calendar), last_turn(moment)))


@kept_by_facts
def _stretches(
    facts: Mapping[str, Fetched[Any]],
    team: Team,
    same_calendar: Same[Calendar],
    turn: dt.datetime,
) -> tuple[Stretch, ...]:
    today = turn.date()
    snapshot, calendar = Snapshot(team, facts), same_calendar.value
    runs: dict[State, dict[_Run, list[str]]] = {}
    for name in snapshot.team.deliverables:
        parts = list(_parts(snapshot, calendar, name, today))
        rows = [(part, list(_rows(snapshot, calendar, name, part[0], turn))) for part in parts]
        for state in BANDS:
            frozen = [(part, row) for part, found in rows for row in found if row.state is state]
            for run in _runs(part for part, _ in frozen):
                runs.setdefault(state, {}).setdefault(run, []).append(frozen[0][1].repository)
    found = [
        Stretch(first, last, _name(state, names, len(of_state) > 1))
        for state, of_state in runs.items()
        for (first, last), names in of_state.items()
    ]
    return tuple(sorted(found, key=lambda stretch: (stretch.first, stretch.last)))


def _parts(snapshot: Snapshot, calendar: Calendar, name: str, today: dt.date) -> Iterator[_Run]:
    """The cycle's table, of its days ahead only those up to the release's, in parts on whose days
    `freeze` says the same: cut behind each bound of a freeze, and where a fact has its day."""
    weeks, released = calendar.weeks.weeks, calendar.day(Kind.RELEASE)
    first, last = weeks[0].start, weeks[-1].start + 6 * A_DAY
    if released is not None and last > max(released, today):
        last = max(released, today)
    fact = snapshot[deliverable_of(calendar.series.name, name)]
    file = fact.value
    moments = [fact.at, *(each.tagged for each in (file.releases if file else ()))]
    moments += [branch.created for branch in (file.branches if file else ())]
    cuts = {utc_day(moment) for moment in moments if moment is not None} | {today}
    bounds = (calendar.when(kind) for kind in (*FREEZE_BOUNDS, Kind.REQUIREMENTS_FREEZE))
    cuts |= {(when.due_by - _A_SECOND).date() for when in bounds if when is not None}
    starts = {day + by for day in cuts for by in (0 * A_DAY, A_DAY)} | {first}
    inside = sorted(day for day in starts if first <= day <= last)
    yield from zip(inside, [*(day - A_DAY for day in inside[1:]), last], strict=True)


def _rows(
    snapshot: Snapshot, calendar: Calendar, name: str, day: dt.date, turn: dt.datetime
) -> Iterable[BranchState]:
    """What `freeze` says in the last second of the day; of today what it says now."""
    today = turn.date()
    then = _expected(snapshot, calendar, name, day, today) if day > today else snapshot
    at = turn if day == today else end_of(day) - _A_SECOND
    return developed(Moment(then, at), calendar, name)


def _expected(
    snapshot: Snapshot, calendar: Calendar, name: str, day: dt.date, today: dt.date
) -> Snapshot:
    """The snapshot of a day to come: RC1, with its branch, is in the file from the day after the
    one by which it is due, unless that day was missed already."""
    key = deliverable_of(calendar.series.name, name)
    fact, due = snapshot[key], calendar.day(Kind.RC1)
    file = fact.value
    if file is None or not file.is_staged or due is None or not today <= due < day:
        return snapshot
    if any("rc" in release.version for release in file.releases):
        return snapshot
    facts = {**snapshot.facts, key.name: replace(fact, value=_with_rc1(file, calendar))}
    return Snapshot(snapshot.team, facts)


def _with_rc1(file: Deliverable, calendar: Calendar) -> Deliverable:
    rc1 = Release("rc1", ())
    branch = Branch(stable_name(calendar.series), rc1.version)
    return replace(file, releases=(*file.releases, rc1), branches=(*file.branches, branch))


def _runs(parts: Iterable[_Run]) -> list[_Run]:
    """Parts that follow on each other as one, from its first day to its last."""
    runs: list[_Run] = []
    for first, last in sorted(set(parts)):
        if runs and first - runs[-1][1] == A_DAY:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _name(state: State, names: list[str], differ: bool) -> str:
    """The state's name; with whose it is where they are not frozen on the same days."""
    if not differ:
        return BANDS[state]
    return f"{BANDS[state]}: {few(names, _NAMES)}"
