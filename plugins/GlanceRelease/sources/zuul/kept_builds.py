"""How the periodic builds are kept: one document of what was asked, and one for each repository.

A document of a repository without news stays the same bytes, so that it is neither written nor
read again: 90 days of 60 teams are 200,000 builds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...domain.ci.builds import Build, ConfigError, Empty, Expected, History, Lane
from ..protocols import Kept
from ..strict_yaml import Unreadable

VERSION = 1
_NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)

Rows = tuple[Build, ...]


@dataclass
class Ledger:
    """What is known while it is brought up to date; `Codec.pack` freezes it.

    `high` is the highest build id seen, `since` from when on each repository is known, `seen` the
    newest night of each lane, `unfinished` the repository of each build that still runs, `fresh`
    the builds that were just read. `swept`
    is when the last days were last read again whole, `searched` when buildsets and configuration
    errors were. A repository's builds are read only when there is news of them.
    """

    load: Callable[[str], Rows] = lambda project: ()
    high: int = 0
    since: dict[str, dt.datetime] = field(default_factory=dict)
    until: dt.datetime = _NO_TIME
    swept: dt.datetime = _NO_TIME
    searched: dt.datetime = _NO_TIME
    seen: dict[Lane, dt.datetime] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    expected: dict[Lane, Expected] = field(default_factory=dict)
    empty: list[Empty] = field(default_factory=list)
    broken: list[ConfigError] = field(default_factory=list)
    unknown: dict[str, dt.datetime] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    _builds: dict[str, dict[str, Build]] = field(default_factory=dict)

    def builds(self, project: str) -> dict[str, Build]:
        """One repository's builds by uuid."""
        if project not in self._builds:
            self._builds[project] = {build.uuid: build for build in self.load(project)}
        return self._builds[project]

    def put(self, build: Build) -> bool:
        """Keep a build, in the place of its earlier state; True where that is news."""
        lane = build.lane
        self.high = max(self.high, build.number)
        self.seen[lane] = max(self.seen.get(lane, build.event), build.event)
        self.fresh.add(build.uuid)
        self.unfinished.pop(build.uuid, None)
        if build.result is None:
            self.unfinished[build.uuid] = lane.project
        rows = self.builds(lane.project)
        news = rows.get(build.uuid) != build
        if news:
            rows[build.uuid] = build
            self.touched.add(lane.project)
        return news

    def lose(self, build: Build) -> None:
        """Count a build that runs for days as lost: its row will not be finished any more."""
        self.put(replace(build, result="LOST", final=True))

    def prune(self, oldest: dt.datetime) -> None:
        """Forget what lies before `oldest`: builds, empty buildsets, lanes without either."""
        for project, since in list(self.since.items()):
            rows = self.builds(project)
            gone = [uuid for uuid, build in rows.items() if build.event < oldest]
            for uuid in gone:
                del rows[uuid]
                self.touched.add(project)
            self.since[project] = max(since, oldest)
        self.empty = [row for row in self.empty if row.event >= oldest]
        self.seen = {lane: at for lane, at in self.seen.items() if at >= oldest}
        self.expected = {
            lane: expected
            for lane, expected in self.expected.items()
            if lane.project in self.since and (expected.jobs or lane in self.seen)
        }


class Codec:
    """Kept documents to history and back; it remembers what it read, by the bytes' identity."""

    def __init__(self, web: str) -> None:
        self._web = web
        self._read: dict[str, tuple[bytes, Rows]] = {}

    def rows(self, project: str, body: bytes) -> Rows:
        """The builds of one repository's document, by event, then id."""
        known = self._read.get(project)
        if known is not None and (known[0] is body or known[0] == body):
            return known[1]
        rows = tuple(sorted(_builds(project, body), key=lambda b: (b.event, b.number)))
        self._read[project] = (body, rows)
        return rows

    def ledger(self, kept: Kept | None) -> Ledger:
        """What was kept, ready to be brought up to date; an empty ledger from nothing."""
        if kept is None:
            return Ledger()
        meta, bodies = _meta(kept)
        ledger = _ledger(meta)
        ledger.load = lambda project: (
            self.rows(project, bodies[project]) if project in bodies else ()
        )
        return ledger

    def pack(self, ledger: Ledger, last: Kept | None) -> Kept:
        """The documents of a ledger; those of untouched repositories are the last ones'."""
        before: Mapping[str, bytes] = _meta(last)[1] if last is not None else {}
        projects = sorted(ledger.since)
        bodies = [
            before[project]
            if project in before and project not in ledger.touched
            else _document(ledger.builds(project).values())
            for project in projects
        ]
        return Kept((_meta_document(ledger, projects), *bodies))

    def history(self, kept: Kept) -> History:
        """The history that was kept; raises Unreadable for what is no such documents."""
        meta, bodies = _meta(kept)
        ledger = _ledger(meta)
        lanes: dict[Lane, list[Build]] = {}
        for project, body in bodies.items():
            for build in self.rows(project, body):
                lanes.setdefault(build.lane, []).append(build)
        return History(
            lanes={lane: tuple(rows) for lane, rows in lanes.items()},
            expected=ledger.expected,
            since=min(ledger.since.values(), default=ledger.until),
            until=ledger.until,
            empty=tuple(ledger.empty),
            broken=tuple(ledger.broken),
            unknown=tuple(sorted(set(ledger.unknown) - {lane.project for lane in lanes})),
            web=self._web,
        )


