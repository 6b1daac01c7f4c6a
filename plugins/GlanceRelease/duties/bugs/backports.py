"""Fixes that are on master and not on a stable branch: `backports` and `backport`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...domain.bugs.backports import (
    OPEN,
    Backport,
    BackportState,
    backports,
    branches_with_fixes,
    refusal_note,
)
from ...domain.bugs.fixes import FIXES, FixChanges, fixes_of
from ...domain.bugs.listed import bug_list
from ...domain.calendar.team_calendar import calendar_of, find_series
from ...domain.freshness import as_of
from ...domain.messages.clauses import Clause, Link, clause, listing
from ...domain.messages.counts import counted, few
from ...domain.messages.doc import Line, doc, line
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.releases.shapes import stable_name
from ...domain.snapshot import SERIES, Snapshot
from ...registry import Ask, Reply, UserError, command
from ...render.sanitize import cut, plain
from ..typed_names import NameSort, not_longer, taken
from .words import TITLE, backport_words, called_here

NEEDS = ("opendev", "gerrit", "launchpad")
LONGEST_REASON = 120
_USAGE = "Say: backport refuse N [on BRANCH] because TEXT, or backport want N [on BRANCH]."
_ORDER = re.compile(
    r"(?P<verb>refuse|want)\s+#?(?P<number>[1-9][0-9]{0,8})(?:\s+(?:on|for)\s+(?P<branch>\S+))?"
    r"(?:\s+because\s+(?P<why>.+))?",
    re.IGNORECASE,
)


@command(
    "backports",
    "[BRANCH]",
    "fixes that are on master and not on the stable branches, and what each cherry-pick waits for",
    "backports",
    needs=NEEDS,
    basis="a fix of master is on a branch by its Change-Id, its bug, or since before the cut",
    sources=("gerrit", "bugs", "stable"),
)
def backports_told(moment: Moment, ask: Ask) -> Reply:
    """A branch a line in the channel, the newest first, of which two; all in private."""
    names = taken(moment, "backports", ask.text, NameSort.SERIES, NameSort.BRANCH)
    fixes = known_fixes(moment)
    chosen = _chosen(moment, names[0].typed if names else "")
    tables = [(each, told_of(moment, fixes, each)) for each in chosen]
    told = as_of(moment[FIXES], moment.now)
    age = f" {told}" if told else ""
    lines = [_branch_line(moment.snapshot, each, rows, age) for each, rows in tables]
    details = [_detail(moment.snapshot, row) for _, rows in tables for row in rows]
    if len(lines) > 2 and not names:
        rest = "; ".join(_count_words(each, rows) for each, rows in tables[1:])
        lines = [lines[0], line(f"{rest}.{age}")]
    return Reply(doc(*lines, details=details))


def known_fixes(moment: Moment) -> FixChanges:
    """What Gerrit tells of fixes; UserError where it never did."""
    if not moment.team.bugs.projects:
        raise UserError("The team's file names no project of Launchpad's (bugs: projects).")
    fixes = fixes_of(moment.snapshot)
    if fixes is None:
        problem = moment[FIXES].problem
        why = f" ({problem})" if problem else ""
        raise UserError(f"Gerrit has not told of fixes yet{why}, so I can't tell what is missing.")
    return fixes


def _chosen(moment: Moment, typed: str) -> tuple[Series, ...]:
    calendar = calendar_of(moment, None)
    every = branches_with_fixes(moment, calendar.series if calendar else None)
    if not typed:
        if not every:
            raise UserError("No stable branch that takes fixes is known.")
        return every
    series = find_series(moment[SERIES].value or (), typed)
    if series is None or series not in every:
        there = few([stable_name(each) for each in every], 5) or "none"
        raise UserError(f'"{typed[:40]}" takes no backports; those that do: {there}.')
    return (series,)


def told_of(moment: Moment, fixes: FixChanges, series: Series) -> tuple[Backport, ...]:
    """The series' fixes in their order."""
    calendar = calendar_of(moment, None)
    newest = branches_with_fixes(moment, calendar.series if calendar else None)[:1] == (series,)
    listed = bug_list(moment)
    critical = frozenset(bug.number for bug in listed.bugs) if listed else frozenset()
    return backports(moment, fixes, series, critical, newest)


def _branch_line(snapshot: Snapshot, series: Series, rows: Sequence[Backport], age: str) -> Line:
    missing = [row for row in rows if row.state in OPEN]
    if not missing:
        return line(f"{_count_words(series, rows)}.{age}")
    many = counted(len(missing), "fix", "fixes")
    head = f"{stable_name(series)} lacks {many} of master{_settled(rows)}: "
    each = (_item(snapshot, row, weight=-at) for at, row in enumerate(missing))
    return line(head, listing(each, weight=1, between="; ", at_break=";"), f".{age}")


def _count_words(series: Series, rows: Sequence[Backport]) -> str:
    missing = sum(row.state in OPEN for row in rows)
    lacks = f"lacks {counted(missing, 'fix', 'fixes')}" if missing else "lacks no fix of master"
    return f"{stable_name(series)} {lacks}{_settled(rows)}"


