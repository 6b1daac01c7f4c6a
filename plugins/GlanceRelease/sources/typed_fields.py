"""Takes typed values out of a loaded mapping, and says which field of what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .strict_yaml import Unreadable


def text(row: dict[str, Any], key: str, what: str, default: str | None = None) -> str:
    """The field's text; `default` where it is absent. Raises Unreadable where it isn't text, or
    absent without a default; `what` names the row for the reader ("release 3")."""
    value = row.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{what}: {key} is not text")
    return value


def mapping(value: Any, what: str) -> dict[str, Any]:
    """The value as a mapping; an absent one is empty. Raises Unreadable for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not a mapping")
    return value


def mappings(value: Any, what: str) -> list[dict[str, Any]]:
    """The value as a list of mappings; an absent one is empty. Raises Unreadable otherwise."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unreadable(f"{what} is not a list of mappings")
    return value


def day(row: dict[str, Any], key: str, what: str) -> dt.date | None:
    """The field's ISO day, None where it is absent. Raises Unreadable for anything else."""
    value = row.get(key)
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise Unreadable(f"{what}: {key} is not a day: {str(value)[:40]!r}") from error
