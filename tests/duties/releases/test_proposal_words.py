"""What a check found, in the room that there is: what is wrong stands, what to do gives way."""

from __future__ import annotations

from GlanceRelease.domain.messages.doc import line
from GlanceRelease.domain.releases.proposal import (
    Change,
    CheckReport,
    FileChange,
    Finding,
    Proposal,
    ProposedFile,
    Unjudged,
)
from GlanceRelease.duties.releases.words.proposals import check_doc, finding_phrases
from GlanceRelease.duties.releases.words.releases import (
    branch_missing,
    proposals_phrases,
    proposed,
    releases_line,
)
from GlanceRelease.render.irc import line_text, render

CHANGE = Change(1, "openstack/releases", "master", "S", "NEW", url="https://g/1")


def test_the_way_out_gives_way_to_what_is_wrong() -> None:
    found = Finding("rule", "error", "1.0.0", "it is wrong " * 12, "do this " * 12)
    told = line(*finding_phrases((found, found, found)))
    assert line_text(told).endswith("; mend: " + "do this " * 11 + "do this (and two more)")
    assert line_text(told, 200).endswith("it is wrong (and two more)")


def test_the_rules_that_could_not_be_judged_are_counted_and_not_cut() -> None:
    rules = [f"rule-{n}" for n in range(20)]
    missing = tuple(Unjudged(each, "1.0.0", "the cycle's schedule") for each in rules)
    report = CheckReport(unjudged=missing)
    *_, told = render(check_doc(Proposal(CHANGE), report))
    assert told.startswith("Not judged: rule-0")
    assert "…" not in told
    assert "..." not in told
    assert len(told.encode()) <= 400
    assert told.count("rule-") == 20, "the reasons go before a rule does"


def test_of_many_proposals_as_many_stand_as_there_is_room_for_and_the_line_ends_whole() -> None:
    def named(name: str) -> Proposal:
        file = FileChange(None, ProposedFile(f"indri/{name}.yaml", ""))
        return Proposal(CHANGE, (file,))

    many = [proposed(named(f"deliverable-{n}"), CheckReport()) for n in range(40)]
    missing = [branch_missing("stable/2027.1", "not in glance's file")]
    told = line_text(releases_line(proposals_phrases(many, [], []), "(as of now)", missing, []))
    assert told.startswith("Proposed: deliverable-0")
    assert told.endswith(" more (as of now). Missing: stable/2027.1: not in glance's file.")
    assert len(told.encode()) <= 400
    few = line_text(releases_line(proposals_phrases(many[:2], [], []), "", missing, []))
    assert few == (
        "Proposed: deliverable-0 (change 1), deliverable-1 (change 1). Missing: stable/2027.1: not"
        " in glance's file."
    )
