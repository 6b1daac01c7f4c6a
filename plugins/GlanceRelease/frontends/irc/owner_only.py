"""Keeps all of Limnoria's commands for the bot's owner, but for the allow-list, whatever the
registry says: who is not the owner hears nothing from any other."""

from __future__ import annotations

from typing import Any

from supybot import callbacks, conf, ircdb, ircmsgs, ircutils, log, world

from ...configuration import limnoria_public_commands
from ...registry import COMMANDS
from ...render.sanitize import plain
from .limnoria_logins import Logins

TOO_MANY = "Too many wrong passwords from your host: I take none from there for ten minutes."
_MARK = "glance_release_gate"  # of a plugin whose start failed there is one left
_REGISTRY = (conf.supybot.capabilities, conf.supybot.capabilities.default)


class CommandGate:
    """The part of a Limnoria plugin that is asked before any command of any plugin.

    There are two doors. A line that names nobody's command is addressed to nobody, so that no
    plugin answers it, not even with an error. And before a command runs, however it came to that
    (nested, by an alias, by a schedule), who gave it is looked at again.

    It is there from the plugin's start on. When the rest of that start fails it stays, and leaves
    when the plugin is unloaded.
    """

    def __init__(self, irc: Any) -> None:
        logins = self._logins = Logins()

        def gate(
            plugin: Any, command: list[str], irc: Any, msg: Any, *args: Any, **kwargs: Any
        ) -> bool:
            return _refused(logins, plugin, command, irc, msg, args[0] if args else [])

        setattr(gate, _MARK, True)
        self._gate, self._allow = gate, allow
        gates = callbacks.Commands.pre_command_callbacks
        gates[:] = [other for other in gates if not hasattr(other, _MARK)] + [gate]
        for value in _REGISTRY:
            value.addCallback(self._allow)
        allow()
        for line in limnoria_public_commands.opened(_registry(), COMMANDS):
            log.warning("GlanceRelease: %s; the plugin denies it all the same.", line)
        super().__init__(irc)  # type: ignore[call-arg]

    def die(self) -> None:
        """The plugin is unloaded: what Limnoria's registry says holds again."""
        for value in _REGISTRY:
            value.removeCallback(self._allow)
        gates = callbacks.Commands.pre_command_callbacks
        gates[:] = [gate for gate in gates if gate is not self._gate]
        super().die()  # type: ignore[misc]

    def inFilter(self, irc: Any, msg: Any) -> Any:  # noqa: N802  Limnoria's name
        """A line comes in. One that is no command of everybody's is addressed to nobody, where it
        is not the owner's; other bots' lines and ours are heard as before."""
        self._logins.heard(irc, msg)
        if msg.command == "PRIVMSG" and not ircmsgs.isCtcp(msg):
            words = (callbacks.addressed(irc, msg) or "").split(None, 2)
            named = [callbacks.canonicalName(word) for word in words[:2]]
            if (
                named
                and not limnoria_public_commands.sounds_open(named, COMMANDS)
                and not is_owner(msg.prefix)
            ):
                log.info("GlanceRelease: not answering %s to %s.", plain(named[0])[:40], msg.prefix)
                msg.tag("addressed", "")
        return super().inFilter(irc, msg)  # type: ignore[misc]

    def reset(self) -> None:
        """The connection to a network is lost: nobody on it is known any more."""
        self._logins.forget_all()
        super().reset()  # type: ignore[misc]


def allow() -> None:
    """Where the registry denies by default, let it allow what is everybody's, unless it names it:
    a newer plugin's commands are not in an older limnoria.conf."""
    if conf.supybot.capabilities.default.value:
        return
    held = conf.supybot.capabilities.value
    for capability in limnoria_public_commands.capabilities(COMMANDS):
        if capability not in held:  # neither it nor its opposite
            held.add(capability)


def _registry() -> dict[str, str]:
    values = (*_REGISTRY, conf.supybot.capabilities.registeredUsers)
    return {value._name: " ".join(_words(value())) for value in values}


def _words(value: Any) -> list[str]:
    return sorted(value) if isinstance(value, set) else [str(value)]


def _refused(
    logins: Logins, plugin: Any, command: list[str], irc: Any, msg: Any, words: list[Any]
) -> bool:
    """Whether the command is not to be run; nothing is said of it, but to who tries passwords."""
    said = [callbacks.canonicalName(word) for word in words if isinstance(word, str)]
    if limnoria_public_commands.is_everybodys(plugin.name(), command, said, COMMANDS):
        if (plugin.name(), command[-1]) != ("User", "identify"):
            return False
        if logins.may_try(irc, msg, words):
            return False
        log.warning("GlanceRelease: %s tried too many passwords.", msg.prefix)
        irc.reply(TOO_MANY, prefixNick=False, private=True)
        return True
    if is_owner(msg.prefix):
        return False
    log.info("GlanceRelease: %s may not %s.", msg.prefix, " ".join(command))
    return True


def is_owner(prefix: str) -> bool:
    """Whether the bot's own list of users names who is behind this prefix as an owner; what the
    registry gives to everybody counts for nobody. A prefix without user and host is a server's,
    and Limnoria would take it for a user's name."""
    if not ircutils.isUserHostmask(prefix):
        return False
    if world.testing:
        return bool(ircdb.checkCapability(prefix, "owner", ignoreDefaultAllow=True))
    try:
        user = ircdb.users.getUser(prefix)
    except (KeyError, ValueError):  # nobody, or two users at once
        return False
    if user.secure and not user.checkHostmask(prefix, useAuth=False):
        return False
    return bool(user._checkCapability("owner"))
