"""A database that can't be used: which one, without its password, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError, SQLAlchemyError

from .database_words import why
from .engine import AsyncConnection, AsyncEngine, create_async_engine, give_up

LOCK_SECONDS = 5  # for which another program may hold it
ANSWER_SECONDS = 30  # in which a statement is answered


class NoDatabase(Exception):  # noqa: N818  it names a state, as its callers say it
    """A database that can't be used: its text names it, without a password, and the reason."""


class Refused(NoDatabase):
    """A database that this process must not or never can use: to wait for it helps nothing."""


class Foreign(ValueError):
    """Another program's tables."""


class Damaged(ValueError):
    """Pages that contradict each other."""


class Newer(ValueError):
    """Tables that a newer version of this program made."""


HOPELESS = (ImportError, ArgumentError, InvalidRequestError, TypeError, Newer)


@contextmanager
def named(where: URL) -> Iterator[None]:
    """Name the database in what goes wrong with it."""
    try:
        yield
    except (OSError, SQLAlchemyError, ImportError, ValueError, TypeError, OverflowError) as error:
        reason = why(error)
        if isinstance(error, ImportError):
            extra = where.get_backend_name()
            reason = f"its driver is absent: install '.[{extra}]' in a checkout ({reason})"
        plain = where.set(drivername=where.get_backend_name(), query={})
        name = plain.render_as_string(hide_password=True)
        kind = Refused if isinstance(error, HOPELESS) else NoDatabase
        raise kind(f"its database {name}: {reason}") from error


def place_of(url: str) -> URL:
    """What the address names. NoDatabase does not repeat it: it may hold a password."""
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError):
        raise Refused("its database: the address can't be understood") from None


def is_in_memory(where: URL) -> bool:
    """Whether it is SQLite that is gone with the process."""
    return where.get_backend_name() == "sqlite" and where.database in (None, "", ":memory:")


def engine_of(where: URL) -> AsyncEngine:
    """An engine for it: nothing waits for it longer than some seconds, and a connection that died
    while it was idle is replaced before it is used."""
    if where.get_backend_name() == "sqlite":
        # One file has one writer: its transactions take turns, in one thread.
        engine = create_async_engine(where, pool_size=1, max_overflow=0)
        sa.event.listen(engine.sync_engine, "connect", _careful_sqlite)
        return engine
    waits: dict[str, Any] = {}
    if where.get_driver_name() == "asyncpg":
        limit = {"lock_timeout": str(LOCK_SECONDS * 1000)}
        waits = {
            "timeout": LOCK_SECONDS,
            "command_timeout": ANSWER_SECONDS,
            "server_settings": limit,
        }
    return create_async_engine(where, pool_pre_ping=True, connect_args=waits)


def _careful_sqlite(connection: Any, _record: Any) -> None:
    """A commit is on disk before it returns. That readers and the writer do not block each other
    (WAL) stands in the file."""
    cursor = connection.cursor()
    for setting in ("synchronous=FULL", f"busy_timeout={LOCK_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


async def check_pages(db: AsyncConnection) -> None:
    """Raise Damaged where SQLite finds one of the file's pages damaged."""
    found = await db.scalar(sa.text("PRAGMA quick_check(1)"))
    if found != "ok":
        raise Damaged(f"the file is damaged ({' '.join(str(found).split())})")


async def probe(url: str) -> None:
    """Raise NoDatabase where the database can't be written: by taking SQLite's lock for writing
    and giving it back. Makes and changes nothing; an SQLite file that is not there yet is all
    right where it could be made."""
    where = place_of(url)
    is_file = where.get_backend_name() == "sqlite"
    if is_file and where.database in (None, "", ":memory:"):
        return
    with named(where):
        engine = create_async_engine(where)
        if is_file and not _exists(Path(str(where.database))):
            return
        try:
            async with engine.connect() as db:
                if is_file:
                    await db.execute(sa.text("PRAGMA schema_version"))
                    await db.execute(sa.text("BEGIN IMMEDIATE"))
                elif await db.scalar(sa.text("SHOW transaction_read_only")) == "on":
                    raise OSError("it is read-only")
                await db.rollback()
        except BaseException:
            await give_up(engine)
            raise
        await engine.dispose()
