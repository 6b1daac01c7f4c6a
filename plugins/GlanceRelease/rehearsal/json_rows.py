"""Reads a file that is a JSON list of rows, as all of a rehearsal's files are."""

from __future__ import annotations

import json
from typing import Any

from ..sources.strict_yaml import Unreadable


def json_rows(body: bytes) -> list[Any]:
    """The rows in order. Raises Unreadable, with the line where it is known, for what is none."""
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"{where}not JSON") from error
    if not isinstance(rows, list):
        raise Unreadable("not a JSON list of rows")
    return rows
