"""Comes back where Limnoria would not: to a server that says nothing, hangs up or talks nonsense,
to a channel that let nobody in, to its name, to NickServ, which was away; from a clock set back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from supybot import callbacks, conf, drivers, ircmsgs, log, schedule, world
from supybot.drivers import Socket

from ...domain.address import place as place_named
from ...render.sanitize import plain
from .patient_driver import wait_next_time, wait_no_more

SOON_SECONDS = 5
KNOCK_SECONDS, LONGEST_KNOCK_SECONDS = 30, 30 * 60
FIRST_WAIT = 10.0  # seconds before the third connection in a row
CALM = 5  # looks that found the bot let in, after which a network is trusted again
OFTEN = 10  # looks at which NickServ is told the password again; then at every tenth only
UNANSWERED = 1  # tries after which a server that says nothing is told of
SILENT = "the server does not say why"
_NAME, _KNOCK = "GlanceRelease watchdog", "GlanceRelease knocks"
Channel = tuple[str, str]  # a network and a channel of it, in small letters


class Watchdog:
    """Looks at every network each `seconds`, in Limnoria's thread.

    A connection that two looks in a row found open and without a welcome is given up: Limnoria
    pings only after the welcome, and would wait for ever. A channel of the configuration in which
    the bot is not is tried again, whatever the server said or did not say: after five seconds,
    since services say "accepted" before the server knows of it, then after 30 s, 1, 2, 4 ...
    minutes, at most half an hour. So is the bot's own nick where somebody had it.

    `is_in` tells whether the bot saw itself join and not leave. Limnoria's own list won't do: a
    late answer to its MODE puts back a channel that the bot was kicked from meanwhile.
    """

    def __init__(self, seconds: int, is_in: Callable[[Any, str], bool]) -> None:
        self._seconds = seconds
        self._is_in = is_in
        self._waiting: dict[str, Any] = {}
        self._knocks: dict[Channel, int] = {}
        self._reasons: dict[Channel, str] = {}
        self._left: set[Channel] = set()
        self._thrown: dict[Channel, int] = {}
        self._stayed: set[Channel] = set()
        self._tries: dict[str, int] = {}
        self._calm: dict[str, int] = {}
        self._leaving: set[Channel] = set()
        self._unknown: dict[str, int] = {}

    def start(self) -> None:
        """Begin to watch the connections."""
        schedule.addPeriodicEvent(self.look, self._seconds, name=_NAME, now=False)

    def stop(self) -> None:
        """Watch the connections no more."""
        for name in [name for name in schedule.schedule.events if _is_ours(name)]:
            schedule.removeEvent(name)
        for irc in world.ircs:
            wait_no_more(irc.driver)

    def kept_out(self, irc: Any, channel: str, reason: str) -> None:
        """A server refused the bot's JOIN of a channel of its configuration."""
        place = (irc.network, channel.lower())
        if channel not in conf.supybot.networks.get(irc.network).channels():
            return
        if self._reasons.get(place) != reason:
            log.warning("Not let into %s on %s: %s", channel, irc.network, reason)
        self._reasons[place] = reason
        self._knock_later(irc, channel)

    def outside(self) -> dict[str, str]:
        """The channels of the configuration that the bot is not let into, each with the reason."""
        reasons = dict(self._reasons)  # another thread may ask
        return {
            place_named(channel).folded: reason for (_, channel), reason in sorted(reasons.items())
        }

    def _knock_later(self, irc: Any, channel: str) -> None:
        """Try a channel again when its pause is over; the pause grows with each try."""
        place = (irc.network, channel.lower())
        name = f"{_KNOCK} {irc.network} {place[1]}"
        if name in schedule.schedule.events:
            return
        tries = self._knocks.get(place, 0)
        first = min(KNOCK_SECONDS, self._seconds)
        pause = (
            min(first * 2 ** min(tries - 1, 10), LONGEST_KNOCK_SECONDS) if tries else SOON_SECONDS
        )

        def knock() -> None:
            self._knocks[place] = tries + 1
            if self._is_missing(irc, channel):
                irc.queueMsg(conf.supybot.networks.get(irc.network).channels.join(channel))

        schedule.addPeriodicEvent(knock, pause, name, now=False, count=1)

    def _is_missing(self, irc: Any, channel: str) -> bool:
        """Whether the bot should be in the channel, and could be, but is not."""
        if not irc.afterConnect or irc.zombie or (irc.network, channel.lower()) in self._left:
            return False
        return not self._is_in(irc, channel)

    def thrown_out(self, irc: Any, channel: str, why: str) -> None:
        """Somebody put the bot out of a channel: it goes back, where the configuration names the
        channel; where it was put out again before two looks in a row found it in, after a pause
        that grows with each time, since who guards a channel puts out all who come. Where it may
        not, the server's refusal makes it knock."""
        place = (irc.network, channel.lower())
        channels = conf.supybot.networks.get(irc.network).channels
        if channel not in channels():
            return
        self._stayed.discard(place)
        times = self._thrown[place] = self._thrown.get(place, 0) + 1
        if times == 1:
            irc.queueMsg(channels.join(channel))
            return
        reason = f"put out again: {plain(why)[:80]}"
        if times == 2:
            log.warning("Not let into %s on %s: %s", channel, irc.network, reason)
        self._reasons[place], self._knocks[place] = reason, times - 1
        self._knock_later(irc, channel)

    def _trust(self, irc: Any, channel: str) -> None:
        """A channel in which two looks in a row found the bot puts nobody out who comes."""
        place = (irc.network, channel.lower())
        if not self._is_in(irc, channel):
            self._stayed.discard(place)
        elif place in self._stayed:
            if self._thrown.pop(place, 0) > 1:
                log.info("Let into %s on %s.", channel, irc.network)
        elif place in self._thrown:
            self._stayed.add(place)

    def introduces(self, irc: Any) -> None:
        """The bot tells a server who it is. From the second time on, until five looks found it let
        in, a connection that ends is made anew after 10, 20, 40 seconds, at most as long as
        Limnoria ever waits: by itself it waits not at all after an ERROR, and ten seconds for ever
        after any other end. A ban, or services, would else end many connections a second, which
        makes bans longer."""
        times = self._tries[irc.network] = self._tries.get(irc.network, 0) + 1
        self._calm[irc.network] = 0
        if times > 1:
            longest = conf.supybot.drivers.maxReconnectWait()
            irc.driver.currentDelay = min(FIRST_WAIT * 2 ** min(times - 2, 10), longest)
            wait_next_time(irc.driver)

    def _forgive(self, irc: Any) -> None:
        """Trust a network again that let the bot in long enough ago."""
        if irc.network in self._tries and irc.afterConnect and irc.driver.connected:
            self._calm[irc.network] += 1
            if self._calm[irc.network] > CALM:
                del self._tries[irc.network]
                irc.driver.resetDelay()
                wait_no_more(irc.driver)

    def leaves(self, network: str, channels: str) -> None:
        """Limnoria leaves these channels because somebody told it to."""
        self._leaving.update((network, channel.lower()) for channel in channels.split(","))

    def has_left(self, network: str, channel: str) -> bool:
        """Whether the bot, which is not in the channel any more, left it of its own accord."""
        place = (network, channel.lower())
        is_own = place in self._leaving
        self._leaving.discard(place)
        if is_own:
            self._left.add(place)
        return is_own

    def let_in(self, network: str, channel: str) -> None:
        """The bot joined the channel."""
        place = (network, channel.lower())
        if self._reasons.pop(place, None) is not None and self._thrown.get(place, 0) < 2:
            log.info("Let into %s on %s.", channel, network)
        self._knocks.pop(place, None)
        for places in (self._left, self._leaving):
            places.discard(place)

    def set_back(self, seconds: float) -> None:
        """The machine's clock was set back by so much: what Limnoria does at an instant of it (the
        next line, the next ping, a connection, an event) is not to wait until it comes again."""
        log.warning("The clock was set back by %s s; going on.", round(seconds))
        for irc in world.ircs:
            irc.lastTake -= seconds
            irc.lastping -= seconds
            for name in ("nextReconnectTime", "writeCheckTime"):
                instant = getattr(irc.driver, name, None)
                if instant is not None:
                    setattr(irc.driver, name, instant - seconds)
        events = schedule.schedule
        with events.lock:
            events.schedule[:] = [
                type(event)((event[0] - seconds, *event[1:])) for event in events.schedule
            ]

    def look(self) -> None:
        """Note the connections that wait for a welcome and end those that waited before; knock at
        the channels that kept the bot out, and at NickServ."""
        before, self._waiting = self._waiting, {}
        for irc in world.ircs:
            if irc.driver is None:
                _revive(irc)
                continue
            self._forgive(irc)
            self._identify(irc)
            self._knock(irc)
            driver = irc.driver
            if irc.afterConnect or not driver.connected:
                continue
            if before.get(irc.network) is driver.conn:
                log.warning("No welcome from %s; reconnecting.", irc.network)
                driver.reconnect(wait=True)
            else:
                self._waiting[irc.network] = driver.conn

    def _identify(self, irc: Any) -> None:
        """Have Limnoria's Services tell NickServ the password again, while it holds back joins
        for want of an answer; a wrong password it forgets by itself."""
        services = irc.getCallback("Services")
        if services is None or not irc.afterConnect or not _is_held(services, irc):
            self._unknown.pop(irc.network, None)
            return
        looks = self._unknown[irc.network] = self._unknown.get(irc.network, 0) + 1
        # The first look may come before NickServ could answer at all.
        if 1 < looks <= OFTEN or looks % OFTEN == 0:
            services._doIdentify(irc)

    def _knock(self, irc: Any) -> None:
        if not irc.afterConnect:
            return
        nick = _own_nick(irc)
        if irc.nick != nick and irc.getCallback("Services") is None:  # which does so itself
            irc.queueMsg(ircmsgs.nick(nick))
        if _joins_wait(irc):
            return
        for name in conf.supybot.networks.get(irc.network).channels():
            self._trust(irc, name)
            if self._is_missing(irc, name):
                place = (irc.network, name.lower())
                if self._knocks.setdefault(place, 1) > UNANSWERED and place not in self._reasons:
                    self._reasons[place] = SILENT
                    log.warning("Not let into %s on %s: %s", name, irc.network, SILENT)
                self._knock_later(irc, name)


