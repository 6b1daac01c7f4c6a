"""The last release and what merged since are of one moment: replaced together, or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from kit.gerrit_life import GerritLife
from kit.glance_facts import TEAM, at, world
from kit.release_cases import A, B, store
from kit.upstream.gerrit import GerritServer, Stored

START = "2026-11-24T11:05:00"
REPOSITORY = "openstack/glance_store"
BEFORE, AFTER = store(("5.6.0", A)), store(("5.7.0", B))
OLD = "glance-store since 5.6.0: 3 changes merged: 3 other."
NEW = "glance-store since 5.7.0: 1 change merged: 1 other."


@pytest_asyncio.fixture
async def life() -> AsyncIterator[GerritLife]:
    with GerritServer(at(START)) as gerrit:
        gerrit.grow(REPOSITORY, A, day="2026-09-01 10:00:00", branch="master")
        below = A
        for number, day in ((10, "2026-09-20"), (11, "2026-11-22"), (12, "2026-11-24")):
            if number == 12:
                below = gerrit.grow(REPOSITORY, B, below, day="2026-11-23 10:00:00")
            commit = f"{number:040}"
            gerrit.grow(REPOSITORY, commit, below, day=f"{day} 10:00:00", branch="master")
            below = commit
            gerrit.add(
                Stored(
                    number, REPOSITORY, f"Change {number}", status="MERGED", commit=commit,
                    submitted=f"{day} 10:00:00.000000000", files={"glance_store/x.py": ("", "")},
                )
            )  # fmt: skip
        made = GerritLife(gerrit, START, world(replace(TEAM, meeting=None)))
        made.publish("hibiscus", "glance-store", BEFORE)
        async with made:
            await made.hear(START)
            await made.poll()
            yield made


async def told(life: GerritLife) -> str:
    return (await life.answer("unreleased glance-store"))[0]


@pytest.mark.asyncio
async def test_the_count_goes_with_the_release_through_merge_file_and_tag(life: GerritLife) -> None:
    assert await told(life) == OLD
    life.publish("indri", "glance-store", AFTER)  # opendev.org first, and Gerrit not asked since
    assert await told(life) == OLD
    life.merge(900001, "indri/glance-store.yaml", None, AFTER, "2026-11-24T14:02")
    await life.hear("2026-11-24T14:05:00")
    assert await told(life) == OLD
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:10:00")
    assert await told(life) == OLD
    await life.hear("2026-11-24T14:15:00")
    assert await told(life) == NEW


@pytest.mark.asyncio
async def test_gerrit_s_file_and_count_come_together_while_opendev_lags(life: GerritLife) -> None:
    life.merge(900001, "indri/glance-store.yaml", None, AFTER, "2026-11-24T14:02")
    life.gerrit.tag(REPOSITORY, "5.7.0", B, "2026-11-24 14:03:00")
    await life.hear("2026-11-24T14:05:00")
    assert await told(life) == NEW
    life.publish("indri", "glance-store", AFTER)
    assert await told(life) == NEW


@pytest.mark.asyncio
async def test_where_they_are_of_two_moments_nothing_is_counted(life: GerritLife) -> None:
    life.publish("hibiscus", "glance-store", store(("5.6.0", B)))  # and Gerrit counts since A
    why = "glance-store: not known (Gerrit has not counted since 5.6.0 yet)."
    assert await told(life) == why
    assert "Missing: a release of glance-store" not in " ".join(await life.answer("releases"))


@pytest.mark.asyncio
async def test_while_gerrit_is_away_what_the_file_has_got_stands_once(life: GerritLife) -> None:
    """Gerrit's last answer has the change open, and opendev.org the file by now."""
    path = "deliverables/indri/glance-store.yaml"
    change = life.gerrit.add(
        Stored(900001, "openstack/releases", "[glance] Release", files={path: (None, AFTER)})
    )
    await life.hear("2026-11-24T14:05:00")
    told = (await life.answer("releases"))[1]
    assert told.startswith("Proposed: glance-store 5.7.0 (change 900001).")
    life.gerrit.mode = "error"
    await life.hear("2026-11-24T14:15:00")
    life.clock.instant += dt.timedelta(minutes=5)
    life.publish("indri", "glance-store", AFTER)
    told = (await life.answer("releases"))[1]
    assert told.startswith("Nothing is proposed; on the way: glance-store 5.7.0 (merged")
    assert told.count("5.7.0") == 1
    report = " / ".join(await life.answer("report"))
    assert "glance-store 5.7.0 merged, tag pending" in report
    assert report.count("5.7.0") == 1
    life.gerrit.mode = "up"
    await life.hear("2026-11-24T14:25:00")  # it is open, so another change brought the same
    told = " / ".join(await life.answer("check 900001"))
    assert "error: 5.7.0 stands on master by another change, from the same commit" in told
    change.status, change.submitted = "MERGED", "2026-11-24 14:07:00.000000000"
    await life.hear("2026-11-24T14:35:00")
    told = (await life.answer("releases"))[1]
    assert told.startswith("Nothing is proposed; on the way: glance-store 5.7.0 (merged")
