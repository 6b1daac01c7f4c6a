"""How the bot comes to its store: with the lease, in some seconds, or with the reason why not."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from ...clock import Clock
from ...domain.messages.doc import Doc
from ...domain.people.roles import Asker
from ...domain.team import Team
from ...render.fit import Medium
from ...sources.bundled_facts import load_bundled
from ...sources.http import Http
from ..outbox.front_end import DeliveryOutcome, Door, KnowsPresence, serves
from ..outbox.recipients import KnowsAccounts
from ..outbox.tick import Speaker
from ..refresh.refresher import Refresher
from ..storage.errors import NoDatabase, Refused, named, no_database, place_of
from ..storage.file_identity import place_in
from ..storage.lease import Lease, NoLease, keep, lease_of, take
from ..storage.loss_detection import Witness
from ..storage.store import Store

log = logging.getLogger(__name__)

OPEN_SECONDS = 14.0  # whoever starts the bot waits for it
CLOSE_SECONDS = 7.0  # and no one for a database that does not answer
FLAPS = dt.timedelta(minutes=10)  # within which the same trouble is the old one
LEASE_SECONDS = 4.0  # for an old process that ends just now, or the plugin before its reload


@dataclass(frozen=True)
class Parts:
    """What a process has once its store is open: HTTP client, store, refresher, speaker."""

    http: Http
    store: Store
    refresher: Refresher
    speaker: Speaker


class Opening:
    """The store of the one process that speaks, and all that rests on it. `trouble` says why there
    is none, from the start on or since it failed: then the bot answers without one, and says
    nothing unasked."""

    def __init__(
        self, url: str, teams: Mapping[str, Team], clock: Clock, door: Door | None
    ) -> None:
        self._url = url
        self._teams = list(teams)
        self._places = [name for team in teams.values() for name in team.spoken_in]
        self._clock = clock
        self._door = door
        self._lease: Lease = NoLease()
        self._store: Store | None = None
        self._witness: Witness | None = None
        self._told = _LoggedReasons(clock)
        self.trouble: NoDatabase | None = None
        self.on_trouble: Callable[[], None] = lambda: None

    async def start(self, http: Http) -> Parts:
        """All parts on the database, or on memory while it can't be used; raises Refused where
        waiting helps nothing."""
        try:
            return await self._open(http, LEASE_SECONDS)
        except Refused:
            raise
        except NoDatabase as error:
            self.failed(error)
        return await self._parts(http, await Store.in_memory())

    async def try_again(self, http: Http) -> Parts | None:
        """All parts on the database that could not be used before; None while it can't."""
        await self.close()
        try:
            parts = await self._open(http, 0)
        except NoDatabase as error:
            self.failed(error)
            return None
        self.trouble = None
        self._told.is_over()
        return parts

    async def _open(self, http: Http, lease_seconds: float) -> Parts:
        """The store with its lease, and what it holds taken over: all of it or nothing."""
        where = place_of(self._url)
        with named(where):
            async with asyncio.timeout(OPEN_SECONDS):
                place = place_in(where)
                if place is not None:
                    place.look()
                    place.file.parent.mkdir(parents=True, exist_ok=True)
                lease = lease_of(where)
                await take(lease, lease_seconds)
                try:
                    store = await Store.open(self._url)
                    try:
                        witness = Witness(place.file, self._witness) if place else None
                        if witness is not None:
                            await witness.compare(store, self._teams, self._clock.now())
                        self._lease, self._witness = lease, witness
                        parts = await self._parts(http, store)
                        if store.transactions is not None:
                            await store.transactions.settle()
                    except BaseException:
                        await store.close()
                        raise
                except BaseException:
                    await lease.release()
                    raise
        if store.transactions is not None:
            store.transactions.failed = self.failed
        self._store = store
        return parts

    async def _parts(self, http: Http, store: Store) -> Parts:
        refresher = Refresher(http, store)
        await refresher.start(load_bundled().facts)
        door = self._door and _Guarded(self._door, self._may_speak)
        speaker = Speaker(store, self._clock, door)
        await speaker.start(self._teams, self._places)
        return Parts(http, store, refresher, speaker)

    def failed(self, trouble: NoDatabase) -> None:
        """Go on without a store."""
        is_news, self.trouble = str(trouble) != str(self.trouble), trouble
        if is_news:
            self._told.tell(trouble)
            self.on_trouble()

    async def is_there(self) -> bool:
        """Whether there is a store still, under its name and whole, with its lease ours, or ours
        again."""
        if self.trouble is not None or self._store is None:
            return False
        transactions = self._store.transactions
        try:
            async with self.in_time(OPEN_SECONDS):
                if transactions is not None:
                    transactions.check()
                with named(place_of(self._url)):
                    await keep(self._lease)
                if transactions is not None:
                    await transactions.look()
        except NoDatabase as error:
            self._fail(error)
        return self.trouble is None

    @contextlib.asynccontextmanager
    async def in_time(self, seconds: float) -> AsyncIterator[None]:
        """What is done here with the store is done in so many seconds, or the store is one that is
        away: raises NoDatabase."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as error:
            late = no_database(place_of(self._url), error)
            self._fail(late)
            raise late from None

    def _fail(self, trouble: NoDatabase) -> None:
        if self._store is not None and self._store.transactions is not None:
            self._store.transactions.fail(trouble)
        elif self.trouble is None:
            self.failed(trouble)

    def _may_speak(self) -> bool:
        return self.trouble is None and self._lease.is_held

    async def note_news(self) -> None:
        """The store has something new, which it may lose."""
        if self._witness is not None and self._store is not None:
            await self._witness.note(self._store)
            if self._store.transactions is not None:
                await self._store.transactions.settle()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Close the store, then give the lease back; one that does not answer is left."""
        store, self._store = self._store, None
        lease, self._lease = self._lease, NoLease()
        for closing in ([store.close] if store else []) + [lease.release]:
            with contextlib.suppress(OSError, SQLAlchemyError):
                async with asyncio.timeout(seconds):
                    await closing()


