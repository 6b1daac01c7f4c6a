"""Deadlines that bind no deliverable of the team, and names that are nearly those of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from duties.test_other_teams import KOLLA, NOVA, OSLO, SWIFT, team_with
from GlanceRelease.domain.calendar.binding_deadlines import unbound
from GlanceRelease.domain.calendar.deadline_words import whose
from GlanceRelease.domain.calendar.event_names import has_phrase
from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.snapshot import SERIES, Snapshot, schedule_of
from GlanceRelease.domain.team import OwnDeadline, Team
from kit.glance_facts import TEAM, at, said, with_event, world

NOW = at("2026-12-01T12:00:00")


@pytest.mark.parametrize(
    ("shapes", "name", "why"),
    [
        (SWIFT, "rc1", "none has release candidates"),
        (SWIFT, "feature freeze", "none has release candidates"),
        (SWIFT, "final lib", "none is a library that is no client"),
        (SWIFT, "trailing", "none trails the cycle"),
        (OSLO, "rc1", "none has release candidates"),
        (OSLO, "final client lib", "none is a client library"),
        (KOLLA, "rc1", "what it releases trails the cycle"),
        (KOLLA, "m2", "what it releases trails the cycle"),
        (KOLLA, "membership freeze", "what it releases trails the cycle"),
    ],
)
def test_of_what_binds_nothing_of_the_teams_it_is_said(
    shapes: dict[str, tuple[str, str]], name: str, why: str
) -> None:
    (line,) = said(team_with("some", shapes), f"when {name}", NOW)
    assert f"; it binds no deliverable of Some: {why}" in line


@pytest.mark.parametrize(
    ("shapes", "name"),
    [
        (NOVA, "rc1"),
        (SWIFT, "final rc"),
        (OSLO, "final lib"),
        (KOLLA, "trailing"),
        (KOLLA, "requirements freeze"),
        ({**KOLLA, **NOVA}, "membership freeze"),
        ({}, "rc1"),
    ],
)
def test_of_what_binds_something_or_may_it_is_not(
    shapes: dict[str, tuple[str, str]], name: str
) -> None:
    (line,) = said(team_with("some", shapes), f"when {name}", NOW)
    assert "binds" not in line


def of_its_own(team: str, title: str) -> Snapshot:
    """Indri in which the extra-AC freeze is one team's event of this title."""
    return with_event(
        team_with(team, OSLO if team == "sdk" else NOVA),
        "i-extra-acs",
        id="i-own-ff",
        title=title,
        kind=Kind.OTHER,
        teams=("sdk",),
    )


def test_a_teams_own_freeze_is_meant_where_the_cycles_does_not_bind_it() -> None:
    (line,) = said(of_its_own("sdk", "python-sdkclient Feature Freeze"), "when feature freeze", NOW)
    its, _, cycles = line.partition("; Feature freeze: ")
    assert its.startswith("python-sdkclient Feature Freeze: Thu 2027-02-04, R-7, in 65 days")
    assert cycles == (
        "Thu 2027-02-18, R-5, in 79 days (the Thursday of its week); it binds no deliverable of "
        "Sdk: none has release candidates."
    )
    (line,) = said(of_its_own("nova", "sdk Feature Freeze"), "when feature freeze", NOW)
    assert line.startswith("Feature freeze: Thu 2027-02-18")
    assert "sdk" not in line


def test_what_trails_has_no_membership_freeze() -> None:
    kinds = unbound(tuple(_shapes(KOLLA)))
    assert Kind.MEMBERSHIP_FREEZE in kinds
    assert Kind.MEMBERSHIP_FREEZE not in unbound(tuple(_shapes({**KOLLA, **NOVA})))
    everything = " ".join(said(team_with("kolla", KOLLA), "deadlines all", NOW))
    assert "Membership" not in everything


def _shapes(shapes: dict[str, tuple[str, str]]):  # type: ignore[no-untyped-def]
    team = team_with("some", shapes)
    return [f.value for n, f in team.facts.items() if n.endswith(tuple(shapes)) and f.value]


