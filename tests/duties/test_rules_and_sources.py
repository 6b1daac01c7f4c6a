"""Every command and every rule says which rule it follows and where that is written."""

from __future__ import annotations

import re

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.releases.freeze_reasons import FreezeRule
from GlanceRelease.domain.rule_sources import RULE_SOURCES, Follows, RuleSource
from GlanceRelease.duties.releases.asked import BASES
from GlanceRelease.duties.releases.rules import FILE_RULES
from GlanceRelease.duties.releases.rules import RULES as RELEASE_RULES
from GlanceRelease.duties.releases.rules.case import FileRule, ReleaseRule
from GlanceRelease.registry import COMMANDS, RULES, command

duties.load()

ROWS: dict[str, Follows] = {
    **{f"command {row.name}": row.follows for row in COMMANDS.values()},
    **{f"rule {row.name}": row.follows for row in RULES.values()},
}
# What rests on no document: on what people told, on the team's file, on the bot's own memory.
PEOPLES = {
    *("command ack", "command snooze", "command subscribe", "command unsubscribe"),
    *("command mute", "command unmute", "command action", "rule own deadline"),
    "rule subscription",
}
TEAMS = {"command meeting", "rule meeting", "command in"}
OWN = {"command help": "my commands", "command log": "my ledger", "command why": "my ledger"}
OWN |= {"command sources": "I asked each upstream"}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_none_is_without(name: str) -> None:
    row = ROWS[name]
    assert 10 < len(row.rule) <= 100
    assert not row.rule.endswith(".")
    assert row.rule == row.rule.strip()
    if name in PEOPLES:
        assert re.search(r"told me|people said", row.rule)
    elif name in TEAMS:
        assert "the team's file" in row.rule
    elif name in OWN:
        assert OWN[name] in row.rule
    else:
        assert row.sources, "it rests on a document, which is to be named"


def test_nothing_else_is_said_to_rest_on_people_alone() -> None:
    assert {name for name, row in ROWS.items() if not row.sources} == PEOPLES | TEAMS | {*OWN}


_PUBLIC = r"https://([a-z]+\.)?(openstack\.org|opendev\.org|launchpad\.net)(/\S*)?"


def test_each_source_has_a_title_and_a_public_address_and_is_used() -> None:
    used = {source for row in ROWS.values() for source in row.sources}
    used |= {source for one in BASES.values() for source in one.follows.sources}
    used |= {RULE_SOURCES["governance"]}  # that of rights
    told = [rule.source for rule in (*RELEASE_RULES, *FILE_RULES)]
    told += [RuleSource(rule.source, "") for rule in FreezeRule]
    used |= {
        source for source in RULE_SOURCES.values() for one in told if _is_of(one.title, source)
    }
    assert used == set(RULE_SOURCES.values())
    for source in RULE_SOURCES.values():
        assert re.fullmatch(_PUBLIC, source.url)
        assert source.title


def _is_of(title: str, source: RuleSource) -> bool:
    return title == source.title or title.startswith(f"{source.title}: ")


@pytest.mark.parametrize("rule", [*RELEASE_RULES, *FILE_RULES], ids=lambda rule: rule.id)
def test_a_rule_of_files_says_where_it_stands_by_the_same_table(
    rule: ReleaseRule | FileRule,
) -> None:
    known = [one for one in RULE_SOURCES.values() if _is_of(rule.source.title, one)]
    assert [one.url for one in known] == [rule.source.url]


@pytest.mark.parametrize("rule", list(FreezeRule), ids=lambda rule: rule.rule)
def test_a_rule_of_freezes_does_too(rule: FreezeRule) -> None:
    assert sum(_is_of(rule.source, one) for one in RULE_SOURCES.values()) == 1


def test_a_source_that_is_in_no_table_is_refused() -> None:
    with pytest.raises(KeyError):
        command("nothing", "", "", "", basis="a rule", sources=("hearsay",))
    assert "nothing" not in COMMANDS
