"""Teams whose deliverables are not Glance's: what trails, what has no candidates, no libraries."""

from __future__ import annotations

from dataclasses import replace

from GlanceRelease.app import Ask
from GlanceRelease.domain.model import Branch, Deliverable, Release
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot, deliverable_of
from GlanceRelease.domain.team import Team
from GlanceRelease.duties.deadlines.reminders import deadline_notices
from GlanceRelease.render.irc import render
from kit.glance_facts import NOW, at, hibiscus_out, said, world

KOLLA = {"kolla": ("trailing", "cycle-with-rc"), "kayobe": ("trailing", "cycle-with-rc")}
SWIFT = {
    "swift": ("service", "cycle-with-intermediary"),
    "python-swiftclient": ("client-library", "cycle-with-intermediary"),
}
OSLO = {"oslo.config": ("library", "cycle-with-intermediary")}
NOVA = {"nova": ("service", "cycle-with-rc")}


def team_with(name: str, shapes: dict[str, tuple[str, str]], **more: str) -> Snapshot:
    """A team with these deliverables (type, release model), nothing of them released yet."""
    team = Team(name, name, (f"#openstack-{name}",), tuple(shapes))
    facts = {}
    for deliverable, (type_, model) in shapes.items():
        for series in ("gazpacho", "hibiscus"):
            shape = Deliverable(
                deliverable, series, name, type_, model, (f"openstack/{deliverable}",), **more
            )
            if series == "gazpacho":
                shape = replace(shape, branches=(Branch("stable/2026.1", "1.0.0"),))
            facts[deliverable_of(series, deliverable).name] = Fetched(shape, NOW, "network")
        facts[deliverable_of("indri", deliverable).name] = Fetched(None, NOW, "network")
    return world(team, **facts)


def with_release(
    snapshot: Snapshot, name: str, version: str, branches: tuple[Branch, ...] = ()
) -> Snapshot:
    """The snapshot in which Hibiscus's file has this version, tagged at noon of the day behind
    its "@", and these branches."""
    version, _, day = version.partition("@")
    file = snapshot[deliverable_of("hibiscus", name)].value
    assert file is not None
    release = Release(version, ((file.repositories[0], "a" * 40),), at(f"{day}T12:00:00"))
    file = replace(file, releases=(release,), branches=branches)
    fact = Fetched(file, NOW, "network", upstream="opendev")
    return replace(snapshot, facts={**snapshot.facts, deliverable_of("hibiscus", name).name: fact})


def reminders(snapshot: Snapshot, now: str) -> list[str]:
    """The reminders that are due on a day at ten."""
    when = at(f"{now}T10:00:00")
    due = (one for one in deadline_notices(Moment(snapshot, when)) if one.due == when)
    lines = (line for one in due for line in render(one.say(when), private=False))
    return [line.rpartition(" https")[0] for line in lines]


def test_what_trails_has_its_own_deadline_in_the_next_cycle_and_none_of_the_others() -> None:
    kolla = team_with("kolla", KOLLA)
    (line,) = said(kolla, "next", at("2026-11-10T12:00:00"))
    assert line == (
        "Thu 2026-12-03, R-16, in 23 days: 2026.2 Hibiscus Cycle-Trailing Release Deadline."
    )
    everything = " ".join(said(kolla, "deadlines all", at("2026-08-10T12:00:00")))
    for other in ("milestone", "RC1", "Final RCs", "Final release", "Feature freeze"):
        assert other not in everything
    assert "Thu 2026-12-03, in 115 days: 2026.2 Hibiscus Cycle-Trailing Release Deadline" in (
        everything
    )
    assert "Thu 2026-06-04, R-17, 67 days ago: 2026.1 Gazpacho Cycle-Trailing" in everything


def test_what_trails_is_reminded_of_the_final_release_of_the_series_before() -> None:
    kolla = team_with("kolla", KOLLA)
    assert reminders(kolla, "2026-08-13") == [
        "Requirements freeze: Thu 2026-08-27, R-5, in 14 days."
    ]
    (line,) = reminders(kolla, "2026-11-05")
    assert line == (
        "2026.2 Hibiscus Cycle-Trailing Release Deadline: Thu 2026-12-03, R-16, in 28 days. "
        "To do: the final kolla of hibiscus, the final kayobe of hibiscus."
    )
    out = with_release(kolla, "kolla", "22.0.0@2026-11-01")
    (line,) = reminders(out, "2026-11-05")
    assert line.endswith("To do: the final kayobe of hibiscus.")


