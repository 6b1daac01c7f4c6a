"""The lease of the one process that speaks from a database: the second is told who has it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import re
import socket
import stat
import types
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from .engine import AsyncConnection, create_async_engine
from .errors import LOCK_SECONDS, InUse, Unfit, is_in_memory
from .file_identity import file_of
from .libpq_options import asyncpg_arguments

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.2
_LINE = 300  # bytes
_OURS = re.compile(rb"(\d+ \S*\n)?")  # empty where the process was killed before it wrote
# With these the server finds within half a minute that a holder's machine is gone.
_KEEPALIVES = {"idle": 10, "interval": 5, "count": 3}


class Lease(Protocol):
    """One process at a time has it; the kernel or the server takes it from one that died."""

    @property
    def is_held(self) -> bool:
        """Whether it is ours, as far as is known without asking."""

    async def take(self) -> None:
        """Take it, or raise InUse, which names who has it."""

    async def is_ours(self) -> bool:
        """Whether it is ours still, having looked."""

    async def release(self) -> None:
        """Give it back."""


def lease_of(where: URL) -> Lease:
    """The lease of a database; one in memory is nobody else's."""
    if is_in_memory(where):
        return NoLease()
    if where.get_backend_name() == "sqlite":
        return FileLease(file_of(where))
    return ServerLease(where)


async def take(lease: Lease, seconds: float) -> None:
    """Take the lease; an old process that ends just now has so long for it."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await lease.take()
        except InUse:
            if asyncio.get_running_loop().time() >= end:
                raise
        await asyncio.sleep(AGAIN_SECONDS)


async def keep(lease: Lease) -> None:
    """See that the lease is ours, or is so again; raises InUse where another process has it, and
    what else may go wrong."""
    if lease.is_held and await lease.is_ours():
        return
    await lease.take()
    log.warning("The lease of the database was lost, and is had again")


class NoLease:
    """The lease of a database in memory: nobody else can have it."""

    is_held = True

    async def take(self) -> None:
        """Nobody else can have it."""

    async def is_ours(self) -> bool:
        """Always."""
        return True

    async def release(self) -> None:
        """Nothing to give back."""


class FileLease:
    """A lock on a file beside the database, with the holder's pid and host in it for others to
    read; the lock decides. The file stays: to remove it would let two processes lock two files."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lease")
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether the lock is ours."""
        return self._file is not None

    async def take(self) -> None:
        """Lock the file that has the name now; raises Unfit where there can be none."""
        self.forget()
        file = self._open(os.O_CREAT)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._is_named(file):
                raise InUse("another process")
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()} {_host()}\n".encode(), 0)
        except BlockingIOError:
            pid, _, host = os.pread(file, _LINE, 0).decode(errors="replace").strip().partition(" ")
            os.close(file)
            raise InUse(f"process {pid} on {host}" if host else "another process") from None
        except BaseException:
            os.close(file)
            raise
        self._file = file
        _held.add(file)

    def look(self) -> None:
        """Raise Unfit where no process could take it; one that has it is no fault."""
        with contextlib.suppress(FileNotFoundError):
            os.close(self._open(0))

    def _open(self, make: int) -> int:
        """What is there is opened where it is a lease, and else left as it is: a file that a link
        leads to is somebody's."""
        how = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | make
        try:
            file = os.open(self._path, how, 0o666)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG or not os.path.lexists(self._path):
                raise  # it is the folder's
            is_link = error.errno == errno.ELOOP
            words = "is a symbolic link" if is_link else os.strerror(error.errno or 0)
            raise self._unfit(words[:1].lower() + words[1:]) from None
        is_regular = stat.S_ISREG(os.fstat(file).st_mode)
        if is_regular and _OURS.fullmatch(os.pread(file, _LINE, 0)):
            return file
        os.close(file)
        raise self._unfit("is another program's" if is_regular else "is no regular file")

    def _unfit(self, words: str) -> Unfit:
        return Unfit(f"its lease {self._path.name} can't be taken: {words}")

    async def is_ours(self) -> bool:
        """Whether the file that is locked is there still, under its name."""
        return self._file is not None and self._is_named(self._file)

    def _is_named(self, file: int) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False

    async def release(self) -> None:
        """Unlock it."""
        self.forget()

    def forget(self) -> None:
        """Close the file; the lock is gone with the last process that has it open."""
        file, self._file = self._file, None
        if file is not None:
            _held.discard(file)
            os.close(file)


class ServerLease:
    """An advisory lock of PostgreSQL, on a connection of its own: it lasts as long as that."""

    def __init__(self, where: URL) -> None:
        arguments: dict[str, Any] = {}
        if where.get_driver_name() == "asyncpg":
            name = f"glance-release, process {os.getpid()} on {_host()}"
            keepalives = {f"tcp_keepalives_{option}": str(n) for option, n in _KEEPALIVES.items()}
            where, arguments = asyncpg_arguments(where, LOCK_SECONDS)
            arguments["command_timeout"] = LOCK_SECONDS
            arguments["server_settings"] |= {"application_name": name[:63], **keepalives}
        self._engine = create_async_engine(
            where, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments
        )
        self._connection: AsyncConnection | None = None
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Whether the lock is ours and its connection was not seen to end."""
        return self._is_held

    async def take(self) -> None:
        """Lock it on a new connection."""
        await self.release()
        db = self._connection = await self._engine.connect()
        try:
            key = _key(await db.scalar(sa.text("SELECT current_schema()")))
            if not await db.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
                name: str | None = await db.scalar(sa.text(_HOLDER), {"key": key})
                raise InUse((name or "").rpartition(", ")[2] or "another process")
            driver: Any = (await db.get_raw_connection()).driver_connection
            if hasattr(driver, "add_termination_listener"):
                driver.add_termination_listener(self._ended)
        except BaseException:
            await self.release()
            raise
        self._is_held = True

    def _ended(self, *_: Any) -> None:
        self._is_held = False

    async def is_ours(self) -> bool:
        """Whether its connection lives, which holds the lock."""
        if self._connection is None:
            return False
        try:
            await self._connection.scalar(sa.text("SELECT 1"))
        except (OSError, sa.exc.SQLAlchemyError):
            self._is_held = False
        return self._is_held

    async def release(self) -> None:
        """Close its connection."""
        connection, self._connection, self._is_held = self._connection, None, False
        if connection is not None:
            with contextlib.suppress(OSError, sa.exc.SQLAlchemyError):
                await connection.invalidate()
                await connection.close()


# By the two halves of the key, as the server shows it.
_HOLDER = """
    SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = CAST(:key AS bigint)
"""


def _key(schema: str | None) -> int:
    """The lock's number: a database may hold other programs' locks, and another schema's bot."""
    digest = hashlib.sha256(f"glance-release {schema}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _host() -> str:
    return socket.gethostname()


_held: set[int] = set()


def _in_child() -> None:
    """A lock on a file is a forked child's too, and would outlive the bot with it."""
    for file in _held:
        os.close(file)


# What is registered is never let go: with this module's names all of ours would stay over reloads.
os.register_at_fork(
    after_in_child=types.FunctionType(_in_child.__code__, {"os": os, "_held": _held})
)
