"""The fixes of bugs as Gerrit tells them: one request for three teams, and how a row is read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from GlanceRelease.domain.bugs.fixes import FixChanges
from GlanceRelease.sources.gerrit.fix_changes import FixChangesSource, FixScope
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.strict_yaml import Unreadable
from kit.glance_facts import at
from kit.upstream.gerrit import GerritServer, Stored

NOW = at("2027-03-05T10:00:00")
GLANCE = "openstack/glance"
DAY = "2027-03-01 10:00:00.000000000"
SHA = "d" * 40


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        yield server


def source(server: GerritServer, teams: int = 1) -> FixChangesSource:
    scopes = tuple(FixScope(f"team{n}", (GLANCE,), (7,), ((GLANCE, SHA),)) for n in range(teams))
    return FixChangesSource(server.url, scopes)


def poll(asked: FixChangesSource, last: Kept | None = None) -> Kept:
    async def fetch() -> Kept:
        async with Http("glance-release-tests") as http:
            return await asked.fetch(http, last, NOW)

    return asyncio.run(fetch())


def told(server: GerritServer) -> FixChanges:
    asked = source(server)
    return asked.read(poll(asked))["team0"]


def stored(number: int, message: str = "", **fields: object) -> Stored:
    more = {"submitted": DAY, "status": "MERGED", **fields}
    made = Stored(number, GLANCE, f"Change {number}", message=message, updated=DAY, created=DAY)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_one_request_a_poll_for_three_teams(gerrit: GerritServer) -> None:
    asked = source(gerrit, teams=3)
    kept = poll(asked)
    before = len(gerrit.seen)
    poll(asked, kept)
    assert len(gerrit.seen) - before == 1
    four = source(gerrit, teams=4)
    kept = poll(four)
    before = len(gerrit.seen)
    poll(four, kept)
    assert len(gerrit.seen) - before == 2


def test_what_may_be_a_fix_is_asked_for_each_once(gerrit: GerritServer) -> None:
    gerrit.add(stored(1, "Closes-Bug: #7\n"))
    gerrit.add(stored(2, "No word of it"))
    gerrit.add(stored(3, "", files={"releasenotes/notes/a.yaml": (None, "fixes:\n  - x\n")}))
    gerrit.add(stored(4, f"This reverts commit {SHA}."))
    gerrit.add(stored(5, "", branch="stable/2027.1"))
    gerrit.add(stored(6, "", branch="stable/2027.1", status="NEW", submitted=""))
    gerrit.add(stored(7, "Related-Bug: #7\n", status="NEW", submitted=""))
    gerrit.add(stored(8, "Closes-Bug: #9", project="openstack/nova"))
    fixes = told(gerrit)
    assert sorted(each.change.number for each in fixes.changes) == [1, 3, 4, 5, 6, 7]
    by_number = {each.change.number: each for each in fixes.changes}
    assert by_number[1].bugs == {7}
    assert by_number[7].bugs == set()
    assert by_number[3].has_fix_note
    assert by_number[4].reverts == {SHA}
    assert fixes.numbers == {7}


@pytest.mark.parametrize(
    ("message", "bugs"),
    [
        ("Closes-Bug: #12", {12}),
        ("closes-bug: 12", {12}),
        ("Closes-bug:#12", {12}),
        ("Partial-Bug: #12\nCloses-Bug: LP#13", {12, 13}),
        ("Closes-Bug: https://bugs.launchpad.net/glance/+bug/12", {12}),
        ("Closes-Bug: #12, #13", {12, 13}),
        ("Fixes bug: 12", {12}),
        ("Related-Bug: #12", set()),
        ("it closes-bug nothing", set()),
        ("  Closes-Bug: #12", set()),
        ("", set()),
    ],
)
def test_footers(gerrit: GerritServer, message: str, bugs: set[int]) -> None:
    gerrit.add(stored(1, message, branch="stable/2027.1"))
    (fix,) = told(gerrit).changes
    assert fix.bugs == bugs


def test_who_abandoned_it_and_what_does_not_merge(gerrit: GerritServer) -> None:
    stable = {"branch": "stable/2027.1", "submitted": ""}
    gerrit.add(
        stored(1, status="ABANDONED", messages=[("Ann", "Abandoned\n\nToo risky now")], **stable)
    )
    gerrit.add(stored(2, status="ABANDONED", **stable))
    gerrit.add(stored(3, status="NEW", mergeable=False, **stable))
    gerrit.add(stored(4, status="NEW", messages=[("Zuul", "Merge Failed.\n\nThis")], **stable))
    later = [("Zuul", "Merge Failed."), ("Zuul", "Build succeeded")]
    gerrit.add(stored(5, status="NEW", messages=later, **stable))
    gerrit.add(stored(6, status="NEW", messages=[("Eve", "Merge Failed")], **stable))
    found = {each.change.number: each for each in told(gerrit).changes}
    assert (found[1].abandoned_by, found[1].why) == ("Ann", "Too risky now")
    assert (found[2].abandoned_by, found[2].why) == ("", "")
    assert [found[n].conflict for n in (3, 4, 5, 6)] == [True, True, False, False]


def test_the_day_of_a_releases_commit_is_asked_once(gerrit: GerritServer) -> None:
    gerrit.commits[GLANCE, SHA] = (DAY, (), ())
    asked = source(gerrit)
    kept = poll(asked)
    poll(asked, kept)
    assert gerrit.count("/commits/") == 1
    assert told(gerrit).committed == {(GLANCE, SHA): at("2027-03-01T10:00:00")}


@pytest.mark.parametrize(
    "messages", [None, 7, "text", [None], [{"message": 7}], [{"author": 7, "message": None}]]
)
def test_forged_messages_are_none(gerrit: GerritServer, messages: object) -> None:
    made = gerrit.add(stored(1, status="ABANDONED", submitted="", branch="stable/2027.1"))
    info = {**gerrit._info(made), "messages": messages}
    body = b")]}'\n" + json.dumps([[info], [], []]).encode()
    gerrit.refused.add("/changes/")
    gerrit.route("/changes/", body, headers={"Content-Type": "application/json"})
    (fix,) = told(gerrit).changes
    assert (fix.abandoned_by, fix.why) == ("", "")


def test_changes_of_another_repository_are_a_trouble(gerrit: GerritServer) -> None:
    info = gerrit._info(stored(1, project="openstack/nova"))
    body = b")]}'\n" + json.dumps([[info], [], []]).encode()
    gerrit.refused.add("/changes/")
    gerrit.route("/changes/", body, headers={"Content-Type": "application/json"})
    with pytest.raises(Trouble, match="not asked for"):
        told(gerrit)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"teams": 7, "details": {}, "commits": {}}'])
def test_what_is_stored_in_another_shape_is_unreadable(gerrit: GerritServer, body: bytes) -> None:
    with pytest.raises(Unreadable):
        source(gerrit).read(Kept((body,)))