def test_what_may_trail_is_told_of_its_deadline() -> None:
    """No series has a file of the team's, so nobody knows that it doesn't trail."""
    unknown = Team("some", "some", ("#some",), ("gone",))
    facts = {
        f"deliverable/{series}/gone": replace(world().facts[SERIES.name], value=None)
        for series in ("indri", "hibiscus", "gazpacho")
    }
    lines = said(world(unknown, **facts), "when trailing", NOW)
    assert "2026.2 Hibiscus Cycle-Trailing Release Deadline: Thu 2026-12-03" in lines[0]
    assert "Cycle-Trailing" in said(world(unknown, **facts), "next", NOW)[0]


@pytest.mark.parametrize(
    ("name", "text", "has"),
    [
        ("Cinder Spec Freeze", "CI", False),
        ("Cinder Spec Freeze", "cin", True),
        ("Cinder Spec Freeze", "spec fre", True),
        ("specification", "ci", False),
        ("CI freeze", "ci", True),
        ("specification", "cat", False),
        ("m2 specs", "m2", True),
        ("m2 specs", "2", False),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(name: str, text: str, has: bool) -> None:
    assert has_phrase(name, text) is has


def test_two_letters_inside_a_word_are_no_name() -> None:
    cinder = with_event(world(), "i-extra-acs", id="i-cinder-sf", title="Cinder Spec Freeze",
                        kind=Kind.OTHER)  # fmt: skip
    assert 'nothing called "CI"' in said(cinder, "when CI", NOW)[0]
    assert said(cinder, "when cinder", NOW)[0].startswith("Cinder Spec Freeze: Thu 2027-02-04")


def test_a_gathering_of_another_sort_is_told_as_such() -> None:
    ptg = with_event(world(), "i-vptg", title="PTG (virtual)")
    assert said(ptg, "when summit", NOW)[0].startswith("2027.1 Indri has no Summit; PTG (virtual)")
    assert said(ptg, "when ptg", NOW)[0].startswith("PTG (virtual): ")
    assert said(ptg, "when vptg", NOW)[0].startswith("PTG (virtual): ")
    summit = with_event(world(), "i-vptg", id="i-summit", title="Summit")
    assert said(summit, "when ptg", NOW)[0].startswith("2027.1 Indri has no PTG; Summit")
    assert said(summit, "when summit", NOW)[0].startswith("Summit: ")
    both = with_event(ptg, "i-extra-acs", id="i-ptg", title="PTG", kind=Kind.GATHERING)
    assert said(both, "when summit", NOW) == [
        '2027.1 Indri has no Summit; "summit" may be: PTG (i-ptg); PTG (virtual) (i-vptg).'
    ]


def test_after_the_release_what_is_known_of_the_last_cycle_is_told() -> None:
    (line,) = said(world(), "when rc1", at("2027-03-25T12:00:00"))
    assert line == (
        "2027.1 Indri: RC1 target week: R-3 week, by Thu 2027-03-04, 21 days ago (the Thursday of "
        "its week). Today, Thu 2027-03-25, is in R+0 of 2027.1 Indri, due Wed 2027-03-24, "
        "yesterday; the next cycle is not in openstack/releases yet."
    )


def test_behind_an_answer_from_the_last_cycle_stands_one_age() -> None:
    known = world()
    old = replace(known[schedule_of("indri")], origin="bundled", at=at("2026-08-21T00:00:00"))
    series = replace(known[SERIES], at=at("2026-11-29T00:00:00"))
    later = OwnDeadline("party", parse_when("2027-04-20"), "indri")
    facts = {**known.facts, schedule_of("indri").name: old, SERIES.name: series}
    snapshot = Snapshot(replace(TEAM, deadlines=(later,)), facts)
    for asked in ("when rc1", "next", "deadlines", "when party", "duties"):
        line = said(snapshot, asked, at("2027-03-25T12:00:00"))[0]
        assert line.count("as of") == 1, line
        assert "(as of 2026-08-21, bundled)" in line


def test_what_ends_with_an_s_has_an_apostrophe_alone() -> None:
    assert whose("Final release for client libraries") == "Final release for client libraries'"
    assert whose("RC1") == "RC1's"
