"""Gerrit's client against a Gerrit on loopback: the wire's traps, and what a refresh costs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from GlanceRelease.domain.gerrit_scope import Scope
from GlanceRelease.domain.releases.merged_changes import Sort, sort_of
from GlanceRelease.registry import UserError
from GlanceRelease.sources.gerrit.client import (
    change_number,
    instant,
    query_changes,
    read_change,
)
from GlanceRelease.sources.gerrit.commits import commit
from GlanceRelease.sources.gerrit.proposal_lookup import look_up_proposal
from GlanceRelease.sources.gerrit.team_changes import TeamChangesSource
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.strict_yaml import Unreadable
from kit.upstream.gerrit import GerritServer, Stored

NOW = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
A, B = "a" * 40, "b" * 40
STORE = "openstack/glance_store"
FILE = """team: glance
type: library
release-model: cycle-with-intermediary
repository-settings:
  openstack/glance_store: {}
releases:
  - version: 5.5.0
    projects:
      - repo: openstack/glance_store
        hash: %s
"""
MORE = "  - version: 5.6.0\n    projects:\n      - repo: openstack/glance_store\n        hash: "
PATH = "deliverables/hibiscus/glance-store.yaml"
SCOPE = Scope(
    "glance", ("glance-store", "oslo.x"), ("openstack/glance_store",), (),
    {"openstack/glance_store": A},
)  # fmt: skip


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        before = FILE % A
        server.add(
            Stored(
                1, "openstack/releases", "Release glance_store 5.6.0",
                files={
                    PATH: (before, f"{before}{MORE}{B}\n"), "deliverables/x/nova.yaml": ("", ""),
                },
            )
        )  # fmt: skip
        server.grow(STORE, A, day="2026-07-01 08:00:00", branch="master")
        server.grow(STORE, B, A, day="2026-09-01 08:00:00", branch="master")
        server.tags[STORE, "5.5.0"] = A
        for number, day in ((10, "2026-06-30"), (11, "2026-07-02"), (12, "2026-08-02")):
            server.add(
                Stored(
                    number, "openstack/glance_store", f"Change {number}", status="MERGED",
                    submitted=f"{day} 10:00:00.000000000", files={"glance_store/x.py": ("", "")},
                )
            )  # fmt: skip
        yield server


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-19 14:00:00.123456789", dt.datetime(2026, 11, 19, 14, 0, 0, 123456, dt.UTC)),
        ("2026-11-19 14:00:00", dt.datetime(2026, 11, 19, 14, tzinfo=dt.UTC)),
        ("yesterday", None),
        ("2026-02-31 00:00:00.000000000", None),
        (None, None),
    ],
)
def test_times_have_nine_digits_and_no_zone(text: str | None, expected: dt.datetime | None) -> None:
    assert instant(text) == expected


BASE = "https://review.opendev.org"


@pytest.mark.parametrize(
    "text",
    [
        "987654", " 987654 ", f"{BASE}/987654", f"{BASE}/c/openstack/releases/+/987654",
        f"{BASE}/c/openstack/releases/+/987654/3/deliverables/hibiscus/glance.yaml",
        f"{BASE}/#/c/987654/", "review.opendev.org/c/987654",
        f"{BASE}/c/openstack/glance/+/987654/",
    ],
)  # fmt: skip
def test_a_change_is_known_by_number_and_address(text: str) -> None:
    assert change_number(text, BASE) == 987654


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/c/openstack/releases/+/987654", "http://169.254.169.254/987654",
        "https://review.opendev.org.evil.example/987654", "https://evil@evil.example/1",
        "file:///etc/passwd", "I0123456789", "", "https://review.opendev.org:8443/1", "../../1",
        "https://review.opendev.org@evil.example/1", "99999999999999", "\x0304red",
    ],
)  # fmt: skip
def test_an_address_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        change_number(text, BASE)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("raw", [{}, {"_number": "1"}, {"_number": 1}, {"project": "x"}])
def test_what_is_no_change_is_unreadable(raw: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        read_change(raw)


def test_every_field_may_be_absent() -> None:
    change = read_change({"_number": 1, "project": "p", "labels": {"X": None}, "owner": None})
    assert (change.number, change.votes, change.files, change.created) == (1, (), (), None)


@pytest.mark.asyncio
async def test_queries_share_requests_and_pages_are_followed(gerrit: GerritServer) -> None:
    gerrit.limit = 2
    queries = ["project:openstack/glance_store status:merged", "project:openstack/releases"] * 6
    async with Http("test") as http:
        lists = await query_changes(http, gerrit.url, queries)
    assert [len(found) for found in lists] == [3, 1] * 6
    assert gerrit.count("S=2") == 6
    assert gerrit.count() == 2 + 6


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["error", "garbage"])
async def test_a_gerrit_that_restarts_is_a_trouble(gerrit: GerritServer, mode: str) -> None:
    gerrit.mode = mode
    async with Http("test") as http:
        with pytest.raises(Trouble):
            await query_changes(http, gerrit.url, ["status:open"])


@pytest.mark.asyncio
async def test_plus_is_sent_as_a_plus(gerrit: GerritServer) -> None:
    async with Http("test") as http:
        with pytest.raises(Trouble):
            await query_changes(http, gerrit.url, ["label:Workflow=+1"])
    assert "%2B1" in gerrit.seen[-1].target


@pytest.mark.asyncio
async def test_a_quiet_refresh_is_one_request(gerrit: GerritServer) -> None:
    source = TeamChangesSource(gerrit.url, (SCOPE,))
    async with Http("test") as http:
        first = await source.fetch(http, None, NOW)
        second = await source.fetch(http, first, NOW)
        asked = gerrit.count()
        third = await source.fetch(http, second, NOW)
    assert gerrit.count() - asked == 1
    assert third == second
    assert gerrit.count("nova") == 0
    changes = (source.read(third) or {})["glance"]
    (proposal,) = changes.proposals
    assert [file.after and file.after.name for file in proposal.files] == ["glance-store"]
    assert [change.number for change in changes.merged["openstack/glance_store"]] == [11, 12]
    assert changes.facts.commits["openstack/glance_store", B].branches == ("master",)


ROW = {
    "_number": 1, "project": "openstack/releases", "status": "NEW", "current_revision": "c",
    "revisions": {"c": {"files": {PATH: {}}}},
}  # fmt: skip
MERGED = {"_number": 9, "project": "openstack/glance", "status": "MERGED"}
ODD = {
    "deep": "[" * 20_000,
    "twice the prefix": ")]}'\n[[], [], []]",
    "null": "null",
    "an object": "{}",
    "two lists for three": "[[], []]",
    "rows that are none": "[[1], [null], []]",
    "a number that is a list": [{**ROW, "_number": [1]}],
    "a number that is true": [{**ROW, "_number": True}],
    "no files": [{**ROW, "revisions": {}}],
    "revisions of another type": [{**ROW, "revisions": "c"}],
    "files of another type": [{**ROW, "revisions": {"c": {"files": 7}}}],
    "another repository's": [{**ROW, "project": "openstack/glance"}],
    "what was not asked for": [MERGED],
    "more than a query gives": [{**ROW, "_number": number} for number in range(2_001)],
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.asyncio
async def test_rows_of_another_shape_are_a_trouble(gerrit: GerritServer, odd: str) -> None:
    """Taken as they come they would make proposals of anything, or of nothing."""
    answer = ODD[odd]
    body = answer if isinstance(answer, str) else json.dumps([answer, [], []])
    gerrit.refused.add("/changes/")
    gerrit.route("/changes/", f")]}}'\n{body}", headers={"Content-Type": "application/json"})
    async with Http("test") as http:
        with pytest.raises(Trouble):
            await TeamChangesSource(gerrit.url, (SCOPE,)).fetch(http, None, NOW)


@pytest.mark.asyncio
async def test_votes_and_commits_of_another_type_are_none(gerrit: GerritServer) -> None:
    row = {**ROW, "labels": {"Code-Review": {"all": 7}, "Verified": [1], "Workflow": {"all": [3]}}}
    assert read_change(row).votes == ()
    gerrit.refused.add(f"/projects/openstack%2Fglance/commits/{A}")
    gerrit.route(
        f"/projects/openstack%2Fglance/commits/{A}",
        ")]}'\n[]",
        headers={"Content-Type": "application/json"},
    )
    async with Http("test") as http:
        with pytest.raises(Trouble, match="another shape than Gerrit's"):
            await commit(http, gerrit.url, "openstack/glance", A)


REQUIREMENTS = ("oslo.config>=5.2.0 # Apache-2.0", "oslo.i18n>=3.15.3", "six>=1.0")


def with_requirements(gerrit: GerritServer) -> None:
    """Changes of requirements.txt that merged: a raise, and edits that raise nothing."""
    edits = {
        12: ("oslo.config>=6.0.0 # Apache-2.0", "oslo.i18n>=3.15.3", "six>=1.0"),
        13: ("oslo.config>=6.0.0", "oslo.i18n>=3.15.3", "attrs>=20.1"),
    }
    before = REQUIREMENTS
    for number, after in edits.items():
        texts = ("\n".join(before), "\n".join(after))
        gerrit.add(
            Stored(
                number, "openstack/glance_store", f"Requirements {number}", status="MERGED",
                submitted=f"2026-08-{number} 08:00:00.000000000",
                updated=f"2026-08-{number} 08:00:00.000000000",
                files={"requirements.txt": texts},
            )
        )  # fmt: skip
        before = after


@pytest.mark.asyncio
async def test_a_raised_minimum_is_told_from_another_edit_and_asked_for_once(
    gerrit: GerritServer,
) -> None:
    with_requirements(gerrit)
    source = TeamChangesSource(gerrit.url, (SCOPE,))
    async with Http("test") as http:
        kept = await source.fetch(http, None, NOW)
        kept = await source.fetch(http, kept, NOW)
    assert gerrit.count("/diff") == 2
    merged = (source.read(kept) or {})["glance"].merged["openstack/glance_store"]
    assert {change.number: change.raises for change in merged} == {
        11: None,
        12: ("oslo.config 5.2.0 to 6.0.0",),
        13: (),
    }
    sorts = {change.number: sort_of(change) for change in merged}
    assert (sorts[12], sorts[13]) == (Sort.RAISE, Sort.OTHER)


@pytest.mark.asyncio
async def test_a_release_note_tells_a_feature_from_a_fix(gerrit: GerritServer) -> None:
    notes = {
        14: "---\nfeatures:\n  - |\n    A store for tapes.\n",
        15: "---\nfixes:\n  - |\n    features: none of it was true\nsecurity:\n  - x\n",
    }
    for number, text in notes.items():
        gerrit.add(
            Stored(
                number, "openstack/glance_store", f"Note {number}", status="MERGED",
                submitted=f"2026-08-{number} 08:00:00.000000000",
                updated=f"2026-08-{number} 08:00:00.000000000",
                files={"glance_store/x.py": ("", ""), "releasenotes/notes/x-1.yaml": (None, text)},
            )
        )  # fmt: skip
    source = TeamChangesSource(gerrit.url, (SCOPE,))
    async with Http("test") as http:
        kept = await source.fetch(http, None, NOW)
    merged = (source.read(kept) or {})["glance"].merged["openstack/glance_store"]
    found = {change.number: (change.sections, sort_of(change)) for change in merged}
    assert found[14] == (("features",), Sort.FEATURE)
    assert found[15] == (("fixes", "security"), Sort.FIX)


@pytest.mark.parametrize(
    ("status", "body"), [(404, "Not found"), (500, "no"), (200, ')]}\'\n{"content": [3]}')]
)
@pytest.mark.asyncio
async def test_a_diff_that_gerrit_does_not_give_is_not_known_and_asked_for_again(
    gerrit: GerritServer, status: int, body: str
) -> None:
    with_requirements(gerrit)
    path = f"/changes/12/revisions/{gerrit.changes[12].revision}/files/requirements.txt/diff"
    gerrit.refused.add(path)
    gerrit.route(path, body, status)
    source = TeamChangesSource(gerrit.url, (SCOPE,))
    async with Http("test") as http:
        kept = await source.fetch(http, None, NOW)
        merged = (source.read(kept) or {})["glance"].merged["openstack/glance_store"]
        assert {c.number: sort_of(c) for c in merged}[12] is Sort.REQUIREMENT
        gerrit.refused.clear()
        kept = await source.fetch(http, kept, NOW)
    merged = (source.read(kept) or {})["glance"].merged["openstack/glance_store"]
    assert {c.number: sort_of(c) for c in merged}[12] is Sort.RAISE


@pytest.mark.asyncio
async def test_a_new_patch_set_is_read_again(gerrit: GerritServer) -> None:
    source = TeamChangesSource(gerrit.url, (SCOPE,))
    async with Http("test") as http:
        kept = await source.fetch(http, None, NOW)
        gerrit.changes[1].patch_set = 2
        gerrit.changes[1].files[PATH] = (FILE % A, "no: [yaml")
        kept = await source.fetch(http, kept, NOW)
    (proposal,) = (source.read(kept) or {})["glance"].proposals
    assert proposal.change.patch_set == 2
    after = proposal.files[0].after
    assert after is not None
    assert after.problem


@pytest.mark.asyncio
async def test_a_lookup_tells_what_is_not_for_everybody(gerrit: GerritServer) -> None:
    gerrit.changes[1].private = True
    async with Http("test") as http:
        for asked, reason in (("1", "private"), ("4711", "deleted"), ("10", "openstack/glance")):
            with pytest.raises(UserError, match=reason):
                await look_up_proposal(http, gerrit.url, asked)
        before = gerrit.count()
        with pytest.raises(UserError, match="I ask only"):
            await look_up_proposal(http, gerrit.url, "https://evil.example/1")
    assert gerrit.count() == before
