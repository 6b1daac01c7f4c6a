"""Lives of a proposal on a Gerrit on loopback: what the channel hears, and the liaison alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.duties.releases.left_to_do import work_for
from GlanceRelease.registry import RULES
from GlanceRelease.render.irc import render
from kit.proposal_life import AFTER, MONDAY, PATH, ProposalLife
from kit.release_cases import TEAM, B, store
from kit.upstream.gerrit import GerritServer, Stored

pytestmark = pytest.mark.asyncio

PROPOSED = (
    "channel: Elod Illes proposes glance 33.0.0.0rc1: https://gerrit/900001 - PTL-Approved is"
    " missing; no answer by Friday, 2026-09-11, means yes"
)
RC1 = "glance 33.0.0.0rc1"
AT = "https://gerrit/900001"
YES = ("PTL-Approved", 1, "Zuul", "zuul@example.org")
MALLORY = ("Mallory", "mallory@example.org")
ABANDONED, RESTORED = f"pdeore: {RC1}: abandoned, {AT}", f"pdeore: {RC1}: restored, {AT}"


@pytest_asyncio.fixture
async def life() -> AsyncIterator[ProposalLife]:
    with GerritServer(MONDAY) as gerrit:
        async with ProposalLife(gerrit) as begun:
            assert await begun.after() == []
            yield begun


@pytest_asyncio.fixture
async def change(life: ProposalLife) -> Stored:
    """The release team's RC1, of which the channel has heard."""
    proposed = life.propose()
    assert await life.after() == [PROPOSED]
    return proposed


async def test_it_is_abandoned_and_restored(life: ProposalLife, change: Stored) -> None:
    change.status = "ABANDONED"
    assert await life.after() == [ABANDONED]
    assert await life.after() == []
    assert "; gone: glance 33.0.0.0rc1 (change 900001, abandoned)." in await life.ask("releases")
    change.status = "NEW"
    assert await life.after() == [RESTORED]
    assert await life.after() == []
    assert "Proposed: glance 33.0.0.0rc1 (change 900001)." in await life.ask("releases")


async def test_it_becomes_private_and_is_seen_again(life: ProposalLife, change: Stored) -> None:
    change.private = True
    hidden = f"pdeore: {RC1}: not visible any more: private or deleted, {AT}"
    assert await life.after() == [hidden]
    asked = life.gerrit.count("/changes/900001")
    assert await life.after() == []
    assert life.gerrit.count("/changes/900001") == asked
    gone = "Nothing is proposed; gone: glance 33.0.0.0rc1 (change 900001, private or deleted)."
    assert gone in await life.ask("releases")
    change.private = False
    assert await life.after() == [f"pdeore: {RC1}: visible again, {AT}"]
    assert await life.after() == []


async def test_what_was_told_of_its_approval_holds_while_it_is_private(
    life: ProposalLife, change: Stored
) -> None:
    approved, seen = f"channel: {RC1}: approved, {AT}", f"pdeore: {RC1}: visible again, {AT}"
    lost = f"channel: {RC1}: approved no more: patch set 1, Elod Illes's, lacks PTL-Approved, {AT}"
    hidden = f"pdeore: {RC1}: not visible any more: private or deleted, {AT}"
    change.votes.append(YES)
    assert await life.after() == [approved]
    change.private = True
    assert await life.after() == [hidden]
    change.private = False
    assert await life.after() == [seen]
    change.private = True
    assert await life.after() == [hidden]
    change.private = False
    change.votes.clear()
    assert await life.after() == [lost, seen]
    change.votes.append(YES)
    assert await life.after() == [approved]
    assert await life.after() == []


async def test_it_is_restored_when_it_is_followed_no_more(
    life: ProposalLife, change: Stored
) -> None:
    approved = f"channel: {RC1}: approved, {AT}"
    lost = f"channel: {RC1}: approved no more: patch set 1, Elod Illes's, lacks PTL-Approved, {AT}"
    change.votes.append(YES)
    assert await life.after() == [approved]
    change.status = "ABANDONED"
    assert await life.after() == [ABANDONED]
    life.gerrit.now += dt.timedelta(days=20)
    assert await life.after(20 * 24 * 60) == []
    assert "gone" not in await life.ask("releases")
    change.status, change.updated = "NEW", "2026-09-27 12:00:00.000000000"
    change.votes.clear()
    assert await life.after() == [lost, RESTORED]
    change.votes.append(YES)
    assert await life.after() == [approved]
    assert await life.after() == []


