"""Tags and branches of a repository, as Gerrit tells of one: there, not there, or not known."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

from ...domain.releases.awaited import Tag
from ..http import Http, Trouble
from .change_rows import ODD, Raw, mapping
from .client import ask, instant

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,99}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)*", re.ASCII)


async def tag_of(http: Http, base: str, repository: str, version: str, now: dt.datetime) -> Tag:
    """The tag as Gerrit tells of it. An answer that is not about it, or none, leaves it unknown,
    with the reason; it never raises. The instant is an annotated tag's own: what Gerrit gives for
    another is its commit's."""
    try:
        info = await _ref(http, base, repository, "tags", version)
        if info is None:
            return Tag(repository)
        commit = info.get("object", info["revision"])
        if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
            raise Trouble(ODD)
    except Trouble as trouble:
        return Tag(repository, problem=str(trouble))
    made = None
    if "object" in info:
        made = instant(mapping(info.get("tagger")).get("date")) or instant(info.get("created"))
    return Tag(repository, commit, made if made is not None and made <= now else None)


async def has_branch(http: Http, base: str, repository: str, branch: str) -> bool:
    """Whether the repository has the branch. Raises Trouble where that is not told."""
    return await _ref(http, base, repository, "heads", branch) is not None


async def _ref(http: Http, base: str, repository: str, kind: str, name: str) -> Raw | None:
    """What Gerrit tells of refs/KIND/NAME, with the commit or tag on which it stands; None where
    it is not there."""
    if not _NAME.fullmatch(name) or not _REPOSITORY.fullmatch(repository) or ".." in name:
        raise Trouble("no name for a tag or a branch")
    folder = "branches" if kind == "heads" else kind
    where = f"{base}/projects/{quote(repository, safe='')}/{folder}/{quote(name, safe='')}"
    info = await ask(http, where)
    if info is None:
        return None
    if not isinstance(info, dict) or info.get("ref") != f"refs/{kind}/{name}":
        raise Trouble(ODD)
    revision = info.get("revision")
    if not isinstance(revision, str) or not _COMMIT.fullmatch(revision):
        raise Trouble(ODD)
    return info
