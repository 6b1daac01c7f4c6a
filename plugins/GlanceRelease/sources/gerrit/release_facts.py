"""What a release is judged by besides its commit: the release before it, what merged in between."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ...domain.gerrit_scope import newest_in, newest_on_master
from ...domain.model import Deliverable
from ...domain.releases.merged_changes import REQUIREMENTS
from ...domain.releases.proposal import Change, Commit, FileChange, GerritFacts, ProposedFile
from ..http import Http, Trouble
from .change_effects import details_of, with_details
from .client import commit, file_at, query_changes, read_change, read_commit

LIBRARIES = ("library", "client-library")
MAX_COMMITS = 20
LONGEST_LOOK_BACK = dt.timedelta(days=400)
Pair = tuple[str, str]
Previous = Callable[[str, str], Deliverable | None]


def named_commits(before: ProposedFile | None, after: ProposedFile | None) -> Iterator[Pair]:
    """The (repository, commit) pairs of the releases that a file has and had not: the first 20,
    so that a strange file makes no thousand requests; the rules leave the rest unjudged."""
    old = before.deliverable.releases if before and before.deliverable else ()
    new = after.deliverable.releases if after and after.deliverable else ()
    named = (pair for release in new if release not in old for pair in release.hashes)
    yield from itertools.islice(named, MAX_COMMITS)


def last_commits(file: FileChange, previous: Deliverable | None) -> Mapping[str, str]:
    """Each repository's commit in the release before the proposed one: of the file as it was, else
    the last that was released from master in the series before (`previous`)."""
    before = file.before.deliverable if file.before else None
    newest = newest_in(before) if before else None
    if newest is None:
        newest = newest_on_master(previous) if previous else None
    return dict(newest.hashes) if newest else {}


def library_commits(files: Iterable[FileChange], last: Mapping[str, str]) -> Iterator[Pair]:
    """The commits whose requirements are compared: those of libraries, each beside its last."""
    for file in files:
        after = file.after.deliverable if file.after else None
        if after is not None and after.type in LIBRARIES:
            for repository, sha in named_commits(file.before, file.after):
                if repository in last:
                    yield repository, last[repository]
                    yield repository, sha


async def requirements(http: Http, base: str, pairs: Iterable[Pair]) -> dict[Pair, str]:
    """requirements.txt at each commit, "" where there is none; one that can't be had is absent."""
    wanted = list(dict.fromkeys(pairs))

    async def commit_of(repository: str, sha: str) -> str | None:
        try:
            return await file_at(http, base, repository, sha, REQUIREMENTS) or ""
        except Trouble:
            return None

    texts = await asyncio.gather(*(commit_of(*pair) for pair in wanted))
    return {pair: text for pair, text in zip(wanted, texts, strict=True) if text is not None}


async def commits(http: Http, base: str, named: Iterable[Pair]) -> dict[Pair, Commit]:
    """What Gerrit says of each commit."""
    answers = await asyncio.gather(*(commit(http, base, *pair) for pair in dict.fromkeys(named)))
    return {(commit.repository, commit.sha): commit for commit in map(read_commit, answers)}


async def facts_for(
    http: Http, base: str, files: Sequence[FileChange], previous: Previous, now: dt.datetime
) -> GerritFacts:
    """What Gerrit says of the commits that these files newly name, and for what is released from
    master what merged since the release before. Raises Trouble where Gerrit does not tell of the
    commits; without the rest the rules that need it are not judged."""
    named = [pair for file in files for pair in named_commits(file.before, file.after)]
    last: dict[str, str] = {}
    masters: set[str] = set()
    for file in files:
        if file.after is not None:
            if not _is_branched(file):
                masters.update(r for r, _ in named_commits(file.before, file.after))
            last |= last_commits(file, previous(file.after.series, file.after.name))
    released = {repository for repository, _ in named}
    before = [(repository, sha) for repository, sha in last.items() if repository in released]
    known = await commits(http, base, [*named, *before])
    days = {
        repository: commit
        for repository, sha in last.items()
        if repository in masters and (commit := known.get((repository, sha))) is not None
    }
    merged, texts = await asyncio.gather(
        _merged(http, base, days, now), requirements(http, base, library_commits(files, last))
    )
    return GerritFacts(known, merged, texts)


def _is_branched(file: FileChange) -> bool:
    before = file.before.deliverable if file.before else None
    return any(branch.name.startswith("stable/") for branch in (before.branches if before else ()))


async def _merged(
    http: Http, base: str, last: Mapping[str, Commit], now: dt.datetime
) -> dict[str, tuple[Change, ...]]:
    """What merged on master since each of these commits; a repository is absent whose commit is
    older than 400 days, or all are where Gerrit gives no answer."""
    days = {
        repository: commit.committed
        for repository, commit in last.items()
        if commit.committed is not None and commit.committed > now - LONGEST_LOOK_BACK
    }
    queries = [
        f'project:{repository} branch:master status:merged mergedafter:"{day.date()}"'
        for repository, day in days.items()
    ]
    try:
        lists = await query_changes(http, base, queries)
    except Trouble:
        return {}
    since = {
        repository: merged_since(last[repository], (read_change(raw, base) for raw in rows))
        for repository, rows in zip(days, lists, strict=True)
    }
    details = await details_of(http, base, itertools.chain(*since.values()), {})
    return {
        repository: tuple(with_details(change, details) for change in changes)
        for repository, changes in since.items()
    }


def merged_since(last: Commit, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes of the commit's repository that merged after it, without its own."""
    return tuple(
        change
        for change in changes
        if change.project == last.repository
        and change.revision != last.sha
        and change.submitted is not None
        and last.committed is not None
        and change.submitted > last.committed
    )
