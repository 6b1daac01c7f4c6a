"""All that is followed in Gerrit, for all teams at once: three queries a team, ten a request."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from ...domain.gerrit_scope import Scope
from ...domain.releases.proposal import (
    GERRIT,
    Change,
    FileChange,
    Gone,
    Proposal,
    ProposedFile,
    TeamChanges,
)
from ...domain.releases.steps import steps_on
from ...domain.snapshot import Key
from ...domain.upstreams import UPSTREAMS
from ..http import Http
from ..opendev.proposed_file import FOLDER, read_proposed
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .branch_watch import ask_branches, fresh_branches, read_branches
from .change_effects import details_of
from .change_rows import Raw, of_these, slim, with_files
from .client import file_text, query_changes, read_change
from .commits import commit, read_commit
from .followed_proposals import stands_on, with_absent
from .master_changes import cut_short, held_in_last, merged_of
from .release_facts import changes_in, judged_by, read_facts
from .stretches import StepAsked
from .tag_watch import as_json, await_tags, last_tagged, read_awaited
from .team_queries import RELEASES, look_back, queries_of

NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class TeamChangesSource:
    """The changes of every team as one fact, since a request takes ten queries.

    One round trip when nothing is new; a second for the files of a new patch set, the day of a new
    release's commit and what newly merged changes did, a third for the commits that a new
    patch set names.
    """

    base: str
    scopes: tuple[Scope, ...]
    every: dt.timedelta = UPSTREAMS["gerrit"].poll
    upstream: str = "gerrit"
    confirm: bool = False

    @property
    def key(self) -> Key[Mapping[str, TeamChanges]]:
        """One key for all teams."""
        return GERRIT

    @property
    def url(self) -> str:
        """Where a person finds the open proposals."""
        return f"{self.base}/q/project:{RELEASES}+status:open"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """Everything as one JSON document; what can't have changed is taken from `last`."""
        known = json.loads(last.bodies[0]) if last and last.bodies[0] else {}
        files, commits = known.get("files", {}), known.get("commits", {})
        asked = [q for scope in self.scopes for q in queries_of(scope, commits, now)]
        lists = iter(await query_changes(http, self.base, asked) if asked else [])
        teams: dict[str, dict[str, Any]] = {
            scope.team: {
                "deliverables": list(scope.deliverables),
                "proposals": [slim(raw) for raw in of_these(with_files(next(lists)), (RELEASES,))],
                "follow_ups": [slim(raw) for raw in of_these(next(lists), scope.repositories)],
                "merged": [slim(raw) for raw in of_these(next(lists), scope.repositories)],
                "since": look_back(scope, commits, now).isoformat(),
                "last": dict(scope.last),
            }
            for scope in self.scopes
        }
        await self._follow(http, teams, known, now)
        proposals = {raw["_number"]: raw for team in teams.values() for raw in team["proposals"]}
        fresh_files = await self._files(http, list(proposals.values()), files)
        await self._await_tags(http, teams, fresh_files, known.get("teams", {}), now)
        days = [pair for team in teams.values() for pair in team["last"].items()]
        fresh_days = await self._days(http, days, commits)
        tagged = {key: read_commit(raw) for key, raw in fresh_days.items()}
        held = await held_in_last(http, self.base, teams, tagged, known.get("held", {}), now)
        merged = [
            change
            for team in teams.values()
            for changes in merged_of(team, tagged, held, self.base, {}).values()
            for change in changes
        ]
        asked_of = list(self._asked(list(proposals.values()), fresh_files))
        before = {**known.get("facts", {}), "days": fresh_days}
        facts, below = await asyncio.gather(
            judged_by(http, self.base, asked_of, before, now),
            stands_on(http, self.base, proposals.values(), known.get("stands_on", {})),
        )
        followed = [*merged, *changes_in(facts, self.base)]
        document = {
            "teams": teams,
            "files": {**_files_of_gone(teams, files), **fresh_files},
            "stands_on": below,
            "commits": fresh_days,
            "held": held,
            "facts": facts,
            "details": await details_of(http, self.base, followed, known.get("details", {})),
        }
        return Kept((json.dumps(document, sort_keys=True).encode(),))

    async def _await_tags(
        self,
        http: Http,
        teams: Mapping[str, dict[str, Any]],
        files: Mapping[str, Any],
        known: Mapping[str, Any],
        now: dt.datetime,
    ) -> None:
        """Add to each team what is awaited, and count what merged since the last that is tagged."""

        async def add(scope: Scope) -> None:
            team = teams[scope.team]
            proposals = _proposals(team, files, self.base)
            before = known.get(scope.team, {})
            told, versions = await await_tags(http, self.base, scope, proposals, before, now)
            team["awaited"] = as_json(told)
            team["versions"] = {place: sorted(names) for place, names in versions.items()}
            team["last"] = last_tagged(scope, proposals, told, versions)
            team["tags"] = scope.known.versions_of(team["last"])
            fresh = fresh_branches(scope, proposals, told)
            asked = before.get("branches", {})
            team["branches"] = await ask_branches(
                http, self.base, fresh, scope.doubtful, asked, now
            )

        await asyncio.gather(*map(add, self.scopes))

    async def _follow(
        self, http: Http, teams: Mapping[str, dict[str, Any]], known: Mapping[str, Any], now: Any
    ) -> None:
        """Put back, or note as gone, what was open in the last answer and is absent in this."""
        for name, team in teams.items():
            before = known.get("teams", {}).get(name, {})
            is_theirs = partial(_of, deliverables=team["deliverables"])
            rows = team["proposals"]
            team["proposals"], team["gone"] = await with_absent(
                http, self.base, rows, before, is_theirs, now
            )

    def _asked(self, proposals: Sequence[Raw], files: Mapping[str, Any]) -> Iterator[StepAsked]:
        """The steps of the open proposals: onto their own parent, and onto the newest file."""
        names = {name for scope in self.scopes for name in scope.deliverables}
        for raw in (raw for raw in proposals if raw.get("status") == "NEW"):
            for change in _proposal(read_change(raw), files, names).files:
                found = (s for scope in self.scopes for s in steps_on(scope.known, change))
                for step in dict.fromkeys(found):
                    yield StepAsked(step, str(raw.get("updated") or ""))

    async def _files(
        self, http: Http, proposals: Sequence[Raw], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        names = {name for scope in self.scopes for name in scope.deliverables}
        wanted = [
            (raw, path) for raw in proposals for path in read_change(raw).files if _of(path, names)
        ]
        keys = [f"{raw['_number']}/{raw['current_revision']}/{path}" for raw, path in wanted]
        pairs = await asyncio.gather(
            *(
                self._pair(http, raw, path)
                for key, (raw, path) in zip(keys, wanted, strict=True)
                if key not in known
            )
        )
        fresh = iter(pairs)
        return {key: known[key] if key in known else next(fresh) for key in keys}

    async def _pair(self, http: Http, raw: Raw, path: str) -> dict[str, str | None]:
        number, revision = raw["_number"], raw["current_revision"]
        before, after = await asyncio.gather(
            file_text(http, self.base, number, revision, path, parent=True),
            file_text(http, self.base, number, revision, path),
        )
        return {"before": before, "after": after}

    async def _days(
        self, http: Http, wanted: Sequence[tuple[str, str]], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        keys = [f"{repository}@{sha}" for repository, sha in wanted]
        missing = [p for key, p in zip(keys, wanted, strict=True) if key not in known]
        answers = await asyncio.gather(*(commit(http, self.base, *pair) for pair in missing))
        fresh = {f"{raw['repository']}@{raw['sha']}": raw for raw in answers}
        return {key: fresh.get(key) or known[key] for key in keys}

    def read(self, kept: Kept) -> Mapping[str, TeamChanges] | None:
        """The changes by team."""
        try:
            document = json.loads(kept.bodies[0] or b"{}")
            details = document.get("details", {})
            facts = read_facts(document.get("facts", {}), details, self.base)
            tagged = {key: read_commit(raw) for key, raw in document["commits"].items()}
            return {
                name: replace(
                    _team(raw, document, self.base),
                    merged=merged_of(raw, tagged, document.get("held", {}), self.base, details),
                    cut_short=cut_short(raw),
                    facts=facts,
                )
                for name, raw in document["teams"].items()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"kept changes: {type(error).__name__}") from error


def _of(path: str, deliverables: Collection[str]) -> bool:
    """Whether it is one of these files: a change of the release team may touch 200 others."""
    folder, _, name = path.rpartition("/")
    return folder.startswith(FOLDER) and PurePosixPath(name).stem in deliverables


def _read_pair(
    key: str, texts: Mapping[str, str | None]
) -> tuple[ProposedFile | None, ProposedFile | None]:
    path = key.split("/", 2)[2]
    before, after = texts["before"], texts["after"]
    return (
        read_proposed(path, before) if before is not None else None,
        read_proposed(path, after) if after is not None else None,
    )


def _files_of_gone(
    teams: Mapping[str, Mapping[str, Any]], known: Mapping[str, Any]
) -> dict[str, Any]:
    """The files of what is gone, as they were last."""
    numbers = {str(gone["row"]["_number"]) for team in teams.values() for gone in team["gone"]}
    return {key: pair for key, pair in known.items() if key.partition("/")[0] in numbers}


def _team(raw: Mapping[str, Any], document: Mapping[str, Any], base: str) -> TeamChanges:
    files, below = document["files"], document.get("stands_on", {})
    rows = [(row["row"], row["how"]) for row in raw.get("gone", ())]
    were = _proposals({**raw, "proposals": [row for row, _ in rows]}, files, base, below)
    gone = tuple(Gone(proposal, how) for proposal, (_, how) in zip(were, rows, strict=True))
    return TeamChanges(
        _proposals(raw, files, base, below),
        tuple(read_change(row, base) for row in raw["follow_ups"]),
        last=raw["last"],
        awaited=tuple(map(read_awaited, raw.get("awaited", ()))),
        branches=read_branches(raw.get("branches", {})),
        versions={place: frozenset(names) for place, names in raw.get("versions", {}).items()},
        gone=gone,
    )


def _proposals(
    raw: Raw, files: Mapping[str, Any], base: str, below: Mapping[str, int] = NOTHING
) -> tuple[Proposal, ...]:
    """The proposals, and what each stands on, as far as `below` tells."""
    names = raw["deliverables"]
    changes = (read_change(row, base) for row in raw["proposals"])
    return tuple(
        _proposal(
            replace(change, stands_on=below.get(f"{change.number}/{change.revision}", 0)),
            files,
            names,
        )
        for change in changes
    )


def _proposal(change: Change, files: Mapping[str, Any], names: Collection[str]) -> Proposal:
    paths = (path for path in change.files if _of(path, names))
    keys = (f"{change.number}/{change.revision}/{path}" for path in paths)
    return Proposal(change, tuple(FileChange(*_read_pair(k, files[k])) for k in keys if k in files))