def test_a_team_with_both_has_both() -> None:
    both = team_with("both", {**KOLLA, **NOVA})
    everything = " ".join(said(both, "deadlines all", at("2026-08-10T12:00:00")))
    assert "RC1 target week" in everything
    assert "2026.2 Hibiscus Cycle-Trailing Release Deadline" in everything


def test_a_duty_whose_day_is_over_is_overdue() -> None:
    (line, *_how) = said(world(), "duties 1", at("2026-11-16T12:00:00"))
    assert "Mon 2026-11-16 propose the releases for Indri-1 milestone (to do)" in line
    (line, *_how) = said(hibiscus_out(world()), "duties 1", at("2026-11-20T12:00:00"))
    assert line.startswith(
        "In the next 1 week: 1 in all, 1 overdue: Thu 2026-11-19 propose the releases for Indri-1 "
        "milestone (overdue)"
    )


def test_after_the_release_the_duties_are_those_that_it_leaves() -> None:
    lines = said(world(), "duties", at("2027-03-25T12:00:00"), Ask(nick="rosmaita"))
    told = " ".join(lines)
    assert "Thu 2027-03-25 change the migration constant to the next series (look)" in told
    assert "Wed 2027-03-24 say yes to the final release (overdue)" in told
    assert "Thu 2027-02-11 the last glance-store of indri (overdue)" in told
    assert "Wed 2027-03-31 report on the community goals (look)" in told
    assert lines[0].endswith(
        "Today, Thu 2027-03-25, is in R+0 of 2027.1 Indri, due Wed 2027-03-24, yesterday; the next "
        "cycle is not in openstack/releases yet."
    )


def test_the_duties_are_of_what_the_team_has() -> None:
    swift = team_with("swift", SWIFT)
    (line, *_how) = said(swift, "duties 4", at("2026-09-10T12:00:00"))
    assert "propose the final intermediary release with its stable branch (to do)" in line
    assert "RC" not in line
    assert "say yes to the final release" not in line
    oslo = team_with("oslo", OSLO)
    (line, *_how) = said(oslo, "duties 12", at("2026-08-01T12:00:00"))
    assert "propose the last release: Final release for non-client libraries" in line
    for other in (
        "RC",
        "prelude",
        "highlights",
        "client libraries (",
        "final release (",
        "constant",
    ):
        assert other not in line.replace("non-client libraries (", "")


def test_a_draft_is_of_the_teams_own_service() -> None:
    nova = team_with("nova", {**OSLO, **NOVA})
    ask = Ask(nick="somebody")
    lines = said(nova, "duties 4", at("2026-08-25T12:00:00"), ask)
    assert any("draft nova; from its tag" in line for line in lines)
    assert not any("glance" in line for line in lines)


def test_an_intermediary_service_plans_and_does_its_final_release() -> None:
    swift = team_with("swift", SWIFT)
    (_, line) = said(swift, "plan", at("2026-09-10T12:00:00"))
    assert line == (
        "Without a plan: Final intermediary release (Mon 2026-09-21 to Thu 2026-09-24). Say: plan "
        "MILESTONE DAY."
    )
    (line,) = said(swift, "plan final rc", at("2026-09-10T12:00:00"))
    assert line.startswith("Final intermediary release: no plan yet")
    (line, of_release) = reminders(swift, "2026-09-23")
    assert line == (
        "Final RCs and intermediary releases: R-1 week, by Thu 2026-09-24, tomorrow. "
        "To do: the last swift of hibiscus (with stable/2026.2). Overdue already: the last "
        "python-swiftclient of hibiscus (Thu 2026-08-27)."
    )
    assert of_release == "2026.2 Hibiscus release: Wed 2026-09-30, R+0, in 7 days."
    assert (
        "Final intermediary release is R-1 week, by Thu 2026-09-24, in 8 days; 1 left: the last "
        "swift of hibiscus (with stable/2026.2)."
    ) in said(swift, "report", at("2026-09-16T12:00:00"))
    branch = Branch("stable/2026.2", "2.39.0", at("2026-09-22T12:00:00"))
    out = with_release(swift, "swift", "2.39.0@2026-09-22", (branch,))
    assert reminders(out, "2026-09-23") == [of_release]


