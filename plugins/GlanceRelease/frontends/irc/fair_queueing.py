"""In which order the lines that wait leave: by rank, within a rank every host in turn, whose last
is longest ago, and every person of a host; and which of them nobody waits for any more."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Rank(IntEnum):
    """What a line is; the lower leaves first, but FOLLOWING to CHANNEL take turns."""

    FIRST = 0  # what the bot says unasked, and what is for somebody with a right in the team
    NEW = 1  # what begins the answer to who has not asked for a while; in a channel all of it
    FOLLOWING = 2  # the next lines of that, in private
    WHOIS = 3  # who somebody else is
    PRIVATE = 4  # an answer to one person
    CHANNEL = 5  # an answer for a channel
    REST = 6  # what follows of a long private answer


ANSWERS = range(Rank.NEW, Rank.CHANNEL + 1)
_IN_TURN = (
    Rank.FOLLOWING,
    Rank.WHOIS,
    Rank.PRIVATE,
    Rank.CHANNEL,
)  # a crowd of one keeps nobody of another back
_LINE_BY_LINE = (Rank.FOLLOWING, Rank.REST)
_REMEMBERED = 2000


@dataclass(frozen=True)
class Recipient:
    """For whom a line waits: a host ("" for the bot's own), and a person there."""

    host: str
    person: str = ""


@dataclass(frozen=True, eq=False)
class _WaitingLine(Generic[T]):
    line: T
    rank: Rank
    whose: Recipient
    target: str
    answer: Hashable
    until: float


@dataclass(frozen=True)
class Dropped(Generic[T]):
    """Lines of one answer that will not be said, and whether its beginning was."""

    lines: list[T]
    is_begun: bool


class LineOrder(Generic[T]):
    """The lines that wait for one network, which takes one a second.

    The lines of one `answer` leave one behind the other, since in a channel nobody could read them
    otherwise; line by line leave those of a private answer that has begun, and those where it is
    None. A line that has a time (`until`) is `late` after it.

    The bot's own lines come from another thread than the answers, and the one that takes them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ranks: dict[Rank, OrderedDict[str, OrderedDict[str, deque[_WaitingLine[T]]]]] = {
            rank: OrderedDict() for rank in Rank
        }
        self._order = list(Rank)
        self._begun: set[Hashable] = set()
        self._unfinished: dict[Rank, Recipient] = {}  # whose answer is being said
        self._turn = 0
        self._had: OrderedDict[Recipient, int] = OrderedDict()  # the last turn of hosts and people

    def put(
        self,
        rank: Rank,
        whose: Recipient,
        line: T,
        target: str = "",
        answer: Hashable = None,
        until: float = inf,
    ) -> None:
        """Let a line to a target wait behind those of the same person and rank."""
        with self._lock:
            people = self._ranks[rank].setdefault(whose.host, OrderedDict())
            lines = people.setdefault(whose.person, deque())
            lines.append(_WaitingLine(line, rank, whose, target, answer, until))

    def take(self) -> T | None:
        """The next line to leave; None where none waits."""
        with self._lock:
            for rank in self._order:
                if self._ranks[rank]:
                    return self._next(rank)
        return None

    def _next(self, rank: Rank) -> T:
        whose = self._unfinished.pop(rank, None) or self._whose_turn(self._ranks[rank])
        lines = self._ranks[rank][whose.host][whose.person]
        line = lines.popleft()
        follows = bool(lines) and line.answer is not None and lines[0].answer == line.answer
        if follows and rank not in _LINE_BY_LINE:
            self._unfinished[rank] = whose
        else:
            self._end_turn(rank)
        self._had_turn(whose)
        self._tidy(rank, whose)
        self._note_begun(line.answer)
        return line.line

    def _whose_turn(
        self, hosts: OrderedDict[str, OrderedDict[str, deque[_WaitingLine[T]]]]
    ) -> Recipient:
        """Of the host and the person there whose last turn is longest ago, or was never."""
        host = min(hosts, key=lambda host: self._had.get(Recipient(host), 0))
        people = hosts[host]
        return min(
            (Recipient(host, person) for person in people),
            key=lambda recipient: self._had.get(recipient, 0),
        )

    def _had_turn(self, whose: Recipient) -> None:
        self._turn += 1
        for recipient in (Recipient(whose.host), whose):
            self._had[recipient] = self._turn
            self._had.move_to_end(recipient)
        while len(self._had) > _REMEMBERED:
            self._had.popitem(last=False)

    def _tidy(self, rank: Rank, whose: Recipient) -> None:
        hosts = self._ranks[rank]
        if not hosts[whose.host][whose.person]:
            del hosts[whose.host][whose.person]
        if not hosts[whose.host]:
            del hosts[whose.host]

    def _end_turn(self, rank: Rank) -> None:
        if rank not in _IN_TURN:
            return
        if any(self._ranks[other] for other in _IN_TURN if other != rank):
            self._order.remove(rank)
            self._order.insert(Rank.CHANNEL, rank)
        else:
            self._order = list(Rank)

    def _note_begun(self, answer: Hashable) -> None:
        if answer is not None and any(line.answer == answer for line in self._all()):
            self._begun.add(answer)
        else:
            self._begun.discard(answer)

    def _all(self) -> list[_WaitingLine[T]]:
        return [
            line
            for hosts in self._ranks.values()
            for people in hosts.values()
            for lines in people.values()
            for line in lines
        ]

    def drop(self, ranks: range, target: str) -> None:
        """Forget what waits in these ranks for a target."""
        with self._lock:
            self._remove(lambda line: line.rank in ranks and line.target == target)

    def drop_late(self, now: float) -> list[Dropped[T]]:
        """Forget the answers that nobody waits for any more. One that is said as a whole is said to
        its end."""
        with self._lock:
            return self._remove_answers(
                {line.answer for line in self._all() if line.until < now and not self._ends(line)}
            )

    def _ends(self, line: _WaitingLine[T]) -> bool:
        return line.answer in self._begun and line.rank not in _LINE_BY_LINE

    def drop_of_busiest(self, target: str | None = None) -> list[Dropped[T]]:
        """Forget one answer (for the target), that has not begun: of the host for which most lines
        wait, and the person there, the oldest; who has just begun to ask is the last."""
        with self._lock:
            waiting = [
                line
                for line in self._all()
                if line.rank in ANSWERS and target in (None, line.target)
            ]
            hosts = Counter(line.whose.host for line in waiting)
            people = Counter(line.whose for line in waiting)
            droppable = [line for line in waiting if line.answer not in self._begun]
            if not droppable:
                return []
            busiest = max(
                droppable,
                key=lambda line: (
                    hosts[line.whose.host],
                    line.rank >= Rank.WHOIS,
                    people[line.whose],
                    -line.until,
                ),
            )
            if busiest.answer is None:
                self._remove(lambda line: line is busiest)
                return [Dropped([busiest.line], False)]
            return self._remove_answers({busiest.answer})

    def _remove_answers(self, answers: set[Hashable]) -> list[Dropped[T]]:
        begun = self._begun & answers
        gone = self._remove(lambda line: line.answer in answers) if answers else []
        return [
            Dropped([line.line for line in gone if line.answer == answer], answer in begun)
            for answer in dict.fromkeys(line.answer for line in gone)
        ]

    def _remove(self, is_gone: Callable[[_WaitingLine[T]], bool]) -> list[_WaitingLine[T]]:
        gone = [line for line in self._all() if is_gone(line)]
        for line in gone:
            lines = self._ranks[line.rank][line.whose.host][line.whose.person]
            lines.remove(line)
            self._tidy(line.rank, line.whose)
            if self._unfinished.get(line.rank) == line.whose:
                del self._unfinished[line.rank]
        if gone:
            self._begun &= {line.answer for line in self._all()}
        return gone

    def waiting(self, ranks: range, target: str | None = None, person: str | None = None) -> int:
        """How many lines wait in these ranks, for a target, a person, or for all."""
        with self._lock:
            return sum(
                line.rank in ranks
                and target in (None, line.target)
                and person in (None, line.whose.person)
                for line in self._all()
            )

    def of_answer(self, answer: Hashable) -> int:
        """How many lines of an answer wait."""
        with self._lock:
            return sum(line.answer == answer for line in self._all())

    def __iter__(self) -> Iterator[T]:
        """The lines that wait now, rank by rank."""
        with self._lock:
            hosts = [people for rank in self._ranks.values() for people in rank.values()]
            queues = [lines for people in hosts for lines in people.values()]
            return iter([line.line for lines in queues for line in lines])

    def __len__(self) -> int:
        with self._lock:
            hosts = [people for rank in self._ranks.values() for people in rank.values()]
            return sum(len(lines) for people in hosts for lines in people.values())

    def __bool__(self) -> bool:
        return any(self._ranks.values())
