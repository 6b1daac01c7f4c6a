"""Tells the bot's owner once, in private, what the log tells too: that the bot can't remember."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from supybot import ircdb, ircmsgs, schedule, world

LOOK_SECONDS = 5
_NAME = "GlanceRelease's word to its owner"


class OwnersWord:
    """While `words` gives something to say, looks for an owner whom Limnoria knows by hostmask or
    because they identified, and says it to the first; in Limnoria's thread."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words = words

    def start(self) -> None:
        """Look from now on, where there is something to say."""
        if self._words():
            schedule.addPeriodicEvent(self._look, LOOK_SECONDS, name=_NAME, now=False)

    def stop(self) -> None:
        """Look no more."""
        if _NAME in schedule.schedule.events:
            schedule.removeEvent(_NAME)

    def _look(self) -> None:
        words = self._words()
        irc, nick = next(_owners(), (None, "")) if words else (None, "")
        if irc is not None:
            irc.queueMsg(ircmsgs.privmsg(nick, words))
        if irc is not None or not words:
            schedule.addEvent(self.stop, 0)  # the event is put back after this look


def _owners() -> Iterator[tuple[Any, str]]:
    """The owners who are there, each with the network on which they are."""
    owners = [user for user in ircdb.users.users.values() if "owner" in user.capabilities]
    for irc in world.ircs:
        for nick, hostmask in list(irc.state.nicksToHostmasks.items()):
            if any(user.checkHostmask(hostmask) for user in owners):
                yield irc, nick
