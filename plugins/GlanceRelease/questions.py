"""Whether a question that Limnoria brings is answered, by whichever plugin: the limits, the equal
questions, and those with a right, for whom there is neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from supybot import callbacks

from .clock import RunningClock
from .domain.doc import Doc
from .domain.people import fold
from .flood import Flood
from .outgoing import FIRST, QUESTION, is_slow, outgoing

TOO_MANY = "Too many questions at once; ask again in a minute."


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
        """Count no more."""
        if self._is_refused in callbacks.Commands.pre_command_callbacks:
            callbacks.Commands.pre_command_callbacks.remove(self._is_refused)

    def _is_refused(
        self, plugin: Any, command: Any, irc: Any, msg: Any, *args: Any, **more: Any
    ) -> bool:
        return plugin.name() != "GlanceRelease" and not self.admits(irc, msg)

    def admits(self, irc: Any, msg: Any) -> bool:
        """Whether it is to be answered. Who has a right is over no limit, and is answered first
        where others wait; the first of those that are over one is told so, once a minute."""
        if not is_slow():
            return True
        queue = outgoing(irc.getRealIrc())
        target = msg.channel or msg.nick
        if queue and self.is_first(irc, msg):
            return True
        now = self._now()
        over = self._flood.asked(now, _place(irc, target), msg.host, queue.waiting(target))
        if over is None or self.is_first(irc, msg):
            return True
        if not self._flood.is_told(now, over):
            irc.reply(TOO_MANY, prefixNick=False)
        return False

    def is_first(self, irc: Any, msg: Any) -> bool:
        """Whether its answer goes first, which is noted on the message."""
        if not msg.tagged(FIRST) and self._trusts(irc, msg):
            put_first(msg)
        return bool(msg.tagged(FIRST))

    def is_served(self, irc: Any, msg: Any, text: str, answer: Doc, private: bool) -> bool:
        """Whether an equal question has the same answer there: given within ten seconds, or still
        on its way, unless that is slower than the asker's own would be."""
        if not is_slow():
            return False
        target = msg.nick if private or msg.channel is None else msg.channel
        question = (_place(irc, target), " ".join(text.split()).casefold(), answer)
        is_under_way = outgoing(irc.getRealIrc()).holds(question)
        if is_under_way and not msg.tagged(FIRST):
            return True
        if self._flood.is_given(self._now(), question) and not is_under_way:
            return True
        msg.tag(QUESTION, question)
        return False

    def _now(self) -> float:
        return self._clock.now().timestamp()


def put_first(msg: Any, is_first: bool = True) -> None:
    """Have the answers to this message leave before those to others, or no more so."""
    msg.tag(FIRST, is_first)


def _place(irc: Any, target: str) -> str:
    return f"{irc.network} {fold(target)}"
