"""What Gerrit says of one commit, and of a branch's newest one."""

from __future__ import annotations

from urllib.parse import quote

from ...domain.releases.proposal import Commit
from ..http import Http, Trouble
from .change_rows import ODD, Raw, mapping
from .client import ask, instant


async def commit(http: Http, base: str, repository: str, sha: str) -> Raw:
    """A commit's day and parents as JSON for `read_commit`; one that Gerrit does not have is one
    too."""
    info = await ask(http, _address(base, repository, sha))
    if not isinstance(info, dict | None):
        raise Trouble(ODD)
    return {
        "repository": repository,
        "sha": sha,
        "exists": info is not None,
        "branches": [],
        "tags": [],
        "committed": mapping(mapping(info).get("committer")).get("date"),
        "parents": parents_of(info),
    }


async def everywhere(http: Http, base: str, repository: str, sha: str) -> Raw:
    """All the branches and tags that hold a commit; none where Gerrit does not have it."""
    held = await ask(http, f"{_address(base, repository, sha)}/in")
    if not isinstance(held, dict | None):
        raise Trouble(ODD)
    return {"branches": _names(held, "branches"), "tags": _names(held, "tags")}


def _address(base: str, repository: str, sha: str) -> str:
    return f"{base}/projects/{quote(repository, safe='')}/commits/{quote(sha, safe='')}"


def parents_of(info: Raw | None) -> list[str]:
    """The commits on which a CommitInfo's stands."""
    rows = mapping(info).get("parents") or []
    if not isinstance(rows, list):
        raise Trouble(ODD)
    return [str(mapping(row).get("commit")) for row in rows]


def parents_in(revision: Raw) -> list[str]:
    """The commits on which a patch set stands."""
    return parents_of(mapping(revision.get("commit")))


async def head_of(http: Http, base: str, repository: str, branch: str) -> str | None:
    """The branch's newest commit; None where Gerrit has no such branch."""
    where = f"{base}/projects/{quote(repository, safe='')}/branches/{quote(branch, safe='')}"
    raw = await ask(http, where)
    if raw is None:
        return None
    revision = raw.get("revision") if isinstance(raw, dict) else None
    if not isinstance(revision, str):
        raise Trouble(ODD)
    return revision


def _names(raw: Raw | None, field: str) -> list[str]:
    rows = (raw or {}).get(field) or []
    if not isinstance(rows, list):
        raise Trouble(ODD)
    return [str(row) for row in rows]


def read_commit(raw: Raw) -> Commit:
    """The commit of `commit`'s JSON."""
    return Commit(
        raw["repository"],
        raw["sha"],
        bool(raw["exists"]),
        tuple(map(str, raw["branches"])),
        tuple(map(str, raw["tags"])),
        instant(raw.get("committed")),
        tuple(map(str, raw.get("parents") or ())),
    )
