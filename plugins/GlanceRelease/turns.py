"""Long answers wait for their turn: one line at a time, and only where nobody else's line waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from supybot import ircmsgs

from .domain.people import fold


class Turns:
    """The lines of long private answers that are still to come, person by person in turn.

    A network takes a line a second. Forty lines in Limnoria's queue would keep everybody else
    waiting for as long, and of two that are alike it would drop one.
    """

    def __init__(self) -> None:
        self._later: deque[tuple[Any, str, deque[str]]] = deque()

    def later(self, irc: Any, nick: str, lines: Iterable[str]) -> None:
        """Say these lines to a person, each when the network has nothing else to send."""
        waiting = deque(lines)
        if waiting:
            self._later.append((irc, nick, waiting))

    def taken(self, irc: Any) -> None:
        """The network is about to send a line: the next one in turn follows it, if none waits."""
        if irc.queue:
            return
        mine = next((one for one in self._later if one[0] is irc), None)
        if mine is None:
            return
        self._later.remove(mine)
        _, nick, lines = mine
        irc.queueMsg(ircmsgs.privmsg(nick, lines.popleft()))
        if lines:
            self._later.append(mine)

    def gone(self, irc: Any, nick: str) -> None:
        """The network knows nobody of this name any more: the rest is said to nobody."""
        self._later = deque(
            one for one in self._later if one[0] is not irc or fold(one[1]) != fold(nick)
        )

    def lost(self) -> None:
        """A connection is gone, and with it whoever was listening there."""
        self._later = deque(
            one for one in self._later if getattr(one[0].driver, "connected", False)
        )
