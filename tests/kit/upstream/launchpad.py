"""A Launchpad on loopback: answers anonymous reads of bugs as lazr.restful does, errors and all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from kit.upstream.server import Reply, Upstream

ROOT = "/devel"
STATUSES = (
    "New", "Incomplete", "Opinion", "Invalid", "Won't Fix", "Expired", "Confirmed", "Triaged",
    "In Progress", "Deferred", "Fix Committed", "Fix Released", "Does Not Exist", "Unknown",
)  # fmt: skip
UNRESOLVED = ("New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Fix Committed")
IMPORTANCES = ("Unknown", "Undecided", "Critical", "High", "Medium", "Low", "Wishlist")
DEFAULT_PAGE, LARGEST_PAGE = 75, 300
TIMEOUT = b"<html><head><title>Timeout error</title></head><body>Please try again</body></html>"


@dataclass
class StoredBug:
    """A bug as the server has it, with a task in each of `projects`; `changed` is when anything of
    it was modified last."""

    number: int
    title: str
    status: str = "New"
    importance: str = "Undecided"
    projects: list[str] = field(default_factory=lambda: ["glance"])
    assignee: str = ""
    milestone: str = ""
    tags: list[str] = field(default_factory=list)
    private: bool = False
    duplicate_of: int = 0
    created: str = "2026-11-01T09:00:00+00:00"
    changed: str = "2026-11-01T09:00:00+00:00"
    closed: str = ""


class LaunchpadServer(Upstream):
    """Bugs by number, projects by name with their active milestones (name -> day or "")."""

    def __init__(self) -> None:
        super().__init__()
        self.bugs: dict[int, StoredBug] = {}
        self.projects: dict[str, dict[str, str]] = {"glance": {}}
        self.trouble: Reply | None = None

    @property
    def api(self) -> str:
        return f"{self.url}{ROOT}"

    def add(self, bug: StoredBug) -> StoredBug:
        self.bugs[bug.number] = bug
        return bug

    def change(self, number: int, at: str, **fields: Any) -> None:
        """Somebody modified the bug at an instant ("2027-03-01T10:00:00+00:00")."""
        bug = self.bugs[number]
        for name, value in {**fields, "changed": at}.items():
            setattr(bug, name, value)
        if fields.get("status") in ("Fix Released", "Invalid", "Won't Fix"):
            bug.closed = at

    def times_out(self) -> None:
        """Its daily weather: every page is a 503 in HTML."""
        self.trouble = Reply(TIMEOUT, 503, {"Content-Type": "text/html;charset=utf-8"})

    def _reply(self, request: web.BaseRequest) -> Reply:
        if self.mode != "up" or request.path in self.routes:
            return super()._reply(request)
        if self.trouble is not None:
            return self.trouble
        path = request.path.removeprefix(ROOT)
        if match := re.fullmatch(r"/bugs/(\d+)(/bug_tasks)?", path):
            return self._bug(request, int(match[1]), bool(match[2]))
        if match := re.fullmatch(r"/([\w.+-]+)(/active_milestones)?", path):
            return self._project(request, match[1], bool(match[2]))
        return _text(404, "Not Found", "text/html")

    def _bug(self, request: web.BaseRequest, number: int, tasks: bool) -> Reply:
        bug = self.bugs.get(number)
        if bug is None:
            return _text(404, "Object: <lp.bugs>, name: 'x'")
        if bug.private:
            return _text(401, "(<Bug>, 'title', 'launchpad.View')")
        if tasks:
            return self._paged(request, [self._task(bug, name) for name in bug.projects])
        other = f"{self.api}/bugs/{bug.duplicate_of}" if bug.duplicate_of else None
        return _entry(
            request,
            {
                "self_link": f"{self.api}/bugs/{number}",
                "id": number,
                "title": bug.title,
                "tags": bug.tags,
                "private": False,
                "duplicate_of_link": other,
                "date_last_updated": bug.changed,
                "bug_tasks_collection_link": f"{self.api}/bugs/{number}/bug_tasks",
            },
        )

    def _project(self, request: web.BaseRequest, name: str, milestones: bool) -> Reply:
        if name not in self.projects:
            return _text(404, "Object: <lp.systemhomes>, name: 'x'", "text/html")
        if milestones:
            rows = [
                {
                    "name": each,
                    "title": f"{name} {each}",
                    "date_targeted": day or None,
                    "is_active": True,
                    "series_target_link": f"{self.api}/{name}/indri",
                }
                for each, day in self.projects[name].items()
            ]
            return self._paged(request, rows)
        operation = request.query.get("ws.op")
        if operation == "getMilestone":
            wanted = request.query.get("name", "")
            known = self.projects[name]
            return _json({"name": wanted} if wanted in known else None)
        if operation != "searchTasks":
            return _text(400, f"No such operation: {operation}")
        try:
            return self._paged(request, self._found(request, name))
        except ValueError as error:
            return _text(400, str(error))

    def _found(self, request: web.BaseRequest, project: str) -> list[dict[str, Any]]:
        query = request.query
        statuses = _of("status", query.getall("status", []), STATUSES) or list(UNRESOLVED)
        importances = _of("importance", query.getall("importance", []), IMPORTANCES)
        tags = query.getall("tags", [])
        every = query.get("tags_combinator", "Any") == "All"
        since = _instant(query.get("modified_since"))
        keeps_duplicates = query.get("omit_duplicates", "true").lower() == "false"
        found = [
            self._task(bug, project)
            for bug in self.bugs.values()
            if project in bug.projects and not bug.private
            if bug.status in statuses and (not importances or bug.importance in importances)
            if not tags or (all if every else any)(tag in bug.tags for tag in tags)
            if since is None or dt.datetime.fromisoformat(bug.changed) >= since
            if keeps_duplicates or not bug.duplicate_of
        ]
        return found

    def _task(self, bug: StoredBug, project: str) -> dict[str, Any]:
        """It has no tags and no number."""
        target = f"{self.api}/{project}"
        milestone = f"{target}/+milestone/{bug.milestone}" if bug.milestone else None
        return {
            "title": f'Bug #{bug.number} in {project}: "{bug.title}"',
            "status": bug.status,
            "importance": bug.importance,
            "bug_link": f"{self.api}/bugs/{bug.number}",
            "bug_target_name": project,
            "target_link": target,
            "milestone_link": milestone,
            "assignee_link": f"{self.api}/~{bug.assignee}" if bug.assignee else None,
            "owner_link": f"{self.api}/~reporter",
            "web_link": f"https://bugs.launchpad.net/{project}/+bug/{bug.number}",
            "self_link": f"{target}/+bug/{bug.number}",
            "is_complete": bool(bug.closed),
            "date_created": bug.created,
            "date_closed": bug.closed or None,
            "http_etag": f'"{bug.number}-{bug.changed}"',
        }

    def _paged(self, request: web.BaseRequest, rows: list[dict[str, Any]]) -> Reply:
        """A collection: each page but the last has a link with a memo, and of its total only the
        address."""
        query = request.query
        size = min(int(query.get("ws.size", DEFAULT_PAGE)), LARGEST_PAGE)
        start = int(query.get("ws.start", "0"))
        page: dict[str, Any] = {"start": start, "entries": rows[start : start + size]}
        here = [(name, value) for name, value in query.items() if name not in _PLACE]
        address = f"{self.url}{request.path}"
        if start + size < len(rows):
            place = [("ws.start", str(start + size)), ("memo", str(start + size))]
            size_of = [("ws.size", str(size))]
            page["next_collection_link"] = f"{address}?{urlencode([*here, *size_of, *place])}"
            page["total_size_link"] = f"{address}?{urlencode([*here, ('ws.show', 'total_size')])}"
        else:
            page["total_size"] = len(rows)
        return _json(page)


_PLACE = ("ws.size", "ws.start", "memo")


def _of(name: str, values: list[str], known: tuple[str, ...]) -> list[str]:
    for value in values:
        if value not in known:
            raise ValueError(f'{name}: Invalid value "{value}". Acceptable values are: {known}')
    return values


def _instant(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)


def _json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})


def _entry(request: web.BaseRequest, value: dict[str, Any]) -> Reply:
    body = json.dumps(value).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}-devel"'
    if request.headers.get("If-None-Match") == etag:
        return Reply(b"", 304, {"ETag": etag})
    return Reply(body, 200, {"Content-Type": "application/json", "ETag": etag})


def _text(status: int, text: str, kind: str = "text/plain") -> Reply:
    return Reply(text.encode(), status, {"Content-Type": kind})
