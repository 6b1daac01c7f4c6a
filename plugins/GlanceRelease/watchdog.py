"""Reconnects where a server accepts a connection and then says nothing."""

from __future__ import annotations

from typing import Any

from supybot import log, schedule, world

_NAME = "GlanceRelease watchdog"


class Watchdog:
    """Looks at every network's connection each `seconds`; one that two looks in a row found open
    and without a welcome is given up. Limnoria pings only after the welcome, and would wait for
    ever. All of it runs in Limnoria's thread."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._waiting: dict[str, Any] = {}

    def start(self) -> None:
        """Look from now on."""
        schedule.addPeriodicEvent(self.look, self._seconds, name=_NAME, now=False)

    def stop(self) -> None:
        """Look no more."""
        if _NAME in schedule.schedule.events:
            schedule.removeEvent(_NAME)

    def look(self) -> None:
        """Note the connections that wait for a welcome, and end those that waited before."""
        before, self._waiting = self._waiting, {}
        for irc in world.ircs:
            driver = irc.driver
            if irc.afterConnect or not getattr(driver, "connected", False):
                continue
            if before.get(irc.network) is driver.conn:
                log.warning("No welcome from %s; reconnecting.", irc.network)
                driver.reconnect(wait=True)
            else:
                self._waiting[irc.network] = driver.conn
