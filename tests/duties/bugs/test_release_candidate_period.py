"""From milestone 3 to the release with three bugs: what the channel hears of them, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.messages.clauses import Link, in_words
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.team import Member
from GlanceRelease.duties.report_parts import parts_of, report_of
from GlanceRelease.registry import Ask
from kit import candidate_period as period
from kit.bug_life import GLANCE, BugLife
from kit.candidate_period import BRANCH, FIRST, ONE_PROJECT, RC2, Step, change_id, with_candidates
from kit.channel import LIAISON
from kit.glance_facts import at, hibiscus_out, world
from kit.upstream.gerrit import GerritServer
from kit.upstream.launchpad import LaunchpadServer, StoredBug

BEGIN = "2027-02-17T09:00:00"  # the Wednesday before Indri-3
ASM = Member("asm", name="Alice Smith", launchpad="alice-lp")


def live(launchpad: LaunchpadServer, gerrit: GerritServer, what: Step) -> None:
    facts = hibiscus_out(world(replace(ONE_PROJECT, people={"core": (ASM,)})))

    async def joins(life: BugLife) -> None:
        life.people.add("asm")

    period.live(launchpad, gerrit, BEGIN, facts, joins, BugLife.poll, what)


def of_bugs(lines: list[str]) -> list[str]:
    """What is about bugs; the small world has much else to say."""
    told = [line for line in lines if ".html" not in line]
    return [line for line in told if "ritical" in line or "ug " in line or "Yours" in line]


def reminders(lines: list[str]) -> list[str]:
    """What a reminder says of them."""
    return [line.partition("To do: ")[2] for line in lines if "schedule.html" in line]


def test_three_bugs(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    launchpad.add(StoredBug(2130001, "Old and critical", "Triaged", "Critical"))

    async def what(life: BugLife) -> None:
        heard = await life.hear("2027-02-17T10:00:00")
        assert of_bugs(heard) == []  # it was there already
        (m3,) = reminders(heard)
        assert "1 release-critical bug (2130001)" in m3
        launchpad.add(
            StoredBug(
                2130002, "Images are lost", "New", "Critical",
                created="2027-02-22T09:00:00+00:00", changed="2027-02-22T09:00:00+00:00",
            )
        )  # fmt: skip
        assert of_bugs(await life.hear("2027-02-22T09:30:00")) == [
            'Release-critical for 2027.1 Indri now: 2130002 "Images are lost" (Critical, nobody'
            " has it): no change yet.",
        ]
        assert of_bugs(await life.hear("2027-02-22T10:00:00")) == []
        launchpad.change(
            2130002, "2027-02-22T11:00:00+00:00", assignee="alice-lp", status="In Progress"
        )
        assert of_bugs(await life.hear("2027-02-22T11:30:00")) == [
            '(asm) Yours, and it holds 2027.1 Indri: 2130002 "Images are lost" (Critical, Alice'
            " Smith): no change yet. To hear no more of it: ack."
        ]
        life.merge(900, "2027-02-24T10:00:00", "Closes-Bug: #2130001\n")
        launchpad.change(2130001, "2027-02-24T10:01:00+00:00", status="Fix Released")
        assert of_bugs(await life.hear("2027-02-24T10:30:00")) == []
        before_rc1 = reminders(await life.hear("2027-03-03T10:00:00"))
        assert any("1 release-critical bug (2130002)" in told for told in before_rc1)
        life.facts = with_candidates(life.facts, FIRST)
        life.merge(901, "2027-03-05T10:00:00", f"Closes-Bug: #2130002\n{change_id(2)}")
        launchpad.change(2130002, "2027-03-05T10:01:00+00:00", status="Fix Released")
        assert of_bugs(await life.hear("2027-03-05T10:30:00")) == []
        left = (
            '2130002 "Images are lost" (Critical, Alice Smith, reported since m3): on master'
            " (901), not on stable/2027.1."
        )
        assert of_bugs(await life.hear("2027-03-08T10:00:00")) == [
            "1 release-critical bug left before the final RC, Thu 2027-03-18, in 10 days: " + left
        ]
        assert of_bugs(await life.hear("2027-03-09T10:00:00")) == []
        life.propose(902, "2027-03-09T11:00:00", change_id(2), branch=BRANCH)
        (told,) = await life.answer("bugs", "2027-03-09T11:00:00")
        await life.hear("2027-03-09T11:30:00")
        (told,) = await life.answer("bugs")
        assert told.endswith("on master (901), not on stable/2027.1: cherry-pick 902 waits for"
                             " review.")  # fmt: skip
        gerrit.changes.pop(902)
        life.merge(902, "2027-03-10T10:00:00", change_id(2), branch=BRANCH)
        assert of_bugs(await life.hear("2027-03-10T10:30:00")) == [
            'The last release-critical bug of 2027.1 Indri is fixed: 2 in all: 2130001 "Old and'
            ' critical": in 34.0.0.0rc1; 2130002 "Images are lost": merged on stable/2027.1 (902).',
        ]
        gerrit.commits[GLANCE, RC2] = ("2027-03-11 12:00:00.000000000", (), ())
        life.facts = with_candidates(life.facts, FIRST, ("34.0.0.0rc2@2027-03-11", RC2))
        for quiet in ("2027-03-15T10:00:00", "2027-03-17T10:00:00", "2027-03-18T10:00:00"):
            assert not [line for line in await life.hear(quiet) if "2130002" in line], quiet
        assert await life.answer("bugs") == [
            "None: no release-critical bug holds 2027.1 Indri (as of 10:00 UTC); 2 fixed."
        ]
        (one,) = await life.answer("bug 2130002")
        assert '"Images are lost": in 34.0.0.0rc2' in one

    live(launchpad, gerrit, what)


def test_the_same_with_launchpad_down_in_the_middle(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(2130001, "Old", "Triaged", "High"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-17T10:00:00")
        launchpad.times_out()
        launchpad.change(2130001, "2027-02-22T09:00:00+00:00", importance="Critical")
        launchpad.add(StoredBug(2130003, "Came and went", "Fix Released", "Critical"))
        for day in range(22, 27):
            assert of_bugs(await life.hear(f"2027-02-{day}T10:00:00")) == []
        (told,) = await life.answer("bugs")
        assert told == (
            "None: no release-critical bug holds 2027.1 Indri (as of 2027-02-17 10:00 UTC, 9 days"
            " ago: HTTP 503)."
        )
        launchpad.trouble = None
        news = (
            'Release-critical for 2027.1 Indri now: 2130001 "Old" (Critical, nobody has it): no'
            " change yet."
        )
        assert of_bugs(await life.hear("2027-03-01T09:00:00")) == [news]
        assert of_bugs(await life.hear("2027-03-01T09:30:00")) == []
        launchpad.times_out()
        assert of_bugs(await life.hear("2027-03-01T12:00:00")) == []
        (told,) = await life.answer("bugs")
        assert told.endswith(
            '2130001 "Old" (Critical, nobody has it): no change yet. (as of 2027-03-01 09:30 UTC,'
            " 2 h ago: HTTP 503)"
        )

    live(launchpad, gerrit, what)


def test_who_added_a_bug_hears_that_it_left(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(5, "none after all", "New", "Low"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-17T10:00:00")
        await life.answer("bug add 5", who=LIAISON)
        assert of_bugs(await life.hear("2027-02-17T10:30:00")) == []
        launchpad.change(5, "2027-02-17T11:00:00+00:00", status="Won't Fix")
        assert of_bugs(await life.hear("2027-02-17T11:30:00")) == [
            "(pdeore) Bug 5, which you added, is off the list of 2027.1 Indri: Launchpad calls it"
            " Won't Fix."
        ]
        assert of_bugs(await life.hear("2027-02-17T12:00:00")) == []

    live(launchpad, gerrit, what)


def test_an_owner_is_told_twice_at_most(launchpad: LaunchpadServer, gerrit: GerritServer) -> None:
    launchpad.add(StoredBug(7, "hers", "New", "High", assignee="alice-lp"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-17T10:00:00")
        launchpad.change(7, "2027-02-22T09:00:00+00:00", importance="Critical")
        heard = of_bugs(await life.hear("2027-02-22T09:30:00"))
        assert [line for line in heard if line.startswith("(asm) Yours")]
        before = of_bugs(await life.hear("2027-03-03T10:00:00"))
        assert [line for line in before if line.startswith("(asm) Yours")]
        later = of_bugs(await life.hear("2027-03-17T10:00:00"))
        assert not [line for line in later if line.startswith("(asm) Yours")]

    live(launchpad, gerrit, what)


def test_an_owner_who_acks_hears_no_second_line(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(7, "hers", "New", "High", assignee="alice-lp"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-17T10:00:00")
        launchpad.change(7, "2027-02-22T09:00:00+00:00", importance="Critical")
        heard = of_bugs(await life.hear("2027-02-22T09:30:00"))
        assert [line for line in heard if line.startswith("(asm) Yours")]
        (told,) = await life.answer("ack", who=Ask("asm", verified=True))
        assert told.startswith("Quiet until something changes: Yours, and it holds 2027.1 Indri")
        before = of_bugs(await life.hear("2027-03-03T10:00:00"))
        assert not [line for line in before if line.startswith("(asm) Yours")]

    live(launchpad, gerrit, what)


def test_news_of_several_days_come_together(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    async def what(life: BugLife) -> None:
        await life.hear("2027-02-22T10:00:00")
        said = []
        for hour in range(0, 24 * 7, 3):
            now = at("2027-02-22T11:00:00") + dt.timedelta(hours=hour)
            if hour % 12 == 0:
                stamp = f"{now:%Y-%m-%dT%H:%M:%S}+00:00"
                launchpad.add(
                    StoredBug(3000 + hour, "x", "New", "Critical", changed=stamp, created=stamp)
                )
            heard = await life.hear(f"{now:%Y-%m-%dT%H:%M:%S}")
            said += [f"{now:%a %H} {line}" for line in of_bugs(heard) if "now: " in line]
        assert 2 <= len(said) <= 5, said

    live(launchpad, gerrit, what)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2027-02-18T23:59:00", "2027.1 Indri, milestone 3 Thu 2027-02-18, today: 1 "),
        ("2027-02-19T00:00:00", "2027.1 Indri, RC1 Thu 2027-03-04, in 13 days: 1 "),
        ("2027-03-04T23:59:00", "2027.1 Indri, RC1 Thu 2027-03-04, today: 1 "),
        ("2027-03-05T00:00:00", "2027.1 Indri, final RC Thu 2027-03-18, in 13 days: 1 "),
        ("2027-03-18T23:59:00", "2027.1 Indri, final RC Thu 2027-03-18, today: 1 "),
        ("2027-03-19T00:00:00", "2027.1 Indri, release Wed 2027-03-24, in 5 days: 1 "),
        ("2027-03-24T23:59:00", "2027.1 Indri, release Wed 2027-03-24, today: 1 "),
        ("2027-03-25T00:00:00", "Today, Thu 2027-03-25, is in R+0 of 2027.1 Indri, "),
    ],
)
def test_the_answer_at_the_edges(
    launchpad: LaunchpadServer, gerrit: GerritServer, now: str, told: str
) -> None:
    launchpad.add(StoredBug(7, "bug", "New", "Critical"))

    async def what(life: BugLife) -> None:
        life.clock.instant = at(now)
        await life.poll()
        (answer,) = await life.answer("bugs")
        assert answer.startswith(told)

    live(launchpad, gerrit, what)


def test_the_reports_number_leads_to_its_bugs(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(7, "bug", "New", "Critical"))
    launchpad.add(StoredBug(8, "other", "New", "Critical"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-22T10:00:00")
        moment = Moment(await life.snapshot(), life.clock.now())
        (part,) = [part for part in parts_of(moment) if part.name == "bugs"]
        assert "2 release-critical bugs" in in_words(part.phrases)
        (table,) = part.tables
        assert table.count == 2
        assert [row[0].text for row in table.rows if isinstance(row[0], Link)] == ["7", "8"]
        report = report_of(moment, moment.today, "R-4", 4)
        assert part in report.parts

    live(launchpad, gerrit, what)


def test_a_list_that_is_done_silences_no_reminder(
    launchpad: LaunchpadServer, gerrit: GerritServer
) -> None:
    launchpad.add(StoredBug(7, "bug", "New", "Critical"))

    async def what(life: BugLife) -> None:
        await life.hear("2027-02-22T10:00:00")
        life.merge(900, "2027-02-23T10:00:00", "Closes-Bug: #7")
        launchpad.change(7, "2027-02-23T10:01:00+00:00", status="Fix Released")
        await life.hear("2027-02-23T11:00:00")
        heard = await life.hear("2027-03-18T10:00:00")
        assert any("Final RCs" in line and "bug" not in line for line in heard)

    live(launchpad, gerrit, what)
