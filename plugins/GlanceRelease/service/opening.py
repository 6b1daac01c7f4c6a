"""How the bot comes to its store: with the lease, in some seconds, or with the reason why not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..clock import Clock
from ..domain.people import Asker
from ..sources.bundled import load_bundled
from ..sources.http import Http
from .doors import Door, Outcome
from .lease import Lease, NoLease, file_of, keep, lease_of, take
from .no_database import NoDatabase, Refused, is_in_memory, named, place_of
from .recipients import Knows
from .refresh import Refresher
from .speaker import Sees, Speaker
from .store import Store
from .witness import Witness

log = logging.getLogger(__name__)

OPEN_SECONDS = 14.0  # Limnoria's thread waits for the plugin's start
LEASE_SECONDS = 4.0  # for an old process that ends just now, or the plugin before its reload


@dataclass(frozen=True)
class Parts:
    """What one process is made of."""

    http: Http
    store: Store
    refresher: Refresher
    speaker: Speaker


class Opening:
    """The store of the one process that speaks, and all that rests on it. `trouble` says why there
    is none: then the bot answers without one, and says nothing unasked."""

    def __init__(self, url: str, teams: Iterable[str], clock: Clock, door: Door | None) -> None:
        self._url = url
        self._teams = list(teams)
        self._clock = clock
        self._door = door
        self._lease: Lease = NoLease()
        self._stores: list[Store] = []
        self._witness: Witness | None = None
        self.trouble: NoDatabase | None = None

    async def start(self, http: Http) -> Parts:
        """All parts on the database, or on memory while it can't be used; raises Refused where
        waiting helps nothing."""
        try:
            return await self._open(http, LEASE_SECONDS)
        except Refused:
            raise
        except NoDatabase as error:
            self._wait(error)
        self._stores.append(await Store.in_memory())
        return await self._parts(http, self._stores[0])

    async def try_again(self, http: Http) -> Parts | None:
        """All parts on the database that could not be used before; None while it can't."""
        try:
            parts = await self._open(http, 0)
        except NoDatabase as error:
            self._wait(error)
            return None
        log.warning("The database can be used again: all goes on as after a start")
        self.trouble = None
        return parts

    async def _open(self, http: Http, lease_seconds: float) -> Parts:
        """The store with its lease, and what it holds taken over: all of it or nothing."""
        where = place_of(self._url)
        with named(where):
            async with asyncio.timeout(OPEN_SECONDS):
                is_file = where.get_backend_name() == "sqlite" and not is_in_memory(where)
                if is_file:
                    file_of(where).parent.mkdir(parents=True, exist_ok=True)
                lease = lease_of(where)
                await take(lease, lease_seconds)
                try:
                    store = await Store.open(self._url)
                    try:
                        witness = Witness(file_of(where)) if is_file else None
                        if witness is not None:
                            await witness.compare(store, self._teams, self._clock.now())
                        self._lease, self._witness = lease, witness
                        parts = await self._parts(http, store)
                    except BaseException:
                        await store.close()
                        raise
                except BaseException:
                    await lease.release()
                    raise
        self._stores.append(store)
        return parts

    async def _parts(self, http: Http, store: Store) -> Parts:
        refresher = Refresher(http, store)
        await refresher.start(load_bundled().facts)
        door = self._door and _Guarded(self._door, lambda: self._lease.is_held)
        speaker = Speaker(store, self._clock, door)
        await speaker.start(self._teams)
        return Parts(http, store, refresher, speaker)

    def _wait(self, trouble: NoDatabase) -> None:
        """Go on without a store; each reason is logged once."""
        if str(trouble) == str(self.trouble):
            return
        self.trouble = trouble
        log.error(
            "No memory: %s. Until it can be used, nothing is said unasked and nothing is kept; "
            "it is tried again each minute.",
            trouble,
        )

    async def may_speak(self) -> bool:
        """Whether there is a store, and the lease is ours still, or again."""
        return self.trouble is None and await keep(self._lease)

    async def note_news(self) -> None:
        """The store has something new, which it may lose."""
        if self._witness is not None:
            await self._witness.note(self._stores[-1])

    async def close(self) -> None:
        """Close the stores, then give the lease back."""
        while self._stores:
            await self._stores.pop().close()
        await self._lease.release()


class _Guarded(Door):
    """A door that is shut as soon as the lease is known to be lost, in the midst of a tick too."""

    def __init__(self, door: Door, is_held: Callable[[], bool]) -> None:
        self._door = door
        self._is_held = is_held
        self.dedupes = door.dedupes

    def ready(self, target: str) -> bool:
        """As the door's, while the lease is held."""
        return self._is_held() and self._door.ready(target)

    def turn(self, target: str) -> contextlib.AbstractAsyncContextManager[Outcome | None]:
        """As the door's."""
        return self._door.turn(target)

    async def say(self, target: str, text: str, claim: str) -> Outcome:
        """As the door's, if the lease is held still when the line's turn has come."""
        if not self._is_held():
            return Outcome("refused", "another process may speak now")
        return await self._door.say(target, text, claim)

    def present(self, channel: str) -> frozenset[str] | None:
        """Who is there, where the door can tell."""
        return self._door.present(channel) if isinstance(self._door, Sees) else None

    async def who_is(self, target: str) -> Asker | None:
        """Whose the nick is, where the door can tell; else anybody's."""
        if isinstance(self._door, Knows):
            return await self._door.who_is(target)
        return Asker(target, no_services=True)
