"""How many questions are answered, and which ones share an answer; neither a clock nor IRC is read
here."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from .expiring_set import REMEMBERED, Recently

_K = TypeVar("_K")
_V = TypeVar("_V")

MINUTE = 60.0
A_PLACE, A_HOST = 30, 45  # questions a minute; behind a gateway many people have one host
NEW_A_PLACE, NEW_A_HOST = 30, 30  # so many first questions are said in the time an answer has
NEW_A_USER = 5  # of one name at one host: who changes nicks keeps that
TOLD_A_PLACE, TOLD_A_HOST = 1, 5  # how often a minute it is said that a limit is reached
LINES_HERE, LINES_EVERYWHERE = 20, 30  # that wait, at a line a second
SAME_SECONDS = 10.0

Scope = tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """How many lines of answers wait for one place, for all places, and for one person."""

    here: int = 0
    everywhere: int = 0
    theirs: int = 0


class Flood:
    """What was asked in the last minute. Instants are seconds of any clock that goes on; one that
    was set back has what it remembers of the future forgotten.

    A place is a channel or a person in private. Places and hosts are of the askers' choosing, so
    the oldest are forgotten.
    """

    def __init__(self) -> None:
        self._counted: OrderedDict[Scope, deque[float]] = OrderedDict()
        self._asked = Recently(MINUTE)
        self._given: OrderedDict[Hashable, float] = OrderedDict()
        self._in_vain = Recently(MINUTE)

    def is_new(self, now: float, person: str, user: str, place: str, host: str) -> bool:
        """Whether somebody asks who did not in the minute before; then it is counted, and answered
        whatever others ask. A user at a host, and a host, has not any number of new people, since
        nicks are free."""
        has_asked = self._asked.has(now, person)
        self._asked.note(now, person)
        if has_asked:
            return False
        limits = {
            ("new", place): NEW_A_PLACE,
            ("new of a host", host): NEW_A_HOST,
            ("new of a user", user): NEW_A_USER,
        }
        if not self._count(now, limits):
            return False
        for scope in (("place", place), ("host", host)):
            self._add(now, scope)
        return True

    def admits(self, now: float, place: str, host: str, waiting: Waiting) -> bool:
        """Whether a question is within every limit; only then it is counted. What waits for others
        elsewhere keeps nobody from asking for whom nothing waits."""
        if waiting.here >= LINES_HERE or (
            waiting.theirs and waiting.everywhere >= LINES_EVERYWHERE
        ):
            return False
        return self._count(now, {("place", place): A_PLACE, ("host", host): A_HOST})

    def tells(self, now: float, place: str, host: str) -> bool:
        """Whether it is to be said there that a limit is reached: once a minute, and to one host
        under whatever nicks not often."""
        limits = {("told", place): TOLD_A_PLACE, ("told a host", host): TOLD_A_HOST}
        return self._count(now, limits)

    def _count(self, now: float, limits: Mapping[Scope, int]) -> bool:
        """Count one more for each, unless one of them has as many as it may in a minute."""
        if any(self._in_a_minute(now, scope) >= most for scope, most in limits.items()):
            return False
        for scope in limits:
            self._add(now, scope)
        return True

    def _add(self, now: float, scope: Scope) -> None:
        _remember(self._counted, scope, self._counted.get(scope) or deque()).append(now)

    def _in_a_minute(self, now: float, scope: Scope) -> int:
        counted = self._counted.get(scope)
        if counted is None:
            return 0
        while counted and not 0 <= now - counted[0] < MINUTE:
            counted.popleft()
        return len(counted)

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

    def was_in_vain(self, now: float, who: Hashable) -> bool:
        """Whether they came within a minute under the nick of somebody else with a right."""
        return self._in_vain.has(now, who)

    def in_vain(self, now: float, who: Hashable) -> None:
        """Services do not know them as the one whose nick they have."""
        self._in_vain.note(now, who)


def _remember(known: OrderedDict[_K, _V], key: _K, value: _V) -> _V:
    """Note it as the newest, and forget the oldest."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
    return value
