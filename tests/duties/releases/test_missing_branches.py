"""Stable branches that files lack after a release: who hears of them, and what Gerrit is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from kit.gerrit_life import GerritLife
from kit.glance_facts import TEAM, at, said, with_file, world
from kit.release_cases import A, store
from kit.upstream.gerrit import GerritServer

PLAIN = replace(TEAM, meeting=None)
STABLE = "stable/2026.2"
MONDAY = "2026-10-12T09:05:00"  # 12 days after the release of Hibiscus
LACKS = "stable/2026.2: not in glance_store's file 12 days after the release"
ASKED = "/projects/openstack%2Fglance_store/branches/stable%2F2026.2"


def released(*lacking: str) -> Snapshot:
    """Hibiscus is out, and these files lack its branch."""
    finals = {
        "glance": ("33.0.0.0rc1@2026-09-11", "33.0.0@2026-09-30"),
        "glance-store": ("5.6.0",),
        "python-glanceclient": ("4.12.0",),
    }
    snapshot = world(PLAIN)
    for name, versions in finals.items():
        branch = None if name in lacking else STABLE
        snapshot = with_file(snapshot, "hibiscus", name, *versions, branch=branch)
    return snapshot


def test_releases_and_duties_tell_of_a_branch_that_is_missing() -> None:
    snapshot, now = released("glance-store"), at(MONDAY)
    assert LACKS in said(snapshot, "releases", now)[1]
    (duties,) = said(snapshot, "duties", now)
    assert f"Wed 2026-09-30 {LACKS} (overdue)" in duties
    assert "overdue: " in duties


def test_several_files_that_lack_it_are_one_duty_however_long_it_is_ago() -> None:
    snapshot, now = released("glance-store", "python-glanceclient"), at("2026-12-01T09:05:00")
    (duties,) = said(snapshot, "duties", now)
    told = "not in the files of glance_store, python-glanceclient 62 days after the release"
    assert f"Wed 2026-09-30 {STABLE}: {told} (overdue)" in duties


def test_a_branch_stays_missing_when_the_next_series_is_out() -> None:
    snapshot, now = released("glance-store"), at("2027-05-10T09:05:00")
    told = "stable/2026.2: not in glance_store's file 222 days after the release"
    fresh = {name: replace(fact, at=now) for name, fact in snapshot.facts.items()}
    snapshot = replace(snapshot, facts=fresh)
    assert said(snapshot, "freeze glance_store 2026.2", now) == [f"{told}."]
    assert f"{told}." in said(snapshot, "freeze", now)[1]
    assert f"Wed 2026-09-30 {told} (overdue)" in said(snapshot, "duties", now)[0]


def test_of_a_series_without_a_file_what_was_seen_stands_apart_from_the_calendar() -> None:
    snapshot = released()
    for name in PLAIN.deliverables:
        nothing = Fetched(None, at(MONDAY), "network", upstream="opendev")
        key = deliverable_of("epoxy", name).name
        snapshot = replace(snapshot, facts={**snapshot.facts, key: nothing})
    assert said(snapshot, "freeze 2025.1", at(MONDAY)) == [
        "2025.1 Epoxy has no file of Glance in openstack/releases; there are master, stable/2026.2,"
        " stable/2026.1; by the calendar alone stable/2025.2, unmaintained/2024.1,"
        " unmaintained/2023.1, unmaintained/zed, unmaintained/yoga."
    ]


def test_where_nothing_is_missing_nothing_is_told() -> None:
    snapshot, now = released(), at(MONDAY)
    assert STABLE not in said(snapshot, "releases", now)[1]
    assert STABLE not in " ".join(said(snapshot, "duties", now))


def test_the_days_count_from_the_tag_and_not_from_the_calendar() -> None:
    late = ("33.0.0.0rc1@2026-09-11", "33.0.0@2026-10-05")
    snapshot = with_file(released("glance-store"), "hibiscus", "glance", *late, branch=STABLE)
    assert "glance_store's file 7 days after the release" in said(snapshot, "duties", at(MONDAY))[0]


def test_a_release_that_is_not_out_has_no_days_after_it() -> None:
    under_way = ("33.0.0.0rc1@2026-09-11",)
    snapshot = with_file(released("glance-store"), "hibiscus", "glance", *under_way, branch=STABLE)
    for command in ("duties", "releases", "freeze"):
        assert "after the release" not in " ".join(said(snapshot, command, at(MONDAY)))


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(at(MONDAY)) as server:
        yield server


@pytest.mark.asyncio
async def test_the_liaison_is_reminded_until_gerrit_has_it(gerrit: GerritServer) -> None:
    async with GerritLife(gerrit, MONDAY, released("glance-store")) as life:
        assert isinstance(life, GerritLife)
        await life.poll()
        heard = await life.hear("2026-10-14T10:00:00")
        assert [line.split(" Stop")[0] for line in heard if STABLE in line] == [
            f"({nick}) Overdue: stable/2026.2: not in glance_store's file 14 days after the"
            " release: no change for it is open."
            for nick in ("croelandt", "pdeore")
        ]
        gerrit.heads["openstack/glance_store", STABLE] = "a" * 40
        heard = await life.hear("2026-10-16T10:15:00")
        heard += await life.hear("2026-10-21T10:15:00")
        assert [line for line in heard if STABLE in line] == []
        assert "not in glance_store's file" not in " ".join(await life.answer("releases"))


@pytest.mark.asyncio
async def test_a_proposal_that_only_adds_the_branch_is_told_by_it_from_open_to_there(
    gerrit: GerritServer,
) -> None:
    before = store(("5.6.0", A))
    branch = f"branches:\n  - name: {STABLE}\n    location: 5.6.0\n"
    async with GerritLife(gerrit, MONDAY, released("glance-store")) as life:
        assert isinstance(life, GerritLife)
        life.publish("hibiscus", "glance-store", before)
        await life.poll()
        await life.hear("2026-10-13T11:05:00")
        change = life.merge(
            900001, "hibiscus/glance-store.yaml", before, before + branch, "2026-10-13T11:10"
        )
        change.status = "NEW"
        assert await life.hear("2026-10-13T11:15:00") == [
            f"Elod Illes proposes glance-store {STABLE}: https://gerrit/900001 - PTL-Approved is"
            " missing"
        ]
        change.status = "ABANDONED"
        await life.hear("2026-10-13T11:25:00")
        gone = f"; gone: glance-store {STABLE} (change 900001, abandoned). Missing: {STABLE}: not"
        assert gone in (await life.answer("releases hibiscus"))[1]
        change.status = "MERGED"
        assert await life.hear("2026-10-13T11:35:00") == [
            f"glance-store {STABLE}: the proposal is merged, https://gerrit/900001"
        ]
        waits = f"{STABLE}: in glance_store's file, not in Gerrit yet."
        assert await life.answer("freeze glance_store 2026.2") == [waits]
        assert f"Missing: {waits}" in (await life.answer("releases hibiscus"))[1]
        gerrit.heads["openstack/glance_store", STABLE] = A
        assert await life.hear("2026-10-13T11:45:00") == []
        assert (await life.answer("freeze glance_store 2026.2"))[0].startswith(
            f"glance_store {STABLE}: stable"
        )
        assert await life.poll() == 1


@pytest.mark.asyncio
async def test_gerrit_is_asked_for_a_missing_branch_once_a_day(gerrit: GerritServer) -> None:
    async with GerritLife(gerrit, MONDAY, released("glance-store")) as life:
        assert isinstance(life, GerritLife)
        for _ in range(3):
            await life.poll()
        assert gerrit.count(ASKED) == 1
        assert gerrit.count("/branches/") == 1
        life.clock.instant = at("2026-10-13T09:05:00")
        await life.poll()
        assert gerrit.count(ASKED) == 2
        gerrit.heads["openstack/glance_store", STABLE] = "a" * 40
        for day in (14, 15, 16):
            life.clock.instant = at(f"2026-10-{day}T09:05:00")
            await life.poll()
        assert gerrit.count(ASKED) == 3


BROKEN = {
    "another branch": (200, ')]}\'\n{"ref": "refs/heads/stable/2026.1", "revision": "%s"}'),
    "a tag": (200, ')]}\'\n{"ref": "refs/tags/stable/2026.2", "revision": "%s"}'),
    "no commit": (200, ')]}\'\n{"ref": "refs/heads/stable/2026.2", "revision": "a%%s"}'),
    "a page": (200, "<html>"),
    "away": (503, "down"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.asyncio
async def test_what_is_no_answer_about_the_branch_never_makes_it_one(
    gerrit: GerritServer, broken: str
) -> None:
    status, body = BROKEN[broken]
    gerrit.refused.add(ASKED)
    text = body % ("a" * 40) if "%s" in body and "%%" not in body else body
    gerrit.route(ASKED, text, status, headers={"Content-Type": "application/json"})
    async with GerritLife(gerrit, MONDAY, released("glance-store")) as life:
        assert isinstance(life, GerritLife)
        await life.poll()
        assert gerrit.count(ASKED) == 1
        assert LACKS in (await life.answer("releases"))[1]
