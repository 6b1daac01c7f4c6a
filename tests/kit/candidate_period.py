"""Indri from milestone 3 to its release: the team, Glance's file with candidates, Launchpad and
Gerrit, and a bot's life between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Bugs
from kit.bug_life import GLANCE, BugLife
from kit.glance_facts import TEAM, at, with_file
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer

ONE_PROJECT = replace(TEAM, bugs=Bugs(projects=("glance",)), meeting=None)
ONE_DELIVERABLE = replace(ONE_PROJECT, deliverables=("glance",))
RC1, RC2 = "c" * 40, "d" * 40
FIRST = ("34.0.0.0rc1@2027-03-04", RC1)
OLD = "a" * 40  # what the small world's files have
BRANCH = "stable/2027.1"

Step = Callable[[BugLife], Awaitable[object]]


@pytest.fixture
def launchpad() -> Iterator[LaunchpadServer]:
    """One on which Glance has no bugs yet."""
    with LaunchpadServer() as server:
        yield server


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    """One with the commits of the releases."""
    with GerritServer(at("2027-02-17T09:00:00")) as server:
        server.commits[GLANCE, OLD] = ("2026-09-30 12:00:00.000000000", (), ())
        server.commits[GLANCE, RC1] = ("2027-03-04 12:00:00.000000000", (), ())
        server.commits[GLANCE, RC2] = ("2027-03-10 12:00:00.000000000", (), ())
        yield server


def live(
    launchpad: LaunchpadServer,
    gerrit: GerritServer,
    now: str,
    facts: Snapshot,
    *steps: Step,
) -> None:
    """The steps one after the other, of a bot that begins at an instant."""

    async def run() -> None:
        async with BugLife(launchpad, gerrit, now, facts) as life:
            for step in steps:
                await step(life)

    asyncio.run(run())


def with_candidates(facts: Snapshot, *candidates: tuple[str, str]) -> Snapshot:
    """The facts in which Glance's file has these candidates, "34.0.0.0rc1@2027-03-04" from a
    commit, and the branch at the first."""
    versions = [version for version, _ in candidates]
    made = with_file(facts, "indri", "glance", *versions, branch=BRANCH)
    key = "deliverable/indri/glance"
    fact = made.facts[key]
    releases = tuple(
        replace(release, hashes=((GLANCE, sha),))
        for release, (_, sha) in zip(fact.value.releases, candidates, strict=True)
    )
    first = releases[0]
    cut = replace(fact.value.branches[0], location=first.version, created=first.tagged)
    file = replace(fact.value, releases=releases, branches=(cut,))
    return replace(made, facts={**made.facts, key: replace(fact, value=file)})


def change_id(digit: int) -> str:
    """The line of a message by which a change is the same on every branch."""
    return f"Change-Id: I{str(digit) * 40}"
