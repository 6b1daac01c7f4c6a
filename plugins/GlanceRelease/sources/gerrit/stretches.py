"""What lies between a release's commit and the one proposed for the next, asked once and kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...domain.releases.proposal import Change, Commit, Descent, ReleaseStretch
from ...domain.releases.steps import ReleaseStep, is_whole
from ..http import Http, Trouble
from .ancestry import descent, held_by
from .change_effects import Details, with_details
from .change_rows import Raw, mapping, slim
from .client import query_changes, read_change
from .commits import commit, read_commit

LONGEST_LOOK_BACK = dt.timedelta(days=400)
UNSETTLED_AGAIN = dt.timedelta(hours=1)
Held = frozenset[str]


@dataclass(frozen=True)
class StepAsked:
    """A step, and the state of the proposal that takes it: what was not settled is asked for again
    when that changes."""

    step: ReleaseStep
    state: str = ""


@dataclass(frozen=True)
class GerritQuestions:
    """Where answers come from: Gerrit, or what it said before."""

    http: Http
    base: str
    known: Mapping[str, Any]
    now: dt.datetime

    def kept(self, part: str, key: str) -> Any:
        """What was answered before."""
        return (self.known.get(part) or {}).get(key)


def key_of(repository: str, name: str) -> str:
    """The name of a commit, a branch's head or a file in what is kept."""
    return f"{repository}@{name}"


async def stretches_of(
    ask: GerritQuestions,
    asked: Sequence[StepAsked],
    commits: Mapping[str, Raw],
    told: Mapping[tuple[str, str, str], Held],
) -> dict[str, Raw]:
    """How each commit stands to the release before it, and what merged in between, as JSON; `told`
    has of some steps which of the two commits the last release's tag holds."""
    steps = {"@".join(each.step.key): each for each in asked if is_whole(each.step.last_sha)}
    answers = await asyncio.gather(
        *(_stretch(ask, key, each, commits, told.get(each.step.key)) for key, each in steps.items())
    )
    return {key: raw for key, raw in zip(steps, answers, strict=True) if raw is not None}


async def _stretch(
    ask: GerritQuestions,
    key: str,
    asked: StepAsked,
    commits: Mapping[str, Raw],
    told: Held | None,
) -> Raw | None:
    step = asked.step
    proposed = read_commit(commits[key_of(step.repository, step.sha)])
    if not proposed.exists or not proposed.branches or step.sha == step.last_sha:
        return None
    kept = ask.kept("stretches", key)
    if kept is not None and _is_settled(kept, asked.state, ask.now):
        return mapping(kept)
    last = read_commit(await _last_commit(ask, step))
    found = await _descent(ask, step, proposed, commits, told)
    apart = found in (Descent.BEFORE, Descent.BESIDE)
    too_old = last.committed is None or last.committed < ask.now - LONGEST_LOOK_BACK
    rows = None if apart or too_old else await _rows(ask, step, last, proposed, told)
    return {
        "descent": found.value if found else None,
        "rows": rows,
        "settled": found is not None and (apart or too_old or rows is not None),
        "state": asked.state,
        "asked": ask.now.isoformat(),
    }


def _is_settled(kept: Mapping[str, Any], state: str, now: dt.datetime) -> bool:
    """Whether it can't change: else it is asked for again when the proposal changes, or after an
    hour, by which the last release's tag may be there."""
    if kept["settled"]:
        return True
    recent = now - dt.datetime.fromisoformat(kept["asked"]) < UNSETTLED_AGAIN
    return recent and bool(kept["state"] == state)


async def _descent(
    ask: GerritQuestions,
    step: ReleaseStep,
    proposed: Commit,
    commits: Mapping[str, Raw],
    told: Held | None,
) -> Descent | None:
    """How the commit stands to the last release's; None where Gerrit gives no answer now, which
    costs no more than this one judgement."""
    try:
        return await descent(ask.http, ask.base, step, proposed, commits, told)
    except Trouble:
        return None


async def _last_commit(ask: GerritQuestions, step: ReleaseStep) -> Raw:
    kept = (ask.known.get("days") or {}).get(key_of(step.repository, step.last_sha))
    if kept is not None:
        return mapping(kept)
    return await commit(ask.http, ask.base, step.repository, step.last_sha)


async def _rows(
    ask: GerritQuestions, step: ReleaseStep, last: Commit, proposed: Commit, told: Held | None
) -> list[Raw] | None:
    """The changes of the step's branch that are in the proposed commit and not in the last
    release; None where Gerrit gives no answer."""
    if last.committed is None:
        return None
    query = (
        f"project:{step.repository} branch:{step.branch} is:merged"
        f' mergedafter:"{last.committed.date()}"'
    )
    try:
        (rows,) = await query_changes(ask.http, ask.base, [query])
        shas = [str(row.get("current_revision") or "") for row in rows]
        known = frozenset((last.sha, step.sha)) if told is not None else frozenset()
        asked = [sha for sha in (last.sha, *shas) if sha not in known]
        held = await held_by(ask.http, ask.base, step.repository, step.last, asked)
    except Trouble:
        return None
    changes = [(row, read_change(row)) for row in rows]
    held = held if held is None or told is None else held | told
    there = held if held and last.sha in held else None
    inside = {sha: sha in there for sha in shas} if there else {}
    after = after_release(last, [change for _, change in changes], inside)
    numbers = {change.number for change in until(proposed, after)}
    return [slim(row) for row, change in changes if change.number in numbers]


def after_release(
    last: Commit, changes: Iterable[Change], inside: Mapping[str, bool]
) -> tuple[Change, ...]:
    """The changes of the commit's repository that are not in it: by its tag, as far as `inside`
    tells of their commits, else by when the commit itself was submitted."""
    ours = [change for change in changes if change.project == last.repository]
    own = next((change.submitted for change in ours if change.revision == last.sha), None)
    end = max(filter(None, (own, last.committed)), default=None)

    def is_after(change: Change) -> bool:
        if change.revision in inside:
            return not inside[change.revision]
        later = change.submitted is not None and end is not None and change.submitted > end
        return later and change.revision != last.sha

    return tuple(change for change in ours if is_after(change))


def until(proposed: Commit, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that merged no later than the commit: its own submission's instant, or that of
    the merge that it is."""
    own = next((c.submitted for c in changes if c.revision == proposed.sha), None)
    end = own or proposed.committed
    if end is None:
        return ()
    return tuple(c for c in changes if c.submitted is None or c.submitted <= end)


def read_stretch(raw: Mapping[str, Any], details: Details, base: str) -> ReleaseStretch:
    """The stretch of `stretches_of`'s JSON."""
    rows = raw["rows"]
    changes = None
    if rows is not None:
        changes = tuple(with_details(read_change(row, base), details) for row in rows)
    return ReleaseStretch(Descent(raw["descent"]) if raw["descent"] else None, changes)
