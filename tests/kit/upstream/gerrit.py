"""A Gerrit on loopback: answers anonymous reads as Gerrit 3.11 does, errors and all."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import zlib
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from kit.upstream.server import Reply, Upstream

OPTIONS = {
    "LABELS", "DETAILED_LABELS", "CURRENT_REVISION", "CURRENT_FILES", "CURRENT_COMMIT",
    "DETAILED_ACCOUNTS", "SUBMIT_REQUIREMENTS", "MESSAGES", "TRACKING_IDS", "SUBMITTABLE",
}  # fmt: skip
MAX_QUERIES = 10
USERNAMES = {"zuul@example.org": "zuul"}
_TOKEN = re.compile(r'\s*(\(|\)|-?[a-z]+:"[^"]*"|-?[a-z]+:[^\s()]+|OR\b|AND\b|[^\s()]+)')


@dataclass
class Stored:
    """A change as the server has it; `files` are path -> (text in the parent, text), either may
    be None; `votes` are (label, value, name, e-mail); `commit` is its patch set's hash, where that
    matters, `renamed` has the old path of a file that Gerrit lists as renamed; `uploader` is who
    uploaded that patch set, where that is not the owner; `stands_on` another change that it has
    below it; `messages` are (author, text) on its patch set."""

    number: int
    project: str
    subject: str
    branch: str = "master"
    status: str = "NEW"
    owner: tuple[str, str] = ("Elod Illes", "elod@example.org")
    topic: str = ""
    created: str = "2026-09-07 09:00:00.000000000"
    updated: str = "2026-09-07 09:00:00.000000000"
    submitted: str = ""
    patch_set: int = 1
    message: str = ""
    private: bool = False
    files: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    votes: list[tuple[str, int, str, str]] = field(default_factory=list)
    commit: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    username: str = ""
    uploader: tuple[str, str] | None = None
    work_in_progress: bool = False
    stands_on: int = 0
    messages: list[tuple[str, str]] = field(default_factory=list)
    mergeable: bool | None = None
    uploaded: str = ""

    @property
    def revision(self) -> str:
        return self.commit or f"{self.number * 100 + self.patch_set:040x}"


class GerritServer(Upstream):
    """Changes, commits (repository, sha) -> (day, branches, tags), files (repository, sha, path) ->
    text, and branches' heads; `now` is the instant by which `age:` counts, `limit` Gerrit's own
    bound on one query's changes; what is `refused` (paths) is answered by the routes alone.

    A commit with `parents` is also in what is reached from `heads` and from `tags` (repository,
    name) -> sha: a history that is grown by `grow` needs no branches and tags told. A tag is
    annotated where `tag_days` has the tagger's day."""

    def __init__(self, now: dt.datetime) -> None:
        super().__init__()
        self.now = now
        self.limit = 500
        self.changes: dict[int, Stored] = {}
        self.commits: dict[tuple[str, str], tuple[str, tuple[str, ...], tuple[str, ...]]] = {}
        self.files: dict[tuple[str, str, str], str] = {}
        self.heads: dict[tuple[str, str], str] = {}
        self.tags: dict[tuple[str, str], str] = {}
        self.tag_days: dict[tuple[str, str], str] = {}
        self.parents: dict[tuple[str, str], tuple[str, ...]] = {}
        self.delay = 0.0
        self.refused: set[str] = set()
        self.unindexed: set[int] = set()  # changes that no query finds yet

    def add(self, change: Stored) -> Stored:
        self.changes[change.number] = change
        return change

    def grow(self, repository: str, sha: str, *parents: str, day: str, branch: str = "") -> str:
        """A commit on these parents, which is the branch's new head where one is named."""
        self.commits[repository, sha] = (f"{day}.000000000", (), ())
        self.parents[repository, sha] = parents
        if branch:
            self.heads[repository, branch] = sha
        return sha

    def tag(self, repository: str, version: str, sha: str, day: str) -> None:
        """The release job has tagged the commit, with an annotated tag."""
        self.tags[repository, version] = sha
        self.tag_days[repository, version] = f"{day}.000000000"

    def _reached(self, repository: str, sha: str) -> set[str]:
        """The commit and all that it stands on."""
        found: set[str] = set()
        ahead = [sha]
        while ahead:
            commit = ahead.pop()
            if commit not in found:
                found.add(commit)
                ahead += self.parents.get((repository, commit), ())
        return found

    def _holders(self, repository: str, sha: str) -> tuple[list[str], list[str]]:
        """The branches and the tags that hold a commit, as `/in` has them."""
        _, *told = self.commits[repository, sha]
        names: list[list[str]] = []
        for already, refs in zip(told, (self.heads, self.tags), strict=True):
            reach = (
                n
                for (r, n), at in refs.items()
                if r == repository
                and (repository, sha) in self.parents
                and sha in self._reached(r, at)
            )
            names.append(list(dict.fromkeys([*already, *reach])))
        return names[0], names[1]

    def _reply(self, request: web.BaseRequest) -> Reply:
        path = request.raw_path.partition("?")[0].removeprefix("/gerrit")
        if self.mode != "up" or path in self.refused:
            return super()._reply(request)
        for pattern, answer in (
            (r"/changes/", self._query),
            (r"/changes/(\d+)", self._detail),
            (r"/changes/(\d+)/revisions/(\w+)/files/([^/]+)/content", self._content),
            (r"/changes/(\d+)/revisions/(\w+)/files/([^/]+)/diff", self._diff),
            (r"/changes/(\d+)/revisions/(\w+)/related", self._related),
            (r"/projects/([^/]+)/commits/(\w+)", self._commit),
            (r"/projects/([^/]+)/commits/(\w+)/in", self._in),
            (r"/projects/([^/]+)/commits/(\w+)/files/([^/]+)/content", self._file_at),
            (r"/projects/([^/]+)/commits:in", self._in_refs),
            (r"/projects/([^/]+)/branches/([^/]+)", self._branch),
            (r"/projects/([^/]+)/tags/([^/]+)", self._tag),
        ):
            match = re.fullmatch(pattern, path)
            if match:
                reply = answer(request, *map(unquote, match.groups()))
                return Reply(reply.body, reply.status, reply.headers, self.delay)
        return super()._reply(request)

    def _query(self, request: web.BaseRequest) -> Reply:
        queries = request.query.getall("q", ["status:open"])
        if len(queries) > MAX_QUERIES:
            return _text(400, "limit of 10 queries")
        for option in request.query.getall("o", []):
            if option not in OPTIONS:
                return _text(400, f'"{option}" is not a valid value for "-o"')
        start = int(request.query.get("S", 0))
        try:
            lists = [self._found(query, start, request) for query in queries]
        except ValueError as error:
            return _text(400, str(error))
        return _json(lists if len(lists) > 1 else lists[0])

    def _found(self, query: str, start: int, request: web.BaseRequest) -> list[dict[str, Any]]:
        holds = _Query(query, self.now)
        found = [c for c in self.changes.values() if self._is_listed(c) and holds(c)]
        found.sort(key=lambda change: change.updated, reverse=True)
        page = [self._info(change) for change in found[start : start + self.limit]]
        if len(found) > start + self.limit:
            page[-1]["_more_changes"] = True
        return page

    def _is_listed(self, change: Stored) -> bool:
        return not change.private and change.number not in self.unindexed

    def _info(self, change: Stored) -> dict[str, Any]:
        info: dict[str, Any] = {
            "id": f"{change.project.replace('/', '%2F')}~{change.number}",
            "_number": change.number, "project": change.project, "branch": change.branch,
            "subject": change.subject, "status": change.status, "hashtags": [],
            "created": change.created, "updated": change.updated,
            "owner": _account(change.owner, change.username),
            "current_revision": change.revision, "current_revision_number": change.patch_set,
            "labels": {"Verified": {}, "Code-Review": {"all": [{"_account_id": 9}]}},
            "revisions": {
                change.revision: {
                    "_number": change.patch_set,
                    "uploader": _account(change.uploader or change.owner),
                    "created": change.uploaded or change.created,
                    "files": {"/COMMIT_MSG": {"status": "A"}, **_file_infos(change)},
                    "commit": {
                        "parents": [
                            {"commit": sha}
                            for sha in self.parents.get((change.project, change.revision), ())
                        ],
                        "message": f"{change.subject}\n\n{change.message}",
                    },
                }
            },
        }  # fmt: skip
        if change.mergeable is not None:
            info["mergeable"] = change.mergeable
        info["messages"] = [
            {"author": {"name": author}, "message": text, "_revision_number": change.patch_set}
            for author, text in change.messages
        ]
        if change.work_in_progress:
            info["work_in_progress"] = True
        if change.topic:
            info["topic"] = change.topic
        if change.submitted:
            info["submitted"] = change.submitted
        for label, value, name, email in change.votes:
            votes = info["labels"].setdefault(label, {}).setdefault("all", [])
            votes.append({"value": value, "date": change.updated, **_account((name, email))})
        return info

    def _detail(self, request: web.BaseRequest, number: str) -> Reply:
        change = self.changes.get(int(number))
        if change is None or change.private:
            return _text(404, f"Not found: {number}")
        return _json(self._info(change))

    def _content(self, request: web.BaseRequest, number: str, revision: str, path: str) -> Reply:
        change = self.changes.get(int(number))
        if change is None or change.private or revision not in (change.revision, "current"):
            return _text(404, f"Not found: {number}")
        before, after = change.files.get(path, (None, None))
        text = before if "parent" in request.query else after
        if text is None:
            return _text(404, f"Not found: {path}")
        return Reply(base64.b64encode(text.encode()), 200, {"Content-Type": "text/plain"})

    def _related(self, request: web.BaseRequest, number: str, revision: str) -> Reply:
        """The chain, newest first: the change and what it stands on; empty where it is alone."""
        change = self.changes.get(int(number))
        if change is None or change.private or revision != change.revision:
            return _text(404, f"Not found: {number}")
        chain = [change]
        while chain[-1].stands_on in self.changes and chain[-1].stands_on:
            chain.append(self.changes[chain[-1].stands_on])
        links = [
            {
                "project": link.project, "_change_number": link.number, "status": link.status,
                "_revision_number": link.patch_set, "_current_revision_number": link.patch_set,
            }
            for link in chain
        ]  # fmt: skip
        return _json({"changes": links if len(links) > 1 else []})

    def _diff(self, request: web.BaseRequest, number: str, revision: str, path: str) -> Reply:
        change = self.changes.get(int(number))
        if change is None or path not in change.files or revision != change.revision:
            return _text(404, f"Not found: {path}")
        old, new = ((text or "").splitlines() for text in change.files[path])
        content: list[dict[str, Any]] = []
        for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
            sides = {"a": old[a:b], "b": new[c:d]}
            same = {"ab": old[a:b]} if "context" not in request.query else {"skip": b - a}
            content.append(same if kind == "equal" else {k: v for k, v in sides.items() if v})
        return _json({"change_type": "MODIFIED", "intraline_status": "OK", "content": content})

    def _commit(self, request: web.BaseRequest, project: str, sha: str) -> Reply:
        known = self.commits.get((project, sha))
        if known is None:
            return _text(404, f"Not found: {sha}")
        person = {"name": "Zuul", "date": known[0], "tz": 0}
        parents = [{"commit": each} for each in self.parents.get((project, sha), ())]
        return _json({"commit": sha, "parents": parents, "author": person, "committer": person})

    def _in(self, request: web.BaseRequest, project: str, sha: str) -> Reply:
        known = self.commits.get((project, sha))
        if known is None:
            return _text(404, f"Not found: {sha}")
        branches, tags = self._holders(project, sha)
        return _json({"branches": branches, "tags": tags})

    def _in_refs(self, request: web.BaseRequest, project: str) -> Reply:
        """Which of these commits are in which of these refs; what is unknown is left out."""
        asked, refs = request.query.getall("commit", []), request.query.getall("ref", [])
        if not asked or not refs:
            return _text(400, "commit and ref are required")
        found: dict[str, list[str]] = {}
        for sha in asked:
            if (project, sha) in self.commits:
                branches, tags = self._holders(project, sha)
                names = [f"refs/heads/{b}" for b in branches] + [f"refs/tags/{t}" for t in tags]
                if held := [name for name in names if name in refs]:
                    found[sha] = held
        return _json(found)

    def _file_at(self, request: web.BaseRequest, project: str, sha: str, path: str) -> Reply:
        text = self.files.get((project, sha, path))
        if text is None:
            return _text(404, f"Not found: {path}")
        return Reply(base64.b64encode(text.encode()), 200, {"Content-Type": "text/plain"})

    def _branch(self, request: web.BaseRequest, project: str, name: str) -> Reply:
        head = self.heads.get((project, name))
        if head is None:
            return _text(404, f"Not found: {name}")
        links = [{"name": "gitea", "url": f"https://opendev.org/{project}/src/branch/{name}"}]
        return _json({"web_links": links, "ref": f"refs/heads/{name}", "revision": head})

    def _tag(self, request: web.BaseRequest, project: str, name: str) -> Reply:
        commit, day = self.tags.get((project, name)), self.tag_days.get((project, name))
        if commit is None:
            return _text(404, f"Not found: {name}")
        info = {"ref": f"refs/tags/{name}", "can_delete": False}
        if not day:  # Gerrit gives the commit's day for one that is not annotated
            created, *_ = self.commits.get((project, commit), ("2026-01-01 00:00:00.000000000",))
            return _json({**info, "revision": commit, "created": created})
        person = {"name": "OpenStack Release Bot", "email": "i@openstack.org", "date": day, "tz": 0}
        tag = {"object": commit, "message": f"{name} release\n", "tagger": person, "created": day}
        return _json({**info, "revision": f"{len(self.tags):040x}", **tag})


