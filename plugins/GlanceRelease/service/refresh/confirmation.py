"""Whether what an upstream says now is news, or a step back that its faults make too."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field

from ...sources.protocols import GONE, Kept

BELIEVED_AFTER = dt.timedelta(days=1)
REMEMBERED = 8

CUT_SHORT = "only the beginning of what was there"


@dataclass
class Confirmation:
    """The values that one source had before, and the step back that it shows now.

    A file that vanishes, or ends where it went on before, may be a broken proxy or half a body; one
    that was replaced and is back may come from a back end that lags. All three may be meant too (a
    revert), so they are believed when nothing else was said for a day; then what was before them is
    no news of yesterday any more.
    """

    _older: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _back: Kept | None = None
    _since: dt.datetime | None = None

    def has_changed(self, before: Kept) -> None:
        """Remember a value that a newer one has replaced."""
        self._older.append(hash(before.bodies))

    def is_older(self, fresh: Kept) -> bool:
        """Whether this value is one that was replaced before: a step back."""
        return hash(fresh.bodies) in self._older

    def is_settled(self, fresh: Kept, now: dt.datetime) -> bool:
        """Whether a step back was the only answer for a day."""
        if self._back is None or fresh != self._back or self._since is None:
            self._back, self._since = fresh, now
        return now - self._since >= BELIEVED_AFTER

    def settle(self) -> None:
        """The step back is believed."""
        self._older.clear()
        self.forget()

    def forget(self) -> None:
        """The upstream says something else again; the replaced values stay known."""
        self._back = self._since = None


def lost(known: Kept | None, fresh: Kept, was_known: bool) -> str | None:
    """What a file lost that it had, in words, or None. `was_known` tells of a value that was not
    fetched: it shipped with the project."""
    if known is None:
        return GONE if was_known and fresh.bodies[0] is None else None
    pairs = list(zip(known.bodies, fresh.bodies, strict=False))
    if any(before is not None and after is None for before, after in pairs):
        return GONE
    if any(_is_cut(before, after) for before, after in pairs):
        return CUT_SHORT
    return None


def _is_cut(before: bytes | None, after: bytes | None) -> bool:
    if before is None or after is None:
        return False
    end = after.rstrip()
    return len(end) < len(before.rstrip()) and before.startswith(end)
