"""How many questions of one person, and in one room, are answered in a minute."""

from __future__ import annotations

from collections import OrderedDict, deque

MINUTE = 60.0
A_PERSON, A_ROOM = 20, 60
CAUGHT_UP = 100  # of one person, of what was asked while the bot was down
_REMEMBERED = 2000


class AskedLately:
    """What was asked in the last minute, by instants of any clock that goes on. Who is forgotten
    was the longest silent."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def admits(self, now: float, person: str, room: str, catches_up: bool) -> bool:
        """Whether a question is within the limits; then it is counted."""
        limits = {f"{person} back": CAUGHT_UP} if catches_up else {person: A_PERSON, room: A_ROOM}
        return self._counts(now, limits)

    def tells(self, now: float, person: str) -> bool:
        """Whether it is to be said that there were too many: once a minute."""
        return self._counts(now, {f"{person} told": 1})

    def _counts(self, now: float, limits: dict[str, int]) -> bool:
        if any(self._in_a_minute(now, name) >= most for name, most in limits.items()):
            return False
        for name in limits:
            self._asked.setdefault(name, deque()).append(now)
            self._asked.move_to_end(name)
        while len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return True

    def _in_a_minute(self, now: float, name: str) -> int:
        asked = self._asked.get(name)
        while asked and now - asked[0] >= MINUTE:
            asked.popleft()
        return len(asked or ())
