"""A small chat network beside IRC, in the test's process: rooms with members, names that differ by
a letter's size, messages of several lines that call people, and transaction ids for a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from GlanceRelease.domain.messages.clauses import Call, calls_in, in_words, whole
from GlanceRelease.domain.messages.doc import Doc, Line
from GlanceRelease.domain.people.roles import Asker
from GlanceRelease.service.outbox.front_end import DeliveryOutcome, Door
from kit.delivery import SAID, Killed

MOST_BYTES = 60_000
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Message:
    """What stands in a room: where, its text, whom it called, and by which transaction."""

    room: str
    text: str
    called: tuple[str, ...]
    transaction: str
    at: dt.datetime


@dataclass
class Server:
    """The network itself, which lives on while the bot is killed. It remembers a transaction for a
    day: a second message of one is the first."""

    members: dict[str, set[str]] = field(default_factory=dict)
    timeline: list[Message] = field(default_factory=list)
    is_up: bool = True

    def send(self, message: Message) -> None:
        known = (each for each in self.timeline if each.transaction == message.transaction)
        if not any(message.at - each.at < A_DAY and each.room == message.room for each in known):
            self.timeline.append(message)


class WideRoom:
    """A message there: of several lines, longer than any notice."""

    lines_a_minute = 10
    holds_several = True

    def text(self, line: Line) -> str:
        spans = whole(line.phrases)
        return "".join(f"<{s.nick}>" if isinstance(s, Call) else in_words((s,)) for s in spans)

    def holds(self, line: Line) -> bool:
        return len(self.text(line).encode()) <= MOST_BYTES


@dataclass
class ServersDoor(Door):
    """The bot's way to that network. `outcomes` are what becomes of the next messages, of which
    the lost ones arrive where `arrives`."""

    server: Server
    now: Callable[[], dt.datetime]
    outcomes: list[DeliveryOutcome | type[Killed]] = field(default_factory=list)
    arrives: bool = True
    finds: bool = True  # whether its timeline can be looked into
    dedupes: bool = True
    remembers: dt.timedelta = A_DAY

    def ready(self, target: str) -> bool:
        return self.server.is_up and (target.startswith("@") or target in self.server.members)

    def medium(self, target: str) -> WideRoom:
        return WideRoom()

    def present(self, room: str) -> frozenset[str] | None:
        there = self.server.members.get(room) if self.server.is_up else None
        return None if there is None else frozenset(there)

    async def who_is(self, target: str) -> Asker | None:
        return Asker(target, target, verified=True)

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        outcome = self.outcomes.pop(0) if self.outcomes else SAID
        if outcome is SAID or self.arrives:
            text = "\n".join(map(WideRoom().text, said.lines))
            self.server.send(Message(target, text, _called(said.lines), claim, self.now()))
        if isinstance(outcome, DeliveryOutcome):
            return outcome
        raise outcome

    async def was_said(self, target: str, claim: str) -> bool | None:
        if not self.finds or not self.server.is_up:
            return None
        sent = ((each.room, each.transaction) for each in self.server.timeline)
        return (target, claim) in sent


def _called(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(call.nick for line in lines for call in calls_in(line.phrases))
