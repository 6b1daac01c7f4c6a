"""`freeze`: every state that a branch can have, by dates and by what the files say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.model import Release, Schedule
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.released import Released
from GlanceRelease.domain.snapshot import (
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.duties.freeze.command import select
from GlanceRelease.duties.freeze.words import why_text
from GlanceRelease.registry import Ask, answer
from GlanceRelease.rehearsal.facts_then import as_released
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, TEAM, at, said, with_file, world

HIBISCUS = ("33.0.0.0b2@2026-07-09", "33.0.0.0rc1@2026-09-11", "33.0.0@2026-09-30")


def states(snapshot: Snapshot, now: str, what: str = "") -> dict[tuple[str, str], str]:
    """The state of each deliverable's branch at an instant."""
    return {
        (row.repository, row.branch): str(row.state)
        for row in select(Moment(snapshot, at(now)), what)
    }


def hibiscus(now: str, *versions: str) -> Snapshot:
    """Hibiscus at an instant, in which glance's file had of these versions what was tagged."""
    there = [one for one in versions if at(f"{one.split('@')[1]}T12:00:00") <= at(now)]
    branch = "stable/2026.2" if any("rc" in one for one in there) else None
    return with_file(world(), "hibiscus", "glance", *there, branch=branch)


@pytest.mark.parametrize(
    ("now", "master", "branch"),
    [
        ("2026-08-26T12:00:00", "open", None),
        ("2026-08-27T23:59:59", "open", None),
        ("2026-08-28T00:00:00", "feature-freeze", None),
        ("2026-09-11T11:59:59", "feature-freeze", None),
        ("2026-09-11T12:00:00", "release-critical", "release-critical"),
        ("2026-09-24T23:59:59", "release-critical", "release-critical"),
        ("2026-09-25T00:00:00", "final-rc", "final-rc"),
        ("2026-09-30T11:00:00", "final-rc", "final-rc"),
        ("2026-09-30T12:00:00", "open", "stable"),
        ("2026-10-01T00:00:00", "open", "stable"),
    ],
)
def test_a_service_through_its_cycle(now: str, master: str, branch: str | None) -> None:
    found = states(hibiscus(now, *HIBISCUS), now, "glance")
    assert found["glance", "master"] == master
    assert found.get(("glance", "stable/2026.2")) == branch


def test_another_team_opens_master_with_rc1() -> None:
    snapshot = hibiscus("2026-09-12T00:00:00", *HIBISCUS)
    other = replace(snapshot, team=replace(TEAM, release_critical_on_master=False))
    found = states(other, "2026-09-12T00:00:00", "glance")
    assert found["glance", "master"] == "open"
    assert found["glance", "stable/2026.2"] == "release-critical"


def test_on_the_day_itself() -> None:
    now = at("2026-08-27T09:00:00")
    assert said(hibiscus("2026-08-27T09:00:00"), "freeze glance", now)[0] == (
        "glance master: open until the end of Thu 2026-08-27, R-5, today, then feature freeze. "
        "Development of 2026.2 Hibiscus; freezes at the end of today (UTC)."
    )


def test_rc1_was_due_and_is_not_there() -> None:
    now = at("2026-09-14T12:00:00")
    assert said(hibiscus("2026-09-01T12:00:00"), "freeze glance", now)[0] == (
        "glance master: feature-freeze. RC1 was due R-3 week, by Thu 2026-09-10, not in the "
        "file as of 2026-09-14 12:00 UTC; milestone 3 has passed: no features without an "
        "exception, soft string freeze, requirements freeze."
    )


