"""The transactions on a database that may fail while it is used: then none is begun any more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from .engine import AsyncEngine
from .errors import NoDatabase, Unfit, in_use
from .file_identity import DatabaseFile

END_SECONDS = 6.0  # for what is under way: SQLite waits for another program's lock


class Transactions:
    """`failed` is called with the first reason why the database can't be used any more, before
    anybody else hears of it."""

    def __init__(self, engine: AsyncEngine, where: URL, place: DatabaseFile | None) -> None:
        self._engine = engine
        self._where = where
        self._place = place
        self._over: NoDatabase | None = None
        self._under_way = 0
        self._settling = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()
        self.failed: Callable[[NoDatabase], None] = lambda error: None
        if place is not None:
            sa.event.listen(engine.sync_engine, "connect", lambda *_: place.connected())

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        """A transaction, which is in the file that has the name when it is committed."""
        self._under_way += 1
        self._idle.clear()
        try:
            with self._failing():
                if self._over is not None:
                    raise self._over
                self.check()
                async with self._engine.begin() as db:
                    yield db
                self.check()
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    def check(self) -> None:
        """Raise NoDatabase where the file that is used was removed, replaced or changed."""
        with self._failing():
            if self._place is not None:
                self._place.check()

    def fail(self, error: NoDatabase) -> None:
        """The database can't be used any more."""
        if self._over is None:
            self._over = error
            self.failed(error)

    async def look(self) -> None:
        """See that the database can be written still."""
        async with self.begin() as db:
            if self._place is not None:
                await db.exec_driver_sql("BEGIN IMMEDIATE")
            elif await db.scalar(sa.text("SHOW transaction_read_only")) == "on":
                raise Unfit("it is read-only")
        await self.settle()

    async def settle(self) -> None:
        """Let SQLite write what stands in its log into the file, which it does at no other time."""
        if self._place is None:
            return
        async with self._settling:  # one at a time: the first to end must not speak for the second
            with self._failing():
                self._place.check()
                self._place.settling()
                async with self._engine.connect() as db:
                    await db.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
                self._place.settled()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            with in_use(self._where):
                yield
        except NoDatabase as error:
            self.fail(error)
            raise

    async def end(self) -> None:
        """Begin none any more, and wait some seconds for those that are under way."""
        self._over = self._over or NoDatabase("its database is closed")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._idle.wait()
        await self._engine.dispose()
        if self._place is not None:
            self._place.leave()
