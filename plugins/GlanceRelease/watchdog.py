"""Comes back where Limnoria would not: to a server that says nothing, and to a channel that let
nobody in, and to its name."""

from __future__ import annotations

from typing import Any

from supybot import conf, ircmsgs, log, schedule, world

# Full, by invitation, banned, keyed, registered nicks only (twice), TLS only.
KEPT_OUT = ("471", "473", "474", "475", "477", "480", "489")
_NAME = "GlanceRelease watchdog"


class Watchdog:
    """Looks at every network each `seconds`, in Limnoria's thread.

    A connection that two looks in a row found open and without a welcome is given up: Limnoria
    pings only after the welcome, and would wait for ever. A channel of the configuration that
    kept the bot out is tried again, and so is the bot's own nick where somebody had it.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._waiting: dict[str, Any] = {}
        self._outside: set[tuple[str, str]] = set()

    def start(self) -> None:
        """Look from now on."""
        schedule.addPeriodicEvent(self.look, self._seconds, name=_NAME, now=False)

    def stop(self) -> None:
        """Look no more."""
        if _NAME in schedule.schedule.events:
            schedule.removeEvent(_NAME)

    def kept_out(self, network: str, channel: str) -> None:
        """The channel did not let the bot in."""
        self._outside.add((network, channel.lower()))

    def look(self) -> None:
        """Note the connections that wait for a welcome and end those that waited before; knock at
        the channels that kept the bot out."""
        before, self._waiting = self._waiting, {}
        for irc in world.ircs:
            self._knock(irc)
            driver = irc.driver
            if irc.afterConnect or not getattr(driver, "connected", False):
                continue
            if before.get(irc.network) is driver.conn:
                log.warning("No welcome from %s; reconnecting.", irc.network)
                driver.reconnect(wait=True)
            else:
                self._waiting[irc.network] = driver.conn

    def _knock(self, irc: Any) -> None:
        if not irc.afterConnect:
            return
        network = conf.supybot.networks.get(irc.network)
        nick = network.nick() or conf.supybot.nick()
        if irc.nick != nick and irc.getCallback("Services") is None:  # which does so itself
            irc.queueMsg(ircmsgs.nick(nick))
        channels = network.channels
        for name in channels():
            if (irc.network, name.lower()) in self._outside:
                self._outside.discard((irc.network, name.lower()))
                if name not in irc.state.channels:
                    irc.queueMsg(channels.join(name))
