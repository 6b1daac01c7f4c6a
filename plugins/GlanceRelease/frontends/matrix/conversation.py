"""Answers the questions of rooms and direct chats, each once: its event's id names the order and
the answer."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from ...clock import steady
from ...domain.messages.courtesy import is_greeting
from ...domain.messages.doc import Doc, doc
from ...registry import COMMANDS, Answered, Ask, Lookup, Reply, not_kept, reply, unknown_command
from ...render.matrix import content, lines_of
from ...service.storage.errors import NoDatabase
from .chats import Chats
from .client import Client, part
from .question_limits import AskedLately
from .requests import RoomQuestion

log = logging.getLogger(__name__)

LATE_SECONDS = 3600.0
ANSWER_SECONDS = 900.0  # for which an answer is tried to be said
TOO_MANY = "Too many questions at once; ask again in a minute."
WELCOME = "Hello. Ask me deadlines, next, freeze, releases or duties; help tells all that I know."
NO_CHAT = "The answer is long or for you alone; open a direct chat with me and ask there."
NOT_DONE = "That could not be written down, so it is not done; my log has the reason."


class Bot(Protocol):
    """What the whole bot answers; the rest of it is not the conversation's."""

    def ask(self, text: str, ask: Ask) -> Reply: ...
    def gave(self, reply: Reply) -> None: ...
    def has_any_right(self, ask: Ask) -> bool: ...
    def act(self, text: str, ask: Ask) -> Awaitable[Reply]: ...
    def look_up(
        self, wanted: Lookup, ask: Ask, say: Any, given: Answered | None = None
    ) -> Coroutine[Any, Any, None]: ...
    def follow_up(
        self, text: str, reply: Reply, ask: Ask, say: Any
    ) -> Coroutine[Any, Any, None]: ...


@dataclass(frozen=True)
class Heard:
    """A question, the command in it, and who asks, as the room vouches for them."""

    question: RoomQuestion
    text: str
    ask: Ask
    catches_up: bool = False


class Conversation:
    """One answer after the other in each room."""

    def __init__(self, bot: Bot, client: Client, chats: Chats) -> None:
        self._bot = bot
        self._client = client
        self._chats = chats
        self._asked = AskedLately()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def is_admitted(self, heard: Heard) -> bool:
        """Whether it is within the limits; who has a right in the team is over none."""
        question, now = heard.question, steady()
        if self._bot.has_any_right(heard.ask):
            return True
        return self._asked.admits(now, question.sender, question.room, heard.catches_up)

    async def refuse(self, heard: Heard) -> None:
        """Say once a minute to one person that there were too many."""
        if self._asked.tells(steady(), heard.question.sender):
            await self._say(heard, doc(TOO_MANY), False, "limit")

    async def say_missed(self, heard: Heard, count: int) -> None:
        """One line for what was asked too long ago, in reply to the last of it."""
        what = "a command" if count == 1 else f"{count} commands"
        text = f"I was away and missed {what} here, more than an hour old; ask again."
        await self._say(heard, doc(text), False, "missed")

    async def answer(self, heard: Heard) -> None:
        """Say the answer, and what follows it."""
        async with self._turns[heard.question.room]:
            try:
                await self._answer(heard)
            except Exception:
                log.exception("Matrix: %s was not answered", heard.question.id)

    async def _answer(self, heard: Heard) -> None:
        text, ask = heard.text, heard.ask
        is_chat = ask.channel is None
        if is_chat and text.split()[0].rstrip("?!.,:").lower() not in COMMANDS:
            words = WELCOME if is_greeting(text) else unknown_command(text)
            await self._say(heard, doc(words), True, "")
            return
        answered = self._bot.ask(text, ask)
        if answered.notes:
            answered = await self._acted(text, ask)
        self._bot.gave(answered)
        private = answered.private or is_chat
        await self._say(heard, answered.doc, private, "")
        if answered.lookup is not None:
            told: list[Doc] = []
            await self._bot.look_up(answered.lookup, ask, told.append, answered.given)
            await self._say_last(heard, told, private or answered.lookup.private)
        if answered.fresh:
            told = []
            await self._bot.follow_up(text, answered, ask, told.append)
            await self._say_last(heard, told, private)

    async def _acted(self, text: str, ask: Ask) -> Reply:
        try:
            return await self._bot.act(text, ask)
        except NoDatabase as error:
            return reply(not_kept(error.reason))
        except Exception:
            log.exception("Matrix: not kept")
            return reply(NOT_DONE)

    async def _say_last(self, heard: Heard, told: list[Doc], private: bool) -> None:
        """What a source said in the end; that the bot is looking is told by no line of its own."""
        for message in told[-1:]:
            await self._say(heard, message, private, "then")

    async def _say(self, heard: Heard, message: Doc, private: bool, kind: str) -> None:
        question = heard.question
        lines = lines_of(message, private)
        if not lines:  # what is looked up follows
            return
        made = content(lines)
        room = question.room
        if private and heard.ask.channel is not None:
            chat = await self._chats.with_person(question.sender)
            if not chat:
                made = content(doc(NO_CHAT).lines)
            room = chat or room
        if room == question.room:
            made["m.relates_to"] = _relation(question)
        name = hashlib.sha256(f"{question.id} {kind}".encode()).hexdigest()[:32]
        where = f"rooms/{part(room)}/send/m.room.message/{name}"
        answer = await self._client.insist("PUT", where, made, ANSWER_SECONDS)
        if not answer.is_well:
            log.warning("Matrix: %s: not answered: %s", room, answer.trouble)


def _relation(question: RoomQuestion) -> dict[str, Any]:
    """In reply to the question, and in its thread."""
    reply_to = {"m.in_reply_to": {"event_id": question.id}}
    if not question.thread:
        return reply_to
    thread = {"rel_type": "m.thread", "event_id": question.thread, "is_falling_back": False}
    return {**thread, **reply_to}
