"""A new release candidate is asked for when the stable branch has fixes that its last one lacks."""

from __future__ import annotations

from dataclasses import replace

from GlanceRelease.domain.gerrit_accounts import GerritAccounts
from kit import candidate_period as period
from kit.bug_life import BugLife
from kit.candidate_period import BRANCH, FIRST, ONE_DELIVERABLE, RC2, Step, with_candidates
from kit.glance_facts import hibiscus_out, world
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer

NOW = "2027-03-05T10:00:00"  # a Friday, the day after RC1


def live(launchpad: LaunchpadServer, gerrit: GerritServer, what: Step) -> None:
    facts = with_candidates(hibiscus_out(world(ONE_DELIVERABLE)), FIRST)
    period.live(launchpad, gerrit, NOW, facts, what)


async def told(life: BugLife, now: str) -> list[str]:
    heard = await life.hear(now)
    return [line for line in heard if " since glance " in line]


def test_once_a_set_and_weekly_at_most(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-03-04T11:59:00", "Closes-Bug: #1", branch=BRANCH)
        life.merge(
            2, "2027-03-04T13:00:00", branch=BRANCH, files={".gitreview": ("a", "b")},
        )  # fmt: skip
        life.merge(
            3, "2027-03-04T13:00:00", branch=BRANCH, username="release",
            owner=("OpenStack Release Bot", "infra-root@openstack.org"),
            files={"tox.ini": ("a", "b"), "glance/version.py": ("a", "b")},
        )  # fmt: skip
        life.facts = replace(life.facts, accounts=GerritAccounts(release_bot=("release",)))
        assert await told(life, NOW) == []
        files = {"glance/api.py": ("a", "b")}
        life.merge(4, "2027-03-05T11:00:00", "Closes-Bug: #4", branch=BRANCH, files=files)
        assert await told(life, "2027-03-05T11:30:00") == [
            "(pdeore) 1 fix on stable/2027.1 since glance 34.0.0.0rc1; final RC is Thu 2027-03-18;"
            " !draft glance rc, the second of three at most."
        ]
        assert await told(life, "2027-03-08T10:00:00") == []
        life.merge(5, "2027-03-08T11:00:00", "Closes-Bug: #5", branch=BRANCH, files=files)
        assert await told(life, "2027-03-09T10:00:00") == []
        assert await told(life, "2027-03-12T11:31:00") == [
            "(pdeore) 2 fixes on stable/2027.1 since glance 34.0.0.0rc1; final RC is Thu"
            " 2027-03-18; !draft glance rc, the second of three at most."
        ]
        life.facts = with_candidates(life.facts, FIRST, ("34.0.0.0rc2@2027-03-10", RC2))
        assert await told(life, "2027-03-15T10:00:00") == []

    live(launchpad, gerrit, what)


def test_before_the_first_candidate_and_after_the_release_nobody_is_told(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        files = {"glance/api.py": ("a", "b")}
        life.merge(4, "2026-11-05T11:00:00", branch="stable/2026.2", files=files)
        life.merge(5, "2027-03-24T11:00:00", branch=BRANCH, files=files)
        assert await told(life, "2027-03-25T10:00:00") == []
        (report,) = [row for row in await life.answer("report") if "Fixes not released" in row]
        assert "1 fix on stable/2026.2 since glance 33.0.0" in report

    live(launchpad, gerrit, what)
