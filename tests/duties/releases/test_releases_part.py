"""What the weekly report and the page tell of releases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.messages.doc import Line
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import (
    GERRIT,
    Change,
    Proposal,
    TeamChanges,
    Vote,
    constant_of,
)
from GlanceRelease.domain.reports.meeting_report import Part
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.duties.releases.report import releases_part
from GlanceRelease.render.irc import line_text
from kit.glance_facts import NOW, world

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
        "Releases: no deliverable of ours proposed, lacks PTL-Approved, glance-store 1 unreleased"
    )
    assert [table.count for table in found.tables] == [1, 1, 1]
    assert {fact.key: fact.value for fact in found.facts}["glance-store"] == "5.6.0"


def test_where_gerrit_never_answered_no_table_says_nothing() -> None:
    tables = part(facts(None)).tables
    assert {table.empty for table in tables if not table.rows} == {"not known"}


def test_an_approval_is_news_and_counts_no_more() -> None:
    yes = replace(OPEN, votes=(Vote("PTL-Approved", 1, "Zuul"),))
    before = part(facts(TeamChanges((Proposal(OPEN),))))
    after = part(facts(TeamChanges((Proposal(yes),))))
    assert "proposed and approved" in words(after)
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