def test_no_plan_is_asked_for_where_nothing_is_released() -> None:
    for shapes in (SWIFT, OSLO):
        for day in ("2026-08-06", "2026-08-13", "2026-08-27"):
            lines = reminders(team_with("some", shapes), day)
            assert not any("plan rc1" in line for line in lines)


def test_where_a_file_was_never_read_nothing_is_left_out() -> None:
    swift = team_with("swift", SWIFT)
    lost = {deliverable_of(s, "swift").name for s in ("gazpacho", "hibiscus", "indri")}
    facts = {name: fact for name, fact in swift.facts.items() if name not in lost}
    everything = " ".join(
        said(replace(swift, facts=facts), "deadlines all", at("2026-08-10T12:00"))
    )
    assert "RC1 target week" in everything


def test_the_teams_own_deadlines_of_the_schedule_are_reminded_of() -> None:
    nova = team_with("nova", NOVA)
    assert reminders(nova, "2026-06-10") == [
        "Nova Spec Freeze (23:59 UTC): Thu 2026-06-11, R-16, tomorrow."
    ]
    late, line = said(nova, "report", at("2026-06-08T12:00:00"))[:2]
    assert "Overdue: nova b1 was due Thu 2026-05-14, 25 days ago" in late
    assert line.endswith("next freeze: Nova Spec Freeze, Thu 2026-06-11 23:59 UTC.")
    assert not reminders(team_with("oslo", OSLO), "2026-06-10")


def frozen(snapshot: Snapshot, what: str, now: str) -> str:
    """The first line of `freeze`, in the channel."""
    return said(snapshot, f"freeze {what}".strip(), at(now))[0]


def test_the_cycles_freezes_do_not_bind_what_trails() -> None:
    kolla = team_with("kolla", KOLLA)
    assert frozen(kolla, "kolla", "2026-09-26T12:00:00") == (
        "kolla master: open. Trailing: the final release of 2026.2 Hibiscus is due Thu 2026-12-03; "
        "the cycle's freezes don't bind it."
    )
    after = said(kolla, "freeze kolla", at("2026-10-28T12:00:00"))
    assert after[0].startswith("kolla master: open. Trailing: the final release of 2026.2 Hibiscus")
    assert "2026.2" not in after[1], "its branch is not cut yet"
    cut = Branch("stable/2026.2", "22.0.0.0rc1", at("2026-10-20T12:00:00"))
    cut_one = with_release(kolla, "kolla", "22.0.0.0rc1@2026-10-20", (cut,))
    assert frozen(cut_one, "kolla stable/2026.2", "2026-10-28T12:00:00").endswith(
        "since Wed 2026-09-30; the final release of kolla is due Thu 2026-12-03."
    )
    assert "final release of 2027.1 Indri is due about three months after the others'" in frozen(
        cut_one, "kolla master", "2026-10-28T12:00:00"
    )


def test_an_intermediary_services_master_is_never_a_stable_branch() -> None:
    line = frozen(team_with("swift", SWIFT), "swift", "2026-09-26T12:00:00")
    assert "until the end of Wed 2026-09-30, R+0, in 4 days, then open for the next series" in line
    assert line.endswith("was R-1 week, by Thu 2026-09-24; stable/2026.2 is not in the file.")


def test_what_is_never_released_has_no_phase_and_requirements_have_their_freeze() -> None:
    untagged = {"devstack": ("other", "untagged")}
    assert frozen(team_with("qa", untagged), "devstack", "2026-09-26T12:00:00") == (
        "devstack master: open. It is never released, so no phase of the release binds it."
    )
    requirements = team_with(
        "requirements",
        {"requirements": ("other", "cycle-with-intermediary")},
        stable_branch_type="tagless",
    )
    before = frozen(requirements, "", "2026-08-27T23:00:00")
    assert "open until the end of Thu 2026-08-27, R-5, today, then requirements freeze" in before
    assert frozen(requirements, "", "2026-08-28T00:00:00") == (
        "requirements master: requirements-freeze (only critical changes of requirements and "
        "constraints). The requirements freeze was Thu 2026-08-27; it lasts until stable/2026.2 is "
        "created."
    )