def _file_infos(change: Stored) -> dict[str, dict[str, Any]]:
    """FileInfos as Gerrit gives them: a modified file has no status."""
    infos: dict[str, dict[str, Any]] = {}
    away = change.renamed.values()  # Gerrit names them at the new path only
    for path, (before, after) in change.files.items():
        if path in away:
            continue
        status = "A" if before is None else "D" if after is None else ""
        infos[path] = {"status": status} if status else {}
        if path in change.renamed:
            infos[path] = {"status": "R", "old_path": change.renamed[path]}
    return infos


def _account(who: tuple[str, str], username: str = "") -> dict[str, Any]:
    """An AccountInfo with its number; a user name is what few have chosen."""
    name, email = who
    shown = {"name": name, "email": email, "username": username or USERNAMES.get(email, "")}
    number = 1000 + zlib.crc32((email or username or name).encode()) % 50_000
    return {"_account_id": number, **{key: text for key, text in shown.items() if text}}


def _text(status: int, text: str) -> Reply:
    return Reply(text.encode(), status, {"Content-Type": "text/plain; charset=utf-8"})


def _json(value: object) -> Reply:
    body = b")]}'\n" + json.dumps(value, separators=(",", ":")).encode()
    return Reply(body, 200, {"Content-Type": "application/json; charset=utf-8"})


