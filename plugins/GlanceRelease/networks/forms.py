"""What the rest of the code asks of a network's names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """A chat network: which names are those of its places and people, told by their form alone,
    what is wrong with one, and the form in which two names of one place or person are equal. In a
    team's file a person's name stands behind `person_key`."""

    name: str
    shown: str
    person_key: str
    is_place: Callable[[str], bool]
    is_person: Callable[[str], bool]
    wrong_place: Callable[[str], str]
    fold: Callable[[str], str]
