"""What the channel hears of release proposals, line by line, from a Gerrit on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.gerrit_scope import scope_of
from GlanceRelease.domain.model import Deliverable, Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import GERRIT, Change, Proposal, TeamChanges
from GlanceRelease.domain.releases.tagged_files import with_tags
from GlanceRelease.domain.snapshot import (
    GOVERNANCE,
    SERIES,
    Fetched,
    Origin,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.duties.releases.left_to_do import work_for
from GlanceRelease.registry import RULES, Ask, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.gerrit.team_changes import TeamChangesSource
from GlanceRelease.sources.http import Http
from GlanceRelease.sources.protocols import Kept
from kit.proposal_life import (
    AFTER,
    BEFORE,
    BRANCH,
    HIGHLIGHTS,
    PATH,
    PEOPLE,
    RELEASE_TEAM,
)
from kit.release_cases import (
    GLANCE,
    PREVIOUS_FILES,
    SERIES_ROWS,
    TEAM,
    A,
    B,
    C,
    parsed,
    releases,
    schedule,
    store,
)
from kit.upstream.gerrit import GerritServer, Stored

duties.load()

UTC = dt.UTC
MONDAY = dt.datetime(2026, 9, 7, 9, 5, tzinfo=UTC)


@dataclass
class Week:
    """A team's week: the loopback Gerrit, the facts, and what has been said."""

    gerrit: GerritServer
    files: dict[str, Deliverable | None] = field(default_factory=dict)
    kept: Kept | None = None
    memory: dict[str, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    origin: Origin = "network"

    def snapshot(self, now: dt.datetime) -> Snapshot:
        """One refresh and one picture."""
        source = self._source(now)

        async def fetch() -> Kept:
            async with Http("test") as http:
                return await source.fetch(http, self.kept, now)

        self.kept = asyncio.run(fetch())
        return self._picture(source, now)

    def _source(self, now: dt.datetime) -> TeamChangesSource:
        last = TeamChangesSource(self.gerrit.url, ()) if self.kept else None
        return TeamChangesSource(
            self.gerrit.url, (scope_of(Moment(self._picture(last, now), now)),)
        )

    def _picture(self, source: TeamChangesSource | None, now: dt.datetime) -> Snapshot:
        def known(value: object) -> Fetched[object]:
            return Fetched(value, now, self.origin)

        facts = {
            SERIES.name: known(SERIES_ROWS),
            GOVERNANCE.name: known((PEOPLE, RELEASE_TEAM)),
            schedule_of("hibiscus").name: known(schedule()),
        }
        for name in TEAM.deliverables:
            file = self.files.get(name)
            facts[deliverable_of("hibiscus", name).name] = known(file)
            facts[deliverable_of("gazpacho", name).name] = known(PREVIOUS_FILES[name])
        if source is not None and self.kept is not None:
            facts[GERRIT.name] = known(source.read(self.kept))
        snapshot = Snapshot(TEAM, facts, memory=self.memory)
        return with_tags(snapshot) if source is not None else snapshot

    def hear(self, now: dt.datetime) -> list[str]:
        """What the rule says at this tick, then what it remembers."""
        snapshot = self.snapshot(now)
        row = RULES["proposals"]
        notices = list(row.speak(Moment(snapshot, now)))
        fresh = [notice for notice in notices if notice.key not in self.keys]
        self.keys |= {notice.key for notice in notices}
        assert row.remember is not None
        self.memory = {**self.memory, **row.remember(Moment(snapshot, now))}
        return [
            line.replace(self.gerrit.url, "https://gerrit")
            for notice in fresh
            for line in render(notice.say(now))
        ]

    def ask(self, text: str, now: dt.datetime) -> list[str]:
        reply = answer(Moment(self.snapshot(now), now), text, Ask(channel="#openstack-glance"))
        return [line.replace(self.gerrit.url, "https://gerrit") for line in render(reply.doc)]


@pytest.fixture
def week() -> Iterator[Week]:
    with GerritServer(MONDAY) as gerrit:
        for sha, branches in ((A, ("master",)), (B, ("master",)), (C, ("stable/2026.1",))):
            for repository in ("openstack/glance", "openstack/glance_store"):
                day = "2026-03-05 10:00:00.000000000"
                gerrit.commits[repository, sha] = (day, branches, ())
            gerrit.parents["openstack/glance", B] = (A,)
        made = Week(gerrit)
        made.files = {"glance": parsed(BEFORE, "hibiscus/glance.yaml"), "glance-store": None}
        assert made.hear(MONDAY) == []
        yield made


def propose(week: Week, after: str, **more: object) -> Stored:
    change = Stored(
        900001, "openstack/releases", "[glance] Release 33.0.0.0rc1",
        topic="hibiscus-rc1-deadline", files={PATH: (BEFORE, after)},
    )  # fmt: skip
    return week.gerrit.add(replace(change, **more))  # type: ignore[arg-type]


def test_the_release_team_proposes_on_monday_and_merges_on_friday(week: Week) -> None:
    change = propose(week, AFTER + BRANCH)
    assert week.hear(MONDAY + dt.timedelta(minutes=10)) == [
        "Elod Illes proposes glance 33.0.0.0rc1: https://gerrit/900001 - PTL-Approved is missing;"
        " no answer by Friday, 2026-09-11, means yes"
    ]
    assert week.hear(MONDAY + dt.timedelta(minutes=20)) == []
    tuesday = MONDAY + dt.timedelta(days=1)
    change.votes.append(("Code-Review", -1, "Dan Smith", "dan@example.org"))
    assert week.hear(tuesday) == [
        "glance 33.0.0.0rc1: Code-Review -1 by Dan Smith, https://gerrit/900001"
    ]
    change.votes.clear()
    assert week.hear(tuesday) == []
    change.votes.append(("PTL-Approved", 1, "Zuul", "zuul@example.org"))
    wednesday = MONDAY + dt.timedelta(days=2)
    assert week.hear(wednesday) == ["glance 33.0.0.0rc1: approved, https://gerrit/900001"]
    assert week.hear(wednesday) == []
    friday = MONDAY + dt.timedelta(days=4)
    change.status, change.submitted = "MERGED", "2026-09-11 08:00:00.000000000"
    assert week.hear(friday) == ["glance 33.0.0.0rc1: merged, tag pending, https://gerrit/900001"]
    week.files["glance"] = parsed(AFTER + BRANCH, "hibiscus/glance.yaml")
    later = friday + dt.timedelta(hours=1)
    assert week.hear(later) == []  # an RC1 is announced by a rule of its own


def test_a_release_is_said_once_when_its_tag_is_there(week: Week) -> None:
    week.files["glance-store"] = parsed(store(("5.5.0", B)), "hibiscus/glance-store.yaml")
    assert week.hear(MONDAY) == []
    week.gerrit.tag("openstack/glance_store", "5.5.0", B, "2026-09-07 09:00:00")
    assert week.hear(MONDAY) == ["glance-store 5.5.0 is released (2026.2 Hibiscus)."]
    assert week.hear(MONDAY) == []


def test_the_first_answer_after_the_bundled_facts_is_no_flood(week: Week) -> None:
    week.memory.clear()
    week.origin = "bundled"
    week.hear(MONDAY)
    week.origin = "network"
    week.files["glance-store"] = parsed(store(("5.5.0", B)), "hibiscus/glance-store.yaml")
    assert week.hear(MONDAY) == []


def test_an_rc1_without_its_branch_is_an_error_once_a_patch_set(week: Week) -> None:
    change = propose(week, AFTER)
    error = (
        "glance 33.0.0.0rc1: error: 33.0.0.0rc1 comes without stable/2026.2; mend: add to branches:"
        " name stable/2026.2, location 33.0.0.0rc1, https://gerrit/900001"
    )
    first = week.hear(MONDAY + dt.timedelta(minutes=10))
    assert first[1:] == [error]
    assert week.hear(MONDAY + dt.timedelta(minutes=20)) == []
    change.patch_set = 2
    assert week.hear(MONDAY + dt.timedelta(minutes=30)) == [error]
    change.patch_set = 3
    change.files[PATH] = (BEFORE, AFTER + BRANCH)
    assert week.hear(MONDAY + dt.timedelta(minutes=40)) == []
    assert week.ask("check 900001", MONDAY) == [
        "glance 33.0.0.0rc1 in change https://gerrit/900001 (patch set 3, open): 15 rules kept",
    ]


def test_a_file_that_would_go_and_a_release_that_would_change_are_errors(week: Week) -> None:
    change = propose(week, AFTER + BRANCH)
    change.files[PATH] = (BEFORE, None)
    assert week.ask("check 900001", MONDAY) == [
        "no more hibiscus/glance.yaml in change https://gerrit/900001 (patch set 1, open): 1 error,"
        " 0 rules kept",
        "error: hibiscus/glance.yaml is taken away, and with it 33.0.0.0b2; mend: git checkout"
        " HEAD^ -- deliverables/hibiscus/glance.yaml",
    ]
    assert week.ask("releases", MONDAY)[1].startswith(
        "Proposed: no more hibiscus/glance.yaml (change 900001, 1 error)."
    )
    for rewritten, why in (
        (releases(("33.0.0.0b2", B)), "33.0.0.0b2 is released, and would be another commit"),
        (releases(("33.0.0.0b3", B)), "33.0.0.0b2 is released, and is gone from the file"),
    ):
        change.patch_set += 1
        change.files[PATH] = (BEFORE, GLANCE + HIGHLIGHTS + rewritten)
        assert why in " ".join(week.ask("check 900001", MONDAY))


def test_what_is_merged_and_not_tagged_yet_is_not_asked_for_again(week: Week) -> None:
    change = propose(week, AFTER + BRANCH)
    change.status = "MERGED"
    change.submitted = "2026-09-07 09:30:00.000000000"
    assert week.ask("releases", MONDAY)[1].startswith(
        "Nothing is proposed; on the way: glance 33.0.0.0rc1 (merged, tag pending)."
    )
    snapshot = week.snapshot(MONDAY)
    calendar = calendar_of(Moment(snapshot, MONDAY))
    assert calendar is not None
    rc1 = next(one for one in calendar.deadlines if one.kind is Kind.RC1)
    work = work_for(Moment(snapshot, MONDAY), calendar, rc1)
    assert work.is_done
    assert [task.text for task in work.tasks] == [
        "glance 33.0.0.0rc1 with stable/2026.2 (merged, tag pending)"
    ]
    assert (work.done, work.merged) == ((), work.tasks)
    report = " ".join(week.ask("report", MONDAY))
    assert "; on the way: glance 33.0.0.0rc1 with stable/2026.2 (merged, tag pending)" in report
    assert "; done" not in report
    week.files["glance"] = parsed(AFTER + BRANCH, "hibiscus/glance.yaml")
    assert "glance 33.0.0.0rc1 (merged, tag pending)" in week.ask("releases", MONDAY)[1]
    week.gerrit.tag("openstack/glance", "33.0.0.0rc1", B, "2026-09-07 09:04:00")
    assert week.ask("releases", MONDAY)[1].startswith("Nothing is proposed.")


def test_a_minus_one_stands_beside_what_is_proposed(week: Week) -> None:
    change = propose(week, AFTER + BRANCH)
    change.votes = [("Code-Review", -1, "Elod Illes", "elod@example.org")]
    assert week.ask("releases", MONDAY)[1].startswith(
        "Proposed: glance 33.0.0.0rc1 (change 900001, Code-Review -1)."
    )


def test_our_files_are_found_in_a_change_of_a_thousand(week: Week) -> None:
    change = propose(week, AFTER + BRANCH)
    change.files = {f"a/{number:04}": ("", "") for number in range(1000)} | change.files
    assert "33.0.0.0rc1" in week.ask("check 900001", MONDAY)[0]


def test_our_own_proposal_is_not_news_but_its_error_is(week: Week) -> None:
    propose(week, AFTER, owner=("Pranali Deore", "pdeore@example.org"))
    heard = week.hear(MONDAY + dt.timedelta(minutes=10))
    assert [line[:26] for line in heard] == ["glance 33.0.0.0rc1: error:"]


def test_releases_says_what_is_there_proposed_and_missing(week: Week) -> None:
    propose(week, AFTER + BRANCH)
    assert week.ask("releases", MONDAY) == [
        "2026.2 Hibiscus: glance 33.0.0.0b2; glance-store nothing yet.",
        "Proposed: glance 33.0.0.0rc1 (change 900001). Missing: the last glance-store of hibiscus, "
        "due Thu 2026-08-20, 18 days ago.",
    ]
    week.gerrit.changes.clear()
    week.gerrit.add(
        Stored(
            5, "openstack/glance_store", "Add a store", status="MERGED", message="Sem-Ver: feature",
            submitted="2026-08-30 10:00:00.000000000", files={"glance_store/x.py": ("", "")},
        )
    )  # fmt: skip
    assert week.ask("releases", MONDAY) == [
        "2026.2 Hibiscus: glance 33.0.0.0b2; glance-store nothing yet.",
        "Nothing is proposed; gone: glance 33.0.0.0rc1 (change 900001, private or deleted)."
        " Missing: glance 33.0.0.0b3, due Thu 2026-08-27, 11 days ago;"
        " the last glance-store of hibiscus (1 change), due Thu 2026-08-20, 18 days ago;"
        " RC1 of glance, due R-3 week, by Thu 2026-09-10.",
    ]
    assert week.ask("unreleased glance_store", MONDAY) == [
        "glance-store since 5.4.0: 1 change merged: 1 feature.",
        "feature: Add a store https://gerrit/5",
    ]


def test_in_private_a_deliverable_has_a_line_where_it_has_more_than_the_newest(week: Week) -> None:
    def told() -> list[str]:
        now = Moment(week.snapshot(MONDAY), MONDAY)
        return render(answer(now, "releases", Ask()).doc, private=True)

    first, _, *more = told()
    assert first == "2026.2 Hibiscus: glance 33.0.0.0b2; glance-store nothing yet."
    assert more == []
    week.files["glance"] = parsed(AFTER, "hibiscus/glance.yaml")
    week.gerrit.tag("openstack/glance", "33.0.0.0rc1", B, "2026-09-07 09:04:00")
    first, _, *more = told()
    assert first == "2026.2 Hibiscus: glance 33.0.0.0rc1; glance-store nothing yet."
    assert more == ["glance: 33.0.0.0b2, 33.0.0.0rc1"]


def test_nothing_but_ci_is_nothing_to_release(week: Week) -> None:
    week.gerrit.add(
        Stored(
            5, "openstack/glance_store", "Run fewer jobs", status="MERGED",
            submitted="2026-08-30 10:00:00.000000000", files={".zuul.yaml": ("", "")},
        )
    )  # fmt: skip
    assert week.ask("unreleased glance-store", MONDAY)[0] == (
        "glance-store since 5.4.0: 1 change merged: 1 CI only: nothing to release."
    )


HOSTILE = "\x02\x0304" + "\u202e" + "#topic \r\nQUIT " + "x" * 10_000


def test_hostile_text_stays_one_short_line(week: Week) -> None:
    change = propose(
        week, AFTER.replace("33.0.0.0rc1", "9" * 5000), subject=HOSTILE, owner=(HOSTILE, "e@e")
    )
    change.votes.append(("Code-Review", -2, HOSTILE, ""))
    for line in week.hear(MONDAY + dt.timedelta(minutes=10)) + week.ask("check 900001", MONDAY):
        assert len(line.encode()) <= 400
        assert not line.startswith("#")
        assert all(c.isprintable() for c in line)
        assert "\u202e" not in line


def test_a_file_that_is_no_yaml_is_an_error(week: Week) -> None:
    propose(week, "<html>oops</html>")
    heard = week.hear(MONDAY + dt.timedelta(minutes=10))
    assert "an HTML page, not YAML" in heard[1]


def test_before_gerrit_answers_nothing_is_fine_and_nothing_is_news() -> None:
    snapshot = Snapshot(TEAM, {SERIES.name: Fetched(SERIES_ROWS, MONDAY, "network")})
    reply = answer(Moment(snapshot, MONDAY), "releases", Ask())
    assert render(reply.doc)[1] == "Proposals: not known, Gerrit has not answered yet."
    assert list(RULES["proposals"].speak(Moment(snapshot, MONDAY))) == []


def test_an_old_answer_says_how_old_it_is(week: Week) -> None:
    propose(week, AFTER + BRANCH)
    snapshot = week.snapshot(MONDAY)
    fact = replace(snapshot[GERRIT], problem="HTTP 502")
    stale = replace(snapshot, facts={**snapshot.facts, GERRIT.name: fact})
    for command in ("releases", "check 900001"):
        lines = render(answer(Moment(stale, MONDAY), command, Ask()).doc)
        assert any("(as of 2026-09-07 09:05 UTC, 0 min ago: HTTP 502)" in line for line in lines)


def test_a_vanished_proposal_is_no_merge(week: Week) -> None:
    propose(week, AFTER + BRANCH)
    week.hear(MONDAY)
    week.gerrit.changes.clear()
    assert week.hear(MONDAY + dt.timedelta(minutes=10)) == []


PROPOSES = "proposes glance 33.0.0.0rc1: https://gerrit/900001"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "; no answer by Friday, 2026-09-11, means yes"),
        ({"topic": "2026.2-rc1-deadline"}, "; no answer by Friday, 2026-09-11, means yes"),
        ({"topic": "hibiscus-rc1"}, ""),
        ({"topic": ""}, ""),
        ({"topic": "gazpacho-rc1-deadline"}, ""),
        ({"owner": ("Mallory", "mallory@example.org")}, ""),
        ({"owner": ("Elod Illes", "mallory@example.org")}, ""),
        ({"owner": ("Elod Illes", "")}, ""),
        ({"created": "2026-08-28 09:00:00"}, ""),
        ({"created": "2026-09-14 09:00:00"}, ""),
        ({"created": "soon"}, ""),
    ],
)  # fmt: skip
def test_silence_means_yes_to_the_release_team_s_task_of_the_week_alone(
    week: Week, more: dict[str, object], said: str
) -> None:
    change = propose(week, AFTER + BRANCH, **more)
    (line,) = week.hear(MONDAY + dt.timedelta(minutes=10))
    name, email = change.owner
    who = (
        f"somebody whose name is {name}" if name == "Elod Illes" and "elod@" not in email else name
    )
    assert line == f"{who} {PROPOSES} - PTL-Approved is missing{said}"


