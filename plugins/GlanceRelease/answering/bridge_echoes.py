"""Words that a bridge repeats: asked in one of a team's places, heard in the other too."""

from __future__ import annotations

import threading
from collections import OrderedDict

from ..clock import steady
from ..domain.address import place
from ..domain.team import Team
from ..render.sanitize import plain

SECONDS = 30.0  # in which a bridge repeats
_REMEMBERED = 500


class BridgeEchoes:
    """What was asked lately in places that bridges join; any thread may ask."""

    def __init__(self) -> None:
        self._asked: OrderedDict[tuple[frozenset[str], str], tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def is_echo(self, team: Team, channel: str | None, text: str) -> bool:
        """Whether the same was just asked in another place of the same bridge, where it is
        answered; else it is noted as asked here. An echo is one of one."""
        here = place(channel).folded if channel is not None else ""
        joined = next((names for names in team.joined if here in names), None)
        if joined is None:
            return False
        key, now = (joined, plain(text).casefold()), steady()
        with self._lock:
            known = self._asked.pop(key, None)
            if known is not None and now - known[0] < SECONDS and known[1] != here:
                return True
            self._asked[key] = (now, here)
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
            return False
