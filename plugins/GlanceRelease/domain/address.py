"""Who and where: an address is a person's name in a network, a place where several hear a network's
name of it. Each says its network by its form; which names are equal is the network's to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ..networks.known import network_of_person, network_of_place


@dataclass(frozen=True)
class Address:
    """A person in a network; `folded` is the name as store and ledger have it, in which two ways
    to write one person are equal."""

    network: str
    folded: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.folded


@dataclass(frozen=True)
class Place:
    """A place in a network where several hear what is said; `name` is as it was written."""

    network: str
    folded: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=4096)
def address(name: str) -> Address:
    """The person of a name."""
    network = network_of_person(name)
    return Address(network.name, network.fold(name), name)


@lru_cache(maxsize=4096)
def place(name: str) -> Place:
    """The place of a name: a channel, a room; one of no network is nowhere, and equal to itself."""
    network = network_of_place(name)
    if network is None:
        return Place("", name, name)
    return Place(network.name, network.fold(name), name)


def is_place(name: str) -> bool:
    """Whether the name is a place's: all others are persons'."""
    return network_of_place(name) is not None


def same_place(one: str, other: str) -> bool:
    """Whether both names are one place's."""
    return place(one) == place(other)


def network_of(target: str) -> str:
    """The network of a place's or person's name."""
    return place(target).network or address(target).network


def fold(name: str) -> str:
    """A person's name for comparing, as its network does it."""
    return address(name).folded
