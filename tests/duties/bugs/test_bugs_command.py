"""What `bugs` and `bug` answer: what counts, where each fix stands, what is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Bugs, Member
from kit import candidate_period as period
from kit.bug_life import GLANCE, BugLife
from kit.candidate_period import BRANCH, FIRST, ONE_PROJECT, RC1, Step, change_id, with_candidates
from kit.channel import LIAISON, PASSER_BY
from kit.glance_facts import TEAM, at, hibiscus_out, world
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer, StoredBug

NOW = "2027-03-01T10:00:00"  # a Monday, after Indri-3
ALICE = Member("ally", name="Alice Smith", launchpad="alice-lp")
WITH_ALICE = replace(ONE_PROJECT, people={"core": (ALICE,)})


def live(
    launchpad: LaunchpadServer, gerrit: GerritServer, what: Step, facts: Snapshot | None = None
) -> None:
    facts = facts or hibiscus_out(world(WITH_ALICE))
    period.live(launchpad, gerrit, NOW, facts, BugLife.poll, what)


def test_the_worst_comes_first_with_who_has_it_and_where_its_fix_stands(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    tagged = ["indri-rc-potential"]
    launchpad.add(StoredBug(2130002, "Import of a big image hangs", "Triaged", "High", tags=tagged))
    launchpad.add(
        StoredBug(2130001, "Lost \x02images", "In Progress", "Critical", assignee="alice-lp")
    )
    launchpad.add(StoredBug(2130003, "High without a tag", "New", "High"))

    async def what(life: BugLife) -> None:
        life.propose(981001, "2027-02-28T10:00:00", "Closes-Bug: #2130001\n")
        await life.poll()
        life.clock.instant = at("2027-03-01T10:10:00")
        await life.poll()
        assert await life.answer("bugs") == [
            "2027.1 Indri, RC1 Thu 2027-03-04, in 3 days: 2 release-critical: 2130001"
            ' "Lost images" (Critical, Alice Smith): change 981001 waits for review; 2130002'
            ' "Import of a big image hangs" (High, nobody has it): no change yet.'
        ]

    live(launchpad, gerrit, what)


def test_none_is_said_with_its_age(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    async def what(life: BugLife) -> None:
        assert await life.answer("bugs") == [
            "None: no release-critical bug holds 2027.1 Indri (as of 10:00 UTC)."
        ]
        launchpad.times_out()
        life.clock.instant = at("2027-03-01T12:30:00")
        await life.poll()
        assert await life.answer("bugs") == [
            "None: no release-critical bug holds 2027.1 Indri"
            " (as of 2027-03-01 10:00 UTC, 2 h ago: HTTP 503)."
        ]

    live(launchpad, gerrit, what)


def test_silence_is_never_none(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    launchpad.times_out()

    async def what(life: BugLife) -> None:
        assert await life.answer("bugs") == [
            "Launchpad has not answered (HTTP 503), so what holds 2027.1 Indri is not known."
        ]

    live(launchpad, gerrit, what)


def test_a_project_that_launchpad_lacks_is_named(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    team = replace(WITH_ALICE, bugs=Bugs(projects=("glance", "glance-nowhere")))

    async def what(life: BugLife) -> None:
        assert await life.answer("bugs") == [
            "None: no release-critical bug holds 2027.1 Indri (as of 10:00 UTC); Launchpad has no"
            " project glance-nowhere."
        ]

    live(launchpad, gerrit, what, world(team))


def test_a_target_counts_where_its_day_fits(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.projects["glance"] = {"indri-rc1": "2027-03-05", "indri-3": "2026-12-24", "next": ""}
    launchpad.add(StoredBug(1, "fits", "New", "Low", milestone="indri-rc1"))
    launchpad.add(StoredBug(2, "another day", "New", "Low", milestone="indri-3"))
    launchpad.add(StoredBug(3, "no day", "New", "Critical", milestone="next"))
    launchpad.add(StoredBug(4, "no such", "New", "Critical", milestone="gone"))

    async def what(life: BugLife) -> None:
        (told,) = await life.answer("bugs")
        assert told.startswith("2027.1 Indri, RC1 Thu 2027-03-04, in 3 days: 3 release-")
        assert '3 "no day" (Critical, nobody has it, target next is a hint)' in told
        assert '4 "no such" (Critical, nobody has it, target gone is a hint)' in told
        assert '1 "fits" (Low, nobody has it)' in told
        assert '2 "another day"' not in told
        (rc1,) = await life.answer("bugs rc1")
        assert "1 release-critical targeted to RC1 target week: 1 " in rc1
        assert await life.answer("bugs m3") == [
            "No milestone of Launchpad's falls on Indri-3 milestone, Thu 2027-02-18: it"
            " has indri-rc1 Fri 2027-03-05, indri-3 Thu 2026-12-24. All that count: bugs."
        ]

    live(launchpad, gerrit, what)


def test_a_deliverable_or_a_word_that_is_none(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(1, "a bug", "New", "Critical"))

    async def what(life: BugLife) -> None:
        (told,) = await life.answer("bugs glance")
        assert "1 release-critical of glance: 1 " in told
        assert await life.answer("bugs glance_store") == [
            "None: no release-critical bug of glance-store holds 2027.1 Indri (as of 10:00 UTC)."
        ]
        assert await life.answer("bugs thursday") == [
            'bugs does not take "thursday" (a day); say bugs [MILESTONE | DELIVERABLE], or week'
            " thursday."
        ]

    live(launchpad, gerrit, what)


def test_reported_since_m3_is_marked_from_rc1_on(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(1, "old", "New", "Critical", created="2027-02-17T10:00:00+00:00"))
    launchpad.add(StoredBug(2, "new", "New", "Critical", created="2027-02-27T10:00:00+00:00"))

    async def what(life: BugLife) -> None:
        (before,) = await life.answer("bugs", "2027-03-03T23:59:00")
        assert "since m3" not in before
        (after,) = await life.answer("bugs", "2027-03-04T00:00:00")
        assert '1 "old" (Critical, nobody has it): no change yet' in after
        assert '2 "new" (Critical, nobody has it, reported since m3): no change yet' in after

    live(launchpad, gerrit, what)


def test_a_title_that_would_call_somebody_is_left_out(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(1, "Ally: look at this", "New", "Critical", assignee="pdeore"))

    async def what(life: BugLife) -> None:
        assert await life.answer("bugs") == [
            "2027.1 Indri, RC1 Thu 2027-03-04, in 3 days: 1 release-critical: 1 (Critical,"
            " assigned): no change yet."
        ]

    live(launchpad, gerrit, what)


def test_adding_and_dropping_is_for_who_may(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(5, "not critical", "New", "Low"))

    async def what(life: BugLife) -> None:
        (refused,) = await life.answer("bug add 5", who=PASSER_BY)
        assert refused.startswith("That is for the PTL")
        assert await life.answer("bug add LP#5 because the gate needs it", who=LIAISON) == [
            "On the list of 2027.1 Indri: bug 5, because the gate needs it. Drop it: bug drop 5."
        ]
        await life.snapshot()
        await life.poll()
        (told,) = await life.answer("bugs")
        assert '1 release-critical: 5 "not critical" (Low, nobody has it)' in told
        assert await life.answer("bug add 5", who=LIAISON) == [
            "Bug 5 is on the list of 2027.1 Indri already: no change yet."
        ]
        (one,) = await life.answer("bug 5", who=PASSER_BY)
        assert one.startswith(
            'On the list of 2027.1 Indri: 5 "not critical": no change yet (Low; New; nobody has'
            " it; since 2027-03-01; added by pdeore; because the gate needs it)"
        )
        assert await life.answer("bug drop 5", who=LIAISON) == [
            "Off the list of 2027.1 Indri: bug 5; bug add 5 brings it back."
        ]
        assert await life.answer("bug drop 5", who=LIAISON) == [
            "Bug 5 is not on the list of 2027.1 Indri."
        ]

    live(launchpad, gerrit, what)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("bug", "Say: bug NUMBER, bug add NUMBER [because TEXT], or bug drop NUMBER."),
        ("bug add", "Say: bug NUMBER, bug add NUMBER [because TEXT], or bug drop NUMBER."),
        (
            "bug add abc",
            '"abc" is no bug\'s number. Say: bug NUMBER, bug add NUMBER [because TEXT], or bug'
            " drop NUMBER.",
        ),
        ("bug add 5 because", "Because of what? Say: bug add NUMBER because TEXT."),
        ("bug drop 77", "Bug 77 is not on the list of 2027.1 Indri."),
        ("bug add 0", '"0" is no bug\'s number. Say: bug NUMBER, bug add NUMBER [because TEXT], or'
         " bug drop NUMBER."),
    ],
)  # fmt: skip
def test_what_is_no_bug(
    launchpad: LaunchpadServer, gerrit: GerritServer, typed: str, told: str
) -> None:
    async def what(life: BugLife) -> None:
        assert await life.answer(typed, who=LIAISON) == [told]

    live(launchpad, gerrit, what)


def test_what_is_added_leaves_by_itself_where_launchpad_says_so(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(5, "is one of another", "New", "Low"))
    launchpad.add(StoredBug(6, "of nova", "New", "Critical", projects=["nova"]))
    launchpad.add(StoredBug(8, "private", private=True))

    async def what(life: BugLife) -> None:
        for number in (5, 6, 7, 8):
            await life.answer(f"bug add {number}", who=LIAISON)
        launchpad.change(5, "2027-03-01T10:20:00+00:00", duplicate_of=4)
        life.clock.instant = at("2027-03-01T10:30:00")
        await life.snapshot()
        await life.poll()
        assert await life.answer("bugs") == [
            "2027.1 Indri, RC1 Thu 2027-03-04, in 3 days: 1 release-critical: 8 (private):"
            " no change yet."
        ]
        private = await life.answer("bugs", who=replace(LIAISON, channel=None))
        assert private[-3:] == [
            "Not on the list any more: 6, it is of nova. https://bugs.launchpad.net/bugs/6",
            "Not on the list any more: 7, Launchpad shows no such bug."
            " https://bugs.launchpad.net/bugs/7",
            "Not on the list any more: 5, it is a duplicate of 4."
            " https://bugs.launchpad.net/glance/+bug/5",
        ]

    live(launchpad, gerrit, what)


def test_what_counted_once_stays(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    launchpad.add(StoredBug(1, "was critical", "New", "Critical"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-03-01T10:10:00")
        launchpad.change(1, "2027-03-01T10:20:00+00:00", importance="Medium")
        await life.hear("2027-03-01T10:40:00")
        (told,) = await life.answer("bugs")
        assert '1 release-critical: 1 "was critical" (Medium, nobody has it)' in told
        await life.answer("bug drop 1", who=LIAISON)
        await life.hear("2027-03-01T11:10:00")
        (none,) = await life.answer("bugs")
        assert none.startswith("None: ")

    live(launchpad, gerrit, what)


def test_where_the_fix_stands_at_the_edges(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    """Before the cut what is on master is in the release; after it only what is on the branch."""
    launchpad.add(StoredBug(1, "bug", "In Progress", "Critical"))
    gerrit.commits[GLANCE, RC1] = ("2027-03-03 12:00:00.000000000", (), ())
    facts = hibiscus_out(world(WITH_ALICE))

    async def what(life: BugLife) -> None:
        async def where(now: str) -> str:
            life.clock.instant = at(now)
            await life.snapshot()
            await life.poll()
            (told,) = await life.answer("bugs")
            return told.partition("(Critical, nobody has it): ")[2] or told

        fix = life.propose(900, "2027-03-02T10:00:00", f"Closes-Bug: #1\n{change_id(1)}")
        assert await where("2027-03-02T10:30:00") == "change 900 waits for review."
        gerrit.changes.pop(900)
        life.merge(900, "2027-03-03T13:00:00", fix.message)
        assert await where("2027-03-03T13:30:00") == (
            "None: no release-critical bug holds 2027.1 Indri (as of 13:30 UTC); 1 fixed."
        )
        life.facts = with_candidates(life.facts, FIRST)
        assert await where("2027-03-05T10:00:00") == "on master (900), not on stable/2027.1."
        life.propose(901, "2027-03-05T11:00:00", change_id(1), branch=BRANCH, mergeable=False)
        assert await where("2027-03-05T12:00:00") == (
            "on master (900), not on stable/2027.1: cherry-pick 901 waits for its conflict to be"
            " resolved."
        )
        gerrit.changes.pop(901)
        life.merge(901, "2027-03-06T11:00:00", change_id(1), branch=BRANCH)
        assert await where("2027-03-06T12:00:00") == (
            "None: no release-critical bug holds 2027.1 Indri (as of 12:00 UTC); 1 fixed."
        )
        life.merge(
            902,
            "2027-03-07T11:00:00",
            f"This reverts commit {gerrit.changes[901].revision}.",
            branch=BRANCH,
        )
        assert await where("2027-03-07T12:00:00") == "on master (900), not on stable/2027.1."

    live(launchpad, gerrit, what, facts)


def test_a_team_without_a_tracker(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    async def what(life: BugLife) -> None:
        assert await life.answer("bugs") == [
            "The team's file names no project of Launchpad's (bugs: projects)."
        ]
        assert not launchpad.seen

    live(launchpad, gerrit, what, world(replace(TEAM, bugs=Bugs())))