class _LoggedReasons:
    """Each reason is logged once; the same one again is no news where it was over for some minutes
    only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reason = ""
        self._is_told = False
        self._over: dt.datetime | None = None

    def tell(self, trouble: NoDatabase) -> None:
        is_old = self._over is not None and self._clock.now() - self._over < FLAPS
        known = is_old and trouble.reason == self._reason
        self._reason = trouble.reason
        log.log(
            logging.INFO if known else logging.ERROR,
            "No memory: %s. Until it can be used, nothing is said unasked and nothing is kept; "
            "it is tried again each minute.",
            trouble,
        )
        self._is_told = not known

    def is_over(self) -> None:
        self._over = self._clock.now()
        level = logging.WARNING if self._is_told else logging.INFO
        log.log(level, "The database can be used again: all goes on as after a start")


class _Guarded(Door):
    """A way out that is closed as soon as the lease is known to be lost, in the midst of a tick
    too."""

    def __init__(self, door: Door, is_held: Callable[[], bool]) -> None:
        self._door = door
        self._is_held = is_held
        self.dedupes, self.remembers = door.dedupes, door.remembers

    def of(self, target: str) -> Door:
        """As the front end's, while the lease is held."""
        return _Guarded(self._door.of(target), self._is_held)

    def ready(self, target: str) -> bool:
        """As the front end's, while the lease is held."""
        return self._is_held() and self._door.ready(target)

    def medium(self, target: str) -> Medium:
        """As the front end's."""
        return self._door.medium(target)

    def turn(self, target: str) -> contextlib.AbstractAsyncContextManager[DeliveryOutcome | None]:
        """As the front end's."""
        return self._door.turn(target)

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        """As the front end's, if the lease is held still when the line's turn has come."""
        if not self._is_held():
            return DeliveryOutcome("later", "the database can't be used")
        return await self._door.say(target, said, claim)

    async def was_said(self, target: str, claim: str) -> bool | None:
        """As the front end's."""
        return await self._door.was_said(target, claim)

    def serves(self, target: str) -> bool:
        """As the front end's."""
        return serves(self._door, target)

    def present(self, channel: str) -> frozenset[str] | None:
        """The nicks in the channel, where the front end can tell."""
        return self._door.present(channel) if isinstance(self._door, KnowsPresence) else None

    async def who_is(self, target: str) -> Asker | None:
        """Whose the nick is, where the front end can tell; else anybody's."""
        if isinstance(self._door, KnowsAccounts):
            return await self._door.who_is(target)
        return Asker(target, no_services=True)
