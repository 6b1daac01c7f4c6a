"""What was due stays due: who is told of it, on which day, in which words, and what ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease import registry
from GlanceRelease.app import Ask
from GlanceRelease.domain.messages.doc import doc, line
from GlanceRelease.domain.model import Branch, GovernanceTeam, Person
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.plan import Plan
from GlanceRelease.domain.releases.proposal import (
    GERRIT,
    Change,
    FileChange,
    Proposal,
    ProposedFile,
    TeamChanges,
    Vote,
)
from GlanceRelease.domain.snapshot import GOVERNANCE, Fetched, Snapshot, deliverable_of
from GlanceRelease.domain.team import Member
from GlanceRelease.duties.overdue.facts import overdue_of, with_waived
from GlanceRelease.duties.overdue.rule import RULE
from GlanceRelease.duties.report_parts import parts_of
from GlanceRelease.registry import RULES
from GlanceRelease.render.irc import render
from kit.glance_facts import TEAM, at, hibiscus_out, said, with_event, with_file, world

PEOPLE = GovernanceTeam(
    "glance",
    Person("Cyril", "croelandt", "c@example.org"),
    (("release", (Person("Pranali", "pdeore", "p@example.org"),)),),
    "openstack-glance",
    (),
)
OURS = {"ptl": (Member("croelandt"),), "release": (Member("pdeore"),)}
QUIET = replace(TEAM, meeting=None, release_meeting=None, people=OURS, governance="glance")
CHANNEL = "#openstack-glance"
FILE = deliverable_of("indri", "glance")
LIAISON = Ask(nick="pdeore", account="pdeore", channel=None)
STOP = " Stop it with ack (you deal with it) or ack because REASON (not done this time)."
HIGHLIGHTS = "the cycle highlights of glance were due Thu 2027-02-25"
RC1 = "glance 34.0.0.0rc1 with stable/2027.1 was due Thu 2027-03-04"


def settled(*without: str) -> Snapshot:
    """Indri with all of its releases up to RC1's week but for these; Gerrit answers."""
    done = hibiscus_out(world(QUIET))
    versions = {
        "glance": [
            f"34.0.0.0b{number}@{day}"
            for number, day in ((1, "2026-11-19"), (2, "2027-01-14"), (3, "2027-02-18"))
            if f"b{number}" not in without
        ],
        "glance-store": ["5.7.0@2026-11-18", "5.8.0@2027-01-12", "5.9.0@2027-02-10"],
        "python-glanceclient": ["4.13.0@2026-11-18", "4.14.0@2027-01-12", "4.15.0@2027-02-17"],
    }
    if "store" in without:
        versions["glance-store"].pop()
    for name, each in versions.items():
        done = with_file(done, "indri", name, *each) if each else done
    return known(with_highlights(done, "highlights" not in without))


def with_highlights(snapshot: Snapshot, has: bool = True, **more: str) -> Snapshot:
    """With cycle highlights in glance's file of Indri, where there is one."""
    fact = snapshot[FILE]
    file = replace(fact.value, has_cycle_highlights=has) if fact.value else None
    facts = {**snapshot.facts, FILE.name: replace(fact, value=file, **more)}
    return replace(snapshot, facts=facts)


def known(snapshot: Snapshot, *proposals: Proposal) -> Snapshot:
    """With what Gerrit has, and with people who have addresses."""
    fresh = at("2027-03-01T00:00:00")
    facts: dict[str, Fetched[Any]] = {
        GERRIT.name: Fetched({"glance": TeamChanges(proposals)}, fresh, "network"),
        GOVERNANCE.name: Fetched((PEOPLE,), fresh, "network"),
        "constant/glance": Fetched("2027_1", fresh, "network"),
    }
    return replace(snapshot, facts={**snapshot.facts, **facts})


def proposed(
    snapshot: Snapshot, version: str, created: str, name: str = "glance", **more: Any
) -> Proposal:
    """An open change that adds a version to the deliverable's file of Indri."""
    file = snapshot[deliverable_of("indri", name)].value
    assert file is not None
    release = replace(file.releases[-1], version=version)
    after = replace(file, releases=(*file.releases, release))
    path = f"indri/{name}.yaml"
    change = Change(
        7, "openstack/releases", "master", "S", "NEW",
        **{"owner": "Elod", "owner_email": "e@example.org", "url": "https://g/7", **more},
        created=at(created),
    )  # fmt: skip
    both = (ProposedFile(path, "", deliverable=f) for f in (file, after))
    return Proposal(change, (FileChange(*both),))


