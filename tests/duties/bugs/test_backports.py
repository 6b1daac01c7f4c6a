"""What is on master and not on a stable branch: each state, at the edges of the cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kit import candidate_period as period
from kit.bug_life import BugLife
from kit.candidate_period import BRANCH, ONE_DELIVERABLE, RC1, Step, change_id, with_candidates
from kit.channel import LIAISON, PASSER_BY
from kit.glance_facts import hibiscus_out, world
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer, StoredBug

NOW = "2027-03-09T10:00:00"
TAGGED_LATE = ("34.0.0.0rc1@2027-03-05", RC1)  # a day after its commit


def live(launchpad: LaunchpadServer, gerrit: GerritServer, what: Step, cut: bool = True) -> None:
    facts = hibiscus_out(world(ONE_DELIVERABLE))
    facts = with_candidates(facts, TAGGED_LATE) if cut else facts
    period.live(launchpad, gerrit, NOW, facts, what)


async def told(life: BugLife, text: str = "backports stable/2027.1") -> str:
    await life.snapshot()
    life.kept.clear()
    life.asked.clear()
    await life.poll()
    return (await life.answer(text))[0]


def test_what_merged_before_the_cut_is_on_the_branch(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-03-04T12:00:00", "Closes-Bug: #11")
        assert await told(life) == "stable/2027.1 lacks no fix of master."
        life.merge(2, "2027-03-04T12:01:00", "Closes-Bug: #12")
        assert await told(life) == (
            'stable/2027.1 lacks 1 fix of master: 2 "Change 2" (bug 12): none.'
        )

    live(launchpad, gerrit, what)


def test_each_state(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    launchpad.add(StoredBug(15, "critical", "Fix Released", "Critical"))
    on = {"branch": BRANCH}

    async def what(life: BugLife) -> None:
        for digit in (1, 2, 3, 4, 5, 6):
            life.merge(
                digit, f"2027-03-05T1{digit}:00:00", f"Closes-Bug: #1{digit}\n{change_id(digit)}"
            )
        life.propose(22, "2027-03-06T10:00:00", change_id(2), **on)
        life.propose(23, "2027-03-06T10:00:00", change_id(3), mergeable=False, **on)
        life.merge(24, "2027-03-06T10:00:00", change_id(4), commit="e" * 40, **on)
        await life.answer("bug add 15", who=LIAISON)
        life.propose(
            26, "2027-03-06T10:00:00", "Closes-Bug: #16", status="ABANDONED",
            messages=[("Ann Lee", "Abandoned\n\nToo risky")], **on,
        )  # fmt: skip
        assert await told(life) == (
            "stable/2027.1 lacks 4 fixes of master (1 merged, 1 refused):"
            ' 5 "Change 5" (bug 15, release-critical): none; 1 "Change 1" (bug 11): none;'
            ' 2 "Change 2" (bug 12): cherry-pick 22 waits for review;'
            ' 3 "Change 3" (bug 13): cherry-pick 23 waits for its conflict to be resolved.'
        )
        details = await life.answer("backports 2027.1", who=replace(LIAISON, channel=None))
        assert any('4 "Change 4" (bug 14): merged as 24 (eeeeeeeeee)' in row for row in details)
        assert any(
            '6 "Change 6" (bug 16): refused by Ann Lee: Too risky, cherry-pick 26 abandoned' in row
            for row in details
        )

    live(launchpad, gerrit, what)


def test_by_the_bug_where_the_change_id_is_another(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-03-05T10:00:00", f"Closes-Bug: #11\n{change_id(1)}")
        life.merge(21, "2027-03-06T10:00:00", f"Closes-Bug: #11\n{change_id(9)}", branch=BRANCH)
        assert await told(life) == "stable/2027.1 lacks no fix of master (1 merged)."
        life.merge(2, "2027-03-07T10:00:00", f"Partial-Bug: #12\n{change_id(2)}")
        life.merge(3, "2027-03-07T11:00:00", f"Closes-Bug: #12\n{change_id(3)}")
        life.merge(22, "2027-03-08T10:00:00", f"Partial-Bug: #12\n{change_id(2)}", branch=BRANCH)
        assert await told(life) == (
            'stable/2027.1 lacks 1 fix of master (2 merged): 3 "Change 3" (bug 12): none.'
        )

    live(launchpad, gerrit, what)


def test_a_revert_takes_its_fix_back_on_its_branch(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        fix = life.merge(1, "2027-03-05T10:00:00", f"Closes-Bug: #11\n{change_id(1)}")
        back = life.merge(21, "2027-03-06T10:00:00", change_id(1), branch=BRANCH)
        assert await told(life) == "stable/2027.1 lacks no fix of master (1 merged)."
        undo = life.merge(
            22, "2027-03-07T10:00:00", f"This reverts commit {back.revision}.", branch=BRANCH
        )
        assert 'lacks 1 fix of master: 1 "Change 1" (bug 11): none.' in await told(life)
        life.merge(
            23, "2027-03-08T10:00:00", f"This reverts commit {undo.revision}.", branch=BRANCH
        )
        assert await told(life) == "stable/2027.1 lacks no fix of master (1 merged)."
        life.merge(2, "2027-03-08T11:00:00", f"This reverts commit {fix.revision}.")
        assert await told(life) == "stable/2027.1 lacks no fix of master."

    live(launchpad, gerrit, what)


def test_a_fix_without_a_bug_is_known_by_its_note(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(
            1, "2027-03-05T10:00:00", change_id(1),
            files={"releasenotes/notes/a-1.yaml": (None, "security:\n  - |\n    It leaked.\n")},
        )  # fmt: skip
        life.merge(
            2, "2027-03-05T10:00:00", change_id(2),
            files={"releasenotes/notes/a-2.yaml": (None, "features:\n  - |\n    New.\n")},
        )  # fmt: skip
        assert await told(life) == 'stable/2027.1 lacks 1 fix of master: 1 "Change 1": none.'

    live(launchpad, gerrit, what)


def test_refused_by_an_order_and_wanted_again(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-03-05T10:00:00", f"Closes-Bug: #11\n{change_id(1)}")
        await told(life)
        refuse = "backport refuse 11 because it changes the API"
        (no,) = await life.answer(refuse, who=PASSER_BY)
        assert no.startswith("That is for the PTL")
        assert await life.answer(refuse, who=LIAISON) == [
            "Not for stable/2027.1, because it changes the API: 1 (bug 11); backport want 11 takes"
            " it back."
        ]
        assert await told(life) == "stable/2027.1 lacks no fix of master (1 refused)."
        assert await life.answer(refuse, who=LIAISON) == [
            "11 is refused by pdeore: it changes the API on stable/2027.1."
        ]
        assert await life.answer("backport want 1", who=LIAISON) == [
            "Wanted on stable/2027.1 again: 1 (bug 11)."
        ]
        assert "lacks 1 fix" in await told(life)

    live(launchpad, gerrit, what)


def test_older_branches_come_last_with_what_somebody_wanted_there(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-01-05T10:00:00", f"Closes-Bug: #11\n{change_id(1)}")
        life.merge(2, "2027-01-05T10:00:00", f"Closes-Bug: #12\n{change_id(2)}")
        life.propose(21, "2027-01-06T10:00:00", change_id(1), branch="stable/2026.2")
        first = await told(life, "backports")
        assert first == "stable/2027.1 lacks no fix of master."
        (_, second) = await life.answer("backports")
        assert second.startswith("stable/2026.2 lacks 1 fix; stable/2026.1 lacks 1 fix; stable/20")
        assert await told(life, "backports hibiscus") == (
            'stable/2026.2 lacks 1 fix of master: 1 "Change 1" (bug 11): cherry-pick 21 waits for'
            " review."
        )

    live(launchpad, gerrit, what)


def test_before_the_cut_the_newest_branch_is_the_last_releases(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        life.merge(1, "2027-01-05T10:00:00", f"Closes-Bug: #11\n{change_id(1)}")
        assert (await told(life, "backports")).startswith("stable/2026.2 lacks 1 fix of master: 1 ")
        assert await told(life, "backports 2027.1") == (
            '"2027.1" takes no backports; those that do: stable/2026.2, stable/2026.1,'
            " stable/2025.2."
        )

    live(launchpad, gerrit, what, cut=False)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("backport", "Say: backport refuse N [on BRANCH] because TEXT, or backport want N [on"
         " BRANCH]."),
        ("backport refuse 7", "Because of what? Say: backport refuse N [on BRANCH] because TEXT, or"
         " backport want N [on BRANCH]."),
        ("backport refuse 7 because no", "I know no fix 7 that could be backported: backports."),
        ("backports stable/1999.1", '"stable/1999.1" takes no backports; those that do:'
         " stable/2027.1, stable/2026.2, stable/2026.1, stable/2025.2."),
        ("backports m3", 'backports does not take "m3" (a deadline); say backports [BRANCH], or'
         " when m3."),
    ],
)  # fmt: skip
def test_what_is_none(
    launchpad: LaunchpadServer, gerrit: GerritServer, typed: str, answer: str
) -> None:
    async def what(life: BugLife) -> None:
        await told(life)
        assert await life.answer(typed, who=LIAISON) == [answer]

    live(launchpad, gerrit, what)


def test_gerrits_silence_is_told(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    gerrit.mode = "error"

    async def what(life: BugLife) -> None:
        assert await told(life) == (
            "Gerrit has not told of fixes yet (HTTP 503), so I can't tell what is missing."
        )

    live(launchpad, gerrit, what)
