"""In which order the lines that wait leave: by rank, and within a rank everybody in turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Rank(IntEnum):
    """What a line is; the lower leaves first."""

    FIRST = 0  # what the bot says unasked, and what is for somebody with a right in the team
    WHOIS = 1  # who somebody else is
    PRIVATE = 2  # an answer to one person
    CHANNEL = 3  # an answer for a channel
    REST = 4  # what follows of a long private answer


@dataclass(frozen=True)
class _Waiting(Generic[T]):
    line: T
    target: str
    answer: Hashable


class Turns(Generic[T]):
    """The lines that wait for one network, which takes one a second.

    In each rank those whose lines wait (`whose`: a host, or "" for the bot's own) take turns. The
    lines of one `answer` leave one behind the other, since in a channel nobody could read them
    otherwise; where it is None they take turns line by line.
    """

    def __init__(self) -> None:
        self._ranks: dict[Rank, OrderedDict[str, deque[_Waiting[T]]]] = {
            rank: OrderedDict() for rank in Rank
        }
        self._count: dict[tuple[Rank, str], int] = {}

    def put(
        self, rank: Rank, whose: str, line: T, target: str = "", answer: Hashable = None
    ) -> None:
        """Let a line to a target wait behind those of the same person and rank."""
        mine = self._ranks[rank].setdefault(whose, deque())
        mine.append(_Waiting(line, target, answer))
        self._tally(rank, target, 1)

    def take(self) -> T | None:
        """The next line to leave; None where none waits."""
        for rank, people in self._ranks.items():
            if people:
                return self._next(rank, people)
        return None

    def _next(self, rank: Rank, people: OrderedDict[str, deque[_Waiting[T]]]) -> T:
        whose, lines = next(iter(people.items()))
        one = lines.popleft()
        self._tally(rank, one.target, -1)
        if not lines:
            del people[whose]
        elif one.answer is None or lines[0].answer != one.answer:
            people.move_to_end(whose)
        return one.line

    def drop(self, unwanted: Callable[[Rank, str], bool]) -> None:
        """Forget what waits in a rank for a target, where it is unwanted there."""
        for rank, people in self._ranks.items():
            for whose, lines in list(people.items()):
                kept = deque(one for one in lines if not unwanted(rank, one.target))
                for one in lines:
                    if unwanted(rank, one.target):
                        self._tally(rank, one.target, -1)
                people[whose] = kept
                if not kept:
                    del people[whose]

    def _tally(self, rank: Rank, target: str, more: int) -> None:
        count = self._count[rank, target] = self._count.get((rank, target), 0) + more
        if not count:
            del self._count[rank, target]

    def waiting(self, ranks: range, target: str | None = None) -> int:
        """How many lines wait in these ranks, for a target or for all."""
        if target is not None:
            return sum(self._count.get((Rank(rank), target), 0) for rank in ranks)
        return sum(count for (rank, _), count in self._count.items() if rank in ranks)

    def __iter__(self) -> Iterator[T]:
        """The lines, rank by rank."""
        for people in self._ranks.values():
            for lines in people.values():
                yield from (one.line for one in lines)

    def __len__(self) -> int:
        return sum(self._count.values())

    def __bool__(self) -> bool:
        return bool(self._count)
