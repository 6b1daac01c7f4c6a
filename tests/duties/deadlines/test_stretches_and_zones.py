"""A stretch stays one where its text contradicts the table, and what a text has in another zone is
said in UTC with the original beside it, once, by whatever says the hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease import duties
from GlanceRelease.cli.deadlines import event_row
from GlanceRelease.domain.calendar.team_calendar import Calendar, calendar_of
from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.model import Event
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.plan import windows_of
from GlanceRelease.domain.reports.page import Entry
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.duties.deadlines.calendar_feed import entries_of
from GlanceRelease.duties.freeze.facts import branch_states
from GlanceRelease.duties.meeting.milestone import deadlines_table, milestone_part
from GlanceRelease.duties.meeting.page import timeline_of
from GlanceRelease.registry import RULES
from GlanceRelease.render.irc import render
from kit.edges import with_texts
from kit.glance_facts import at, said

duties.load()

PTG = "The PTG is from October 12th 2026 at 9am EDT to October 16th, 2026 at 5pm EDT."
RC1 = "RC1 is due from 1 March 2027 09:00 PST to 4 March 2027 20:00 PST."
LIBRARIES = "Libraries are due Tuesday 16 February 2027 to Friday 19 February 2027, 20:00 EST."
MEETING = "The Extra-AC freeze is on 4 February 2027 from 2pm to 4pm EST."
TEXTS = {"vptg": PTG, "rc1": RC1, "final-clientlib": LIBRARIES, "extra-acs": MEETING}


@pytest.fixture
def zones(upstream_data: Path) -> Snapshot:
    """Indri, in whose texts times of day are in zones other than UTC."""
    return with_texts(upstream_data, TEXTS)


def indri(snapshot: Snapshot) -> Calendar:
    calendar = calendar_of(Moment(snapshot, at("2027-01-10T12:00:00")), "indri")
    assert calendar is not None
    return calendar


def event(snapshot: Snapshot, name: str) -> Event:
    return next(each for each in indri(snapshot).weeks.events if each.id == name)


def entries(snapshot: Snapshot, name: str) -> list[Entry]:
    found = entries_of(Moment(snapshot, at("2026-10-02T12:00:00")))
    return [entry for entry in found if f"-{name}-" in entry.uid]


ANSWERS = [
    (
        *("2026-10-05T12:00:00", "next"),
        "Mon 2026-10-12 13:00 UTC to Fri 2026-10-16 21:00 UTC (written as 9am EDT to 5pm EDT), "
        "R-23, in 7 days: PTG (virtual).",
    ),
    (
        *("2026-10-05T12:00:00", "when ptg"),
        "PTG (virtual): from Mon 2026-10-12 13:00 UTC to Fri 2026-10-16 21:00 UTC (written as 9am "
        "EDT to 5pm EDT), R-23, in 7 days.",
    ),
    (
        *("2026-10-12T14:00:00", "next"),
        "Thu 2026-11-19, R-18, in 38 days: Indri-1 milestone. Running: PTG (virtual) until Fri "
        "2026-10-16 21:00 UTC (written as 5pm EDT), R-23, in 4 days.",
    ),
    (
        *("2027-03-04T23:59:59", "next"),
        "Thu 2027-03-04, R-3, today: Hard StringFreeze.",
    ),
    (
        *("2027-03-05T01:00:00", "next"),
        "Fri 2027-03-05, R-3, today: RC1 target week (from Mon 2027-03-01 17:00 UTC to 04:00 UTC, "
        "written as 09:00 PST to 20:00 PST).",
    ),
    (
        *("2027-02-28T12:00:00", "when rc1"),
        "RC1 target week: from Mon 2027-03-01 17:00 UTC by Fri 2027-03-05 04:00 UTC (written as "
        "09:00 PST to 20:00 PST), R-3, in 5 days (the day stands in its text).",
    ),
    (
        *("2027-02-15T12:00:00", "when final client lib"),
        "Final release for client libraries: from Tue 2027-02-16 by Sat 2027-02-20 01:00 UTC "
        "(written as 20:00 EST), R-5, in 5 days (the day stands in its text).",
    ),
    (
        *("2027-02-03T12:00:00", "next"),
        "Thu 2027-02-04, R-7, tomorrow: Extra-AC freeze (19:00-21:00 UTC, written as 2pm to 4pm "
        "EST).",
    ),
]


@pytest.mark.parametrize(("now", "asked", "answer"), ANSWERS)
def test_an_hour_in_another_zone_stands_beside_that_of_utc(
    now: str, asked: str, answer: str, zones: Snapshot
) -> None:
    assert said(zones, asked, at(now)) == [answer]


@pytest.mark.parametrize("asked", ["deadlines", "deadlines all", "next"])
@pytest.mark.parametrize(
    "now", ["2026-10-05T12:00:00", "2026-10-13T12:00:00", "2027-02-15T12:00:00"]
)
def test_it_stands_there_once(now: str, asked: str, zones: Snapshot) -> None:
    lines = said(zones, asked, at(now))
    for part in (part for text in lines for part in text.split("; ")):
        hours = part.count(":00 UTC") > 0
        zone = "EDT" in part or "EST" in part or "PST" in part
        assert hours == zone, part
        assert part.count("written as") <= 1, part


def test_the_report_and_its_table_have_it_too(zones: Snapshot) -> None:
    part = milestone_part(Moment(zones, at("2027-02-26T12:00:00")))
    assert part is not None
    assert in_words(part.phrases).startswith(
        "RC1 is Fri 2027-03-05 04:00 UTC (written as 20:00 PST), R-3, in 7 days"
    )
    rows = deadlines_table(indri(zones), at("2026-10-13T12:00:00")).rows
    assert rows[0][0] == "until Fri 2026-10-16 21:00 UTC (written as 5pm EDT)"
    days = [row[0] for row in rows]
    assert "Sat 2027-02-20 01:00 UTC (written as 20:00 EST)" in days


def test_the_page_has_it_too(zones: Snapshot) -> None:
    line = timeline_of(Moment(zones, at("2026-10-05T12:00:00")), indri(zones))
    assert line is not None
    told = [f"{mark.due}: {', '.join(mark.names)}" for mark in line.marks]
    assert (
        "Mon 2026-10-12 13:00 UTC to Fri 2026-10-16 21:00 UTC (written as 9am EDT to 5pm EDT): PTG "
        "(virtual)" in told
    )


def test_the_feed_has_it_beside_its_instants(zones: Snapshot) -> None:
    (rc1,) = entries(zones, "i-rc1")
    assert (rc1.begins, rc1.ends) == (at("2027-03-01T17:00:00"), at("2027-03-05T04:00:00"))
    assert rc1.text == (
        "2027.1 Indri, R-3, Mon 2027-03-01 17:00 UTC to Fri 2027-03-05 04:00 UTC (written as 09:00 "
        "PST to 20:00 PST)"
    )


def test_the_rows_have_the_instants_and_what_was_written(zones: Snapshot) -> None:
    row = event_row(event(zones, "i-final-clientlib"))
    assert (row["precision"], row["times"]) == ("span", ["20:00 EST"])
    assert (row["start"], row["end"]) == ("2027-02-16T00:00:00+00:00", "2027-02-20T00:59:59+00:00")


# The other end of a stretch has no time of day, wherever the one that is there stands.
ONE_END = [
    ("From 9am EDT October 12th 2026 to October 16th.", "2026-10-12T13:00", "2026-10-17T00:00"),
    ("October 12th, 2026 at 13:00 UTC to October 16th.", "2026-10-12T13:00", "2026-10-17T00:00"),
    ("October 12th to October 16th, 2026, 21:00 UTC.", "2026-10-12T00:00", "2026-10-16T21:00"),
    ("October 12th to October 16th, 2026. Talks at 14:00.", "2026-10-12T00:00", "2026-10-17T00:00"),
]


@pytest.mark.parametrize(("text", "start", "over"), ONE_END)
def test_a_time_at_one_end_is_that_ends(
    text: str, start: str, over: str, upstream_data: Path
) -> None:
    calendar = indri(with_texts(upstream_data, {"vptg": text}))
    (ptg,) = (one for one in calendar.deadlines if one.id == "i-vptg")
    assert (f"{ptg.when.start:%Y-%m-%dT%H:%M}", f"{ptg.when.over:%Y-%m-%dT%H:%M}") == (start, over)


STRETCH = "Libraries are due Tuesday 2 February 2027 to Friday 5 February 2027."


@pytest.fixture
def stretch(upstream_data: Path) -> Snapshot:
    """Indri, whose text has a stretch of days before the listed week of its library freeze."""
    texts = {"final-lib": STRETCH, "3": "Monday 22 February 2027 to Wednesday 24 February 2027."}
    return with_texts(upstream_data, texts)


def test_a_stretch_that_contradicts_is_one_candidate(stretch: Snapshot) -> None:
    row = event_row(event(stretch, "i-final-lib"))
    assert (row["precision"], row["candidates"]) == (
        "conflict",
        ["2027-02-02/2027-02-05", "2027-02-11"],
    )
    assert (row["start"], row["end"]) == ("2027-02-02T00:00:00+00:00", "2027-02-11T23:59:59+00:00")
    assert event_row(event(stretch, "i-3"))["candidates"] == ["2027-02-18", "2027-02-22/2027-02-24"]


@pytest.mark.parametrize(
    ("now", "asked", "answer"),
    [
        (
            *("2027-02-04T23:59:59", "when final lib"),
            "Final release for non-client libraries: Tue 2027-02-02 to Fri 2027-02-05, R-7, "
            "tomorrow or Thu 2027-02-11, R-6, in 7 days (conflict: the Thursday of its week; its "
            "text says Tue 2027-02-02 to Fri 2027-02-05).",
        ),
        (
            *("2027-02-05T12:00:00", "next"),
            "Fri 2027-02-05, R-7, today: Final release for non-client libraries (conflict: by the "
            "week Thu 2027-02-11, by its text Tue 2027-02-02 to Fri 2027-02-05).",
        ),
        (
            *("2027-02-06T00:00:00", "next"),
            "Thu 2027-02-11, R-6, in 5 days: Final release for non-client libraries (conflict: by "
            "the week Thu 2027-02-11, by its text Tue 2027-02-02 to Fri 2027-02-05).",
        ),
        (
            *("2027-02-01T12:00:00", "plan m3"),
            "Indri-3 milestone: no plan yet; Mon 2027-02-15 to Thu 2027-02-18, or Mon 2027-02-22 to"
            " Wed 2027-02-24; plan MILESTONE DAY makes one.",
        ),
    ],
)
def test_it_is_said_as_one(now: str, asked: str, answer: str, stretch: Snapshot) -> None:
    assert said(stretch, asked, at(now)) == [answer]


def test_its_windows_feed_and_reminders_go_by_its_end(stretch: Snapshot) -> None:
    days = [dt.date(2027, 2, 5), dt.date(2027, 2, 11)]
    assert [last for _, last in windows_of(event(stretch, "i-final-lib"))] == days
    assert [(one.first, one.last) for one in entries(stretch, "i-final-lib")] == [
        (day, day) for day in days
    ]
    moment = Moment(replace(stretch, born=at("2026-10-01T00:00:00")), at("2027-01-01T12:00:00"))
    told = [one for one in RULES["reminder"].speak(moment) if "non-client" in one.why]
    assert {one.days for one in told} == {(day,) for day in days}
    first = next(one for one in told if one.days == (days[0],) and one.due.date() == days[0])
    (words,) = render(first.say(first.due))
    assert words.startswith(
        "Today, Final release for non-client libraries (conflict: by the week Thu 2027-02-11, by "
        "its text Tue 2027-02-02 to Fri 2027-02-05): Fri 2027-02-05, R-7, until the end of the day"
    )


def test_its_freeze_begins_with_the_end_of_it(stretch: Snapshot) -> None:
    def state(now: str) -> list[str]:
        rows = branch_states(Moment(stretch, at(now)))
        return [str(row.state) for row in rows if row.branch == "master"]

    assert "library-freeze" not in state("2027-02-05T23:59:59")
    assert "library-freeze" in state("2027-02-06T00:00:00")


def test_what_lasts_runs_by_either_of_its_weeks(upstream_data: Path) -> None:
    text = "The PTG is from September 28th 2026 to October 2nd, 2026."
    snapshot = with_texts(upstream_data, {"vptg": text})
    both = (
        "(conflict: by the week Mon 2026-10-12 to Fri 2026-10-16, by its text Mon 2026-09-28 to Fri"
        " 2026-10-02)"
    )
    milestone = (
        "Thu 2026-11-19, R-18, in {} days: Indri-1 milestone. Running: PTG (virtual) until Fri"
    )
    assert said(snapshot, "next", at("2026-10-01T12:00:00")) == [
        f"{milestone.format(49)} 2026-10-02, R-25, tomorrow {both}."
    ]
    assert said(snapshot, "next", at("2026-10-05T12:00:00")) == [
        f"Mon 2026-10-12, R-23, in 7 days: PTG (virtual) {both}."
    ]
    assert said(snapshot, "next", at("2026-10-13T12:00:00")) == [
        f"{milestone.format(37)} 2026-10-16, R-23, in 3 days {both}."
    ]
    assert said(snapshot, "next", at("2026-10-17T00:00:00")) == [
        "Thu 2026-11-19, R-18, in 33 days: Indri-1 milestone."
    ]


TOLD = [
    # a stretch that only goes on beyond its listed week is no contradiction
    ("final-lib", "February 4 - February 11, 2027.", "span", ["2027-02-04", "2027-02-11"], ()),
    ("vptg", "October 14 to October 20, 2026.", "span", ["2026-10-14", "2026-10-20"], ()),
    ("final-lib", "11 to 18 February 2027.", "conflict", ["2027-02-11"], ()),
    # what begins at one time and ends at another is one stretch
    (
        *(
            "vptg",
            "Begins October 12th, 2026 at 09:00 EDT and ends October 14th, 2026 at 17:00 EDT.",
        ),
        *("span", ["2026-10-12", "2026-10-14"], ()),
    ),
    # a time that is of neither end is remarked
    (
        *("vptg", "October 12-16, 2026, in a hall, from 09:00 MDT on."),
        *("span", ["2026-10-12", "2026-10-16"]),
        ("the time 09:00 MDT is of neither its beginning nor its end",),
    ),
    # by its week a release is on its Wednesday, in a conflict too
    ("final", "Wednesday 31 March 2027.", "conflict", ["2027-03-24"], ()),
]


@pytest.mark.parametrize(("name", "text", "precision", "days", "remarks"), TOLD)
def test_how_a_stretch_is_read(
    name: str,
    text: str,
    precision: str,
    days: list[str],
    remarks: tuple[str, ...],
    upstream_data: Path,
) -> None:
    found = event(with_texts(upstream_data, {name: text}), f"i-{name}")
    row = event_row(found)
    assert (row["precision"], row["dates"], found.remarks) == (precision, days, remarks)


def test_two_days_with_a_time_each_keep_both(upstream_data: Path) -> None:
    text = "March 4 2027 23:59 UTC or March 5 2027 20:00 EST."
    snapshot = with_texts(upstream_data, {"rc1": text})
    assert said(snapshot, "when rc1", at("2027-03-05T00:00:00")) == [
        "RC1 target week: Thu 2027-03-04 23:59 UTC, R-3, yesterday, past or Sat 2027-03-06 01:00 "
        "UTC, written as 20:00 EST, R-3, tomorrow (conflict: its text says Thu 2027-03-04 or Sat "
        "2027-03-06)."
    ]


def test_days_of_several_conflicts_are_all_named(upstream_data: Path) -> None:
    texts = {
        "final-lib": "11 February 2027 to 18 February 2027.",
        "3": "From 1 March 2027 to 5 March 2027 23:59 AoE.",
    }
    snapshot = with_texts(upstream_data, texts)
    assert said(snapshot, "next", at("2027-02-17T12:00:00")) == [
        "Thu 2027-02-18, R-5, tomorrow: Final release for non-client libraries (conflict with Thu "
        "2027-02-11), Indri-3 milestone, Feature freeze, Requirements freeze, Soft StringFreeze "
        "(all 4 in conflict with Sat 2027-03-06), Final release for client libraries (R-5 week)."
    ]
    rows = said(snapshot, "deadlines all", at("2027-02-17T12:00:00"))
    assert sum(row.startswith("(private) Thu 2027-02-18") for row in rows) == 2
    assert not [row for row in rows if " more" in row]


def test_a_day_of_the_cycle_before_freezes_nothing_of_this_one(upstream_data: Path) -> None:
    snapshot = with_texts(upstream_data, {"3": "Feb 18th, 2026 is the Indri-3 milestone."})
    (line, _) = said(snapshot, "freeze glance", at("2026-11-05T12:00:00"))
    assert line == (
        "glance master: open until the end of Thu 2027-02-18, R-5, in 105 days, then feature "
        "freeze. Development of 2027.1 Indri; conflict: by its week Thu 2027-02-18, Indri-3 "
        "milestone's own text says Wed 2026-02-18."
    )
    assert said(snapshot, "when m3", at("2026-11-05T12:00:00")) == [
        "Indri-3 milestone: Wed 2026-02-18, 260 days ago or Thu 2027-02-18, R-5, in 105 days "
        "(conflict: the Thursday of its week; its text says Wed 2026-02-18)."
    ]
    assert windows_of(event(snapshot, "i-3")) == [(dt.date(2027, 2, 15), dt.date(2027, 2, 18))]


def test_what_many_have_alike_is_said_once(upstream_data: Path) -> None:
    snapshot = with_texts(upstream_data, {"3": "18 February 2027, 23:59 AoE."})
    assert said(snapshot, "next", at("2027-02-19T10:00:00")) == [
        "Fri 2027-02-19, R-5, today: Indri-3 milestone, Feature freeze, Requirements freeze, Soft "
        "StringFreeze (all 4 11:59 UTC, written as 23:59 AoE)."
    ]


def test_midnight_in_utc_is_said_where_it_is_written_in_another_zone(upstream_data: Path) -> None:
    text = "October 12th, 2026 at 20:00 EDT to October 14th, 2026 at 20:00 EDT."
    snapshot = with_texts(upstream_data, {"vptg": text})
    assert said(snapshot, "when ptg", at("2026-10-01T12:00:00")) == [
        "PTG (virtual): from Tue 2026-10-13 00:00 UTC to Wed 2026-10-14 24:00 UTC (written as 20:00"
        " EDT), R-23, in 12 days."
    ]
    assert (
        "Running: PTG (virtual) until Wed 2026-10-14 24:00 UTC (written as 20:00 EDT)"
        in (said(snapshot, "next", at("2026-10-14T12:00:00"))[0])
    )