def heard(
    snapshot: Snapshot, first: str, last: str, notes: Iterable[Note] = (), who: str = ""
) -> list[str]:
    """What is said at the reminders' hour of each day: "03-05 pdeore: ...", without how it is
    stopped."""
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    lines: dict[str, str] = {}
    while day <= end:
        now = dt.datetime.combine(day, dt.time(10), dt.UTC)
        told = replace(snapshot, notes=tuple(note for note in notes if note.at <= now))
        for notice in RULES[RULE].speak(Moment(told, now)):
            if notice.is_due(now) and (not who or notice.target == who):
                text = " ".join(render(notice.say(now))).replace(STOP, "")
                lines.setdefault(notice.key, f"{now:%m-%d} {notice.target}: {text}")
        day += dt.timedelta(days=1)
    return list(lines.values())


def test_rc1_that_is_not_there_is_named_the_day_after_and_every_second_one_then_weekly() -> None:
    lines = heard(settled(), "2027-03-04", "2027-03-24", who="pdeore")
    assert lines[0] == (
        f"03-05 pdeore: Overdue: {RC1}, yesterday: nothing is proposed. If it stays, it is an "
        "exception of the release team's from Mon 2027-03-08 on. draft prints the file."
    )
    assert [line[:5] for line in lines] == ["03-05", "03-09", "03-11", "03-17", "03-24"]
    assert heard(settled(), "2027-03-04", "2027-03-15", who=CHANNEL) == [
        f"03-08 {CHANNEL}: Overdue: {RC1}, 4 days ago: nothing is proposed.",
        f"03-15 {CHANNEL}: Overdue: {RC1}, 11 days ago: nothing is proposed.",
    ]


def test_ptl_and_liaison_hear_it_while_nobody_has_moved() -> None:
    lines = heard(settled(), "2027-03-05", "2027-03-05")
    assert [line.split(":")[0] for line in lines] == ["03-05 croelandt", "03-05 pdeore"]


