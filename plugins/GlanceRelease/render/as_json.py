"""Values as JSON for programs, with other people's text as clean as anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .sanitize import plain, plain_span


def as_json(value: Any, indent: int | None = None) -> str:
    """The JSON of it; every text in it is plain."""
    return json.dumps(_cleaned(value), indent=indent)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain_span(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_cleaned(item) for item in value]
    return value
