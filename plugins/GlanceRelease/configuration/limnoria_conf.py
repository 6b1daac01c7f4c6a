"""Reads Limnoria's registry, a limnoria.conf, without Limnoria, and tells what it leaves open."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from . import secret_places
from .limnoria_public_commands import opened

NAME = "limnoria.conf"
_FROM_SYSTEMD = "CREDENTIALS_DIRECTORY"
_PLACES = re.compile(
    r"supybot\.plugins\.GlanceRelease\.passwords\.(nickserv|sasl|server)(\..*)?", re.IGNORECASE
)
_SECRETS = re.compile(
    r"supybot\.(networks\.[^.]+\.(sasl\.)?password|plugins\.Services\.NickServ\.password\..+)",
    re.IGNORECASE,
)
_SERVICES = re.compile(r"supybot\.plugins\.Services\.(Nick|Chan)Serv(\.:.+|\.\\:.+)?")
_TRUE = ("true", "on", "enable", "enabled", "1")
_CONTINUES = re.compile(r"(?<!\\)(?:\\\\)*\\$")


def find(state: str, folder: Path) -> Path | None:
    """The registry that counts: the bot's own copy, in its state or where one stands, else the one
    that it is copied from; None where there is none."""
    places = (Path(state) if state else None, Path(), folder)
    candidates = (place / NAME for place in places if place is not None)
    return next((candidate for candidate in candidates if candidate.exists()), None)


def values_of(text: str) -> dict[str, str]:
    """Its values by name; a line that ends in a backslash goes on in the next."""
    values, begun = {}, ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if _CONTINUES.search(line):
            begun += line[:-1]
            continue
        name, colon, value = (begun + line).partition(": ")
        begun = ""
        if colon:
            values[name.strip()] = value
    return values


def doubts(path: Path, ours: Collection[str]) -> Iterator[str]:
    """What an operator should know of a registry, a line each; never what a password is."""
    try:
        values = values_of(path.read_text(encoding="utf-8"))
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, ValueError) as error:
        yield f"{path}: not looked into: {getattr(error, 'strerror', None) or 'not UTF-8'}"
        return
    for line in opened(values, ours):
        yield f"{path}: {line}"
    yield from (f"{path}: {line}" for line in _nicks_alone(values))
    if mode & stat.S_IRWXO and any(map(_is_secret, values.items())):
        yield f"{path}: a password stands in it, and everybody on this machine may read it"
    yield from (f"{path}: {line}" for line in _places(values, os.environ))


def _is_secret(value: tuple[str, str]) -> bool:
    return _SECRETS.fullmatch(value[0]) is not None and value[1].strip() not in ("", "CHANGE-ME")


def _nicks_alone(values: Mapping[str, str]) -> Iterator[str]:
    """Services of whom the nick alone is believed: whoever takes it while they are away gets the
    password."""
    is_loaded = values.get("supybot.plugins.Services", "").strip().lower() in _TRUE
    for name, value in values.items():
        if is_loaded and _SERVICES.fullmatch(name) and value.strip() and "@" not in value:
            nick = value.strip()
            yield f"{name}: whoever has the nick is believed; write {nick}@THE.SERVER.OF.SERVICES"


def _places(values: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[str]:
    """Passwords that are kept elsewhere and can't be had. What systemd gives to the bot alone is
    looked at where it is there; the environment of a shell is not the bot's."""
    for name, place in values.items():
        if not _PLACES.fullmatch(name) or not place.strip():
            continue
        if ".:" in name:  # which Limnoria would pass over without a word
            network = name.partition(".:")[2]
            yield f"{name}: a network's name is written with a backslash, .\\:{network}"
        kind = place.strip().partition(":")[0]
        if kind == "env" or (kind == "credential" and _FROM_SYSTEMD not in environment):
            continue
        try:
            secret_places.read(place, environment)
        except secret_places.NotRead as error:
            yield f"{name}: {error}"