def test_what_waits_for_ptl_approved_goes_to_those_who_give_it_and_is_weekly() -> None:
    there = settled()
    there = known(there, proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00"))
    assert heard(there, "2027-03-08", "2027-03-24", who="pdeore") == [
        f"{day} pdeore: Overdue: {RC1}, {ago} days ago: proposed since Mon 2027-03-08 (change 7), "
        f"waits for PTL-Approved. {stays}https://g/7"
        for day, ago, stays in (("03-09", 5, ""), ("03-17", 13, ""), ("03-24", 20, ""))
    ]


def test_who_approved_hears_nothing_and_what_waits_for_strangers_is_told_the_liaison() -> None:
    there = settled()
    vote = Vote("Code-Review", 1, "Cyril", "c@example.org", at("2027-03-09T08:00:00"))
    there = known(there, proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00", votes=(vote,)))
    lines = heard(there, "2027-03-09", "2027-03-18")
    assert [line for line in lines if "croelandt" in line] == []
    assert [line for line in lines if "pdeore" in line] == [
        f"{day} pdeore: Overdue: {RC1}, {ago} days ago: proposed since Mon 2027-03-08 (change 7), "
        "the team has said yes, waits for the release team. https://g/7"
        for day, ago in (("03-10", 6), ("03-17", 13))
    ]


def test_who_proposed_it_is_not_told_the_day_after() -> None:
    there = settled()
    mine = proposed(
        there, "34.0.0.0rc1", "2027-03-09T09:00:00", owner="Pranali", owner_email="p@example.org"
    )
    lines = heard(known(there, mine), "2027-03-09", "2027-03-18", who="pdeore")
    assert [line[:5] for line in lines] == ["03-17"], "their upload was the last move for a week"


def test_a_bad_vote_is_the_owners_move_who_is_named_and_not_called() -> None:
    there = settled()
    bad = Vote("Code-Review", -1, "Elod", "e@example.org", at("2027-03-08T12:00:00"))
    change = proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00", owner="Mallory", votes=(bad,))
    lines = heard(known(there, change), "2027-03-09", "2027-03-09")
    assert lines == [
        f"03-09 pdeore: Overdue: {RC1}, 5 days ago: proposed since Mon 2027-03-08 (change 7), "
        "Code-Review -1 by Elod, waits for the change by Mallory. https://g/7"
    ]


def test_another_version_in_gerrit_does_not_settle_it() -> None:
    there = settled()
    there = known(there, proposed(there, "34.0.0.0b4", "2027-03-08T09:00:00"))
    assert "nothing is proposed" in heard(there, "2027-03-09", "2027-03-09")[0]


def test_a_gerrit_that_does_not_answer_is_said() -> None:
    there = settled()
    facts = {key: fact for key, fact in there.facts.items() if key != GERRIT.name}
    (line, *_) = heard(replace(there, facts=facts), "2027-03-05", "2027-03-05")
    assert f"{RC1}, yesterday: whether anything is proposed is not known." in line


def test_what_is_not_known_to_be_wanted_is_told_once_and_apart() -> None:
    """A library's release at a milestone is wanted only where something merged."""
    there = settled("b2", "b3")
    there = with_file(there, "indri", "glance-store", "5.7.0@2026-11-18")
    facts = {key: fact for key, fact in there.facts.items() if key != GERRIT.name}
    lines = heard(replace(there, facts=facts), "2027-01-15", "2027-01-20", who="pdeore")
    assert lines == [
        "01-15 pdeore: Overdue: glance 34.0.0.0b2 was due Thu 2027-01-14, yesterday: whether "
        "anything is proposed is not known; a release of glance-store was due Thu 2027-01-14, "
        "yesterday (what merged is not known): whether anything is proposed is not known. If glance"
        " 34.0.0.0b2 does not come, milestone 3 makes it pointless on Thu 2027-02-18, as a beta is "
        "optional.",
        "01-19 pdeore: Overdue: glance 34.0.0.0b2 was due Thu 2027-01-14, 5 days ago: whether "
        "anything is proposed is not known. If it stays, milestone 3 makes it pointless on Thu "
        "2027-02-18, as a beta is optional.",
    ]


def test_of_several_things_the_newest_says_what_happens_if_it_does_not_come() -> None:
    there = with_file(settled("b3"), "indri", "python-glanceclient", "4.14.0@2027-01-12")
    assert heard(there, "2027-02-19", "2027-02-19", who="pdeore") == [
        "02-19 pdeore: Overdue: glance 34.0.0.0b3 and the last python-glanceclient of indri were "
        "due Thu 2027-02-18, yesterday: nothing is proposed. If glance 34.0.0.0b3 does not come, "
        "RC1 makes it pointless on Thu 2027-03-04, as a beta is optional. draft prints the file."
    ]


def test_a_file_that_shipped_with_the_project_is_no_proof() -> None:
    there = settled()
    key = deliverable_of("indri", "glance").name
    old = replace(there.facts[key], origin="bundled")
    assert heard(replace(there, facts={**there.facts, key: old}), "2027-03-05", "2027-03-05") == []


def test_a_library_has_a_day_of_its_own() -> None:
    (line,) = heard(settled("store"), "2027-02-12", "2027-02-12", who="pdeore")
    assert line.startswith(
        "02-12 pdeore: Overdue: the last glance-store of indri was due Thu 2027-02-11, yesterday"
    )
    reminder = "Indri-3 milestone, Feature freeze"
    for notice in RULES["reminder"].speak(Moment(settled("store"), at("2027-02-11T10:00:00"))):
        text = render(notice.say(at("2027-02-11T10:00:00")))[0]
        assert reminder not in text or "glance-store" not in text.split("Overdue already")[0]


def test_a_beta_ends_with_the_next_milestone() -> None:
    there = settled("b2", "b3")
    assert heard(there, "2027-01-15", "2027-01-15", who="pdeore") == [
        "01-15 pdeore: Overdue: glance 34.0.0.0b2 was due Thu 2027-01-14, yesterday: nothing is "
        "proposed. If it stays, milestone 3 makes it pointless on Thu 2027-02-18, as a beta is "
        "optional. draft prints the file."
    ]
    assert overdue_of(Moment(settled("b2", "b3"), at("2027-02-19T10:00:00")))[0].key.startswith(
        "indri/i-3/"
    )
    after = Moment(settled("b2", "b3"), at("2027-03-05T10:00:00"))
    assert [each.name for each in overdue_of(after)] == ["RC1"]


def test_a_plan_silences_it_until_its_day_and_a_passed_plan_does_not() -> None:
    there = settled()
    plan = Plan("indri", "i-rc1", dt.date(2027, 3, 10), "pdeore", at("2027-03-05T12:00:00")).note()
    lines = heard(there, "2027-03-05", "2027-03-17", (plan,), who="pdeore")
    assert [line[:5] for line in lines] == ["03-05", "03-11", "03-17"]


def test_a_planned_day_that_passes_is_overdue_before_its_deadline_is() -> None:
    plan = Plan("indri", "i-rc1", dt.date(2027, 3, 2), "pdeore", at("2027-02-20T12:00:00")).note()
    assert heard(settled(), "2027-03-02", "2027-03-03", (plan,), who="pdeore") == [
        "03-03 pdeore: Overdue: RC1 was planned for Tue 2027-03-02, yesterday: not proposed. "
        "draft prints the file."
    ]


def told(snapshot: Snapshot, text: str, now: str, ask: Ask = LIAISON) -> tuple[str, Snapshot]:
    """The answer, and the snapshot with what it leaves."""
    reply = registry.answer(Moment(snapshot, at(now)), text, ask)
    new = {(note.kind, note.subject) for note in reply.notes}
    kept = (note for note in snapshot.notes if (note.kind, note.subject) not in new)
    left = (*reply.notes, *kept)
    return " ".join(render(reply.doc, private=True)), replace(snapshot, notes=left)


def test_ack_is_quiet_until_it_stands_otherwise() -> None:
    answer, there = told(settled(), "ack rc1", "2027-03-05T11:00:00")
    assert answer == "Quiet until something changes: glance 34.0.0.0rc1 with stable/2027.1."
    assert heard(there, "2027-03-09", "2027-03-15", there.notes) == []
    changed = known(there, proposed(there, "34.0.0.0rc1", "2027-03-15T09:00:00"))
    assert len(heard(changed, "2027-03-16", "2027-03-16", there.notes, who="pdeore")) == 1


def test_what_is_waived_is_kept_with_its_reason_and_never_said_again() -> None:
    answer, there = told(settled("b3"), "ack b3 because nobody needs it", "2027-02-19T11:00:00")
    assert answer == "Not done this time, because nobody needs it: glance 34.0.0.0b3."
    moment = Moment(there, at("2027-02-20T10:00:00"))
    assert overdue_of(moment) == ()
    (waived,) = with_waived(moment)
    assert waived.waiver is not None
    assert (waived.waiver.who, waived.waiver.because) == ("pdeore", "nobody needs it")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ack b9", '"b9" is not overdue; overdue are the last glance-store of indri, glance '
                   "34.0.0.0b3."),
        ("ack because", "Because of what? Say: ack NAME because REASON."),
        ("ack b3 because", "Because of what? Say: ack NAME because REASON."),
        ("ack b3 because " + "x" * 121, "A reason has at most 120 letters; that has 121."),
    ],
)  # fmt: skip
def test_a_wrong_ack_says_what_there_is_and_changes_nothing(text: str, answer: str) -> None:
    said_, there = told(settled("b3", "store"), text, "2027-02-19T11:00:00")
    assert said_ == answer
    assert there.notes == ()


