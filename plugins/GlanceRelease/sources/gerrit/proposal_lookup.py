"""What `check` and `draft` ask of Gerrit beyond what is followed: one change, a branch's head."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ...domain.model import Release
from ...domain.releases.draft_plan import DraftBase, DraftPlan
from ...domain.releases.proposal import Change, FileChange, GerritFacts, Proposal, ProposedFile
from ...domain.releases.steps import KnownFiles, steps_of, steps_on
from ...registry import UserError
from ..http import Http, asking
from ..opendev.client import RELEASES as RELEASES_RAW
from ..opendev.proposed_file import FOLDER, read_proposed
from .client import change_detail, change_number, file_text, read_change
from .commits import head_of
from .release_facts import facts_for
from .team_queries import RELEASES

ENDINGS = (".yaml", ".yml")
MAX_FILES = 20


async def look_up_proposal(
    http: Http, base: str, asked: str, ours: Collection[str] = ()
) -> Proposal:
    """The change with its deliverable files before and after; of one that touches any of `ours`,
    only these.

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
    paths = [p for p in change.files if p.startswith(FOLDER) and p.endswith(ENDINGS)]
    if not paths:
        raise UserError(f"Change {number} touches no deliverable file.")
    paths = [path for path in paths if PurePosixPath(path).stem in ours] or paths
    if len(paths) > MAX_FILES:
        raise UserError(f"Change {number} touches {len(paths)} deliverables, too many to check.")
    files = await asyncio.gather(*(_file(http, base, change, path) for path in paths))
    return Proposal(change, tuple(files))


async def facts_of(
    http: Http, base: str, files: Sequence[FileChange], known: KnownFiles, now: dt.datetime
) -> GerritFacts:
    """What judges the releases of these files, on their parent and on the newest file. Raises
    Trouble where Gerrit does not answer."""
    steps = dict.fromkeys(step for file in files for step in steps_on(known, file))
    return await facts_for(http, base, list(steps), now)


async def _file(http: Http, base: str, change: Change, path: str) -> FileChange:
    number, revision = change.number, change.revision or "current"
    before, after = await asyncio.gather(
        file_text(http, base, number, revision, path, parent=True),
        file_text(http, base, number, revision, path),
    )
    return FileChange(_read(path, before), _read(path, after))


def _read(path: str, text: str | None) -> ProposedFile | None:
    return None if text is None else read_proposed(path, text)


async def look_up_base(
    http: Http, gerrit: str, opendev: str, plan: DraftPlan, now: dt.datetime
) -> DraftBase:
    """What a draft stands on: the deliverable file as opendev.org has it now, and the branch's
    head in each repository as Gerrit has it, or the order's commit for all, with what judges a
    release of these. A UserError where a branch is not there."""
    files = f"{opendev}/{RELEASES_RAW}/{FOLDER}"
    wanted = (_head(http, gerrit, repository, plan) for repository in plan.repositories)
    text, heads = await asyncio.gather(_text(http, f"{files}{plan.path}"), asyncio.gather(*wanted))
    base = DraftBase(text, None, dict(zip(plan.repositories, heads, strict=True)))
    before = _read(plan.path, text)
    if before is None:
        base = await _first_of_cycle(http, files, plan, base)
    elif before.deliverable is None:
        raise UserError(f"{plan.path} can't be read: {before.problem}")
    else:
        base = replace(base, file=before.deliverable)
    shape = base.file or plan.previous
    if shape is None:
        return base
    older = base.file.releases if base.file else ()
    release = Release("", tuple(base.heads.items()))
    drafted = replace(shape, releases=(*older, release), branches=())
    change = FileChange(before, ProposedFile(plan.path, "", deliverable=drafted))
    facts = await facts_for(http, gerrit, list(steps_of(change, plan.previous)), now)
    return replace(base, facts=facts)


async def _first_of_cycle(http: Http, files: str, plan: DraftPlan, base: DraftBase) -> DraftBase:
    """The base of a cycle's first file: the text of the series before, as its model."""
    before = plan.previous
    if before is None:
        return base
    return replace(base, model=await _text(http, f"{files}{before.series}/{before.name}.yaml"))


async def _text(http: Http, url: str) -> str | None:
    with asking("opendev"):
        body = (await http.get(url)).body
    return body.decode("utf-8", "replace") if body is not None else None


async def _head(http: Http, base: str, repository: str, plan: DraftPlan) -> str:
    if plan.order.sha:
        return plan.order.sha
    head = await head_of(http, base, repository, plan.branch)
    if head is None:
        raise UserError(f"Gerrit has no {plan.branch} of {repository}.")
    return head
