"""Limnoria's queue of lines, in our order: nobody's questions hold back what the bot says unasked
or what it answers to somebody with a right, whichever plugin answers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from supybot import conf, ircmsgs, log, world
from supybot.irclib import IrcMsgQueue

from .domain.people import fold
from .flood import Waiting
from .turns import Rank, Turns

OWN = "GlanceRelease"  # the tag of a line that the door sends, and of its PING: the receipt's token
FIRST = "GlanceRelease first"  # of a question by somebody with a right
QUESTION = "GlanceRelease question"  # of a question: what an equal one shares with it
_REST = "GlanceRelease rest"  # of a line that follows of a long private answer
MOST_OF_A_TARGET, MOST_OF_ALL = 40, 200
REST_OF_A_TARGET, REST_OF_ALL = 100, 600
LEFT_OUT = "There is more, but too many lines wait; ask again in some minutes."
_ANSWERS = range(Rank.WHOIS, Rank.CHANNEL + 1)
_PRIVATE = range(Rank.PRIVATE, Rank.PRIVATE + 1)
_REST_OF_ANSWERS = range(Rank.REST, Rank.REST + 1)

_throttle = conf.supybot.protocols.irc.throttleTime


def is_slow() -> bool:
    """Whether the network takes lines one by one: where it takes all at once, nothing waits, and
    nothing need be held back."""
    return bool(_throttle() > 0)


class Outgoing(IrcMsgQueue):  # type: ignore[misc]
    """What waits for one network. What Limnoria itself must tell the server (PONG, MODE, NICK,
    JOIN) leaves first and as ever; a WHOIS and all that is said have a rank.

    Limnoria marks each answer with the question, so those of its own commands have one, too.
    """

    def __init__(self) -> None:
        self._turns: Turns[Any] = Turns()
        super().__init__()

    def reset(self) -> None:
        """Forget all of it, as at the end of a connection."""
        super().reset()
        self._turns = Turns()

    def enqueue(self, msg: Any) -> Any:
        """Let a message wait for its turn. What others' plugins answer to a crowd beyond what the
        network takes in minutes is dropped: our own commands are limited before."""
        token = msg.tagged(OWN)
        if token is not None:
            self._turns.put(Rank.FIRST, "", msg, answer=token)
            return True
        if msg.command not in ("PRIVMSG", "NOTICE", "WHOIS"):
            return super().enqueue(msg)
        question, target = msg.tagged("inReplyTo"), _target(msg)
        rank = _rank(msg, question)
        if rank == Rank.REST:
            self._turns.put(rank, target, msg, target)
            return True
        if self._turns and rank in _ANSWERS and self._is_full(target):
            log.info("GlanceRelease: too many lines wait; dropped one to %s.", target)
            return False
        whose = question.host if question is not None else ""
        self._turns.put(rank, whose or "", msg, target, None if question is None else id(question))
        return True

    def _is_full(self, target: str) -> bool:
        waiting = self.waiting(target)
        return waiting.here >= MOST_OF_A_TARGET or waiting.everywhere >= MOST_OF_ALL

    def dequeue(self) -> Any:
        """The message that leaves now."""
        if super().__bool__():
            message = super().dequeue()
            if message is not None:  # a JOIN may have to wait
                return message
        return self._turns.take()

    def later(self, question: Any, lines: list[str]) -> None:
        """Say the rest of a long answer to who asked, each line when the network has nothing else
        to send; where too much waits already, say that there is more."""
        count, nick = self._turns.waiting, fold(question.nick)
        here, everywhere = count(_REST_OF_ANSWERS, nick), count(_REST_OF_ANSWERS)
        if here + len(lines) > REST_OF_A_TARGET or everywhere + len(lines) > REST_OF_ALL:
            lines = [LEFT_OUT]
        for line in lines:
            message = ircmsgs.privmsg(question.nick, line)
            message.tag("inReplyTo", question)
            message.tag(_REST, True)
            self.enqueue(message)

    def gone(self, nick: str) -> None:
        """The network knows nobody of this name any more: no answer waits for them."""
        for ranks in (_PRIVATE, _REST_OF_ANSWERS):
            self._turns.drop(ranks, fold(nick))

    def waiting(self, target: str) -> Waiting:
        """How many lines of answers wait, for a channel or nick and in all."""
        count = self._turns.waiting
        return Waiting(count(_ANSWERS, fold(target)), count(_ANSWERS))

    def holds(self, question: Hashable, is_first: bool) -> bool:
        """Whether a line that answers this question waits still, and no longer than the answer to
        one that is or is not `is_first` would."""
        asked = (message.tagged("inReplyTo") for message in self._turns)
        return any(
            one.tagged(QUESTION) == question and (one.tagged(FIRST) or not is_first)
            for one in asked
            if one is not None
        )

    def messages(self) -> list[Any]:
        """All that waits."""
        return _of_limnoria(self) + list(self._turns)

    def __contains__(self, msg: Any) -> bool:
        return super().__contains__(msg) or msg in list(self._turns)

    def __bool__(self) -> bool:
        return bool(self._turns) or super().__bool__()

    def __len__(self) -> int:
        return int(super().__len__()) + len(self._turns)


def _target(msg: Any) -> str:
    return fold(msg.args[0]) if msg.args else ""


def _rank(msg: Any, question: Any) -> Rank:
    if msg.tagged(_REST):
        return Rank.REST
    if question is not None and question.tagged(FIRST):
        return Rank.FIRST
    if msg.command == "WHOIS":
        return Rank.WHOIS
    return Rank.CHANNEL if msg.args[0].startswith("#") else Rank.PRIVATE


def outgoing(irc: Any) -> Outgoing:
    """The network's queue; Limnoria's own is replaced by it, with what waits there."""
    if not isinstance(irc.queue, Outgoing):
        _replace(irc, Outgoing())
    queue: Outgoing = irc.queue
    return queue


def give_back() -> None:
    """Put Limnoria's own queue in the place of ours on every network."""
    for irc in world.ircs:
        if isinstance(irc.queue, Outgoing):
            _replace(irc, IrcMsgQueue())


def _replace(irc: Any, queue: IrcMsgQueue) -> None:
    old, irc.queue = irc.queue, queue
    queue.lastJoin = old.lastJoin
    for message in old.messages() if hasattr(old, "messages") else _of_limnoria(old):
        queue.enqueue(message)


def _of_limnoria(queue: IrcMsgQueue) -> list[Any]:
    """Not by its dequeue(), which holds a JOIN back for a while."""
    return [*queue.highpriority, *queue.normal, *queue.lowpriority]