@pytest.mark.parametrize("name", ["b3", "m3", "milestone 3", "i-3", "indri-3"])
def test_what_is_overdue_may_be_called_by_the_deadline_that_asked_for_it(name: str) -> None:
    text = f"ack {name} because nobody needs it"
    answer, _ = told(settled("b3", "store"), text, "2027-02-19T11:00:00")
    assert answer == "Not done this time, because nobody needs it: glance 34.0.0.0b3."


def test_who_proposes_no_releases_gives_no_reasons() -> None:
    other = Ask(nick="bob", account="bob", verified=True)
    answer, there = told(settled("b3"), "ack b3 because I say so", "2027-02-19T11:00:00", other)
    assert answer == "A name or a reason is for those who propose the team's releases; say: ack."
    assert there.notes == ()


def test_one_list_for_duties_deadlines_report_and_the_page() -> None:
    there, now = settled(), at("2027-03-10T12:00:00")
    what = "glance 34.0.0.0rc1 with stable/2027.1"
    assert said(there, "deadlines", now)[-1] == f"Overdue: {what} (Thu 2027-03-04, 6 days ago)."
    assert (
        "Thu 2027-03-04 propose RC1 with its stable branch (overdue)"
        in said(there, "duties", now)[0]
    )
    assert f"Overdue: {RC1}, 6 days ago: nothing is proposed" in " ".join(
        said(there, "report", now)
    )


