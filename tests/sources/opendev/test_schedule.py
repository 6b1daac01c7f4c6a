"""How a week and its prose become days: each rule on a page of our own."""

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from GlanceRelease.domain.calendar.interval import whens
from GlanceRelease.domain.model import Event, Kind, Schedule
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.strict_yaml import Unreadable

MONDAY = dt.date(2027, 1, 11)

TABLE = """\
start-week: 2026-10-05
release-week: '2027-03-22'
cycle:
- {start: '2026-09-28', end: '2026-10-02', x-project: [h-final]}
- {start: '2026-10-05', end: '2026-10-09', name: R-24}
- start: '2026-12-28'
  end: '2027-01-01'
  name: R-12
  project-specific: [i-nova-review-day]
- start: '2027-01-11'
  end: '2027-01-15'
  name: R-10
  x-project: [i-2, i-mf, j-election-voting]
  project-specific: [i-nova-review-day, i-ptl-poll]
- {start: '2027-03-22', end: '2027-03-26', name: R+0, x-project: [i-final]}
"""

PAGE = """\
=============================
2027.1 Indri Release Schedule
=============================

.. note::

   Deadlines are generally the Thursday of the week.

1 October, 2026 - 24 March, 2027 (25 weeks)

.. datatemplate::
   :source: schedule.yaml

Cross-project events
====================

.. _i-2:

Indri-2 milestone
-----------------

14 January,
2027 is the :ref:`Indri-2 <i-2>` milestone of `release:cycle-with-rc`_.

.. _release:cycle-with-rc: https://releases.openstack.org/2027-01-12/

.. _i-mf:

Membership Freeze
-----------------
.. this comment names 12 January, 2027

See `the guide <https://docs.openstack.org/>`_.

.. _i-final:

2027.1 Indri release
--------------------

Happens on Wednesday, 24 March, 2027.

Project-specific events
=======================

Nova
----

.. _i-nova-review-day:

Nova Review Day
^^^^^^^^^^^^^^^

On 29 December 2026 and 12 January 2027 (13:00 UTC).

PTL Elections
-------------

.. _i-ptl-poll:

Polling
^^^^^^^
"""


def parsed(table: str = TABLE, page: str | None = PAGE) -> Schedule:
    return parse_schedule("indri", table.encode(), page if page is None else page.encode())


def event(schedule: Schedule, name: str) -> Event:
    return next(one for one in schedule.events if one.id == name)


def said(text: str, monday: dt.date = MONDAY) -> tuple[Event, tuple[str, ...]]:
    """One event in one week, with this prose."""
    friday = monday + dt.timedelta(days=4)
    table = f"cycle:\n- {{start: '{monday}', end: {friday}, name: R-10, x-project: [i-2]}}\n"
    page = f"2027.1 Indri\n============\n\n.. _i-2:\n\nMilestone\n---------\n\n{text}\n"
    schedule = parsed(table, page)
    return schedule.events[0], schedule.remarks


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_cycle() -> None:
    schedule = parsed()
    assert [week.name for week in schedule.weeks] == ["", "R-24", "R-12", "R-10", "R+0"]
    assert [one.id for one in schedule.events] == [
        "h-final",
        "i-nova-review-day",
        "i-2",
        "i-mf",
        "j-election-voting",
        "i-ptl-poll",
        "i-final",
    ]
    milestone = event(schedule, "i-2")
    assert milestone.title == "Indri-2 milestone"
    assert milestone.kind is Kind.MILESTONE_2
    assert (milestone.days, milestone.rule) == ((day("2027-01-14"),), "prose")
    assert milestone.text == "14 January, 2027 is the Indri-2 milestone of release:cycle-with-rc."


def test_without_a_date_it_is_the_thursday() -> None:
    freeze = event(parsed(), "i-mf")
    assert (freeze.days, freeze.rule) == ((day("2027-01-14"),), "thursday")
    assert freeze.text == "See the guide."


def test_each_of_several_dates_is_an_occurrence() -> None:
    review = event(parsed(), "i-nova-review-day")
    assert review.days == (day("2026-12-29"), day("2027-01-12"))
    assert [week.name for week in review.weeks] == ["R-12", "R-10"]
    assert review.times == ("13:00 UTC",)
    assert not review.span


def test_teams_are_the_headings_of_project_specific_events() -> None:
    schedule = parsed()
    assert event(schedule, "i-nova-review-day").teams == ("nova",)
    assert event(schedule, "i-ptl-poll").teams == ()
    assert event(schedule, "i-2").teams == ()