def _revive(irc: Any) -> None:
    """Limnoria takes a network's driver away when an error comes out of it, as a line without a
    command makes one; it leaves the network without any, and its connection open."""
    if irc.zombie:
        return
    log.warning("The driver of %s died of an error; connecting anew.", irc.network)
    for dead in [driver for driver in Socket.Driver._instances if driver.irc is None]:
        Socket.Driver._instances.remove(dead)
        dead.conn.close()
    irc.reset()
    drivers.newDriver(irc)


def _is_ours(name: object) -> bool:
    return isinstance(name, str) and name.startswith((_NAME, _KNOCK))


def _joins_wait(irc: Any) -> bool:
    """Whether Limnoria's Services holds joins back until the bot is identified."""
    services = irc.getCallback("Services")
    return services is not None and bool(services._getState(irc).waitingJoins)


def _is_held(services: Any, irc: Any) -> bool:
    """Whether joins wait for a login that can be tried: with the bot's nick and a password."""
    state, nick = services._getState(irc), _own_nick(irc)
    if state.identified or not (state.waitingJoins or state.channels) or irc.nick != nick:
        return False
    if nick not in services.registryValue("nicks", network=irc.network):
        return False
    try:
        return bool(services._getNickServPassword(nick, irc.network))
    except callbacks.Error:  # none was ever written down
        return False


def _own_nick(irc: Any) -> str:
    network = conf.supybot.networks.get(irc.network)
    return str(network.nick() or conf.supybot.nick())
