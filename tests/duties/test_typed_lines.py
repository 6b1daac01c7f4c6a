"""Three hundred lines as people type them, with the answers that they get, held word for word.

The answers stand in typed_lines.txt beside this file: a section for each person and instant, ">"
before what is typed. After a change that is meant, `python tests/duties/test_typed_lines.py` writes
them anew, to be read before they are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from duties.overdue.test_overdue import known, proposed, settled
from GlanceRelease.answering.first_answers import Answers
from GlanceRelease.app import Ask
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings as settings_file
from GlanceRelease.domain.ci.builds import NIGHTS
from GlanceRelease.domain.releases.proposal import GERRIT, Vote
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Member, Team
from GlanceRelease.render.irc import render
from kit.glance_facts import ROOT, at, said, world
from kit.page_facts import history

FILE = Path(__file__).with_name("typed_lines.txt")
CHANNEL = "#openstack-glance"
PEOPLE = {
    "passer-by in the channel": Ask("rosmaita", channel=CHANNEL),
    "passer-by in private": Ask("rosmaita"),
    "liaison in the channel": Ask("pdeore", verified=True, channel=CHANNEL),
    "liaison in private": Ask("pdeore", verified=True),
    "liaison who has not identified": Ask("pdeore", channel=CHANNEL),
}
TWO_TEAMS = "liaison of two teams in private"
WITH_FACTS = "passer-by in the channel, with Gerrit and Zuul"
_Section = tuple[str, dt.datetime, list[tuple[str, list[str]]]]


def sections(text: str) -> Iterator[_Section]:
    """The person, the instant, and what was typed with the answers."""
    for block in text.split("\n== ")[1:]:
        head, *rows = block.splitlines()
        who, _, when = head.rpartition(", ")
        typed: list[tuple[str, list[str]]] = []
        for row in rows:
            if row.startswith("> "):
                typed.append((row[2:], []))
            elif row.startswith("  "):
                typed[-1][1].append(row[2:])
        yield who, at(when), typed


def answers(who: str, when: dt.datetime, text: str) -> list[str]:
    """What the bot says to it."""
    if who == TWO_TEAMS:
        return of_two_teams(text, when)
    if who == WITH_FACTS:
        return said(with_facts(when), text, when, PEOPLE["passer-by in the channel"])
    return said(world(), text, when, PEOPLE[who])


def with_facts(when: dt.datetime) -> Snapshot:
    """Indri in its R-3 week, as Gerrit and Zuul tell of it: RC1 proposed with a bad vote, a library
    without its last release, a job that fails for three nights, one that recovered."""
    there = settled("store")
    bad = Vote("Code-Review", -1, "Elod Illes", "e@example.org", at("2027-03-03T09:00:00"))
    rc1 = proposed(there, "34.0.0.0rc1", "2027-03-02T09:00:00", votes=(bad,), owner="Pranali")
    there = known(there, rc1)
    jobs = {
        "glance-tox-functional-tips": ["SUCCESS", "FAILURE", "FAILURE", "FAILURE"],
        "glance-tox-py3-tips": ["SUCCESS", "SUCCESS", "FAILURE", "SUCCESS"],
    }
    zuul = Fetched(history(jobs, when), when, "network", None, "https://zuul.test", "zuul")
    facts = {**there.facts, NIGHTS.name: zuul}
    gerrit = replace(facts[GERRIT.name], at=when, upstream="gerrit")
    return replace(there, facts={**facts, GERRIT.name: gerrit})


def fresh(snapshot: Snapshot, when: dt.datetime) -> Snapshot:
    """The snapshot, as upstream has just said it again."""
    facts = {name: replace(fact, at=when) for name, fact in snapshot.facts.items()}
    return replace(snapshot, facts=facts)


def of_two_teams(text: str, when: dt.datetime) -> list[str]:
    """To the liaison of Glance and Cinder, in private, from a bot for both."""
    alone = settings_file.load(ROOT / "config")
    both = (Member("both"),)
    glance = replace(alone.default_team, people={"release": both})
    cinder = Team(
        "cinder", "cinder", ("#openstack-cinder",), ("cinder", "os-brick"), people={"release": both}
    )
    teams = {team.name: team for team in (glance, cinder)}
    clock = SteppedClock(when)
    snapshots = {name: fresh(world(team), when) for name, team in teams.items()}
    current: Any = SimpleNamespace(by_team=snapshots)
    bot = Answers(replace(alone, teams=teams), clock, None, current)
    words, ask = bot.addressed(text, Ask("both", verified=True))
    return render(bot.ask(words, ask).doc, private=True)


CASES = [
    pytest.param(who, when, text, told, id=f"{who}: {text}")
    for who, when, rows in sections(FILE.read_text())
    for text, told in rows
]


def test_there_are_three_hundred() -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize(("who", "when", "text", "told"), CASES)
def test_a_typed_line_has_its_answer(
    who: str, when: dt.datetime, text: str, told: list[str]
) -> None:
    assert answers(who, when, text) == told


def _write() -> None:
    head = FILE.read_text().split("\n== ")[0]
    parts = [head.rstrip("\n")]
    for who, when, rows in sections(FILE.read_text()):
        parts.append(f"\n== {who}, {when:%Y-%m-%dT%H:%M:%S}")
        for text, _ in rows:
            parts += [f"> {text}", *(f"  {line}" for line in answers(who, when, text))]
    FILE.write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    _write()
