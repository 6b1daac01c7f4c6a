"""A Zuul on loopback: a database of builds that a test fills night by night, served as a real
Zuul 14.3.0 answers, with its errors."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from kit.upstream.server import Reply, Upstream
from kit.upstream.zuul_status import item_row, job_row, pipeline_row

TENANT = "/api/tenant/openstack"
PARAMETERS = frozenset(
    {
        "project",
        "pipeline",
        "change",
        "branch",
        "patchset",
        "ref",
        "newrev",
        "uuid",
        "job_name",
        "queue_item_uuid",
        "voting",
        "nodeset",
        "result",
        "final",
        "held",
        "complete",
        "limit",
        "skip",
        "idx_min",
        "idx_max",
        "exclude_result",
    }
)
NOT_OF_BUILDSETS = frozenset({"job_name", "voting", "nodeset", "final", "held"})
FUZZY = ("project", "pipeline", "branch", "job_name")
EXACT = ("change", "patchset", "ref", "newrev", "uuid", "nodeset", "queue_item_uuid", "result")
ERROR_FILTERS = frozenset({"project", "branch", "severity", "name", "limit", "skip"})
SPA = b'<html lang="en" class="layout-pf layout-pf-fixed"><head></head></html>'

Row = dict[str, Any]


def stamp(at: dt.datetime | None) -> str | None:
    """Zuul's way to write a time: UTC, no zone, no fraction."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def page(status: int, text: str, delay: float = 0.0) -> Reply:
    """An error as Zuul says it: HTML, never JSON."""
    body = f"<html><body><h2>{status}</h2><p>{text}</p></body></html>".encode()
    return Reply(body, status, {"Content-Type": "text/html;charset=utf-8"}, delay)