def test_release_critical_says_where_until_when_and_what_follows() -> None:
    snapshot = hibiscus("2026-09-14T12:00:00", *HIBISCUS)
    assert said(snapshot, "freeze glance", at("2026-09-14T12:00:00")) == [
        "glance stable/2026.2: release-critical (only release-critical changes) until R-1 week, "
        "by Thu 2026-09-24, in 10 days, then final release candidates only. 2026.2 Hibiscus: "
        "33.0.0.0rc1 is tagged on Fri 2026-09-11.",
        "glance master: release-critical (only release-critical changes) until R-1 week, "
        "by Thu 2026-09-24, in 10 days, then final release candidates only. 33.0.0.0rc1 is "
        "tagged on Fri 2026-09-11; Glance's own rule: master too until the release.",
    ]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("glance_store", "2026-08-20T23:59:59", "2026-08-21T00:00:00"),
        ("python-glanceclient", "2026-08-27T23:59:59", "2026-08-28T00:00:00"),
    ],
)
def test_a_library_freezes_after_its_final_release(name: str, before: str, after: str) -> None:
    assert states(world(), before, name)[name, "master"] == "open"
    assert states(world(), after, name)[name, "master"] == "library-freeze"


def test_a_librarys_branch_opens_master_with_a_warning() -> None:
    snapshot = with_file(
        world(), "hibiscus", "glance-store", "5.7.0@2026-09-03", branch="stable/2026.2"
    )
    now = "2026-09-14T12:00:00"
    found = states(snapshot, now, "glance-store")
    assert found["glance_store", "stable/2026.2"] == "library-freeze"
    assert found["glance_store", "master"] == "open"
    assert said(snapshot, "freeze glance_store", at(now))[1] == (
        "glance_store master: open. stable/2026.2 exists, so master is 2027.1 Indri's; "
        "requirements stay frozen until the services' stable branches exist."
    )


def test_a_tempest_plugin_never_freezes() -> None:
    found = states(world(), "2026-09-20T12:00:00", "glance-tempest-plugin")
    assert found == {("glance-tempest-plugin", "master"): "open"}


def released() -> Snapshot:
    """The world in which Hibiscus is out, with its branches, by its files; and epoxy's file."""
    snapshot = with_file(
        world(), "hibiscus", "glance", "33.0.0.0rc1", "33.0.0", branch="stable/2026.2"
    )
    for name, version in (("glance-store", "5.7.0"), ("python-glanceclient", "4.13.0")):
        snapshot = with_file(snapshot, "hibiscus", name, version, branch="stable/2026.2")
    return with_file(snapshot, "epoxy", "glance", "30.0.0", branch="stable/2025.1")


def with_mark(snapshot: Snapshot, series: str, mark: str, day: str) -> Snapshot:
    """The snapshot in which the file of glance has this mark, tagged at noon of the day."""
    key = deliverable_of(series, "glance")
    file = snapshot[key].value
    assert file is not None
    one = Release(mark, (("openstack/glance", "a" * 40),), at(f"{day}T12:00:00"))
    marked = Fetched(replace(file, releases=(*file.releases, one)), NOW, "network")
    return replace(snapshot, facts={**snapshot.facts, key.name: marked})


@pytest.mark.parametrize(
    ("mark", "now", "branch", "line"),
    [
        (
            None,
            "2026-10-01T12:00:00",
            ("stable/2025.1", "stable"),
            "glance stable/2025.1: stable (backports of fixes) until the end of Thu 2026-10-01, "
            "today, then unmaintained. 2025.1 Epoxy is maintained since Wed 2025-04-02.",
        ),
        (
            None,
            "2026-10-12T12:00:00",
            ("stable/2025.1", "stable"),
            "glance stable/2025.1: stable (backports of fixes). 2025.1 Epoxy: EOM was planned for "
            "Fri 2026-10-02, not tagged yet.",
        ),
        (
            "2025.1-eom",
            "2026-10-12T12:00:00",
            ("unmaintained/2025.1", "unmaintained"),
            "glance unmaintained/2025.1: unmaintained (whatever its keepers take; there are no "
            "releases). 2025.1 Epoxy: 2025.1-eom is tagged on Sat 2026-09-12; EOM was planned for "
            "Fri 2026-10-02.",
        ),
        (
            "2025.1-eol",
            "2026-10-12T12:00:00",
            ("stable/2025.1", "end-of-life"),
            "glance stable/2025.1: end-of-life (nothing: the branch is gone). 2025.1 Epoxy: "
            "2025.1-eol is tagged on Sat 2026-09-12; EOL had no day yet.",
        ),
    ],
)
def test_a_branch_is_in_the_phase_that_its_own_marks_tell_and_both_days_are_told(
    mark: str | None, now: str, branch: tuple[str, str], line: str
) -> None:
    snapshot = with_mark(released(), "epoxy", mark, "2026-09-12") if mark else released()
    assert states(snapshot, now, "2025.1")["glance", branch[0]] == branch[1]
    assert said(snapshot, "freeze glance 2025.1", at(now)) == [line]


