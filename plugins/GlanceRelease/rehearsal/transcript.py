"""Every line that the bot would say between two instants, if the facts were the past's."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..clock import SteppedClock
from ..domain.messages.doc import Doc
from ..domain.messages.notice import LedgerEntry
from ..domain.moment import Moment
from ..domain.releases.released import Released
from ..domain.snapshot import Snapshot
from ..render.irc import IrcRoom, room
from ..service.outbox.front_end import DeliveryOutcome, Door
from ..service.outbox.tick import Speaker, TickResult
from ..service.storage.store import Store
from .bugs_then import BugRow
from .given_commands import GivenCommand
from .past import Past

_MINUTE = dt.timedelta(minutes=1)
_MOST = 40  # rows of the ledger: more than the lines of one tick say
_FEW = 6  # as many as most ticks say


async def rehearse(
    snapshot: Snapshot,
    released: tuple[Released, ...] | None,
    start: dt.datetime,
    end: dt.datetime,
    given: tuple[GivenCommand, ...] = (),
    bugs: tuple[BugRow, ...] | None = None,
) -> AsyncIterator[LedgerEntry]:
    """What the bot would say from its first start to `end` (not included), line by line, if people
    gave it these commands meanwhile, and these `bugs` had been found and fixed.

    The rules, the ledger and the outbox are the running bot's; the store is in memory, whether the
    bot's own could be read or not, and the clock steps from one instant at which anything can come
    due to the next.
    """
    snapshot = replace(snapshot, no_memory="")
    clock = SteppedClock(start)
    store = await Store.in_memory()
    try:
        speaker = Speaker(store, clock, _EverHeard())
        await speaker.start([snapshot.team.name])
        past = Past(snapshot, released, start, bugs)
        heard: set[str] = set()
        coming = list(given)
        while clock.instant < end:
            while coming and coming[0].at <= clock.instant:
                kept = coming.pop(0).notes(past.at(speaker, clock.instant))
                await store.add_notes(snapshot.team.name, kept)
                past.notes = await store.notes(snapshot.team.name)
            then = past.at(speaker, clock.instant)
            added = store.notes_added
            told = await speaker.tick(then)
            if store.notes_added != added:  # what rules keep
                past.notes = await store.notes(snapshot.team.name)
            if told.said:
                for said in _new(await _newest(speaker, snapshot, clock.instant), heard):
                    yield said
            settled = speaker.outbox.is_idle(snapshot.team.name) and not speaker.learnt(then)
            moment = Moment(snapshot, clock.instant)
            events = [row.merged for row in released or ()] + [row.at for row in bugs or ()]
            clock.instant = _next(moment, events, coming, told, settled)
            await asyncio.sleep(0)
    finally:
        await store.close()


class _EverHeard(Door):
    """A way out on which every line is said at once."""

    def ready(self, target: str) -> bool:
        """Every target can be reached."""
        return True

    def medium(self, target: str) -> IrcRoom:
        """IRC's."""
        return IrcRoom(room(target))

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        """The line is said."""
        return DeliveryOutcome("said")


def _next(
    moment: Moment,
    events: Sequence[dt.datetime],
    commands: Sequence[GivenCommand],
    told: TickResult,
    settled: bool,
) -> dt.datetime:
    """The next instant worth a tick: something comes due, a release or a fix merges, somebody tells
    something, a day's hour begins; a minute on where the outbox holds something back or the rules
    remember more than before."""
    hour = dt.datetime.combine(moment.today, moment.team.reminders.hour, dt.UTC)
    instants = [
        *(notice.due for notice in told.notices),
        *events,
        *(command.at for command in commands),
        hour if hour > moment.now else hour + dt.timedelta(days=1),
    ]
    if (told.posted or told.said) and not settled:
        instants.append(moment.now + _MINUTE)
    coming = min(instant for instant in instants if instant > moment.now)
    minute = coming.replace(second=0, microsecond=0)
    return minute if minute == coming else minute + _MINUTE


async def _newest(
    speaker: Speaker, snapshot: Snapshot, now: dt.datetime
) -> tuple[LedgerEntry, ...]:
    """The ledger's newest rows, at least those that were said at `now`."""
    rows = await speaker.outbox.ledger(snapshot.team.name, _FEW)
    if rows and (rows[-1].at or rows[-1].due) >= now:
        return await speaker.outbox.ledger(snapshot.team.name, _MOST)
    return rows


def _new(ledger: tuple[LedgerEntry, ...], heard: set[str]) -> Iterator[LedgerEntry]:
    """The lines that were said since the last look, oldest first; a line once, with all that it
    was about."""
    lines: dict[tuple[Any, ...], list[LedgerEntry]] = {}
    for row in reversed(ledger):
        if row.state == "said" and row.key not in heard:
            heard.add(row.key)
            lines.setdefault((row.at, row.target, row.text), []).append(row)
    for rows in lines.values():
        yield replace(rows[0], days=tuple(sorted({day for row in rows for day in row.days})))
