"""How the periodic builds are kept: one document of what was asked, and one for each repository.

A document of a repository without news stays the same bytes, so that it is neither written nor
read again: 90 days of 60 teams are 200,000 builds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...domain.ci.builds import (
    Build,
    ConfigError,
    Departure,
    Empty,
    Expected,
    Gap,
    History,
    Lane,
    NightSet,
    UnreadRow,
    WaitingJob,
)
from ..protocols import Kept
from ..strict_yaml import Unreadable
from .build_ledger import NO_TIME, Ledger, NewestBuild, Rows

VERSION = 1


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
            waiting=tuple(ledger.waiting),
            sets=tuple(ledger.sets),
            asked=ledger.asked,
            unread=tuple(ledger.unread),
            departures=tuple(ledger.departures),
            gaps=tuple(ledger.gaps),
            anew=ledger.anew,
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
        broken=[_config_error(*row) for row in meta["broken"]],
        unknown={name: _at(at) for name, at in meta["unknown"].items()},
        **_absences(meta),
    )


def _config_error(project: str, branch: str, path: str, text: str, since: str = "") -> ConfigError:
    return ConfigError(project, branch, path, text, _at(since) if since else None)


def _departure(lane: Any, job: str, at: str, reason: str, *more: str) -> Departure:
    return Departure(Lane(*lane), job, _at(at), reason, *(_at(t) if t else None for t in more))


def _absences(meta: dict[str, Any]) -> dict[str, Any]:
    """What tells of absences; documents of before it was kept have none of it."""
    witness = meta.get("witness")
    return {
        "errors_read": _at(meta.get("errors read", _text(NO_TIME))),
        "all_errors_read": _at(meta.get("all errors", _text(NO_TIME))),
        "error_ages": {mark: _at(at) for mark, at in meta.get("error ages", {}).items()},
        "witness": NewestBuild(witness[0], Lane(*witness[1]), _at(witness[2])) if witness else None,
        "waiting": [
            WaitingJob(Lane(*lane), job, _at(since), started, tries)
            for lane, job, since, started, tries in meta.get("waiting", ())
        ],
        "sets": [
            NightSet(uuid, Lane(*lane), _at(event), over, begun)
            for uuid, lane, event, over, begun in meta.get("sets", ())
        ],
        "asked": {Lane(*lane): _at(at) for lane, at in meta.get("asked", ())},
        "refused": {Lane(*lane): _at(at) for lane, at in meta.get("refused", ())},
        "unread": [
            UnreadRow(project, job, dt.date.fromisoformat(night))
            for project, job, night in meta.get("unread", ())
        ],
        "departures": [_departure(*row) for row in meta.get("departures", ())],
        "gaps": [Gap(_at(begin), _at(end)) for begin, end in meta.get("gaps", ())],
        "anew": _at(anew) if (anew := meta.get("anew")) else None,
    }


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
            "broken": [
                [e.project, e.branch, e.path, e.text, _text(e.since)] for e in ledger.broken
            ],
            "unknown": {name: _text(at) for name, at in ledger.unknown.items()},
            "errors read": _text(ledger.errors_read),
            "all errors": _text(ledger.all_errors_read),
            "error ages": {mark: _text(at) for mark, at in ledger.error_ages.items()},
            "witness": None if (w := ledger.witness) is None else [w.uuid, w.lane, _text(w.event)],
            "waiting": [
                [w.lane, w.job, _text(w.since), w.started, w.tries] for w in ledger.waiting
            ],
            "sets": [[s.uuid, s.lane, _text(s.event), s.over, s.begun] for s in ledger.sets],
            "asked": [[lane, _text(at)] for lane, at in ledger.asked.items()],
            "refused": [[lane, _text(at)] for lane, at in ledger.refused.items()],
            "unread": [[u.project, u.job, u.night.isoformat()] for u in ledger.unread],
            "departures": [
                [d.lane, d.job, _text(d.at), d.reason, _text(d.back), _text(d.sound)]
                for d in ledger.departures
            ],
            "gaps": [[_text(gap.begin), _text(gap.end)] for gap in ledger.gaps],
            "anew": _text(ledger.anew) if ledger.anew else "",
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


def _text(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
