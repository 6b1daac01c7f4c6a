"""The lines for Limnoria that ship, and what people hear of a bot that has them."""

from __future__ import annotations

from GlanceRelease.frontends.trial_room.guest import ServerLine
from kit.irc.bot import NICK, REGISTRY, ROOT
from kit.irc.person import Person

OF_THE_MACHINE = (
    "supybot.networks",
    "supybot.directories",
    "supybot.pidFile",
    "supybot.plugins.GlanceRelease.configuration",
)


def lines_of(text: str) -> dict[str, str]:
    """The values that a registry file sets."""
    pairs = (line.partition(": ") for line in text.splitlines() if not line.startswith("#"))
    return {key: value for key, colon, value in pairs if colon}


def shipped() -> dict[str, str | None]:
    """The registry of config/limnoria.conf, but for where things are on this machine."""
    ours = lines_of((ROOT / "config" / "limnoria.conf").read_text())
    kept: dict[str, str | None] = {
        key: None for key in REGISTRY if not key.startswith(OF_THE_MACHINE)
    }
    return kept | {key: one for key, one in ours.items() if not key.startswith(OF_THE_MACHINE)}


def said_to(*people: Person) -> list[ServerLine]:
    """What these people heard of the bot, each in private and in the channel."""
    return [
        line
        for person in people
        for line in person.heard
        if line.sender == NICK and line.command in ("PRIVMSG", "NOTICE")
    ]
