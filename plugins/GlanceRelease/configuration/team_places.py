"""What is wrong with the teams' places: on a network that the bot is not on, or two teams'."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..domain.address import Place, place
from ..domain.team import Team
from ..networks.irc import IRC
from ..networks.known import network_of_place
from ..networks.matrix import MATRIX
from .checked_file import File

OPENED_BY = {IRC.name: "", MATRIX.name: "matrix"}  # bot.yaml's key for each network's front end
_SHOWN = 40


def check_places(teams: Sequence[File[Team]], bot: Mapping[Any, Any]) -> None:
    """Blame the files of the teams for each."""
    _check_shared_channels(teams)
    served = [name for name, key in OPENED_BY.items() if not key or bot.get(key) is not None]
    for team in teams:
        _check_served(team, served)


def _check_served(file: File[Team], served: Collection[str]) -> None:
    """A place is on a network that the bot is on: no line would ever reach another."""
    places: list[tuple[tuple[str | int, ...], Any]] = [
        (("channels", number), name) for number, name in file.listed("channels")
    ]
    if isinstance(meeting := file.written.get("meeting"), dict):
        places.append((("meeting", "place"), meeting.get("place")))
    for where, name in places:
        network = network_of_place(name) if isinstance(name, str) else None
        if network is not None and network.name not in served:
            opens = OPENED_BY[network.name]
            reason = f"{name[:_SHOWN]!r} is on {network.shown}, and bot.yaml has no key {opens}"
            file.blame(where, reason)


def _check_shared_channels(teams: Iterable[File[Team]]) -> None:
    seen: dict[Place, str] = {}
    for file in teams:
        for number, channel in file.listed("channels"):
            if isinstance(channel, str):
                other = seen.setdefault(place(channel), file.path.stem)
                if other != file.path.stem:
                    reason = f"{channel[:_SHOWN]} is {other}'s already"
                    file.blame(("channels", number), reason)