class _Query:
    """A query of Gerrit's search: operators, quotes, "-", OR that binds tighter than AND."""

    def __init__(self, text: str, now: dt.datetime) -> None:
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        self.now = now
        if not self.tokens:
            raise ValueError("query is empty")
        self.tree = self._and()
        if self.at < len(self.tokens):
            raise ValueError(f"line 1:{self.at} mismatched input")

    def __call__(self, change: Stored) -> bool:
        return bool(self._holds(self.tree, change))

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _and(self) -> tuple[str, Any]:
        parts = []
        while self._peek() and self._peek() != ")":
            if self._peek() == "AND":
                self.at += 1
            parts.append(self._or())
        return "and", parts

    def _or(self) -> tuple[str, Any]:
        parts = [self._term()]
        while self._peek() == "OR":
            self.at += 1
            parts.append(self._term())
        return "or", parts

    def _term(self) -> tuple[str, Any]:
        token = self._peek()
        self.at += 1
        if token == "(":
            inner = self._and()
            if self._peek() != ")":
                raise ValueError(f"line 1:{self.at} mismatched input")
            self.at += 1
            return inner
        name, colon, value = token.partition(":")
        if not colon:
            raise ValueError(f"Unsupported query: {token}")
        if not hasattr(self, f"_is_{name.removeprefix('-')}"):
            raise ValueError(f"Unsupported operator {token}")
        return name, value.strip('"')

    def _holds(self, node: tuple[str, Any], change: Stored) -> bool:
        kind, what = node
        if kind == "and":
            return all(self._holds(part, change) for part in what)
        if kind == "or":
            return any(self._holds(part, change) for part in what)
        holds: bool = getattr(self, f"_is_{kind.removeprefix('-')}")(change, what)
        return holds != kind.startswith("-")

    def _is_project(self, change: Stored, value: str) -> bool:
        return change.project == value

    def _is_branch(self, change: Stored, value: str) -> bool:
        return _fits(change.branch, value)

    def _is_status(self, change: Stored, value: str) -> bool:
        return change.status == {"open": "NEW"}.get(value, value.upper())

    def _is_is(self, change: Stored, value: str) -> bool:
        return self._is_status(change, value)

    def _is_commit(self, change: Stored, value: str) -> bool:
        return change.revision.startswith(value)

    def _is_path(self, change: Stored, value: str) -> bool:
        return any(_fits(path, value) for path in change.files)

    def _is_intopic(self, change: Stored, value: str) -> bool:
        return _fits(change.topic, value)

    def _is_age(self, change: Stored, value: str) -> bool:
        days = int(value[:-1]) * (7 if value.endswith("w") else 1)
        return self.now - _instant(change.updated) > dt.timedelta(days=days)

    def _is_message(self, change: Stored, value: str) -> bool:
        words = re.split(r"[^a-z0-9]+", f"{change.subject} {change.message}".lower())
        return value.lower() in words

    def _is_bug(self, change: Stored, value: str) -> bool:
        footer = rf"^(closes|partial|related)-bug:.*#?{value}$"
        return bool(re.search(footer, change.message, re.IGNORECASE | re.MULTILINE))

    def _is_mergedafter(self, change: Stored, value: str) -> bool:
        return bool(change.submitted) and change.submitted >= value


def _fits(text: str, value: str) -> bool:
    return bool(re.fullmatch(value[1:], text)) if value.startswith("^") else text == value


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text[:19]).replace(tzinfo=dt.UTC)