def _settled(rows: Sequence[Backport]) -> str:
    counts = {
        state: sum(row.state is state for row in rows)
        for state in (BackportState.MERGED, BackportState.REFUSED)
    }
    told = [f"{number} {state}" for state, number in counts.items() if number]
    return f" ({', '.join(told)})" if told else ""


def _item(snapshot: Snapshot, row: Backport, weight: int = 0) -> Clause:
    change = row.fix.change
    number = Link(str(change.number), change.url, aside=True) if change.url else str(change.number)
    state = state_words(row)
    bugs = _bugs(row)
    title = _title(snapshot, row)
    return clause(
        number,
        f"{title}{bugs}: {state}",
        weight=weight,
        shorter=[*([(number, f"{bugs}: {state}")] if title else []), (number, f": {state}")],
    )


def _title(snapshot: Snapshot, row: Backport) -> str:
    subject = plain(row.fix.change.subject).replace('"', "'")
    if called_here(snapshot, subject):
        return ""
    return f' "{cut(subject, TITLE)}"'


def _bugs(row: Backport) -> str:
    if not row.fix.bugs:
        return ""
    numbers = few([str(number) for number in sorted(row.fix.bugs)], 2)
    critical = ", release-critical" if row.is_critical else ""
    return f" (bug {numbers}{critical})"


def state_words(row: Backport) -> str:
    """How far it is, with what it waits for or who refused it and why."""
    if row.state is BackportState.NONE:
        return "whether it was there before the cut is not known" if row.doubtful else "none"
    if row.state is BackportState.MERGED and row.change is not None:
        change = row.change.change
        return f"merged as {change.number} ({change.revision[:10]})"
    if row.state is BackportState.REFUSED:
        by = f" by {cut(plain(row.by), 40)}" if row.by else ""
        why = f": {cut(plain(row.why), 100)}" if row.why else ""
        how = f", {backport_words(row.change)}" if row.change else ""
        return f"refused{by}{why}{how}"
    return backport_words(row.change) if row.change else row.state.value


def _detail(snapshot: Snapshot, row: Backport) -> Line:
    change = row.fix.change
    head = f"{row.branch}: {change.number}{_title(snapshot, row)}{_bugs(row)}: {state_words(row)} "
    return line(head, Link(str(change.number), change.url)) if change.url else line(head.rstrip())


@command(
    "backport",
    "refuse N [on BRANCH] because TEXT | want N [on BRANCH]",
    "say that a fix shall not be backported, by its change's or its bug's number, or that it shall",
    "backport refuse 987654 because it changes the API",
    needs=NEEDS,
    right="bug",
    has_text=lambda words: words.startswith("refuse "),
    basis="what people told me; the rights in the team's file say who may",
    sources=("gerrit", "stable"),
)
def backport(moment: Moment, ask: Ask) -> Reply:
    """Keep that a fix is not wanted on a branch, the newest that lacks it where none is named; or
    take that back."""
    match = _ORDER.fullmatch(ask.text.strip())
    if match is None:
        typed = f'backport does not take "{cut(plain(ask.text), 60)}". ' if ask.text else ""
        raise UserError(f"{typed}{_USAGE}")
    number, verb = int(match["number"]), match["verb"].lower()
    why = not_longer((match["why"] or "").strip(), LONGEST_REASON, "A reason")
    if verb == "refuse" and not why:
        raise UserError(f"Because of what? {_USAGE}")
    if verb == "want" and why:
        raise UserError(f'backport want does not take "because". {_USAGE}')
    row = _meant(moment, number, match["branch"] or "", verb)
    notes = _notes(moment, row, number, verb, why, ask)
    what = f"{row.fix.change.number}{_bugs(row)}"
    if verb == "want":
        return Reply(doc(f"Wanted on {row.branch} again: {what}."), notes=notes)
    on_list = " The bug stays on the list: bug drop." if row.is_critical else ""
    back = f"backport want {number} takes it back"
    said = f"Not for {row.branch}, because {why}: {what}; {back}.{on_list}"
    return Reply(doc(said), notes=notes)


def _notes(
    moment: Moment, row: Backport, number: int, verb: str, why: str, ask: Ask
) -> tuple[Note, ...]:
    if verb == "refuse":
        return (refusal_note(row.branch, number, why, ask.name, moment.now),)
    gone = {f"{row.branch}#{each}" for each in (row.fix.change.number, *row.fix.bugs)}
    return tuple(
        Note(note.kind, note.subject, None, ask.name, moment.now)
        for note in moment.notes
        if note.body and note.kind == "backport" and note.subject in gone
    )


def _meant(moment: Moment, number: int, branch: str, verb: str) -> Backport:
    """The fix by its change or its bug, on the newest branch that fits; else a UserError."""
    fixes = known_fixes(moment)
    rows = [row for each in _chosen(moment, branch) for row in told_of(moment, fixes, each)]
    mine = [row for row in rows if number == row.fix.change.number or number in row.fix.bugs]
    fitting = [row for row in mine if (row.state in OPEN) == (verb == "refuse")]
    told = [row for row in fitting if verb == "refuse" or row.state is BackportState.REFUSED]
    if told:
        return told[0]
    where = f" for {branch[:40]}" if branch else ""
    if mine:
        raise UserError(f"{number} is {state_words(mine[0])} on {mine[0].branch}.")
    raise UserError(f"I know no fix {number} that could be backported{where}: backports.")
