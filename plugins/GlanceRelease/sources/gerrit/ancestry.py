"""Which commit stands on which, as Gerrit tells: by parents, and by what a tag holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any
from urllib.parse import quote

from ...domain.releases.proposal import Commit, Descent
from ...domain.releases.steps import ReleaseStep
from ..http import Http, Trouble
from .change_rows import ODD
from .client import ask
from .commits import commit, read_commit

MOST_AT_ONCE = 40  # hashes in one address
LONGEST_CHAIN = 50
HEADS, TAGS = "refs/heads/", "refs/tags/"


async def held_by(
    http: Http, base: str, repository: str, tag: str, shas: Sequence[str]
) -> frozenset[str] | None:
    """Those of the commits that the tag holds; None where this Gerrit does not answer that. A tag
    that is not there holds none, not even the commit that it will stand on."""
    ref = f"{TAGS}{tag}"
    holders = await holders_of(http, base, repository, (ref,), shas)
    return None if holders is None else frozenset(sha for sha in holders if ref in holders[sha])


async def holders_of(
    http: Http, base: str, repository: str, refs: Sequence[str], shas: Sequence[str]
) -> dict[str, frozenset[str]] | None:
    """Which of these refs hold each of the commits, as one question for forty of them; None where
    this Gerrit does not answer that."""
    where = f"{base}/projects/{quote(repository, safe='')}/commits:in"
    asked = [("ref", ref) for ref in refs]
    found: dict[str, frozenset[str]] = {}
    for part in _parts(list(dict.fromkeys(shas))):
        answer = await ask(http, where, [*(("commit", sha) for sha in part), *asked])
        if answer is None:
            return None
        if not isinstance(answer, dict) or not all(isinstance(r, list) for r in answer.values()):
            raise Trouble(ODD)
        told = {sha: frozenset(map(str, answer[sha])) for sha in part if sha in answer}
        found |= {sha: holders & set(refs) for sha, holders in told.items()}
    return found


def _parts(shas: Sequence[str]) -> Iterator[Sequence[str]]:
    return (shas[at : at + MOST_AT_ONCE] for at in range(0, len(shas), MOST_AT_ONCE))


async def descent(
    http: Http,
    base: str,
    step: ReleaseStep,
    proposed: Commit,
    known: Mapping[str, Any],
    told: frozenset[str] | None = None,
) -> Descent | None:
    """How a step's commit stands to the last release's; `told` are those of the two that the last
    release's tag holds, None where nobody asked yet.

    From the commit on, one parent after the other is looked at, up to the first merge: what Gerrit
    merged was its branch's head, and such commits stand on one another. So a commit is after the
    release where the release is met on the way, or where the tag holds nothing of it; beside it,
    where it turned off below the release. None where the release has no tag yet.
    """
    if step.last in proposed.tags:
        return Descent.BEFORE
    chain, end = await _chain(http, base, step, proposed, known)
    if end is _End.RELEASE:
        return Descent.AFTER
    asked = chain if told is not None else [step.last_sha, step.sha, *chain]
    held = await held_by(http, base, step.repository, step.last, asked)
    held = held if told is None or held is None else held | told
    if held is None or step.last_sha not in held:
        return None
    if step.sha in held:
        return Descent.BEFORE
    if held.intersection(chain) or end is _End.ROOT:
        return Descent.BESIDE
    return Descent.AFTER if end is _End.MERGE else None


class _End(Enum):
    """Where the way down from a commit ended."""

    RELEASE = "the last release"
    MERGE = "a merge"
    ROOT = "a commit on nothing"
    LOST = "too far, or nobody may see it"


async def _chain(
    http: Http, base: str, step: ReleaseStep, proposed: Commit, known: Mapping[str, Any]
) -> tuple[list[str], _End]:
    """The commits below the proposed one down to where the way ends."""
    chain: list[str] = []
    commit_now = proposed
    while commit_now.exists and len(chain) < LONGEST_CHAIN:
        parents = commit_now.parents
        if step.last_sha in parents:
            return chain, _End.RELEASE
        if len(parents) != 1:
            return chain, _End.MERGE if parents else _End.ROOT
        chain.append(parents[0])
        raw = known.get(f"{step.repository}@{parents[0]}")
        if raw is None or "parents" not in raw:
            raw = await commit(http, base, step.repository, parents[0])
        commit_now = read_commit(raw)
    return chain, _End.LOST
