"""The instants of Zuul's rows, however they are written."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Any

_MILLISECONDS = 1e11  # a greater number counts thousandths of seconds
_FIRST, _LAST = 2000, 2100  # years; what lies outside is no night of Zuul's


def instant(value: Any) -> dt.datetime | None:
    """ "2026-11-22T02:00:00" is UTC, as Zuul writes it; a zone, a fraction, a blank for the T, a
    date as in mail and seconds or milliseconds since 1970 are understood; None for the rest."""
    try:
        found = _number(value) if _is_number(value) else _text(value)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    if found is None:
        return None
    at = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    return at.replace(microsecond=0) if _FIRST <= at.year < _LAST else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, dt.UTC)


def _text(value: Any) -> dt.datetime | None:
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _number(float(text))
    except ValueError:
        return parsedate_to_datetime(text)