def test_the_release_of_the_cycle_before_is_its_wednesday_and_not_this_release() -> None:
    schedule = parsed()
    before = event(schedule, "h-final")
    assert before.days == (day("2026-09-30"),)
    assert before.kind is Kind.OTHER
    assert before.title == "Release of the cycle before"
    release = schedule.first(Kind.RELEASE)
    assert release is not None
    assert release.id == "i-final"


def test_without_a_page_everything_is_a_thursday_with_a_remark() -> None:
    schedule = parsed(page=None)
    assert event(schedule, "i-2").title == "Milestone 2"
    assert event(schedule, "i-nova-review-day").title == "Nova review day"
    assert event(schedule, "i-nova-review-day").teams == ("nova",)
    assert event(schedule, "i-final").days == (day("2027-03-24"),)
    assert schedule.remarks == ("no schedule.rst: titles are made of ids, days are Thursdays",)


@pytest.mark.parametrize(
    "text",
    [
        "12 January 2027 is the day",
        "January 12th, 2027",
        "2027-01-12",
        "Tuesday, 12th of January 2027",
        "Jan 12, 2027",
        "12 Jan",
        "on the 12th January",
        "Jan. 12 2027",
        "TUESDAY, JANUARY 12",
        "the 12th day of January, 2027.",
        "12-Jan-2027",
        "2027 January 12",
        "must be released by 12 January, 2027.1 deliverables too",
        "After 12 January 2027, no new specs",
        "until 12 January",
        "on or before 12 January 2027",
        "no later than January 12",
        "before 4 February; propose it by 12 January",
        "with a deadline of 12 January, in the week of 11 January",
        "12 January 2027, unlike 14 January 2026 in the Hibiscus cycle",
        "in the 2027.1 Indri cycle it is 12 January 2027",
        "12 January 2027, as 14 January is a holiday",
        "moved from 14 January 2027 to 12 January 2027",
        "after milestone 2 January 12, 2027",
    ],
)
def test_a_date_inside_the_week(text: str) -> None:
    found, _ = said(text)
    assert (found.days, found.rule) == ((day("2027-01-12"),), "prose")


def test_numbers_count_where_only_one_order_is_a_date() -> None:
    assert said("by 13.01.2027")[0].days == (day("2027-01-13"),)
    assert said("by 01/13/2027")[0].days == (day("2027-01-13"),)
    found, remarks = said("by 01/02/2027")
    assert (found.days, found.rule) == ((day("2027-01-14"),), "thursday")
    assert remarks == ("i-2: '01/02/2027' could be two dates",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("From 11 to 13 January, 2027", "2027-01-11", "2027-01-13"),
        ("January 11-13", "2027-01-11", "2027-01-13"),
        ("January 11th – 13th, 2027", "2027-01-11", "2027-01-13"),
        ("11 - 13 January in Denver", "2027-01-11", "2027-01-13"),
        ("between 11 and 13 January 2027", "2027-01-11", "2027-01-13"),
        ("between 2027-01-11 23:45 UTC and 2027-01-13 23:45 UTC", "2027-01-11", "2027-01-13"),
        ("from January 11 to January 13, 2027", "2027-01-11", "2027-01-13"),
        ("Monday 11 through Wednesday 13 January", "2027-01-11", "2027-01-13"),
    ],
)
def test_a_stretch_is_a_span(text: str, first: str, last: str) -> None:
    found, _ = said(text)
    assert (found.days, found.span, found.rule) == ((day(first), day(last)), True, "prose")


@pytest.mark.parametrize(
    "text",
    [
        "28 December 2026 - 1 January 2027",
        "December 28 – January 1, 2027",
        "from 28 December, 2026 to 1 January",
        "28 Dec to 1 Jan",
    ],
)
def test_a_stretch_over_new_year(text: str) -> None:
    found, _ = said(text, dt.date(2026, 12, 28))
    assert found.days == (day("2026-12-28"), day("2027-01-01"))
    assert found.span


def test_a_list_over_new_year() -> None:
    found, _ = said("31 December and 1 January 2027", dt.date(2026, 12, 28))
    assert found.days == (day("2026-12-31"), day("2027-01-01"))
    assert not found.span


