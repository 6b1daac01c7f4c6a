"""rehearse: every line that the bot would say between two instants"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..clock import SteppedClock
from ..configuration.settings import Settings
from ..domain.messages.notice import Said
from ..domain.model import Series
from ..domain.releases.released import Released, as_released, with_days_seen, without_releases
from ..domain.scope import follow_ups_of, with_follow_ups_at
from ..domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of
from ..duties.releases.after_release import with_constant_at
from ..registry import SCHEDULES
from ..rehearsal.transcript import Saying, add_notes, told_rows
from ..render.as_json import as_json
from ..render.plain import plain
from ..service.outbox.front_end import Door, Outcome
from ..service.outbox.tick import Speaker, Told
from ..service.storage.store import Store
from .common import Failure, add_released, gather, instant, released_rows

_HALF_A_CYCLE = dt.timedelta(days=200)
_MINUTE = dt.timedelta(minutes=1)
_NEWEST = 40  # rows of the ledger: more than the lines of one tick say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`simulate --from T --to T [--json] [--released FILE] [--notes FILE]`."""
    add_released(parser)
    add_notes(parser)
    parser.add_argument(
        "--from",
        dest="start",
        type=instant,
        required=True,
        metavar="T",
        help="the bot's first start, an ISO instant (UTC)",
    )
    parser.add_argument(
        "--to",
        dest="end",
        type=instant,
        required=True,
        metavar="T",
        help="the end, an ISO instant (UTC)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print each line with its time (UTC), in order; without `--released` nothing is released."""
    if options.end <= options.start:
        raise Failure("--to is not after --from")
    options.now = options.start
    rows, told = released_rows(options), told_rows(options)
    options.released = None
    snapshot = await _facts(settings, options)
    async for said in rehearse(snapshot, rows, options.start, options.end, told):
        print(_json(said) if options.json else plain(_text(said)), flush=True)
    return 0


async def _facts(settings: Settings, options: argparse.Namespace) -> Snapshot:
    """Facts of every cycle that runs between the two instants, and of those beside them."""

    def running(known: Sequence[Series]) -> list[str]:
        return [one.name for one in known if _is_near(one, options.start, options.end)]

    return await gather(settings, options, running, (*SCHEDULES, "gerrit"))


def _is_near(series: Series, start: dt.datetime, end: dt.datetime) -> bool:
    released = series.initial_release
    return released is None or (
        start.date() - _HALF_A_CYCLE <= released <= end.date() + _HALF_A_CYCLE
    )


class _Ear(Door):
    """A door behind which everything is heard at once."""

    def ready(self, target: str) -> bool:
        """Always."""
        return True

    async def say(self, target: str, text: str, claim: str) -> Outcome:
        """Heard."""
        return Outcome("said")


async def rehearse(
    snapshot: Snapshot,
    released: tuple[Released, ...] | None,
    start: dt.datetime,
    end: dt.datetime,
    notes: tuple[Saying, ...] = (),
) -> AsyncIterator[Said]:
    """What the bot would say from its first start to `end` (not included), line by line, if people
    told it these notes meanwhile.

    The rules, the ledger and the outbox are the running bot's; the store is in memory, and the
    clock steps from one instant at which anything can come due to the next.
    """
    clock = SteppedClock(start)
    store = await Store.in_memory()
    try:
        speaker = Speaker(store, clock, _Ear())
        await speaker.start([snapshot.team.name])
        past = _Past(snapshot, released, start)
        heard: set[str] = set()
        coming = list(notes)
        while clock.instant < end:
            while coming and coming[0].at <= clock.instant:
                kept = coming.pop(0).notes(past.at(speaker, clock.instant))
                await store.add_notes(snapshot.team.name, kept)
                past.notes = await store.notes(snapshot.team.name)
            then = past.at(speaker, clock.instant)
            told = await speaker.tick(then)
            if told.said:
                for said in _new(await speaker.outbox.ledger(snapshot.team.name, _NEWEST), heard):
                    yield said
            settled = speaker.outbox.is_idle(snapshot.team.name) and not speaker.learnt(then)
            clock.instant = _next(snapshot, released, coming, told, clock.instant, settled)
            await asyncio.sleep(0)
    finally:
        await store.close()


class _Past:
    """The facts as they were at an instant; other ones only when something has merged, or the
    rules remember more."""

    def __init__(
        self, snapshot: Snapshot, released: tuple[Released, ...] | None, start: dt.datetime
    ) -> None:
        self._snapshot = snapshot
        self._released = released
        self._start = start
        self._moments = [row.merged for row in released or ()]
        for change in follow_ups_of(snapshot) or ():
            ends = (change.created, change.submitted or change.updated)
            self._moments += [moment for moment in ends if moment is not None]
        self._merged = -1
        self._last = snapshot
        self.notes = snapshot.notes

    def at(self, speaker: Speaker, now: dt.datetime) -> Snapshot:
        """The picture at `now`, the same one as long as nothing changes."""
        merged = sum(moment <= now for moment in self._moments)
        fresh = speaker.with_memory(self._snapshot)
        if merged != self._merged or fresh.memory is not self._last.memory:
            self._merged = merged
            self._last = with_days_seen(replace(fresh, facts=self._facts(now)))
        if self.notes is not self._last.notes:
            self._last = replace(self._last, notes=self.notes)
        return self._last

    def _facts(self, now: dt.datetime) -> dict[str, Fetched[Any]]:
        rows = self._released
        then = with_constant_at(self._snapshot, rows or (), self._start, now)
        then = with_follow_ups_at(then, now)
        then = (
            _nothing_released(then, self._start) if rows is None else as_released(then, rows, now)
        )
        return {
            name: replace(fact, origin="stored") if fact.known else fact
            for name, fact in then.facts.items()
        }


def _nothing_released(snapshot: Snapshot, start: dt.datetime) -> Snapshot:
    """Without releases, and where a file could not be had, without the file."""
    nothing: dict[str, Fetched[Any]] = {
        deliverable_of(series.name, name).name: Fetched(None, snapshot[SERIES].at, "stored")
        for series in snapshot[SERIES].value or ()
        for name in snapshot.team.deliverables
    }
    had = {name: fact for name, fact in snapshot.facts.items() if fact.known}
    return without_releases(replace(snapshot, facts={**snapshot.facts, **nothing, **had}), start)


def _next(
    snapshot: Snapshot,
    released: tuple[Released, ...] | None,
    sayings: Sequence[Saying],
    told: Told,
    now: dt.datetime,
    settled: bool,
) -> dt.datetime:
    """The next instant worth a tick: something comes due, a release merges, somebody tells
    something, a day's hour begins; a minute on where the outbox holds something back or the rules
    remember more than before."""
    hour = dt.datetime.combine(now.date(), snapshot.team.reminders.hour, dt.UTC)
    instants = [
        *(notice.due for notice in told.notices),
        *(row.merged for row in released or ()),
        *(one.at for one in sayings),
        hour if hour > now else hour + dt.timedelta(days=1),
    ]
    if (told.posted or told.said) and not settled:
        instants.append(now + _MINUTE)
    coming = min(one for one in instants if one > now)
    minute = coming.replace(second=0, microsecond=0)
    return minute if minute == coming else minute + _MINUTE


def _new(ledger: tuple[Said, ...], heard: set[str]) -> Iterator[Said]:
    """The lines that were said since the last look, oldest first; a line once, with all that it
    was about."""
    lines: dict[tuple[Any, ...], list[Said]] = {}
    for row in reversed(ledger):
        if row.state == "said" and row.key not in heard:
            heard.add(row.key)
            lines.setdefault((row.at, row.target, row.text), []).append(row)
    for rows in lines.values():
        yield replace(rows[0], days=tuple(sorted({day for row in rows for day in row.days})))


def _text(said: Said) -> str:
    return f"{said.at:%a %Y-%m-%d %H:%M} {said.target} <{said.rule}> {said.text[0]}"


def _json(said: Said) -> str:
    return as_json(
        {
            "time": f"{said.at:%Y-%m-%dT%H:%M:%SZ}",
            "target": said.target,
            "rule": said.rule,
            "text": said.text[0],
            "days": [day.isoformat() for day in said.days],
        }
    )
