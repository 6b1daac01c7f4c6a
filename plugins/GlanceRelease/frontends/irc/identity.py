"""How Limnoria finds out who somebody is: account-tag where the network has it, else a WHOIS at
the time of the command, a channel's modes, and the bot's own users."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from supybot import ircdb, ircmsgs

from ...domain.people.roles import Asker, fold
from .message_origin import argument, is_me

WHOIS_SECONDS = 8
WHOIS_REPLIES = ("307", "311", "318", "330")
_BOT_ROLES = ("owner", "admin")


_Follow = Callable[[Asker | None], None]
ANYBODY = ""  # whoever has the nick
_MOVES = ("PART", "KICK", "QUIT", "NICK", "ACCOUNT")


@dataclass
class _Whois:
    """A WHOIS under way: what came, and who waits, with the user@host that they mean."""

    nick: str
    follow: list[tuple[str, _Follow]] = field(default_factory=list)
    hostmask: str = ""
    verified: bool = False
    account: str | None = None
    over: bool = False

    @property
    def asker(self) -> Asker:
        """The person who has the nick, with the account that services know."""
        return Asker(self.nick, self.account, self.verified)

    def asker_if(self, meant: str) -> Asker:
        """The person, with their account only if user@host is the one that was `meant`."""
        is_meant = bool(self.hostmask) and meant in (ANYBODY, self.hostmask)
        return self.asker if is_meant else Asker(self.nick)


class Identities:
    """What the network vouches for; all of it in Limnoria's thread.

    `later` runs a coroutine on the bot's loop and then a function in Limnoria's thread;
    `has_services` tells whether a network has any. What a WHOIS said is remembered as long as the
    bot sees the person in a channel: only there it hears of quits and of other nicks.
    """

    def __init__(
        self,
        later: Callable[[Any, Callable[[Any], None]], None],
        has_services: Callable[[str], bool],
    ) -> None:
        self._later = later
        self._has_services = has_services
        self._asked: dict[tuple[str, str], _Whois] = {}
        self._known: dict[tuple[str, str], _Whois] = {}

    def at_hand(
        self,
        irc: Any,
        msg: Any,
        channels: Collection[str],
        words: str,
        is_remembered: bool = True,
    ) -> Asker:
        """The person behind a message without asking the server; `channels` are the team's, and
        an operator of any other channel is nobody here. What a WHOIS once said may not hold any
        more, since nothing tells when services withdraw it: for a right of the team's it does not
        count as `is_remembered`."""
        asker = Asker(msg.nick, account_of(irc, msg))
        if asker.account is None and is_remembered:
            asker = self._remembered(irc, msg.nick, _hostmask(msg)) or asker
        return replace(
            asker,
            standing=_standing(irc, msg, channels, words),
            no_services=not self._has_services(irc.network),
        )

    def _remembered(self, irc: Any, nick: str, meant: str) -> Asker | None:
        known = self._known.get((irc.network, fold(nick)))
        if known is None or not is_seen(irc, nick) or meant not in (ANYBODY, known.hostmask):
            return None
        return known.asker

    def moved(self, irc: Any, msg: Any) -> None:
        """Somebody left, got another nick or another account: who has the nick is not known any
        more. Where the bot itself left a channel, it saw less than it thought."""
        if msg.command not in _MOVES:
            return
        gone = argument(msg, 1) if msg.command == "KICK" else msg.nick
        if is_me(irc, gone):
            self.forget_all()
        for nick in (gone, argument(msg, 0) if msg.command == "NICK" else ""):
            self._known.pop((irc.network, fold(nick)), None)

    def forget_all(self) -> None:
        """A connection was lost: what happened meanwhile is not heard of."""
        self._known.clear()

    def who_is(self, irc: Any, nick: str, follow: _Follow) -> None:
        """Go on with whoever has the nick, as far as services know them; with None where the
        network does not tell in 8 seconds."""
        if not self._has_services(irc.network):
            follow(Asker(nick, no_services=True))
        elif (known := self._remembered(irc, nick, ANYBODY)) is not None:
            follow(known)
        else:
            self._ask(irc, nick, ANYBODY, follow, ircmsgs.whois(nick))

    def verify(self, irc: Any, msg: Any, follow: _Follow) -> None:
        """Ask the server whether services know the nick as this person's own, and go on with the
        answer; with None where there is none in 8 seconds."""
        whois = ircmsgs.whois(msg.nick)
        whois.tag("inReplyTo", msg)  # as Limnoria marks an answer: it has the question's turn
        self._ask(irc, msg.nick, _hostmask(msg), follow, whois)

    def _ask(self, irc: Any, nick: str, meant: str, follow: _Follow, whois: Any) -> None:
        """Questions about one nick at once share one WHOIS."""
        key = (irc.network, fold(nick))
        question = self._asked.get(key)
        if question is None:
            question = self._asked[key] = _Whois(nick)
            irc.queueMsg(whois)
            self._later(asyncio.sleep(WHOIS_SECONDS), lambda _: self._end(key, question, False))
        question.follow.append((meant, follow))

    def heard(self, irc: Any, msg: Any) -> None:
        """A line of the server's answer to a WHOIS: 311 who it is, 307 a nick verified with
        services, 330 an account, 318 the end.

        The answer to a command counts only for the user@host that gave it: by the time of the
        WHOIS the nick may be another's.
        """
        key = (irc.network, fold(msg.args[1]) if len(msg.args) > 1 else "")
        question = self._asked.get(key)
        if question is None:
            return
        if msg.command == "311":
            question.hostmask = f"{msg.args[2]}@{msg.args[3]}"
        elif msg.command == "307":
            question.verified = True
        elif msg.command == "330":
            question.account = msg.args[2]
        elif msg.command == "318":
            if question.asker_if(ANYBODY).identity and is_seen(irc, question.nick):
                self._known[key] = question
            self._end(key, question, True)

    def _end(self, key: tuple[str, str], question: _Whois, is_answered: bool) -> None:
        if question.over:
            return
        question.over = True
        if self._asked.get(key) is question:
            del self._asked[key]
        for meant, follow in question.follow:
            follow(question.asker_if(meant) if is_answered else None)


def _hostmask(msg: Any) -> str:
    return f"{msg.user}@{msg.host}"


def is_seen(irc: Any, nick: str) -> bool:
    """Whether the bot is in a channel with somebody of this nick."""
    return any(nick in channel.users for channel in list(irc.state.channels.values()))


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
    ranks = set()
    channel = irc.state.channels.get(meant) if meant.lower() in ours else None
    if channel is not None and channel.isOp(msg.nick):
        ranks |= {"operator", "voice"}
    if channel is not None and channel.isVoice(msg.nick):
        ranks.add("voice")
    # Limnoria's default is to allow, so it is told to ignore its default.
    if any(ircdb.checkCapability(msg.prefix, role, ignoreDefaultAllow=True) for role in _BOT_ROLES):
        ranks.add("admin")
    return frozenset(ranks)