async def test_it_is_deleted(life: ProposalLife, change: Stored) -> None:
    del life.gerrit.changes[change.number]
    hidden = f"pdeore: {RC1}: not visible any more: private or deleted, {AT}"
    assert await life.after() == [hidden]
    for _ in range(3):
        assert await life.after(24 * 60) == []


async def test_it_is_work_in_progress_and_ready_again(life: ProposalLife, change: Stored) -> None:
    change.work_in_progress = True
    assert await life.after() == [f"pdeore: {RC1}: work in progress now, {AT}"]
    assert "(change 900001, work in progress)" in await life.ask("releases")
    assert "proposed, work in progress" in await life.ask("report")
    change.work_in_progress = False
    assert await life.after() == [f"pdeore: {RC1}: ready for review, {AT}"]
    assert await life.after() == []


async def test_it_begins_as_work_in_progress(life: ProposalLife) -> None:
    change = life.propose(work_in_progress=True)
    assert await life.after() == []
    change.work_in_progress = False
    assert await life.after() == [PROPOSED, f"pdeore: {RC1}: ready for review, {AT}"]


async def test_a_stranger_takes_over_what_was_approved(life: ProposalLife, change: Stored) -> None:
    change.votes.append(YES)
    assert await life.after() == [f"channel: {RC1}: approved, {AT}"]
    life.upload(change, uploader=MALLORY)
    assert await life.after() == [
        f"channel: {RC1}: approved no more: patch set 2, Mallory's, lacks PTL-Approved, {AT}",
        f"pdeore: {RC1}: taken over: patch set 2 is Mallory's, not Elod Illes's, {AT}",
    ]
    assert await life.after() == []
    change.votes.append(YES)
    assert await life.after() == [f"channel: {RC1}: approved, {AT}"]
    life.upload(change)
    assert await life.after() == [
        f"channel: {RC1}: approved no more: patch set 3, Mallory's, lacks PTL-Approved, {AT}"
    ]


Who = tuple[str, str]
EVE = ("Eve", "eve@example.org")


@pytest.mark.parametrize(
    ("uploader", "told"),
    [
        (EVE, "Eve owns it and uploaded patch set 2"),
        (MALLORY, "Eve owns it, patch set 2 is Mallory's"),
    ],
    ids=["by one", "by two"],
)
async def test_who_had_all_of_it_is_named_once(
    life: ProposalLife, change: Stored, uploader: Who, told: str
) -> None:
    life.upload(change, owner=EVE, uploader=uploader)
    assert await life.after() == [f"pdeore: {RC1}: taken over from Elod Illes: {told}, {AT}"]
    assert await life.after() == []


async def test_who_had_a_part_of_it_is_named_with_it(life: ProposalLife, change: Stored) -> None:
    life.upload(change, uploader=MALLORY)
    assert len(await life.after()) == 1
    life.upload(change, owner=EVE, uploader=EVE)
    assert await life.after() == [
        f"pdeore: {RC1}: taken over: Eve owns it, not Elod Illes and patch set 3 is Eve's, not"
        f" Mallory's, {AT}"
    ]


async def test_who_has_another_s_name_takes_over_as_somebody(
    life: ProposalLife, change: Stored
) -> None:
    change.votes.append(YES)
    assert await life.after() == [f"channel: {RC1}: approved, {AT}"]
    life.upload(change, uploader=("Elod Illes", "mallory@example.org"))
    assert await life.after() == [
        f"channel: {RC1}: approved no more: patch set 2 by somebody whose name is Elod Illes lacks"
        f" PTL-Approved, {AT}",
        f"pdeore: {RC1}: taken over: patch set 2 is by somebody whose name is Elod Illes, not Elod"
        f" Illes's, {AT}",
    ]
    change.uploader = None
    assert await life.after() == [
        f"pdeore: {RC1}: taken over: patch set 2 is Elod Illes's, not another's of that name, {AT}"
    ]


async def test_a_new_display_name_is_no_news(life: ProposalLife, change: Stored) -> None:
    change.owner = ("Előd Illés", "elod@example.org")
    assert await life.after() == []


