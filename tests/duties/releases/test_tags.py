"""A release from its merge to its tag: what is said when, and what Gerrit is asked for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from kit.gerrit_life import GerritLife
from kit.glance_facts import TEAM, at, hibiscus_out, with_file, world
from kit.release_cases import GLANCE, A, B, releases, store
from kit.upstream.gerrit import GerritServer

START = "2026-11-24T11:05:00"  # a Tuesday, when nothing else is due
MERGED = "2026-11-24T14:02"
STORE = "indri/glance-store.yaml"
REPOSITORY = "openstack/glance_store"
TAG_PATH = "/projects/openstack%2Fglance_store/tags/5.7.0"
RELEASED = "glance-store 5.7.0 is released (2027.1 Indri)."
PENDING = "glance-store 5.7.0: merged, tag pending, https://gerrit/900001"
JOBS = (
    "https://zuul.opendev.org/t/openstack/builds?project=openstack/releases&pipeline=release-post"
)


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(at(START)) as server:
        yield server


@pytest_asyncio.fixture
async def life(gerrit: GerritServer) -> AsyncIterator[GerritLife]:
    for sha in (A, B):
        gerrit.grow(REPOSITORY, sha, day="2026-11-20 10:00:00", branch="master")
    out = hibiscus_out(world(replace(TEAM, meeting=None)))
    out = with_file(out, "indri", "glance", "34.0.0.0b1@2026-11-19")
    out = with_file(out, "indri", "python-glanceclient", "4.13.0@2026-11-18")
    made = GerritLife(gerrit, START, out)
    async with made:
        await made.hear(START)
        yield made


@pytest.mark.asyncio
async def test_a_release_merges_waits_is_tagged_and_is_told_in_this_order(life: GerritLife) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    assert await life.hear("2026-11-24T14:05:00") == [PENDING]
    assert (await life.answer("releases"))[1].startswith(
        "Nothing is proposed; on the way: glance-store 5.7.0 (merged, tag pending)."
    )
    assert "glance-store 5.7.0 merged, tag pending" in " ".join(await life.answer("report"))
    life.publish("indri", "glance-store", store(("5.7.0", B)))
    assert await life.hear("2026-11-24T14:35:00") == []
    assert "glance-store nothing yet" in (await life.answer("releases"))[0]
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:40:00")
    assert await life.hear("2026-11-24T14:45:00") == [RELEASED]
    assert "glance-store 5.7.0" in (await life.answer("releases"))[0]
    assert await life.hear("2026-11-24T14:55:00") == []


@pytest.mark.asyncio
async def test_a_release_job_that_fails_is_told_to_the_liaison_then_to_the_channel(
    life: GerritLife,
) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    await life.hear("2026-11-24T14:05:00")
    assert await life.hear("2026-11-24T16:01:00") == []
    late = (
        "(pdeore) glance-store 5.7.0: merged at 14:02 UTC (change https://gerrit/900001), no tag"
        f" yet: the release job may have failed: {JOBS}"
    )
    assert await life.hear("2026-11-24T16:02:00") == [late]
    assert await life.hear("2026-11-24T16:12:00") == []
    assert await life.hear("2026-11-25T14:01:00") == []
    assert await life.hear("2026-11-25T14:02:00") == [
        "glance-store 5.7.0: merged on Tue 2026-11-24 at 14:02 UTC (change https://gerrit/900001),"
        f" no tag yet: the release job may have failed: {JOBS}"
    ]
    assert await life.hear("2026-11-25T15:02:00") == []
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-26 11:30:00")
    assert await life.hear("2026-11-26T11:35:00") == [RELEASED]


BRINGS = "deliverables/indri/python-glanceclient.yaml"
CLIENT = "openstack/python-glanceclient"
TWO = "glance-store 5.7.0, python-glanceclient 4.14.0"


def client(*rows: tuple[str, str]) -> str:
    return GLANCE.replace("service", "client-library") + releases(*rows, repo=CLIENT)


@pytest.mark.asyncio
async def test_what_one_change_brought_is_late_in_one_line(life: GerritLife) -> None:
    change = life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    change.files[BRINGS] = (client(("4.13.0", A)), client(("4.13.0", A), ("4.14.0", B)))
    await life.hear("2026-11-24T14:05:00")
    assert await life.hear("2026-11-24T16:05:00") == [
        f"(pdeore) {TWO}: merged at 14:02 UTC (change https://gerrit/900001), no tags yet: the"
        f" release job may have failed: {JOBS}"
    ]
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 17:00:00")
    assert await life.hear("2026-11-24T17:05:00") == [RELEASED]
    assert await life.hear("2026-11-25T14:05:00") == [
        "python-glanceclient 4.14.0: merged on Tue 2026-11-24 at 14:02 UTC (change"
        f" https://gerrit/900001), no tag yet: the release job may have failed: {JOBS}"
    ]


@pytest.mark.asyncio
async def test_a_bot_that_comes_a_day_late_tells_that_the_tags_are_missing(
    life: GerritLife,
) -> None:
    change = life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    change.files[BRINGS] = (client(("4.13.0", A)), client(("4.13.0", A), ("4.14.0", B)))
    life.merge(900002, "indri/glance.yaml", None, GLANCE + releases(("34.0.0.0b2", B)), MERGED)
    async with GerritLife(life.gerrit, START, life.facts) as fresh:
        late = await fresh.hear("2026-11-25T18:05:00")
    since = "merged on Tue 2026-11-24 at 14:02 UTC"
    told = f"Delayed: {TWO}: {since}, no tags yet; glance 34.0.0.0b2: {since}, no tag yet"
    assert late == [told, f"(pdeore) {told}"]


@pytest.mark.asyncio
async def test_a_tag_that_comes_late_and_elsewhere_is_told_too(life: GerritLife) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    await life.hear("2026-11-24T14:05:00")
    assert len(await life.hear("2026-11-24T16:05:00")) == 1
    life.gerrit.tag(REPOSITORY, "5.7.0", A, "2026-11-24 17:00:00")
    assert await life.hear("2026-11-24T17:05:00") == [
        "(pdeore) glance-store 5.7.0: merged at 14:02 UTC (change https://gerrit/900001), and its"
        f" tag is on another commit ({A[:12]}) than the file names: {JOBS}"
    ]
    assert (await life.answer("releases"))[1].startswith(
        "Nothing is proposed; on the way: glance-store 5.7.0 (merged, tag on another commit)."
    )
    assert "glance-store 5.7.0 merged, tag on another commit" in " ".join(
        await life.answer("report")
    )


@pytest.mark.asyncio
async def test_a_tag_that_comes_in_time_is_no_failed_job(life: GerritLife) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    await life.hear("2026-11-24T14:05:00")
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 15:59:00")
    assert await life.hear("2026-11-24T16:02:00") == [RELEASED]
    assert await life.hear("2026-11-25T14:12:00") == []


JSON = {"Content-Type": "application/json"}
FALSE = {
    "away": (503, "<html>down", {"Content-Type": "text/html"}),
    "a page": (200, "<html>5.7.0</html>", {"Content-Type": "text/html"}),
    "a proxy's 404": (404, "<html>Not found", {"Content-Type": "text/html"}),
    "no prefix": (200, f'{{"ref": "refs/tags/5.7.0", "revision": "{B}"}}', JSON),
    "null": (200, ")]}'\nnull", JSON),
    "a list": (200, ")]}'\n[]", JSON),
    "another tag": (200, f')]}}\'\n{{"ref": "refs/tags/5.7.1", "revision": "{B}"}}', JSON),
    "a branch": (200, f')]}}\'\n{{"ref": "refs/heads/5.7.0", "revision": "{B}"}}', JSON),
    "no commit": (200, ')]}\'\n{"ref": "refs/tags/5.7.0"}', JSON),
    "a short commit": (200, f')]}}\'\n{{"ref": "refs/tags/5.7.0", "revision": "{B[:12]}"}}', JSON),
    "an odd object": (
        200, f')]}}\'\n{{"ref": "refs/tags/5.7.0", "revision": "{B}", "object": 7}}', JSON,
    ),
    "another commit": (200, f')]}}\'\n{{"ref": "refs/tags/5.7.0", "revision": "{A}"}}', JSON),
    "cut short": (200, ')]}\'\n{"ref": "refs/ta', JSON),
}  # fmt: skip


@pytest.mark.parametrize("false", FALSE)
@pytest.mark.asyncio
async def test_what_is_no_answer_about_the_tag_never_makes_it_one(
    life: GerritLife, false: str
) -> None:
    status, body, headers = FALSE[false]
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    life.gerrit.refused.add(TAG_PATH)
    life.gerrit.route(TAG_PATH, body, status, headers=headers)
    assert await life.hear("2026-11-24T14:05:00") == [PENDING]
    life.publish("indri", "glance-store", store(("5.7.0", B)))
    assert await life.hear("2026-11-24T14:35:00") == []
    late = await life.hear("2026-11-24T16:05:00")
    astray = "and its tag is on another commit (aaaaaaaaaaaa) than the file names"
    told = astray if false == "another commit" else "whether it is tagged is not known ("
    assert [line[:9] for line in late] == ["(pdeore) "]
    assert told in late[0]
    releases_line = (await life.answer("releases"))[1]
    assert ("whether it is tagged is not known:" in releases_line) == (told is not astray)
    assert "glance-store nothing yet" in (await life.answer("releases"))[0]
    life.gerrit.refused.clear()
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:10:00")
    assert await life.hear("2026-11-24T16:15:00") == [RELEASED]


@pytest.mark.asyncio
async def test_what_opendev_has_while_gerrit_is_away_is_not_released_before_gerrit_tells(
    life: GerritLife,
) -> None:
    life.gerrit.mode = "down"
    life.publish("indri", "glance-store", store(("5.7.0", B)))
    assert await life.hear("2026-11-24T14:35:00") == []
    assert "glance-store nothing yet" in (await life.answer("releases"))[0]
    life.gerrit.mode = "up"
    assert await life.hear("2026-11-24T14:45:00") == []  # asked, and not there
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:50:00")
    assert await life.hear("2026-11-24T14:55:00") == [RELEASED]


@pytest.mark.asyncio
async def test_a_tag_is_told_before_opendev_has_the_file(life: GerritLife) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:04:00")
    assert await life.hear("2026-11-24T14:05:00") == [RELEASED]
    life.publish("indri", "glance-store", store(("5.7.0", B)))
    assert await life.hear("2026-11-24T14:35:00") == []


@pytest.mark.asyncio
async def test_a_release_that_is_taken_back_is_awaited_no_more(life: GerritLife) -> None:
    life.gerrit.tag(REPOSITORY, "5.7.0", A, "2026-11-24 12:00:00")
    life.publish("indri", "glance-store", store(("5.7.0", A)))
    with_both = store(("5.7.0", A), ("5.8.0", B))
    await life.hear("2026-11-24T13:55:00")
    life.merge(900001, STORE, store(("5.7.0", A)), with_both, MERGED)
    await life.hear("2026-11-24T14:05:00")
    life.merge(900002, STORE, with_both, store(("5.7.0", A)), "2026-11-24T14:30")
    await life.hear("2026-11-24T14:35:00")
    assert "tag pending" not in (await life.answer("releases"))[1]
    assert await life.hear("2026-11-24T16:45:00") == []
    assert await life.poll() == 1


@pytest.mark.asyncio
async def test_a_refresh_is_one_request_and_one_more_while_a_tag_is_pending(
    life: GerritLife,
) -> None:
    assert await life.poll() == 1
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    await life.hear("2026-11-24T14:05:00")
    counts = []
    for minute in (15, 25, 35):
        life.clock.instant = at(f"2026-11-24T14:{minute}:00")
        counts.append(await life.poll())
    assert counts == [2, 2, 2]
    assert life.gerrit.seen[-1].target.startswith(TAG_PATH)
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:40:00")
    assert await life.poll() == 3  # and the day of what was released last, once
    assert [await life.poll() for _ in range(3)] == [1, 1, 1]


@pytest.mark.asyncio
async def test_what_was_there_at_the_first_look_is_never_asked_for(gerrit: GerritServer) -> None:
    life = GerritLife(gerrit, START)
    life.publish("indri", "glance-store", store(("5.7.0", A), ("5.8.0", B)))
    async with life:
        assert await life.hear(START) == []
        assert gerrit.count("/tags/") == 0
        assert "glance-store 5.8.0" in (await life.answer("releases"))[0]


@pytest.mark.asyncio
async def test_a_restart_forgets_nothing_of_what_is_awaited(life: GerritLife) -> None:
    life.merge(900001, STORE, None, store(("5.7.0", B)), MERGED)
    await life.hear("2026-11-24T14:05:00")
    life.publish("indri", "glance-store", store(("5.7.0", B)))
    await life.restart()
    assert await life.hear("2026-11-24T14:35:00") == []
    life.gerrit.changes.clear()  # three weeks on, and Gerrit lists it no more
    late = await life.hear("2026-12-15T11:35:00")
    assert sorted(line[:9] for line in late) == ["(pdeore) ", "glance-st"]
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-12-15 11:40:00")
    assert await life.hear("2026-12-15T11:45:00") == [RELEASED]


RC1 = GLANCE + releases(("34.0.0.0rc1", B))
WITH_BRANCH = RC1 + "branches:\n  - name: stable/2027.1\n    location: 34.0.0.0rc1\n"
TAGGED = (
    "glance 34.0.0.0rc1 is tagged. From now to the final release (Wed 2027-03-24, R+0) only"
    " release-critical changes may merge, on stable/2027.1 and on master."
)
GUIDE = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"
RC1_DAY = "2027-03-03T11:05:00"  # a Wednesday, the day before RC1 is due


@pytest.mark.asyncio
async def test_rc1_binds_from_its_tag_on_and_not_from_its_merge(gerrit: GerritServer) -> None:
    gerrit.grow("openstack/glance", B, day="2027-03-02 10:00:00", branch="master")
    life = GerritLife(gerrit, RC1_DAY, world(replace(TEAM, meeting=None)))
    async with life:
        await life.hear(RC1_DAY)
        life.merge(900001, "indri/glance.yaml", None, WITH_BRANCH, "2027-03-03T12:00")
        life.publish("indri", "glance", WITH_BRANCH)
        assert await life.hear("2027-03-03T12:05:00") == [
            "glance 34.0.0.0rc1: merged, tag pending, https://gerrit/900001"
        ]
        freeze = await life.answer("freeze glance")
        assert freeze[0] == (
            "glance master: feature-freeze until R-3 week, by Thu 2027-03-04, tomorrow, then"
            " release-critical only, from RC1's tag. 34.0.0.0rc1 is merged, its tag is pending;"
            " milestone 3 has passed: no features without an exception, soft string freeze,"
            " requirements freeze."
        )
        assert "stable/2027.1" not in freeze[1]
        gerrit.tag("openstack/glance", "34.0.0.0rc1", B, "2027-03-03 12:10:00")
        gerrit.heads["openstack/glance", "stable/2027.1"] = B
        assert await life.hear("2027-03-03T12:15:00") == [f"{TAGGED} {GUIDE}"]
        assert (await life.answer("freeze glance"))[0].startswith(
            "glance stable/2027.1: release-critical (only release-critical changes)"
        )


@pytest.mark.asyncio
async def test_a_branch_that_stands_in_the_file_is_there_when_gerrit_has_it(
    gerrit: GerritServer,
) -> None:
    gerrit.grow("openstack/glance", B, day="2027-03-02 10:00:00", branch="master")
    life = GerritLife(gerrit, RC1_DAY, world(replace(TEAM, meeting=None)))
    async with life:
        await life.hear(RC1_DAY)
        life.merge(900001, "indri/glance.yaml", None, WITH_BRANCH, "2027-03-03T12:00")
        gerrit.tag("openstack/glance", "34.0.0.0rc1", B, "2027-03-03 12:10:00")
        told = "stable/2027.1 is in the file, not in Gerrit yet."
        assert await life.hear("2027-03-03T12:15:00") == [f"{TAGGED} {told} {GUIDE}"]
        freeze = await life.answer("freeze glance")
        assert freeze[0] == (
            "glance master: release-critical (only release-critical changes) until R-1 week, by Thu"
            " 2027-03-18, in 15 days, then final release candidates only. 34.0.0.0rc1 is tagged on"
            " Wed 2027-03-03; in glance's file, not in Gerrit yet; Glance's own rule: master too"
            " until the release."
        )
        assert "stable/2027.1: in glance's file, not in Gerrit yet" in " ".join(
            await life.answer("releases")
        )
        gerrit.heads["openstack/glance", "stable/2027.1"] = B
        assert await life.hear("2027-03-03T12:25:00") == []
        assert (await life.answer("freeze glance"))[0].startswith(
            "glance stable/2027.1: release-critical (only release-critical changes)"
        )
        assert await life.poll() == 1


@pytest.mark.asyncio
async def test_a_tag_without_a_day_of_its_own_has_that_of_the_merge_and_says_so(
    gerrit: GerritServer,
) -> None:
    gerrit.grow("openstack/glance", B, day="2027-02-20 10:00:00", branch="master")
    gerrit.heads["openstack/glance", "stable/2027.1"] = B
    life = GerritLife(gerrit, RC1_DAY, world(replace(TEAM, meeting=None)))
    async with life:
        await life.hear(RC1_DAY)
        life.merge(900001, "indri/glance.yaml", None, WITH_BRANCH, "2027-03-03T12:00")
        gerrit.tags["openstack/glance", "34.0.0.0rc1"] = B  # lightweight: the commit's day
        assert await life.hear("2027-03-03T12:15:00") == [f"{TAGGED} {GUIDE}"]
        freeze = " ".join(await life.answer("freeze glance"))
        assert "34.0.0.0rc1 is tagged (merged on Wed 2027-03-03)" in freeze
        gerrit.changes.clear()  # three weeks on, and Gerrit lists it no more
        life.publish("indri", "glance", WITH_BRANCH)
        await life.hear("2027-03-23T12:15:00")
        freeze = " ".join(await life.answer("freeze glance"))
        assert "34.0.0.0rc1 is tagged (merged on Wed 2027-03-03)" in freeze