@pytest.mark.parametrize(
    "text",
    [
        "The week of 11 January 2027 is the target.",
        "the week of January 11-15",
        "week starting on Monday, 11 January",
        "see https://example.org/2027-02-04/4-February-2027",
        "2026.2, Python 3.14 January, RC 2 March",
        "support for version 3 may be dropped",
        "in January 2027",
    ],
)
def test_no_date_of_its_own(text: str) -> None:
    found, remarks = said(text)
    assert (found.days, found.rule, found.prose_days) == ((day("2027-01-14"),), "thursday", ())
    assert remarks == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("merged before 4 February 2027", "2027-02-04"),
        ("prior to 4 February", "2027-02-04"),
        ("before 4 and 5 February", "2027-02-04 and 2027-02-05"),
        ("4 February is a holiday for many", "2027-02-04"),
        ("Due to the 4 February holiday", "2027-02-04"),
        ("In the Hibiscus cycle it was on 2 July 2026", "2026-07-02"),
        ("as in the previous cycle (2 July 2026)", "2026-07-02"),
    ],
)
def test_a_date_that_is_not_its_own_is_remarked_where_there_is_no_other(
    text: str, days: str
) -> None:
    found, remarks = said(text)
    assert (found.days, found.rule, found.prose_days) == ((day("2027-01-14"),), "thursday", ())
    assert remarks == (f"i-2: the text names {days}, and not as its own day",)
    assert said(f"13 January 2027. {text}")[1] == ()


@pytest.mark.parametrize("text", ["30 February 2027", "2027-02-30", "32 January"])
def test_a_date_that_no_calendar_has_is_left_out_with_a_remark(text: str) -> None:
    found, remarks = said(text)
    assert found.rule == "thursday"
    assert remarks == ("i-2: the text has a date that no calendar has; left out",)


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("21 January 2027", ["2027-01-21"]),
        ("14 January 2026", ["2026-01-14"]),
        ("January 18-20", ["2027-01-18", "2027-01-20"]),
        ("4 February", ["2027-02-04"]),
    ],
)
def test_a_date_outside_the_week_is_a_conflict(text: str, prose: list[str]) -> None:
    found, _ = said(text)
    assert found.rule == "conflict"
    assert found.days == (day("2027-01-14"),)
    assert found.prose_days == tuple(map(day, prose))


def test_a_second_date_elsewhere_is_a_remark_where_the_week_has_its_own() -> None:
    found, remarks = said("12 January 2027; announced on 1 October 2026")
    assert (found.days, found.rule) == ((day("2027-01-12"),), "prose")
    assert remarks == ("i-2: the text also names 2026-10-01, which is in no listed week",)


def test_a_listed_week_without_its_date_is_a_conflict() -> None:
    page = PAGE.replace("29 December 2026", "22 December 2026")
    review = event(parsed(page=page), "i-nova-review-day")
    assert review.rule == "conflict"
    assert review.days == (day("2026-12-31"), day("2027-01-14"))
    assert review.prose_days == (day("2026-12-22"), day("2027-01-12"))


def test_a_weekend_belongs_to_the_week_before() -> None:
    assert said("17 January 2027 at 00:00 UTC")[0].rule == "prose"
    assert said("18 January 2027")[0].rule == "conflict"
    assert said("10 January 2027")[0].rule == "conflict"


def test_a_wrong_weekday_is_a_remark() -> None:
    found, remarks = said("Wednesday 14 January 2027")
    assert found.rule == "prose"
    assert len(remarks) == 1
    assert remarks[0].endswith("the text calls 2027-01-14 a Wednesday, which is a Thursday")


def test_a_week_of_another_week_is_a_conflict_of_their_thursdays() -> None:
    found, remarks = said("The week of 18 January 2027")
    assert (found.rule, found.days) == ("conflict", (day("2027-01-14"),))
    assert found.prose_days == (day("2027-01-21"),)
    assert remarks == ("i-2: the text names the week of 2027-01-18, the table another",)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("by 23:59 UTC on Thursday 14 January 2027", ("23:59 UTC",)),
        ("14 January 2027 (20:00 UTC)", ("20:00 UTC",)),
        ("Wednesday 13 January 2027 (1400-1600 UTC).", ("14:00-16:00 UTC",)),
        ("13 January 2027 (8pm UTC).", ("20:00 UTC",)),
        ("13 January, start at 1400 UTC and conclude at 1600 UTC", ("14:00-16:00 UTC",)),
        ("by 23:59 on Friday 15 January 2027", ("23:59 UTC",)),
        ("by noon on Friday 15 January 2027", ("12:00 UTC",)),
        ("14 January 2024 UTC", ()),
        ("by 12 January 2027; before 4 February (20:00 UTC)", ()),
    ],
)
def test_times_of_day_as_written(text: str, times: tuple[str, ...]) -> None:
    assert said(text)[0].times == times


