"""Comes into the teams' rooms, follows them where they move, and answers invitations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from ...clock import RunningClock
from .client import Client, part
from .rooms import BANNED, ENCRYPTED, NOT_INVITED, Rooms
from .server_answer import ServerAnswer
from .state import Room, content_of, predecessor_of

log = logging.getLogger(__name__)

AGAIN_SECONDS = 600  # after which a room that was not to be had is tried again
QUIET_SECONDS = 30 * 24 * 3600.0
CLOSED = "I can't read encrypted rooms; open a chat without encryption."
NOT_TWO = "I stay in direct chats of two, and in the rooms of my configuration."
FULL = "Too many direct chats are open with me; ask me in a room."


class Comings:
    """The bot's own memberships."""

    def __init__(self, client: Client, rooms: Rooms, most_chats: int) -> None:
        self._client = client
        self._rooms = rooms
        self._most = most_chats
        self._clock = RunningClock()
        self._forged: set[tuple[str, str]] = set()
        self._told: dict[str, str] = {}
        # A room whose joining is not answered yet must not pass for a stranger's.
        self._one_by_one = asyncio.Lock()

    async def enter_all(self) -> None:
        """Come into every place of a team where the bot is not, all at once."""
        async with self._one_by_one:
            rooms = self._rooms
            wanted = [folded for folded in rooms.places if rooms.at(folded) is None]
            await asyncio.gather(*map(self._enter, wanted))

    async def stay(self) -> None:
        """Try again, as long as the front end is open."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            if self._rooms.away_since is None and not self._client.revoked.is_set():
                await self.enter_all()

    async def _enter(self, folded: str) -> None:
        """Join by the name of the configuration: an alias tells where its room is now."""
        name = self._rooms.places[folded]
        known = self._rooms.ids.get(folded)
        answer = await self._join(name)
        if not answer.is_well and known and known != name:
            answer = await self._join(known)
        room = answer.body.get("room_id")
        if answer.is_well and isinstance(room, str):
            self._rooms.ids[folded] = room
            self._rooms.outside.pop(folded, None)
            return
        if answer.status != 0:
            self._rooms.outside[folded] = _why(answer)
        self.tell(folded)

    async def _join(self, name: str) -> ServerAnswer:
        servers = {self._rooms.me.partition(":")[2], *name.partition(":")[2:]} - {""}
        query = "&".join(f"{key}={part(one)}" for one in servers for key in ("via", "server_name"))
        return await self._client.insist("POST", f"join/{part(name)}?{query}", {}, 60)

    def tell(self, folded: str) -> None:
        """Log how a place is, once for each change."""
        state = self._rooms.state_of(folded)
        if self._told.get(folded) != state:
            self._told[folded] = state
            level = logging.INFO if self._rooms.is_open(folded) else logging.WARNING
            log.log(level, "Matrix: %s: %s", self._rooms.places[folded], state)

    # -- invitations ------------------------------------------------------------------------------

    async def invited(self, room: str, events: Iterable[Mapping[str, Any]]) -> None:
        """Come where the configuration says so, and into a direct chat; decline all else. Only an
        invitation of the bot's own counts."""
        state = {event.get("type"): content_of(event) for event in events if _is_state(event)}
        mine = [content_of(each) for each in events if each.get("state_key") == self._rooms.me]
        if not any(content.get("membership") == "invite" for content in mine):
            return
        async with self._one_by_one:
            await self._answer(room, state, any(each.get("is_direct") is True for each in mine))

    async def _answer(self, room: str, state: Mapping[Any, Any], is_chat: bool) -> None:
        for folded, name in self._rooms.places.items():
            if self._rooms.at(folded) is None and await self._is_at(name, room):
                await self._enter(folded)
                return
        is_room = any(kind in state for kind in ("m.room.name", "m.room.canonical_alias"))
        if "m.room.encryption" in state:
            await self._leave(room, CLOSED)
        elif is_room and not is_chat:
            await self._leave(room, NOT_TWO)
        elif not await self.has_place():
            await self._leave(room, FULL)
        else:
            await self._join(room)

    async def _is_at(self, name: str, room: str) -> bool:
        """Whether a place of the configuration is this room now, as its own server says."""
        if not name.startswith("#"):
            return name == room
        answer = await self._client.ask("GET", f"directory/room/{part(name)}")
        return answer.is_well and answer.body.get("room_id") == room

    async def has_place(self) -> bool:
        """Whether one more direct chat may be open; the oldest that was quiet for 30 days goes."""
        chats = sorted(self._rooms.chats(), key=lambda room: room.quiet_since)
        if len(chats) < self._most:
            return True
        if chats and self._now() - chats[0].quiet_since >= QUIET_SECONDS:
            await self._leave(chats[0].id, "It was quiet here for 30 days.")
            return True
        return False

    async def _leave(self, room: str, why: str) -> None:
        self._rooms.by_id.pop(room, None)
        await self._client.insist("POST", f"rooms/{part(room)}/leave", {"reason": why})

    # -- what becomes of rooms --------------------------------------------------------------------

    async def look_at(self, room: Room) -> None:
        """Leave a chat that is none any more, refuse a room that is encrypted now, follow one that
        was given up."""
        async with self._one_by_one:
            await self._look_at(room)

    async def _look_at(self, room: Room) -> None:
        if room.id not in self._rooms.by_id:
            return
        if folded := self._rooms.place_of(room.id):
            self.tell(folded)
            if room.successor is not None:
                await self._follow(room, folded, *room.successor)
        elif room.is_encrypted:
            await self._leave(room.id, CLOSED)
        elif len(room.people) > 2 or (len(room.people) == 1 and room.gone):
            await self._leave(room.id, NOT_TWO)

    async def _follow(self, old: Room, folded: str, new: str, sender: str) -> None:
        """Go on in the new room, if who says so may and the new room says the same."""
        if (old.id, new) in self._forged or not old.may_set(sender, "m.room.tombstone"):
            return
        server = sender.partition(":")[2]
        query = f"via={part(server)}&server_name={part(server)}"
        joined = await self._client.insist("POST", f"join/{part(new)}?{query}", {}, 60)
        if not joined.is_well:
            log.warning("Matrix: %s moved to %s: %s", old.id, new, joined.trouble)
            return
        told = await self._client.insist("GET", f"rooms/{part(new)}/state/m.room.create", None, 60)
        if not told.is_well:  # which says nothing of who names whom
            log.warning("Matrix: %s does not say what it follows: %s", new, told.trouble)
            return
        if predecessor_of(told.body) != old.id:
            self._forged.add((old.id, new))
            log.warning("Matrix: %s does not say that it follows %s: I stay", new, old.id)
            await self._leave(new, "This room does not follow the one that names it.")
            return
        self._rooms.ids[folded] = new
        log.info("Matrix: %s goes on in %s", self._rooms.places[folded], new)
        await self._leave(old.id, "The room goes on elsewhere.")

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _is_state(event: Mapping[str, Any]) -> bool:
    return isinstance(event.get("type"), str) and event.get("state_key") == ""


def _why(answer: ServerAnswer) -> str:
    words = str(answer.body.get("error", "")).lower()
    if answer.status == 403 and "banned" in words:
        return BANNED
    if answer.code == "M_FORBIDDEN":
        return NOT_INVITED
    if answer.code == "M_NOT_FOUND":
        return "there is no such room"
    return answer.trouble or ENCRYPTED