async def test_a_proposal_by_a_name_is_somebody_s(life: ProposalLife) -> None:
    life.propose(owner=("Elod Illes", "mallory@example.org"))
    assert await life.after() == [
        f"channel: somebody whose name is Elod Illes proposes {RC1}: {AT} - PTL-Approved is missing"
    ]


async def test_an_approval_that_a_rebase_keeps_is_not_told_again(
    life: ProposalLife, change: Stored
) -> None:
    change.votes.append(YES)
    assert await life.after() == [f"channel: {RC1}: approved, {AT}"]
    change.patch_set = 2
    assert await life.after() == []


async def test_the_liaison_s_own_upload_is_no_news_to_her(
    life: ProposalLife, change: Stored
) -> None:
    life.upload(change, uploader=("Pranali Deore", "pdeore@example.org"))
    assert await life.after() == []


@pytest.mark.parametrize("label", ["Code-Review", "Verified", "Workflow"])
async def test_a_vote_that_holds_it_stands_in_releases_and_in_the_report(
    life: ProposalLife, change: Stored, label: str
) -> None:
    change.votes += [YES, (label, -1, "Some Body", "some@example.org")]
    await life.after()
    releases = await life.ask("releases")
    assert f"Proposed: {RC1} (change 900001, approved, {label} -1)." in releases
    report = await life.ask("report")
    assert f"Releases: {RC1} proposed, {label} -1, waits for Elod Illes." in report


async def test_a_candidate_in_a_beta_s_place_is_not_due_on_the_beta_s_day(
    life: ProposalLife, change: Stored
) -> None:
    late = "Overdue: glance 33.0.0.0b3 was due Thu 2026-08-27, 11 days ago: 33.0.0.0rc1 proposed"
    assert f"{late} since Mon 2026-09-07 (change 900001), waits" in await life.ask("report")
    change.votes.append(YES)
    await life.after()
    report = await life.ask("report")
    assert (
        f"{late} since Mon 2026-09-07 (change 900001), the team has said yes, waits for the release"
        " team;" in report
    )
    assert f"proposed with the team's yes: {RC1} with stable/2026.2" in report


async def test_it_is_rebased_onto_another_that_must_merge_first(
    life: ProposalLife, change: Stored
) -> None:
    below = life.gerrit.add(Stored(900002, "openstack/releases", "Tidy up"))
    life.upload(change, stands_on=900002)
    rebased = "rebased onto change 900002, which has to merge first"
    assert await life.after() == [f"pdeore: {RC1}: {rebased}, {AT}"]
    assert await life.after() == []
    assert "(change 900001, on change 900002)" in await life.ask("releases")
    related = f"/changes/900001/revisions/{change.revision}/related"
    life.gerrit.refused.add(related)
    assert await life.after() == []
    assert "(change 900001, on change 900002)" in await life.ask("releases")
    life.gerrit.refused.clear()
    below.status = "MERGED"
    assert await life.after() == [f"pdeore: {RC1}: stands on change 900002 no more, {AT}"]
    asked = life.gerrit.count("/related")
    assert await life.after() == []
    assert life.gerrit.count("/related") == asked


async def test_it_turns_to_another_team_s_file(life: ProposalLife, change: Stored) -> None:
    life.upload(change, files={"deliverables/hibiscus/nova.yaml": ("", "")})
    assert await life.after() == [f"pdeore: {RC1}: touches no file of the team's any more, {AT}"]


async def test_it_merges_and_the_liaison_is_told_nothing_of_that(
    life: ProposalLife, change: Stored
) -> None:
    change.votes.append(YES)
    await life.after()
    change.status, change.submitted = "MERGED", "2026-09-07 09:40:00.000000000"
    heard = await life.after()
    assert len(heard) == 1
    assert heard[0].startswith(f"channel: {RC1}: ")
    assert "merged" in heard[0]


async def test_what_is_wrong_with_it_follows_that_it_is_proposed(life: ProposalLife) -> None:
    life.propose(files={PATH: ("", AFTER)})
    first, second = await life.after()
    assert first.startswith("channel: Elod Illes proposes ")
    assert ": error: " in second


