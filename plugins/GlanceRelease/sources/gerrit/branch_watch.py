"""Which branches Gerrit is asked for, and how often: one that is there is asked for no more."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...domain.gerrit_scope import Scope
from ...domain.releases.awaited import Awaited
from ...domain.releases.proposal import Proposal
from ...domain.releases.tagged_files import newest_text
from ..http import Http, Trouble
from .tags import has_branch

AGAIN = dt.timedelta(days=1)
MOST_AT_ONCE = 20
Answers = Mapping[str, Mapping[str, Any]]
Pair = tuple[str, str]


def fresh_branches(
    scope: Scope, proposals: Sequence[Proposal], told: Iterable[Awaited]
) -> Iterator[Pair]:
    """The branches that are cut from a release which is awaited no more, and those that came with
    a proposal that merged, unless their release is pending."""
    awaited = {one.key: one for one in told}
    merged = [one for one in proposals if one.change.status == "MERGED"]
    files = {(f.after.series, f.after.name): f for one in merged for f in one.files if f.after}
    for series, name in dict.fromkeys([*files, *(key[:2] for key in awaited)]):
        file = newest_text(scope.files.get(f"{series}/{name}"), proposals, series, name)
        row = files.get((series, name))
        before = row.before.deliverable if row and row.before else None
        old = {branch.name for branch in before.branches} if before else set()
        for branch in file.branches if file and name in scope.deliverables else ():
            one = awaited.get((series, name, branch.location))
            came = row is not None and branch.name not in old
            if one.is_tagged if one else came:
                for repository in file.repositories if file else ():
                    yield repository, branch.name


async def ask_branches(
    http: Http,
    base: str,
    fresh: Iterable[Pair],
    doubtful: Iterable[Pair],
    known: Answers,
    now: dt.datetime,
) -> dict[str, Mapping[str, Any]]:
    """What Gerrit says of each branch, and since when it is fresh. A fresh one is asked for at
    every poll of its first day; later, and one in doubt, once a day. One of which Gerrit does not
    tell keeps its last answer."""
    fresh = dict.fromkeys(fresh)
    pairs = dict.fromkeys((*fresh, *doubtful))
    due = [pair for pair in pairs if _is_due(known.get(_key(pair)), pair in fresh, now)]
    told = await asyncio.gather(*(_told(http, base, pair) for pair in due[:MOST_AT_ONCE]))
    answers = {_key(pair): known[_key(pair)] for pair in pairs if _key(pair) in known}
    for pair, there in zip(due, told, strict=False):
        before = known.get(_key(pair), {})
        first = (before.get("first") or now.isoformat()) if pair in fresh else None
        answers[_key(pair)] = {
            "there": before.get("there") if there is None else there,
            "first": first,
            "asked": now.isoformat(),
        }
    return answers


def _key(pair: Pair) -> str:
    return "@".join(pair)


def _is_due(known: Mapping[str, Any] | None, is_fresh: bool, now: dt.datetime) -> bool:
    if known is None:
        return True
    if known["there"]:
        return False
    if is_fresh and (known["first"] is None or _since(known["first"], now) < AGAIN):
        return True
    return _since(known["asked"], now) >= AGAIN


def _since(told: str, now: dt.datetime) -> dt.timedelta:
    return now - dt.datetime.fromisoformat(told)


async def _told(http: Http, base: str, pair: Pair) -> bool | None:
    try:
        return await has_branch(http, base, *pair)
    except Trouble:
        return None


def read_branches(answers: Answers) -> dict[Pair, bool]:
    """Whether each branch is there, by repository and name; one of which Gerrit never told is
    absent."""
    pairs = {tuple(key.split("@", 1)): row["there"] for key, row in answers.items()}
    return {(pair[0], pair[1]): there for pair, there in pairs.items() if there is not None}
