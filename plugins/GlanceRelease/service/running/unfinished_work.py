"""The bot's work that is under way, and its end when the bot stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

GRACE_SECONDS = 0.3


class UnfinishedWork:
    """Work that may be cut off: it ends before what it uses is closed, and without a word."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[None]] = set()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run it to its end, unless `stop` cuts it off."""
        task = asyncio.ensure_future(work())
        self._running.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._running.discard(task)

    async def stop(self) -> None:
        """Wait a moment, in which what only writes is done; what is left waits for an upstream,
        and is cut off."""
        if not self._running:
            return
        _, waiting = await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for job in waiting:
            job.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
