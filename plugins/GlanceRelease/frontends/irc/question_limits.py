"""Whether a question that Limnoria brings is answered, by whichever plugin: the limits, the equal
questions, and those with a right, for whom there is neither."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from supybot import callbacks

from ...clock import RunningClock
from ...configuration.limnoria_public_commands import OURS
from ...domain.people.roles import fold
from .command_flood import Flood
from .send_queue import FIRST, NEW, QUESTION, REFUSED, host_of, is_slow, outgoing, person_of

TOO_MANY = "Too many questions at once; ask again in a minute."
_SAME_FOR_ALL = ("help", "list", "ping")  # of Limnoria's commands, those whose answer is no secret


class Questions:
    """What was asked of the bot on all networks. `trusts` tells whether somebody with a right in
    the team wrote a message, as far as that is known without asking the network."""

    def __init__(self, trusts: Callable[[Any, Any], bool]) -> None:
        self._trusts = trusts
        self._flood = Flood()
        self._clock = RunningClock()

    def start(self) -> None:
        """From now on the commands of Limnoria's other plugins are counted, too."""
        callbacks.Commands.pre_command_callbacks.append(self._is_refused)

    def stop(self) -> None:
        """Count no more questions, and refuse none."""
        if self._is_refused in callbacks.Commands.pre_command_callbacks:
            callbacks.Commands.pre_command_callbacks.remove(self._is_refused)

    def _is_refused(
        self, plugin: Any, command: Any, irc: Any, msg: Any, *args: Any, **more: Any
    ) -> bool:
        if plugin.name() == OURS:
            return False
        if not self.admits(irc, msg):
            return True
        text = " ".join([*command, *map(str, args[0] if args else ())])
        return command[-1] in _SAME_FOR_ALL and self.is_served(irc, msg, text, plugin.name(), False)

    def admits(self, irc: Any, msg: Any) -> bool:
        """Whether it is to be answered. Who has a right is over no limit, and is answered first;
        who has not asked for a while, before those who have; the others are told once a minute and
        place that they are over a limit, if they hear it at once."""
        if not is_slow() or self.is_first(irc, msg):
            return True
        now, target = self._now(), msg.channel or msg.nick
        place, host = _place(irc, target), host_of(msg)
        person = f"{irc.network} {person_of(msg)}"
        if self._flood.is_new(now, person, f"{msg.user}@{msg.host}", place, host):
            msg.tag(NEW, True)
            return True
        queue = outgoing(irc.getRealIrc())
        if self._flood.admits(now, place, host, queue.waiting(target, person_of(msg))):
            return True
        if queue.refuses_at_once() and self._flood.tells(now, place, host):
            msg.tag(REFUSED, True)
            irc.reply(TOO_MANY, prefixNick=False)
        return False

    def is_first(self, irc: Any, msg: Any) -> bool:
        """Whether its answer goes first, which is noted on the message."""
        if not msg.tagged(FIRST) and self._trusts(irc, msg):
            put_first(msg)
        return bool(msg.tagged(FIRST))

    def is_served(self, irc: Any, msg: Any, text: str, answer: Hashable, is_private: bool) -> bool:
        """Whether an equal question has the same answer there: given within ten seconds, or still
        on its way, unless that is slower than the asker's own would be."""
        if not is_slow():
            return False
        target = msg.nick if is_private or msg.channel is None else msg.channel
        question = (_place(irc, target), " ".join(text.split()).casefold(), answer)
        queue = outgoing(irc.getRealIrc())
        if queue.holds(question, msg):
            return True
        is_missing = queue.holds(question) or queue.has_dropped(question)
        if self._flood.is_given(self._now(), question) and not is_missing:
            return True
        msg.tag(QUESTION, question)
        return False

    def is_known_in_vain(self, irc: Any, msg: Any) -> bool:
        """Whether who wrote it came lately under the nick of somebody with a right, and was found
        to be somebody else: the server is not asked about them before everybody else's lines."""
        return self._flood.was_in_vain(self._now(), (irc.network, msg.prefix))

    def in_vain(self, irc: Any, msg: Any) -> None:
        """Who wrote it has the nick of somebody with a right, and is somebody else."""
        self._flood.in_vain(self._now(), (irc.network, msg.prefix))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def put_first(msg: Any, is_first: bool = True) -> None:
    """Have the answers to this message leave before those to others, or no more so."""
    msg.tag(FIRST, is_first)


def _place(irc: Any, target: str) -> str:
    return f"{irc.network} {fold(target)}"