def test_long_after_the_last_known_release_nothing_is_said_to_be_open() -> None:
    nova = team_with("nova", NOVA)
    assert frozen(nova, "nova master", "2027-04-05T12:00:00").startswith(
        "nova master: feature-freeze. The release was due Wed 2027-03-24; nova has no file in indri"
    )
    assert frozen(nova, "nova master", "2027-05-13T12:00:00").startswith(
        "nova master: open. 2027.1 Indri was due on Wed 2027-03-24; the next cycle has no"
    )
    assert frozen(nova, "nova master", "2027-12-01T12:00:00").startswith(
        "nova master: unknown. The cycle that runs now is not in openstack/releases yet."
    )


def test_a_branch_beside_the_stable_ones_is_known_and_not_judged() -> None:
    cut = Branch("bugfix/2.39", "2.39.0")
    swift = with_release(team_with("swift", SWIFT), "swift", "2.39.0@2026-07-01", (cut,))
    assert frozen(swift, "bugfix/2.39", "2026-08-28T12:00:00") == (
        "swift bugfix/2.39: unknown. It was cut at 2.39.0, by hibiscus's file; what it takes, and "
        "how long, stands in no file that I read."
    )


def test_a_deliverable_without_a_file_is_not_said_to_be_unread() -> None:
    team = Team("oslo", "oslo", ("#openstack-oslo",), ("oslo.confg",))
    facts = {
        deliverable_of(series, "oslo.confg").name: Fetched(None, NOW, "network")
        for series in ("gazpacho", "hibiscus", "indri")
    }
    oslo = world(team, **facts)
    assert frozen(oslo, "", "2026-08-28T12:00:00") == (
        "oslo.confg master: unknown. 2026.2 Hibiscus has no file of it: misspelled, or released "
        "independently of the series."
    )
    (line, _) = said(oslo, "releases hibiscus", at("2026-08-28T12:00:00"))
    assert line.startswith("2026.2 Hibiscus: oslo.confg no file in the series")


def test_a_deliverable_of_many_repositories_has_the_name_that_was_asked_for() -> None:
    roles = team_with("osa", {"roles": ("trailing", "untagged")})
    many = ("openstack/ansible-role-frrouting", "openstack/ansible-role-uwsgi")
    facts = {
        name: replace(fact, value=replace(fact.value, repositories=many))
        for name, fact in roles.facts.items()
        if name.endswith("/roles") and fact.value
    }
    roles = replace(roles, facts={**roles.facts, **facts})
    now = "2026-08-28T12:00:00"
    assert frozen(roles, "roles", now).startswith("roles master: open.")
    assert frozen(roles, "ansible-role-uwsgi", now).startswith("ansible-role-uwsgi master: open.")


def test_a_branch_that_is_gone_is_not_offered_and_an_unmaintained_one_has_its_name() -> None:
    nova = team_with("nova", NOVA)
    key = deliverable_of("caracal", "nova")
    file = nova[deliverable_of("hibiscus", "nova")].value
    assert file is not None
    eom = Release("2024.1-eom", (("openstack/nova", "a" * 40),))
    old = replace(file, series="caracal", releases=(eom,))
    nova = replace(nova, facts={**nova.facts, key.name: Fetched(old, at("2026-08-28T00:00:00"))})
    (line,) = said(nova, "freeze stable/2026.2", at("2026-08-28T12:00:00"))
    assert line.startswith("2026.2 Hibiscus has no branch stable/2026.2 that takes changes now")
    assert "stable/2026.1" in line
    assert "unmaintained/2024.1" in line
    assert "2024.2" not in line, "end of life"
    assert frozen(nova, "unmaintained/2024.1", "2026-08-28T12:00:00").startswith(
        "nova unmaintained/2024.1: unmaintained"
    )


def test_of_many_deliverables_the_state_and_the_day_stay() -> None:
    many = {f"oslo.{number}": ("library", "cycle-with-intermediary") for number in range(30)}
    line = frozen(team_with("oslo", many), "", "2026-08-05T12:00:00")
    assert line.startswith("master open: oslo.0, oslo.1, oslo.2, ")
    assert line.endswith(" until R-6 week, by Thu 2026-08-20, in 15 days, then library freeze.")
    longer = {f"oslo.service.{number}": shape for number, shape in enumerate(many.values())}
    line = frozen(team_with("oslo", longer), "", "2026-08-05T12:00:00")
    assert line.startswith("master open: oslo.service.0, ")
    assert " more until R-6 week, by Thu 2026-08-20" in line
    assert len(line.encode()) <= 400
