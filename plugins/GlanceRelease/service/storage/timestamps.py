"""Instants as the store has them: text that sorts as time does."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import sqlalchemy as sa

_STAMP = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def stamp(instant: dt.datetime) -> str:
    """An instant as the store writes it: UTC, fixed width, so that text sorts as time does."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(stored: str) -> dt.datetime:
    """The instant that `stamp` wrote; ValueError for anything else, an instant of centuries that
    are not ours among them."""
    if not isinstance(stored, str) or not _STAMP.fullmatch(stored):
        raise ValueError("no instant")
    return dt.datetime.fromisoformat(stored)


def is_instant(stored: object) -> bool:
    """Whether it is one that `stamp` wrote."""
    try:
        return isinstance(stored, str) and bool(instant(stored))
    except ValueError:
        return False


def looks_like_one(column: Any) -> Any:
    """The condition that a column has an instant, as far as the database can tell."""
    return column.like("2___-__-__T__:__:__.______Z") & column.between("2000", "2200")


def greatest(column: Any) -> Any:
    """The newest instant of a column, as far as the database can tell."""
    return sa.select(sa.func.max(column)).where(looks_like_one(column))


def least(column: Any) -> Any:
    """The oldest instant of a column, as far as the database can tell."""
    return sa.select(sa.func.min(column)).where(looks_like_one(column))
