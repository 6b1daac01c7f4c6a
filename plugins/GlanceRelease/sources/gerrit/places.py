"""Where a proposed commit is: on the branch from which it should come, as most are, and else on all
that Gerrit names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...domain.releases.steps import ReleaseStep, is_whole
from ..http import Trouble
from .ancestry import HEADS, TAGS, holders_of
from .change_rows import Raw, mapping
from .commits import commit, everywhere
from .stretches import GerritQuestions, Held, StepAsked, key_of


@dataclass
class Places:
    """The commits as JSON, and which of a step's two the last release's tag holds, as far as it
    was asked with their places."""

    commits: dict[str, Raw] = field(default_factory=dict)
    held: dict[tuple[str, str, str], Held] = field(default_factory=dict)


async def places_of(ask: GerritQuestions, asked: Sequence[StepAsked]) -> Places:
    """Each commit with where it is: one question about the commit itself, one for all that come
    from a branch after a release, and a third only about one that is not on that branch."""
    states = {key_of(each.step.repository, each.step.sha): each for each in asked}
    infos = await asyncio.gather(*(_info(ask, key, each) for key, each in states.items()))
    places = Places(dict(zip(states, infos, strict=True)))
    groups: dict[tuple[str, str, str, str], list[ReleaseStep]] = {}
    for each in asked:
        step = each.step
        raw = places.commits[key_of(step.repository, step.sha)]
        if raw["exists"] and not _is_known(raw, step.branch):
            group = step.repository, step.branch, step.last, step.last_sha
            groups.setdefault(group, []).append(step)
    answers = await asyncio.gather(*(_on_branch(ask, steps) for steps in groups.values()))
    for steps, holders in zip(groups.values(), answers, strict=True):
        for step in steps:
            _enter(places, step, holders)
    lost = {
        key_of(step.repository, step.sha): step
        for steps in groups.values()
        for step in steps
        if not _is_known(places.commits[key_of(step.repository, step.sha)], step.branch)
    }
    found = await asyncio.gather(
        *(everywhere(ask.http, ask.base, step.repository, step.sha) for step in lost.values())
    )
    for key, held in zip(lost, found, strict=True):
        places.commits[key] = {**places.commits[key], **held, "everywhere": True}
    return places


def _is_known(raw: Raw, branch: str) -> bool:
    """Whether a commit is known to be on the branch, or all places where it is are."""
    return branch in raw["branches"] or bool(raw.get("everywhere", bool(raw["branches"])))


async def _info(ask: GerritQuestions, key: str, asked: StepAsked) -> Raw:
    """The commit: what was told of it stays. One that is on no branch may come onto one, and its
    proposal then hears of it."""
    kept = ask.kept("commits", key)
    if kept is not None and (kept["branches"] or kept.get("state") == asked.state):
        return mapping(kept)
    if kept is not None and kept["exists"]:
        return {**kept, "everywhere": False, "state": asked.state}
    raw = await commit(ask.http, ask.base, asked.step.repository, asked.step.sha)
    return {**raw, "everywhere": False, "state": asked.state}


async def _on_branch(
    ask: GerritQuestions, steps: Sequence[ReleaseStep]
) -> Mapping[str, frozenset[str]] | None:
    """What the branch and the last release's tag hold of these; None where Gerrit does not tell."""
    first = steps[0]
    refs, shas = [f"{HEADS}{first.branch}"], [step.sha for step in steps]
    if first.last and is_whole(first.last_sha):
        refs.append(f"{TAGS}{first.last}")
        shas.append(first.last_sha)
    try:
        return await holders_of(ask.http, ask.base, first.repository, refs, shas)
    except Trouble:
        return None


def _enter(places: Places, step: ReleaseStep, holders: Mapping[str, frozenset[str]] | None) -> None:
    if holders is None:
        return
    key, tag = key_of(step.repository, step.sha), f"{TAGS}{step.last}"
    refs = holders.get(step.sha, frozenset())
    if f"{HEADS}{step.branch}" in refs:
        raw = places.commits[key]
        branches = list(dict.fromkeys([*raw["branches"], step.branch]))
        tags = list(dict.fromkeys([*raw["tags"], *([step.last] if tag in refs else ())]))
        places.commits[key] = {**raw, "branches": branches, "tags": tags}
    if step.last and is_whole(step.last_sha):
        pair = (step.sha, step.last_sha)
        held = frozenset(sha for sha in pair if tag in holders.get(sha, frozenset()))
        places.held[step.key] = held
