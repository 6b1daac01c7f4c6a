"""The outbox's door to IRC: who is there, what is said, and what became of it."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Callable
from typing import Any

from supybot import ircmsgs, schedule

from .domain.people import fold
from .service.outbox import Outcome

RECEIPT_SECONDS = 30


class IrcDoor:
    """The outbox's way out through Limnoria: PRIVMSG, then a PING whose PONG is the receipt."""

    def __init__(self) -> None:
        self._joined: dict[str, Any] = {}
        self._heard: dict[str, Any] = {}
        self._waiting: dict[str, tuple[str, asyncio.Future[Outcome]]] = {}
        self._tokens = itertools.count(1)

    def ready(self, target: str) -> bool:
        """Whether the bot is connected and has seen itself join the channel since; for a person,
        whether they are in a channel with it, or spoke to it and were never found gone."""
        irc = self._irc(target)
        return irc is not None and bool(getattr(irc.driver, "connected", False))

    def _irc(self, target: str) -> Any:
        if target.startswith("#"):
            return self._joined.get(target.lower())
        heard = self._heard.get(fold(target))
        if heard is not None:
            return heard
        here = (irc for irc in list(self._joined.values()) if _is_here(irc, target))
        return next(here, None)

    def present(self, channel: str) -> frozenset[str] | None:
        """The nicks in a channel; None while the bot is not in it."""
        irc = self._joined.get(channel.lower())
        known = irc.state.channels.get(channel) if irc is not None else None
        try:
            return frozenset(known.users) if known is not None else None
        except RuntimeError:  # somebody joined in Limnoria's thread meanwhile
            return None

    def heard(self, irc: Any, nick: str) -> None:
        """Somebody spoke to the bot in private, so a line for them reaches them."""
        self._heard[fold(nick)] = irc

    async def say(self, target: str, text: str) -> Outcome:
        """Say one line; the outcome is known when the server has answered the PING behind it."""
        token = f"glancerelease-{next(self._tokens)}"
        receipt: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[token] = (target.lower(), receipt)
        in_limnoria(functools.partial(self._send, target, text, token))
        try:
            return await asyncio.wait_for(receipt, RECEIPT_SECONDS)
        except TimeoutError:
            return Outcome("unsure", "no receipt in time")
        finally:
            self._waiting.pop(token, None)

    def _send(self, target: str, text: str, token: str) -> None:
        if token not in self._waiting:
            return  # given up meanwhile, and to be tried again
        irc = self._irc(target)
        if irc is None or not self.ready(target):
            self._settle(token, Outcome("refused", "not in the channel"))
            return
        irc.queueMsg(ircmsgs.privmsg(target, text))
        irc.queueMsg(ircmsgs.ping(token))

    def joined(self, irc: Any, channel: str) -> None:
        """The bot is in the channel."""
        self._joined[channel.lower()] = irc

    def left(self, irc: Any, channel: str) -> None:
        """The bot is not in the channel any more."""
        self._joined.pop(channel.lower(), None)

    def receipt(self, token: str) -> None:
        """The server has processed the line before this PING."""
        self._settle(token, Outcome("said"))

    def refused(self, where: str, reason: str) -> None:
        """The server refused what was said to the target that is named in `where`."""
        words = where.lower().split()
        for word in words:
            self._heard.pop(word, None)
        for token, (target, _) in list(self._waiting.items()):
            if target in words:
                self._settle(token, Outcome("refused", reason))
                return

    def lost(self) -> None:
        """A connection is gone, and with it its channels and receipts; other networks' stay."""
        for places in (self._joined, self._heard):
            for name, irc in list(places.items()):
                if not getattr(irc.driver, "connected", False):
                    places.pop(name, None)
        for token, (target, _) in list(self._waiting.items()):
            if self._irc(target) is None:
                self._settle(token, Outcome("unsure", "the connection was lost"))

    def close(self) -> None:
        """Nothing more is said or heard."""
        self._joined.clear()
        self._heard.clear()
        for token in list(self._waiting):
            self._settle(token, Outcome("unsure", "the bot stopped"))

    def _settle(self, token: str, outcome: Outcome) -> None:
        _, receipt = self._waiting.get(token, ("", None))
        if receipt is None:
            return

        def settle() -> None:
            if not receipt.done():
                receipt.set_result(outcome)

        loop = receipt.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle)


def _is_here(irc: Any, nick: str) -> bool:
    return any(nick in channel.users for channel in list(irc.state.channels.values()))


_turns = itertools.count()


def in_limnoria(work: Callable[[], None]) -> None:
    """Run something in Limnoria's thread at its next turn (within `supybot.drivers.poll`)."""
    # Limnoria's own names are a counter that two threads may read at once.
    schedule.addEvent(work, 0, name=f"GlanceRelease {next(_turns)}")
