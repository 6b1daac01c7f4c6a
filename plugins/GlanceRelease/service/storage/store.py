"""The only SQL: facts as they were last good, the outbox's ledger, and what people told the bot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL

from ...domain.people.note import Note
from ...sources.protocols import Kept
from .engine import AsyncConnection, AsyncEngine, give_up, insert_into
from .errors import check_pages, engine_of, is_in_memory, named, place_of
from .file_identity import place_in
from .in_memory import MemoryConnection, MemoryEngine
from .migrations import look, migrate, see
from .orders import ALREADY, KeptOrder, order_of, values_of
from .readable_rows import PassedOver, fact_of, meta_of, note_of
from .tables import NAME, facts, meta, metadata, orders
from .tables import outbox as outbox
from .tables import told as told
from .timestamps import instant as instant
from .timestamps import least
from .timestamps import stamp as stamp
from .transactions import Transactions

T = TypeVar("T")
Connection = AsyncConnection | MemoryConnection
Engine = AsyncEngine | MemoryEngine

# Kinds of notes that are read one at a time, since they are large: reports with all their rows.
READ_ALONE = ("report",)

# Append only: each entry brings a database of that many migrations one further. Each statement may
# find its work done: IF NOT EXISTS, or "ALTER TABLE x ADD COLUMN y ..." and "ALTER TABLE x ALTER
# COLUMN y TYPE VARCHAR(n)", which `migrate` looks at.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "DROP INDEX IF EXISTS outbox_open",
        "CREATE INDEX IF NOT EXISTS outbox_waiting"
        " ON outbox (team, state, target, due, next_try, rule)",
        "CREATE INDEX IF NOT EXISTS outbox_expiry ON outbox (team, state, expires)",
        "CREATE INDEX IF NOT EXISTS outbox_newest ON outbox (team, coalesce(at, due), key)",
    ),
    ("ALTER TABLE outbox ADD COLUMN claim VARCHAR(40)",),
    (
        "ALTER TABLE outbox ADD COLUMN is_public BOOLEAN",
        "ALTER TABLE outbox ADD COLUMN heirs TEXT",
        "ALTER TABLE outbox ADD COLUMN hand_on VARCHAR(32)",
    ),
    ("ALTER TABLE outbox ADD COLUMN doc TEXT", "ALTER TABLE outbox ADD COLUMN said TEXT"),
    ("ALTER TABLE outbox ADD COLUMN stood_on TEXT",),
    (
        "ALTER TABLE outbox ALTER COLUMN target TYPE VARCHAR(255)",
        "ALTER TABLE notes ALTER COLUMN who TYPE VARCHAR(255)",
    ),
)


class Store:
    """One database, SQLite or PostgreSQL; a method is a transaction, on disk when it returns."""

    def __init__(self, engine: Engine, transactions: Transactions | None = None) -> None:
        self._engine = engine
        self.transactions = transactions
        self.passed_over = PassedOver()
        self.notes_added = 0  # by this process: who holds a reading of them knows when it is old

    @classmethod
    async def open(cls, url: str) -> Store:
        """Open the database, making file, folder and tables where they are not there, and bringing
        them up to date; raises NoDatabase."""
        where = place_of(url)
        with named(where):
            return await cls._open(where)

    @classmethod
    async def _open(cls, where: URL) -> Store:
        if is_in_memory(where):
            return await cls.in_memory()
        place = place_in(where)
        if place is not None:
            place.look()
            place.file.parent.mkdir(parents=True, exist_ok=True)
        engine = engine_of(where)
        try:
            async with engine.connect() as db:
                await cls.look(db)
                if place is not None:
                    await db.exec_driver_sql("PRAGMA journal_mode=WAL")
                await cls.migrate(db)
                await db.commit()
                if place is not None:
                    place.opened()
        except BaseException:
            await give_up(engine)
            raise
        return cls(engine, Transactions(engine, where, place))

    @staticmethod
    async def look(db: AsyncConnection) -> None:
        """Raise where the database is none of ours, a newer program's, or damaged; nothing is
        changed."""
        await db.run_sync(look, metadata, _MIGRATIONS)
        if db.dialect.name == "sqlite":
            await check_pages(db)
        await db.rollback()

    @staticmethod
    async def see(db: AsyncConnection) -> None:
        """Raise where the database is not one that this program made or brought up to date."""
        await db.run_sync(see, metadata, _MIGRATIONS)
        await db.rollback()

    @staticmethod
    async def migrate(db: AsyncConnection) -> None:
        """Bring the tables up to date and see that they may be used, in one transaction, which is
        left open."""
        if db.dialect.name == "sqlite":  # its driver would begin with the first row, not before
            await db.exec_driver_sql("BEGIN IMMEDIATE")
        await db.run_sync(migrate, metadata, _MIGRATIONS)

    @classmethod
    async def in_memory(cls) -> Store:
        """A database that is gone with the process: for rehearsals and one-shot commands."""
        store = cls(MemoryEngine())
        async with store.begin() as db:
            await db.run_sync(migrate, metadata, _MIGRATIONS)
        return store

    async def close(self) -> None:
        """Give all connections back, as soon as nothing is under way."""
        await (self._engine.dispose() if self.transactions is None else self.transactions.end())

    def begin(self) -> Any:
        """A transaction: an asynchronous context with a connection. Raises NoDatabase."""
        return self._engine.begin() if self.transactions is None else self.transactions.begin()

    async def meta(self, name: str) -> str | None:
        """A value by its name; None where it was never put, or can't be read."""
        return await self.read_meta(name, str)

    async def read_meta(self, name: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of a value; None where it was never put, or can't be read."""
        query = sa.select(meta.c.value).where(meta.c.name == name)
        async with self.begin() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None:
            return None
        return self.passed_over.read("meta", name, lambda row: read(meta_of(row)), row)

    async def first_posted(self) -> dt.datetime | None:
        """When the oldest row of the ledger was entered; None where there is none."""
        async with self.begin() as db:
            oldest = await db.scalar(least(outbox.c.posted))
        return self.passed_over.read("outbox", oldest, instant, oldest) if oldest else None

    async def put_meta(self, name: str, value: str) -> None:
        """Keep a value under a name, in the place of an earlier one."""
        async with self.begin() as db:
            await _put(db, meta, {"name": name, "value": value}, "name")

    async def facts(self) -> dict[str, tuple[Kept, dt.datetime]]:
        """Everything the upstreams last gave, by address, with the instant of the answer."""
        async with self.begin() as db:
            rows = (await db.execute(sa.select(facts))).all()
        return dict(self.passed_over.rows("facts", fact_of, rows))

    async def put_facts(self, rows: Sequence[tuple[str, str, Kept | None, dt.datetime]]) -> None:
        """Keep what upstreams gave: address, name of the fact, documents (None: as before, but
        still true), instant."""
        async with self.begin() as db:
            for url, name, kept, at in rows:
                if kept is None:
                    await db.execute(
                        sa.update(facts).where(facts.c.url == url).values(at=stamp(at))
                    )
                    continue
                values = {
                    "url": url,
                    "name": name,
                    "at": stamp(at),
                    "etags": json.dumps(kept.etags),
                    "bodies": json.dumps(
                        [
                            None if b is None else b.decode("utf-8", "surrogateescape")
                            for b in kept.bodies
                        ]
                    ),
                }
                await _put(db, facts, values, "url")

    async def notes(self, team: str) -> tuple[Note, ...]:
        """What people told the bot and nobody took back, oldest first; without the kinds that are
        read alone."""
        newest = (
            sa.select(sa.func.max(told.c.number))
            .where(told.c.team == team, told.c.kind.not_in(READ_ALONE))
            .group_by(told.c.kind, told.c.subject)
        )
        query = (
            sa.select(told)
            .where(told.c.number.in_(newest), told.c.body.is_not(None))
            .order_by(told.c.number)
        )
        async with self.begin() as db:
            rows = (await db.execute(query)).all()
        return tuple(self.passed_over.rows("notes", note_of, rows))

    async def note(self, team: str, kind: str, subject: str) -> Note | None:
        """The newest note of this kind and subject; None where there is none."""
        query = (
            sa.select(told)
            .where(told.c.team == team, told.c.kind == kind, told.c.subject == subject)
            .order_by(told.c.number.desc())
            .limit(1)
        )
        async with self.begin() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None or row.body is None:
            return None
        return self.passed_over.read("notes", row.number, note_of, row)

    async def order(self, origin: str) -> KeptOrder | None:
        """The order of this origin, where it was kept."""
        query = sa.select(orders).where(orders.c.origin == origin)
        async with self.begin() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None:
            return None
        kept = self.passed_over.read("orders", origin, order_of, row)
        return kept or KeptOrder(origin, ALREADY, False)

    async def add_notes(
        self, team: str, notes: Iterable[Note], order: KeptOrder | None = None
    ) -> None:
        """Keep these notes, and the order by which they came; all of it or nothing."""
        async with self.begin() as db:
            if order is not None:
                await db.execute(sa.insert(orders).values(values_of(team, order)))
            for note in notes:
                await db.execute(
                    sa.insert(told).values(
                        team=team,
                        kind=note.kind,
                        subject=note.subject,
                        who=note.who[:NAME],
                        at=stamp(note.at),
                        body=None if note.body is None else json.dumps(dict(note.body)),
                    )
                )
        self.notes_added += 1


async def _put(
    db: AsyncConnection | MemoryConnection, table: sa.Table, values: dict[str, Any], key: str
) -> None:
    """Insert, or replace the row of the same key: both databases speak ON CONFLICT."""
    rest = {name: value for name, value in values.items() if name != key}
    entry = insert_into(db, table).values(**values)
    await db.execute(entry.on_conflict_do_update(index_elements=[key], set_=rest))
