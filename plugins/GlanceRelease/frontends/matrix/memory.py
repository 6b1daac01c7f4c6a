"""What the front end keeps in the bot's store: how far it has read, and which room is which
place."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from ...service.storage.errors import NoDatabase
from ...service.storage.store import Store

log = logging.getLogger(__name__)

KEPT = "matrix"


@dataclass
class SyncPosition:
    """`since` is the sync's token, of this `user`'s rooms; `rooms` has each place's, `quiet` since
    when each direct chat is."""

    user: str = ""
    since: str = ""
    rooms: dict[str, str] = field(default_factory=dict)
    quiet: dict[str, float] = field(default_factory=dict)


def _kept(value: str) -> SyncPosition:
    told: Any = json.loads(value)
    rooms = {str(name): str(room) for name, room in told["rooms"].items()}
    quiet = {str(room): float(at) for room, at in told["quiet"].items()}
    return SyncPosition(str(told["user"]), str(told["since"]), rooms, quiet)


async def recall(store: Callable[[], Store], user: str) -> SyncPosition:
    """What was kept for this account; nothing of another's, or where it can't be read."""
    try:
        known = await store().read_meta(KEPT, _kept)
    except NoDatabase:
        known = None
    return known if known is not None and known.user == user else SyncPosition(user)


async def remember(store: Callable[[], Store], kept: SyncPosition) -> None:
    """Keep it; what a store that is away does not take is kept with the next."""
    try:
        await store().put_meta(KEPT, json.dumps(asdict(kept)))
    except NoDatabase as error:
        log.debug("not kept: %s", error)


class SyncProgress:
    """Batches in their order: a token is handed on when all that was asked for up to there is
    done, so that a process that dies reads the rest again."""

    def __init__(self, keep: Callable[[str], Awaitable[None]]) -> None:
        self._keep = keep
        self._batches: asyncio.Queue[tuple[str, list[asyncio.Task[None]]]] = asyncio.Queue()

    def add(self, since: str, work: Iterable[asyncio.Task[None]]) -> None:
        """A batch is under way."""
        self._batches.put_nowait((since, list(work)))

    async def run(self) -> None:
        """Hand on the tokens."""
        while True:
            since, work = await self._batches.get()
            await asyncio.gather(*work, return_exceptions=True)
            if self._batches.empty() or work:
                await self._keep(since)