class ZuulServer(Upstream):
    """The tenant `openstack`; `api` is its address.

    `expected` is what freeze-jobs says by (project, branch, pipeline); `variants` what job/NAME
    says; `errors` what config-errors says; `items` the queue items by pipeline, `states` the
    pipelines that are not normal, `refuses` the lanes whose freeze-jobs is 500, `changed` what an
    answer is forged to. `flat` serves the
    layout before Zuul 10. `slow` delays every answer by so many seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.builds: list[Row] = []
        self.buildsets: list[Row] = []
        self.expected: dict[tuple[str, str, str], list[str]] = {}
        self.variants: dict[str, list[Row]] = {}
        self.errors: list[Row] = []
        self.items: dict[str, list[Row]] = {"check": [], "gate": []}
        self.states: dict[str, str] = {}
        self.refuses: set[tuple[str, str, str]] = set()
        self.changed: Callable[[str, Any], Any] = lambda path, value: value
        self.flat = False
        self.slow = 0.0
        self.trouble: Reply | None = None
        self._number = 100_000

    @property
    def api(self) -> str:
        """The tenant's API."""
        return self.url + TENANT

    def add_buildset(
        self,
        project: str,
        event: dt.datetime,
        result: str | None = None,
        branch: str = "master",
        pipeline: str = "periodic",
        started: bool = True,
    ) -> Row:
        """A buildset without builds yet."""
        self._number += 1
        row = {
            "_id": self._number,
            "uuid": uuid.uuid4().hex,
            "result": result,
            "message": None,
            "pipeline": pipeline,
            "event_id": uuid.uuid4().hex,
            "event_timestamp": stamp(event),
            "queue_item_uuid": uuid.uuid4().hex,
            "first_build_start_time": stamp(event) if started else None,
            "last_build_end_time": None,
            "user_id": None,
            "parameters": None,
            "refs": [self._ref(project, branch)],
        }
        self.buildsets.append(row)
        return row

    def add_build(
        self,
        buildset: Row,
        job: str,
        result: str | None = "SUCCESS",
        start: dt.datetime | None = None,
        end: dt.datetime | None = None,
        final: bool | None = True,
        voting: bool | None = True,
        detail: str | None = None,
    ) -> Row:
        """A build of the buildset; its `_id` is given now, whenever it ends."""
        event = dt.datetime.fromisoformat(buildset["event_timestamp"]).replace(tzinfo=dt.UTC)
        start = start or event + dt.timedelta(minutes=10)
        end = end or start + dt.timedelta(minutes=30)
        self._number += 1
        name = uuid.uuid4().hex
        row = {
            "_id": self._number,
            "uuid": name,
            "job_name": job,
            "result": None,
            "held": None,
            "execute_time": stamp(start),
            "start_time": stamp(start),
            "end_time": None,
            "duration": None,
            "voting": voting,
            "log_url": None,
            "nodeset": "debian-trixie-8GB",
            "error_detail": None,
            "final": None,
            "artifacts": [],
            "provides": [],
            "ref": dict(buildset["refs"][0]),
            "pipeline": buildset["pipeline"],
            "event_id": buildset["event_id"],
            "event_timestamp": buildset["event_timestamp"],
            "queue_item_uuid": buildset["queue_item_uuid"],
            "buildset": {"uuid": buildset["uuid"]},
        }
        self.builds.append(row)
        if result is not None:
            self.finish(row, result, end, final, detail)
        return row

    def finish(
        self,
        row: Row,
        result: str,
        end: dt.datetime,
        final: bool | None = True,
        detail: str | None = None,
    ) -> None:
        """The row changes in place, as Zuul's does."""
        row.update(
            result=result,
            end_time=stamp(end),
            duration=1.5,
            held=False,
            final=final,
            error_detail=detail,
        )

    def night(
        self,
        project: str,
        event: dt.datetime,
        results: Mapping[str, str | None],
        branch: str = "master",
        pipeline: str = "periodic",
    ) -> dict[str, Row]:
        """One lane's night: a buildset with a build for each job, by the job's name."""
        failed = any(result not in ("SUCCESS", None) for result in results.values())
        buildset = self.add_buildset(
            project, event, "FAILURE" if failed else "SUCCESS", branch, pipeline
        )
        return {job: self.add_build(buildset, job, result) for job, result in results.items()}

    def _ref(self, project: str, branch: str) -> Row:
        return {
            "project": project,
            "branch": branch,
            "change": None,
            "patchset": None,
            "ref": f"refs/heads/{branch}",
            "oldrev": None,
            "newrev": None,
            "ref_url": f"https://opendev.org/{project}/commit/None",
        }

    def _reply(self, request: web.BaseRequest) -> Reply:
        if self.mode in ("garbage", "error"):
            return super()._reply(request)
        reply = self.trouble or self._forged(request, self._answer(request))
        return Reply(reply.body, reply.status, reply.headers, max(reply.delay, self.slow))

    def _forged(self, request: web.BaseRequest, reply: Reply) -> Reply:
        if reply.status != 200 or not reply.body.startswith((b"[", b"{")):
            return reply
        path = unquote(request.path).removeprefix(TENANT + "/")
        value = self.changed(path, json.loads(reply.body))
        return Reply(json.dumps(value).encode(), reply.status, reply.headers, reply.delay)

    def _answer(self, request: web.BaseRequest) -> Reply:
        path = unquote(request.path)
        if not path.startswith("/api/tenant/"):
            return page(200, "") if path.startswith("/api") else page(404, "Not found")
        if not path.startswith(TENANT + "/"):
            return page(404, "Unknown tenant")
        path = path.removeprefix(TENANT + "/")
        query = request.query
        if path == "builds":
            return self._listed(query, self.builds, PARAMETERS)
        if path == "buildsets":
            return self._listed(query, self.buildsets, PARAMETERS - NOT_OF_BUILDSETS)
        if path == "status":
            return answer(self._status())
        if path == "config-errors":
            return self._loading_errors(query)
        if match := re.fullmatch(r"job/([^/]+)", path):
            found = self.variants.get(match[1])
            return answer(found) if found else page(404, "Job does not exist")
        if match := re.fullmatch(r"pipeline/([^/]+)/project/(.+)/branch/(.+)/freeze-jobs", path):
            return self._frozen(match[2], match[3], match[1])
        return Reply(SPA, 200, {"Content-Type": "text/html;charset=utf-8"})

    def _loading_errors(self, query: Any) -> Reply:
        if set(query) - ERROR_FILTERS:
            return page(404, "Nothing matches the given URI")
        skip, limit = int(query.get("skip", "0")), int(query.get("limit", "50"))
        found = [
            error
            for error in self.errors
            if all(
                query.get(name) in (None, of.get(name))
                for of, names in (
                    (error["source_context"] or {}, ("project", "branch")),
                    (error, ("severity", "name")),
                )
                for name in names
            )
        ]
        return answer(found[skip : skip + limit])

    def _frozen(self, project: str, branch: str, pipeline: str) -> Reply:
        if not any(known[0] == project for known in self.expected):
            return page(404, "Unknown project")
        if not any(known[2] == pipeline for known in self.expected):
            return page(404, "Unknown pipeline")
        if (project, branch, pipeline) in self.refuses:
            return page(500, "Internal Server Error")
        jobs = self.expected.get((project, branch, pipeline), [])
        return answer([{"name": job, "dependencies": []} for job in jobs])

    def _listed(self, query: Any, rows: list[Row], known: frozenset[str]) -> Reply:
        if set(query) - known:
            return page(404, "Nothing matches the given URI")
        try:
            bounds = {name: int(query[name]) for name in ("idx_min", "idx_max") if name in query}
        except ValueError:
            return page(400, "idx_min, idx_max must be integers")
        try:
            limit, skip = (
                int(_only(query, name, default))
                for name, default in (("limit", "50"), ("skip", "0"))
            )
            if limit < 0 or skip < 0:
                raise ValueError
        except ValueError:
            return page(500, "Internal Server Error")
        found = [
            row
            for row in rows
            if bounds.get("idx_min", 0) <= row["_id"]
            and ("idx_max" not in bounds or row["_id"] <= bounds["idx_max"])
            and all(_matches(row, name, query.getall(name)) for name in set(query))
        ]
        found.sort(key=lambda row: -row["_id"])
        chosen = found[skip : skip + limit]
        return answer([self._laid_out(row) for row in chosen])

    def _laid_out(self, row: Row) -> Row:
        if not self.flat or "ref" not in row:
            return row
        return {**row, **row["ref"]}

    def _status(self) -> Row:
        return {
            "zuul_version": "14.3.0",
            "trigger_event_queue": {"length": 0},
            "state": {"trigger_queue_discarding": False, "reason": None, "info": None},
            "management_event_queue": {"length": 0},
            "connection_event_queues": {},
            "last_reconfigured": 1795351481000,
            "pipelines": [
                pipeline_row(name, items, self.states.get(name, "normal"))
                for name, items in self.items.items()
            ],
        }

    def enqueue(
        self, pipeline: str, project: str, since: dt.datetime, live: bool = True, *more: str
    ) -> None:
        """An item that waits in a pipeline since an instant; with `more` repositories it is a
        circle of changes that depend on each other."""
        refs = [
            {
                "id": f"98765{number},1",
                "owner": "bob",
                "project": name,
                "project_canonical": f"opendev.org/{name}",
                "ref": f"refs/changes/5{number}/98765{number}/1",
                "url": "",
            }
            for number, name in enumerate((project, *more))
        ]
        self.items.setdefault(pipeline, []).append(item_row(refs, since, [], live))

    def hold(
        self,
        project: str,
        since: dt.datetime,
        jobs: Mapping[str, tuple[dt.datetime | None, int]],
        branch: str = "master",
        pipeline: str = "periodic",
    ) -> Row:
        """A branch's item that is in its pipeline still: each job's start, None for one that is
        queued, and which attempt it is."""
        ref = {
            "id": None,
            "owner": None,
            "project": project,
            "project_canonical": f"opendev.org/{project}",
            "ref": f"refs/heads/{branch}",
            "url": "",
        }
        rows = [job_row(name, pipeline, start, tries) for name, (start, tries) in jobs.items()]
        item = item_row([ref], since, rows, True)
        self.items.setdefault(pipeline, []).append(item)
        return item


