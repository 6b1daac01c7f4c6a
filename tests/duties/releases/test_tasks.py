"""What is left to do as values: what is asked of whom, in which state, by which rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.model import Branch, Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.proposal import (
    GERRIT,
    Change,
    FileChange,
    Proposal,
    ProposedFile,
    TeamChanges,
)
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.duties.releases.asked import BASES, Asked, TaskState
from GlanceRelease.duties.releases.left_to_do import releases_for
from GlanceRelease.duties.releases.task import ReleaseTask, Work, together
from GlanceRelease.duties.releases.words.tasks import unknown_listed
from kit.glance_facts import NOW, TEAM, with_file, world

BRANCH = "stable/2027.1"


def of_service(snapshot: Snapshot, kind: Kind, name: str = "glance") -> tuple[ReleaseTask, ...]:
    """What a deadline of Indri asks of one deliverable."""
    moment = Moment(replace(snapshot, team=replace(TEAM, deliverables=(name,))), NOW)
    calendar = calendar_of(moment, "indri")
    assert calendar is not None
    deadline = next(one for one in calendar.deadlines if one.kind is kind)
    tasks = releases_for(moment, calendar, deadline).tasks
    return tuple(task for task in tasks if isinstance(task, ReleaseTask))


def told(*tasks: ReleaseTask) -> list[tuple[Asked, TaskState, str, str]]:
    return [(task.asked, task.state, task.version, task.branch) for task in tasks]


SERVICE = [
    (Kind.MILESTONE_2, (), (Asked.BETA, TaskState.LEFT, "34.0.0.0b2", "")),
    (Kind.MILESTONE_2, ("34.0.0.0b1",), (Asked.BETA, TaskState.LEFT, "34.0.0.0b2", "")),
    (Kind.MILESTONE_2, ("34.0.0.0b3",), (Asked.BETA, TaskState.DONE, "34.0.0.0b3", "")),
    (Kind.RC1, ("34.0.0.0b3",), (Asked.RC1, TaskState.LEFT, "34.0.0.0rc1", BRANCH)),
    (Kind.RELEASE, ("34.0.0.0rc1",), (Asked.FINAL, TaskState.LEFT, "34.0.0", "")),
    (Kind.RELEASE, ("34.0.0.0rc1", "34.0.0"), (Asked.FINAL, TaskState.DONE, "34.0.0", "")),
]


@pytest.mark.parametrize(("kind", "versions", "task"), SERVICE)
def test_of_a_service_a_beta_rc1_and_the_final_are_asked(
    kind: Kind, versions: tuple[str, ...], task: tuple[Asked, TaskState, str, str]
) -> None:
    snapshot = with_file(world(), "indri", "glance", *versions) if versions else world()
    assert told(*of_service(snapshot, kind)) == [task]


def test_rc1_without_its_branch_leaves_the_branch() -> None:
    snapshot = with_file(world(), "indri", "glance", "34.0.0.0rc1")
    assert told(*of_service(snapshot, Kind.RC1)) == [
        (Asked.RC1, TaskState.DONE, "34.0.0.0rc1", ""),
        (Asked.BRANCH, TaskState.LEFT, "", BRANCH),
    ]
    snapshot = with_file(world(), "indri", "glance", "34.0.0.0rc1", branch=BRANCH)
    done = (Asked.RC1, TaskState.DONE, "34.0.0.0rc1", BRANCH)
    assert told(*of_service(snapshot, Kind.RC1)) == [done]


def test_of_a_library_a_release_since_the_milestone_before_is_asked() -> None:
    first = dt.date(2026, 11, 19)
    (task,) = of_service(world(), Kind.MILESTONE_2, "glance-store")
    assert (task.asked, task.state, task.since) == (Asked.RELEASE, TaskState.LEFT, first)
    for day, state in (("2026-11-18", TaskState.LEFT), ("2026-12-01", TaskState.DONE)):
        snapshot = with_file(world(), "indri", "glance-store", f"5.7.0@{day}")
        (task,) = of_service(snapshot, Kind.MILESTONE_2, "glance-store")
        assert task.state is state, day
    undated = with_file(world(), "indri", "glance-store", "5.7.0")
    (task,) = of_service(undated, Kind.MILESTONE_2, "glance-store")
    assert (task.state, task.text) == (TaskState.UNKNOWN, "when glance-store 5.7.0 was released")


def test_what_merged_is_no_longer_left_though_nobody_knows_its_day() -> None:
    file = with_file(world(), "indri", "glance-store", "5.7.0")[
        deliverable_of("indri", "glance-store")
    ].value
    after = ProposedFile("indri/glance-store.yaml", "", deliverable=file)
    change = Change(1, "openstack/releases", "master", "S", "MERGED")
    known = TeamChanges((Proposal(change, (FileChange(None, after),)),))
    snapshot = world(**{GERRIT.name: Fetched({"glance": known}, NOW, "network")})
    (task,) = of_service(snapshot, Kind.MILESTONE_2, "glance-store")
    assert (task.state, task.version) == (TaskState.UNKNOWN, "5.7.0")
    (task,) = of_service(snapshot, Kind.MILESTONE_1, "glance-store")
    assert (task.state, task.version) == (TaskState.MERGED, "5.7.0")
    assert task.text == "glance-store 5.7.0 (merged, tag pending)"


def test_what_has_no_candidates_is_asked_for_its_last_release_with_the_branch() -> None:
    file = with_file(world(), "indri", "glance-store", "5.7.0")[
        deliverable_of("indri", "glance-store")
    ].value
    assert file is not None
    service = replace(file, type="service")
    for branches, state in (((), TaskState.LEFT), ((Branch(BRANCH, "5.7.0"),), TaskState.DONE)):
        fact = Fetched(replace(service, branches=branches), NOW, "network")
        snapshot = world(**{deliverable_of("indri", "glance-store").name: fact})
        (task,) = of_service(snapshot, Kind.FINAL_RC, "glance-store")
        assert (task.asked, task.state) == (Asked.LAST_WITH_BRANCH, state)


def test_what_was_not_read_is_unknown_with_the_reason() -> None:
    key = deliverable_of("indri", "glance").name
    for fact, reason in (
        (Fetched[None](None, problem="HTTP 503"), "HTTP 503"),
        (Fetched[None](None), "its file was never read"),
    ):
        (task,) = of_service(world(**{key: fact}), Kind.RC1)
        assert (task.state, task.reason) == (TaskState.UNKNOWN, reason)
        assert task.text == f"glance: {reason}"
        assert of_service(world(**{key: fact}), Kind.FEATURE_FREEZE) == ()


STORE = ReleaseTask(TaskState.LEFT, Asked.RELEASE, "glance-store", "glance_store", "indri")
LAST = replace(STORE, asked=Asked.LAST)


def test_a_day_tells_each_task_once_and_a_last_release_is_the_milestone_s_too() -> None:
    client = replace(STORE, deliverable="python-glanceclient")
    work = together([Work((STORE, client)), Work((LAST,)), Work((LAST, client))])
    assert work.tasks == (client, LAST)
    done = replace(LAST, state=TaskState.DONE, version="5.8.0")
    assert together([Work((STORE,)), Work((done,))]).tasks == (STORE, done)


def test_work_is_done_where_something_was_asked_and_nothing_is_left() -> None:
    done = replace(STORE, state=TaskState.NEEDLESS)
    assert not Work().is_done
    assert Work((done, replace(STORE, state=TaskState.MERGED))).is_done
    for state in (TaskState.LEFT, TaskState.UNKNOWN):
        assert not Work((done, replace(STORE, state=state))).is_done


def test_reasons_are_told_once() -> None:
    away = replace(STORE, state=TaskState.UNKNOWN, reason="HTTP 503")
    other = replace(away, deliverable="glance")
    undated = replace(STORE, state=TaskState.UNKNOWN, version="5.7.0")
    listed = unknown_listed((away, replace(away, asked=Asked.LAST), undated, other), 1)
    assert in_words((listed,)) == (
        "glance-store, glance (HTTP 503); when glance-store 5.7.0 was released"
    )


@pytest.mark.parametrize("asked", list(Asked))
def test_whatever_is_asked_has_words_a_rule_and_its_source(asked: Asked) -> None:
    task = replace(STORE, asked=asked, version="5.7.0", branch=BRANCH)
    named = "glance_store" if asked is Asked.BRANCH else "glance-store"
    assert named in task.text
    basis = task.basis
    assert basis is BASES[asked]
    assert all((basis.follows.rule, basis.follows.sources, basis.settled_by))
    for form in task.clause.forms:
        assert in_words(form)
