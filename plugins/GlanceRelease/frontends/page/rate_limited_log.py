"""What strangers can cause as often as they like is written down once a minute."""

from __future__ import annotations

import asyncio
import logging

log = logging.getLogger(__name__)


class SparseLog:
    """A line for the first of each kind; then, as long as more come, one a minute that counts."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._more: dict[str, int] = {}
        self._last: dict[str, str] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def note(self, kind: str, detail: str) -> None:
        """One more of a kind; the kinds are few, and the detail holds nothing of a stranger's."""
        if kind in self._more:
            self._more[kind] += 1
            self._last[kind] = detail
            return
        log.warning("The page: a %s %s.", kind, detail)
        self._begin(kind)

    def close(self) -> None:
        """Forget what was not written yet."""
        for timer in self._timers.values():
            timer.cancel()

    def _begin(self, kind: str) -> None:
        self._more[kind] = 0
        loop = asyncio.get_running_loop()
        self._timers[kind] = loop.call_later(self._seconds, self._minute, kind)

    def _minute(self, kind: str) -> None:
        more = self._more.pop(kind)
        if more:
            log.warning("The page: %s more: %s, the last %s.", more, kind, self._last[kind])
            self._begin(kind)
