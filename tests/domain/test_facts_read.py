"""What is read of a moment's facts is noted: all of it, whatever is remembered, and no more."""

from __future__ import annotations

import functools
import gc
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.facts_read import FactsRead
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT
from GlanceRelease.domain.snapshot import (
    GOVERNANCE,
    NEVER,
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.duties.overdue.facts import overdue_of
from GlanceRelease.registry import COMMANDS, RULES, Ask, answer
from kit.glance_facts import NOW, TEAM, world

duties.load()

MOMENT = Moment(world(), NOW)
PTL = Ask("croelandt", verified=True, channel=TEAM.announce)


def forget() -> None:
    """Empty all that the package remembers between calls."""
    for each in gc.get_objects():
        is_cache = isinstance(each, functools._lru_cache_wrapper)
        if is_cache and (each.__module__ or "").startswith("GlanceRelease"):
            each.cache_clear()


def asked(text: str, moment: Moment = MOMENT) -> list[str]:
    reading = FactsRead(moment)
    answer(reading.moment, text, PTL)
    return sorted(fact.name for fact in reading.so_far())


def spoken(name: str) -> list[str]:
    reading = FactsRead(MOMENT)
    for notice in RULES[name].speak(reading.moment):
        notice.say(NOW)
    return sorted(reading.names)


def test_a_look_at_any_field_is_a_read_and_a_look_up_alone_is_none() -> None:
    reading = FactsRead(MOMENT)
    fact = reading.moment[SERIES]
    assert reading.so_far() == ()
    assert fact.known
    (read,) = reading.so_far()
    assert (read.name, read.at, read.origin) == ("series_status", MOMENT[SERIES].at, "network")
    reading.clear()
    copied = {**reading.moment.snapshot.facts}
    assert reading.names == ()
    other = Moment(Snapshot(TEAM, copied), NOW)
    assert other[GOVERNANCE].value
    assert reading.names == ("governance",)


def test_what_is_derived_from_a_fact_has_read_it_once() -> None:
    reading = FactsRead(MOMENT)
    derived = replace(reading.moment[SERIES], problem="HTTP 500")
    assert reading.names == ("series_status",)
    reading.clear()
    assert derived.value
    assert reading.names == ()


def test_a_fact_that_nobody_polls_is_none() -> None:
    reading = FactsRead(MOMENT)
    assert reading.moment[schedule_of("jamaica")] is NEVER
    assert reading.so_far() == ()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_nothing_that_is_remembered_hides_what_a_command_reads(name: str) -> None:
    """A reading after the same question was answered from what others remember, after every other
    command, and with nothing remembered."""
    text = COMMANDS[name].example
    forget()
    cold = asked(text)
    for each in COMMANDS.values():
        answer(MOMENT, each.example, PTL)
    assert asked(text) == cold
    assert asked(text) == cold


@pytest.mark.parametrize("name", sorted(RULES))
def test_nothing_that_is_remembered_hides_what_a_rule_reads(name: str) -> None:
    forget()
    cold = spoken(name)
    for each in RULES.values():
        list(each.speak(MOMENT))
    assert spoken(name) == cold


def test_what_is_remembered_tells_again_what_it_read() -> None:
    """Two lines of one tick stand on the same overdue things, which are worked out once."""
    reading = FactsRead(MOMENT)
    first = overdue_of(reading.moment)
    names = set(reading.names)
    assert len(names) > 5
    reading.clear()
    assert overdue_of(reading.moment) is first
    assert set(reading.names) == names


class UnreadError(Exception):
    """A fact was read that the recording does not name."""


class _Denied(Fetched[Any]):
    """A fact that may not be read."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("value", "at", "origin", "problem") and not name.startswith("__"):
            raise UnreadError
        return object.__getattribute__(self, name)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_answers_the_same_from_the_facts_it_is_said_to_have_read(name: str) -> None:
    """The proof from the other side: every other fact may not be looked at at all."""
    text = COMMANDS[name].example
    names = asked(text)
    facts = {
        key: fact if key in names else _Denied(fact.value, fact.at, fact.origin)
        for key, fact in MOMENT.snapshot.facts.items()
    }
    few = Moment(replace(MOMENT.snapshot, facts=facts), NOW)
    assert answer(few, text, PTL).doc == answer(MOMENT, text, PTL).doc
    if names and name not in ("sources",):
        without = Moment(replace(MOMENT.snapshot, facts={}), NOW)
        assert asked(text, without) == []


def test_what_some_commands_read() -> None:
    near = ["schedule/hibiscus", "schedule/indri", "series_status"]
    assert set(near) <= set(asked("deadlines"))
    assert asked("help") == asked("meeting") == []
    assert asked("mute 2h") == ["governance"]
    assert "governance" in asked("deadlines")  # whose yes to a late release counts
    assert "governance" not in asked("week")
    gerrit = Fetched({}, NOW, "network")
    facts = {**MOMENT.snapshot.facts, GERRIT.name: gerrit}
    moment = Moment(replace(MOMENT.snapshot, facts=facts), NOW)
    assert "gerrit" in asked("releases", moment)
    assert "gerrit" not in asked("week", moment)
    assert deliverable_of("indri", "glance").name in asked("draft glance beta", moment)