def test_a_row_that_ends_years_later_counts_five_days() -> None:
    schedule = parsed(TABLE.replace("end: '2027-01-01'", "end: '2028-01-01'"))
    assert schedule.weeks[2].end == day("2027-01-01")
    assert any("week 3 ends on 2028-01-01" in remark for remark in schedule.remarks)


def test_a_list_given_twice_counts_whole() -> None:
    table = TABLE.replace(
        "  project-specific: [i-nova-review-day, i-ptl-poll]", "  x-project: [i-extra-acs]"
    )
    schedule = parsed(table)
    assert event(schedule, "i-2").days == (day("2027-01-14"),)
    assert event(schedule, "i-extra-acs").days == (day("2027-01-14"),)
    assert "twice" in schedule.remarks[0]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("a: 1", "no `cycle` with weeks"),
        ("cycle: []", "no `cycle` with weeks"),
        ("cycle: [x]", "week 1 of the cycle is not a mapping"),
        ("cycle:\n- {start: soon, end: '2027-01-01'}", "week 1: start is not a day: 'soon'"),
        ("cycle:\n- {end: '2027-01-01'}", "week 1: start is not a day"),
        ("cycle:\n- {start: '9999-12-30', end: '9999-12-31'}", "week 1: start is no day of a"),
        ("cycle:\n- {start: '2027-01-11', end: '2027-01-15', x-project: i-2}", "week 1: x-project"),
        ("<html></html>", "an HTML page"),
    ],
)
def test_what_is_no_schedule(table: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parsed(table)
    assert caught.value.reason.startswith(reason)


@given(st.integers(-260, 260), st.integers(0, 4), st.integers(0, 5))
def test_moving_a_cycle_moves_every_day(weeks: int, weekday: int, form: int) -> None:
    monday = MONDAY + dt.timedelta(weeks=weeks)
    at = monday + dt.timedelta(days=weekday)
    month = at.strftime("%B")
    text = (
        f"{at.day} {month}, {at.year}",
        f"{month} {at.day}, {at.year}",
        at.isoformat(),
        f"{at:%a}, {at.day:02d} {month[:3]} {at.year}",
        f"the {at.day}th of {month}",
        f"{month} {at.day}",
    )[form]
    assert said(f"Due {text}.", monday)[0].days == (at,)
    assert said("Due this week.", monday)[0].days == (monday + dt.timedelta(days=3),)


@given(st.integers(0, len(TABLE)), st.integers(0, len(PAGE)), st.binary(max_size=6))
def test_damaged_files_are_a_schedule_or_unreadable(at: int, page_at: int, noise: bytes) -> None:
    table, page = TABLE.encode(), PAGE.encode()
    try:
        schedule = parse_schedule(
            "indri", table[:at] + noise + table[at + 3 :], page[:page_at] + noise + page[page_at:]
        )
    except Unreadable:
        return
    assert all(one.days for one in schedule.events)


@given(st.text("0123456789 -,.:()JanuaryFebmh/stofwek", max_size=120))
def test_any_prose_gives_days(text: str) -> None:
    found, _ = said("Due " + " ".join(text.split()))
    assert found.days
    assert found.rule in ("thursday", "prose", "conflict")


def test_a_flood_of_prose_costs_little_and_is_no_page() -> None:
    begun = time.perf_counter()
    found, _ = said("1 january and " * 9000)
    assert time.perf_counter() - begun < 2
    assert found.days
    assert said("x" * 300_000)[1] == (
        "schedule.rst is larger than 200000 bytes; titles are made of ids",
    )


def test_a_schedule_that_breaks_off_before_the_release_is_none() -> None:
    half = TABLE[: TABLE.index("- {start: '2027-03-22'")].encode()
    with pytest.raises(Unreadable, match="no release in its weeks: half a schedule"):
        parse_schedule("indri", half, PAGE.encode())


TWICE = "02:00 UTC Friday 15th January 2027 / 18:00 PST Thursday 14th January 2027"


@pytest.mark.parametrize(
    ("text", "on", "clock"),
    [
        (
            "It ends on 14 January 2027 at 20:00 EST.",
            "2027-01-15",
            "01:00 UTC, written as 20:00 EST",
        ),
        (
            "All must be in by 14 January 2027 (8pm PDT).",
            "2027-01-15",
            "03:00 UTC, written as 8pm PDT",
        ),
        ("By 23:59 AoE on 14 January.", "2027-01-15", "11:59 UTC, written as 23:59 AoE"),
        ("By 14 January, 10:00 JST.", "2027-01-14", "01:00 UTC, written as 10:00 JST"),
        ("By 14 January 2027 (13:00 UTC).", "2027-01-14", "13:00 UTC"),
        (f"It closes {TWICE}.", "2027-01-15", "02:00 UTC"),
    ],
)
def test_a_time_of_another_zone_is_told_in_utc_and_as_written(
    text: str, on: str, clock: str
) -> None:
    event, remarks = said(text)
    assert (event.days, event.times, remarks) == ((day(on),), (clock,), ())
    (when,) = whens(event)
    at = dt.time.fromisoformat(clock[:5])
    assert when.start == when.over == dt.datetime.combine(day(on), at, dt.UTC)


def test_a_zone_that_means_several_is_remarked_upon() -> None:
    event, remarks = said("By 14 January 2027 (20:00 IST).")
    assert (event.days, event.times) == ((day("2027-01-14"),), ("20:00 IST",))
    assert remarks == ("i-2: the time 20:00 IST is in no zone that is known",)
    assert whens(event)[0].precision == "day"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wednesday is the Indri-2 milestone.", "Wednesday"),
        ("14 Jaunary is the Indri-2 milestone.", "14 Jaunary"),
        ("The milestone is on Janury 14th.", "Janury 14th"),
        ("By 13th of Setpember all must be in, on a Friday.", "13th of Setpember"),
    ],
)
def test_a_day_that_is_not_understood_is_remarked_upon(text: str, words: str) -> None:
    event, remarks = said(text)
    assert event.rule == "thursday"
    remark = f"its text says {words!r}, which was read as no day"
    assert remark in event.remarks
    assert f"i-2: {remark}" in remarks


