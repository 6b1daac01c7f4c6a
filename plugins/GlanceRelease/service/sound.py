"""One row that can't be read is left out and logged, and keeps nothing else back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
_logged: set[str] = set()


def readable(rows: Iterable[Any], read: Callable[[Any], T], name: Callable[[Any], str]) -> list[T]:
    """What can be read of these rows."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(read(row))
        except UNREADABLE as error:
            left_out(name(row), error)
    return found


def left_out(name: str, error: Exception) -> None:
    """Log what is damaged, once."""
    if name not in _logged:
        _logged.add(name)
        log.error("The database has what can't be read, and it is left out: %s (%s)", name, error)


def read_or(value: str | None, read: Callable[[str], T], otherwise: T, name: str) -> T:
    """A single value; `otherwise` where there is none, or none that can be read."""
    try:
        return otherwise if value is None else read(value)
    except UNREADABLE as error:
        left_out(name, error)
        return otherwise


def mapping(value: str) -> dict[str, str]:
    """A JSON object of words."""
    found = json.loads(value)
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ValueError("no mapping of words")
    return found
