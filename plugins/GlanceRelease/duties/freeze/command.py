"""What may merge now: `freeze`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ...domain.calendar.team_calendar import calendar_of, find_series
from ...domain.freshness import as_of
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.releases.freeze_state import TAKES, BranchState, State
from ...domain.releases.shapes import plain_name
from ...domain.snapshot import SERIES
from ...registry import SCHEDULES, Ask, Reply, UserError, command, reply
from .facts import as_asked, branch_states, in_files, repositories, until_words

_AFTER_RELEASE = (State.STABLE, State.UNMAINTAINED, State.END_OF_LIFE, State.MISSING)
_LINES = 2
_NAMES = 6


@command(
    "freeze",
    "[DELIVERABLE | REPOSITORY | BRANCH]",
    "what may merge now, on which branch, until when, why, and what comes next",
    "freeze glance_store",
    SCHEDULES,
    basis="features wait from feature freeze on, from RC1 on all but release-critical fixes",
    sources=("guide", "liaison"),
)
def freeze(moment: Moment, ask: Ask) -> Reply:
    """The state of every branch that is meant; without words, of all of the team's."""
    rows = select(moment, ask.text)
    rest = [row for row in rows if _is_after_release(row)]
    active = [row for row in rows if not _is_after_release(row)]
    one_only = len({row.deliverable for row in rows}) == 1
    if not active or ((one_only or not rest) and len(active) <= _LINES):
        lines = [_one(moment, row) for row in active]
    else:
        lines = [_several(moment, active)]
    if len(rest) == 1 and not active:
        lines = [_one(moment, rest[0])]
    elif rest and len(lines) < _LINES:
        lines.append(_branches(rest, moment.now))
    lines[0] += _age(moment, lines)
    if ask.channel is not None or len(rows) == 1:
        return reply(*lines)
    return reply(*lines, details=[_one(moment, row) for row in rows])


def _is_after_release(row: BranchState) -> bool:
    return row.is_released or row.state in _AFTER_RELEASE


def _age(moment: Moment, lines: Sequence[str]) -> str:
    """How old the schedule is on which the answer rests, where no row says so already."""
    calendar = calendar_of(moment)
    age = as_of(calendar.schedule if calendar else moment[SERIES], moment.now)
    return f" {age}" if age and not any("(as of " in line for line in lines) else ""


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
            there = ", ".join(dict.fromkeys([*moment.team.deliverables, *_branch_names(rows)]))
            raise UserError(f'I know no deliverable or branch "{word[:40]}"; there are {there}.')
    if not rows:
        raise UserError(f'"{words[:60]}" is on no branch that I know.')
    return rows


def _no_branch(moment: Moment, title: str, word: str) -> str:
    alive = [row for row in branch_states(moment) if row.state is not State.END_OF_LIFE]
    alive = [row for row in alive if row.state is not State.MISSING]
    there = ", ".join(_branch_names(alive))
    return f"{title} has no branch {word[:40]} that takes changes now; there are {there}."


def _is_of(row: BranchState, series: Series) -> bool:
    """Whether it is the series' branch, by whichever of its names."""
    return row.branch in (f"stable/{series.branch_id}", f"unmaintained/{series.branch_id}")


def _branch_names(rows: Sequence[BranchState]) -> list[str]:
    return list(dict.fromkeys(row.branch for row in rows))


def _one(moment: Moment, row: BranchState) -> str:
    age = f" {age}" if (age := row.age(moment.now)) else ""
    if row.state is State.MISSING:
        return f"{row.branch}: {row.why}.{age}"
    if row.state is State.UNKNOWN:
        return f"{row.repository} {row.branch}: unknown. {_sentence(row.why)}.{age}"
    told = row.state in (State.OPEN, State.FEATURE_FREEZE)  # its reason says what it takes
    takes = "" if told else f" ({TAKES[row.state]})"
    bounds = _bounds(moment, row)
    return f"{row.repository} {row.branch}: {row.state}{takes}{bounds}. {_sentence(row.why)}.{age}"


