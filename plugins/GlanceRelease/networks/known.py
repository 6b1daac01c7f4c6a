"""The table of the networks: a name is the first one's whose form it has."""

from __future__ import annotations

from functools import lru_cache

from .forms import Network
from .irc import IRC
from .matrix import MATRIX

NETWORKS: tuple[Network, ...] = (MATRIX, IRC)
_NAMES = 4096  # each tick asks about the same ones again


@lru_cache(maxsize=_NAMES)
def network_of_place(name: str) -> Network | None:
    """The network that calls a place so; None where none does."""
    return next((network for network in NETWORKS if network.is_place(name)), None)


@lru_cache(maxsize=_NAMES)
def network_of_person(name: str) -> Network:
    """The network that calls a person so."""
    return next(network for network in NETWORKS if network.is_person(name))