def test_what_the_calendar_says_of_a_branch_whose_file_was_not_read_is_no_phase() -> None:
    assert states(world(), "2026-10-02T00:00:00", "2025.1")["glance", "stable/2025.1"] == "unknown"
    assert said(world(), "freeze glance 2025.1", at("2026-10-02T00:00:00")) == [
        "glance stable/2025.1: unknown. Its file: never read; by the calendar alone it would be "
        "unmaintained since Fri 2026-10-02."
    ]


def test_a_released_branch_that_its_file_lacks_is_told_as_such() -> None:
    key = deliverable_of("hibiscus", "glance-store")
    file = released()[key].value
    assert file is not None
    without = Fetched(replace(file, branches=()), at("2026-10-12T12:00:00"), "network")
    snapshot = replace(released(), facts={**released().facts, key.name: without})
    now = at("2026-10-12T12:00:00")
    missing = "stable/2026.2: not in glance_store's file 12 days after the release."
    assert said(snapshot, "freeze glance_store", now)[1].endswith(missing)
    assert said(snapshot, "freeze glance_store stable/2026.2", now) == [missing]
    assert said(snapshot, "freeze", now)[1].endswith(missing)


def test_a_file_from_before_the_release_tells_nothing_of_its_branch() -> None:
    old = {
        name: replace(fact, at=at("2026-08-21T00:00:00"), origin="bundled")
        for name, fact in world().facts.items()
    }
    found = states(Snapshot(TEAM, old), "2026-10-12T12:00:00", "2026.2")
    assert set(found.values()) == {"unknown"}


@pytest.mark.parametrize("own_rule", [True, False])
def test_a_release_whose_day_passed_is_not_out_before_its_file_says_so(own_rule: bool) -> None:
    now = "2026-10-02T12:00:00"
    late = with_file(
        released(), "hibiscus", "glance", "33.0.0.0rc1@2026-09-11", branch="stable/2026.2"
    )
    then = {name: replace(fact, at=at(now)) for name, fact in late.facts.items()}
    snapshot = Snapshot(replace(TEAM, release_critical_on_master=own_rule), then)
    found = states(snapshot, now)
    assert found["glance", "stable/2026.2"] == "final-rc"
    assert found["glance", "master"] == ("final-rc" if own_rule else "open")
    assert found["glance_store", "stable/2026.2"] == "library-freeze"
    moment = Moment(snapshot, at(now))
    (row,) = select(moment, "glance 2026.2")
    why = why_text(moment, row)
    assert "the release was due Wed 2026-09-30, and no final version is in the file" in why


def test_the_whole_team_now() -> None:
    master = (
        "master open: glance until the end of Thu 2027-02-18, R-5, in 88 days, then feature "
        "freeze; glance_store until R-6 week, by Thu 2027-02-11, in 81 days, then library "
        "freeze; python-glanceclient until R-5 week, by Thu 2027-02-18, in 88 days, then "
        "library freeze; glance-tempest-plugin."
    )
    assert said(released(), "freeze") == [
        master,
        "Branches stable: 2026.2, 2026.1, 2025.1 (EOM was planned for Fri 2026-10-02, not tagged "
        "yet); by the calendar alone stable: 2025.2; by the calendar alone unmaintained: 2025.1, "
        "2024.1, 2023.1, zed, yoga.",
    ]
    assert said(world(), "freeze")[1] == (
        "Branches stable: 2026.1; by the calendar alone stable: 2025.2; by the calendar alone "
        "unmaintained: 2025.1, 2024.1, 2023.1, zed, yoga. stable/2026.2: not in the files of "
        "glance, glance_store, python-glanceclient 53 days after the release."
    )


