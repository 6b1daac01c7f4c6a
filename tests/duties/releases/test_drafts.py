"""Drafts: of each kind, passing its own check, and adding to the file without rewriting it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease.domain.model import Branch, Release
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.draft_plan import DraftOrder, DraftPlan
from GlanceRelease.domain.releases.proposal import Change, CheckReport, Finding
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.duties.releases.draft_orders import plan_of, read_order
from GlanceRelease.duties.releases.draft_text import with_release
from GlanceRelease.duties.releases.drafts import Draft, draft
from GlanceRelease.duties.releases.words.drafts import draft_doc
from GlanceRelease.registry import Ask, UserError, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.gerrit.proposal_lookup import look_up_base
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.opendev.proposed_file import read_proposed
from GlanceRelease.sources.strict_yaml import load
from kit.glance_facts import at, with_file, world
from kit.release_cases import (
    GLANCE,
    PREVIOUS_FILES,
    SERIES_ROWS,
    TEAM,
    A,
    B,
    C,
    parsed,
    releases,
    schedule,
    store,
)
from kit.upstream.gerrit import GerritServer

HEAD = "d" * 40
NOTES = "release-notes:\n  https://docs.openstack.org/releasenotes/glance/2026.2.html\n"
HIGHLIGHTS = "cycle-highlights:\n  - Faster # said twice\n"
BRANCH = "branches:\n  - name: stable/2026.2\n    location: 33.0.0.0rc1\n"
B2 = GLANCE + HIGHLIGHTS + releases(("33.0.0.0b2", A)) + "# the end\n" + NOTES
RC1 = GLANCE + HIGHLIGHTS + releases(("33.0.0.0b2", A), ("33.0.0.0rc1", B)) + BRANCH + NOTES

CASES = [
    ("glance", "beta", GLANCE, (2026, 7, 1), "33.0.0.0b2", "master"),
    ("glance", "beta", B2, (2026, 8, 27), "33.0.0.0b3", "master"),
    ("glance", "rc", B2, (2026, 9, 8), "33.0.0.0rc1", "master"),
    ("glance", "rc", RC1, (2026, 9, 22), "33.0.0.0rc2", "stable/2026.2"),
    ("glance", "final", RC1, (2026, 9, 28), "33.0.0", "stable/2026.2"),
    ("glance-store", "feature", store(("5.5.0", A)), (2026, 7, 1), "5.6.0", "master"),
    ("glance-store", "bugfix", store(("5.5.0", A)), (2026, 7, 1), "5.5.1", "master"),
    ("glance-store", "feature", None, (2026, 7, 1), "5.5.0", "master"),
]  # fmt: skip


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(dt.datetime(2026, 9, 8, tzinfo=dt.UTC)) as server:
        for repository in ("openstack/glance", "openstack/glance_store"):
            for branch, head in (("master", HEAD), ("stable/2026.2", "e" * 40)):
                server.heads[repository, branch] = head
                held = (branch, "master") if branch == "master" else (branch,)
                server.commits[repository, head] = ("2026-09-01 00:00:00", held, ())
            for sha in (A, B):
                held = ("master", "stable/2026.2")
                server.commits[repository, sha] = ("2026-08-01 00:00:00", held, ())
            server.parents[repository, HEAD] = server.parents[repository, "e" * 40] = (B,)
            server.parents[repository, B] = (A,)
        yield server


def drafted(gerrit: GerritServer, name: str, kind: str, text: str | None, day: Any) -> Draft:
    """A draft that is given, with its words."""
    plan, made = draft_of(gerrit, name, kind, text, day)
    words = draft_doc(plan, made)
    assert words.details[-1].phrases == ("git review",)
    shown = render(draft_doc(plan, made, "https://bot.example/glance-release"))[-1]
    path = f"hibiscus/{name}.yaml"
    assert shown == (
        f"deliverables/{path}: https://bot.example/glance-release/draft/{name}-{kind}.yaml - then:"
        f" git add deliverables/{path} && git commit -s -m 'Release {name} {made.release.version}'"
        " && git review"
    )
    return made


def draft_of(
    gerrit: GerritServer, name: str, kind: str, text: str | None, day: Any
) -> tuple[DraftPlan, Draft]:
    now = dt.datetime(*day, 12, tzinfo=dt.UTC)
    path = f"hibiscus/{name}.yaml"
    if text is not None:
        gerrit.raw("openstack/releases".rpartition("/")[2], f"deliverables/{path}", text)
    file = read_proposed(path, text).deliverable if text is not None else None
    facts = {
        SERIES.name: Fetched(SERIES_ROWS, now, "network"),
        schedule_of("hibiscus").name: Fetched(schedule(), now, "network"),
        deliverable_of("hibiscus", name).name: Fetched(file, now, "network"),
        deliverable_of("gazpacho", name).name: Fetched(PREVIOUS_FILES.get(name), now, "network"),
    }
    snapshot = Snapshot(TEAM, facts)
    plan = plan_of(Moment(snapshot, now), read_order(snapshot, f"{name} {kind}"))

    async def ask() -> Any:
        async with Http("test") as http:
            return await look_up_base(http, gerrit.url, gerrit.url, plan, now)

    return plan, draft(Moment(snapshot, now), plan, asyncio.run(ask()), read_proposed)


@pytest.mark.parametrize(("name", "kind", "text", "day", "version", "branch"), CASES)
def test_a_draft_passes_its_own_check_and_only_adds(
    gerrit: GerritServer,
    name: str,
    kind: str,
    text: str | None,
    day: Any,
    version: str,
    branch: str,
) -> None:
    made = drafted(gerrit, name, kind, text, day)
    assert made.report.findings == ()
    assert made.release.version == version
    new = load(made.file.text)
    assert parsed(made.file.text, made.file.path) == made.file.deliverable
    if text is None:
        return
    old = load(text)
    assert new.pop("releases")[:-1] == old.pop("releases", [])
    if version.endswith("rc1"):
        added = new.pop("branches")
        assert added == [{"name": "stable/2026.2", "location": version}]
    assert new == old
    assert [row for row in text.splitlines() if row not in made.file.text.splitlines()] == []
    head = "e" * 40 if branch != "master" else HEAD
    assert dict(made.release.hashes) == {
        repository: B if kind == "final" else head for repository, _ in made.release.hashes
    }


def test_in_private_the_file_keeps_its_blanks_and_comments(gerrit: GerritServer) -> None:
    text = f"# who watches\n{B2}"
    made = drafted(gerrit, "glance", "beta", text, (2026, 8, 27))
    plan = DraftPlan(DraftOrder("glance", "beta"), "hibiscus", "hibiscus/glance.yaml", "master", ())
    shown = render(draft_doc(plan, made), private=True)
    assert shown[1:-2] == ["deliverables/hibiscus/glance.yaml:", *made.file.text.splitlines()]


def test_what_is_proposed_already_is_said(gerrit: GerritServer) -> None:
    made = drafted(gerrit, "glance", "beta", B2, (2026, 8, 27))
    change = Change(900001, "openstack/releases", "master", "S", "NEW", url="https://g/900001")
    plan = DraftPlan(DraftOrder("glance", "beta"), "hibiscus", "hibiscus/glance.yaml", "master", ())
    shown = render(draft_doc(plan, replace(made, proposed=change), "https://bot.example"))
    assert shown[1] == "33.0.0.0b3 is proposed already: https://g/900001"


def test_a_draft_with_an_error_is_not_given(gerrit: GerritServer) -> None:
    made = drafted(gerrit, "glance", "beta", B2, (2026, 8, 27))
    bad = Finding("branch-membership", "error", "33.0.0.0b3", "it is nowhere", "name a commit")
    made = replace(made, report=CheckReport((bad,), (("branch-membership", "33.0.0.0b3"),)))
    plan = DraftPlan(DraftOrder("glance", "beta"), "hibiscus", "hibiscus/glance.yaml", "master", ())
    shown = render(draft_doc(plan, made), private=True)
    assert shown == [
        f"glance 33.0.0.0b3 from {HEAD[:10]} of master: 1 error, 0 rules kept."
        " So there is no draft.",
        "error: it is nowhere; mend: name a commit",
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("glance", "Say: draft"),
        ("nova beta", "there are"),
        ("glance gamma", "none of"),
        ("glance beta abc", "40 hexadecimal"),
        ("glance feature", "beta, rc and final"),
        ("glance final", "no release candidate"),
        ("glance-store rc", "feature or bugfix"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    gerrit: GerritServer, words: str, reason: str
) -> None:
    name, _, kind = words.partition(" ")
    text = store(("5.5.0", A)) if name == "glance-store" else B2
    with pytest.raises(UserError, match=reason):
        drafted(gerrit, name, kind, text, (2026, 7, 1))


def test_a_branch_that_gerrit_has_not_is_said(gerrit: GerritServer) -> None:
    gerrit.heads.clear()
    with pytest.raises(UserError, match="no master of openstack/glance"):
        drafted(gerrit, "glance", "beta", B2, (2026, 7, 1))


@pytest.mark.parametrize(
    ("kind", "day", "cut"),
    [
        ("service", (2026, 9, 10), False),
        ("service", (2026, 9, 11), True),
        ("service", (2026, 9, 22), True),
        ("service\nstable-branch-type: none", (2026, 9, 22), False),
        ("tempest-plugin", (2026, 9, 22), False),
    ],
)
def test_the_last_release_of_a_service_without_candidates_carries_the_branch(
    gerrit: GerritServer, kind: str, day: Any, cut: bool
) -> None:
    text = store(("5.5.0", A)).replace("type: library", f"type: {kind}")
    made = drafted(gerrit, "glance-store", "feature", text, day)
    assert made.report.errors == ()
    added = [{"name": "stable/2026.2", "location": "5.6.0"}]
    assert load(made.file.text).get("branches") == (added if cut else None)
    words = render(draft_doc(plan_with("glance-store"), made))[0]
    assert (", with stable/2026.2: " in words) == cut


def plan_with(name: str) -> DraftPlan:
    return DraftPlan(DraftOrder(name, "feature"), "hibiscus", f"hibiscus/{name}.yaml", "master", ())


def test_a_file_without_a_release_gives_no_number() -> None:
    now = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    facts = {
        SERIES.name: Fetched(SERIES_ROWS, now, "network"),
        schedule_of("hibiscus").name: Fetched(schedule(), now, "network"),
        deliverable_of("gazpacho", "glance").name: Fetched(
            replace(PREVIOUS_FILES["glance"], series="gazpacho", releases=()), now, "network"
        ),
    }
    snapshot = Snapshot(TEAM, facts)
    with pytest.raises(UserError, match="no release, so I can't tell"):
        plan_of(Moment(snapshot, now), read_order(snapshot, "glance beta"))


def test_the_command_checks_the_order_at_once() -> None:
    now = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    reply = answer(Moment(Snapshot(TEAM), now), "draft glance rc", Ask())
    assert reply.lookup is None
    assert "which series" in str(reply.doc.lines[0].phrases[0])


@pytest.mark.parametrize(
    ("typed", "name", "kind"),
    [
        ("glance store feature", "glance-store", "feature"),
        ("glance_store feature", "glance-store", "feature"),
        ("openstack/glance_store bugfix 2026.1", "glance-store", "bugfix"),
        ("glance store bugfix 2026.1", "glance-store", "bugfix"),
        ("glance tempest plugin final", "glance-tempest-plugin", "final"),
        ("store final", "glance-store", "final"),
    ],
)
def test_a_deliverable_is_called_as_everywhere(typed: str, name: str, kind: str) -> None:
    order = read_order(world(), typed)
    assert (order.deliverable, order.kind) == (name, kind)


def test_what_is_no_kind_is_quoted() -> None:
    with pytest.raises(UserError, match=r'^"store" is none of beta, rc, final, feature, bugfix\.$'):
        read_order(world(), "glance store b3")


MODEL = """---
# who watches the store
launchpad: glance-store
include-pypi-link: true
release-model: cycle-with-intermediary
team: glance
type: library
repository-settings:
  openstack/glance_store: {}