def pointless(snapshot: Snapshot, now: str) -> list[str]:
    notices = RULES["pointless"].speak(Moment(snapshot, at(now)))
    return [" ".join(render(n.say(at(now)))) for n in notices if n.is_due(at(now))]


def test_cycle_highlights_are_named_from_the_day_after_in_every_place() -> None:
    there = settled("highlights")
    assert heard(there, "2027-02-25", "2027-03-02", who="pdeore") == [
        f"{day} pdeore: Overdue: {HIGHLIGHTS}, {ago}: nothing is proposed. If it stays, the "
        "release's press text is written without them."
        for day, ago in (("02-26", "yesterday"), ("03-02", "5 days ago"))
    ]
    now = at("2027-02-26T12:00:00")
    assert said(there, "deadlines", now)[-1] == (
        "Overdue: the cycle highlights of glance (Thu 2027-02-25, yesterday)."
    )
    report = " ".join(said(there, "report", now))
    assert f"Overdue: {HIGHLIGHTS}, yesterday: nothing is proposed" in report
    assert "Thu 2027-02-25 write the cycle highlights (overdue)" in said(there, "duties", now)[0]


@pytest.mark.parametrize(
    ("there", "now", "is_late"),
    [
        (settled("highlights"), "2027-02-25T12:00:00", False),
        (settled("highlights"), "2027-03-24T12:00:00", True),
        (settled("highlights"), "2027-03-25T12:00:00", False),
        (settled(), "2027-03-02T12:00:00", False),
        (with_highlights(settled(), False, origin="bundled"), "2027-03-02T12:00:00", False),
    ],
)
def test_highlights_are_late_until_the_release(there: Snapshot, now: str, is_late: bool) -> None:
    late = [each.key for each in overdue_of(Moment(there, at(now)))]
    assert ("indri/i-cycle-highlights" in late) == is_late


def test_proposed_highlights_wait_for_the_merge() -> None:
    there = settled("highlights")
    change = proposed(there, "34.0.0.0b3", "2027-02-26T09:00:00")
    (file,) = change.files
    assert file.after is not None
    assert file.after.deliverable is not None
    after = replace(file.after.deliverable, has_cycle_highlights=True)
    change = replace(change, files=(replace(file, after=replace(file.after, deliverable=after)),))
    (line,) = heard(known(there, change), "2027-03-01", "2027-03-01", who="pdeore")
    assert line == (
        f"03-01 pdeore: Overdue: {HIGHLIGHTS}, 4 days ago: proposed since Fri 2027-02-26 (change "
        "7), waits for PTL-Approved. https://g/7"
    )


def test_a_beta_that_became_pointless_is_told_once() -> None:
    there = settled("b3")
    tagged = with_file(
        there, "indri", "glance", "34.0.0.0b2@2027-01-14", "34.0.0.0rc1@2027-03-03",
        branch="stable/2027.1",
    )  # fmt: skip
    said_ = "glance b3 was overdue and is pointless now: 34.0.0.0rc1 is tagged."
    assert pointless(tagged, "2027-03-04T10:00:00") == [said_]
    assert pointless(tagged, "2027-03-05T10:00:00") == []
    assert pointless(settled("b2", "b3"), "2027-02-19T10:00:00") == [
        "glance b2 was overdue and is pointless now: Milestone 3's day is past."
    ]
    assert pointless(settled(), "2027-03-04T10:00:00") == []


