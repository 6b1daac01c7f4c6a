"""The direct chats of the bot's own opening: one a person, where there is none."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from ...clock import RunningClock
from .client import Client
from .membership import Comings
from .rooms import Rooms
from .state import Room

log = logging.getLogger(__name__)

SECONDS = 60.0


class Chats:
    """Finds or opens the room in which one person is told something."""

    def __init__(self, client: Client, rooms: Rooms, comings: Comings) -> None:
        self._client = client
        self._rooms = rooms
        self._comings = comings
        self._clock = RunningClock()
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._opened: set[str] = set()  # with whom this process opened one

    def may_reach(self, user: str) -> bool:
        """Whether somebody has a chat with the bot, or may be asked into one: not who left the one
        that it opened."""
        return self._rooms.chat_with(user) is not None or user not in self._opened

    async def with_person(self, user: str) -> str:
        """The room; "" where there is none and none may be opened."""
        async with self._opening[user]:
            if (known := self._rooms.chat_with(user)) is not None:
                known.quiet_since = self._clock.now().timestamp()
                return known.id
            if not self.may_reach(user) or not await self._comings.has_place():
                return ""
            asked = {"preset": "trusted_private_chat", "is_direct": True, "invite": [user]}
            answer = await self._client.insist("POST", "createRoom", asked, SECONDS)
            room = answer.body.get("room_id")
            if not answer.is_well or not isinstance(room, str):
                log.warning("Matrix: no chat with %s: %s", user, answer.trouble)
                return ""
            self._opened.add(user)
            made = Room(room, {self._rooms.me}, {user})
            made.quiet_since = self._clock.now().timestamp()
            self._rooms.by_id.setdefault(room, made)
            return room
