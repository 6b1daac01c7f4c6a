"""What the network says of the bot itself, for its door and its watchdog: it is in, it is out, a
line went through, a line was refused. Only the network is believed, never who is on it."""

from __future__ import annotations

import re
from typing import Any

from supybot import log

from ...render.sanitize import plain
from .delivery import IrcDoor
from .identity import WHOIS_REPLIES, Identities
from .message_origin import argument, is_false_service, is_from_server, is_me, throttled_channel
from .reconnect import Watchdog
from .send_queue import outgoing

_NOBODY = "401"
_REFUSALS = (_NOBODY, "403", "404", "411", "412", "415", "442")
_ERROR = re.compile(r"[45]\d\d")
_ARGUMENTS = {"311": 4, "330": 3}  # of a WHOIS, at least: us, of whom, and what is read of it


class ChannelMembership:
    """The part of a Limnoria plugin that hears this; all of it runs in Limnoria's thread."""

    _door: IrcDoor
    _identities: Identities
    _watchdog: Watchdog

    def doJoin(self, irc: Any, msg: Any) -> None:  # noqa: N802  Limnoria's name
        """Our own: from now on a line for the channel reaches it."""
        channel = argument(msg, 0)
        if is_me(irc, msg.nick) and channel:
            self._door.joined(irc.getRealIrc(), channel)
            self._watchdog.let_in(irc.network, channel)

    def doPart(self, irc: Any, msg: Any) -> None:  # noqa: N802
        """Our own PART; a server sends one for us, too, when an operator has us removed."""
        channel = argument(msg, 0)
        if is_me(irc, msg.nick) and channel:
            self._door.left(irc, channel)
            if not self._watchdog.has_left(irc.network, channel):
                log.info("Removed from %s (%s); going back.", channel, msg.args[-1])
                self._watchdog.thrown_out(irc, channel, msg.args[-1])

    def doKick(self, irc: Any, msg: Any) -> None:  # noqa: N802
        """Somebody kicked us. Where Limnoria's Channel is loaded, it decides whether to go back."""
        if is_me(irc, argument(msg, 1)):
            self._door.left(irc, msg.args[0])
            if irc.getCallback("Channel") is None:
                self._watchdog.thrown_out(irc, msg.args[0], msg.args[-1])

    def doPong(self, irc: Any, msg: Any) -> None:  # noqa: N802
        """The receipt of a line: the server has processed all that was sent before its PING."""
        if is_from_server(irc, msg) and msg.args:
            self._door.receipt(msg.args[-1])

    def doNotice(self, irc: Any, msg: Any) -> None:  # noqa: N802
        """OFTC drops lines of a flooded channel with a server notice instead of an error."""
        if channel := throttled_channel(irc, msg):
            self._door.refused(channel, "throttled due to flooding")

    def inFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802
        """No plugin hears a notice of somebody who only has the nick of services; who moves may be
        somebody else from now on."""
        if is_false_service(irc, msg):
            log.warning("Not believed, a notice of %s on %s.", msg.prefix, irc.network)
            return None
        self._identities.moved(irc, msg)
        self._hear_refusal(irc, msg)
        return msg

    def _hear_refusal(self, irc: Any, msg: Any) -> None:
        """Any error that a server names one of the bot's channels in, while the bot is not there:
        servers have more of them than anybody could list (471, 437, 405, 485 ...)."""
        if not (_ERROR.fullmatch(msg.command) and is_from_server(irc, msg) and len(msg.args) > 2):
            return
        where = msg.args[1]
        if not self._door.is_in(irc, where):
            reason = f"{msg.command} {plain(msg.args[-1])[:80]}"
            if msg.command not in _REFUSALS:
                self._door.refused(where, reason)
            self._watchdog.kept_out(irc, where, reason)

    def reset(self) -> None:
        """The connection is gone: nothing that waits for a receipt will get one."""
        self._door.lost()
        self._identities.forget_all()

    def outFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802
        """A message is about to be sent: one that was taken back is not."""
        outgoing(irc)  # a network that was connected after the plugin was loaded
        if msg.command == "PART":
            self._watchdog.leaves(irc.network, msg.args[0])
        elif msg.command == "USER":
            self._watchdog.introduces(irc)
        return msg if self._door.taken(msg) else None


def _refusal(number: str) -> Any:
    def refusal(self: ChannelMembership, irc: Any, msg: Any) -> None:
        if not is_from_server(irc, msg) or len(msg.args) < 3:  # us, what of, and in words why
            return
        where = msg.args[1]
        self._door.refused(where, f"{number} {plain(msg.args[-1])}")
        if number == _NOBODY:
            outgoing(irc.getRealIrc()).gone(where)

    refusal.__name__ = f"do{number}"
    refusal.__doc__ = f"The server refused a line, or the way into a channel, with {number}."
    return refusal


def _whois(number: str, least: int) -> Any:
    def whois(self: ChannelMembership, irc: Any, msg: Any) -> None:
        if is_from_server(irc, msg) and len(msg.args) >= least:
            self._identities.heard(irc, msg)

    whois.__name__ = f"do{number}"
    whois.__doc__ = f"{number}, a line of the answer to a WHOIS."
    return whois


for _number in _REFUSALS:
    setattr(ChannelMembership, f"do{_number}", _refusal(_number))
for _number in WHOIS_REPLIES:
    setattr(ChannelMembership, f"do{_number}", _whois(_number, _ARGUMENTS.get(_number, 2)))
