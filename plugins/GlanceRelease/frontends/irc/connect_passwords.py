"""Gives the network the bot's passwords that are kept outside the registry, at each connect."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from supybot import conf, ircmsgs, ircutils, log, registry

from ...configuration import secret_places

KINDS = ("nickserv", "sasl", "server")
# Stands in Services' registry for NickServ's password, so that it asks to be known; nobody can
# guess it, so nobody can have it said.
_STANDS_IN = "kept-outside-"
STAND_IN = _STANDS_IN + secrets.token_hex(16)
# SIGHUP brings back the one that an earlier start wrote down.
_ANY_STAND_IN = re.compile(_STANDS_IN + "[0-9a-f]{32}")


class Passwords:
    """The part of a Limnoria plugin that reads them and tells them; in Limnoria's thread.

    A password goes to the server and into no value of the registry, which Limnoria writes to disk
    and shows. Where Limnoria only logs in if a value is there, that is the stand-in.
    """

    def __init__(self, irc: Any) -> None:
        super().__init__(irc)  # type: ignore[call-arg]
        self._passwords: dict[tuple[str, str], str] = {}
        for network in conf.supybot.networks():  # after a reload it is connected already
            for kind in KINDS:
                self._keep(kind, network, None)

    def die(self) -> None:
        """The plugin is unloaded, and nobody is left to put a password in."""
        for kind, network in self._passwords:
            _stand_in(kind, network, False)
        super().die()  # type: ignore[misc]

    def outFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802  Limnoria's name
        """A line goes out: the first one of a connection is where the passwords are read, before
        the server can ask for them; one to NickServ gets its password."""
        if msg.command == "CAP" and msg.args[0] == "LS" and not irc.afterConnect:
            self._connects(irc)
        elif msg.command == "AUTHENTICATE" and self._passwords.get(("sasl", irc.network)):
            # The name of a mechanism: the answer to the server's, with the password, comes after.
            irc.sasl_password = self._passwords["sasl", irc.network]
        elif msg.command == "PRIVMSG" and _STANDS_IN in msg.args[-1] and _to_nickserv(irc, msg):
            password = self._passwords.get(("nickserv", irc.network), "")
            told = _ANY_STAND_IN.sub(lambda _: password, msg.args[-1])
            msg = ircmsgs.IrcMsg(msg=msg, args=(msg.args[0], told))
        return super().outFilter(irc, msg)  # type: ignore[misc]

    def _connects(self, irc: Any) -> None:
        """Read what this network wants to hear, also what it refused before, for which Limnoria
        forgets a password. One that can't be read is not told, and the log says why."""
        for kind in KINDS:
            self._keep(kind, irc.network, log.error)
        if _place("server", irc.network):
            queue = irc.fastqueue
            queue[:] = [msg for msg in queue if msg.command != "PASS"]
            if password := self._passwords["server", irc.network]:
                queue.insert(0, ircmsgs.password(password))

    def _keep(self, kind: str, network: str, complain: Callable[..., None] | None) -> None:
        password = self._passwords[kind, network] = _read(kind, network, complain)
        _stand_in(kind, network, bool(password))


def _stand_in(kind: str, network: str, there: bool) -> None:
    """Have the registry hold the stand-in, or take it out; also one of an earlier start."""
    value = _value(kind, network)
    if value is None:
        return
    if there:
        value.setValue(STAND_IN)
    elif _place(kind, network) or value().startswith(_STANDS_IN):
        value.setValue("")


_read_ever: set[str] = set()


def known() -> Iterator[str]:
    """Every password that was read, for the log to hide."""
    yield from tuple(_read_ever)


def _read(kind: str, network: str, complain: Callable[..., None] | None = None) -> str:
    place = _place(kind, network)
    if not place:
        return ""
    try:
        password = secret_places.read(place)
    except secret_places.NotRead as error:
        if complain is not None:
            complain("GlanceRelease: no %s password for %s: %s.", kind, network, error)
        return ""
    _read_ever.add(password)
    return password


def _place(kind: str, network: str) -> str:
    value = conf.supybot.plugins.GlanceRelease.passwords.get(kind)
    return str(value.get(f":{network}")())


def _value(kind: str, network: str) -> Any:
    """Where the registry has this password; None where it needs none of it. NickServ's is the
    Services plugin's, for the bot's nick on the network."""
    if kind == "sasl":
        return conf.supybot.networks.get(network).sasl.password
    if kind == "server":
        return None
    try:
        group = conf.supybot.plugins.Services.NickServ.password
    except registry.NonExistentRegistryEntry:  # it is not loaded
        return None
    nick = _own_nick(network)
    value = registry.String("", f"NickServ's password of {nick}.", private=True)
    return conf.registerNetworkValue(group, nick, value).get(f":{network}")


def _own_nick(network: str) -> str:
    return str(conf.supybot.networks.get(network).nick() or conf.supybot.nick())


def _to_nickserv(irc: Any, msg: Any) -> bool:
    name = conf.supybot.plugins.Services.NickServ.getSpecific(network=irc.network)()
    return bool(ircutils.strEqual(msg.args[0], name))
