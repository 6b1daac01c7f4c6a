"""Limnoria's queue of lines, in our order: nobody's questions hold back what the bot says unasked
or what it answers to somebody with a right, whichever plugin answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from ipaddress import ip_address, ip_network
from typing import Any

from supybot import conf, ircmsgs, log, world
from supybot.irclib import IrcMsgQueue

from ...clock import steady
from ...domain.people.roles import fold
from .command_flood import LINES_EVERYWHERE, Waiting
from .fair_queueing import ANSWERS, Dropped, LineOrder, Rank, Recipient

OWN = "GlanceRelease"  # the tag of a line that the door sends, and of its PING: the receipt's token
FIRST = "GlanceRelease first"  # of a question by somebody with a right
NEW = "GlanceRelease new"  # of one by somebody who has not asked for a while
REFUSED = "GlanceRelease refused"  # of one that has no answer but that there are too many
QUESTION = "GlanceRelease question"  # of a question: what an equal one shares with it
_BEGUN = "GlanceRelease begun"  # of a question that has a line of an answer
_REST = "GlanceRelease rest"  # of a line that follows of a long private answer
# So much later than with nobody else there, a line may leave.
WORTH_SECONDS, REST_SECONDS, REFUSAL_SECONDS = 30.0, 60.0, 5.0
MOST_OF_A_TARGET, MOST_OF_ALL = 40, 200
REST_OF_A_TARGET, REST_OF_ALL = 100, 120
LEFT_OUT = "There is more, but too many lines wait; ask again in some minutes."
_LOG_SECONDS = 60.0
_DROPPED_KNOWN = 200
_REST_OF_ANSWERS = range(Rank.REST, Rank.REST + 1)
_REST_OF_ONE = (Rank.FOLLOWING, Rank.REST)
_TO_A_PERSON = range(Rank.NEW, Rank.REST + 1)

_throttle = conf.supybot.protocols.irc.throttleTime


def is_slow() -> bool:
    """Whether the network takes lines one by one: where it takes all at once, nothing waits, and
    nothing need be held back."""
    return bool(_throttle() > 0)


class SendQueue(IrcMsgQueue):  # type: ignore[misc]
    """What waits for one network. What Limnoria itself must tell the server (PONG, MODE, NICK,
    JOIN) leaves first and as ever; a WHOIS and all that is said have a rank.

    Limnoria marks each answer with the question, so those of its own commands have one, too. A line
    that would leave more than half a minute later than with nobody else there is dropped with the
    rest of its answer.
    """

    def __init__(self, seconds: Callable[[], float] = steady) -> None:
        self._seconds = seconds
        self._turns: LineOrder[Any] = LineOrder()
        self._dropped: OrderedDict[Hashable, None] = OrderedDict()
        self._unlogged, self._logged = 0, -_LOG_SECONDS
        super().__init__()

    def reset(self) -> None:
        """Forget all of it, as at the end of a connection."""
        super().reset()
        self._turns = LineOrder()

    def enqueue(self, msg: Any) -> Any:
        """Let a message wait for its turn. Where too many wait, an answer to who asked most is
        dropped."""
        token = msg.tagged(OWN)
        if token is not None:
            self._turns.put(Rank.FIRST, Recipient(""), msg, answer=token)
            return True
        if msg.command not in ("PRIVMSG", "NOTICE", "WHOIS"):
            return super().enqueue(msg)
        self._put(msg, msg.tagged("inReplyTo"))
        return True

    def _put(self, msg: Any, question: Any) -> None:
        rank, target = _rank(msg, question), _target(msg)
        if question is None:
            self._turns.put(rank, Recipient(""), msg, target)
        else:
            answer, until = id(question), float("inf")
            if rank != Rank.FIRST:
                until = self._until(answer, question, rank)
            whose = Recipient(host_of(question), person_of(question))
            self._turns.put(rank, whose, msg, target, answer, until)
        if rank in ANSWERS:
            self._make_room(target)

    def _until(self, answer: Hashable, question: Any, rank: Rank) -> float:
        if question.tagged(REFUSED):
            return self._seconds() + REFUSAL_SECONDS
        alone = self._turns.of_answer(answer) * _throttle()
        worth = REST_SECONDS if rank in _REST_OF_ONE else WORTH_SECONDS
        return float(self._seconds() + alone + worth)

    def _make_room(self, target: str) -> None:
        waiting = self.waiting(target)
        if waiting.here > MOST_OF_A_TARGET:
            self._note(self._turns.drop_of_busiest(target))
        elif waiting.everywhere > MOST_OF_ALL:
            self._note(self._turns.drop_of_busiest())

    def dequeue(self) -> Any:
        """The next message to send; None where none may leave yet."""
        if super().__bool__():
            message = super().dequeue()
            if message is not None:  # a JOIN may have to wait
                return message
        self._note(self._turns.drop_late(self._seconds()))
        return self._turns.take()

    def _note(self, dropped: list[Dropped[Any]]) -> None:
        """Log once a minute how many answers are not said, and tell those of whom one was begun."""
        for answer in dropped:
            question = answer.lines[0].tagged("inReplyTo")
            if answer.is_begun:
                self.enqueue(_line(question, LEFT_OUT))
            elif question is not None and question.tagged(QUESTION) is not None:
                self._dropped[question.tagged(QUESTION)] = None
        while len(self._dropped) > _DROPPED_KNOWN:
            self._dropped.popitem(last=False)
        self._unlogged += len(dropped)
        if self._unlogged and self._seconds() - self._logged >= _LOG_SECONDS:
            log.info("GlanceRelease: too many lines wait; dropped answers: %s.", self._unlogged)
            self._unlogged, self._logged = 0, self._seconds()

    def later(self, question: Any, lines: list[str]) -> None:
        """Say the rest of a long answer to who asked, each line when the network has nothing else
        to send; where too much waits already, say at once that there is more."""
        count, nick = self._turns.waiting, fold(question.nick)
        here, everywhere = count(_REST_OF_ANSWERS, nick), count(_REST_OF_ANSWERS)
        is_flooded = count(ANSWERS) >= LINES_EVERYWHERE
        if (
            is_flooded
            or here + len(lines) > REST_OF_A_TARGET
            or everywhere + len(lines) > REST_OF_ALL
        ):
            self.enqueue(_line(question, LEFT_OUT))
            return
        for line in lines:
            message = _line(question, line)
            message.tag(_REST, True)
            self.enqueue(message)

    def gone(self, nick: str) -> None:
        """The network knows nobody of this name any more: no answer waits for them."""
        self._turns.drop(_TO_A_PERSON, fold(nick))

    def waiting(self, target: str, person: str | None = None) -> Waiting:
        """How many lines of answers wait, for a channel or nick, in all, and for a person."""
        count = self._turns.waiting
        theirs = count(ANSWERS, person=person) if person is not None else 0
        return Waiting(count(ANSWERS, fold(target)), count(ANSWERS), theirs)

    def refuses_at_once(self) -> bool:
        """Whether a line of refusal would leave within the time that it is worth."""
        before = self._turns.waiting(range(Rank.NEW + 1))
        return bool((before + 1) * _throttle() < REFUSAL_SECONDS)

    def holds(self, question: Hashable, asked: Any = None) -> bool:
        """Whether a line that answers this question waits still; given a message that `asked` it,
        too, whether that leaves no later than the answer to this message would."""
        others = (message.tagged("inReplyTo") for message in self._turns)
        return any(
            other.tagged(QUESTION) == question
            and (asked is None or _precedence(other) <= _precedence(asked))
            for other in others
            if other is not None
        )

    def has_dropped(self, question: Hashable) -> bool:
        """Whether an answer to it was dropped, which is then forgotten."""
        is_known = question in self._dropped
        self._dropped.pop(question, None)
        return is_known

    def messages(self) -> list[Any]:
        """Every message that waits to be sent."""
        return _of_limnoria(self) + list(self._turns)

    def __contains__(self, msg: Any) -> bool:
        return super().__contains__(msg) or msg in list(self._turns)

    def __bool__(self) -> bool:
        return bool(self._turns) or super().__bool__()

    def __len__(self) -> int:
        return int(super().__len__()) + len(self._turns)


def _target(msg: Any) -> str:
    return fold(msg.args[0]) if msg.args else ""


def _line(question: Any, text: str) -> Any:
    message = ircmsgs.privmsg(question.nick, text)
    message.tag("inReplyTo", question)
    return message


def host_of(question: Any) -> str:
    """From where it was asked; whoever has one address of IPv6 has all of its network."""
    try:
        address = ip_address(question.host)
    except ValueError:
        return str(question.host or "")
    return str(ip_network((address, 64), False)) if address.version == 6 else question.host


def person_of(question: Any) -> str:
    """Who asks, as far as a network tells everybody: more than one of a host are more people."""
    return f"{fold(question.nick)}@{question.host}"


def _precedence(question: Any) -> int:
    if question.tagged(FIRST):
        return Rank.FIRST
    return Rank.NEW if question.tagged(NEW) else Rank.PRIVATE


def _rank(msg: Any, question: Any) -> Rank:
    if msg.tagged(_REST):
        return Rank.REST
    is_whois = msg.command == "WHOIS"
    if question is None and is_whois:  # whom a line of the bot's own would reach
        return Rank.FIRST
    if question is not None and question.tagged(FIRST):
        return Rank.FIRST
    public = msg.args[0].startswith("#")
    if question is not None and (question.tagged(NEW) or question.tagged(REFUSED)):
        return Rank.NEW if is_whois or public else _next_of_new(question)
    if is_whois:
        return Rank.WHOIS
    return Rank.CHANNEL if public else Rank.PRIVATE


def _next_of_new(question: Any) -> Rank:
    if question.tagged(_BEGUN):
        return Rank.FOLLOWING
    question.tag(_BEGUN, True)
    return Rank.NEW


def outgoing(irc: Any) -> SendQueue:
    """The network's queue; Limnoria's own is replaced by it, with what waits there."""
    if not isinstance(irc.queue, SendQueue):
        _replace(irc, SendQueue())
    queue: SendQueue = irc.queue
    return queue


def give_back() -> None:
    """Put Limnoria's own queue in the place of ours on every network."""
    for irc in world.ircs:
        if isinstance(irc.queue, SendQueue):
            _replace(irc, IrcMsgQueue())


def _replace(irc: Any, queue: IrcMsgQueue) -> None:
    old, irc.queue = irc.queue, queue
    queue.lastJoin = old.lastJoin
    for message in old.messages() if hasattr(old, "messages") else _of_limnoria(old):
        queue.enqueue(message)


def _of_limnoria(queue: IrcMsgQueue) -> list[Any]:
    """Not by its dequeue(), which holds a JOIN back for a while."""
    return [*queue.highpriority, *queue.normal, *queue.lowpriority]
