"""Reads openstack/releases' data/series_status.yaml: every series with its phases."""

from __future__ import annotations

import re
from typing import Any

from ...domain.model import Phase, Series
from .. import typed_fields
from ..strict_yaml import Unreadable, load

_YES = frozenset({"yes", "true", "on"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # it stands in addresses and branches


def parse_series_status(body: bytes) -> tuple[Series, ...]:
    """The series in the file's order, newest first; days are UTC days.

    `release_id` is the text as written: YAML would make 2026.10 out of 2026.1. Raises Unreadable
    for anything but a list of named series, or where a name stands twice or can't be a folder's.
    """
    rows = typed_fields.mappings(load(body, "list"), "the file")
    series = tuple(_series(number, row) for number, row in enumerate(rows, start=1))
    names = [each.name for each in series]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"series {name} is there twice")
    if not series:
        raise Unreadable("no series in the file")
    return series


def _series(number: int, row: dict[str, Any]) -> Series:
    name = _name(row, "name", f"series {number}")
    what = f"series {name}"
    following = typed_fields.mapping(row.get("next-phase"), f"{what}: next-phase")
    phase = None
    if following:
        status = typed_fields.text(following, "status", f"{what}: next-phase")
        phase = Phase(status, typed_fields.day(following, "date", f"{what}: next-phase"))
    return Series(
        name=name,
        release_id=_name(row, "release-id", what) if row.get("release-id") else "",
        status=typed_fields.text(row, "status", what),
        initial_release=typed_fields.day(row, "initial-release", what),
        next_phase=phase,
        eol_date=typed_fields.day(row, "eol-date", what),
        slurp=str(row.get("slurp", "")).lower() in _YES,
    )


def _name(row: dict[str, Any], key: str, what: str) -> str:
    text = typed_fields.text(row, key, what)
    if not _NAME.fullmatch(text):
        raise Unreadable(f"{what}: {key} {text[:40]!r} is no name")
    return text
