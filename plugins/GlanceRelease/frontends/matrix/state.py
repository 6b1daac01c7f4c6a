"""What is known of a room by its events: who is in it, who may what, whether it is encrypted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPERATORS_POWER = 50
# The versions of rooms whose creators have no limit, and do not stand in the power levels.
_OF_OLD = frozenset(map(str, range(1, 12)))

STATE_TYPES = (
    "m.room.create",
    "m.room.member",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.tombstone",
)


@dataclass
class Room:
    """One room; `members` are those who have joined, `invited` those who may, `gone` those who
    left or were sent away. `quiet_since` is when something was last said there, in seconds since
    1970."""

    id: str
    members: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    creators: frozenset[str] = frozenset()
    are_above_all: bool = False
    is_encrypted: bool = False
    quiet_since: float = 0.0
    successor: tuple[str, str] | None = None  # the new room of a tombstone, and who set it
    powers: Mapping[str, Any] = field(default_factory=dict)

    def takes(self, event: Mapping[str, Any]) -> None:
        """Note what a state event tells; what is no such thing tells nothing."""
        kind, key = event.get("type"), event.get("state_key")
        content = content_of(event)
        if not isinstance(key, str):
            return
        if kind == "m.room.member":
            self._takes_member(key, content)
        elif key:
            return
        elif kind == "m.room.create":
            self._takes_create(event, content)
        elif kind == "m.room.power_levels":
            self.powers = content
        elif kind == "m.room.encryption":
            self.is_encrypted = True  # which nobody can take back
        elif kind == "m.room.tombstone":
            new = content.get("replacement_room")
            is_one = isinstance(new, str) and new.startswith("!")
            self.successor = (str(new), sender_of(event)) if is_one else None

    def _takes_member(self, user: str, content: Mapping[str, Any]) -> None:
        membership = content.get("membership")
        self.members.discard(user)
        self.invited.discard(user)
        self.gone.discard(user)
        if membership == "join":
            self.members.add(user)
        elif membership == "invite":
            self.invited.add(user)
        else:
            self.gone.add(user)

    def _takes_create(self, event: Mapping[str, Any], content: Mapping[str, Any]) -> None:
        more = content.get("additional_creators")
        others = more if isinstance(more, list) else []
        names = {sender_of(event), *(name for name in others if isinstance(name, str))}
        self.creators = frozenset(filter(None, names))
        self.are_above_all = str(content.get("room_version", "1")) not in _OF_OLD

    def power_of(self, user: str) -> float:
        """A member's power; without limit for the creators of a room of version 12 or later."""
        if self.are_above_all and user in self.creators:
            return math.inf
        users = self.powers.get("users")
        if not self.powers and user in self.creators:
            return 100
        named = users.get(user) if isinstance(users, dict) else None
        return _level(named, _level(self.powers.get("users_default"), 0))

    def may_set(self, user: str, kind: str) -> bool:
        """Whether somebody in the room may set its state of a kind."""
        events = self.powers.get("events")
        named = events.get(kind) if isinstance(events, dict) else None
        default = _level(self.powers.get("state_default"), OPERATORS_POWER)
        return self.power_of(user) >= _level(named, default)

    @property
    def people(self) -> set[str]:
        """Who is in it or asked to be."""
        return self.members | self.invited


def predecessor_of(create: Mapping[str, Any]) -> str:
    """The room that a room says it follows, by the content of its first event; "" for none."""
    before = create.get("predecessor")
    old = before.get("room_id") if isinstance(before, dict) else None
    return old if isinstance(old, str) else ""


def _level(value: Any, otherwise: float) -> float:
    """A power level; older rooms have it as text too."""
    if isinstance(value, str) and value.lstrip("+-").isdecimal() and len(value) < 20:
        return int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number else otherwise


def content_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event's content; nothing of one that has none."""
    content = event.get("content")
    return content if isinstance(content, dict) else {}


def sender_of(event: Mapping[str, Any]) -> str:
    """Who sent an event; "" where it does not say."""
    sender = event.get("sender")
    return sender if isinstance(sender, str) else ""
