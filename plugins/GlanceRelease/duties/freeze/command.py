"""What may merge now: `freeze`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...domain.calendar.team_calendar import calendar_of, near_at
from ...domain.freshness import as_of
from ...domain.memo_by_facts import kept_by_facts
from ...domain.messages.counts import few
from ...domain.messages.doc import doc, line
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.releases.freeze_state import BranchState, State
from ...domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of
from ...domain.team import Team
from ...registry import SCHEDULES, Ask, Reply, UserError, command
from ..typed_names import (
    MOST,
    Named,
    NameSort,
    at_most_one,
    known_names,
    names_in,
    not_taken,
    unknown,
)
from .facts import as_asked, branch_states, in_files, last_turn
from .words import Told, branch_names, branches, each_once, one, several

_AFTER_RELEASE = (State.STABLE, State.UNMAINTAINED, State.END_OF_LIFE, State.MISSING)
_LINES = 2
_SHOWN = 40  # letters of what somebody typed


@command(
    "freeze",
    "[DELIVERABLE | REPOSITORY | BRANCH]",
    "what may merge now, on which branch, until when, why, and what comes next",
    "freeze glance_store",
    (*SCHEDULES, "gerrit"),
    basis="features wait from feature freeze on, from RC1 on all but release-critical fixes",
    sources=("guide", "liaison"),
)
def freeze(moment: Moment, ask: Ask) -> Reply:
    """The state of every branch that is meant; without words, of all of the team's. In private each
    has a line of its own, which those share of which the same is to be said."""
    rows, now = select(moment, ask.text), moment.now
    told = _told(moment, rows) if ask.text else _told_of_all(moment)
    ages = [each.age(now) for each in told]
    if not any(ages):
        ages[0] = _age(moment)
    if ask.channel is not None or len(rows) == 1:
        return Reply(doc(*(line(*each.phrases, age) for each, age in zip(told, ages, strict=True))))
    each = [line(*told.phrases, told.age(now)) for told in each_once(moment, rows)]
    if ages[0]:
        each[0] = replace(each[0], phrases=(*each[0].phrases, ages[0]))
    return Reply(doc(*each))


def _told_of_all(moment: Moment) -> tuple[Told, ...]:
    """The same of every branch, worded once until one of them can change."""
    return _told_until_it_turns(moment.snapshot.facts, moment.team, last_turn(moment))


@kept_by_facts
def _told_until_it_turns(
    facts: Mapping[str, Fetched[Any]], team: Team, turn: dt.datetime
) -> tuple[Told, ...]:
    moment = Moment(Snapshot(team, facts), turn)
    return tuple(_told(moment, branch_states(moment)))


def _told(moment: Moment, rows: Sequence[BranchState]) -> list[Told]:
    """In at most two lines what is developed, and what is released."""
    rest = [row for row in rows if _is_after_release(row)]
    active = [row for row in rows if not _is_after_release(row)]
    if not active:
        return [one(moment, rest[0]) if len(rest) == 1 else branches(moment, rest)]
    one_only = len({row.deliverable for row in rows}) == 1
    if (one_only or not rest) and len(active) <= _LINES:
        told = [one(moment, row) for row in active]
    else:
        told = [several(moment, active)]
    return [*told, branches(moment, rest)] if rest and len(told) < _LINES else told


def _is_after_release(row: BranchState) -> bool:
    return row.is_released or row.state in _AFTER_RELEASE


def _age(moment: Moment) -> str:
    """How old the schedule is on which the answer rests."""
    calendar = calendar_of(moment)
    age = as_of(calendar.schedule if calendar else moment[SERIES], moment.now)
    return f" {age}" if age else ""


def select(moment: Moment, words: str) -> list[BranchState]:
    """The rows of a deliverable, a repository, a branch, or of several of these together.

    UserError names what there is. Names are understood with "-" and "_", with and without
    "openstack/"; a branch by its name, its series or its release-id; of the series
    in development these are master, unless the branch is named.
    """
    rows = list(branch_states(moment))
    names = names_in(moment, words) if words else ()
    for sort in (NameSort.DELIVERABLE, NameSort.SERIES):
        at_most_one("freeze", [named for named in names if named.sort is sort])
    for named in names:
        rows = _narrowed(moment, rows, named)
    if not rows:
        raise UserError(f'"{words[:60]}" is on no branch that I know.')
    return rows


def _narrowed(moment: Moment, rows: list[BranchState], named: Named) -> list[BranchState]:
    """Those of the rows that a name means."""
    if named.sort is NameSort.DELIVERABLE:
        meant = [row for row in rows if row.deliverable == named.deliverable]
        return [as_asked(row, moment.snapshot, named.typed) for row in meant]
    if beside := in_files(moment, named.typed.lower()):
        there = {row.deliverable for row in rows}
        return [other for other in beside if other.deliverable in there]
    typed = named.typed.lower()
    is_current = named.series is not None and named.series == near_at(moment).current
    if typed in ("master", "main") or (is_current and "/" not in typed):
        return [row for row in rows if row.branch == "master" or _is_of(row, named.series)]
    if named.series is not None:
        kept = [row for row in rows if _is_of(row, named.series)]
        if not kept:
            raise UserError(_no_branch(moment, named.series, named.typed, rows))
        return kept
    if named.sort in (NameSort.UNKNOWN, NameSort.BRANCH):
        known = [*known_names(moment, NameSort.DELIVERABLE), *branch_names(rows)]
        raise UserError(unknown(named.typed, (NameSort.DELIVERABLE, NameSort.BRANCH), known))
    raise UserError(not_taken("freeze", named))


def _no_branch(moment: Moment, series: Series, typed: str, rows: list[BranchState]) -> str:
    """That a series has no row of these, or no file in openstack/releases, and what there is: what
    was seen, and apart from it what the calendar alone would have."""
    gone = (State.END_OF_LIFE, State.MISSING)
    guessed = [row.guess for row in rows if row.guess and row.is_released]
    seen = [row for row in rows if row.state not in gone and row.guess not in guessed]
    names = {row.deliverable for row in rows}
    files = [moment[deliverable_of(series.name, name)] for name in names]
    lacks = all(file.known and file.value is None for file in files)
    told = f"there are {few(branch_names(seen), MOST)}"
    planned = dict.fromkeys(_planned_name(row) for row in guessed if row.state not in gone)
    if planned:
        told = f"{told}; by the calendar alone {few(list(planned), MOST)}"
    if lacks:
        whose = next(iter(names)) if len(names) == 1 else moment.team.shown
        return f"{series.title} has no file of {whose} in openstack/releases; {told}."
    branch = f" {typed[:_SHOWN]}" if "/" in typed else ""
    return f"{series.title} has no branch{branch} that takes changes now; {told}."


def _planned_name(row: BranchState) -> str:
    """What the branch would be called by the calendar: one is renamed when it is unmaintained."""
    is_kept = row.state is State.UNMAINTAINED
    return f"unmaintained/{row.series}" if is_kept else row.branch


def _is_of(row: BranchState, series: Series | None) -> bool:
    """Whether it is the series' branch, by whichever of its names."""
    return series is not None and row.series == series.branch_id
