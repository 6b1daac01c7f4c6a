"""What came up a short while ago, of as much as anybody may think up; no clock is read here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

REMEMBERED = 2000


class Recently:
    """Things noted within so many seconds; the oldest of more than two thousand are forgotten. A
    clock that was set back has what is noted of the future forgotten."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._noted: OrderedDict[Hashable, float] = OrderedDict()

    def note(self, now: float, what: Hashable) -> None:
        """Remember that it was seen now."""
        self._noted[what] = now
        self._noted.move_to_end(what)
        if len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)

    def has(self, now: float, what: Hashable) -> bool:
        """Whether it was seen within these seconds."""
        noted = self._noted.get(what)
        return noted is not None and 0 <= now - noted < self._seconds

    def __len__(self) -> int:
        return len(self._noted)
