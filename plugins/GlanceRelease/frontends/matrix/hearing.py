"""What a batch of events asks of the bot: questions with who puts them, in each room's order."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...app import App
from ...networks.matrix import MATRIX
from ...registry import COMMANDS, Ask
from .conversation import LATE_SECONDS, Conversation, Heard
from .requests import Addressed, RoomQuestion, question_of
from .rooms import Rooms
from .state import OPERATORS_POWER, Room
from .sync import Batch

OPERATOR = frozenset({"operator"})


def is_command(word: str) -> bool:
    """Whether a word is a command of the bot's; of others' commands nothing is said."""
    return word.rstrip("?!.,:").lower() in COMMANDS


class Ears:
    """Turns events into work for the conversation."""

    def __init__(self, app: App, rooms: Rooms, talk: Conversation, ignored: Iterable[str]) -> None:
        self._app = app
        self._rooms = rooms
        self._talk = talk
        self._ignored = tuple(ignored)

    def take(
        self, batch: Batch, now: float, quiet: Mapping[str, float]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """Note what the batch tells, and answer what is asked in it; nothing of a first one, which
        is older than the bot. `quiet` is since when each chat was, as far as it was kept."""
        unread = self._rooms.takes(batch, now)
        for name, timeline in unread.items():
            room = self._rooms.by_id[name]
            if batch.catches_up or batch.is_first:
                room.quiet_since = quiet.get(name, room.quiet_since)
            asked = [heard for event in timeline for heard in self._heard(room, event, batch)]
            if not batch.is_first:
                yield from self._work(asked, now, room)

    def _work(
        self, asked: list[Heard], now: float, room: Room
    ) -> Iterator[Coroutine[Any, Any, None]]:
        asked = [each for each in asked if not self._app.is_echo(each.text, each.ask)]
        late = [each for each in asked if now - each.question.at > LATE_SECONDS]
        if late:
            yield self._talk.say_missed(late[-1], len(late))
        for heard in asked:
            room.quiet_since = now
            if heard in late:
                continue
            if self._talk.is_admitted(heard):
                yield self._talk.answer(heard)
            else:
                yield self._talk.refuse(heard)

    def _heard(self, room: Room, event: Mapping[str, Any], batch: Batch) -> Iterator[Heard]:
        """The question of an event, with the rights that its sender has at that moment."""
        self._rooms.takes_event(room, event)
        place = self._rooms.name_of(room.id)
        is_chat = not place and room.people == {self._rooms.me, str(event.get("sender"))}
        if room.is_encrypted or not (place or is_chat):
            return
        to = Addressed(self._rooms.me, self._rooms.my_name, self._ignored)
        question = question_of(event, room.id, to, is_chat, is_command)
        if question is not None:
            yield self._asked(question, place, batch.catches_up)

    def _asked(self, question: RoomQuestion, place: str, catches_up: bool) -> Heard:
        anybody = Ask(
            nick=question.sender,
            verified=True,
            channel=place or None,
            network=MATRIX.name,
            address=question.sender,
            origin=question.id,
        )
        text, ask = self._app.addressed(question.text, anybody)
        return Heard(question, text, self._with_standing(ask), catches_up)

    def _with_standing(self, ask: Ask) -> Ask:
        """Who has power in a room of the team that is meant is its operator."""
        for name in self._app.team_of(ask).channels:
            room = self._rooms.at(name)
            is_there = room is not None and ask.nick in room.members
            if room is not None and is_there and room.power_of(ask.nick) >= OPERATORS_POWER:
                return replace(ask, standing=OPERATOR)
        return ask
