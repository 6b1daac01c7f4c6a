"""Gives the network the bot's passwords that are kept outside the registry, at each connect."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from supybot import conf, ircmsgs, ircutils, log, registry

from . import kept

KINDS = ("nickserv", "sasl", "server")
# Stands in Services' registry for NickServ's password, so that it asks to be known; nobody can
# guess it, so nobody can have it said.
_STANDS_IN = "kept-outside-"
STAND_IN = _STANDS_IN + secrets.token_hex(16)


class Passwords:
    """The part of a Limnoria plugin that reads them and tells them; in Limnoria's thread.

    A password goes into the line that the server gets and into no value of the registry, which
    Limnoria writes to disk and shows.
    """

    def __init__(self, irc: Any) -> None:
        super().__init__(irc)  # type: ignore[call-arg]
        self._nickserv: dict[str, str] = {}
        for name in conf.supybot.networks():  # after a reload it is connected already
            for kind in KINDS:
                _read(kind, name)  # the log is to know them
            self._to_services(name, _read("nickserv", name))

    def die(self) -> None:
        """The plugin is unloaded, and nobody is left to put a password in."""
        for name in list(self._nickserv):
            value = _of_services(name)
            if value is not None and value() == STAND_IN:
                value.setValue("")
        super().die()  # type: ignore[misc]

    def outFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802  Limnoria's name
        """A line goes out: the first one of a connection is where the passwords are read, before
        the server can ask for them; one to NickServ gets its password."""
        if msg.command == "CAP" and msg.args[0] == "LS" and not irc.afterConnect:
            self._connects(irc)
        elif msg.command == "PRIVMSG" and STAND_IN in msg.args[-1] and _to_nickserv(irc, msg):
            told = msg.args[-1].replace(STAND_IN, self._nickserv.get(irc.network, ""))
            msg = ircmsgs.IrcMsg(msg=msg, args=(msg.args[0], told))
        return super().outFilter(irc, msg)  # type: ignore[misc]

    def _connects(self, irc: Any) -> None:
        """Read what this network wants to hear. One that can't be read is not told at all, and
        the log says why."""
        network = irc.network
        if _place("server", network):
            password = _read("server", network, log.error)
            queue = irc.fastqueue
            queue[:] = [one for one in queue if one.command != "PASS"]
            if password:
                queue.insert(0, ircmsgs.password(password))
        if _place("sasl", network):
            password = _read("sasl", network, log.error)
            # Limnoria chooses the mechanisms by what the registry has at this moment.
            with conf.supybot.networks.get(network).sasl.password.context(password):
                irc.resetSasl()
        self._to_services(network, _read("nickserv", network, log.error))

    def _to_services(self, network: str, password: str) -> None:
        """Have Services ask NickServ to know the bot, also where it was refused before, for which
        Services forgets the password; or not, where there is none."""
        self._nickserv[network] = password
        value = _of_services(network)
        if value is None:
            return
        if password:
            value.setValue(STAND_IN)
        elif _place("nickserv", network) or value().startswith(_STANDS_IN):
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
        password = kept.read(place)
    except kept.NotRead as error:
        if complain is not None:
            complain("GlanceRelease: no %s password for %s: %s.", kind, network, error)
        return ""
    _read_ever.add(password)
    return password


def _place(kind: str, network: str) -> str:
    value = conf.supybot.plugins.GlanceRelease.passwords.get(kind)
    return str(value.get(f":{network}")())


def _of_services(network: str) -> Any:
    """The value of Services for the bot's nick on a network; None where it is not loaded."""
    try:
        group = conf.supybot.plugins.Services.NickServ.password
    except registry.NonExistentRegistryEntry:
        return None
    nick = _own_nick(network)
    value = registry.String("", f"NickServ's password of {nick}.", private=True)
    return conf.registerNetworkValue(group, nick, value).get(f":{network}")


def _own_nick(network: str) -> str:
    return str(conf.supybot.networks.get(network).nick() or conf.supybot.nick())


def _to_nickserv(irc: Any, msg: Any) -> bool:
    name = conf.supybot.plugins.Services.NickServ.getSpecific(network=irc.network)()
    return bool(ircutils.strEqual(msg.args[0], name))
