"""What merged since a library's last release, and what a milestone's reminder makes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.calendar.cycle import start_of
from GlanceRelease.domain.calendar.team_calendar import calendar_of
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.people.note import Note
from GlanceRelease.domain.releases.plan import Plan
from GlanceRelease.domain.releases.proposal import GERRIT, Change, TeamChanges
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.duties.deadlines.reminders import ReminderWords
from GlanceRelease.duties.releases.left_to_do import work_of_day
from GlanceRelease.duties.releases.task import Task, Work
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, TEAM, said, with_file, world

STORE, CLIENT = "openstack/glance_store", "openstack/python-glanceclient"
FEATURE = Change(
    1, STORE, "master", "Add a store", "MERGED", message="Implements: bp x", files=("s/x.py",),
    url="https://g/1",
)  # fmt: skip
FIX = replace(FEATURE, number=2, subject="Mend it", message="Closes-Bug: #1", url="https://g/2")
CI = replace(FEATURE, number=3, subject="Fewer jobs", message="", files=(".zuul.yaml",))


def merged(*changes: Change, problem: str | None = None) -> Snapshot:
    """The world in which these changes of both libraries merged since their last releases."""
    known = TeamChanges(merged={STORE: changes, CLIENT: changes, "openstack/glance": ()})
    return world(**{GERRIT.name: Fetched({"glance": known}, NOW, "network", problem)})


def work(snapshot: Snapshot, kind: Kind) -> Work:
    """All that the deadlines of that day ask for, as the reminders do."""
    calendar = calendar_of(Moment(snapshot, NOW))
    assert calendar is not None
    day = calendar.day(kind)
    return work_of_day(
        Moment(snapshot, NOW), calendar, [d for d in calendar.deadlines if d.day == day]
    )


def texts(tasks: tuple[Task, ...]) -> tuple[str, ...]:
    return tuple(task.text for task in tasks)


def test_a_milestone_s_library_comes_with_what_it_would_release() -> None:
    assert texts(work(merged(FEATURE, FIX), Kind.MILESTONE_1).left[1:]) == (
        "a release of glance-store (2 changes since 5.6.0, 1 feature)",
        "a release of python-glanceclient (2 changes since 4.12.0, 1 feature)",
    )


@pytest.mark.parametrize("changes", [(), (CI,)])
def test_where_nothing_merged_nothing_is_asked(changes: tuple[Change, ...]) -> None:
    found = work(merged(*changes), Kind.MILESTONE_1)
    assert [item for item in texts(found.left) if "release of" in item] == []
    assert texts(found.done) == (
        "nothing to release in glance-store", "nothing to release in python-glanceclient",
    )  # fmt: skip


def test_an_old_answer_never_says_that_nothing_is_to_be_done() -> None:
    found = work(merged(problem="HTTP 502"), Kind.MILESTONE_1)
    assert "a release of glance-store" in texts(found.left)


def test_a_cycle_s_only_release_is_asked_for_though_nothing_merged() -> None:
    left = work(merged(), Kind.FINAL_LIBRARIES).left
    assert texts(left) == ("the last glance-store of indri",)
    released = with_file(merged(), "indri", "glance-store", "5.8.0@2026-11-01")
    assert work(released, Kind.FINAL_LIBRARIES).left == ()


def test_the_longest_reminder_is_one_line_with_its_link() -> None:
    snapshot = merged(*(replace(FEATURE, number=n) for n in range(100, 223)))
    calendar = calendar_of(Moment(snapshot, NOW))
    assert calendar is not None
    day = calendar.day(Kind.MILESTONE_3)
    assert day is not None
    group = tuple(one for one in calendar.deadlines if one.day == day)
    for now in (NOW, start_of(day)):
        (line,) = render(ReminderWords(snapshot, calendar, group)(now))
        assert line.endswith("#i-3"), line


def test_unreleased_is_one_line_for_all() -> None:
    (line,) = said(merged(FEATURE, FIX, CI), "unreleased")
    assert "glance-store since 5.6.0: 3 changes merged: 1 feature, 1 fix, 1 CI only" in line
    assert said(merged(FEATURE, FIX), "unreleased glance_store") == [
        "glance-store since 5.6.0: 2 changes merged: 1 feature, 1 fix.",
        "feature: Add a store https://g/1 and one more",
    ]


def test_a_gerrit_that_was_never_reached_is_why_nothing_is_known() -> None:
    never = world(**{GERRIT.name: Fetched(None, problem="no connection: unknown host")})
    (line,) = said(never, "unreleased glance_store")
    assert line == "glance-store: not known (Gerrit: no connection: unknown host)."


def test_unreleased_tells_a_raised_minimum_from_another_edit() -> None:
    edit = replace(FEATURE, message="", files=("requirements.txt",), subject="Mind requirements")
    up = replace(edit, number=4, raises=("oslo.config 5.2.0 to 6.0.0",), url="https://g/4")
    tidied, unread = replace(edit, number=5, raises=()), replace(edit, number=6)
    assert said(merged(up, replace(up, number=3), tidied), "unreleased glance_store") == [
        "glance-store since 5.6.0: 3 changes merged: 2 requirement raises, 1 other (raised:"
        " oslo.config 5.2.0 to 6.0.0).",
        "requirement raise: Mind requirements (oslo.config 5.2.0 to 6.0.0) https://g/4 and two "
        "more",
    ]
    (line, _) = said(merged(up, unread), "unreleased glance_store")
    assert line.endswith(
        "2 changes merged: 1 requirement raise, 1 requirement change (raised: oslo.config 5.2.0 to"
        " 6.0.0)."
    )
    feature = replace(FEATURE, raises=tuple(f"lib{n} 1 to 2" for n in range(5)))
    assert said(merged(feature), "unreleased glance_store")[0] == (
        "glance-store since 5.6.0: 1 change merged: 1 feature (raised: lib0 1 to 2, lib1 1 to 2,"
        " lib2 1 to 2 and two more)."
    )


def test_releases_tells_the_planned_days_that_are_to_come() -> None:
    def plan(event: str, day: dt.date) -> Note:
        return Plan("indri", event, day, "rosmaita", NOW).note()

    notes = (plan("i-1", dt.date(2026, 11, 18)), plan("i-2", dt.date(2027, 1, 13)))
    lines = said(replace(merged(), notes=notes), "releases")
    assert len(lines) == 2
    assert lines[1].endswith("Planned: Indri-2 milestone Wed 2027-01-13.")


@pytest.mark.parametrize("typed", ["oslo.db", "oslo-db", "oslo_db", "openstack/oslo.db"])
def test_a_deliverable_is_meant_with_dots_and_with_dashes(typed: str) -> None:
    oslo = world(replace(TEAM, deliverables=("oslo.db",)))
    assert said(oslo, f"unreleased {typed}") == [
        "oslo.db: not known (no release of this cycle or the last is known)."
    ]


def test_whose_silence_it_is_is_told_by_name() -> None:
    """opendev away with Gerrit up, and the reverse: nobody else is blamed."""
    refused = "no connection: connection refused"
    files = [deliverable_of("indri", name).name for name in TEAM.deliverables]
    snapshot = world(**{GERRIT.name: Fetched({"glance": TeamChanges()}, NOW, "network")})
    facts = dict(snapshot.facts)
    facts.update((name, Fetched(problem=refused, upstream="opendev")) for name in files)
    no_files = replace(snapshot, facts=facts)
    assert said(no_files, "unreleased glance-store") == [
        f"glance-store: not known (opendev: {refused})."
    ]
    assert said(no_files, "releases glance-store")[0] == (
        f"2027.1 Indri: glance-store not known yet (opendev: {refused})."
    )
    no_gerrit = world(**{GERRIT.name: Fetched(problem=refused, upstream="gerrit")})
    assert said(no_gerrit, "unreleased glance-store") == [
        f"glance-store: not known (Gerrit: {refused})."
    ]
