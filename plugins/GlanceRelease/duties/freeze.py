"""What may merge now: `freeze`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from ..commands import Ask, Reply, UserError, command, reply
from ..domain.branch_state import TAKES, BranchState, State
from ..domain.calendar import find_series
from ..domain.snapshot import SERIES, Snapshot
from .freeze_states import branch_states, repositories, until_words
from .freeze_view import plain_name


@command(
    "freeze",
    "[DELIVERABLE | REPOSITORY | BRANCH]",
    "what may merge now, on which branch, until when, why, and what comes next",
    "freeze glance_store",
)
def freeze(snapshot: Snapshot, ask: Ask, now: dt.datetime) -> Reply:
    """The state of every branch that is meant; without words, of all of the team's."""
    rows = select(snapshot, ask.text, now)
    active = [row for row in rows if row.state not in (State.STABLE, State.UNMAINTAINED, State.END_OF_LIFE)]
    rest = [row for row in rows if row not in active]
    names = {row.deliverable for row in rows}
    lines = []
    if len(names) == 1 and len(active) > 1 or not rest:
        lines = [_one(row, snapshot, now) for row in active]
    elif active:
        lines = [_several(active, snapshot, now)]
    if not active and len(rest) == 1:
        lines.append(_one(rest[0], snapshot, now))
    elif rest and len(lines) < 2:
        lines.append(_branches(rest))
    if len(lines) > 2:
        lines = [_several(active, snapshot, now)]
    return reply(*lines[:2], details=[_one(row, snapshot, now) for row in rows] if len(rows) > 1 else [])


def select(snapshot: Snapshot, words: str, now: dt.datetime) -> list[BranchState]:
    """The rows of a deliverable, a repository, a branch, or of several of these together.

    UserError names what there is. Names are understood with "-" and "_", with and without
    "openstack/"; a branch by its name, its series or its release-id.
    """
    rows = branch_states(snapshot, now)
    if not words:
        return rows
    names = repositories(snapshot)
    series = snapshot[SERIES].value or ()
    for word in words.lower().split():
        known = find_series(series, word)
        if plain_name(word) in names:
            rows = [row for row in rows if row.deliverable == names[plain_name(word)]]
        elif word in ("master", "main"):
            rows = [row for row in rows if row.branch == "master"]
        elif known is not None:
            kept = [row for row in rows if row.branch == f"stable/{known.branch_id}"]
            if not kept:
                raise UserError(_no_branch(known.title, word, snapshot, now))
            rows = kept
        else:
            there = ", ".join(dict.fromkeys([*snapshot.team.deliverables, *_branch_names(rows)]))
            raise UserError(f'I know no deliverable or branch "{word[:40]}"; there are {there}.')
    if not rows:
        raise UserError(f'"{words[:60]}" is on no branch that I know.')
    return rows


def _no_branch(title: str, word: str, snapshot: Snapshot, now: dt.datetime) -> str:
    there = ", ".join(_branch_names(branch_states(snapshot, now)))
    return f"{title} has no branch {word[:40]} that takes changes now; there are {there}."


def _branch_names(rows: Sequence[BranchState]) -> list[str]:
    return list(dict.fromkeys(row.branch for row in rows))


def _one(row: BranchState, snapshot: Snapshot, now: dt.datetime) -> str:
    until = until_words(row, snapshot, now)
    then = f", then {row.then}" if row.then and until else ""
    bounds = f" {until}{then}" if until else ""
    takes = f" ({TAKES[row.state]})" if row.state is not State.OPEN else ""
    age = f" {row.age}" if row.age else ""
    return f"{row.repository} {row.branch}: {row.state}{takes}{bounds}. {_sentence(row.why)}.{age}"


def _several(rows: Sequence[BranchState], snapshot: Snapshot, now: dt.datetime) -> str:
    """Rows of one state and bound together: "open: glance, glance_store master until ..."."""
    parts = []
    ordered = sorted(rows, key=lambda row: (row.state, row.branch, str(row.until), row.then))
    for _, group in groupby(ordered, key=lambda row: (row.state, row.branch, row.until, row.then)):
        same = list(group)
        first = same[0]
        until = until_words(first, snapshot, now)
        then = f", then {first.then}" if first.then and until else ""
        bounds = f" {until}{then}" if until else ""
        why = f" ({first.why})" if first.state is State.UNKNOWN else ""
        parts.append(
            f"{first.branch} {first.state}: {', '.join(row.repository for row in same)}{bounds}{why}"
        )
    age = next((f" {row.age}" for row in rows if row.age), "")
    return f"{'; '.join(parts)}.{age}"


def _branches(rows: Sequence[BranchState]) -> str:
    parts = []
    ordered = sorted(rows, key=lambda row: (row.state, row.branch), reverse=False)
    for state, group in groupby(ordered, key=lambda row: row.state):
        parts.append(f"{state}: {', '.join(sorted(_branch_names(list(group)), reverse=True))}")
    return f"{'; '.join(parts)}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
