"""A database that can't be used: which one, without its password, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError, SQLAlchemyError

from .engine import AsyncConnection, AsyncEngine, create_async_engine
from .error_messages import in_short, is_its_fault, why
from .libpq_options import Misnamed, asyncpg_arguments

LOCK_SECONDS = 5  # for which another program may hold it
ANSWER_SECONDS = 12  # in which a statement is answered
WAIT_SECONDS = 10  # for a connection that others have


class NoDatabase(Exception):  # noqa: N818  it names a state, as its callers say it
    """A database that can't be used: its text names it, without a password, and the reason;
    `reason` has the reason alone, in words that anybody may read."""

    def __init__(self, text: str, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason or text


class Refused(NoDatabase):
    """A database that this process must not or never can use: to wait for it helps nothing."""


class InUse(Exception):  # noqa: N818
    """Another process speaks from the database; the text says which."""


class Unfit(ValueError):  # noqa: N818
    """A database that is damaged or another program's; the text says which."""


class Newer(Unfit):
    """A database that a newer version of this program made."""


HOPELESS = (ImportError, ArgumentError, InvalidRequestError, TypeError, Newer, Misnamed, InUse)


_FAULTS = (
    *(OSError, SQLAlchemyError, ValueError, ArithmeticError, RuntimeError, LookupError),
    *HOPELESS,
)


@contextmanager
def named(where: URL) -> Iterator[None]:
    """Name the database in what goes wrong with it."""
    try:
        yield
    except _FAULTS as error:
        raise no_database(where, error) from error


@contextmanager
def in_use(where: URL) -> Iterator[None]:
    """Name the database that fails while it is used; what is wrong with a statement or its values
    is no fault of it."""
    try:
        yield
    except (OSError, SQLAlchemyError, Unfit) as error:
        if not isinstance(error, Unfit) and not is_its_fault(error):
            raise
        raise no_database(where, error) from error


def no_database(where: URL, error: Exception) -> NoDatabase:
    """The database with the reason why it can't be used."""
    reason = f"is in use by {error}" if isinstance(error, InUse) else why(error)
    if isinstance(error, ImportError):
        extra = where.get_backend_name()
        reason = f"its driver is absent: install '.[{extra}]' in a checkout ({reason})"
    plain = where.set(drivername=where.get_backend_name(), query={})
    name = plain.render_as_string(hide_password=True)
    kind = Refused if isinstance(error, HOPELESS) else NoDatabase
    colon = " " if isinstance(error, InUse) else ": "
    short = f"{error} has it" if isinstance(error, InUse) else in_short(error)
    return kind(f"its database {name}{colon}{reason}", short)


def is_no_database(error: BaseException) -> bool:
    """Whether it is a NoDatabase, or several of several tasks."""
    if isinstance(error, BaseExceptionGroup):
        return error.split(NoDatabase)[1] is None
    return isinstance(error, NoDatabase)


def place_of(url: str) -> URL:
    """What the address names. NoDatabase does not repeat it: it may hold a password."""
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError):
        raise Refused("its database: the address can't be understood") from None


def is_in_memory(where: URL) -> bool:
    """Whether the address is of an SQLite in memory, which is gone with the process."""
    return where.get_backend_name() == "sqlite" and where.database in (None, "", ":memory:")


def engine_of(where: URL) -> AsyncEngine:
    """An engine for it: nothing waits for it longer than some seconds, and a connection that died
    while it was idle is replaced before it is used."""
    if where.get_backend_name() == "sqlite":
        # One file has one writer: its transactions take turns, in one thread.
        engine = create_async_engine(where, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS)
        sa.event.listen(engine.sync_engine, "connect", _careful_sqlite)
        sa.event.listen(engine.sync_engine, "connect", _patient_sqlite)
        return engine
    if where.get_driver_name() != "asyncpg":
        return create_async_engine(where, pool_pre_ping=True)
    plain, arguments = asyncpg_arguments(where, LOCK_SECONDS)
    arguments["command_timeout"] = ANSWER_SECONDS
    arguments["server_settings"]["lock_timeout"] = str(LOCK_SECONDS * 1000)
    return create_async_engine(
        plain, pool_pre_ping=True, pool_timeout=WAIT_SECONDS, connect_args=arguments
    )


def _careful_sqlite(connection: Any, _record: Any) -> None:
    """A commit is on disk before it returns; the file itself is written when the bot says so. That
    readers and the writer do not block each other (WAL) stands in the file."""
    cursor = connection.cursor()
    wait = f"busy_timeout={LOCK_SECONDS * 1000}"
    for setting in ("synchronous=FULL", "wal_autocheckpoint=0", wait):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _patient_sqlite(connection: Any, _record: Any) -> None:
    """A text with a damaged byte is read, and known by it, instead of ending the whole answer; and
    what SQLite sorts needs no room on a disk."""
    decode = partial(str, encoding="utf-8", errors="surrogateescape")
    getattr(connection, "driver_connection", connection).text_factory = decode
    cursor = connection.cursor()
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


async def check_pages(db: AsyncConnection) -> None:
    """Raise Unfit where SQLite finds one of the file's pages damaged."""
    fault = await db.scalar(sa.text("PRAGMA quick_check(1)"))
    if fault != "ok":
        raise Unfit(f"the file is damaged ({' '.join(str(fault).split())})")
