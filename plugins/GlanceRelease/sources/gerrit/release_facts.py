"""What proposed releases are judged by, asked of Gerrit once for each commit and kept: where the
commit is, how it stands to the release before it, what merged in between."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...domain.releases.merged_changes import REQUIREMENTS
from ...domain.releases.proposal import Change, Descent, GerritFacts
from ...domain.releases.steps import ReleaseStep, is_whole
from ..http import Http, Trouble
from .change_effects import Details, details_of
from .change_rows import Raw, accepted, current_revision
from .client import ask as ask_gerrit
from .client import file_at, read_change
from .commits import head_of, parents_in, read_commit
from .places import places_of
from .stretches import GerritQuestions, StepAsked, key_of, read_stretch, stretches_of

MOST_RECENT = 100  # changes among whose parents a merge is looked for
LENGTH = 40  # of a whole hash
MOST_DETAILS = 60  # of one proposal that somebody asks about
_ODD_LENGTH = re.compile(r"[0-9a-f]{7,39}|[0-9a-f]{41,80}", re.IGNORECASE)
_CERTAIN = 12  # digits of one that is too long
Document = dict[str, Any]


async def judged_by(
    http: Http, base: str, asked: Sequence[StepAsked], known: Mapping[str, Any], now: dt.datetime
) -> Document:
    """The answers for these steps as JSON, taken from `known` where they can't have changed. Raises
    Trouble where Gerrit does not tell of a commit."""
    ask = GerritQuestions(http, base, known, now)
    whole = [each for each in asked if is_whole(each.step.sha)]
    places = await places_of(ask, whole)
    commits = places.commits
    stretches = await stretches_of(ask, whole, commits, places.held)
    faulty = [each.step for each in asked if _is_faulty(each.step, commits, stretches)]
    heads, texts = await asyncio.gather(_heads(ask, faulty), _requirements(ask, whole, commits))
    return {
        "commits": commits,
        "stretches": stretches,
        "heads": heads,
        "whole": await _whole(ask, [e.step for e in asked if not is_whole(e.step.sha)], heads),
        "requirements": texts,
    }


def read_facts(document: Mapping[str, Any], details: Details, base: str) -> GerritFacts:
    """The facts of `judged_by`'s JSON."""
    return GerritFacts(
        {_pair(key): read_commit(raw) for key, raw in (document.get("commits") or {}).items()},
        {
            _triple(key): read_stretch(raw, details, base)
            for key, raw in (document.get("stretches") or {}).items()
        },
        {_pair(key): text for key, text in (document.get("requirements") or {}).items()},
        {_pair(key): sha for key, sha in (document.get("heads") or {}).items()},
        {_pair(key): sha for key, sha in (document.get("whole") or {}).items()},
    )


def changes_in(document: Mapping[str, Any], base: str) -> list[Change]:
    """The merged changes of all stretches, whose details are of use."""
    rows = ((raw or {}).get("rows") or () for raw in (document.get("stretches") or {}).values())
    return [read_change(row, base) for row in itertools.chain(*rows)]


async def facts_for(
    http: Http, base: str, steps: Iterable[ReleaseStep], now: dt.datetime
) -> GerritFacts:
    """The facts for a proposal that somebody asks about."""
    document = await judged_by(http, base, [StepAsked(step) for step in steps], {}, now)
    changes = changes_in(document, base)
    return read_facts(document, await details_of(http, base, changes, {}, MOST_DETAILS), base)


def _is_faulty(step: ReleaseStep, commits: Mapping[str, Raw], stretches: Mapping[str, Raw]) -> bool:
    raw = commits.get(key_of(step.repository, step.sha))
    if raw is None or step.branch not in raw["branches"]:
        return True
    if step.sha == step.last_sha:
        return True
    stretch = stretches.get("@".join(step.key)) or {}
    return stretch.get("descent") in (Descent.BEFORE, Descent.BESIDE)


async def _heads(ask: GerritQuestions, faulty: Sequence[ReleaseStep]) -> dict[str, str]:
    """The branch's head where a commit is wrong, as it is when that is found: a way out."""
    wanted = dict.fromkeys((step.repository, step.branch) for step in faulty)

    async def head(repository: str, branch: str) -> str | None:
        kept = ask.kept("heads", key_of(repository, branch))
        return kept or await head_of(ask.http, ask.base, repository, branch)

    found = await asyncio.gather(*(head(*pair) for pair in wanted))
    return {key_of(*pair): sha for pair, sha in zip(wanted, found, strict=True) if sha}


async def _whole(
    ask: GerritQuestions, steps: Sequence[ReleaseStep], heads: Mapping[str, str]
) -> dict[str, str]:
    """The full hashes of those that are too short or too long: the branch's head, or a change's."""
    wanted = {key_of(s.repository, s.sha): s for s in steps if _ODD_LENGTH.fullmatch(s.sha)}

    async def full(key: str, step: ReleaseStep) -> str:
        head = heads.get(key_of(step.repository, step.branch), "")
        if head.startswith(_beginning(step.sha)):
            return head
        kept = ask.kept("whole", key)
        if kept is not None:
            return str(kept)
        return await _found(ask, step)

    found = await asyncio.gather(*(full(key, step) for key, step in wanted.items()))
    return dict(zip(wanted, found, strict=True))


async def _found(ask: GerritQuestions, step: ReleaseStep) -> str:
    """The only hash that begins so: of a change, or of a merge on which a recent change stands."""
    beginning = _beginning(step.sha)
    on_branch = f"branch:{step.branch} is:merged"
    query = f"project:{step.repository} (commit:{beginning} OR ({on_branch}))"
    options = [("o", "CURRENT_REVISION"), ("o", "CURRENT_COMMIT"), ("n", str(MOST_RECENT))]
    try:
        rows = accepted(
            await ask_gerrit(ask.http, f"{ask.base}/changes/", [("q", query), *options])
        )
    except Trouble:
        return ""
    shas = [str(row.get("current_revision") or "") for row in rows]
    shas += [sha for row in rows for sha in parents_in(current_revision(row))]
    found = {sha for sha in shas if sha.startswith(beginning)}
    return found.pop() if len(found) == 1 else ""


def _beginning(sha: str) -> str:
    """The digits of a hash that are sure: of one that is too long, what a typing error left."""
    return sha.lower() if len(sha) < LENGTH else sha.lower()[:_CERTAIN]


async def _requirements(
    ask: GerritQuestions, asked: Sequence[StepAsked], commits: Mapping[str, Raw]
) -> dict[str, str]:
    """requirements.txt at each commit and at the release before it, "" where there is none; one
    that can't be had is absent."""
    pairs = [
        (each.step.repository, sha)
        for each in asked
        if each.step.last_sha and commits[key_of(each.step.repository, each.step.sha)]["branches"]
        for sha in (each.step.last_sha, each.step.sha)
        if each.step.last_sha != each.step.sha and is_whole(sha)
    ]

    async def text(repository: str, sha: str) -> str | None:
        kept = ask.kept("requirements", key_of(repository, sha))
        if kept is not None:
            return str(kept)
        try:
            return await file_at(ask.http, ask.base, repository, sha, REQUIREMENTS) or ""
        except Trouble:
            return None

    wanted = list(dict.fromkeys(pairs))
    texts = await asyncio.gather(*(text(*pair) for pair in wanted))
    return {key_of(*p): found for p, found in zip(wanted, texts, strict=True) if found is not None}


def _pair(key: str) -> tuple[str, str]:
    repository, _, name = key.partition("@")
    return repository, name


def _triple(key: str) -> tuple[str, str, str]:
    repository, last, sha = key.split("@")
    return repository, last, sha
