"""What is worked out of a team's facts, kept for as long as these are the newest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass
class _Generation:
    facts: Facts
    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict)


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
        _, known = teams.get(id(team), (team, ()))
        for each in known:
            if each.facts is facts:
                return each
        if len(teams) >= _TEAMS:
            teams.clear()
        fresh = _Generation(facts)
        teams[id(team)] = (team, (fresh, *known[: _GENERATIONS - 1]))
        return fresh

    @wraps(work)
    def kept(facts: Facts, team: Team, /, *more: P.args, **named: P.kwargs) -> R:
        answers = generation_of(facts, team).answers
        key = (*more, *named.values())
        answer: R = answers.get(key, _NOTHING)
        if answer is not _NOTHING:
            return answer
        answer = work(facts, team, *more, **named)
        if len(answers) >= _ANSWERS:
            answers.clear()
        answers[key] = answer
        return answer

    return kept
