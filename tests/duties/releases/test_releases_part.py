"""What the weekly report and the page tell of releases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.messages.doc import Line
from GlanceRelease.domain.model import GovernanceTeam, Person
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import (
    GERRIT,
    Change,
    FileChange,
    Proposal,
    ProposedFile,
    TeamChanges,
    Vote,
    constant_of,
)
from GlanceRelease.domain.reports.meeting_report import Part
from GlanceRelease.domain.snapshot import GOVERNANCE, Fetched, Snapshot, deliverable_of
from GlanceRelease.duties.releases.report import releases_part
from GlanceRelease.render.irc import line_text
from kit.glance_facts import NOW, with_file, world

STORE = "openstack/glance_store"
OPEN = Change(
    900001, "openstack/releases", "master", "Release glance", "NEW", owner="Elod", patch_set=1,
    created=NOW - dt.timedelta(days=2), url="https://g/900001",
)  # fmt: skip
MERGED = Change(1, STORE, "master", "S", "MERGED", message="Closes-Bug: #1", files=("x.py",))


def facts(known: TeamChanges | None, constant: str | None = None) -> Snapshot:
    more = {constant_of("glance").name: Fetched(constant, NOW, "network")}
    if known is not None:
        more[GERRIT.name] = Fetched({"glance": known}, NOW, "network")
    return world(**more)


def part(snapshot: Snapshot) -> Part:
    return releases_part(Moment(snapshot, NOW))


def words(part: Part) -> str:
    return in_words(part.phrases)


def test_what_is_open_lacking_unreleased_and_to_merge() -> None:
    known = TeamChanges((Proposal(OPEN),), merged={STORE: (MERGED,)})
    found = part(facts(known, "2026_2"))
    assert words(found) == (
        "Releases: no deliverable of ours proposed, lacks PTL-Approved of PTL or liaison, "
        "glance-store 1 unreleased"
    )
    assert [table.count for table in found.tables] == [1, 1, 1]
    assert {fact.key: fact.value for fact in found.facts}["glance-store"] == "5.6.0"


def test_where_gerrit_never_answered_no_table_says_nothing() -> None:
    tables = part(facts(None)).tables
    assert {table.empty for table in tables if not table.rows} == {"not known"}


def test_an_approval_is_news_and_counts_no_more() -> None:
    yes = replace(OPEN, votes=(LABEL,))
    before = part(facts(TeamChanges((Proposal(OPEN),))))
    after = part(facts(TeamChanges((Proposal(yes),))))
    assert "proposed, PTL-Approved, waits for the release team" in words(after)
    assert before.facts != after.facts
    assert after.tables[0].count == 0


def test_nothing_proposed_is_told_from_nothing_known() -> None:
    assert words(part(facts(TeamChanges(), "2027_1"))) == "Releases: nothing is proposed"
    silent = part(facts(None))
    assert words(silent) == "Releases: Gerrit has not answered yet"
    assert silent.tiles == ()


def test_a_gerrit_that_answered_badly_is_no_gerrit_that_was_not_asked() -> None:
    silent = facts(None)
    fact = Fetched(problem="an answer in another shape than Gerrit's")
    odd = replace(silent, facts={**silent.facts, GERRIT.name: fact})
    assert words(part(odd)) == (
        "Releases: Gerrit gave no answer yet (an answer in another shape than Gerrit's)"
    )


def test_many_proposals_stay_one_short_line() -> None:
    many = tuple(Proposal(replace(OPEN, number=n)) for n in range(40))
    said = line_text(Line(part(facts(TeamChanges(many))).phrases))
    assert said.endswith("more")


PEOPLE = (
    GovernanceTeam("glance", Person("Cyril", "croelandt", "c@example.org"), (), "", ()),
    GovernanceTeam("Release Management", Person("Elod", "elod", "e@example.org"), (), "", ()),
)
CYRILS = {"owner": "Cyril", "owner_email": "c@example.org"}
MALLORYS = {"owner": "Mallory", "owner_email": "m@example.org"}
LABEL = Vote("PTL-Approved", 1, "Zuul", username="zuul")
TEAMS = Vote("Code-Review", 1, "Cyril", "c@example.org")
PLUS_2 = Vote("Code-Review", 2, "Elod", "e@example.org")
WORKFLOW = Vote("Workflow", 1, "Elod", "e@example.org")
MINUS_1 = Vote("Code-Review", -1, "Elod", "e@example.org")


def released(version: str, **more: Any) -> Proposal:
    """A change that adds a version of glance to Indri's file."""
    one = with_file(world(), "indri", "glance", "34.0.0.0b1@2026-11-19")
    file = one[deliverable_of("indri", "glance")].value
    assert file is not None
    after = replace(file, releases=(replace(file.releases[-1], version=version),))
    before = ProposedFile("indri/glance.yaml", "", deliverable=replace(file, releases=()))
    changed = FileChange(before, ProposedFile("indri/glance.yaml", "", deliverable=after))
    return Proposal(replace(OPEN, **more), (changed,))


def reported(proposal: Proposal) -> str:
    known = facts(TeamChanges((proposal,)), "2027_1")
    people = {GOVERNANCE.name: Fetched(PEOPLE, NOW, "network")}
    return words(part(replace(known, facts={**known.facts, **people})))


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({**MALLORYS}, "proposed, lacks PTL-Approved of PTL or liaison"),
        ({**MALLORYS, "votes": (PLUS_2,)}, "proposed, lacks PTL-Approved of PTL or liaison"),
        (
            {**MALLORYS, "votes": (LABEL,)},
            "proposed, PTL-Approved, waits for the release team",
        ),
        (
            {**CYRILS, "votes": (LABEL,)},
            "proposed, PTL-Approved, own upload, waits for the release team",
        ),
        ({**CYRILS}, "proposed, no PTL-Approved yet, own upload, waits for the release team"),
        (
            {**MALLORYS, "votes": (TEAMS,)},
            "proposed, no PTL-Approved yet, Code-Review of PTL or liaison, waits for the release "
            "team",
        ),
        ({**CYRILS, "votes": (LABEL, PLUS_2, WORKFLOW)}, "approved by the release team"),
        (
            {**MALLORYS, "votes": (PLUS_2, replace(WORKFLOW, name="Eve", email="x@example.org"))},
            "proposed, lacks PTL-Approved of PTL or liaison",
        ),
        ({**MALLORYS, "votes": (LABEL, MINUS_1)}, "proposed, Code-Review -1, waits for Mallory"),
        ({**MALLORYS, "work_in_progress": True}, "proposed, work in progress, waits for Mallory"),
    ],
)
def test_how_a_proposal_stands_is_in_gerrits_words(change: dict[str, Any], standing: str) -> None:
    said = reported(Proposal(replace(OPEN, **change)))
    assert said == f"Releases: no deliverable of ours {standing}"


def test_one_with_an_error_says_so_beside_it() -> None:
    assert reported(released("1.0.0", **MALLORYS)).startswith(
        "Releases: glance 1.0.0 proposed, lacks PTL-Approved of PTL or liaison (check: "
    )