def test_to_a_last_minute_candidate_silence_means_no(week: Week) -> None:
    made = {"topic": "hibiscus-final-rc", "created": "2026-09-23 09:00:00"}
    propose(week, AFTER + BRANCH, updated="2026-09-23 09:00:00", **made)
    head = f"Elod Illes {PROPOSES} - PTL-Approved is missing; the final RC's deadline"
    now = dt.datetime(2026, 9, 23, 10, tzinfo=UTC)
    assert week.hear(now) == [f"{head} is 2026-09-24, and no answer by then means no"]


@pytest.mark.parametrize(
    ("vote", "counts"),
    [
        (("PTL-Approved", 1, "Zuul", "zuul@example.org"), True),
        (("PTL-Approved", 1, "Elod Illes", "elod@example.org"), True),
        (("PTL-Approved", 1, "Cyril Roelandt", "cyril@example.org"), True),
        (("PTL-Approved", 1, "Mallory", "mallory@example.org"), False),
        (("PTL-Approved", 1, "Cyril Roelandt", "mallory@example.org"), False),
        (("PTL-Approved", 1, "", ""), False),
        (("Code-Review", 1, "Pranali Deore", "PDeore@example.org"), True),
        (("Code-Review", 2, "Elod Illes", "elod@example.org"), False),
        (("Workflow", 1, "Cyril Roelandt", "cyril@example.org"), False),
    ],
)
def test_a_yes_counts_by_those_who_may_give_it(
    week: Week, vote: tuple[str, int, str, str], counts: bool
) -> None:
    change = propose(week, AFTER + BRANCH)
    week.hear(MONDAY + dt.timedelta(minutes=10))
    change.votes.append(vote)
    told = ["glance 33.0.0.0rc1: approved, https://gerrit/900001"] if counts else []
    assert week.hear(MONDAY + dt.timedelta(minutes=20)) == told


def test_a_proposal_without_files_is_said_without_a_version() -> None:
    change = Change(1, "openstack/releases", "master", "s", "NEW", owner="X", url="https://g/1")
    known = TeamChanges((Proposal(change),))
    snapshot = Snapshot(
        TEAM,
        {GERRIT.name: Fetched({"glance": known}, MONDAY, "network")},
        memory={"proposals": '{"gerrit": []}'},
    )
    (notice,) = RULES["proposals"].speak(Moment(snapshot, MONDAY))
    assert render(notice.say(MONDAY))[0].startswith(
        "X proposes no deliverable of ours: https://g/1"
    )