def _meta(kept: Kept) -> tuple[dict[str, Any], dict[str, bytes]]:
    try:
        meta = json.loads(kept.bodies[0] or b"")
        if meta["version"] != VERSION:
            raise Unreadable("kept by another version")
        bodies = dict(zip(meta["projects"], kept.bodies[1:], strict=True))
    except (ValueError, KeyError, TypeError, IndexError):
        raise Unreadable("no kept history of builds") from None
    return meta, {project: body or b"[]" for project, body in bodies.items()}


def _ledger(meta: dict[str, Any]) -> Ledger:
    return Ledger(
        high=meta["high"],
        since={name: _at(at) for name, at in meta["since"].items()},
        until=_at(meta["until"]),
        swept=_at(meta["swept"]),
        searched=_at(meta["searched"]),
        seen={Lane(*lane): _at(at) for lane, at in meta["seen"]},
        unfinished=meta["unfinished"],
        expected={
            Lane(*lane): Expected({job: _at(at) for job, at in jobs.items()}, _at(asked))
            for lane, asked, jobs in meta["expected"]
        },
        empty=[
            Empty(uuid, Lane(*lane), result, _at(at)) for uuid, lane, result, at in meta["empty"]
        ],
        broken=[ConfigError(*row) for row in meta["broken"]],
        unknown={name: _at(at) for name, at in meta["unknown"].items()},
    )


def _meta_document(ledger: Ledger, projects: list[str]) -> bytes:
    return _dump(
        {
            "version": VERSION,
            "projects": projects,
            "high": ledger.high,
            "since": {name: _text(at) for name, at in ledger.since.items()},
            "until": _text(ledger.until),
            "swept": _text(ledger.swept),
            "searched": _text(ledger.searched),
            "seen": [[lane, _text(at)] for lane, at in ledger.seen.items()],
            "unfinished": ledger.unfinished,
            "expected": [
                [lane, _text(e.asked), {job: _text(at) for job, at in e.jobs.items()}]
                for lane, e in ledger.expected.items()
            ],
            "empty": [[e.uuid, e.lane, e.result, _text(e.event)] for e in ledger.empty],
            "broken": [[e.project, e.branch, e.path, e.text] for e in ledger.broken],
            "unknown": {name: _text(at) for name, at in ledger.unknown.items()},
        }
    )


def _document(builds: Iterable[Build]) -> bytes:
    """Names and nights come once, in a table: 90 nights of one job share theirs."""
    words: dict[str, int] = {}

    def word(text: str) -> int:
        return words.setdefault(text, len(words))

    rows = [
        [
            b.number,
            b.uuid,
            word(b.lane.branch),
            word(b.lane.pipeline),
            word(b.job),
            None if b.result is None else word(b.result),
            int(b.final),
            int(b.voting),
            _seconds(b.event),
            _seconds(b.start),
            _seconds(b.end),
            word(b.buildset),
            word(b.detail),
        ]
        for b in sorted(builds, key=lambda b: (b.event, b.number))
    ]
    return _dump({"words": list(words), "rows": rows})


def _builds(project: str, body: bytes) -> Iterable[Build]:
    try:
        kept = json.loads(body)
        words: list[str] = kept["words"]
        lanes: dict[tuple[int, int], Lane] = {}
        instants: dict[int, dt.datetime] = {}
        for (
            number,
            uuid,
            branch,
            pipeline,
            job,
            result,
            final,
            voting,
            event,
            start,
            end,
            buildset,
            detail,
        ) in kept["rows"]:
            lane = lanes.get((branch, pipeline))
            if lane is None:
                lane = lanes[branch, pipeline] = Lane(project, words[branch], words[pipeline])
            yield Build(
                number,
                uuid,
                lane,
                words[job],
                None if result is None else words[result],
                bool(final),
                bool(voting),
                instants.setdefault(event, _instant(event)),
                None if start is None else _instant(start),
                None if end is None else _instant(end),
                words[buildset],
                words[detail],
            )
    except (ValueError, KeyError, TypeError, IndexError):
        raise Unreadable("no kept builds") from None


def _dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _seconds(at: dt.datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _instant(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _text(at: dt.datetime) -> str:
    return at.isoformat()


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
