"""What a store has, for a command that only answers: read at once, never made and never written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from sqlalchemy.engine import URL

from ...domain.messages.notice import LedgerEntry
from ...domain.people.note import Note
from ...sources.protocols import Kept
from ..outbox.ledger import Outbox
from .engine import AsyncEngine, give_up
from .errors import Unfit, engine_of, is_in_memory, named, place_of
from .file_identity import file_of
from .remembered import remembered
from .store import Store

Facts = Mapping[str, tuple[Kept, dt.datetime]]


@dataclass(frozen=True)
class StoreReading:
    """The facts of a store, and a team's notes, newest lines and what its rules remember; empty
    where none was read, and `unread` says why."""

    stored: Facts = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    said: tuple[LedgerEntry, ...] = ()
    unread: str = ""
    memory: Mapping[str, str] = field(default_factory=dict)

    async def facts(self) -> Facts:
        """As a store's."""
        return self.stored

    async def put_facts(self, rows: Sequence[tuple[str, str, Kept | None, dt.datetime]]) -> None:
        """Nothing is kept."""


async def read(url: str, team: str) -> StoreReading:
    """What the store has; raises NoDatabase where there is none, or one of another version: it is
    for the bot to make and to bring up to date."""
    where = place_of(url)
    if is_in_memory(where):
        return StoreReading()
    with named(where):
        engine = engine_of(_to_read(where))
        try:
            reading = await _read(engine, team)
        except BaseException:
            await give_up(engine)
            raise
        await engine.dispose()
        return reading


async def _read(engine: AsyncEngine, team: str) -> StoreReading:
    async with engine.connect() as db:
        await Store.see(db)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(postgresql_readonly=True)
    store = Store(engine)
    said = await Outbox(store).ledger(team)
    memory = await remembered(store, team)
    return StoreReading(await store.facts(), await store.notes(team), said, memory=memory)


def _to_read(where: URL) -> URL:
    """The address by which it can only be read. Where no other process has SQLite's file open,
    nothing is made beside it either."""
    if where.get_backend_name() != "sqlite":
        return where
    file = file_of(where)
    if not file.exists():
        raise Unfit("there is none yet")
    log = file.with_name(f"{file.name}-wal")
    how = {"mode": "ro"} if log.exists() else {"immutable": "1"}
    return where.set(database=f"file:{quote(str(file))}", query={**how, "uri": "true"})