def test_the_last_release_of_a_library_ends_with_its_branch_or_with_the_cycle() -> None:
    there = settled("store")
    told_ = [each.key for each in overdue_of(Moment(there, at("2027-03-24T12:00:00")))]
    assert told_ == ["indri/i-final-lib/glance_store/last", "indri/i-rc1/glance/rc1"]
    told_ = [each.key for each in overdue_of(Moment(there, at("2027-03-31T12:00:00")))]
    assert told_ == ["indri/i-final-lib/glance_store/last", "indri/i-final/glance/final"]
    after = [each.key for each in overdue_of(Moment(there, at("2027-04-01T12:00:00")))]
    assert after == ["indri/i-final/glance/final"]
    what = "the last glance-store of indri was overdue and is pointless now:"
    assert pointless(there, "2027-03-31T10:00:00") == []
    assert pointless(there, "2027-04-01T10:00:00") == [
        f"{what} its cycle was released a week ago, on Wed 2027-03-24."
    ]
    assert pointless(there, "2027-04-05T10:00:00") == []
    file = there[deliverable_of("indri", "glance-store")].value
    assert file is not None
    branch = Branch("stable/2027.1", "5.8.0", at("2027-02-23T08:00:00"))
    cut = replace(
        there[deliverable_of("indri", "glance-store")], value=replace(file, branches=(branch,))
    )
    there = replace(there, facts={**there.facts, deliverable_of("indri", "glance-store").name: cut})
    assert overdue_of(Moment(there, at("2027-02-24T09:00:00"))) == ()
    assert pointless(there, "2027-02-24T10:00:00") == [
        f"{what} stable/2027.1 is cut from the last release there is."
    ]
    assert pointless(there, "2027-03-25T10:00:00") == []


def test_the_constant_ends_with_the_feature_freeze() -> None:
    there = settled()
    old = Fetched("2026_2", at("2027-03-01T00:00:00"), "network")
    there = replace(there, facts={**there.facts, "constant/glance": old})
    lines = heard(there, "2026-10-01", "2027-03-01", who="pdeore")
    what = "CURRENT_RELEASE in glance/db/migration.py is still 2026_2, not 2027_1"
    constant = [line for line in lines if what in line]
    assert [line[:5] for line in constant][:5] == ["10-01", "10-05", "10-07", "10-14", "10-21"]
    assert constant[-1][:5] == "02-17"
    assert constant[0].endswith(
        "If it stays, the feature freeze makes it pointless on Thu 2027-02-18, as no migration "
        "merges after it."
    )
    assert pointless(there, "2027-02-19T10:00:00") == [
        "the change of CURRENT_RELEASE to 2027_1 was overdue and is pointless now: features are "
        "frozen, and migrations with them."
    ]
    assert pointless(there, "2027-02-22T10:00:00") == []


def test_an_action_with_a_day_is_overdue_and_told_to_whose_it_is() -> None:
    ask = Ask(nick="croelandt", account="croelandt", channel=CHANNEL)
    answer, there = told(
        settled(), "action add write the RC1 note by Thu 25 February @pdeore",
        "2027-02-20T12:00:00", ask,
    )  # fmt: skip
    assert answer == (
        "Action 1 write the RC1 note by Thu 25 February (pdeore), due Thu 2027-02-25. Done with: "
        "action done 1."
    )
    assert heard(there, "2027-02-25", "2027-03-03", there.notes) == [
        f'{day} {who}: Overdue: action 1 "write the RC1 note by Thu 25 February" was due Thu '
        f"2027-02-25, {ago}."
        for day, who, ago in (
            ("02-26", "pdeore", "yesterday"),
            ("03-01", CHANNEL, "4 days ago"),
            ("03-02", "pdeore", "5 days ago"),
        )
    ]
    _, done = told(there, "action done 1", "2027-03-02T12:00:00", ask)
    assert heard(done, "2027-03-03", "2027-03-04", done.notes) == []
    free, _ = told(settled(), "action add talk it over by mail", "2027-02-20T12:00:00", ask)
    assert "due" not in free


def test_between_two_cycles_what_the_last_one_left_stands_all_the_same() -> None:
    after = at("2027-03-26T12:00:00")  # openstack/releases knows no series after Indri yet
    assert said(settled(), "deadlines", after) == [
        "Today, Fri 2027-03-26, is in R+0 of 2027.1 Indri, due Wed 2027-03-24, 2 days ago; the next"
        " cycle is not in openstack/releases yet.",
        "Overdue: glance 34.0.0 (Wed 2027-03-24, 2 days ago).",
    ]
    (duties_,) = said(settled(), "duties", after)
    assert "Thu 2027-03-25 change the migration constant to the next series (look)" in duties_
    assert "Wed 2027-03-31 report on the community goals (look)" in duties_


