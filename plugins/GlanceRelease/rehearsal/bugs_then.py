"""The bugs and their fixes as they were at an instant of the past, by the rows of `--bugs`; without
them nothing is known of either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..clock import instant_of
from ..domain.bugs.fixes import FIXES, FixChange, FixChanges
from ..domain.bugs.tracker import BUG_DETAILS, BugDetail, BugTask, ProjectBugs, bugs_of
from ..domain.model import Deliverable
from ..domain.releases.proposal import Change, Status
from ..domain.snapshot import Fetched, Snapshot
from ..sources.strict_yaml import Unreadable
from .json_rows import json_rows

_BUG = ("title", "status", "importance", "project", "assignee")
_CHANGE = ("project", "branch", "subject", "message", "status", "revision")
_STATUSES: dict[str, Status] = {"NEW": "NEW", "MERGED": "MERGED", "ABANDONED": "ABANDONED"}


@dataclass(frozen=True)
class BugRow:
    """What a bug or a change became at an instant: the fields that are not what they were."""

    at: dt.datetime
    bug: int = 0
    change: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


def parse_bugs(body: bytes) -> tuple[BugRow, ...]:
    """The rows by their instants; Unreadable names the row (from 1) that can't be used."""
    read = [_row(number, row) for number, row in enumerate(json_rows(body), 1)]
    return tuple(sorted(read, key=lambda row: row.at))


def _row(number: int, row: Any) -> BugRow:
    if not isinstance(row, dict) or not isinstance(row.get("at"), str):
        raise Unreadable(f"row {number}: at is needed, as text")
    bug, change = row.get("bug", 0), row.get("change", 0)
    if type(bug) is not int or type(change) is not int or bool(bug) == bool(change):
        raise Unreadable(f"row {number}: a number is needed as bug or as change")
    known = _BUG if bug else _CHANGE
    fields = {name: value for name, value in row.items() if name not in ("at", "bug", "change")}
    for name, value in fields.items():
        if name not in known or not isinstance(value, str):
            raise Unreadable(f"row {number}: {str(name)[:40]} is none of {', '.join(known)}")
    if fields.get("status") not in (None, *_STATUSES) and change:
        raise Unreadable(f"row {number}: a change is {', '.join(_STATUSES)}")
    try:
        return BugRow(instant_of(row["at"]), bug, change, fields)
    except ValueError as error:
        raise Unreadable(f"row {number}: at: {error}") from None


def with_bugs_at(snapshot: Snapshot, rows: tuple[BugRow, ...] | None, now: dt.datetime) -> Snapshot:
    """The snapshot with what Launchpad and Gerrit would have told of bugs at `now`; with nothing of
    them where there are no rows, since what is live is of today."""
    live = {FIXES.name, BUG_DETAILS.name, *(bugs_of(n).name for n in snapshot.team.bugs.projects)}
    facts = {name: fact for name, fact in snapshot.facts.items() if name not in live}
    past = [row for row in rows or () if row.at <= now]
    if rows is not None:
        tasks = _tasks(past)
        for project in snapshot.team.bugs.projects:
            mine = {n: task for n, task in tasks.items() if task.project == project}
            value = ProjectBugs(project, mine)
            facts[bugs_of(project).name] = Fetched(value, None, "stored", upstream="launchpad")
        details = {n: BugDetail(n, tasks=(task,)) for n, task in tasks.items()}
        facts[BUG_DETAILS.name] = Fetched(details, None, "stored", upstream="launchpad")
        fixes = FixChanges(tuple(_changes(past)), frozenset(tasks), _committed(snapshot))
        told = {snapshot.team.name: fixes}
        facts[FIXES.name] = Fetched(told, None, "stored", upstream="gerrit")
    return replace(snapshot, facts=facts)


def _committed(snapshot: Snapshot) -> dict[tuple[str, str], dt.datetime]:
    """When the releases' commits were made: as their tags, since nothing else is known."""
    files = (fact.value for fact in snapshot.facts.values() if isinstance(fact.value, Deliverable))
    return {
        pair: release.tagged
        for file in files
        for release in file.releases
        if release.tagged is not None
        for pair in release.hashes
    }


def _tasks(rows: Iterable[BugRow]) -> dict[int, BugTask]:
    told: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.bug:
            begin = {"number": row.bug, "project": "", "title": "", "status": "New"}
            begin |= {"importance": "Undecided", "created": row.at}
            bug = told.setdefault(row.bug, begin)
            bug.update(row.fields)
            bug["closed"] = row.at if bug["status"] == "Fix Released" else None
    return {number: BugTask(**fields) for number, fields in told.items()}


def _changes(rows: Iterable[BugRow]) -> Iterable[FixChange]:
    told: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.change:
            begin = {"number": row.change, "branch": "master", "subject": "", "status": "NEW"}
            begin |= {"project": "", "created": row.at, "revision": f"{row.change:040x}"}
            change = told.setdefault(row.change, begin)
            change.update(row.fields, updated=row.at)
            if change["status"] == "MERGED":
                change.setdefault("submitted", row.at)
    return (FixChange(Change(**fields)) for fields in told.values())
