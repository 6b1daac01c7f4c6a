"""What is worked out of a team's facts is worked out once for each team, and old facts go."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from GlanceRelease.domain.memo_by_facts import Facts, kept_by_facts
from GlanceRelease.domain.team import Team
from kit.glance_facts import TEAM

TEAMS = tuple(replace(TEAM, name=f"team{number}") for number in range(60))


class Known(dict[str, str]):
    """Facts of which one can tell whether anybody still has them."""


def test_each_of_sixty_teams_is_worked_out_once() -> None:
    worked: list[tuple[str, int]] = []

    @kept_by_facts
    def double(facts: Facts, team: Team, number: int) -> int:
        worked.append((team.name, number))
        return 2 * number

    facts = [Known() for _ in TEAMS]
    for _ in range(3):
        for own, team in zip(facts, TEAMS, strict=True):
            assert double(own, team, 1) == 2
            assert double(own, team, 2) == 4
    assert len(worked) == len(set(worked)) == 120


def test_what_is_none_is_remembered_too() -> None:
    worked: list[str] = []

    @kept_by_facts
    def nothing(facts: Facts, team: Team) -> None:
        worked.append(team.name)

    facts = Known()
    for _ in range(3):
        nothing(facts, TEAM)
    assert worked == ["glance"]


def test_other_facts_and_another_team_are_never_told_the_same() -> None:
    @kept_by_facts
    def both(facts: Facts, team: Team) -> str:
        return f"{team.name} {facts['a']}"

    one, other = Known(a="1"), Known(a="2")
    for _ in range(3):
        assert both(one, TEAMS[0]) == "team0 1"
        assert both(other, TEAMS[0]) == "team0 2"
        assert both(one, TEAMS[1]) == "team1 1"
        assert both(Known(a="3"), TEAMS[0]) == "team0 3"


def test_facts_that_are_no_longer_the_newest_are_let_go() -> None:
    @kept_by_facts
    def length(facts: Facts, team: Team, number: int) -> int:
        return len(facts) + number

    seen = []
    for _ in range(20):
        facts = Known()
        seen.append(weakref.ref(facts))
        for number in range(40):
            length(facts, TEAM, number)
    del facts
    gc.collect()
    assert sum(each() is not None for each in seen) == 2
