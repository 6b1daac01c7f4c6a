"""How long Limnoria's own users stay identified: as long as the bot sees that it is still them, on
the network where they gave their password."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from supybot import ircdb, ircutils

from ...clock import RunningClock
from .identity import is_seen

UNSEEN_SECONDS = 300.0  # for whom the bot shares no channel with, and does not hear them quit
TRIES, TRIES_SECONDS = 5, 600.0  # of wrong passwords, from one host
_REMEMBERED = 1000


class Logins:
    """Limnoria remembers who identified by nick, user and host, for ever and on every network;
    whoever has all three next would be taken for them. All of it in Limnoria's thread."""

    def __init__(self) -> None:
        self._networks: OrderedDict[str, set[str]] = OrderedDict()
        self._wrong = ircutils.FloodQueue(TRIES_SECONDS)
        self._clock = RunningClock()

    def may_try(self, irc: Any, msg: Any, words: list[Any]) -> bool:
        """Whether a password may be tried, NAME and PASSWORD being the words: after five wrong ones
        from a host in ten minutes none is."""
        if self._wrong.len(msg) >= TRIES:
            return False
        if not _fits(words):
            self._wrong.enqueue(msg, msg.prefix)
            return True
        self._networks.setdefault(msg.prefix, set()).add(irc.network)
        self._networks.move_to_end(msg.prefix)
        if len(self._networks) > _REMEMBERED:
            self._networks.popitem(last=False)
        return True

    def heard(self, irc: Any, msg: Any) -> None:
        """Before anything else is done with a message: who quits or gets another nick is not
        identified any more; nor is, when they speak, who did it on another network, or more than
        five minutes ago without being seen in a channel."""
        is_gone = msg.command in ("QUIT", "NICK")
        if is_gone or (msg.command == "PRIVMSG" and not self._is_fresh(irc, msg)):
            self._forget(msg.prefix)

    def _is_fresh(self, irc: Any, msg: Any) -> bool:
        since = [
            when
            for user in ircdb.users.users.values()
            for when, hostmask in user.auth
            if hostmask == msg.prefix
        ]
        if irc.network not in self._networks.get(msg.prefix, {irc.network}):
            return not since
        age = self._clock.now().timestamp() - max(since, default=0.0)
        return not since or is_seen(irc, msg.nick) or 0 <= age < UNSEEN_SECONDS

    def forget_all(self) -> None:
        """A connection was lost: what happened meanwhile is not heard of."""
        for prefix in {mask for user in ircdb.users.users.values() for _, mask in user.auth}:
            self._forget(prefix)

    def _forget(self, prefix: str) -> None:
        self._networks.pop(prefix, None)
        for user in ircdb.users.users.values():
            kept = [login for login in user.auth if login[1] != prefix]
            if len(kept) < len(user.auth):
                user.auth = kept
                ircdb.users.invalidateCache(hostmask=prefix)


def _fits(words: list[Any]) -> bool:
    try:
        name, password = words
        return bool(ircdb.users.getUser(name).checkPassword(password))
    except (ValueError, KeyError, TypeError):
        return False
