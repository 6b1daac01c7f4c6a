"""Whether the bot could open a database: all that it does at its start, and then taken back."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from .audit import unreadable
from .engine import give_up
from .errors import engine_of, is_in_memory, named, place_of
from .file_identity import place_in
from .lease import FileLease
from .store import Store

ROOM = 120_000  # bytes that must be left on the disk: what a new store takes when it is opened


def address_of(url: str) -> None:
    """Raise NoDatabase where the address itself is wrong: it can't be understood, or its driver is
    none or not installed. Asks no database."""
    where = place_of(url)
    with named(where):
        if not is_in_memory(where):
            engine_of(where)


async def probe(url: str) -> list[str]:
    """Raise NoDatabase where the bot could not open the database: by looking at every page of
    SQLite's, taking the lock for writing, bringing the tables up to date, and giving all of it
    back. Makes and changes nothing; an SQLite file that is not there yet is all right where it
    could be made. What of its rows can't be read is named in lines: the bot passes it over."""
    where = place_of(url)
    if is_in_memory(where):
        return []
    with named(where):
        engine = engine_of(where)
        place = place_in(where)
        if place is not None:
            exists = _exists(place.file)
            place.look()
            FileLease(place.file).look()
            if not exists:
                return []
        try:
            async with engine.connect() as db:
                await Store.look(db)
                await Store.migrate(db)
                rows = [line async for line in unreadable(db)]
                await db.rollback()
        except BaseException:
            await give_up(engine)
            raise
        await engine.dispose()
        return rows


def _exists(database: Path) -> bool:
    """Whether the file is there; an OSError where SQLite could not write beside it."""
    place = next(folder for folder in database.parents if folder.exists())
    if not place.is_dir():
        raise _error(errno.ENOTDIR, place)
    # SQLite takes no lock on a file that it may only read, and says nothing of it.
    files = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    for path, mode in ((place, os.W_OK | os.X_OK), *((file, os.W_OK) for file in files)):
        if path.exists() and not os.access(path, mode, effective_ids=True):
            raise _error(errno.EACCES, path)
    if shutil.disk_usage(place).free < ROOM:
        raise _error(errno.ENOSPC, place)
    return os.path.lexists(database)  # a link that leads nowhere, or in a circle, is there


def _error(number: int, place: Path) -> OSError:
    return OSError(number, os.strerror(number), str(place))