def answer(value: Any) -> Reply:
    """JSON as Zuul sends it."""
    return Reply(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})


def _only(query: Any, name: str, default: str) -> str:
    values = query.getall(name, [default])
    if len(values) != 1:
        raise ValueError(name)
    return str(values[0])


def _matches(row: Row, name: str, wanted: list[str]) -> bool:
    ref = row.get("ref") or row["refs"][0]
    value = ref.get(name) if name in ("project", "branch", "change", "ref") else row.get(name)
    if name in FUZZY:
        return value in wanted or any(
            fnmatchcase(str(value), re.sub(r"([\[?])", r"[\1]", text))
            for text in wanted
            if "*" in text
        )
    if name in EXACT:
        return value is not None and value in wanted
    tests: dict[str, Callable[[], bool]] = {
        "complete": lambda: (row["result"] is not None) == (wanted[0].lower() == "true"),
        "final": lambda: row.get("final") is (wanted[0].lower() == "true"),
    }
    if name == "exclude_result":
        return row["result"] is not None and row["result"] not in wanted
    return tests[name]() if name in tests else True


def plain_variant(job: str, parent: str | None, required: Iterable[str] = ()) -> Row:
    """A variant of a job on master, as job/NAME shows it."""
    return {
        "name": job,
        "parent": parent,
        "branches": ["master"],
        "variant_description": "",
        "required_projects": [
            {"project_name": name, "override_branch": None, "override_checkout": None}
            for name in required
        ],
    }