async def test_what_is_undone_before_it_could_be_said_is_not_said(
    life: ProposalLife, change: Stored
) -> None:
    life.delivery.away.add("pdeore")
    change.status = "ABANDONED"
    assert await life.after() == []
    change.status = "NEW"
    assert await life.after() == []
    life.delivery.away.clear()
    assert await life.after() == []
    change.work_in_progress = True
    assert await life.after() == [f"pdeore: {RC1}: work in progress now, {AT}"]


async def test_several_turns_of_several_proposals_are_one_line(
    life: ProposalLife, change: Stored
) -> None:
    after = store(("5.5.0", B))
    path = "deliverables/hibiscus/glance-store.yaml"
    other = life.propose(number=900003, files={path: (None, after)}, topic="")
    await life.after()
    life.delivery.away.add("pdeore")
    change.status = "ABANDONED"
    await life.after()
    life.upload(other, uploader=MALLORY, work_in_progress=True)
    await life.after()
    life.delivery.away.clear()
    assert await life.after() == [
        f"pdeore: {RC1}: abandoned, {AT}; glance-store 5.5.0: taken over: patch set 2 is Mallory's,"
        " not Elod Illes's and work in progress now, https://gerrit/900003"
    ]
    assert await life.after() == []


async def test_after_a_week_s_lines_what_happens_waits_and_is_one_line(
    life: ProposalLife, change: Stored
) -> None:
    heard = []
    for _ in range(3):
        for status in ("ABANDONED", "NEW"):
            change.status = status
            heard += await life.after()
    assert heard == [ABANDONED, RESTORED] * 3
    for status in ("ABANDONED", "NEW"):
        change.status = status
        assert await life.after() == []
    life.upload(change, uploader=MALLORY, work_in_progress=True)
    assert [await life.after(24 * 60) for _ in range(6)] == [[]] * 6
    waited = [await life.after(12 * 60) for _ in range(12)]
    assert [line for lines in waited for line in lines] == [
        f"pdeore: {RC1}: taken over: patch set 2 is Mallory's, not Elod Illes's and work in"
        f" progress now, {AT}"
    ]
    change.work_in_progress = False
    later = [await life.after(12 * 60) for _ in range(16)]
    told = [line for lines in later for line in lines]
    assert told == [f"pdeore: {RC1}: ready for review, {AT}"]
    rows = await life.speaker.outbox.ledger(TEAM.name)
    said = {row.at: row.text for row in rows if row.target == "pdeore" and row.at}
    for start in said:
        week = [at for at in said if dt.timedelta() <= at - start < dt.timedelta(weeks=1)]
        lives = [at for at in week if "taken over" in said[at] or "ready" in said[at]]
        assert len(week) <= 6 or not lives, "what can wait does not go beyond the week's six"


async def test_a_restart_repeats_nothing_and_forgets_nothing(
    life: ProposalLife, change: Stored
) -> None:
    change.status = "ABANDONED"
    assert await life.after() == [ABANDONED]
    await life.restart()
    assert await life.after() == []
    change.status = "NEW"
    await life.restart()
    assert await life.after() == [RESTORED]


@pytest.mark.parametrize("mode", ["error", "garbage"])
async def test_while_gerrit_is_broken_nothing_became_of_anything(
    life: ProposalLife, change: Stored, mode: str
) -> None:
    life.gerrit.mode = mode
    assert await life.after() == []
    life.gerrit.mode = "up"
    assert await life.after() == []


async def test_a_list_that_lacks_it_while_gerrit_has_it_is_late(
    life: ProposalLife, change: Stored
) -> None:
    life.gerrit.unindexed.add(change.number)
    assert await life.after() == []
    assert "Proposed: glance 33.0.0.0rc1 (change 900001)." in await life.ask("releases")
    life.gerrit.refused.add(f"/changes/{change.number}")
    assert await life.after() == []
    life.gerrit.unindexed.clear()
    assert await life.after() == []


