"""All 21 real schedules, ocata to indri: how many events, by which rule, and the known oddities;
and what holds for any schedule, for the samples too."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from GlanceRelease.domain.model import Event, Kind, Schedule
from GlanceRelease.sources.bundled_facts import load_bundled
from GlanceRelease.sources.opendev.prose_dates import read_dates
from GlanceRelease.sources.opendev.schedule import parse_schedule
from kit.samples.cycles import WEEKS

# Series: rows of the table, named weeks, events.
SIZES = {
    "ocata": (23, 18, 40),
    "pike": (30, 29, 36),
    "queens": (27, 26, 38),
    "rocky": (27, 26, 37),
    "stein": (33, 32, 41),
    "train": (28, 27, 38),
    "ussuri": (31, 30, 42),
    "victoria": (24, 23, 29),
    "wallaby": (27, 26, 31),
    "xena": (26, 25, 29),
    "yoga": (26, 25, 30),
    "zed": (28, 27, 33),
    "antelope": (25, 24, 33),
    "bobcat": (29, 28, 41),
    "caracal": (27, 26, 38),
    "dalmatian": (27, 26, 38),
    "epoxy": (27, 26, 34),
    "flamingo": (27, 26, 34),
    "gazpacho": (27, 26, 34),
    "hibiscus": (27, 26, 34),
    "indri": (26, 25, 18),
}

POLL = "e-election-voting"  # its end is its close's day
SLIP = "c-cinder-spec-freeze"  # "Friday 22 December 2022", in a week of 2023
SLIPS = (SLIP, "q-ptg")  # "11-15 September 2018", which are a week of 2017

CONFLICTS = {
    ("ocata", "o-2"): "2016-12-15",
    ("ocata", "o-cinder-nddeadline"): "2016-12-14",
    ("ocata", "o-cinder-spec-freeze"): "2016-12-14",
    ("ocata", "o-manila-spec-frz2"): "2016-12-15",
    ("ussuri", "v-election-email-deadline"): "2020-04-07",
    ("bobcat", "c-election-email-deadline"): "2023-08-30",
    ("epoxy", "f-election-email-deadline"): "2025-02-19",
    ("flamingo", "g-election-email-deadline"): "2025-08-20",
    ("gazpacho", "h-election-email-deadline"): "2026-02-18",
}

RELEASES = {
    "ocata": "2017-02-22",
    "pike": "2017-08-30",
    "queens": "2018-02-28",
    "rocky": "2018-08-30",
    "stein": "2019-04-10",
    "train": "2019-10-16",
    "ussuri": "2020-05-13",
    "victoria": "2020-10-14",
    "wallaby": "2021-04-14",
    "xena": "2021-10-06",
    "yoga": "2022-03-30",
    "zed": "2022-10-05",
    "antelope": "2023-03-22",
    "bobcat": "2023-10-04",
    "caracal": "2024-04-03",
    "dalmatian": "2024-10-02",
    "epoxy": "2025-04-02",
    "flamingo": "2025-10-01",
    "gazpacho": "2026-04-01",
    "hibiscus": "2026-09-30",
    "indri": "2027-03-24",
}

DAYS = {
    ("ocata", "o-glance-spec-prop"): "2016-11-10",
    ("ocata", "o-glance-spec-freeze"): "2016-11-25",
    ("pike", "p-glance-spec-prop"): "2017-03-30",
    ("pike", "p-glance-spec-freeze"): "2017-04-14",
    ("queens", "q-glance-spec-proposal-freeze"): "2017-09-28",
    ("queens", "q-glance-spec-freeze"): "2017-10-06",
    ("queens", "q-ptg"): "2017-09-11 2017-09-15",
    ("rocky", "r-ptg"): "2018-02-26 2018-03-02",
    ("stein", "s-rc1"): "2019-03-21",
    ("stein", "s-tc-email-deadline"): "2018-09-09",  # its label stands above its group's heading
    ("ussuri", "u_cycle-highlights"): "2020-04-09",
    ("ussuri", "u-cinder-feature-checkpoint"): "2020-03-19",
    ("ussuri", "t-final"): "2019-10-16",
    ("victoria", "v-cinder-driver-features-declaration"): "2020-08-20",
    ("xena", "x-cycle-trail"): "2021-07-02",
    ("xena", "x-extra-atc-freeze"): "2021-08-13",
    ("yoga", "y-finalrc"): "2022-03-24",
    ("zed", "z-glance-spec-freeze"): "2022-07-15",
    ("antelope", "a-cycle-trail"): "2022-12-14",
    ("bobcat", "b-nova-review-day"): "2023-07-07 2023-07-25",
    ("caracal", "d-election-email-deadline"): "2024-02-28",
    ("dalmatian", "e-election-nominations"): "2024-08-14 2024-08-28",
    ("dalmatian", "e-election-voting"): "2024-09-04 2024-09-18",  # its close's own
    ("gazpacho", "g-nova-spec-review-day"): "2025-11-27 2025-12-02",
    ("hibiscus", "h-ptg"): "2026-04-23",
    ("hibiscus", "h-manila-bugsquash"): "2026-07-16 2026-09-03",
    ("indri", "i-vptg"): "2026-10-12 2026-10-16",
    ("indri", "h-final"): "2026-09-30",
    ("indri", "i-rc1"): "2027-03-04",
    ("indri", "i-cycle-trail"): "2026-12-03",
}


def days(text: str) -> tuple[dt.date, ...]:
    return tuple(map(dt.date.fromisoformat, text.split()))


def bodies_of(folder: Path, names: Iterable[str]) -> dict[str, tuple[bytes, bytes]]:
    pages = folder / "releases" / "doc" / "source"
    return {
        name: (
            (pages / name / "schedule.yaml").read_bytes(),
            (pages / name / "schedule.rst").read_bytes(),
        )
        for name in names
    }


def parsed(bodies: dict[str, tuple[bytes, bytes]]) -> dict[str, Schedule]:
    return {name: parse_schedule(name, *pair) for name, pair in bodies.items()}


@pytest.fixture(scope="module")
def bodies(upstream_data: Path) -> dict[str, tuple[bytes, bytes]]:
    return bodies_of(upstream_data, SIZES)


@pytest.fixture(scope="module")
def schedules(bodies: dict[str, tuple[bytes, bytes]]) -> dict[str, Schedule]:
    return parsed(bodies)


@pytest.fixture(scope="module", params=["sample", "real"])
def any_schedules(request: pytest.FixtureRequest) -> dict[str, Schedule]:
    if request.param == "sample":
        return parsed(bodies_of(request.getfixturevalue("sample_data"), WEEKS))
    real: dict[str, Schedule] = request.getfixturevalue("schedules")
    return real


def test_the_days_of_the_samples_are_those_of_the_calendar(sample_data: Path) -> None:
    """What the samples were written from, by another reckoning: the facts in the box."""
    found = parsed(bodies_of(sample_data, WEEKS))
    for name, kept in load_bundled().schedules.items():
        assert found[name].weeks == kept.weeks
        known = {one.id: (one.kind, one.title, one.days, one.rule) for one in kept.events}
        read = {one.id: (one.kind, one.title, one.days, one.rule) for one in found[name].events}
        assert len(read) == 16
        assert read.items() <= known.items()


def events(schedules: dict[str, Schedule]) -> dict[tuple[str, str], Event]:
    return {(name, one.id): one for name, cycle in schedules.items() for one in cycle.events}


def test_sizes(schedules: dict[str, Schedule]) -> None:
    assert {
        name: (len(cycle.weeks), sum(bool(week.name) for week in cycle.weeks), len(cycle.events))
        for name, cycle in schedules.items()
    } == SIZES
    assert sum(size[2] for size in SIZES.values()) == 728


def test_what_prose_says_of_the_728(schedules: dict[str, Schedule]) -> None:
    assert Counter(said(one) for one in events(schedules).values()) == {
        "no date": 424,
        "one date": 225,
        "several dates": 10,
        "a stretch": 20,
        "a week": 38,
        "another deadline's": 11,
    }


def said(event: Event) -> str:
    mentions = read_dates(event.text).mentions
    own = {(one.first, one.last) for one in mentions if one.role == "own"}
    if any(first != last for first, last in own):
        return "a stretch"
    if own:  # the same day may be told with and without its year
        return "one date" if len({(d.month, d.day) for d, _ in own}) == 1 else "several dates"
    if any(one.role == "week" for one in mentions):
        return "a week"
    return "another deadline's" if mentions else "no date"


def test_rules(schedules: dict[str, Schedule]) -> None:
    rules = Counter(one.rule for one in events(schedules).values())
    assert rules == {"thursday": 424 + 38 + 11, "prose": 225 + 10 + 20 - 9, "conflict": 9}


def test_conflicts(schedules: dict[str, Schedule]) -> None:
    found = {key: one for key, one in events(schedules).items() if one.rule == "conflict"}
    assert {key: one.prose_days for key, one in found.items()} == {
        key: days(text) for key, text in CONFLICTS.items()
    }
    assert {one.days[0].strftime("%A") for one in found.values()} == {"Thursday"}


def test_releases_are_wednesdays_but_for_rocky(schedules: dict[str, Schedule]) -> None:
    found = {name: cycle.first(Kind.RELEASE) for name, cycle in schedules.items()}
    assert {name: one and one.days for name, one in found.items()} == {
        name: days(text) for name, text in RELEASES.items()
    }
    not_wednesday = {name for name, text in RELEASES.items() if days(text)[0].weekday() != 2}
    assert not_wednesday == {"rocky"}


@pytest.mark.parametrize(("key", "text"), DAYS.items(), ids=lambda value: str(value))
def test_days(schedules: dict[str, Schedule], key: tuple[str, str], text: str) -> None:
    assert events(schedules)[key].days == days(text)


def test_days_without_prose_are_thursdays(any_schedules: dict[str, Schedule]) -> None:
    for (name, event_id), one in events(any_schedules).items():
        if one.rule == "thursday" and not re.search(r"-(final|release)$", event_id):
            assert {day.weekday() for day in one.days} == {3}, (name, event_id)
            assert len(one.days) == len(one.weeks), (name, event_id)


def test_each_cycle_has_one_of_each_deadline(any_schedules: dict[str, Schedule]) -> None:
    always = {
        Kind.MILESTONE_1,
        Kind.MILESTONE_2,
        Kind.MILESTONE_3,
        Kind.FEATURE_FREEZE,
        Kind.FINAL_LIBRARIES,
        Kind.FINAL_CLIENT_LIBRARIES,
        Kind.RC1,
        Kind.FINAL_RC,
        Kind.RELEASE,
    }
    for name, cycle in any_schedules.items():
        kinds = Counter(one.kind for one in cycle.events)
        assert {kind: kinds[kind] for kind in always} == dict.fromkeys(always, 1), name


def test_teams(schedules: dict[str, Schedule]) -> None:
    teams = {team for one in events(schedules).values() for team in one.teams}
    assert teams == {
        "cinder",
        "glance",
        "horizon",
        "keystone",
        "manila",
        "nova",
        "openstacksdk",
        "oslo",
        "sahara",
        "trove",
    }
    elections = [one for one in events(schedules).values() if one.kind is Kind.ELECTION]
    assert len(elections) > 60
    assert not any(one.teams for one in elections)
    assert events(schedules)["hibiscus", "h-openstackclient-freeze"].teams == ("openstacksdk",)


def test_titles_have_no_markup(any_schedules: dict[str, Schedule]) -> None:
    for key, one in events(any_schedules).items():
        assert one.title, key
        assert not re.search(r"[`|]|::|\s\s", one.title + one.text), key


def test_a_slip_of_the_year_is_seen_by_its_weekday_and_said(
    bodies: dict[str, tuple[bytes, bytes]],
) -> None:
    schedule = parse_schedule("caracal", *bodies["caracal"])
    (freeze,) = (event for event in schedule.events if event.id == SLIP)
    assert (freeze.rule, freeze.days) == ("prose", (dt.date(2023, 12, 22),))
    assert (
        f"{SLIP}: the text's 2022-12-22 is no Friday; its week and weekday are those of 2023-12-22"
        in schedule.remarks
    )


@pytest.mark.parametrize("weeks", [1, -3, 52])
@pytest.mark.parametrize("name", SIZES)
def test_a_moved_cycle(bodies: dict[str, tuple[bytes, bytes]], name: str, weeks: int) -> None:
    check_moved(name, *bodies[name], weeks)


@pytest.mark.parametrize("weeks", [1, -3, 52])
@pytest.mark.parametrize("name", WEEKS)
def test_a_moved_cycle_of_the_samples(sample_data: Path, name: str, weeks: int) -> None:
    check_moved(name, *bodies_of(sample_data, [name])[name], weeks)


def check_moved(name: str, table: bytes, page: bytes, weeks: int) -> None:
    """The table moved, the prose not: whatever prose dated is a conflict with both dates."""
    by = dt.timedelta(weeks=weeks)
    moved = re.sub(
        rb"\d{4}-\d\d-\d\d",
        lambda m: str(dt.date.fromisoformat(m[0].decode()) + by).encode(),
        table,
    )
    was = {one.id: one for one in parse_schedule(name, table, page).events}
    for one in parse_schedule(name, moved, page).events:
        before = was[one.id]
        if before.rule == "thursday":
            assert one.days == tuple(day + by for day in before.days), one.id
        elif before.rule == "prose" and one.rule == "conflict":
            slips = one.id in SLIPS
            own = before.days[:1] if one.id == POLL else before.days
            assert set(own) <= set(one.prose_days) or weeks == 52 or slips, one.id
        if one.id == "q-ptg" and weeks == 52:  # its slip is the week to which the table moved
            assert one.rule == "prose"
        elif before.rule == "prose" and len(before.weeks) == 1 and has_year(before):
            assert one.rule == "conflict", one.id
            weekday = dt.timedelta(days=2 if one.kind is Kind.RELEASE else 3)
            assert one.days == tuple(week.start + weekday for week in one.weeks), one.id


def has_year(event: Event) -> bool:
    mentions = read_dates(event.text).mentions
    return all(one.first.year or one.last.year for one in mentions)
