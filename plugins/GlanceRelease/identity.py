"""How Limnoria finds out who somebody is: account-tag where the network has it, else a WHOIS at
the time of the command, a channel's modes, and the bot's own users."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from supybot import ircdb, ircmsgs

from .domain.people import Asker, fold

WHOIS_SECONDS = 8
WHOIS_REPLIES = ("307", "311", "318", "330")
_BOT_ROLES = ("owner", "admin")


@dataclass
class _Question:
    """A WHOIS under way: for whom (user@host at the time of the command), what came, who waits."""

    hostmask: str
    follow: list[Callable[[Asker | None], None]]
    same: bool = False
    verified: bool = False
    account: str | None = None
    over: bool = field(default=False)


class Identities:
    """What the network vouches for; all of it in Limnoria's thread.

    `later` runs a coroutine on the bot's loop and then a function in Limnoria's thread.
    """

    def __init__(self, later: Callable[[Any, Callable[[Any], None]], None]) -> None:
        self._later = later
        self._asked: dict[tuple[str, str], _Question] = {}

    def at_hand(self, irc: Any, msg: Any, channels: Collection[str], words: str) -> Asker:
        """The person behind a message without asking the server; `channels` are the team's, and
        an operator of any other channel is nobody here."""
        return Asker(msg.nick, account_of(irc, msg), False, _standing(irc, msg, channels, words))

    def verify(self, irc: Any, msg: Any, follow: Callable[[Asker | None], None]) -> None:
        """Ask the server whether services know the nick as this person's own, and go on with the
        answer; with None where there is none in 8 seconds. Commands at once share one WHOIS."""
        key = (irc.network, fold(msg.nick))
        hostmask = f"{msg.user}@{msg.host}"
        question = self._asked.get(key)
        if question is not None and question.hostmask == hostmask:
            question.follow.append(follow)
            return
        question = self._asked[key] = _Question(hostmask, [follow])
        whois = ircmsgs.whois(msg.nick)
        whois.tag("inReplyTo", msg)  # as Limnoria marks an answer: it has the question's turn
        irc.queueMsg(whois)
        self._later(asyncio.sleep(WHOIS_SECONDS), lambda _: self._end(key, question, None))

    def heard(self, irc: Any, msg: Any) -> None:
        """A line of the server's answer to a WHOIS: 311 who it is, 307 a nick verified with
        services, 330 an account, 318 the end.

        The answer counts only for the user@host that gave the command: by the time of the WHOIS
        the nick may be another's.
        """
        key = (irc.network, fold(msg.args[1]) if len(msg.args) > 1 else "")
        question = self._asked.get(key)
        if question is None:
            return
        if msg.command == "311":
            question.same = f"{msg.args[2]}@{msg.args[3]}" == question.hostmask
        elif msg.command == "307":
            question.verified = True
        elif msg.command == "330":
            question.account = msg.args[2]
        elif msg.command == "318":
            verified = question.same and question.verified
            account = question.account if question.same and not verified else None
            self._end(key, question, Asker(msg.args[1], account, verified))

    def _end(self, key: tuple[str, str], question: _Question, found: Asker | None) -> None:
        if question.over:
            return
        question.over = True
        if self._asked.get(key) is question:
            del self._asked[key]
        for follow in question.follow:
            follow(found)


def account_of(irc: Any, msg: Any) -> str | None:
    """The account that the message's own tag names; "" for nobody's, None where the network has
    no account-tag. Limnoria's own memory of accounts outlives the login, so it is not asked."""
    if "account-tag" not in irc.state.capabilities_ack:
        return None
    return msg.server_tags.get("account") or ""


def _standing(irc: Any, msg: Any, channels: Collection[str], words: str) -> frozenset[str]:
    """Operator or voice of the team's channel that is meant: the one that the words name, else
    the one where it was said, else the team's first; and admin of the bot."""
    ours = {channel.lower(): channel for channel in channels}
    named = next((word for word in words.split() if word.startswith("#")), None)
    meant = named or msg.channel or next(iter(channels), "")
    found = set()
    channel = irc.state.channels.get(meant) if meant.lower() in ours else None
    if channel is not None and channel.isOp(msg.nick):
        found |= {"operator", "voice"}
    if channel is not None and channel.isVoice(msg.nick):
        found.add("voice")
    # Limnoria's default is to allow, so it is told to ignore its default.
    if any(ircdb.checkCapability(msg.prefix, role, ignoreDefaultAllow=True) for role in _BOT_ROLES):
        found.add("admin")
    return frozenset(found)
