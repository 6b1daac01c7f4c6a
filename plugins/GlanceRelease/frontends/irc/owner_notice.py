"""Tells the bot's owner once, in private, what the log tells too: that the bot can't remember."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from supybot import ircdb, ircmsgs, schedule, world

LOOK_SECONDS = 5
AGAIN = dt.timedelta(hours=1)  # before which the same words are no news
_NAME = "GlanceRelease's word to its owner"


class OwnerNotice:
    """While `words` gives something to say, looks for an owner whom Limnoria knows by hostmask or
    because they identified, and says it once to the first; in Limnoria's thread. What was over in
    between and is the same again is said after an hour."""

    def __init__(self, words: Callable[[], str], clock: Callable[[], dt.datetime]) -> None:
        self._words = words
        self._clock = clock
        self._said: dict[str, dt.datetime] = {}
        self._now = ""  # what is so now, and was said

    def start(self) -> None:
        """Begin to look for an owner."""
        schedule.addPeriodicEvent(self._look, LOOK_SECONDS, name=_NAME, now=False)

    def stop(self) -> None:
        """Look for no owner any more."""
        if _NAME in schedule.schedule.events:
            schedule.removeEvent(_NAME)

    def _look(self) -> None:
        words, now = self._words(), self._clock()
        if not words or words == self._now:
            self._now = words
            return
        last = self._said.get(words)
        if last is not None and abs(now - last) < AGAIN:
            return
        irc, nick = next(_owners(), (None, ""))
        if irc is not None:
            irc.queueMsg(ircmsgs.privmsg(nick, words))
            self._now, self._said = words, {words: now}


def _owners() -> Iterator[tuple[Any, str]]:
    """The owners who are there, each with the network on which they are."""
    owners = [user for user in ircdb.users.users.values() if "owner" in user.capabilities]
    for irc in world.ircs:
        for nick, hostmask in list(irc.state.nicksToHostmasks.items()):
            if any(user.checkHostmask(hostmask) for user in owners):
                yield irc, nick
