"""What `check` and `draft` ask of Gerrit beyond what is followed: one change, a branch's head."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from ...domain.model import Deliverable, Release
from ...domain.releases.proposal import Change, FileChange, GerritFacts, Proposal, ProposedFile
from ...registry import UserError
from ..http import Http, Trouble, asking
from ..opendev.client import RELEASES as RELEASES_RAW
from ..opendev.proposed_file import FOLDER, read_proposed
from .client import ask, change_detail, change_number, file_text, read_change
from .release_facts import Previous, facts_for
from .team_queries import RELEASES

MAX_FILES = 20


@dataclass(frozen=True)
class DraftBase:
    """What a draft stands on: the file as it is (None: there is none), and each repository's
    commit, with what Gerrit says of it; where there is no file, `model` is the text of the series
    before, if there is one."""

    text: str | None
    file: Deliverable | None
    heads: Mapping[str, str] = field(default_factory=dict)
    facts: GerritFacts = field(default_factory=GerritFacts)
    model: str | None = None


async def look_up_proposal(
    http: Http, base: str, asked: str, previous: Previous, now: dt.datetime
) -> tuple[Proposal, GerritFacts]:
    """The change with its deliverable files before and after, and what judges their releases;
    `previous` gives a deliverable (series, name) of the series before, where it is known.

    A UserError says why there is nothing to check: an address elsewhere (then nobody is asked), a
    change that is private, deleted or not in openstack/releases, or one without deliverables.
    Raises Trouble where Gerrit does not answer.
    """
    number = change_number(asked, base)
    raw = await change_detail(http, base, number)
    if raw is None:
        raise UserError(f"Change {number} is not there for everybody: private, deleted or unused.")
    change = read_change(raw, base)
    if change.project != RELEASES:
        raise UserError(f"Change {number} is in {change.project[:80]}, not in {RELEASES}.")
    paths = [p for p in change.files if p.startswith(FOLDER) and p.endswith(".yaml")]
    if not paths:
        raise UserError(f"Change {number} touches no deliverable file.")
    if len(paths) > MAX_FILES:
        raise UserError(f"Change {number} touches {len(paths)} deliverables, too many to check.")
    files = await asyncio.gather(*(_file(http, base, change, path) for path in paths))
    return Proposal(change, tuple(files)), await facts_for(http, base, files, previous, now)


async def _file(http: Http, base: str, change: Change, path: str) -> FileChange:
    number, revision = change.number, change.revision or "current"
    before, after = await asyncio.gather(
        file_text(http, base, number, revision, path, parent=True),
        file_text(http, base, number, revision, path),
    )
    return FileChange(_read(path, before), _read(path, after))


def _read(path: str, text: str | None) -> ProposedFile | None:
    return None if text is None else read_proposed(path, text)


async def look_up_head(
    http: Http, gerrit: str, opendev: str, path: str, repositories: tuple[str, ...],
    branch: str, sha: str, previous: Deliverable | None, now: dt.datetime,
) -> DraftBase:  # fmt: skip
    """The deliverable file at `path` as opendev.org has it now, and the branch's head in each
    repository as Gerrit has it, or `sha` for all, with what judges a release of these; `previous`
    is the file of the series before. A UserError where a branch is not there."""
    url = f"{opendev}/{RELEASES_RAW}/{FOLDER}{path}"
    wanted = (_head(http, gerrit, repository, branch, sha) for repository in repositories)
    text, heads = await asyncio.gather(_text(http, url), asyncio.gather(*wanted))
    model = None
    if text is None and previous is not None:
        before = f"{previous.series}/{previous.name}.yaml"
        model = await _text(http, f"{opendev}/{RELEASES_RAW}/{FOLDER}{before}")
    file = read_proposed(path, text) if text is not None else None
    if file is not None and file.deliverable is None:
        raise UserError(f"{path} can't be read: {file.problem}")
    named = tuple(zip(repositories, heads, strict=True))
    deliverable = file.deliverable if file else None
    shape = deliverable or previous
    if shape is None:
        return DraftBase(text, None, dict(named))
    older = deliverable.releases if deliverable else ()
    after = ProposedFile(
        path, "", deliverable=replace(shape, releases=(*older, Release("", named)), branches=())
    )
    facts = await facts_for(http, gerrit, [FileChange(file, after)], lambda *_: previous, now)
    return DraftBase(text, deliverable, dict(named), facts, model)


async def _text(http: Http, url: str) -> str | None:
    with asking("opendev"):
        body = (await http.get(url)).body
    return body.decode("utf-8", "replace") if body is not None else None


async def _head(http: Http, base: str, repository: str, branch: str, sha: str) -> str:
    if sha:
        return sha
    where = f"{base}/projects/{quote(repository, safe='')}/branches/{quote(branch, safe='')}"
    raw = await ask(http, where)
    if raw is None:
        raise UserError(f"Gerrit has no {branch} of {repository}.")
    revision = raw.get("revision") if isinstance(raw, dict) else None
    if not isinstance(revision, str):
        raise Trouble("an answer in another shape than Gerrit's")
    return revision
