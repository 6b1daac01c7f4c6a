"""What each branch takes now, as rows of the page; a change of it is news for the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...domain.memo_by_facts import kept_by_facts
from ...domain.moment import Moment
from ...domain.releases.freeze_state import BranchState, State
from ...domain.reports.fact import ReportFact, fact_of
from ...domain.reports.meeting_report import Part, Table, Tile
from ...domain.snapshot import Fetched, Snapshot
from ...domain.team import Team
from ..report_parts import report_part
from .facts import branch_states, last_turn
from .words import TAKES, then_words, until_words, why_text

_GONE = (State.END_OF_LIFE,)
_COLUMNS = ("repository", "branch", "state", "takes", "until")


@report_part(40)
def freeze_part(moment: Moment) -> Part:
    """Every deliverable's branches that take changes: what, until when, why; worded once until one
    of them can change, but for the age."""
    part = _until_it_turns(moment.snapshot.facts, moment.team, last_turn(moment))
    ages = (row.age(moment.now) for row in branch_states(moment) if row.state not in _GONE)
    return replace(part, age=next(filter(None, ages), ""))


@kept_by_facts
def _until_it_turns(facts: Mapping[str, Fetched[Any]], team: Team, turn: dt.datetime) -> Part:
    moment = Moment(Snapshot(team, facts), turn)
    rows = [row for row in branch_states(moment) if row.state not in _GONE]
    return Part(
        "freeze",
        "What may merge",
        facts=tuple(map(_fact, rows)),
        tables=tuple(
            Table(title, _COLUMNS, tuple(_row(moment, row) for row in rows if kept(row)))
            for title, kept in (("In development", _develops), ("Released", _is_released))
        ),
        tiles=tuple(_tiles(rows)),
    )


def _fact(row: BranchState) -> ReportFact:
    branch = f"{row.repository} {row.branch}"
    return fact_of(branch, branch, row.state.value, row.state in (State.OPEN, State.UNKNOWN))


def _is_released(row: BranchState) -> bool:
    return row.is_released or row.state in (State.STABLE, State.UNMAINTAINED, State.MISSING)


def _develops(row: BranchState) -> bool:
    return not _is_released(row)


def _tiles(rows: list[BranchState]) -> Iterator[Tile]:
    """A tile of the page: what may merge on the first deliverable's master."""
    for row in rows[:1]:
        mood = "good" if row.state is State.OPEN else "plain"
        words = row.state.value.replace("-", " ")
        yield Tile(words, f"{row.repository} {row.branch}", mood)


def _row(moment: Moment, row: BranchState) -> tuple[str, ...]:
    until = until_words(moment, row)
    takes = why_text(moment, row) if row.state is State.UNKNOWN else TAKES[row.state]
    bounds = f"{until}{then_words(row)}" or "-"
    return (row.repository, row.branch, row.state.value, takes, bounds)
