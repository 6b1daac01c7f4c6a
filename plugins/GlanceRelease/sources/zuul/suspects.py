"""Which changes merged into what a failing job tests: Zuul says what it tests, Gerrit the rest."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...domain.ci.builds import SUSPECTS, Merged, Question, Suspects, Suspicions, tested_key
from ...domain.snapshot import Key
from ..gerrit.client import instant, query_changes
from ..http import Http
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .client import ZuulApi
from .rows import NAME_LENGTH, plain, required_projects

MOST_PARENTS = 10
MOST_CHANGES = 200
TESTED_FOR = dt.timedelta(days=7)  # how long what a job tests is taken as known
SUBJECT_LENGTH = 120


@dataclass(frozen=True)
class WhoBrokeIt:
    """The suspects of every failure that `wanted` names.

    A failure is asked about once: what it tests (`job/NAME` up the job's parents, for each tips
    job of its lane), then one Gerrit query for each repository, ten to a request. Nothing is
    asked while all is known; while Gerrit is down, nothing of Zuul again.
    """

    zuul: ZuulApi
    gerrit: str
    every: dt.timedelta
    wanted: tuple[Question, ...]
    upstream: str = "gerrit"
    confirm: bool = False

    @property
    def key(self) -> Key[Suspicions]:
        """The fact's key."""
        return SUSPECTS

    @property
    def url(self) -> str:
        """Where merged changes are asked for; the name keeps it apart from other queries."""
        return f"{self.gerrit}/changes/?q=status:merged"

    async def fetch(self, http: Http, last: Kept | None, now: dt.datetime) -> Kept:
        """The answers to all present questions; those of failures that are over are dropped."""
        kept = _load(last)
        answers = {
            question.uuid: kept["answers"][question.uuid]
            for question in self.wanted
            if question.uuid in kept["answers"]
        }
        tested = self._known(kept["tested"], now)
        for question in self.wanted:
            if question.uuid in answers:
                continue
            for job in (question.job, *question.peers):
                key = tested_key(job, question.branch)
                if key not in tested:
                    projects = await self._tested(http, job, question.branch)
                    tested[key] = self.zuul.tested[key] = [now.isoformat(), projects]
            own = tested[tested_key(question.job, question.branch)][1]
            repositories = list(dict.fromkeys([*own, question.project]))
            answers[question.uuid] = await self._answer(http, question, repositories)
        return Kept((json.dumps({"answers": answers, "tested": tested}).encode(),))

    def _known(self, kept: dict[str, Any], now: dt.datetime) -> dict[str, list[Any]]:
        """What jobs test, as it was kept, and as Zuul told while Gerrit did not answer: that is
        not asked again."""
        rows = {**kept, **self.zuul.tested}
        return {key: row for key, row in rows.items() if _at(row[0]) > now - TESTED_FOR}

    async def _tested(self, http: Http, job: str, branch: str) -> list[str]:
        """The repositories a job and its parents take from master; none for an unknown job."""
        repositories: dict[str, None] = {}
        name: str | None = job
        seen: set[str] = set()
        while name and name not in seen and len(seen) < MOST_PARENTS:
            seen.add(name)
            variants = await self.zuul.rows(http, f"job/{quote(name, safe='')}")
            projects, name = required_projects(variants or [], branch)
            repositories.update(dict.fromkeys(projects))
        return list(repositories)

    async def _answer(
        self, http: Http, question: Question, repositories: list[str]
    ) -> dict[str, Any]:
        stretch = (
            f'mergedafter:"{_gerrit_time(question.since)}" '
            f'mergedbefore:"{_gerrit_time(question.until)}"'
        )
        where = f"branch:{question.branch} status:merged {stretch}"
        queries = [f'project:"{name}" {where}' for name in repositories]
        lists = await query_changes(http, self.gerrit, queries, options=())
        changes = [_merged(raw) for page in lists for raw in page]
        known = sorted((c for c in changes if c is not None), key=lambda c: c[3], reverse=True)
        more = len(known) > MOST_CHANGES or any(
            page and page[-1].get("_more_changes") for page in lists
        )
        either = " OR ".join(f"project:{name}" for name in repositories)
        return {
            "repositories": repositories,
            "changes": known[:MOST_CHANGES],
            "more": more,
            "url": f"{self.gerrit}/q/{quote(f'({either}) {where}', safe='')}",
        }

    def read(self, kept: Kept) -> Suspicions:
        """The answers that were kept."""
        stored = _load(kept)
        try:
            return Suspicions(
                {
                    uuid: Suspects(
                        tuple(row["repositories"]),
                        tuple(
                            Merged(number, project, subject, _at(at))
                            for number, project, subject, at in row["changes"]
                        ),
                        bool(row["more"]),
                        str(row["url"]),
                    )
                    for uuid, row in stored["answers"].items()
                },
                {job: tuple(row[1]) for job, row in stored["tested"].items()},
            )
        except (KeyError, TypeError, ValueError, IndexError):
            raise Unreadable("no kept suspects") from None


def _merged(raw: Any) -> list[Any] | None:
    """A merged change as it is kept; `submitted` is when it merged."""
    number = raw.get("_number")
    merged = instant(raw.get("submitted")) or instant(raw.get("updated"))
    if not isinstance(number, int) or merged is None:
        return None
    return [
        number,
        plain(raw.get("project"), NAME_LENGTH),
        plain(raw.get("subject"), SUBJECT_LENGTH),
        merged.isoformat(),
    ]


def _gerrit_time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S +0000")


def _load(kept: Kept | None) -> dict[str, Any]:
    if kept is None:
        return {"answers": {}, "tested": {}}
    try:
        stored = json.loads(kept.bodies[0] or b"")
        return {"answers": dict(stored["answers"]), "tested": dict(stored["tested"])}
    except (ValueError, KeyError, TypeError, IndexError):
        raise Unreadable("no kept suspects") from None


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
