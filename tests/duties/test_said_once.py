"""Nothing is said twice in one answer: over all that people type, in the channel and in private."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.app import Ask
from GlanceRelease.domain.releases.proposal import (
    Change,
    CheckReport,
    FileChange,
    Finding,
    Proposal,
    ProposedFile,
    Unjudged,
)
from GlanceRelease.duties.releases.words.proposals import check_doc
from GlanceRelease.registry import COMMANDS
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, said, world

sys.path.insert(0, str(Path(__file__).parent))
from test_typed_lines import FILE, PEOPLE, sections

BEGINS = 40  # letters by which a finding is known again


def rows() -> Iterator[tuple[str, dt.datetime, Ask]]:
    """Every command's example, and what is typed, in the channel and in private."""
    for row in COMMANDS.values():
        for who in ("liaison in the channel", "liaison in private"):
            yield row.name, NOW, PEOPLE[who]
            yield row.example, NOW, PEOPLE[who]
    for who, when, typed in sections(FILE.read_text()):
        for text, _ in typed if who in PEOPLE else ():
            yield text, when, PEOPLE[who]
            yield text, when, replace(PEOPLE[who], channel=None)


def twice(lines: list[str]) -> list[str]:
    """The lines whose beginning stands elsewhere in the answer, too."""
    bare = [line.removeprefix("(private) ") for line in lines]
    return [
        one
        for at, one in enumerate(bare)
        if any(
            re.search(rf"(?<!\w){re.escape(one[:BEGINS])}", other)
            for n, other in enumerate(bare)
            if n != at
        )
    ]


ROWS = list(dict.fromkeys(rows()))


@pytest.mark.parametrize(("text", "when", "ask"), ROWS, ids=lambda each: str(each)[:40])
def test_nothing_is_said_twice_in_one_answer(text: str, when: dt.datetime, ask: Ask) -> None:
    assert twice(said(world(), text, when, ask)) == []


def test_nothing_is_said_twice_in_what_other_sections_hold() -> None:
    """Those with two teams, or with the facts of Gerrit and Zuul."""
    held = {
        text: kept
        for who, _, typed in sections(FILE.read_text())
        for text, kept in typed
        if who not in PEOPLE
    }
    assert len(held) > 50
    assert {text: twice(kept) for text, kept in held.items() if twice(kept)} == {}


@pytest.mark.parametrize("private", [False, True])
def test_a_check_says_each_finding_once(private: bool) -> None:
    change = Change(1, "openstack/releases", "master", "S", "NEW", url="https://g/1")
    file = FileChange(None, ProposedFile("indri/glance.yaml", ""))
    found = [
        Finding(f"rule-{n}", "error", "34.0.0", f"{n} is wrong in the whole of the file", "mend it")
        for n in range(3)
    ]
    lost = Unjudged("a-rule-of-the-calendar", "34.0.0", "the cycle's schedule")
    for findings in (found, found[:1], []):
        report = CheckReport(tuple(findings), unjudged=(lost,))
        told = check_doc(Proposal(change, (file,)), report, private=private)
        lines = render(told, private=private)
        assert twice(lines) == []
        if private:
            assert len(lines) == 2 + len(findings), "each, and what they come to"
