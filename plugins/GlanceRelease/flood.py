"""How many questions are answered, and which ones share an answer; neither a clock nor IRC is read
here."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")

MINUTE = 60.0
A_PLACE, A_HOST = 30, 45  # questions a minute; behind a gateway many people have one host
LINES_HERE, LINES_EVERYWHERE, TAILS = 20, 120, 600  # that wait, at a line a second
SAME_SECONDS = 10.0
_REMEMBERED = 2000
_EVERYBODY = ("everybody", "")

Scope = tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """How many lines of answers wait for one place, for all places, and as the rest of long
    private answers."""

    here: int = 0
    everywhere: int = 0
    tails: int = 0


class Flood:
    """What was asked in the last minute. Instants are seconds of any clock that goes on; one that
    was set back has what it remembers of the future forgotten.

    A place is a channel or a person in private. Places and hosts are of the askers' choosing, so
    the oldest are forgotten.
    """

    def __init__(self) -> None:
        self._asked: OrderedDict[Scope, deque[float]] = OrderedDict()
        self._told: OrderedDict[Scope, float] = OrderedDict()
        self._given: OrderedDict[Hashable, float] = OrderedDict()

    def asked(self, now: float, place: str, host: str, waiting: Waiting) -> Scope | None:
        """Count a question that is to be answered; else the limit that it is over, uncounted."""
        counts = {
            ("place", place): (A_PLACE, waiting.here >= LINES_HERE),
            ("host", host): (A_HOST, False),
        }
        for scope, (most, is_full) in counts.items():
            if is_full or self._in_a_minute(now, scope) >= most:
                return scope
        if waiting.everywhere >= LINES_EVERYWHERE or waiting.tails >= TAILS:
            return _EVERYBODY
        for scope in counts:
            _remember(self._asked, scope, self._asked.get(scope) or deque()).append(now)
        return None

    def _in_a_minute(self, now: float, scope: Scope) -> int:
        asked = self._asked.get(scope)
        if asked is None:
            return 0
        while asked and not 0 <= now - asked[0] < MINUTE:
            asked.popleft()
        return len(asked)

    def is_told(self, now: float, over: Scope) -> bool:
        """Whether it was said within a minute that this limit is reached; else it is now."""
        told = self._told.get(over)
        if told is not None and 0 <= now - told < MINUTE:
            return True
        _remember(self._told, over, now)
        return False

    def is_given(self, now: float, answer: Hashable) -> bool:
        """Whether this answer to this question was given there within ten seconds; else it is now.
        Asked again and again it is given every ten seconds."""
        given = self._given.get(answer)
        if given is not None and 0 <= now - given < SAME_SECONDS:
            return True
        _remember(self._given, answer, now)
        while not 0 <= now - next(iter(self._given.values())) < SAME_SECONDS:
            self._given.popitem(last=False)
        return False


def _remember(known: OrderedDict[_K, _V], key: _K, value: _V) -> _V:
    """Note it as the newest, and forget the oldest."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return value
