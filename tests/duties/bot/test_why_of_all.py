"""`why` of every command and of every rule's line: none is without its rule, its source and the
facts; and where a line has no room, what is in trouble stays and what is fresh is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.messages.fact_read import FactRead
from GlanceRelease.domain.messages.notice import LedgerEntry
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT
from GlanceRelease.domain.rule_sources import Follows
from GlanceRelease.domain.snapshot import deliverable_of, schedule_of
from GlanceRelease.registry import COMMANDS, RULES, Answered, Ask, answer, is_refused
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, TEAM, world

duties.load()

CHANNEL = TEAM.announce
ASKER = Ask("mallory", channel=CHANNEL)
PTL = Ask("croelandt", verified=True, channel=CHANNEL)
FRESH = (
    FactRead("series_status", NOW, "network"),
    FactRead(schedule_of("indri").name, NOW, "network"),
    *(FactRead(deliverable_of("indri", name).name, NOW, "network") for name in TEAM.deliverables),
)
AWAY = FactRead(GERRIT.name, NOW - dt.timedelta(hours=5), "stored", "HTTP 503")
IN_TROUBLE = "Gerrit's changes of 10:00 UTC (stored, trouble: HTTP 503)."


def why(text: str, said: tuple[LedgerEntry, ...] = (), last: Answered | None = None) -> str:
    """What `why` says, as one text, within the room that IRC has."""
    moment = Moment(replace(world(), said=said), NOW)
    lines = render(answer(moment, text, replace(ASKER, last=last)).doc)
    assert 1 <= len(lines) <= 2
    assert all(len(line.encode()) <= 400 for line in lines)
    return " ".join(lines)


def explains(text: str, follows: Follows) -> bool:
    """Whether the rule and the titles of its sources are told."""
    return follows.rule in text and all(source.title in text for source in follows.sources)


def line_of(
    rule: str, reason: str = "a reason", facts: tuple[FactRead, ...] | None = FRESH
) -> LedgerEntry:
    return LedgerEntry(
        f"key of {rule}", rule, CHANNEL, NOW, "said", "A line.", reason, doc("A line."),
        NOW, facts=facts,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted({*COMMANDS, *RULES}))
def test_each_name_is_explained(name: str) -> None:
    said = why(f"why {name}")
    for row in (COMMANDS.get(name), RULES.get(name)):
        assert row is None or explains(said, row.follows)
    if name in RULES:
        assert RULES[name].stop in said


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"why"}))
def test_the_answer_of_each_command_is_explained(name: str) -> None:
    moment = Moment(world(), NOW)
    text = COMMANDS[name].example
    assert text.partition(" ")[0] == name
    assert not is_refused(moment, text, PTL), "the example shall show the command's own rule"
    said = why("why", last=Answered(text, PTL, moment, NOW))
    assert said.startswith(f"{name}, answered 15:00 UTC (0 min ago): ")
    assert explains(said, COMMANDS[name].follows)
    assert " It stood on " in said or " Missing: " in said


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_line_of_each_rule_is_explained(name: str) -> None:
    said = why("why", (line_of(name),))
    assert said.startswith("Said at 2026-11-22 15:00 UTC: a reason.")
    assert f"To stop its kind: {RULES[name].stop}." in said
    assert explains(said, RULES[name].follows)
    assert " It stood on " in said


@pytest.mark.parametrize("name", sorted(RULES))
def test_what_is_in_trouble_stays_whole_in_the_line_of_each_rule(name: str) -> None:
    reason = "a reason of many words " * 8
    said = why("why", (line_of(name, reason.strip(), (*FRESH, AWAY)),))
    assert said.endswith(IN_TROUBLE)
    assert RULES[name].stop in said


@pytest.mark.parametrize("letters", range(0, 420, 20))
def test_what_is_in_trouble_is_counted_last(letters: int) -> None:
    names = ("governance", "zuul/builds", "zuul/status", "x", "y")
    stored = tuple(
        FactRead(name, NOW - dt.timedelta(days=number), "stored")
        for number, name in enumerate(names, 1)
    )
    reason = "w" * 9 + " "
    said = why("why", (line_of("reminder", reason * (letters // 10), (*FRESH, AWAY, *stored)),))
    is_whole = said.endswith(f"; {IN_TROUBLE}")
    assert is_whole or letters > 260
    if not is_whole:  # the reason alone fills a line
        assert "the list of series" not in said
        assert "Zuul's queues of" not in said


def test_the_fresh_ones_are_counted_where_that_is_enough() -> None:
    said = why("why", (line_of("reminder", "w" * 300, (*FRESH, AWAY)),))
    counted = f" It stood on {len(FRESH)} facts, of 15:00 UTC (0 min ago); {IN_TROUBLE}"
    assert said.endswith(counted)


def test_what_is_missing_for_a_trouble_stays_whole_and_the_rest_is_counted() -> None:
    lost = FactRead("zuul/builds", None, "nowhere", "HTTP 502")
    never = tuple(FactRead(f"n{number:040}", None, "nowhere") for number in range(12))
    said = why("why", (line_of("reminder", "w" * 200, (*FRESH, *never, lost)),))
    assert said.endswith(" Missing: Zuul's builds (HTTP 502); 12 facts.")
