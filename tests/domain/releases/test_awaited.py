"""What makes a release tagged: its tag on the file's commit, in each of its repositories."""

from __future__ import annotations

import datetime as dt

import pytest

from GlanceRelease.domain.model import Branch, Deliverable, Release
from GlanceRelease.domain.releases.awaited import Awaited, Tag
from GlanceRelease.domain.releases.released import as_written
from GlanceRelease.domain.releases.tagged_files import as_read, by_tags
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Team

A, B = "a" * 40, "b" * 40
ONE, TWO = "openstack/one", "openstack/two"
MERGED = dt.datetime(2026, 11, 24, 14, 2, tzinfo=dt.UTC)
FIRST, LAST = MERGED + dt.timedelta(minutes=5), MERGED + dt.timedelta(minutes=9)
RELEASE = Release("5.7.0", ((ONE, A), (TWO, B)))


@pytest.mark.parametrize(
    ("tags", "is_tagged", "instant", "by_merge"),
    [
        ((Tag(ONE, A, FIRST), Tag(TWO, B, LAST)), True, LAST, False),
        ((Tag(ONE, A, FIRST), Tag(TWO, B)), True, MERGED, True),
        ((Tag(ONE, A, FIRST), Tag(TWO)), False, MERGED, True),
        ((Tag(ONE, A, FIRST), Tag(TWO, A, LAST)), False, LAST, False),
        ((Tag(ONE, A, FIRST), Tag(TWO, problem="HTTP 503")), False, MERGED, True),
        ((Tag(ONE, A, FIRST),), False, FIRST, False),
        ((), False, MERGED, True),
    ],
)
def test_a_release_is_tagged_in_all_its_repositories(
    tags: tuple[Tag, ...], is_tagged: bool, instant: dt.datetime, by_merge: bool
) -> None:
    one = Awaited("indri", "both", RELEASE, MERGED, 1, tags)
    assert one.is_tagged is is_tagged
    assert (one.released.tagged, one.released.by_merge) == (instant, by_merge)


def test_a_tag_on_another_commit_is_astray_and_one_that_is_not_told_has_its_reason() -> None:
    astray = Awaited("indri", "both", RELEASE, tags=(Tag(ONE, A), Tag(TWO, A)))
    assert astray.astray == Tag(TWO, A)
    assert Awaited("indri", "both", RELEASE, tags=(Tag(ONE, problem="503"),)).problem == "503"


def test_a_file_keeps_what_is_pending_apart_and_as_written_puts_it_back() -> None:
    old = Release("5.6.0", ((ONE, A),))
    branch = Branch("stable/2027.1", "5.7.0")
    file = Deliverable(
        "both", "indri", "x", "library", "cycle-with-intermediary", (ONE, TWO), (old, RELEASE),
        (branch,),
    )  # fmt: skip
    told = by_tags(file, (Awaited("indri", "both", RELEASE),), {"5.6.0"}.__contains__)
    assert (told.releases, told.pending) == ((old,), (RELEASE,))
    assert (told.branches, told.pending_branches) == ((), (branch,))
    assert as_written(told) == file
    facts = {"deliverable/indri/both": Fetched(told, MERGED, "network")}
    read = as_read(Snapshot(Team("x", "x", ("#x",), ("both",)), facts))
    assert read.facts["deliverable/indri/both"].value == file
    tagged = Awaited("indri", "both", RELEASE, MERGED, 1, (Tag(ONE, A, FIRST), Tag(TWO, B, LAST)))
    told = by_tags(file, (tagged,), {"5.6.0"}.__contains__)
    assert [release.version for release in told.releases] == ["5.6.0", "5.7.0"]
    assert told.releases[1].tagged == LAST
    assert told.branches == (branch,)
    assert by_tags(file, (tagged,), lambda version: True, {"stable/2027.1"}).branches == ()
    other = Awaited("indri", "both", Release("5.7.0", ((ONE, B), (TWO, B))), tags=tagged.tags)
    assert by_tags(file, (other,), lambda version: True).pending == (RELEASE,)