def test_names_are_understood_in_every_spelling() -> None:
    answers = {
        tuple(said(world(), f"freeze {name}"))
        for name in (
            "glance-store",
            "glance_store",
            "glance.store",
            "openstack/glance_store",
            "Glance_Store",
        )
    }
    assert len(answers) == 1


def test_a_branch_by_name_series_or_release_id() -> None:
    line = (
        "stable/2026.2: stable (backports of fixes) for glance, glance_store, python-glanceclient. "
        "2026.2 Hibiscus is maintained since Wed 2026-09-30."
    )
    for name in ("stable/2026.2", "2026.2", "hibiscus"):
        assert said(released(), f"freeze {name}") == [line]


def test_a_wrong_name_names_the_right_ones() -> None:
    assert said(world(), "freeze nova")[0].startswith(
        'I know no deliverable or branch "nova"; there are glance, glance-store, '
    )


@pytest.mark.parametrize("problem", ["no answer in time", "line 3: not YAML", None])
def test_what_was_never_had_is_unknown_and_never_open(problem: str | None) -> None:
    facts = dict(world().facts)
    for name in TEAM.deliverables:
        facts[deliverable_of("indri", name).name] = Fetched(problem=problem)
    found = states(Snapshot(TEAM, facts), NOW.isoformat()[:19])
    assert {state for (_, branch), state in found.items() if branch == "master"} == {"unknown"}
    why = problem or "nothing was ever fetched"
    assert said(Snapshot(TEAM, facts), "freeze glance")[0] == (
        f"glance master: unknown. Opendev's files: {why}; by the schedule alone it would be open "
        "until the end of Thu 2027-02-18, R-5, in 88 days."
    )


def test_an_old_file_still_answers_with_its_age() -> None:
    key = deliverable_of("indri", "glance").name
    old = Fetched(None, NOW - dt.timedelta(hours=5), "network", "HTTP 502")
    snapshot = Snapshot(TEAM, {**world().facts, key: old})
    assert said(snapshot, "freeze glance")[0].endswith(
        "(as of 2026-11-22 10:00 UTC, 5 h ago: HTTP 502)"
    )


def test_without_the_list_of_series_everything_is_unknown() -> None:
    facts = {**world().facts, SERIES.name: Fetched(problem="no answer in time")}
    found = states(Snapshot(TEAM, facts), "2026-11-22T15:00:00")
    assert set(found.values()) == {"unknown"}


def test_a_finished_series_from_within_says_that_days_are_not_known() -> None:
    file = with_file(world(), "hibiscus", "glance", "33.0.0.0rc1", "33.0.0", branch="stable/2026.2")
    moment = Moment(file, at("2026-09-14T12:00:00"))
    row = select(moment, "glance master")[0]
    assert row.state == "release-critical"
    why = why_text(moment, row)
    assert "the days of its releases are not known (--released FILE tells them)" in why


def test_released_rows_tell_the_days() -> None:
    file = with_file(world(), "hibiscus", "glance", "33.0.0.0rc1", "33.0.0", branch="stable/2026.2")
    rows = (
        Released("glance", "33.0.0.0rc1", at("2026-09-11T20:00:00"), ("stable/2026.2",)),
        Released("glance", "33.0.0", at("2026-09-30T10:00:00"), ()),
    )
    for now, state in (
        ("2026-09-11T19:59:59", "feature-freeze"),
        ("2026-09-11T20:00:00", "release-critical"),
        ("2026-09-30T10:00:00", "open"),
    ):
        assert states(as_released(file, rows, at(now)), now, "glance master") == {
            ("glance", "master"): state
        }