cycle-highlights:
- Old news
releases:
- version: 5.4.0
  projects:
  - repo: openstack/glance_store
    hash: {sha}
branches:
- name: stable/2026.1
  location: 5.4.0
release-notes: https://docs.openstack.org/releasenotes/glance_store/2026.1.html
""".replace("{sha}", C)


def test_a_cycle_s_first_file_keeps_what_is_not_of_a_cycle(gerrit: GerritServer) -> None:
    gerrit.raw("releases", "deliverables/gazpacho/glance-store.yaml", MODEL)
    made = drafted(gerrit, "glance-store", "feature", None, (2026, 7, 1))
    head = MODEL.partition("cycle-highlights:")[0]
    assert made.file.text.startswith(head + "releases:\n  - version: 5.5.0\n")
    assert load(made.file.text).keys() == load(head).keys() | {"releases"}
    assert made.report.findings == ()


RELEASE = Release("2.0.0", (("openstack/x", A),))


@pytest.mark.parametrize(
    "text",
    [
        "team: x\nreleases:\n- version: 1.0.0\n  projects:\n  - repo: openstack/x\n"
        f"    hash: {B}\nbranches:\n- name: a\n  location: 1.0.0\n",
        "team: x\nreleases: [] # none yet\ntype: y\n",
        "team: x\n\n# why\nbranches:\n    - name: a\n      location: 1.0.0\n\n# after\ntype: z",
        "team: x\nreleases:\n  # first\ntype: y\n",
    ],
)
def test_the_text_s_own_form_is_kept(text: str) -> None:
    fresh = with_release(text, RELEASE, Branch("stable/2026.2", "2.0.0"))
    old, new = load(text), load(fresh)
    assert new["releases"][:-1] == (old.get("releases") or [])
    assert new["releases"][-1]["version"] == "2.0.0"
    assert new["branches"][-1] == {"name": "stable/2026.2", "location": "2.0.0"}
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in fresh.splitlines() if line.startswith("#")
    ]


def test_a_list_in_one_line_is_left_to_people() -> None:
    with pytest.raises(ValueError, match="no list of lines"):
        with_release("releases: [{version: 1.0.0}]\n", RELEASE)


def test_a_draft_is_checked_as_the_file_that_it_is(gerrit: GerritServer) -> None:
    """What check-release finds in a file is found in its draft: keys, and a version twice."""
    twice = GLANCE + releases(("33.0.0.0b2", A), ("33.0.0.0b2", B))
    for text, why, mend in (
        (B2 + "relase-notes: x\n", 'unknown key "relase-notes"', "take it out"),
        (twice, "33.0.0.0b2 is there twice", "take one of the two out"),
    ):
        plan, made = draft_of(gerrit, "glance", "beta", text, (2026, 8, 27))
        assert [finding.why for finding in made.report.errors] == [why]
        shown = render(draft_doc(plan, made))
        assert shown[0].endswith("So there is no draft.")
        assert shown[1] == f"error: {why}; mend: {mend}"


@pytest.mark.parametrize(
    ("made", "day", "words"),
    [
        ((), (2026, 5, 1), "b1 belongs to Hibiscus-1 (Thu 2026-05-14)."),
        ((1,), (2026, 5, 14), "b1 is out; b2 belongs to Hibiscus-2 (Thu 2026-07-02)."),
        ((1,), (2026, 6, 21), "b1 is out; b2 belongs to Hibiscus-2 (Thu 2026-07-02)."),
        ((1,), (2026, 6, 22), "33.0.0.0b2"),
        ((), (2026, 7, 1), "33.0.0.0b2"),
        ((2,), (2026, 7, 2), "b2 is out; b3 belongs to Hibiscus-3 (Thu 2026-08-27)."),
        ((1, 2), (2026, 8, 20), "33.0.0.0b3"),
        ((3,), (2026, 8, 27), "b3 is out; RC1 comes next."),
    ],
)
def test_a_beta_is_drafted_in_its_milestone_s_window(
    gerrit: GerritServer, made: tuple[int, ...], day: Any, words: str
) -> None:
    rows = [(f"33.0.0.0b{number}", A) for number in made]
    text = GLANCE + HIGHLIGHTS + (releases(*rows) if rows else "")
    try:
        said = drafted(gerrit, "glance", "beta", text, day).release.version
    except UserError as error:
        said = str(error)
    assert said == words


def test_a_candidate_that_is_late_comes_from_master_with_its_branch() -> None:
    late = with_file(world(), "hibiscus", "glance", "33.0.0.0b2@2026-07-02")
    moment = Moment(late, at("2026-10-02T12:00:00"))
    plan = plan_of(moment, DraftOrder("glance", "rc", series="hibiscus"))
    assert (plan.branch, plan.stable, plan.path) == (
        "master", "stable/2026.2", "hibiscus/glance.yaml",
    )  # fmt: skip
    with pytest.raises(UserError, match="has no stable/2026"):
        plan_of(moment, DraftOrder("glance", "final", series="hibiscus"))
