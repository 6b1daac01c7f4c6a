"""Reads the file behind `--released`: when a release's proposal merged, which no deliverable file
says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..domain.releases.released import Released
from ..sources import typed_fields
from ..sources.strict_yaml import Unreadable
from .json_rows import json_rows

_UNKNOWN = ("", "?")


def parse_released(body: bytes) -> tuple[Released, ...]:
    """The rows in order. `merged`, and `proposed` where it stands, must carry a zone and are
    converted to UTC: the history has rows in +00:00 and rows in -04:00. Keys we don't use are
    ignored.

    Raises Unreadable that names row (from 1) and key.
    """
    return tuple(_released(number, row) for number, row in enumerate(json_rows(body), start=1))


def _released(number: int, row: Any) -> Released:
    what = f"row {number}"
    if not isinstance(row, dict):
        raise Unreadable(f"{what} is not an object")
    branches = row.get("branches_added") or []
    if not isinstance(branches, list):
        raise Unreadable(f"{what}: branches_added is not a list")
    proposed = typed_fields.text(row, "proposed", what, default="")
    return Released(
        deliverable=typed_fields.text(row, "deliverable", what),
        version=typed_fields.text(row, "version", what),
        merged=_instant(typed_fields.text(row, "merged", what), what, "merged"),
        branches=tuple(_branch(branch, what) for branch in branches),
        series=typed_fields.text(row, "series", what, default=""),
        proposed=_instant(proposed, what, "proposed") if proposed not in _UNKNOWN else None,
    )


def _instant(value: str, what: str, key: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise Unreadable(f"{what}: {key} has no time zone: {value[:40]!r}")
        return instant.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{what}: {key} is not an instant: {value[:40]!r}") from error


def _branch(value: Any, what: str) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str):
        raise Unreadable(f"{what}: branches_added has something that is no name")
    return value