LIAISONS = {"owner": "Pranali", "owner_email": "p@example.org"}
MINE = Vote("Workflow", -1, "Pranali", "p@example.org", at("2027-03-11T09:00:00"))
BAD = Vote("Code-Review", -1, "Elod", "e@example.org", at("2027-03-08T12:00:00"))


def acted(**more: Any) -> Snapshot:
    """RC1 is proposed by the liaison, has a bad vote, and what more somebody did."""
    there = settled()
    first = {"votes": (BAD,), **LIAISONS}
    return known(there, proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00", **{**first, **more}))


@pytest.mark.parametrize(
    ("who", "after"),
    [
        ("nobody", acted()),
        ("pdeore", acted(patch_set=2, uploaded=at("2027-03-11T09:00:00"))),
        ("pdeore", acted(votes=(BAD, MINE))),
        (
            "nobody",
            acted(votes=(BAD, Vote("Verified", -1, "Zuul", "", at("2027-03-11T09:00:00")))),
        ),
        (
            "nobody",
            acted(patch_set=2, uploaded=at("2027-03-11T09:00:00"), uploader="Mallory",
                  uploader_email="m@example.org"),
        ),
    ],
)  # fmt: skip
def test_a_vote_or_a_patch_set_since_the_last_line_keeps_the_next_one_back(
    who: str, after: Snapshot
) -> None:
    """The liaison blocks: their change has a bad vote. What others or bots do is no act of
    theirs."""
    (first,) = heard(acted(), "2027-03-09", "2027-03-10", who="pdeore")
    assert first.startswith("03-09 pdeore: Overdue: glance 34.0.0.0rc1")
    lines = heard(after, "2027-03-11", "2027-03-18", who="pdeore")
    assert len(lines) == (0 if who == "pdeore" else 1), lines


def test_words_to_the_bot_since_the_last_line_keep_the_next_one_back() -> None:
    when = "2027-03-08T12:00:00"
    for text in ("plan rc1 10 March", "ack rc1"):
        _, there = told(settled(), text, when)
        assert heard(there, "2027-03-09", "2027-03-10", there.notes, who="pdeore") == [], text
    public = replace(LIAISON, channel=CHANNEL)
    _, there = told(
        settled(), "action add do it by 26 February @pdeore", "2027-02-20T12:00:00", public
    )
    lines = heard(there, "2027-03-01", "2027-03-03", there.notes, who="pdeore")
    assert [line[:5] for line in lines] == ["03-01", "03-03"]
    _, there = told(there, "action done 1", "2027-03-01T11:00:00", public)
    _, there = told(there, "action undo 1", "2027-03-01T12:00:00", public)
    assert heard(there, "2027-03-03", "2027-03-03", there.notes, who="pdeore") == []


def needed(snapshot: Snapshot, now: str) -> str:
    """What the report says is needed from whom."""
    (part,) = (part for part in parts_of(Moment(snapshot, at(now))) if part.name == "needed")
    return " ".join(render(doc(line(*part.phrases))))


def test_the_final_version_is_the_release_teams_once_there_is_a_candidate() -> None:
    there, now = settled(), "2027-03-26T12:00:00"
    assert needed(there, now).startswith(
        "Needed: from the PTL or the release liaison a proposal of glance 34.0.0"
    )
    betas = ("34.0.0.0b1@2026-11-19", "34.0.0.0b2@2027-01-14", "34.0.0.0b3@2027-02-18")
    with_rc1 = known(with_file(there, "indri", "glance", *betas, "34.0.0.0rc1@2027-03-04"))
    assert needed(with_rc1, now) == (
        "Needed: from the PTL or the release liaison a proposal of stable/2027.1 of glance, from "
        "the release team a proposal of glance 34.0.0"
    )


def test_the_report_says_what_is_needed_from_whom() -> None:
    there = settled()
    team = "from the PTL or the release liaison"
    rc1 = f"Needed: {team} a proposal of glance 34.0.0.0rc1 with stable/2027.1"
    assert needed(there, "2027-03-02T12:00:00") == rc1
    assert needed(there, "2027-03-10T12:00:00") == rc1
    change = proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00")
    assert needed(known(there, change), "2027-03-10T12:00:00") == (
        f"Needed: {team} PTL-Approved on change 7"
    )
    bad = Vote("Code-Review", -1, "Elod", "e@example.org", at("2027-03-09T12:00:00"))
    yes = Vote("Code-Review", 1, "Cyril", "c@example.org", at("2027-03-09T12:00:00"))
    for vote, told_ in (
        (bad, "from Mallory an answer to Code-Review -1 of change 7"),
        (yes, "from the release team its yes to change 7"),
    ):
        change = proposed(
            there, "34.0.0.0rc1", "2027-03-08T09:00:00", owner="Mallory", votes=(vote,)
        )
        assert needed(known(there, change), "2027-03-10T12:00:00") == f"Needed: {told_}"
    done = with_file(there, "indri", "glance", "34.0.0.0rc1@2027-03-03", branch="stable/2027.1")
    after = Moment(known(with_highlights(done)), at("2027-03-10T12:00:00"))
    names = [part.name for part in parts_of(after)]
    assert "needed" not in names
    assert names.index("overdue") < names.index("milestone")


def test_a_reminder_does_not_say_what_the_weeks_line_says_on_the_same_day() -> None:
    def reminded(rc1: dt.date, now: str) -> str:
        there = with_event(settled("store"), "i-rc1", days=(rc1,))
        due = (n for n in RULES["reminder"].speak(Moment(there, at(now))) if n.due == at(now))
        return " ".join(line for one in due for line in render(one.say(at(now))))

    already = "Overdue already: the last glance-store of indri (Thu 2027-02-11)."
    assert already in reminded(dt.date(2027, 3, 9), "2027-02-23T10:00:00")
    monday = reminded(dt.date(2027, 3, 8), "2027-02-22T10:00:00")
    assert "RC1 target week: R-2 week, by Mon 2027-03-08" in monday
    assert "Overdue already" not in monday, "the week's line is said at the same minute"


def test_the_releases_reminder_names_rc1_which_it_needs_first() -> None:
    there, now = settled("store"), at("2027-03-10T10:00:00")
    due = (n for n in RULES["reminder"].speak(Moment(there, now)) if n.due == now)
    (text,) = (" ".join(render(one.say(now))) for one in due)
    assert text == (
        "2027.1 Indri release: Wed 2027-03-24, R+0, in 14 days. To do: glance 34.0.0. Overdue "
        "already: the last glance-store of indri (Thu 2027-02-11), glance 34.0.0.0rc1 with "
        "stable/2027.1 (Thu 2027-03-04). https://releases.openstack.org/indri/schedule.html#i-final"
    )


def test_releases_names_what_is_overdue_as_missing() -> None:
    after = at("2027-03-25T12:00:00")
    late = "glance 34.0.0, due Wed 2027-03-24, yesterday"
    for text in ("releases", "releases indri", "releases glance"):
        assert said(settled(), text, after)[-1].split("Missing: ")[1].startswith(late)
    assert late not in " ".join(said(settled(), "releases store", after))
    assert late not in " ".join(said(settled(), "releases hibiscus", after))
    assert late not in " ".join(said(settled(), "releases", at("2027-03-24T12:00:00")))
    there = settled()
    told_ = " ".join(said(there, "releases", at("2027-03-05T12:00:00")))
    assert told_.count("34.0.0.0rc1") == 1
    assert "Missing: glance 34.0.0.0rc1 with stable/2027.1, due Thu 2027-03-04, yesterday" in told_
    there = known(there, proposed(there, "34.0.0.0rc1", "2027-03-08T09:00:00"))
    told_ = " ".join(said(there, "releases", at("2027-03-09T12:00:00")))
    assert "Proposed: " in told_
    assert "due Thu 2027-03-04" not in told_, "it is proposed"


def test_what_is_late_may_be_planned_anew_and_what_is_done_may_not() -> None:
    answer, there = told(settled(), "plan rc1 Wednesday 10 March", "2027-03-05T12:00:00")
    assert answer == (
        "RC1 is planned for Wed 2027-03-10, R-2, in 5 days; it was due Thu 2027-03-04."
    )
    assert heard(there, "2027-03-08", "2027-03-10", there.notes, who="pdeore") == []
    answer, there = told(settled(), "plan rc1 3 March 2027", "2027-03-05T12:00:00")
    assert answer == "Wed 2027-03-03 is past."
    answer, there = told(settled(), "plan m3 10 March", "2027-03-05T12:00:00")
    assert "is past" in answer
    assert there.notes == ()
