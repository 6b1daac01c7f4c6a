"""Which way out serves whom: one for each network, together as one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from ..domain.address import network_of
from ..domain.messages.doc import Doc
from ..domain.people.roles import Asker
from ..render.fit import Medium
from .outbox.front_end import DeliveryOutcome, Door, KnowsPresence, KnowsRefusals, KnowsStates
from .outbox.recipients import KnowsAccounts

UNSERVED = "nothing serves its network"


class Doors(Door):
    """The ways out by their networks' names. What none of them serves waits as for a network that
    is away."""

    def __init__(self, doors: Mapping[str, Door]) -> None:
        self._doors = doors

    def serves(self, target: str) -> bool:
        """Whether a way out serves the target's network."""
        return network_of(target) in self._doors

    def of(self, target: str) -> Door:
        """The way out of the target's network; this one, which is closed to it, where none is."""
        return self._doors.get(network_of(target), self)

    def ready(self, target: str) -> bool:
        """Whether the target's network would take a line for it."""
        return self.serves(target) and self.of(target).ready(target)

    def medium(self, target: str) -> Medium:
        """As on the target's network; where none serves it any other, since nothing is said."""
        door = self.of(target) if self.serves(target) else next(iter(self._doors.values()))
        return door.medium(target)

    def turn(self, target: str) -> contextlib.AbstractAsyncContextManager[DeliveryOutcome | None]:
        """As on the target's network."""
        if not self.serves(target):
            return contextlib.nullcontext(DeliveryOutcome("later", UNSERVED))
        return self.of(target).turn(target)

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        """Said on the target's network."""
        if not self.serves(target):
            return DeliveryOutcome("later", UNSERVED)
        return await self.of(target).say(target, said, claim)

    async def was_said(self, target: str, claim: str) -> bool | None:
        """As the target's network knows."""
        return await self.of(target).was_said(target, claim) if self.serves(target) else None

    def present(self, channel: str) -> frozenset[str] | None:
        """Who is in a place; None where its network can't tell."""
        door = self.of(channel)
        if door is not self and isinstance(door, KnowsPresence):
            return door.present(channel)
        return None

    async def who_is(self, target: str) -> Asker | None:
        """Who has a name now; the owner of the name, where its network does not tell them apart."""
        door = self.of(target)
        if door is not self and isinstance(door, KnowsAccounts):
            return await door.who_is(target)
        return Asker(target, no_services=True)

    def states(self) -> Mapping[str, str]:
        """How each place is, of the networks that tell it."""
        known: dict[str, str] = {}
        for door in self._doors.values():
            if isinstance(door, KnowsStates):
                known.update(door.states())
        return known

    def outside(self) -> Mapping[str, str]:
        """The places that keep the bot out, on whatever network."""
        kept_out: dict[str, str] = {}
        for door in self._doors.values():
            if isinstance(door, KnowsRefusals):
                kept_out.update(door.outside())
        return kept_out
