"""Keeps Limnoria's look through its callers' variables out of those of pytest-xdist."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from supybot.dynamicScope import DynamicScope


def _variables(self: DynamicScope, name: str) -> dict[str, Any]:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") != "__channelexec__":
        if name in frame.f_locals:
            return frame.f_locals
        frame = frame.f_back
    raise NameError(name)


DynamicScope._getLocals = _variables
