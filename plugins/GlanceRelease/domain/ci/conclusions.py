"""What was concluded from a history of builds, so that no command concludes it again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from .builds import History

T = TypeVar("T")

_KNOWN: WeakKeyDictionary[History, dict[Hashable, Any]] = WeakKeyDictionary()


def concluded(history: History, asked: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, made once for the history and what was `asked` of it; it goes with the
    history. It may rest on nothing else."""
    known = _KNOWN.setdefault(history, {})
    if asked not in known:
        known[asked] = make()
    value: T = known[asked]
    return value
