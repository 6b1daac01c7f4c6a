"""What is worked out of a team's facts, kept for as long as these are the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:  # what a team is stands on calendars, which are kept by this
    from .team import Team

P = ParamSpec("P")
R = TypeVar("R")
Facts = Mapping[str, Any]
_TEAMS = 256
_GENERATIONS = 2  # of a team's facts: a rehearsal goes back and forth between two
_ANSWERS = 16
_NOTHING: Any = object()


class NotingFacts(dict[str, Any]):
    """Facts of which somebody is told each that is read. What is remembered of them goes with them,
    and tells of its reads again whenever it is used, so that no read is hidden by an earlier one's
    answer; the answers of the facts themselves stay where they are."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__()
        self._told = told
        self._open: list[dict[str, None]] = []
        self.generations: dict[tuple[Any, int], _Generation] = {}

    def note(self, name: str) -> None:
        """One of them is read."""
        self._told(name)
        for names in self._open:
            names[name] = None

    @contextmanager
    def reading(self) -> Iterator[dict[str, None]]:
        """The names of what is read meanwhile."""
        names: dict[str, None] = {}
        self._open.append(names)
        try:
            yield names
        finally:
            self._open.pop()


@dataclass
class _Generation:
    facts: Facts
    team: Team  # as long as its id is a key, nothing else may have it
    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    reads: dict[tuple[Any, ...], tuple[str, ...]] = field(default_factory=dict)


def kept_by_facts(
    work: Callable[Concatenate[Facts, Team, P], R],
) -> Callable[Concatenate[Facts, Team, P], R]:
    """Remember what a function of these very facts, this very team and some more gave.

    However many teams a bot has, each keeps the answers of its own newest facts, and lets older
    facts go: an `lru_cache` of few entries would forget a team before it is asked again, and one of
    many keep facts alive that nobody asks about. Any thread may ask; at worst two work it out.
    """
    teams: dict[int, tuple[Team, tuple[_Generation, ...]]] = {}

    def generation_of(facts: Facts, team: Team) -> _Generation:
        if isinstance(facts, NotingFacts):
            return facts.generations.setdefault((work, id(team)), _Generation(facts, team))
        _, known = teams.get(id(team), (team, ()))
        for each in known:
            if each.facts is facts:
                return each
        if len(teams) >= _TEAMS:
            teams.clear()
        fresh = _Generation(facts, team)
        teams[id(team)] = (team, (fresh, *known[: _GENERATIONS - 1]))
        return fresh

    @wraps(work)
    def kept(facts: Facts, team: Team, /, *more: P.args, **named: P.kwargs) -> R:
        generation = generation_of(facts, team)
        answers, key = generation.answers, (*more, *named.values())
        if isinstance(facts, NotingFacts):
            return _noted(facts, generation, key, lambda: work(facts, team, *more, **named))
        answer: R = answers.get(key, _NOTHING)
        if answer is not _NOTHING:
            return answer
        answer = work(facts, team, *more, **named)
        if len(answers) >= _ANSWERS:
            answers.clear()
        answers[key] = answer
        return answer

    return kept


def _noted(
    facts: NotingFacts, generation: _Generation, key: tuple[Any, ...], work: Callable[[], R]
) -> R:
    """The answer for these facts, with all that it stands on noted anew."""
    if key in generation.answers:
        for name in generation.reads[key]:
            facts.note(name)
    else:
        with facts.reading() as names:
            fresh = work()
        if len(generation.answers) >= _ANSWERS:
            generation.answers.clear()
        generation.answers[key] = fresh
        generation.reads[key] = tuple(names)
    answer: R = generation.answers[key]
    return answer
