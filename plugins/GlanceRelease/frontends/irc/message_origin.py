"""Whether the network itself says something, or somebody who is on it: text proves nothing."""

from __future__ import annotations

import re
from typing import Any

from ...domain.people.roles import fold

# A remote server answers a WHOIS that was passed on to it, so any server's name will do; it has a
# dot, which no nick has.
_SERVER = re.compile(r"[^\s!@.]+(\.[^\s!@.]+)+\.?|[0-9a-f:]+:[0-9a-f:]*", re.IGNORECASE)
# ircd-hybrid's and OFTC's words, whole.
_THROTTLED = re.compile(r"\*\*\* Message to (#\S+) throttled due to flooding\.?")


def is_from_server(irc: Any, msg: Any) -> bool:
    """Whether a server says it: without a prefix, as the server of this connection by the name it
    introduced itself with, or as one of the network's; never somebody with a user and a host, nor
    a bare nick."""
    prefix = msg.prefix
    if not prefix:
        return True
    if "!" in prefix or "@" in prefix or is_me(irc, prefix):
        return False
    return prefix == getattr(irc, "server", None) or _SERVER.fullmatch(prefix) is not None


def is_me(irc: Any, nick: str) -> bool:
    """Whether the nick is the bot's own. ASCII alone: a network that tells "{" from "[" lets
    somebody else have the one."""
    return bool(nick) and fold(nick) == fold(irc.nick)


def argument(msg: Any, number: int) -> str:
    """That argument of a message, "" where there are not so many."""
    return str(msg.args[number]) if number < len(msg.args) else ""


def throttled_channel(irc: Any, msg: Any) -> str:
    """The channel for which the server says that it dropped the bot's line, "" for any other
    notice: a server's whole words, to the bot alone."""
    if not (is_from_server(irc, msg) and is_me(irc, argument(msg, 0))):
        return ""
    match = _THROTTLED.fullmatch(argument(msg, 1))
    return match[1] if match else ""


def is_false_service(irc: Any, msg: Any) -> bool:
    """Whether a notice has the nick of NickServ or ChanServ and comes from elsewhere than from the
    server that the configuration names behind it ("NickServ@services.oftc.net"). Limnoria would
    believe the nick: "accepted" opens channels, "incorrect" blanks the password."""
    services = irc.getCallback("Services") if msg.command == "NOTICE" else None
    if services is None:
        return False
    for name in ("NickServ", "ChanServ"):
        nick, _, server = services.registryValue(name, network=irc.network).partition("@")
        if server and nick and fold(nick) == fold(msg.nick):
            return fold(server) != fold(msg.host)
    return False
