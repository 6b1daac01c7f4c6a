"""Opens Matrix for the bot: who it is there, its rooms, what it hears, and its way out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from ...app import App
from ...configuration.matrix_keys import MatrixKeys
from ...domain.address import place
from ...networks.matrix import MATRIX
from ...service.storage.store import Store
from .chats import Chats
from .client import FIRST_PAUSE, LONGEST_PAUSE, Client
from .conversation import Conversation
from .delivery import MatrixDoor
from .hearing import Ears
from .login import Login
from .membership import Comings
from .memory import SyncProgress, recall, remember
from .rooms import VOID, Rooms
from .server_answer import ServerAnswer
from .sync import Batch, Syncing

log = logging.getLogger(__name__)


async def serve(app: App, door: MatrixDoor) -> MatrixFrontEnd:
    """Begin to listen where bot.yaml's `matrix` says, on the running loop, as soon as the
    homeserver answers; `cleanup` of what is returned ends it."""
    keys = app.settings.bot.matrix
    assert keys is not None, "bot.yaml has no matrix"
    front_end = MatrixFrontEnd(app, door, keys)
    front_end.start()
    return front_end


class MatrixFrontEnd:
    """One account on one homeserver. What fails for good, as a void token, ends it with one line in
    the log, and nothing else of the bot."""

    def __init__(self, app: App, door: MatrixDoor, keys: MatrixKeys) -> None:
        self._app = app
        self._door = door
        self._keys = keys
        self._login = Login(keys, app.settings.state)
        self._client: Client | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.rooms = Rooms("", self._places())
        self._door.rooms = self.rooms

    def _places(self) -> list[str]:
        names = [name for team in self._app.settings.teams.values() for name in team.spoken_in]
        return [name for name in dict.fromkeys(names) if place(name).network == MATRIX.name]

    def start(self) -> None:
        """Begin in the background: the homeserver may be away."""
        self._begin(self._run())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Matrix: %s", type(error).__name__, exc_info=error)

    async def cleanup(self) -> None:
        """Listen no more; what is under way is read again at the next start."""
        self._door.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def _run(self) -> None:
        token = await self._login.first()
        while not token and self._login.may_try_again:
            self.heard_from(ServerAnswer(trouble=self._login.trouble))
            await asyncio.sleep(LONGEST_PAUSE)
            token = await self._login.first()
        client = Client(
            self._keys.homeserver, token, self._app.settings.user_agent, self._login.renewed
        )
        self._client = client
        if not token:
            client.revoked.set()
        me = await self._whoami(client) if token else ""
        if me:
            await self._live(client, me)
        self.rooms.is_revoked = True
        self._door.close()
        reason = self._login.trouble or VOID
        log.error("Matrix: %s: I am there no more until I am started again", reason)

    async def _whoami(self, client: Client) -> str:
        """The account of the token; "" where it has none."""
        pause = FIRST_PAUSE
        while True:
            answer = await client.ask("GET", "account/whoami")
            self.heard_from(answer)
            me, device = answer.body.get("user_id"), answer.body.get("device_id")
            if answer.is_well and isinstance(me, str):
                self._login.device = device if isinstance(device, str) else ""
                return me
            if client.revoked.is_set() or not answer.passes:
                self._login.trouble = self._login.trouble or answer.trouble
                return ""
            await asyncio.sleep(max(pause, answer.retry_after))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self, client: Client, me: str) -> None:
        """Listen until the token is void."""
        app, rooms = self._app, self.rooms
        kept = await recall(self._store, me)
        rooms.me = me
        rooms.ids.update({name: room for name, room in kept.rooms.items() if name in rooms.places})
        comings = Comings(client, rooms, self._keys.direct_chats)
        chats = Chats(client, rooms, comings)
        talk = Conversation(app, client, chats)
        ears = Ears(app, rooms, talk, self._keys.ignore)

        async def keep(since: str) -> None:
            kept.since, kept.rooms = since, dict(rooms.ids)
            kept.quiet = {room.id: room.quiet_since for room in rooms.chats()}
            await remember(self._store, kept)

        progress = SyncProgress(keep)
        is_first = True

        async def take(batch: Batch) -> None:
            nonlocal is_first
            now = app.machine_clock.now().timestamp()
            work = [self._begin(one) for one in ears.take(batch, now, kept.quiet)]
            work += [self._begin(comings.invited(*one)) for one in batch.invited.items()]
            for news in batch.joined:
                if (room := rooms.by_id.get(news.room)) is not None:
                    self._begin(comings.look_at(room))
            if is_first:
                self._door.opened(client, chats)
                self._begin(comings.enter_all())
                is_first = False
            progress.add(batch.since, work)

        self._begin(progress.run())
        self._begin(comings.stay())
        await Syncing(client, me, kept.since, take, self.heard_from).run()

    def heard_from(self, answer: ServerAnswer) -> None:
        """Note since when the homeserver is away; its going and its coming are logged once."""
        if answer.is_well or not answer.passes or answer.status == 429:
            if self.rooms.away_since is not None:
                self.rooms.away_since = None
                log.info("Matrix: %s answers again", self._keys.homeserver)
        elif self.rooms.away_since is None:
            self.rooms.away_since = self._app.machine_clock.now()
            log.warning("Matrix: %s does not answer: %s", self._keys.homeserver, answer.trouble)

    def _store(self) -> Store:
        return self._app.parts.store
