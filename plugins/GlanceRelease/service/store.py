"""The only SQL: facts as they were last good, the outbox's ledger, and what people told the bot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL

from ..domain.note import Note
from ..sources.source import Kept
from .engine import AsyncConnection, AsyncEngine, give_up, insert_into
from .memory import MemoryConnection, MemoryEngine
from .migrations import look, migrate
from .no_database import Unfit, check_pages, engine_of, is_in_memory, named, place_of
from .place import place_in
from .rows import PassedOver, fact_of, meta_of, note_of
from .stamps import instant as instant
from .stamps import least
from .stamps import stamp as stamp
from .transactions import Transactions

T = TypeVar("T")
Connection = AsyncConnection | MemoryConnection
Engine = AsyncEngine | MemoryEngine

_metadata = sa.MetaData()


class _Flag(sa.Boolean):
    """A truth value as it stands in the database: SQLite takes anything for one."""

    def result_processor(self, dialect: Any, coltype: Any) -> None:
        """Nothing is made of it."""


meta = sa.Table(
    "meta",
    _metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
facts = sa.Table(
    "facts",
    _metadata,
    sa.Column("url", sa.String(400), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("bodies", sa.Text, nullable=False),
    sa.Column("etags", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
outbox = sa.Table(
    "outbox",
    _metadata,
    sa.Column("key", sa.String(500), primary_key=True),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("rule", sa.String(100), nullable=False),
    sa.Column("target", sa.String(100), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("due", sa.String(32), nullable=False),
    sa.Column("expires", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("line", sa.Text),
    sa.Column("claim", sa.String(40)),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("days", sa.Text, nullable=False),
    sa.Column("posted", sa.String(32), nullable=False),
    sa.Column("at", sa.String(32)),
    sa.Column("next_try", sa.String(32), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("maybe_said", _Flag(), nullable=False, default=False),
    sa.Column("trouble", sa.Text),
    sa.Column("is_public", _Flag()),
    sa.Column("heirs", sa.Text),
    sa.Column("hand_on", sa.String(32)),
    sa.Index("outbox_waiting", "team", "state", "target", "due", "next_try", "rule"),
    sa.Index("outbox_expiry", "team", "state", "expires"),
    sa.Index("outbox_recent", "target", "at"),
    sa.Index("outbox_newest", "team", sa.text("coalesce(at, due)"), "key"),
)
told = sa.Table(
    "notes",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(400), nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("notes_subject", "team", "kind", "subject"),
)

# Kinds of notes that are read one at a time, since they are large: reports with all their rows.
READ_ALONE = ("report",)

# Append only: each entry brings a database of that many migrations one further. Each statement may
# find its work done: IF NOT EXISTS, or "ALTER TABLE x ADD COLUMN y ...", which `migrate` looks at.
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
)


class Store:
    """One database, SQLite or PostgreSQL; a method is a transaction, on disk when it returns."""

    def __init__(self, engine: Engine, transactions: Transactions | None = None) -> None:
        self._engine = engine
        self.transactions = transactions
        self.passed_over = PassedOver()
        self.notes_added = 0  # by this process: who holds a reading of them knows when it is old

    @classmethod
    async def open(cls, url: str, as_it_is: bool = False) -> Store:
        """Open the database, making file, folder and tables where they are not there, and bringing
        them up to date; `as_it_is` changes none that is there. Raises NoDatabase."""
        where = place_of(url)
        with named(where):
            return await cls._open(where, as_it_is)

    @classmethod
    async def _open(cls, where: URL, as_it_is: bool) -> Store:
        if is_in_memory(where):
            return await cls.in_memory()
        place = place_in(where)
        if place is not None:
            place.look()
            as_it_is = as_it_is and not place.is_free()
            place.file.parent.mkdir(parents=True, exist_ok=True)
        engine = engine_of(where)
        try:
            async with engine.connect() as db:
                mark = await cls.look(db)
                if as_it_is and mark != len(_MIGRATIONS):
                    raise Unfit("the bot has not yet brought it up to date")
                if not as_it_is:
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
    async def look(db: AsyncConnection) -> int | None:
        """Its mark; raises where the database is none of ours, a newer program's, or damaged;
        nothing is changed."""
        mark = await db.run_sync(look, _metadata, _MIGRATIONS)
        if db.dialect.name == "sqlite":
            await check_pages(db)
        await db.rollback()
        return mark

    @staticmethod
    async def migrate(db: AsyncConnection) -> None:
        """Bring the tables up to date and see that they may be used, in one transaction, which is
        left open."""
        if db.dialect.name == "sqlite":  # its driver would begin with the first row, not before
            await db.exec_driver_sql("BEGIN IMMEDIATE")
        await db.run_sync(migrate, _metadata, _MIGRATIONS)

    @classmethod
    async def in_memory(cls) -> Store:
        """A database that is gone with the process: for rehearsals and one-shot commands."""
        store = cls(MemoryEngine())
        async with store.begin() as db:
            await db.run_sync(migrate, _metadata, _MIGRATIONS)
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
        return self.passed_over.read("meta", name, lambda one: read(meta_of(one)), row)

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

    async def add_notes(self, team: str, notes: Iterable[Note]) -> None:
        """Keep these notes; all of them or none."""
        async with self.begin() as db:
            for note in notes:
                await db.execute(
                    sa.insert(told).values(
                        team=team,
                        kind=note.kind,
                        subject=note.subject,
                        who=note.who,
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
