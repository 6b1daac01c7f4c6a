"""SQLite in memory, in the loop's own thread: an asynchronous engine's face without its hops.

A rehearsal of a year makes thousands of small transactions. Through aiosqlite's thread each costs
more in hops than in SQL; a database in memory never waits for a disk, so it may run right here.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

T = TypeVar("T")


class MemoryConnection:
    """A connection whose methods are awaited but never wait; so no transaction sees another's."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        """As AsyncConnection.execute."""
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Any) -> Any:
        """As AsyncConnection.scalar."""
        return self._connection.scalar(statement)

    async def run_sync(self, work: Callable[..., T], *arguments: Any) -> T:
        """As AsyncConnection.run_sync."""
        return work(self._connection, *arguments)


class MemoryEngine:
    """A database that is gone with the process."""

    def __init__(self) -> None:
        self._engine = sa.create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryConnection]:
        """A transaction, committed at its end."""
        with self._engine.begin() as connection:
            yield MemoryConnection(connection)

    async def dispose(self) -> None:
        """Forget everything."""
        self._engine.dispose()
