"""The one door out: every notice is said at least once or reported as missed, and never twice
without the mark of a repeat."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from ...domain.messages.notice import LedgerEntry, Notice
from ..storage.engine import insert_into
from ..storage.readable_rows import is_target, line_of
from ..storage.store import Store, outbox, stamp
from . import ledger_reads
from .births import since
from .delivery import Delivery, DeliveryPolicy, FactsOf
from .facts_behind import unknown
from .front_end import Door
from .ledger_rows import (
    BEFORE_FIRST_START,
    BEFORE_PLACE,
    PASSED_ON,
    TOO_LATE,
    UNDELIVERED,
    entering,
    key_of,
    row_of,
)
from .recipients import is_handed_on, next_row

log = logging.getLogger(__name__)

STOPPED = "the bot stopped before the server had confirmed it"


class Outbox:
    """The ledger of notices, and the delivery of those that are pending."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: set[str] = set()  # keys that need not be entered again
        self._missed: set[str] = set()  # those of them that were too late when they were entered
        self._idle: set[str] = set()  # teams of which nothing is open in the ledger
        self._delivering = asyncio.Lock()

    async def post(
        self,
        team: str,
        notices: Iterable[Notice],
        now: dt.datetime,
        born: dt.datetime,
        before: str = BEFORE_FIRST_START,
        facts_of: FactsOf = unknown,
        births: Mapping[str, dt.datetime] = MappingProxyType({}),
    ) -> int:
        """Enter what has come due into the ledger, once for each key; how many were new to this
        process.

        What was due before `born`, the first start of the bot or of its ledger, is entered as
        missed with the reason `before`, so that a new bot floods nobody; what came due in a
        downtime longer than its grace likewise. Where it is due after all (the clock had been
        ahead, a date moved back), it is pending again. `facts_of` tells on which facts one stands.
        Of `births` a place has its own: a younger one gets what comes due from then on.
        """
        rows = []
        for notice in notices:
            if notice.due > now or not self._is_new(notice, now):
                continue
            try:
                begun = since(births, notice.target, born)
                why = before if notice.due < born else BEFORE_PLACE
                rows.append(row_of(team, notice, now, begun, why, facts_of(notice)))
            except Exception:  # a bug in its words must not keep back the others
                log.exception("%s: no words", notice.key)
        if not rows:
            return 0
        async with self._store.begin() as db:
            await db.execute(entering(db), rows)
        self._idle.discard(team)
        self._known.update(row["key"] for row in rows)
        self._missed.difference_update(row["key"] for row in rows)
        self._missed.update(row["key"] for row in rows if row["trouble"] == TOO_LATE)
        return len(rows)

    def _is_new(self, notice: Notice, now: dt.datetime) -> bool:
        key = key_of(notice)
        return key not in self._known or (key in self._missed and notice.is_due(now))

    async def deliver(
        self, policy: DeliveryPolicy, door: Door, clock: Callable[[], dt.datetime]
    ) -> int:
        """Say what is pending and may be said; the number of lines that were handed out.

        To one target at most its medium's lines a minute; `lines_of` tells what goes together. A
        line is claimed on disk when its turn has come, before it leaves. What was claimed by a
        process that died before it heard of it goes with the mark of a repeat, or with its claim
        where the door dedupes; what has become too late is missed, whether its target could be
        reached or not.
        """
        async with self._delivering:
            if policy.team in self._idle:
                return 0
            targets = await self._open_targets(policy, door, clock())
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(
                        Delivery(self._store, target, policy, door.of(target), clock).run()
                    )
                    for target in targets
                    if door.ready(target)
                ]
            async with self._store.begin() as db:
                if not await ledger_reads.is_anything_open(db, policy.team):
                    self._idle.add(policy.team)
            done = [task.result() for task in tasks]
            self._known.difference_update(*(untrue for _, untrue in done))
            return sum(said for said, _ in done)

    def is_idle(self, team: str) -> bool:
        """Whether nothing of the team's is known to wait: then a tick asks the database nothing."""
        return team in self._idle

    async def _open_targets(
        self, policy: DeliveryPolicy, door: Door, now: dt.datetime
    ) -> list[str]:
        """Where something waits. Nothing is under way, so what is claimed is left over from a
        process that died, or from a delivery that failed."""
        mine = outbox.c.team == policy.team
        waits = mine & (outbox.c.state == "pending")
        left_over = sa.update(outbox).where(mine, outbox.c.state == "claimed")
        too_late = sa.update(outbox).where(waits, outbox.c.expires <= stamp(now))
        why = sa.func.coalesce(sa.literal(f"{TOO_LATE}; before: ") + outbox.c.trouble, TOO_LATE)
        async with self._store.begin() as db:
            await db.execute(left_over.values(state="pending", maybe_said=True, trouble=STOPPED))
            await self._hand_on(db, waits, door, now)
            expired = await db.execute(too_late.values(state="missed", trouble=why))
            query = sa.select(outbox.c.target).where(waits).distinct()
            targets = [row.target for row in (await db.execute(query)).all()]
            targets = [target for target in targets if is_target(target)]
        if expired.rowcount:
            self._known.clear()  # a clock that was ahead may make them due once more
        return targets

    async def _hand_on(self, db: Any, waits: Any, door: Door, now: dt.datetime) -> None:
        """What waited long enough for somebody whom services do not know goes to the next person
        of the role, who perhaps has it already; what could not be delivered, to the same person on
        another network."""
        over = (outbox.c.hand_on <= stamp(now)) & (outbox.c.expires > stamp(now))
        query = sa.select(outbox).where(waits, over, outbox.c.heirs.is_not(None))
        rows = (await db.execute(query)).all()
        for row in self._store.passed_over.rows("outbox", line_of, rows):
            if not is_handed_on(row, door.of(row.target).ready(row.target)):
                continue
            heir = next_row(row, now)
            await db.execute(insert_into(db, outbox).values(heir).on_conflict_do_nothing())
            why = f"{row.trouble or UNDELIVERED}{PASSED_ON}{heir['target']}"
            done = sa.update(outbox).where(outbox.c.key == row.key)
            await db.execute(done.values(state="missed", trouble=why))

    async def ledger(self, team: str, most: int = 100) -> tuple[LedgerEntry, ...]:
        """The newest rows of the ledger, newest first."""
        async with self._store.begin() as db:
            return await ledger_reads.newest(db, self._store.passed_over, team, most)
