"""What a homeserver's reply comes to: done, or why not, and when to ask again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_OBEYED = 600.0  # seconds of a Retry-After


@dataclass(frozen=True)
class ServerAnswer:
    """What a call came to: HTTP's status (0: none came), the JSON object, how many seconds the
    server wants to be left alone, and in a few words what is wrong."""

    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float = 0.0
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        """Whether the server did what it was asked."""
        return self.status == 200 and not self.trouble

    @property
    def code(self) -> str:
        """Matrix's name of the error; "" where there is none."""
        code = self.body.get("errcode")
        return code if isinstance(code, str) else ""

    @property
    def passes(self) -> bool:
        """Whether it is a trouble that may be over when it is tried again."""
        return (
            self.status in (0, 408, 429)
            or self.status >= 500
            or (self.status == 200 and bool(self.trouble))
        )


def answer_of(status: int, heads: Mapping[str, str], body: bytes) -> ServerAnswer:
    """What a reply says; what is no JSON object, as a gateway's page, is a trouble."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    known = told if isinstance(told, dict) else {}
    if status == 200:
        trouble = "" if isinstance(told, dict) else "an answer that is no JSON object"
        return ServerAnswer(status, known, trouble=trouble)
    words = known.get("error") if isinstance(known.get("error"), str) else ""
    code = known.get("errcode") if isinstance(known.get("errcode"), str) else ""
    trouble = ": ".join(filter(None, (f"HTTP {status}", code, words)))[:200]
    return ServerAnswer(status, known, _retry_after(status, known, heads), trouble)


def _retry_after(status: int, body: Mapping[str, Any], heads: Mapping[str, str]) -> float:
    """The seconds that a 429 names, in the body's or the header's way; one where it names none."""
    if status != 429:
        return 0.0
    told = body.get("retry_after_ms")
    if isinstance(told, int | float) and not isinstance(told, bool) and told >= 0:
        return min(told / 1000 + 0.05, MOST_OBEYED)
    text = heads.get("Retry-After", "")
    return min(float(text), MOST_OBEYED) if text.isdecimal() and len(text) < 7 else 1.0
