"""Launchpad's entries as rows: what of one is kept, and what it means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from ...domain.bugs.tracker import BugTask, TrackerMilestone
from ..http import Trouble
from .client import ODD, Raw

LONGEST_TITLE = 300
_NUMBER = re.compile(r"/(?:\+?bugs?)/([0-9]{1,9})(?:/|$)")
_TITLE = re.compile(r'Bug #[0-9]+ in [^:]*: "(.*)"', re.DOTALL)
_NAMES = {  # of a task: the field, and what it is kept as
    "status": "status",
    "importance": "importance",
    "date_created": "created",
    "date_closed": "closed",
    "web_link": "url",
}

Row = dict[str, Any]


def task_row(raw: Raw) -> Row:
    """A bug_task with only what is used. It has no number: that stands in its links. Raises Trouble
    for what is no bug_task."""
    number = number_in(raw.get("bug_link")) or number_in(raw.get("web_link"))
    status, title = raw.get("status"), raw.get("title")
    if number is None or not isinstance(status, str) or not isinstance(title, str):
        raise Trouble(ODD)
    row: Row = {kept: raw.get(name) for name, kept in _NAMES.items()}
    match = _TITLE.fullmatch(title)
    row["title"] = (match[1] if match else title)[:LONGEST_TITLE]
    row["number"] = number
    row["assignee"] = last_of(raw.get("assignee_link")).removeprefix("~")
    row["milestone"] = last_of(raw.get("milestone_link"))
    row["project"] = _project(raw)
    return row


def _project(raw: Raw) -> str:
    """The project's name as addresses have it; "glance/indri" is a series', which is its own."""
    link = raw.get("target_link")
    if isinstance(link, str) and (match := re.search(r"/(?:devel|1\.0|beta)/(.+)$", link)):
        return match[1]
    return str(raw.get("bug_target_name") or "")


def number_in(link: object) -> int | None:
    """The bug's number in an address; None where there is none."""
    match = _NUMBER.search(link) if isinstance(link, str) else None
    return int(match[1]) if match else None


def last_of(link: object) -> str:
    """The last part of an address; empty for no address."""
    return link.rstrip("/").rpartition("/")[2] if isinstance(link, str) else ""


def instant(text: object) -> dt.datetime | None:
    """Launchpad's "2026-11-19T14:00:00.123456+00:00"; None for what is no instant."""
    try:
        at = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at.astimezone(dt.UTC) if at is not None and at.tzinfo else None


def day(text: object) -> dt.date | None:
    """Launchpad's "2027-02-25"; None for what is no day."""
    try:
        return dt.date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def read_task(row: Mapping[str, Any]) -> BugTask:
    """A kept row as a task."""
    texts = ("project", "title", "status", "importance", "assignee", "milestone", "url")
    told = {name: str(row.get(name) or "") for name in texts}
    times = {name: instant(row.get(name)) for name in ("created", "closed")}
    return BugTask(number=int(row["number"]), **told, **times)  # type: ignore[arg-type]


def milestone_row(raw: Raw) -> Row:
    """A milestone with only what is used."""
    if not isinstance(raw.get("name"), str):
        raise Trouble(ODD)
    return {"name": raw["name"], "day": raw.get("date_targeted")}


def read_milestone(row: Mapping[str, Any]) -> TrackerMilestone:
    """A kept row as a milestone."""
    return TrackerMilestone(str(row["name"]), day(row.get("day")))
