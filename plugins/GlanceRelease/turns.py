"""In which order the lines that wait leave: by rank, and within a rank everybody in turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from threading import Lock
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

    The bot's own lines come from another thread than the answers, and the one that takes them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ranks: dict[Rank, OrderedDict[str, deque[_Waiting[T]]]] = {
            rank: OrderedDict() for rank in Rank
        }
        self._count: dict[tuple[Rank, str], int] = {}

    def put(
        self, rank: Rank, whose: str, line: T, target: str = "", answer: Hashable = None
    ) -> None:
        """Let a line to a target wait behind those of the same person and rank."""
        with self._lock:
            mine = self._ranks[rank].setdefault(whose, deque())
            mine.append(_Waiting(line, target, answer))
            self._tally(rank, target, 1)

    def take(self) -> T | None:
        """The next line to leave; None where none waits."""
        with self._lock:
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

    def drop(self, ranks: range, target: str) -> None:
        """Forget what waits in these ranks for a target."""
        with self._lock:
            for rank in ranks:
                self._drop(Rank(rank), target)

    def _drop(self, rank: Rank, target: str) -> None:
        people = self._ranks[rank]
        for whose, lines in list(people.items()):
            kept = deque(one for one in lines if one.target != target)
            self._tally(rank, target, len(kept) - len(lines))
            people[whose] = kept
            if not kept:
                del people[whose]

    def _tally(self, rank: Rank, target: str, more: int) -> None:
        count = self._count.get((rank, target), 0) + more
        self._count[rank, target] = count
        if not count:
            del self._count[rank, target]

    def waiting(self, ranks: range, target: str | None = None) -> int:
        """How many lines wait in these ranks, for a target or for all."""
        with self._lock:
            if target is not None:
                return sum(self._count.get((Rank(rank), target), 0) for rank in ranks)
            return sum(count for (rank, _), count in self._count.items() if rank in ranks)

    def __iter__(self) -> Iterator[T]:
        """The lines that wait now, rank by rank."""
        with self._lock:
            people = [lines for rank in self._ranks.values() for lines in rank.values()]
            return iter([one.line for lines in people for one in lines])

    def __len__(self) -> int:
        return self.waiting(range(len(Rank)))

    def __bool__(self) -> bool:
        return bool(self._count)
