"""The changes that fix bugs, for all teams at once: three queries a team, one request for it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...domain.bugs.fixes import FIXES, FixChange, FixChanges
from ...domain.releases.proposal import Change
from ...domain.snapshot import Key
from ...domain.upstreams import UPSTREAMS
from ..http import Http
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .change_effects import MOST_AT_ONCE, details_of, with_details
from .change_rows import MORE, Raw, current_revision, mapping, of_these, slim
from .client import MAX_QUERIES, is_cut_short, query_changes, read_change
from .commits import commit, read_commit
from .stretches import key_of

OPTIONS = (
    "CURRENT_REVISION", "CURRENT_FILES", "CURRENT_COMMIT", "DETAILED_LABELS", "DETAILED_ACCOUNTS",
    "MESSAGES",
)  # fmt: skip
LOOKS_BACK = "40w"
OF_A_TEAM = 3
MOST_BUGS = 40  # of one query
_ABANDONED = "Abandoned"
_NO_MERGE = "merge failed"
_LONGEST_WHY = 200


@dataclass(frozen=True)
class FixScope:
    """What is asked for one team: its repositories, the bugs of its list, and the commits of its
    releases (repository, commit), whose days are asked for once."""

    team: str
    repositories: tuple[str, ...]
    bugs: tuple[int, ...] = ()
    commits: tuple[tuple[str, str], ...] = ()

    @property
    def queries(self) -> tuple[str, str, str]:
        """All of its stable branches; what merged on master and names a bug, a fix in a release
        note or a revert; whatever names a bug of the list."""
        projects = " OR ".join(f"project:{name}" for name in self.repositories) or "project:-"
        bugs = " OR ".join(f"bug:{number}" for number in self.bugs[:MOST_BUGS]) or "bug:0"
        return (
            f"({projects}) branch:^stable/.* (status:open OR -age:{LOOKS_BACK})",
            f"({projects}) branch:master status:merged -age:{LOOKS_BACK}"
            ' (message:bug OR message:reverts OR path:"^releasenotes/notes/.*")',
            f"({projects}) ({bugs})",
        )


@dataclass(frozen=True)
class FixChangesSource:
    """The fixes of every team as one fact. Three teams go in one request, so that each costs one at
    most; what the release notes of newly merged changes say is asked once for each."""

    base: str
    scopes: tuple[FixScope, ...]
    every: dt.timedelta = UPSTREAMS["gerrit"].poll
    upstream: str = "gerrit"
    confirm: bool = False

    @property
    def key(self) -> Key[Mapping[str, FixChanges]]:
        """One key for all teams."""
        return FIXES

    @property
    def url(self) -> str:
        """Where a person finds what is open on stable branches."""
        return f"{self.base}/q/branch:^stable/.*+status:open"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """All as one JSON document, each change once."""
        known = json.loads(last.bodies[0]) if last and last.bodies[0] else {}
        together = MAX_QUERIES // OF_A_TEAM
        parts = [self.scopes[i : i + together] for i in range(0, len(self.scopes), together)]
        answers = await asyncio.gather(*(self._part(http, part) for part in parts))
        teams = {name: told for answer in answers for name, told in answer.items()}
        merged = [change for told in teams.values() for change in _of_master(told["rows"])]
        details = await details_of(http, self.base, merged, known.get("details", {}))
        days = await self._days(http, known.get("commits", {}))
        document = {"teams": teams, "details": details, "commits": days}
        return Kept((json.dumps(document, sort_keys=True).encode(),))

    async def _days(self, http: Http, known: Mapping[str, Any]) -> dict[str, Any]:
        """When the releases' commits were made: never another day, so each is asked for once."""
        wanted = {key_of(*pair): pair for scope in self.scopes for pair in scope.commits}
        missing = [pair for key, pair in wanted.items() if key not in known][:MOST_AT_ONCE]
        answers = await asyncio.gather(*(commit(http, self.base, *pair) for pair in missing))
        fresh = {key_of(*pair): raw for pair, raw in zip(missing, answers, strict=True)}
        return {key: fresh.get(key) or known[key] for key in wanted if key in fresh or key in known}

    async def _part(self, http: Http, scopes: Sequence[FixScope]) -> dict[str, Any]:
        asked = [query for scope in scopes for query in scope.queries]
        lists = iter(await query_changes(http, self.base, asked, OPTIONS) if asked else [])
        teams = {}
        for scope in scopes:
            found = [of_these(next(lists), scope.repositories) for _ in range(OF_A_TEAM)]
            rows = {raw["_number"]: _row(raw) for some in found for raw in some}
            teams[scope.team] = {
                "rows": list(rows.values()),
                "bugs": list(scope.bugs[:MOST_BUGS]),
                "cut_short": any(map(is_cut_short, found)),
            }
        return teams

    def read(self, kept: Kept) -> Mapping[str, FixChanges]:
        """The fixes by team."""
        try:
            document = json.loads(kept.bodies[0] or b"")
            details = document["details"]
            commits = map(read_commit, document["commits"].values())
            days = {(c.repository, c.sha): c.committed for c in commits if c.committed}
            return {
                name: FixChanges(
                    tuple(_read(row, self.base, details) for row in told["rows"]),
                    frozenset(told["bugs"]),
                    days,
                    bool(told["cut_short"]),
                )
                for name, told in document["teams"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"kept fixes: {type(error).__name__}") from error


def _of_master(rows: Iterable[Raw]) -> list[Change]:
    return [
        change
        for change in map(read_change, rows)
        if change.branch == "master" and change.status == "MERGED"
    ]


def _row(raw: Raw) -> dict[str, Any]:
    """A change with what is kept of any, and who abandoned it or that it does not merge."""
    row = {name: value for name, value in slim(raw).items() if name != MORE}
    messages = raw.get("messages")
    told = list(map(mapping, messages)) if isinstance(messages, list) else []
    if raw.get("status") == "ABANDONED":
        last = next((each for each in reversed(told) if _text(each).startswith(_ABANDONED)), {})
        author = mapping(last.get("author"))
        row["abandoned_by"] = str(author.get("name") or author.get("username") or "")
        row["why"] = _text(last).removeprefix(_ABANDONED).strip()[:_LONGEST_WHY]
    number = current_revision(raw).get("_number")
    of_this = [each for each in told if each.get("_revision_number") == number]
    failed = [_NO_MERGE in _text(each).lower() for each in of_this if "Zuul" in _author(each)]
    row["conflict"] = raw.get("mergeable") is False or failed[-1:] == [True]
    return row


def _text(message: Raw) -> str:
    return str(message.get("message") or "")


def _author(message: Raw) -> str:
    author = mapping(message.get("author"))
    return f"{author.get('name') or ''} {author.get('username') or ''}"


def _read(row: Raw, base: str, details: Mapping[str, Any]) -> FixChange:
    change = with_details(read_change(row, base), details)
    return FixChange(
        change, str(row.get("abandoned_by", "")), str(row.get("why", "")), bool(row.get("conflict"))
    )
