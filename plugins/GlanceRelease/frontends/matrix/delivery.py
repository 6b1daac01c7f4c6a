"""The outbox's way out to Matrix: a line's claim is its transaction id, so that the server shows it
once, however often it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ...domain.address import is_place
from ...domain.messages.doc import Doc
from ...domain.people.roles import Asker
from ...render.matrix import MatrixRoom, content
from ...service.outbox.claims import told_by
from ...service.outbox.front_end import DeliveryOutcome, Door
from .chats import Chats
from .client import Client, part
from .rooms import Rooms
from .said_before import CLAIM, is_in_timeline
from .server_answer import ServerAnswer

SECONDS = 50.0  # in which a line is tried; then it waits for the next minute
_CLOCKS_DIFFER = dt.timedelta(days=1)  # at the most, the bot's and the homeserver's


class MatrixDoor(Door):
    """Lines for rooms and people. It is closed until the front end has `opened` it."""

    dedupes = True
    remembers = dt.timedelta(hours=23)  # Synapse forgets transaction ids after a day

    def __init__(self) -> None:
        self._client: Client | None = None
        self._chats: Chats | None = None
        self.rooms: Rooms | None = None

    def opened(self, client: Client, chats: Chats) -> None:
        """The account is known, and what is said goes out from now on."""
        self._client, self._chats = client, chats

    def close(self) -> None:
        """Nothing goes out any more."""
        self._client = self._chats = None

    def ready(self, target: str) -> bool:
        """Whether the homeserver answers, and the bot is in the room, which is not encrypted; for
        a person, whether there is a chat, or may be."""
        rooms, chats = self.rooms, self._chats
        if rooms is None or chats is None:
            return False
        if is_place(target):
            return rooms.is_open(target)
        is_there = rooms.away_since is None and not rooms.is_revoked
        return is_there and chats.may_reach(target)

    def medium(self, target: str) -> MatrixRoom:
        """A line of an event."""
        return MatrixRoom()

    def present(self, channel: str) -> frozenset[str] | None:
        """Who is in a room; None while the bot is not."""
        room = self.rooms.at(channel) if self.rooms is not None else None
        return frozenset(room.members - {self.rooms.me}) if room and self.rooms else None

    async def who_is(self, target: str) -> Asker | None:
        """A user id is its owner's alone."""
        return Asker(target, verified=True)

    def states(self) -> Mapping[str, str]:
        """How each of the teams' rooms is, by its folded name."""
        rooms = self.rooms
        if rooms is None:
            return {}
        return {folded: rooms.state_of(name) for folded, name in rooms.places.items()}

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        """Say a message, as often as needed: the server takes it once."""
        if self._client is None or self.rooms is None or self._chats is None:
            return DeliveryOutcome("later", "not connected")
        room = self.rooms.at(target)
        where = room.id if room is not None else ""
        if not is_place(target):
            where = await self._chats.with_person(target)
        if not where:
            return DeliveryOutcome("refused", "there is no room for it")
        made = {**content(said.lines, calls=True), CLAIM: claim}
        path = f"rooms/{part(where)}/send/m.room.message/{claim}"
        return _outcome(await self._client.insist("PUT", path, made, SECONDS))

    async def was_said(self, target: str, claim: str) -> bool | None:
        """Whether what was said with this claim is in the room; None where that can't be told."""
        rooms, client, made = self.rooms, self._client, told_by(claim)
        if rooms is None or client is None or made is None:
            return None
        room = rooms.at(target) if is_place(target) else rooms.chat_with(target)
        if room is None:
            return None
        since = (made - _CLOCKS_DIFFER).timestamp()
        return await is_in_timeline(client, room.id, rooms.me, claim, since)


def _outcome(answer: ServerAnswer) -> DeliveryOutcome:
    """A line that the server may have taken is unsure; one that it wants later was not taken."""
    if answer.is_well:
        return DeliveryOutcome("said")
    if answer.status == 429:
        return DeliveryOutcome("later", answer.trouble)
    if answer.passes:
        return DeliveryOutcome("unsure", answer.trouble)
    return DeliveryOutcome("refused", answer.trouble)