def test_thursday_is_what_is_meant_anyway() -> None:
    assert said("All specs must be approved by Thursday.")[1] == ()


def test_a_weekday_behind_its_date_is_compared_with_it() -> None:
    assert said("It is on 13 January 2027 (Wednesday).")[1] == ()
    assert said("It is on 13 January 2027 (Friday).")[1] == (
        "i-2: the text calls 2027-01-13 a Friday, which is a Wednesday",
    )


@pytest.mark.parametrize(
    "text",
    [
        "It is on 12 January 2027 (was 14 January).",
        "It was to be on 14 January 2027 and was extended to 12 January 2027.",
        "14 January 2027, moved to 12 January 2027.",
        "14 January 2027 (postponed by us to 12 January 2027).",
    ],
)
def test_a_day_that_moved_is_the_new_one(text: str) -> None:
    event, _ = said(text)
    assert (event.rule, event.days) == ("prose", (day("2027-01-12"),))


GROUPED = """\
2027.1 Indri
============

.. _i-2:

Milestones
----------

Second milestone
^^^^^^^^^^^^^^^^
13 January 2027 is the milestone.
{label}
Third milestone
^^^^^^^^^^^^^^^
18 February 2027 is another.
"""


def test_a_label_at_a_group_is_that_of_its_first_section() -> None:
    table = "cycle:\n- {start: '2027-01-11', end: '2027-01-15', name: R-10, x-project: [i-2]}\n"
    (event,) = parsed(table, GROUPED.format(label="")).events
    assert (event.title, event.days) == ("Second milestone", (day("2027-01-13"),))
    assert event.remarks == (
        "its label stands at 'Milestones', and was taken for 'Second milestone'",
    )


def test_a_label_takes_nothing_from_a_section_that_has_its_own() -> None:
    table = "cycle:\n- {start: '2027-01-11', end: '2027-01-15', name: R-10, x-project: [i-2]}\n"
    page = GROUPED.replace("Second", "\n.. _i-other:\n\nSecond", 1).format(label="")
    (event,) = parsed(table, page).events
    assert (event.title, event.rule) == ("Milestones", "thursday")
    assert event.remarks == ("its label stands at 'Milestones', which has no text",)
