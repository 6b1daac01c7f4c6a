"""A branch from stable to its end while the calendar is months ahead of the tags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from GlanceRelease.domain.model import Phase
from GlanceRelease.domain.snapshot import SERIES, Snapshot
from kit.gerrit_life import GerritLife
from kit.glance_facts import TEAM, at, world
from kit.release_cases import GLANCE, A, B, releases
from kit.upstream.gerrit import GerritServer

PLACE = "epoxy/glance.yaml"
ROWS = (("30.0.0.0rc1", A), ("30.0.0", A))
CUT = "branches:\n  - name: stable/2025.1\n    location: 30.0.0.0rc1\n"
EOM, EOL = ("2025.1-eom", B), ("2025.1-eol", B)


def file(*marks: tuple[str, str]) -> str:
    return GLANCE + releases(*ROWS, *marks) + CUT


def planned() -> Snapshot:
    """Epoxy's EOM is planned for 2 October 2026 and its EOL for 2 April 2027."""
    first = world(replace(TEAM, meeting=None))
    series = tuple(
        replace(row, eol_date=at("2027-04-02").date()) if row.name == "epoxy" else row
        for row in first[SERIES].value or ()
    )
    facts = {**first.facts, SERIES.name: replace(first[SERIES], value=series)}
    assert any(r.next_phase == Phase("unmaintained", at("2026-10-02").date()) for r in series)
    return replace(first, facts=facts)


@pytest_asyncio.fixture
async def life() -> AsyncIterator[GerritLife]:
    with GerritServer(at("2026-09-01T12:05:00")) as gerrit:
        made = GerritLife(gerrit, "2026-09-01T12:05:00", planned())
        made.publish("epoxy", "glance", file())
        async with made:
            await made.hear("2026-09-01T12:05:00")
            yield made


async def told(life: GerritLife, now: str) -> str:
    await life.hear(now)
    return " ".join(await life.answer("freeze glance 2025.1"))


@pytest.mark.asyncio
async def test_what_is_seen_decides_and_both_days_are_told(life: GerritLife) -> None:
    head = "glance stable/2025.1: stable (backports of fixes)"
    late = "2025.1 Epoxy: EOM was planned for Fri 2026-10-02, not tagged yet."
    assert await told(life, "2026-09-29T12:05:00") == (
        f"{head} until the end of Thu 2026-10-01, in 2 days, then unmaintained. 2025.1 Epoxy is"
        " maintained since Wed 2025-04-02."
    )
    assert await told(life, "2026-12-11T12:05:00") == f"{head}. {late}"
    life.merge(900001, PLACE, file(), file(EOM), "2026-12-14T12:00")
    life.publish("epoxy", "glance", file(EOM))
    assert await told(life, "2026-12-14T12:05:00") == (
        f"{head}. 2025.1 Epoxy: 2025.1-eom is merged, its tag is pending; EOM was planned for Fri"
        " 2026-10-02, not tagged yet."
    )
    life.gerrit.tag("openstack/glance", "2025.1-eom", B, "2026-12-15 09:00:00")
    unmaintained = (
        "glance unmaintained/2025.1: unmaintained (whatever its keepers take; there are no"
        " releases)"
    )
    assert await told(life, "2026-12-15T12:05:00") == (
        f"{unmaintained} until the end of Thu 2027-04-01, in 107 days, then end-of-life. 2025.1"
        " Epoxy: 2025.1-eom is tagged on Tue 2026-12-15; EOM was planned for Fri 2026-10-02."
    )
    assert await told(life, "2027-05-10T12:05:00") == (
        f"{unmaintained}. 2025.1 Epoxy: 2025.1-eom is tagged on Tue 2026-12-15; EOL was planned for"
        " Fri 2027-04-02, not tagged yet."
    )
    life.publish("epoxy", "glance", file(EOM, EOL))
    life.gerrit.tag("openstack/glance", "2025.1-eol", B, "2027-05-12 09:00:00")
    assert await told(life, "2027-05-12T12:05:00") == (
        "glance stable/2025.1: end-of-life (nothing: the branch is gone). 2025.1 Epoxy: 2025.1-eol"
        " is tagged on Wed 2027-05-12; EOL was planned for Fri 2027-04-02."
    )
