"""The way out of the bot, doubled: what was handed to it, what the channel heard, and faults at
will."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

from GlanceRelease.domain.messages.doc import Doc, in_one_line
from GlanceRelease.render.irc import IrcRoom, room
from GlanceRelease.service.outbox.front_end import DeliveryOutcome, Door

SAID = DeliveryOutcome("said")
REFUSED = DeliveryOutcome("refused", "404 cannot send to channel")
LOST = DeliveryOutcome("unsure", "the connection was lost")
LATER = DeliveryOutcome("later", "the connection was lost")


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing of it runs on."""


@dataclass
class Delivery(Door):
    """Says each line at once, while it is open.

    `outcomes` tell what becomes of the next lines, one for each, and `waits` what happens before,
    while a line waits for its turn. What the channel heard is in `heard`, where in `targets`, and
    what was handed out, with its claim, in `handed`.
    """

    outcomes: list[DeliveryOutcome | type[BaseException]] = field(default_factory=list)
    waits: list[DeliveryOutcome | type[BaseException]] = field(default_factory=list)
    handed: list[tuple[str, str]] = field(default_factory=list)
    dedupes: bool = False
    open: bool = True
    heard: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    never: str = ""  # a line with this in it is always refused
    arrives: bool = True  # whether a line that is not confirmed is heard all the same
    away: set[str] = field(default_factory=set)  # whom no line reaches
    people: Collection[str] | None = None  # who is in the channels; None: it can't tell
    failing: set[str] = field(default_factory=set)  # channels of which it fails to tell

    @property
    def lines(self) -> list[tuple[str, str]]:
        """All that was heard, as (target, text)."""
        return list(zip(self.targets, self.heard, strict=True))

    def ready(self, target: str) -> bool:
        return self.open and target not in self.away

    def present(self, channel: str) -> frozenset[str] | None:
        if channel in self.failing:
            raise TypeError("can't compare offset-naive and offset-aware times")
        return None if self.people is None else frozenset(self.people)

    def medium(self, target: str) -> IrcRoom:
        return IrcRoom(room(target))

    @contextlib.asynccontextmanager
    async def turn(self, target: str) -> AsyncIterator[DeliveryOutcome | None]:
        outcome = self.waits.pop(0) if self.waits else None
        if isinstance(outcome, type):
            raise outcome
        yield outcome

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        text = self.medium(target).text(in_one_line(said))
        is_shown = self.dedupes and claim in [earlier for _, earlier in self.handed]
        self.handed.append((text, claim))
        outcome = self.outcomes.pop(0) if self.outcomes else SAID
        if self.never and self.never in text:
            outcome = REFUSED
        if not is_shown and (outcome is SAID or (self.arrives and outcome is not REFUSED)):
            self.heard.append(text)
            self.targets.append(target)
        if isinstance(outcome, DeliveryOutcome):
            return outcome
        raise outcome