def _several(moment: Moment, rows: Sequence[BranchState]) -> str:
    """Rows in few words, by branch and state: "master open: glance until ..., then ...; ..."."""
    parts = []

    def alike(row: BranchState) -> tuple[str, str]:
        return row.branch, row.state

    groups: dict[tuple[str, str], list[BranchState]] = {}
    for row in rows:
        groups.setdefault(alike(row), []).append(row)
    for (branch, state), same in groups.items():
        phrases = [
            f"{_few([row.repository for row in equal])}{bounds}"
            for bounds, equal in _by_bounds(moment, same)
        ]
        reasons = dict.fromkeys(row.why.split("; by the schedule")[0] for row in same)
        why = f" ({', '.join(reasons)})" if state is State.UNKNOWN else ""
        parts.append(f"{branch} {state}{why}: {'; '.join(phrases)}")
    doubts = "".join(
        f" {_sentence(doubt)}." for doubt in dict.fromkeys(r.doubt for r in rows) if doubt
    )
    age = next((f" {age}" for row in rows if (age := row.age(moment.now))), "")
    return f"{'. '.join(parts)}.{doubts}{age}"


def _few(names: Sequence[str]) -> str:
    """The names; of many the first ones and how many more, so that their state and day stay."""
    if len(names) <= _NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMES - 1])} and {len(names) - _NAMES + 1} more"


def _by_bounds(moment: Moment, rows: Sequence[BranchState]) -> list[tuple[str, list[BranchState]]]:
    groups: dict[str, list[BranchState]] = {}
    for row in rows:
        groups.setdefault(_bounds(moment, row), []).append(row)
    return list(groups.items())


def _bounds(moment: Moment, row: BranchState) -> str:
    if row.guess:
        return f" would be {row.guess} by the schedule alone"
    until = until_words(moment, row)
    then = f", then {row.then}" if row.then and until else ""
    return f" {until}{then}" if until else ""


def _branches(rows: Sequence[BranchState], now: dt.datetime) -> str:
    """The stable branches by state; one branch alone with what it takes and why."""
    missing = [row for row in rows if row.state is State.MISSING]
    not_in_files = " ".join(f"{told}." for told in _not_in_files(missing))
    if len(missing) == len(rows):
        return not_in_files
    if len(_branch_names(rows)) == 1 and len({row.why for row in rows}) == 1:
        row = rows[0]
        if row.state is State.UNKNOWN:
            repositories = _few([each.repository for each in rows])
            return f"{row.branch}: unknown for {repositories}. {_sentence(row.why)}."
        repositories = ", ".join(row.repository for row in rows)
        takes = f"{row.state} ({TAKES[row.state]}) for {repositories}"
        age = f" {age}" if (age := row.age(now)) else ""
        return f"{row.branch}: {takes}. {_sentence(row.why)}.{age}"
    parts = []
    for state in (State.STABLE, State.UNMAINTAINED):
        names = _with_remarks([row for row in rows if row.state is state])
        if names:
            parts.append(f"{state}: {', '.join(names)}")
    for guess in dict.fromkeys(_phase(row) for row in rows if row.state is State.UNKNOWN):
        alone = [r for r in rows if r.state is State.UNKNOWN and _phase(r) == guess]
        parts.append(f"by the calendar alone {guess}: {', '.join(_with_remarks(alone))}")
    told = f"Branches {'; '.join(parts)}." if parts else ""
    return " ".join(filter(None, (told, not_in_files)))


def _phase(row: BranchState) -> str:
    return row.guess.partition(" since")[0].rstrip(",") or "unknown"


def _with_remarks(rows: Sequence[BranchState]) -> list[str]:
    """The series of these branches, each with where the calendar says something else."""
    remarks: dict[str, str] = {}
    for row in rows:
        name = row.branch.partition("/")[2]
        remarks[name] = remarks.get(name) or (f" ({row.remark})" if row.remark else "")
    return [f"{name}{remark}" for name, remark in remarks.items()]


def _not_in_files(rows: Sequence[BranchState]) -> Iterator[str]:
    """ "stable/2026.2: not in glance_store's file 12 days after the release"."""
    for branch in _branch_names(rows):
        same = [row for row in rows if row.branch == branch]
        owner = f"{same[0].repository}'s file"
        names = _few([row.repository for row in same])
        told = same[0].why.replace(owner, f"the files of {names}") if len(same) > 1 else same[0].why
        yield f"{branch}: {told}"


def _sentence(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if "/" in first else text[:1].upper() + text[1:]