def test_a_conflict_in_the_schedule_is_told_with_the_freeze() -> None:
    schedule: Schedule = world()[schedule_of("indri")].value  # type: ignore[assignment]
    later = (at("2027-02-25T00:00:00").date(),)
    events = tuple(
        replace(event, rule="conflict", prose_days=later) if event.id == "i-3" else event
        for event in schedule.events
    )
    torn = world(**{schedule_of("indri").name: Fetched(replace(schedule, events=events), NOW)})
    snapshot = Snapshot(TEAM, {**torn.facts})
    doubt = "onflict: by its week Thu 2027-02-18, Indri-3 milestone's own text says Thu 2027-02-25."
    assert doubt in said(snapshot, "freeze glance")[0]
    assert doubt in said(snapshot, "freeze")[0]


def test_between_the_last_known_release_and_a_cycle_without_a_page() -> None:
    released = with_file(world(), "indri", "glance", "34.0.0.0rc1", "34.0.0")
    assert said(released, "freeze glance master", at("2027-03-26T12:00:00")) == [
        "glance master: open. 2027.1 Indri is released; the next cycle has no schedule in "
        "openstack/releases yet."
    ]


BOTH_LACK = (
    "The release was due Wed 2026-09-30, and neither RC1 nor a final version is in the file as of"
    " 2026-10-01 00:10 UTC"
)


@pytest.mark.parametrize(
    ("versions", "why"),
    [
        (None, "The release was due Wed 2026-09-30; glance has no file in hibiscus yet"),
        ((), BOTH_LACK), (("33.0.0.0b2",), BOTH_LACK),
    ],
)  # fmt: skip
def test_after_the_release_s_day_without_rc1_and_final_master_stays_frozen(
    versions: tuple[str, ...] | None, why: str
) -> None:
    snapshot, key = world(), deliverable_of("hibiscus", "glance")
    file = snapshot[key].value
    assert file is not None
    releases = tuple(Release(version, ()) for version in versions or ())
    fact = replace(
        snapshot[key], value=None if versions is None else replace(file, releases=releases)
    )
    snapshot = replace(snapshot, facts={**snapshot.facts, key.name: fact})
    until = "so the freeze of 2026.2 Hibiscus goes on until RC1"
    (line, *_) = said(snapshot, "freeze glance master", at("2026-10-01T00:10:00"))
    assert line.startswith(f"glance master: feature-freeze. {why}; {until}; ")
    (line, *_) = said(snapshot, "freeze glance-store master", at("2026-10-01T00:10:00"))
    assert line.startswith("glance_store master: library-freeze")
    later = said(snapshot, "freeze glance master", at("2026-11-17T12:00:00"))
    assert later[0].startswith("glance master: feature-freeze. ")
    milestone = said(snapshot, "freeze glance master", at("2026-11-19T12:00:00"))
    assert milestone[0].startswith("glance master: open until ")


def test_a_file_that_was_never_read_leaves_master_unknown_after_the_release_s_day_too() -> None:
    facts = {
        name: fact
        for name, fact in world().facts.items()
        if name != deliverable_of("indri", "glance").name
    }
    (line, *_) = said(Snapshot(TEAM, facts), "freeze glance", at("2027-03-25T12:00:00"))
    assert line == (
        "glance master: unknown. 2027.1 Indri was due on Wed 2027-03-24; whether glance is out is "
        "not known, its file was never read; by the schedule alone it would be open."
    )


def test_a_file_that_nobody_read_since_the_release_s_day_leaves_master_unknown() -> None:
    facts = {
        name: replace(fact, at=at("2026-09-30T23:50:00"), problem="HTTP 502")
        for name, fact in world().facts.items()
    }
    moment = Moment(replace(world(), facts=facts), at("2026-10-03T12:00:00"))
    (line, *_) = render(answer(moment, "freeze glance master", Ask()).doc)
    assert line.startswith(
        "glance master: unknown. 2026.2 Hibiscus was due on Wed 2026-09-30; whether glance is out"
        " is not known, its file was last read on Wed 2026-09-30; by the schedule alone it would be"
        " open until the end of Thu 2027-02-18"
    )
