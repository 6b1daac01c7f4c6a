"""A small file beside SQLite's: what the ledger had, by which one that lost its end or all of it
is told from a new one."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from pathlib import Path

import sqlalchemy as sa

from .store import Store, instant, outbox, stamp

log = logging.getLogger(__name__)

FORGOTTEN = "forgotten"  # the value in the store: since and until when nothing is known
LOST = "the ledger lost what had become of it"


class Witness:
    """Written after a tick that said something, and read at the start."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".witness")
        self._written: str | None = None

    async def compare(self, store: Store, teams: list[str], now: dt.datetime) -> None:
        """Enter into the store what it lost: then it begins anew at `now`, so that nothing is said
        again that may have been said, and what was open is missed."""
        born, newest = await store.meta("born"), await _newest(store)
        said = self._read()
        if said is not None and born is None:
            log.error("The ledger begins anew: nothing before %s is known", f"{now:%a %Y-%m-%d}")
            await store.put_meta(FORGOTTEN, json.dumps([None, stamp(now)]))
        elif said is not None and said > (newest or ""):
            since = newest or born or stamp(now)
            gap = " to ".join(f"{instant(one):%Y-%m-%d %H:%M} UTC" for one in (since, stamp(now)))
            log.error("The ledger lost its end: nothing from %s is known", gap)
            await store.put_meta(FORGOTTEN, json.dumps([since, stamp(now)]))
            await _begin_anew(store, teams, now)
        await self.note(store)

    async def note(self, store: Store) -> None:
        """Write down how far the ledger goes, where that is news."""
        newest = await _newest(store) or ""
        if newest == self._written:
            return
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.write_text(json.dumps({"said": newest}) + "\n")
            os.replace(fresh, self._path)
        except OSError as error:
            log.warning("%s can't be written: %s", self._path, error)
        self._written = newest

    def _read(self) -> str | None:
        """The newest line's instant, "" where there was none; None without a witness."""
        try:
            said = json.loads(self._path.read_text())["said"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return said if isinstance(said, str) else None


async def forgotten(store: Store) -> tuple[dt.datetime | None, dt.datetime] | None:
    """Since when (None: ever) and until when the store lost what it had; None where it did not."""
    value = await store.meta(FORGOTTEN)
    if value is None:
        return None
    since, until = json.loads(value)
    return (instant(since) if since else None), instant(until)


async def _newest(store: Store) -> str | None:
    query = sa.select(sa.func.max(outbox.c.at)).where(outbox.c.state == "said")
    async with store.begin() as db:
        newest: str | None = await db.scalar(query)
    return newest


async def _begin_anew(store: Store, teams: list[str], now: dt.datetime) -> None:
    """As a first start does: what was due before is not said, and no difference is news."""
    await store.put_meta("born", stamp(now))
    for team in teams:
        await store.put_meta(f"memory/{team}", "{}")
    open_ = outbox.c.state.in_(("pending", "claimed"))
    async with store.begin() as db:
        await db.execute(sa.update(outbox).where(open_).values(state="missed", trouble=LOST))