async def test_a_forged_or_broken_change_is_no_word_of_its_own(
    life: ProposalLife, change: Stored
) -> None:
    life.gerrit.unindexed.add(change.number)
    life.gerrit.refused.add("/changes/900001")
    forged = [
        b"{}", b"[]", b"<html>", b"", b'{"_number": 7, "project": "openstack/releases"}',
        b'{"_number": 900001, "project": "evil/releases", "status": "ABANDONED"}',
        b'{"_number": 900001, "project": "openstack/releases", "status": "ABANDONED"}',
        b'{"_number": 900001, "project": "openstack/releases", "revisions": 5}',
    ]  # fmt: skip
    for body in forged:
        life.gerrit.route("/changes/900001", b")]}'\n" + body)
        assert await life.after() == []
        assert "Proposed: glance 33.0.0.0rc1 (change 900001)." in await life.ask("releases")
    life.gerrit.route("/changes/900001", b"no such page", 404, {"Content-Type": "text/html"})
    assert await life.after() == []
    life.gerrit.route("/changes/900001", b"Not found", 404, {"Content-Type": "text/plain"})
    assert await life.after() == [f"pdeore: {RC1}: not visible any more: private or deleted, {AT}"]


async def test_a_forged_chain_says_nothing_of_what_it_stands_on(
    life: ProposalLife, change: Stored
) -> None:
    forged = [
        b"[]", b"{}", b'{"changes": 5}', b'{"changes": [7, {"_change_number": 900001}]}',
        b'{"changes": [{"_change_number": 900001}, {"_change_number": "1; rm"}]}',
        b'{"changes": [{"_change_number": 900001}, {"_change_number": true}]}', b"<html>", b"",
    ]  # fmt: skip
    for body in forged:
        life.upload(change)
        path = f"/changes/900001/revisions/{change.revision}/related"
        life.gerrit.refused.add(path)
        life.gerrit.route(path, b")]}'\n" + body)
        assert await life.after() == []
        assert "(change 900001)" in await life.ask("releases")


async def test_names_are_other_people_s_text(life: ProposalLife, change: Stored) -> None:
    life.upload(change, uploader=("\x02#topic \r\nQUIT\u202e" + "x" * 500, "evil@example.org"))
    (line,) = await life.after()
    assert line.startswith(f"pdeore: {RC1}: taken over: patch set 2 is #topic QUITxxx")
    assert len(line.encode()) < 420
    assert all(c.isprintable() for c in line)


async def test_an_old_proposal_is_no_news_to_a_new_bot() -> None:
    with GerritServer(MONDAY) as gerrit:
        async with ProposalLife(gerrit) as life:
            change = life.propose(status="ABANDONED", stands_on=3)
            assert await life.after() == []
            change.status = "NEW"
            assert await life.after() == [PROPOSED, RESTORED]


async def test_what_is_proposed_and_approved_is_not_to_do(
    life: ProposalLife, change: Stored
) -> None:
    what = "glance 33.0.0.0rc1 with stable/2026.2"
    left, _ = await _rc1(life)
    assert left == [what]
    assert f"1 left: {what}" in await life.ask("report")
    change.votes.append(YES)
    await life.after()
    assert await _rc1(life) == ([], [what])
    report = await life.ask("report")
    assert f"; proposed with the team's yes: {what}" in report
    assert "left" not in report
    rc1 = [duty for duty in (await life.ask("duties 2")).split(", ") if "RC1" in duty]
    assert any("(proposed with the team's yes)" in duty for duty in rc1)
    assert not any("(to do)" in duty or "(done)" in duty for duty in rc1 if "propose" in duty)
    life.upload(change, uploader=MALLORY)
    await life.after()
    assert await _rc1(life) == ([what], [])


async def _rc1(life: ProposalLife) -> tuple[list[str], list[str]]:
    moment = Moment(await life.snapshot(), life.clock.now())
    calendar = calendar_of(moment)
    assert calendar is not None
    rc1 = next(one for one in calendar.deadlines if one.kind is Kind.RC1)
    work = work_for(moment, calendar, rc1)
    assert not work.is_done
    return [task.text for task in work.left], [task.text for task in work.approved]


async def test_a_reminder_says_what_is_approved_apart(life: ProposalLife, change: Stored) -> None:
    change.votes.append(YES)
    await life.after()
    moment = Moment(await life.snapshot(), life.clock.now())
    notice = next(n for n in RULES["reminder"].speak(moment) if "rc1" in n.why.lower())
    (line,) = render(notice.say(moment.now))
    assert "Proposed and approved: glance 33.0.0.0rc1 with stable/2026.2. " in line
    assert "To do" not in line
