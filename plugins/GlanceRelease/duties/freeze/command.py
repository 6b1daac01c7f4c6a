"""What may merge now: `freeze`."""

from __future__ import annotations

from dataclasses import replace

from ...domain.calendar.team_calendar import calendar_of, find_series
from ...domain.freshness import as_of
from ...domain.messages.doc import Line, doc, line
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.shapes import plain_name
from ...domain.snapshot import SERIES
from ...registry import SCHEDULES, Ask, Reply, UserError, command
from .facts import as_asked, branch_states, in_files, repositories
from .words import Told, branch_names, branches, one, several

_AFTER_RELEASE = (State.STABLE, State.UNMAINTAINED, State.END_OF_LIFE, State.MISSING)
_LINES = 2


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
    """The state of every branch that is meant; without words, of all of the team's."""
    rows = select(moment, ask.text)
    told = _told(moment, rows)
    if not any(each.age for each in told):
        told[0] = replace(told[0], age=_age(moment))
    lines = [_line(each) for each in told]
    if ask.channel is not None or len(rows) == 1:
        return Reply(doc(*lines))
    return Reply(doc(*lines, details=[_line(one(moment, row)) for row in rows]))


def _told(moment: Moment, rows: list[BranchState]) -> list[Told]:
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


def _line(told: Told) -> Line:
    return line(*told.phrases, told.age)


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
    "openstack/"; a branch by its name, its series or its release-id.
    """
    rows = list(branch_states(moment))
    if not words:
        return rows
    names = repositories(moment.snapshot)
    series = moment[SERIES].value or ()
    for word in words.lower().split():
        known = find_series(series, word)
        if plain_name(word) in names:
            meant = [row for row in rows if row.deliverable == names[plain_name(word)]]
            rows = [as_asked(row, moment.snapshot, word) for row in meant]
        elif beside := in_files(moment, word):
            rows = [
                other for other in beside if other.deliverable in {row.deliverable for row in rows}
            ]
        elif word in ("master", "main"):
            rows = [row for row in rows if row.branch == "master"]
        elif known is not None:
            kept = [row for row in rows if _is_of(row, known)]
            if not kept:
                raise UserError(_no_branch(moment, known.title, word))
            rows = kept
        else:
            there = ", ".join(dict.fromkeys([*moment.team.deliverables, *branch_names(rows)]))
            raise UserError(f'I know no deliverable or branch "{word[:40]}"; there are {there}.')
    if not rows:
        raise UserError(f'"{words[:60]}" is on no branch that I know.')
    return rows


def _no_branch(moment: Moment, title: str, word: str) -> str:
    alive = [row for row in branch_states(moment) if row.state is not State.END_OF_LIFE]
    alive = [row for row in alive if row.state is not State.MISSING]
    there = ", ".join(branch_names(alive))
    return f"{title} has no branch {word[:40]} that takes changes now; there are {there}."


def _is_of(row: BranchState, series: Series) -> bool:
    """Whether it is the series' branch, by whichever of its names."""
    return row.series == series.branch_id
