"""A small file beside SQLite's: what the ledger had, by which one that lost its end or all of it
is told from a new one."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from ..outbox.ledger_rows import LOST
from .readable_rows import STATES
from .store import Store, instant, outbox, stamp, told
from .timestamps import greatest, is_instant, looks_like_one

log = logging.getLogger(__name__)

FORGOTTEN = "forgotten"  # the value in the store: since and until when nothing is known


class _Extent(NamedTuple):
    """How far a store goes: the instant of its newest line ("" for none), and its last note."""

    said: str = ""
    notes: int = 0


class Witness:
    """Written after each tick that said something and with what people told; read at the start."""

    def __init__(self, database: Path, before: Witness | None = None) -> None:
        self._path = database.with_name(database.name + ".witness")
        self._seen = before.seen if before else None  # by this process, whatever became of the file
        self._written: _Extent | None = None

    @property
    def seen(self) -> _Extent | None:
        """How far the ledger went when this process last looked."""
        return self._written or self._seen

    async def compare(self, store: Store, teams: list[str], now: dt.datetime) -> None:
        """Enter into the store what it lost: then it begins anew at `now`, so that nothing is said
        again that may have been said, and what was open is missed."""
        born, extent = await store.meta("born"), await _extent_of(store)
        known = self._seen or self._read()
        if known is not None and born is None:
            log.error("The ledger begins anew: nothing before %s is known", f"{now:%a %Y-%m-%d}")
            await store.put_meta(FORGOTTEN, json.dumps([None, stamp(now)]))
        elif known is not None and (
            known.notes > extent.notes
            or (known.said > extent.said and not await _is_damaged(store))
        ):
            since = await _newest(store) or next(filter(is_instant, (born,)), None) or stamp(now)
            gap = " to ".join(f"{instant(end):%Y-%m-%d %H:%M} UTC" for end in (since, stamp(now)))
            log.error("The ledger lost its end: nothing from %s is known", gap)
            await store.put_meta(FORGOTTEN, json.dumps([since, stamp(now)]))
            await _begin_anew(store, teams, now)
        await self.note(store)

    async def note(self, store: Store) -> None:
        """Write down how far the ledger goes, where that is news."""
        extent = await _extent_of(store)
        if extent == self._written:
            return
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.unlink(missing_ok=True)
            with fresh.open("x") as file:  # never through a link that somebody left there
                file.write(json.dumps(extent._asdict()) + "\n")
            os.replace(fresh, self._path)
        except OSError as error:
            log.warning("%s can't be written: %s", self._path, error)
        self._written = extent

    def _read(self) -> _Extent | None:
        """How far the store went; None without a witness that can be read."""
        try:
            known = json.loads(self._path.read_text())
            said, notes = known["said"], known.get("notes", 0)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        is_one = isinstance(said, str) and isinstance(notes, int)
        return _Extent(said, notes) if is_one else None


async def forgotten(store: Store) -> tuple[dt.datetime | None, dt.datetime] | None:
    """Since when (None: ever) and until when the store lost what it had; None where it did not."""
    return await store.read_meta(FORGOTTEN, span_of)


def span_of(value: str) -> tuple[dt.datetime | None, dt.datetime]:
    """The span, from and to, that a stored value names; no beginning where none is known."""
    since, until = json.loads(value)
    return (instant(since) if since else None), instant(until)


async def _extent_of(store: Store) -> _Extent:
    said = greatest(outbox.c.at).where(outbox.c.state == "said")
    async with store.begin() as db:
        last = await db.scalar(sa.select(sa.func.max(told.c.number)))
        return _Extent(await db.scalar(said) or "", last or 0)


async def _is_damaged(store: Store) -> bool:
    """Whether a line that was said may be there, of which that or when can't be read."""
    when = sa.func.coalesce(outbox.c.at, "")
    unclear = outbox.c.state.not_in(STATES) | ((outbox.c.state == "said") & ~looks_like_one(when))
    async with store.begin() as db:
        return await db.scalar(sa.select(outbox.c.key).where(unclear).limit(1)) is not None


async def _newest(store: Store) -> str | None:
    """When the newest thing happened that the store has still: a line, or what somebody told."""
    said = greatest(outbox.c.at).where(outbox.c.state == "said")
    async with store.begin() as db:
        instants = [await db.scalar(said), await db.scalar(greatest(told.c.at))]
    return max(filter(is_instant, instants), default=None)


async def _begin_anew(store: Store, teams: list[str], now: dt.datetime) -> None:
    """As a first start does: what was due before is not said, and no difference is news."""
    await store.put_meta("born", stamp(now))
    for team in teams:
        await store.put_meta(f"memory/{team}", "{}")
    open_ = outbox.c.state.in_(("pending", "claimed"))
    async with store.begin() as db:
        await db.execute(sa.update(outbox).where(open_).values(state="missed", trouble=LOST))
