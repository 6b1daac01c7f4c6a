"""`deadlines`, `next`, `when`, `week`, as the channel reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease.app import Ask
from GlanceRelease.domain.calendar.contradictory_weeks import contradictory_weeks
from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.model import Schedule, Series
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from GlanceRelease.domain.team import OwnDeadline
from GlanceRelease.registry import COMMANDS
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.glance_facts import NOW, TEAM, at, hibiscus_out, said, with_event, world

LOOKED_UP = {"bug", "check", "draft"}  # they answer when a source has spoken


def test_deadlines_of_the_running_cycle() -> None:
    assert said(hibiscus_out(world()), "deadlines") == [
        "2027.1 Indri, after R-18. Next: Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, "
        "Membership Freeze.",
        "Then: Thu 2027-02-04, R-7, in 74 days: Extra-AC freeze; R-6 week, by Thu 2027-02-11, in "
        "81 days: Final release for non-client libraries; Thu 2027-02-18, R-5, in 88 days: Indri-3 "
        "milestone, Feature freeze, Final release for client libraries (R-5 week), Requirements "
        "freeze, Soft StringFreeze; 4 more dates: deadlines all.",
        "Overdue: glance 34.0.0.0b1 (Thu 2026-11-19, 3 days ago), a release of glance-store (Thu "
        "2026-11-19, 3 days ago), a release of python-glanceclient (Thu 2026-11-19, 3 days ago).",
    ]


def test_all_deadlines_go_to_the_person() -> None:
    lines = said(world(), "deadlines all")
    assert lines[0] == "(private) 2027.1 Indri, after R-18"
    assert lines[2] == "(private) Thu 2026-11-19, R-18, 3 days ago: Indri-1 milestone"
    assert lines[-1] == "(private) Wed 2027-03-24, R+0, in 122 days: 2027.1 Indri release"
    assert not any("railing" in line for line in lines), "Glance trails with nothing"


def test_another_series_by_name_or_release_id() -> None:
    past = (
        "Deadlines of 2026.2 Hibiscus: all are past; the last was Wed 2026-09-30, R+0, "
        "53 days ago: 2026.2 Hibiscus release."
    )
    assert said(world(), "deadlines hibiscus") == [past]
    assert said(world(), "deadlines 2026.2") == [past]


def test_an_unknown_series_names_the_known_ones() -> None:
    assert said(world(), "deadlines bobcat") == [
        'I know no series "bobcat"; there are indri, hibiscus, gazpacho, flamingo, epoxy and four '
        "older."
    ]


def test_a_known_series_whose_schedule_was_not_read() -> None:
    assert said(world(), "deadlines gazpacho") == [
        "I have not read the schedule of 2026.1 Gazpacho; I have hibiscus, indri."
    ]


def test_next_is_one_day() -> None:
    assert said(world(), "next") == [
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, Membership Freeze."
    ]


def test_the_day_itself_is_still_next() -> None:
    assert said(world(), "next", at("2027-01-14T23:59:59")) == [
        "Thu 2027-01-14, R-10, today: Indri-2 milestone, Membership Freeze."
    ]
    assert said(world(), "next", at("2027-01-15T00:00:00")) == [
        "Thu 2027-02-04, R-7, in 20 days: Extra-AC freeze."
    ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "rc1",
            "RC1 target week: R-3 week, by Thu 2027-03-04, in 102 days (the Thursday of its week).",
        ),
        (
            "m3",
            "Indri-3 milestone: Thu 2027-02-18, R-5, in 88 days (the day stands in its text).",
        ),
        (
            "Feature Freeze",
            "Feature freeze: Thu 2027-02-18, R-5, in 88 days (the Thursday of its week).",
        ),
        (
            "rc1 hibiscus",
            "2026.2 Hibiscus: RC1 target week: R-3 week, by Thu 2026-09-10, 73 days ago (the "
            "Thursday of its week).",
        ),
        (
            "freeze",
            '"freeze" may be: Membership Freeze (i-mf); Extra-AC freeze (i-extra-acs); Feature '
            "freeze (i-ff); Soft StringFreeze (i-soft-sf); Requirements freeze (i-rf); and "
            "one more.",
        ),
        (
            "tomorow",
            '2027.1 Indri has nothing called "tomorow"; there are m2, final lib, m3, feature '
            "freeze, final client lib and five more.",
        ),
        (
            "is RC1?",
            "RC1 target week: R-3 week, by Thu 2027-03-04, in 102 days (the Thursday of its week).",
        ),
        (
            "library freeze",
            '"library freeze" may be: Final release for non-client libraries (i-final-lib); Final '
            "release for client libraries (i-final-clientlib).",
        ),
        ("", "When what? Say: when rc1, when feature freeze, when m3."),
    ],
)
def test_when_tells_the_day_and_its_rule(words: str, answer: str) -> None:
    assert said(world(), f"when {words}") == [answer]


@pytest.mark.parametrize(
    ("days", "times", "now", "answer"),
    [
        (
            *("2027-01-14 2027-01-20", ("23:45 UTC", "12:00 UTC"), "2027-01-12T00:00:00"),
            "from Thu 2027-01-14 23:45 UTC to Wed 2027-01-20 12:00 UTC, R-10, in 2 days (its end "
            "is that of i-close)",
        ),
        (
            *("2027-01-14 2027-01-20", ("23:45 UTC", "12:00 UTC"), "2027-01-15T00:00:00"),
            "running from Thu 2027-01-14 23:45 UTC to Wed 2027-01-20 12:00 UTC, R-9, ends in 5 "
            "days (its end is that of i-close)",
        ),
        (
            *("2027-01-14 2027-01-20", ("23:45 UTC", "12:00 UTC"), "2027-01-20T12:00:00"),
            "from Thu 2027-01-14 23:45 UTC to Wed 2027-01-20 12:00 UTC, R-9, ended today (its end "
            "is that of i-close)",
        ),
        (
            *("2027-01-14", ("1400-1600 UTC",), "2027-01-12T00:00:00"),
            "from Thu 2027-01-14 14:00 to 16:00 UTC, R-10, in 2 days (its end is that of i-close)",
        ),
    ],
)
def test_what_lasts_has_the_times_at_its_ends_and_its_remarks(
    days: str, times: tuple[str, ...], now: str, answer: str
) -> None:
    on = tuple(map(dt.date.fromisoformat, days.split()))
    facts = with_event(
        *(world(), "i-vptg"),
        **{"days": on, "times": times, "span": len(on) > 1, "rule": "prose"},
        remarks=("its end is that of i-close",),
    )
    assert said(facts, "when ptg", at(now)) == [f"PTG (virtual): {answer}."]


def test_a_deadline_of_several_days_is_by_the_last_of_them() -> None:
    days = (dt.date(2027, 1, 14), dt.date(2027, 1, 20))
    facts = with_event(world(), "i-2", days=days, span=True, rule="prose", times=("12:00 UTC",))
    assert said(facts, "when m2", at("2027-01-15T00:00:00")) == [
        "Indri-2 milestone: from Thu 2027-01-14 by Wed 2027-01-20, R-9, in 5 days (the day stands "
        "in its text)."
    ]
    assert said(facts, "next", at("2027-01-15T00:00:00")) == [
        "Wed 2027-01-20, R-9, in 5 days: Indri-2 milestone (12:00 UTC, from Thu 2027-01-14)."
    ]


def test_a_stretch_of_a_conflict_is_one_of_its_days() -> None:
    days = (dt.date(2028, 1, 11), dt.date(2028, 1, 15))
    facts = with_event(world(), "i-2", rule="conflict", span=True, prose_days=days)
    assert said(facts, "when m2") == [
        "Indri-2 milestone: Thu 2027-01-14, R-10, in 53 days or Tue 2028-01-11 to "
        "Sat 2028-01-15, in 419 days (conflict: the Thursday of its week; its text says "
        "Tue 2028-01-11 to Sat 2028-01-15)."
    ]


def test_two_days_of_a_text_are_a_conflict_of_the_text_alone() -> None:
    days = (dt.date(2027, 1, 13), dt.date(2027, 1, 15))
    facts = with_event(world(), "i-2", rule="conflict", days=days, prose_days=days)
    assert said(facts, "when m2") == [
        "Indri-2 milestone: Wed 2027-01-13, R-10, in 52 days or Fri 2027-01-15, R-10, in 54 days "
        "(conflict: its text says Wed 2027-01-13 or Fri 2027-01-15)."
    ]
    assert said(facts, "next") == [
        "Wed 2027-01-13, R-10, in 52 days: Indri-2 milestone (conflict: by its text Wed 2027-01-13 "
        "or Fri 2027-01-15)."
    ]


def test_a_conflict_is_shown_with_both_days() -> None:
    schedule: Schedule = world()[schedule_of("indri")].value  # type: ignore[assignment]
    events = tuple(
        replace(e, rule="conflict", prose_days=(at("2027-01-21T00:00:00").date(),))
        if e.id == "i-2"
        else e
        for e in schedule.events
    )
    conflict = Fetched(replace(schedule, events=events), NOW, "network")
    snapshot = Snapshot(TEAM, {**world().facts, "schedule/indri": conflict})
    assert said(snapshot, "when m2") == [
        "Indri-2 milestone: Thu 2027-01-14, R-10, in 53 days or Thu 2027-01-21, R-9, in 60 days "
        "(conflict: the Thursday of its week; its text says Thu 2027-01-21)."
    ]
    assert said(snapshot, "next") == [
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone (conflict: by the week Thu "
        "2027-01-14, by its text Thu 2027-01-21), Membership Freeze."
    ]
    assert said(snapshot, "next", at("2027-01-15T00:00:00")) == [
        "Thu 2027-01-21, R-9, in 6 days: Indri-2 milestone (conflict: by the week Thu "
        "2027-01-14, by its text Thu 2027-01-21)."
    ]


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (
            "2026-11-24T12:00:00",
            "Today, Tue 2026-11-24, is in R-17 of 2027.1 Indri; 2027.1 Indri is released "
            "Wed 2027-03-24, in 120 days.",
        ),
        (
            "2026-11-22T15:00:00",
            "Today, Sun 2026-11-22, is the weekend after R-18 of 2027.1 Indri; R-17 begins "
            "Mon 2026-11-23; 2027.1 Indri is released Wed 2027-03-24, in 122 days.",
        ),
        (
            "2026-10-02T12:00:00",
            "Today, Fri 2026-10-02, lies between the cycles (R+0 of 2026.2 Hibiscus): 2026.2 "
            "Hibiscus was due on Wed 2026-09-30, R-24 of 2027.1 Indri begins Mon 2026-10-05, in "
            "3 days; 2027.1 Indri is released Wed 2027-03-24, in 173 days.",
        ),
        (
            "2026-10-06T12:00:00",
            "Today, Tue 2026-10-06, is in R-24 of 2027.1 Indri (R+1 of 2026.2 Hibiscus); 2027.1 "
            "Indri is released Wed 2027-03-24, in 169 days.",
        ),
        (
            "2026-09-30T23:59:59",
            "Today, Wed 2026-09-30, is in R+0 of 2026.2 Hibiscus; 2026.2 Hibiscus is released "
            "Wed 2026-09-30, today.",
        ),
        (
            "2027-04-01T00:00:00",
            "Today, Thu 2027-04-01, is in R+1 of 2027.1 Indri, due Wed 2027-03-24, 8 days "
            "ago; the next cycle is not in openstack/releases yet.",
        ),
    ],
)
def test_every_week_has_an_answer(now: str, answer: str) -> None:
    assert said(world(), "week", at(now)) == [answer]


def test_a_next_cycle_that_is_listed_without_a_schedule() -> None:
    known = world()[SERIES].value or ()
    listed = Series("jacaranda", "2027.2", "future", dt.date(2027, 9, 29))
    facts: dict[str, Fetched[Any]] = {
        SERIES.name: Fetched((listed, *known), NOW, "network"),
        schedule_of("jacaranda").name: Fetched(None, NOW, "network"),
    }
    now = at("2027-04-01T00:00:00")
    answer = [
        "Today, Thu 2027-04-01, is in R+1 of 2027.1 Indri, due Wed 2027-03-24, 8 days ago; "
        "the next cycle, 2027.2 Jacaranda, has no schedule in openstack/releases yet."
    ]
    assert [said(world(**facts), text, now) for text in ("week", "next")] == [answer, answer]
    assert said(world(), "releases", now)[0].startswith("2027.1 Indri: glance nothing yet; ")


def test_the_teams_own_deadlines_stand_beside_the_communitys() -> None:
    own = (
        OwnDeadline("spec freeze", parse_when("Friday of R-15")),
        OwnDeadline("review squash", parse_when("1 week before milestone 3")),
        OwnDeadline("mid-cycle", parse_when("2027-01-14"), "indri"),
        OwnDeadline("only hibiscus", parse_when("R-15"), "hibiscus"),
    )
    snapshot = world(replace(TEAM, deadlines=own))
    lines = "\n".join(said(snapshot, "deadlines all"))
    assert "Fri 2026-12-11, R-15, in 19 days: spec freeze (the team's own)" in lines
    assert (
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, Membership Freeze, mid-cycle (the "
        "team's own)" in lines
    )
    assert (
        "Thu 2027-02-11, R-6, in 81 days: Final release for non-client libraries (R-6 week), "
        "review squash (the team's own)" in lines
    )
    assert "only hibiscus" not in lines


def test_early_deadlines_are_the_teams() -> None:
    snapshot = world(replace(TEAM, early=parse_lead("1 week")))
    assert said(snapshot, "next") == [
        "Thu 2027-01-07, R-11, in 46 days: Indri-2 milestone (1 week early, the team's own)."
    ]


def test_old_facts_say_how_old_they_are() -> None:
    schedule = world()[schedule_of("indri")]
    stored = replace(schedule, origin="stored", problem="no connection: connection refused")
    snapshot = Snapshot(TEAM, {**world().facts, "schedule/indri": stored})
    assert said(snapshot, "next", NOW.replace(hour=16)) == [
        "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, Membership Freeze. (as of 2026-11-22 "
        "15:00 UTC, 60 min ago: no connection: connection refused)"
    ]


def test_facts_of_another_minute_say_when_they_were_true() -> None:
    """When they are older than two polls."""
    line = "Thu 2027-01-14, R-10, in 53 days: Indri-2 milestone, Membership Freeze."
    for minutes, age in ((60, ""), (61, " (as of 2026-11-22 13:59 UTC, 61 min ago)")):
        earlier = NOW - dt.timedelta(minutes=minutes)
        facts = {name: replace(fact, at=earlier) for name, fact in world().facts.items()}
        assert said(Snapshot(TEAM, facts), "next") == [f"{line}{age}"]


def test_nothing_known_is_said_as_that() -> None:
    nothing = Snapshot(TEAM, {SERIES.name: Fetched(problem="no connection: unknown host")})
    assert said(nothing, "deadlines") == ["I know no series: no connection: unknown host."]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_example_is_answered(name: str) -> None:
    lines = said(world(), COMMANDS[name].example)
    assert lines or name in LOOKED_UP
    assert all(0 < len(line.encode()) <= 400 + len("(private) ") for line in lines)
    assert not any("no command of mine" in line for line in lines)


def test_help_is_the_table() -> None:
    lines = said(world(), "help")
    assert len(lines) <= 2
    assert all(name in lines[0] for name in ("deadlines", "next", "when", "week", "freeze"))
    assert said(world(), "help next") == [
        "next [NAME | SERIES]: the one next deadline, or the next of that name. Example: !next"
    ]
    alone = said(world(), "help", ask=Ask(nick="rosmaita"))
    assert len(alone) == 1 + len(COMMANDS)


def test_an_unknown_command_is_short() -> None:
    assert said(world(), "deadlin\x02ez") == [
        '"deadlinez" is no command of mine; did you mean deadline or deadlines?'
    ]


def test_no_week_is_named_between_two_cycles() -> None:
    (first, _, _) = said(world(), "deadlines", at("2026-10-02T12:00:00"))
    assert first.startswith(
        "2027.1 Indri. Next: Mon 2026-10-12 to Fri 2026-10-16, R-23, in 10 days: PTG"
    )
    (sunday, _, _) = said(world(), "deadlines", at("2026-10-11T12:00:00"))
    assert sunday.startswith("2027.1 Indri, after R-24. Next: ")
    report = said(world(), "report", at("2026-10-02T12:00:00"))
    assert report[0] == (
        "Glance, 2027.1 Indri: the first report. Overdue: glance 33.0.0 was due Wed 2026-09-30, 2 "
        "days ago: whether anything is proposed is not known."
    )


def test_an_own_deadline_that_is_called_just_so_is_the_one_that_is_meant() -> None:
    own = (
        OwnDeadline("Spec freeze", parse_when("2026-12-10")),
        OwnDeadline("rc1", parse_when("2027-03-02")),
    )
    snapshot = world(replace(TEAM, deadlines=own))
    assert said(snapshot, "when spec freeze") == [
        "Thu 2026-12-10, R-15, in 18 days: Spec freeze (the team's own)."
    ]
    assert said(snapshot, "when rc1") == [
        "Tue 2027-03-02, R-3, in 100 days: rc1 (the team's own); RC1 target week: R-3 week, by "
        "Thu 2027-03-04, in 102 days (the Thursday of its week)."
    ]


def test_another_teams_event_is_no_candidate_beside_the_teams_own() -> None:
    nova = world(replace(TEAM, name="nova", governance="nova", deadlines=()))
    now = at("2026-05-20T12:00:00")
    (line,) = said(nova, "when spec freeze", now)
    assert line.startswith("Nova Spec Freeze: Thu 2026-06-11, R-16, in 22 days")
    (line,) = said(nova, "when manila spec freeze", now)
    assert line.startswith("Manila Spec Freeze: ")


def with_names(**names: str) -> Snapshot:
    """The schedule with other names for some weeks, as its table might have them by mistake."""
    schedule: Schedule = world()[schedule_of("indri")].value  # type: ignore[assignment]
    renamed = tuple(
        replace(week, name=names.get(week.name.replace("-", ""), week.name))
        for week in schedule.weeks
    )
    fact = Fetched(replace(schedule, weeks=renamed), NOW, "network", url="https://x", upstream="x")
    return Snapshot(TEAM, {**world().facts, "schedule/indri": fact})


def test_a_schedule_that_contradicts_itself_is_told() -> None:
    swapped = with_names(R10="R-9", R9="R-10")
    wrong = (
        "contradicts itself: the week of 2027-01-11 is named R-9 and is R-10; the week of "
        "2027-01-18 is named R-10 and is R-9."
    )
    assert said(swapped, "week") == [
        "Today, Sun 2026-11-22, is the weekend after R-18 of 2027.1 Indri; R-17 begins Mon "
        f"2026-11-23; 2027.1 Indri is released Wed 2027-03-24, in 122 days; its schedule {wrong}"
    ]
    assert said(swapped, "sources")[-1] == f"The schedule of 2027.1 Indri {wrong}"
    skipped = with_names(**{f"R{n}": f"R-{n + 1}" for n in range(12, 18)})
    assert said(skipped, "sources")[-1].endswith(
        "the week of 2026-11-23 is named R-18 and is R-17; the week of 2026-11-30 is named R-17 "
        "and is R-16; and four more."
    )
    assert "contradicts" not in " ".join(said(with_names(), "sources") + said(world(), "week"))


def test_one_real_schedule_contradicts_itself(upstream_data: Path) -> None:
    wrong = {}
    for file in (upstream_data / "releases").rglob("schedule.yaml"):
        page = file.with_name("schedule.rst").read_bytes()
        schedule = parse_schedule(file.parent.name, file.read_bytes(), page)
        wrong[file.parent.name] = contradictory_weeks(schedule)
    assert {name: told for name, told in wrong.items() if told} == {
        "ocata": ("the week of 2016-10-31 has 2 rows",)
    }
