"""Which rooms the bot is in, which of them are the teams' places, and how each of those is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from ...domain.address import place
from .state import Room, content_of
from .sync import Batch, since_own_join

IN = "in"
NOT_YET = "not joined yet"
NOT_INVITED = "not invited"
BANNED = "banned"
ENCRYPTED = "encrypted, which I refuse: I can't read it, and would speak in clear"
VOID = "its homeserver knows my token no more"


class Rooms:
    """What the syncs told so far. `ids` are the rooms of the teams' places, by their folded names;
    `outside` has why the bot is not in one."""

    def __init__(self, me: str, places: Iterable[str]) -> None:
        self.me = me
        self.my_name = ""
        self.places = {place(name).folded: name for name in places}
        self.by_id: dict[str, Room] = {}
        self.ids: dict[str, str] = {}
        self.outside: dict[str, str] = {}
        self.away_since: dt.datetime | None = None
        self.is_revoked = False

    def takes(self, batch: Batch, now: float) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Note the rooms' states before each timeline; what is left to be read of each: of a room
        that is new to the bot, what is younger than its own coming."""
        unread = {}
        for news in batch.joined:
            known = news.room in self.by_id
            room = self.by_id.setdefault(news.room, Room(news.room, quiet_since=now))
            for event in news.state:
                self.takes_event(room, event)
            timeline = news.timeline if known else since_own_join(news.timeline, self.me)
            for event in news.timeline[: len(news.timeline) - len(timeline)]:
                self.takes_event(room, event)
            unread[news.room] = timeline
        for name, events in batch.left.items():
            self._left(name, events)
        return unread

    def takes_event(self, room: Room, event: Mapping[str, Any]) -> None:
        """Note one event of a room's."""
        room.takes(event)
        if event.get("type") == "m.room.member" and event.get("state_key") == self.me:
            name = content_of(event).get("displayname")
            self.my_name = name if isinstance(name, str) else self.my_name

    def _left(self, name: str, events: Iterable[Mapping[str, Any]]) -> None:
        self.by_id.pop(name, None)
        mine = [
            content_of(event).get("membership")
            for event in events
            if event.get("type") == "m.room.member" and event.get("state_key") == self.me
        ]
        if folded := self.place_of(name):
            self.outside[folded] = BANNED if mine[-1:] == ["ban"] else NOT_INVITED

    def place_of(self, room: str) -> str:
        """The team's place that a room is, folded; "" for any other room."""
        return next((folded for folded, known in self.ids.items() if known == room), "")

    def name_of(self, room: str) -> str:
        """The same as the team's file has it."""
        return self.places.get(self.place_of(room), "")

    def at(self, name: str) -> Room | None:
        """The room of a place, while the bot is in it."""
        return self.by_id.get(self.ids.get(place(name).folded, ""))

    def is_open(self, name: str) -> bool:
        """Whether a line for a place would be seen there."""
        return self.state_of(name) == IN

    def state_of(self, name: str) -> str:
        """How a place is: `IN`, or why nothing is said and heard there."""
        folded = place(name).folded
        if self.is_revoked:
            return VOID
        if self.away_since is not None:
            return f"its homeserver does not answer since {self.away_since:%Y-%m-%d %H:%M} UTC"
        room = self.at(name)
        if room is None:
            return self.outside.get(folded, NOT_YET)
        return ENCRYPTED if room.is_encrypted else IN

    def chats(self) -> list[Room]:
        """The rooms that are nobody's place: direct chats."""
        known = set(self.ids.values())
        return [room for room in self.by_id.values() if room.id not in known]

    def chat_with(self, user: str) -> Room | None:
        """A room of the bot's and this person's alone, in which they may read."""
        pair = {self.me, user}
        fits = (room for room in self.chats() if room.people == pair and not room.is_encrypted)
        return next(iter(sorted(fits, key=lambda room: (user not in room.members, room.id))), None)
