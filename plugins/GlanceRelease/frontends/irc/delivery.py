"""The outbox's way out to IRC: who is there, what is said, and what became of each line."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from supybot import ircmsgs, schedule

from ...domain.messages.doc import Doc, in_one_line
from ...domain.people.roles import Asker, fold
from ...render.irc import IrcRoom, room
from ...render.sanitize import cut
from ...service.outbox.front_end import DeliveryOutcome, Door
from .identity import is_seen
from .send_queue import OWN
from .thread_wake import Waker

T = TypeVar("T")

QUEUE_SECONDS = 90
RECEIPT_SECONDS = 30
ASKED_SECONDS = 20  # whoever asks the network gives up before
Asks = Callable[[Any, str, Callable[[Asker | None], None]], None]


@dataclass
class _PendingLine:
    """A line under way: `left` when Limnoria has sent it, `receipt` when its fate is known."""

    target: str
    left: asyncio.Future[None]
    receipt: asyncio.Future[DeliveryOutcome]
    is_out: bool = False

    def is_cut_off(self, reason: str) -> DeliveryOutcome:
        """What becomes of it when nothing more is sent or heard: not said, or nobody knows."""
        return DeliveryOutcome("unsure" if self.is_out else "refused", reason)


class IrcDoor(Door):
    """The outbox's way out through Limnoria: PRIVMSG, then a PING whose PONG is the receipt.

    Each network takes one line at a time. Its turn has come when a PING has come back that waited
    behind all else in Limnoria's queue: then the connection lives, and the line leaves at once.
    """

    def __init__(self) -> None:
        self._joined: dict[str, Any] = {}
        self._heard: dict[str, Any] = {}
        self._waiting: dict[str, _PendingLine] = {}
        self._turns: dict[int, asyncio.Lock] = {}  # by network
        self._bell = Waker()
        self.asks: Asks | None = None  # whose a nick is; in Limnoria's thread
        self.outside: Callable[[], Mapping[str, str]] = dict  # the channels that keep it out

    def ready(self, target: str) -> bool:
        """Whether the bot is connected and has seen itself join the channel since; for a person,
        whether they are in a channel with it, or spoke to it and were never found gone."""
        irc = self._irc(target)
        return irc is not None and bool(getattr(irc.driver, "connected", False))

    def medium(self, target: str) -> IrcRoom:
        """A line to the target, as the server sends it on from this bot."""
        irc = self._irc(target)
        return IrcRoom(room(target, irc.prefix) if irc is not None else room(target))

    def _irc(self, target: str) -> Any:
        if target.startswith("#"):
            return self._joined.get(target.lower())
        heard = self._heard.get(fold(target))
        if heard is not None:
            return heard
        here = (irc for irc in list(self._joined.values()) if is_seen(irc, target))
        return next(here, None)

    def present(self, channel: str) -> frozenset[str] | None:
        """The nicks in a channel; None while the bot is not in it."""
        irc = self._joined.get(channel.lower())
        known = irc.state.channels.get(channel) if irc is not None else None
        try:
            return frozenset(known.users) if known is not None else None
        except RuntimeError:  # somebody joined in Limnoria's thread meanwhile
            return None

    async def who_is(self, target: str) -> Asker | None:
        """Who has the nick now, as far as services know them; None where the network does not
        tell."""
        answer: asyncio.Future[Asker | None] = asyncio.get_running_loop().create_future()
        irc, asks = self._irc(target), self.asks
        if irc is None or asks is None:
            return None
        in_limnoria(lambda: asks(irc, target, lambda asker: _settle(answer, asker)))
        try:
            return await asyncio.wait_for(answer, ASKED_SECONDS)
        except TimeoutError:
            return None

    def heard(self, irc: Any, nick: str) -> None:
        """Somebody spoke to the bot in private, so a line for them reaches them."""
        self._heard[fold(nick)] = irc

    @contextlib.asynccontextmanager
    async def turn(self, target: str) -> AsyncIterator[DeliveryOutcome | None]:
        """Wait, 90 s for those before it and as long in the queue, until a line for the target
        would leave at once; else what becomes of it, which never left."""
        turn = self._turns.setdefault(id(self._irc(target)), asyncio.Lock())
        try:
            await asyncio.wait_for(turn.acquire(), QUEUE_SECONDS)
        except TimeoutError:
            yield DeliveryOutcome("refused", "too many lines were before it")
            return
        try:
            answer = await self._sent(target, None)
            unsure = answer.result == "unsure"
            kept = DeliveryOutcome("later", answer.reason) if unsure else answer
            yield None if answer.result == "said" else kept
        finally:
            turn.release()

    async def say(self, target: str, said: Doc, claim: str) -> DeliveryOutcome:
        """Say one line; the outcome is known when the server has answered the PING behind it.
        IRC knows no claims: a line that comes twice is heard twice."""
        return await self._sent(target, self.medium(target).text(in_one_line(said)))

    async def _sent(self, target: str, text: str | None) -> DeliveryOutcome:
        """What becomes of a line and the PING behind it, or of the PING alone. What waited 90 s
        behind others in Limnoria's queue is taken back: not said."""
        token = f"glancerelease-{secrets.token_hex(8)}"  # nobody else can send its PONG
        loop = asyncio.get_running_loop()
        line = self._waiting[token] = _PendingLine(
            target.lower(), loop.create_future(), loop.create_future()
        )
        try:
            self._send(target, text, token)
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait((line.left, line.receipt), timeout=QUEUE_SECONDS, return_when=first)
            if not line.is_out and not line.receipt.done():
                return DeliveryOutcome("refused", "too many lines were before it")
            return await asyncio.wait_for(line.receipt, RECEIPT_SECONDS)
        except TimeoutError:
            return DeliveryOutcome("unsure", "no receipt in time")
        finally:
            self._waiting.pop(token, None)

    def _send(self, target: str, text: str | None, token: str) -> None:
        """Put it into Limnoria's queue from here, which is safe: an event of Limnoria's schedule
        would come a turn later. What a lost connection leaves there is not `taken` any more."""
        irc = self._irc(target)
        if irc is None or not self.ready(target):
            self._settle(token, DeliveryOutcome("refused", "not in the channel"))
            return
        ping = ircmsgs.ping(token)
        ping.tag(OWN, token)
        if text is None:
            irc.queueMsg(ping)
        else:
            line = ircmsgs.privmsg(target, cut(text, room(target, irc.prefix)))
            line.tag(OWN, token)
            for message in (line, ping):
                irc.sendMsg(message)  # it has waited for its turn
        self._bell.ring()

    def taken(self, message: Any) -> bool:
        """Limnoria is about to send a message; whether it still should."""
        token = message.tagged(OWN)
        line = self._waiting.get(token)
        if line is not None:
            line.is_out = True
            _settle(line.left, None)
        return token is None or line is not None

    def joined(self, irc: Any, channel: str) -> None:
        """The bot is in the channel."""
        self._bell.hang()
        self._joined[channel.lower()] = irc

    def is_in(self, irc: Any, channel: str) -> bool:
        """Whether the bot saw itself join the channel on this network, and not leave it since."""
        return self._joined.get(channel.lower()) is irc

    def left(self, irc: Any, channel: str) -> None:
        """The bot is not in the channel any more."""
        self._joined.pop(channel.lower(), None)

    def receipt(self, token: str) -> None:
        """The server has processed the line before this PING."""
        self._settle(token, DeliveryOutcome("said"))

    def refused(self, where: str, reason: str) -> None:
        """The server refused what was said to this target: the first line that is out."""
        self._heard.pop(fold(where), None)
        for token, line in list(self._waiting.items()):
            if line.target == where.lower() and line.is_out:
                self._settle(token, DeliveryOutcome("refused", reason))
                return

    def lost(self) -> None:
        """A connection is gone, and with it its channels and receipts; other networks' stay."""
        for places in (self._joined, self._heard):
            for name, irc in list(places.items()):
                if not getattr(irc.driver, "connected", False):
                    places.pop(name, None)
        for token, line in list(self._waiting.items()):
            if self._irc(line.target) is None:
                self._settle(token, line.is_cut_off("the connection was lost"))

    def close(self) -> None:
        """Say no more lines and wait for no more receipts."""
        self._bell.take_down()
        self._joined.clear()
        self._heard.clear()
        for token, line in list(self._waiting.items()):
            self._settle(token, line.is_cut_off("the bot stopped"))

    def _settle(self, token: str, outcome: DeliveryOutcome) -> None:
        line = self._waiting.get(token)
        if line is not None:
            _settle(line.receipt, outcome)


def _settle(future: asyncio.Future[T], result: T) -> None:
    """Set a future's result from Limnoria's thread."""

    def settle() -> None:
        if not future.done():
            future.set_result(result)

    loop = future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


_turns = itertools.count()


def in_limnoria(work: Callable[[], None]) -> None:
    """Run something in Limnoria's thread at its next turn (within `supybot.drivers.poll`)."""
    # Limnoria's own names are a counter that two threads may read at once.
    schedule.addEvent(work, 0, name=f"GlanceRelease {next(_turns)}")
