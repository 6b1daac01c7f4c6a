"""A database that can't be used: which one, without its password, and why."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from .database_words import why
from .engine import create_async_engine, give_up

ROOM = 1_000_000  # bytes that must be left on the disk


class NoDatabase(Exception):  # noqa: N818  it names a state, as its callers say it
    """A database that can't be used: its text names it, without a password, and the reason."""


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
        raise NoDatabase(f"its database {name}: {reason}") from error


def place_of(url: str) -> URL:
    """What the address names. NoDatabase does not repeat it: it may hold a password."""
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError):
        raise NoDatabase("its database: the address can't be understood") from None


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


def _exists(database: Path) -> bool:
    """Whether the file is there; an OSError where SQLite could not write beside it."""
    place = next(one for one in database.parents if one.exists())
    if not place.is_dir():
        raise _error(errno.ENOTDIR, place)
    # SQLite takes no lock on a file that it may only read, and says nothing of it.
    files = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    for one, mode in ((place, os.W_OK | os.X_OK), *((file, os.W_OK) for file in files)):
        if one.exists() and not os.access(one, mode, effective_ids=True):
            raise _error(errno.EACCES, one)
    if shutil.disk_usage(place).free < ROOM:
        raise _error(errno.ENOSPC, place)
    return database.exists()


def _error(number: int, place: Path) -> OSError:
    return OSError(number, os.strerror(number), str(place))
