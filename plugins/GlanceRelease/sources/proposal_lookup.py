"""What `check` and `draft` ask of Gerrit beyond what is followed: one change, a branch's head."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from ..commands import UserError
from ..domain.model import Deliverable
from ..domain.proposal import Change, Commit, FileChange, GerritFacts, Proposal, ProposedFile
from ..domain.version import is_mark
from .gerrit import ask, change_detail, change_number, commit, file_text, read_change, read_commit
from .http import Http
from .opendev import RELEASES as RELEASES_RAW
from .proposed_file import FOLDER, read_proposed
from .team_changes import RELEASES, named_commits

MAX_FILES = 20


@dataclass(frozen=True)
class Head:
    """What a draft stands on: the file as it is (None: there is none), and each repository's
    commit, with what Gerrit says of it."""

    text: str | None
    file: Deliverable | None
    heads: Mapping[str, str] = field(default_factory=dict)
    facts: GerritFacts = field(default_factory=GerritFacts)


async def look_up_proposal(http: Http, base: str, asked: str) -> tuple[Proposal, GerritFacts]:
    """The change with its deliverable files before and after, and the commits that these name.

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
    return Proposal(change, tuple(files)), await facts_for(http, base, tuple(files))


async def _file(http: Http, base: str, change: Change, path: str) -> FileChange:
    number, revision = change.number, change.revision or "current"
    before, after = await asyncio.gather(
        file_text(http, base, number, revision, path, parent=True),
        file_text(http, base, number, revision, path),
    )
    return FileChange(_read(path, before), _read(path, after))


def _read(path: str, text: str | None) -> ProposedFile | None:
    return None if text is None else read_proposed(path, text)


async def facts_for(http: Http, base: str, files: tuple[FileChange, ...]) -> GerritFacts:
    """What Gerrit says of the commits that these files newly name."""
    named = dict.fromkeys(p for file in files for p in named_commits(file.before, file.after))
    return GerritFacts(await _commits(http, base, tuple(named)))


async def _commits(
    http: Http, base: str, named: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], Commit]:
    answers = await asyncio.gather(*(commit(http, base, *pair) for pair in named))
    return {(one.repository, one.sha): one for one in map(read_commit, answers)}


async def look_up_head(
    http: Http, gerrit: str, opendev: str, path: str, repositories: tuple[str, ...],
    branch: str, sha: str = "",
) -> Head:  # fmt: skip
    """The deliverable file at `path` as opendev.org has it now, and the branch's head in each
    repository as Gerrit has it, or `sha` for all. A UserError where a branch is not there."""
    url = f"{opendev}/{RELEASES_RAW}/{FOLDER}{path}"
    wanted = (_head(http, gerrit, repository, branch, sha) for repository in repositories)
    answer, heads = await asyncio.gather(http.get(url), asyncio.gather(*wanted))
    text = answer.body.decode("utf-8", "replace") if answer.body is not None else None
    file = read_proposed(path, text) if text is not None else None
    if file is not None and file.deliverable is None:
        raise UserError(f"{path} can't be read: {file.problem}")
    named = tuple(zip(repositories, heads, strict=True))
    commits = await _commits(http, gerrit, named)
    deliverable = file.deliverable if file else None
    candidates = await _commits(http, gerrit, _last_hashes(deliverable))
    facts = GerritFacts({**candidates, **commits})
    return Head(text, deliverable, dict(named), facts)


def _last_hashes(file: Deliverable | None) -> tuple[tuple[str, str], ...]:
    releases = [r for r in (file.releases if file else ()) if not is_mark(r.version)]
    return releases[-1].hashes if releases else ()


async def _head(http: Http, base: str, repository: str, branch: str, sha: str) -> str:
    if sha:
        return sha
    where = f"{base}/projects/{quote(repository, safe='')}/branches/{quote(branch, safe='')}"
    raw = await ask(http, where)
    revision = raw.get("revision") if isinstance(raw, dict) else None
    if not isinstance(revision, str):
        raise UserError(f"Gerrit has no {branch} of {repository}.")
    return revision
