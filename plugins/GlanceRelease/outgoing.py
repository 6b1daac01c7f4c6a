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
MOST_OF_A_TARGET, MOST_OF_ALL = 40, 200
_ANSWERS = range(Rank.PRIVATE, Rank.CHANNEL + 1)
_TAILS = range(Rank.REST, Rank.REST + 1)

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
        if rank in _ANSWERS and self._is_full(target):
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

    def later(self, nick: str, lines: list[str]) -> None:
        """Say these lines to a person, each when the network has nothing else to send."""
        for line in lines:
            self._turns.put(Rank.REST, fold(nick), ircmsgs.privmsg(nick, line), fold(nick))

    def gone(self, nick: str) -> None:
        """The network knows nobody of this name any more: the rest is said to nobody."""
        self._turns.drop(lambda rank, target: rank == Rank.REST and target == fold(nick))

    def waiting(self, target: str) -> Waiting:
        """How many lines of answers wait, for a channel or nick and in all."""
        count = self._turns.waiting
        return Waiting(count(_ANSWERS, fold(target)), count(_ANSWERS), count(_TAILS))

    def holds(self, question: Hashable) -> bool:
        """Whether a line that answers this question waits still."""
        asked = (message.tagged("inReplyTo") for message in self._turns)
        return any(one is not None and one.tagged(QUESTION) == question for one in asked)

    @property
    def is_free(self) -> bool:
        """Whether nothing waits that would leave before a line which the bot says unasked."""
        return not super().__bool__() and not self._turns.waiting(range(Rank.FIRST, Rank.WHOIS))

    def __contains__(self, msg: Any) -> bool:
        return super().__contains__(msg) or msg in list(self._turns)

    def __bool__(self) -> bool:
        return bool(self._turns) or super().__bool__()

    def __len__(self) -> int:
        return int(super().__len__()) + len(self._turns)


def _target(msg: Any) -> str:
    return fold(msg.args[0]) if msg.args else ""


def _rank(msg: Any, question: Any) -> Rank:
    if question is not None and question.tagged(FIRST):
        return Rank.FIRST
    if msg.command == "WHOIS":
        return Rank.WHOIS
    return Rank.CHANNEL if msg.args[0].startswith("#") else Rank.PRIVATE


def leaves_at_once(irc: Any, now: float) -> bool:
    """Whether a line that the bot says unasked would leave now: nothing is before it, and the
    network's second since the last line is over. `now` is the machine's clock, in seconds."""
    return outgoing(irc).is_free and not irc.fastqueue and now - irc.lastTake >= _throttle()


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
    while old:
        message = old.dequeue()
        if message is not None:
            queue.enqueue(message)
