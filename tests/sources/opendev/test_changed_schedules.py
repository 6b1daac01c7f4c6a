"""What people do to a schedule: each change is read right, or told as a remark; never is it the
Thursday in silence. On small cycles of our own, and on upstream's where they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from GlanceRelease.domain.calendar.candidate_words import in_iso
from GlanceRelease.domain.calendar.contradictory_weeks import contradictory_weeks
from GlanceRelease.domain.calendar.interval import When, whens
from GlanceRelease.domain.model import Event, Schedule
from GlanceRelease.sources.opendev.schedule import parse_schedule

Row = tuple[str, str, str]  # its Monday, its name, its ids


def cycle(*rows: Row, page: str = "", head: str = "") -> Schedule:
    """A schedule of these rows; its page has, for each paragraph "id: title: prose", a section."""
    table = [head, "cycle:"]
    for monday, name, ids in rows:
        friday = dt.date.fromisoformat(monday) + dt.timedelta(days=4)
        named = f", name: {name}" if name else ""
        table.append(f"- {{start: '{monday}', end: '{friday}'{named}, x-project: [{ids}]}}")
    sections = ["2027.1 Indri Release Schedule\n" + "=" * 29]
    for paragraph in filter(None, map(str.strip, page.split("\n\n"))):
        label, title, prose = paragraph.split(": ", 2)
        sections.append(f".. _{label}:\n\n{title}\n{'-' * len(title)}\n\n{prose}")
    return parse_schedule("indri", "\n".join(table).encode(), "\n\n".join(sections).encode())


def one(schedule: Schedule, name: str) -> Event:
    (event,) = (event for event in schedule.events if event.id == name)
    return event


def told(when: When) -> str:
    """ "day 2027-01-14"; from the first instant until it is over where that isn't midnight."""
    if when.precision == "conflict":
        return f"conflict {' '.join(in_iso(*one.days) for one in when.either)}"
    midnights = when.start.time() == when.over.time() == dt.time() and when.start != when.over
    first, last = (
        (str(when.first_day), str(when.last_day))
        if midnights
        else (f"{when.start:%Y-%m-%dT%H:%M}", f"{when.over:%Y-%m-%dT%H:%M}")
    )
    return " ".join(dict.fromkeys((when.precision, first, last)))


def milestone(text: str, monday: str = "2027-01-11") -> tuple[str, tuple[str, ...]]:
    """When "Indri-2 milestone" is, with this prose in this week; and the remarks."""
    schedule = cycle((monday, "R-10", "i-2"), page=f"i-2: Indri-2 milestone: {text}")
    event = one(schedule, "i-2")
    assert schedule.remarks == tuple(f"i-2: {remark}" for remark in event.remarks)
    return ", ".join(map(told, whens(event))), event.remarks


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("By 14 January 2027 at 00:00 UTC.", "instant 2027-01-14T00:00"),
        ("By 14 January 2027 (23:59 AoE).", "instant 2027-01-15T11:59"),
        ("By 14 January 2027 (AoE).", "instant 2027-01-15T11:59"),
        ("By 14 January 2027, anywhere on Earth.", "instant 2027-01-15T11:59"),
        ("By the end of day 14 January 2027 AoE.", "instant 2027-01-15T11:59"),
        ("By 14 January 2027 (EOD AoE).", "instant 2027-01-15T11:59"),
        ("By end of day 14 January 2027.", "day 2027-01-14"),
        ("By 14 January 2027 at 20:00 EST.", "instant 2027-01-15T01:00"),
        ("By 14 January 2027 (23:59 UTC-12).", "instant 2027-01-15T11:59"),
        ("By 14 January 2027 (20:00 UTC+2).", "instant 2027-01-14T18:00"),
        ("By 2027-01-14T20:00+02:00.", "instant 2027-01-14T18:00"),
        ("By 2027-01-14T20:00-05:00.", "instant 2027-01-15T01:00"),
        ("By 2027-01-14T23:59:59Z.", "instant 2027-01-14T23:59"),
        ("By noon UTC on 14 January.", "instant 2027-01-14T12:00"),
        ("By 14 January 2027 24:00 UTC.", "day 2027-01-14"),
        ("On 13 January 2027 (1400-1600 UTC).", "span 2027-01-13T14:00 2027-01-13T16:00"),
        ("On 13 January, 14:00\u201316:00 UTC.", "span 2027-01-13T14:00 2027-01-13T16:00"),
        ("On 13 January from 14:00 to 16:00 UTC.", "span 2027-01-13T14:00 2027-01-13T16:00"),
        ("14:00-16:00 EST on 13 January.", "span 2027-01-13T19:00 2027-01-13T21:00"),
        ("Until 13 January, 12:00 UTC. We meet at 14:00 UTC.", "instant 2027-01-13T12:00"),
        (
            "From 12 January 20:00 EST to 14 January 20:00 EST.",
            "span 2027-01-13T01:00 2027-01-15T01:00",
        ),
    ],
)
def test_a_time_of_day_is_read_with_its_zone(text: str, when: str) -> None:
    assert milestone(text) == (when, ())


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("14 January, 20:00 Pacific.", "the time 20:00 Pacific is in no zone that is known"),
        ("14 January, 8pm local time.", "the time 8pm local time is in no zone that is known"),
        ("14 January, 20:00 ET.", "the time 20:00 ET is in no zone that is known"),
        ("14 January, 14:00-16:00 IST.", "the time 14:00-16:00 IST is in no zone that is known"),
        ("On 14 January 2027, 25:00 UTC.", "the time 25:00 UTC is none"),
        (
            "By midnight UTC on 14 January.",
            "the time midnight UTC is the day's beginning or its end",
        ),
    ],
)
def test_a_time_that_may_be_several_is_remarked_and_the_day_stays(text: str, remark: str) -> None:
    assert milestone(text) == ("day 2027-01-14", (remark,))


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"])
def test_any_dash_makes_a_stretch(dash: str) -> None:
    for text in (f"11{dash}15 January 2027", f"January 11 {dash} 15", f"11 Jan{dash}15 Jan 2027"):
        assert milestone(text) == ("span 2027-01-11 2027-01-15", ())


OF_ELSE = "the text also names {}, of something else"
WAS = "it was on {}, says its text"


@pytest.mark.parametrize(
    ("text", "when", "remarks"),
    [
        (
            "13 January, 2027 is the Indri-2 milestone, and 14 January, 2027 is the spec freeze.",
            *("day 2027-01-13", (OF_ELSE.format("2027-01-14"),)),
        ),
        (
            "The spec freeze is 13 January 2027. 15 January 2027 is the Indri-2 milestone.",
            *("day 2027-01-15", (OF_ELSE.format("2027-01-13"),)),
        ),
        (
            "The spec freeze is 13 January 2027. 21 January 2027 is the Indri-2 milestone.",
            *("conflict 2027-01-14 2027-01-21", (OF_ELSE.format("2027-01-13"),)),
        ),
        (
            "The Indri-2 milestone (12 January) comes before the spec freeze (15 January).",
            *("day 2027-01-12", (OF_ELSE.format("2027-01-15"),)),
        ),
        ("It is on 13 January 2027. Or on 15 January.", "conflict 2027-01-13 2027-01-15", ()),
        ("Review days are 13 January and 15 January.", "day 2027-01-13, day 2027-01-15", ()),
        ("On 13 January (Wednesday). Mind: 13 January 2027.", "day 2027-01-13", ()),
        ("12 January 2027 (was 14 January)", "day 2027-01-12", (WAS.format("2027-01-14"),)),
        ("12 January 2027 (originally 14 January)", "day 2027-01-12", (WAS.format("2027-01-14"),)),
        ("14 January, extended to 15 January 2027", "day 2027-01-15", (WAS.format("2027-01-14"),)),
        (
            "Extended by one week to 21 January 2027 (from 14 January).",
            *("conflict 2027-01-14 2027-01-21", (WAS.format("2027-01-14"),)),
        ),
        ("Extended until Friday 15 January.", "day 2027-01-15", ()),
        (
            "Extended to 15 January 2027 from 14 January.",
            *("day 2027-01-15", (WAS.format("2027-01-14"),)),
        ),
        ("Tuesday, January 12th or Wednesday, January 13th.", "conflict 2027-01-12 2027-01-13", ()),
        ("On 12 or 13 January 2027.", "conflict 2027-01-12 2027-01-13", ()),
        (
            "The week of January 11: due 02:00 UTC Friday 15th January 2027 / 18:00 PST Thursday "
            "14th January 2027.",
            *("instant 2027-01-15T02:00", ()),
        ),
        ("The week of January 10 - 14 is the target.", "week 2027-01-11 2027-01-14", ()),
        ("The week of January 10 is the target.", "week 2027-01-11 2027-01-14", ()),
        (
            "The week of 18 January 2027 is the target.",
            "conflict 2027-01-14 2027-01-21",
            ("the text names the week of 2027-01-18, the table another",),
        ),
        (
            "The week of January 18-22 is the target.",
            "conflict 2027-01-14 2027-01-18/2027-01-22",
            ("the text names the week of 2027-01-18, the table another",),
        ),
        ("The week of January 11-15 is the target.", "week 2027-01-11 2027-01-14", ()),
    ],
)
def test_of_two_days_it_is_the_one_that_is_said_to_be_its_own(
    text: str, when: str, remarks: tuple[str, ...]
) -> None:
    assert milestone(text) == (when, remarks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wednesday is the Indri-2 milestone.", "Wednesday"),
        ("Wed. is the Indri-2 milestone.", "Wed"),
        ("The milestone is on friday.", "friday"),
        ("14 Jaunary, 2027 is the Indri-2 milestone.", "14 Jaunary"),
        ("The 13th is the Indri-2 milestone.", "The 13th"),
        ("It is on 13/01.", "13/01"),
        ("It is due by 13.01. at the latest.", "13.01."),
        ("It is on 20270113.", "20270113"),
        ("It is in mid-February.", "February"),
        ("By the end of week R-9.", "R-9"),
        ("By the end of next week.", "next week"),
        ("The day is TBD.", "TBD"),
        ("On Thurdsay.", "Thurdsay"),
        ("By Wendesday.", "Wendesday"),
        ("The day is to be confirmed.", "to be confirmed"),
        ("At 8 in the evening, PDT.", "PDT"),
        ("Two weeks after the first one.", "Two weeks after"),
    ],
)
def test_what_looks_like_a_day_and_is_none_is_remarked(text: str, words: str) -> None:
    remark = f"its text says {words!r}, which was read as no day"
    assert milestone(text)[1] == (remark,)


@pytest.mark.parametrize(
    "text",
    [
        "All 3rd party CI is the 3rd in line, on Python 3.11.",
        "Thursday the 14th, in R-10, in January.",
        "It may move; 24/7, as of 1/2 of all.",
        "See https://example.org/2027-02-04/Friday.",
        "This follows Ubuntu 22.04.",
    ],
)
def test_what_agrees_or_is_no_day_is_not_remarked(text: str) -> None:
    assert milestone(text) == ("week 2027-01-11 2027-01-14", ())


def test_a_weekday_that_contradicts_the_day_is_remarked_wherever_it_stands() -> None:
    unread = "its text says 'Thursday', which was read as no day"
    assert milestone("It is on 13 January 2027, a Thursday.") == ("day 2027-01-13", (unread,))
    wrong = "the text calls 2027-01-14 a Friday, which is a Thursday"
    assert milestone("Friday 14 January 2027.") == ("day 2027-01-14", (wrong,))


POLL = (
    "j-election-voting: 2027.2 Election Polling Open: Polling begins at 2027-01-13 23:45 UTC.\n\n"
    "j-election-close: 2027.2 Election Polling End: All polls close at {close}."
)
POLLING = (
    ("2027-01-11", "R-10", "j-election-voting"),
    ("2027-01-18", "R-9", "j-election-voting, j-election-close"),
)


def test_a_poll_that_tells_its_beginning_lasts_until_its_close() -> None:
    schedule = cycle(*POLLING, page=POLL.format(close="2027-01-20 12:00 UTC"))
    poll = one(schedule, "j-election-voting")
    assert told(*whens(poll)) == "span 2027-01-13T23:45 2027-01-20T12:00"
    assert poll.remarks == ("its end is that of j-election-close",)
    assert told(*whens(one(schedule, "j-election-close"))) == "instant 2027-01-20T12:00"


def test_a_poll_whose_close_has_no_day_lasts_until_the_friday_of_its_last_week() -> None:
    schedule = cycle(*POLLING, page=POLL.format(close="the end of this week"))
    poll = one(schedule, "j-election-voting")
    assert told(*whens(poll)) == "span 2027-01-13T23:45 2027-01-23T00:00"
    assert poll.remarks == ()


THREE = (
    ("2027-01-11", "R-2", "i-2"),
    ("2027-01-18", "R-1", "i-final-lib"),
    ("2027-01-25", "R+0", "i-final"),
)


def in_weeks(*rows: Row, page: str = "", head: str = "") -> tuple[tuple[str, ...], Schedule]:
    """What a schedule says against itself about its weeks, and the schedule."""
    schedule = cycle(*rows, page=page, head=head)
    return contradictory_weeks(schedule), schedule


def test_two_weeks_that_change_places_are_told() -> None:
    wrong, _ = in_weeks(("2027-01-18", "R-2", "i-2"), ("2027-01-11", "R-1", "i-mf"), THREE[2])
    assert wrong == (
        "the week of 2027-01-11 is named R-1 and is R-2",
        "the week of 2027-01-18 is named R-2 and is R-1",
    )


def test_a_week_given_twice_is_told_and_its_event_is_one() -> None:
    wrong, schedule = in_weeks(THREE[0], *THREE)
    assert wrong == ("the week of 2027-01-11 has 2 rows",)
    assert told(*whens(one(schedule, "i-2"))) == "week 2027-01-11 2027-01-14"


def test_a_number_that_is_left_out_is_told() -> None:
    wrong, _ = in_weeks(("2027-01-11", "R-3", "i-2"), *THREE[1:])
    assert wrong == ("the week of 2027-01-11 is named R-3 and is R-2",)


def test_a_row_that_is_missing_is_told() -> None:
    wrong, _ = in_weeks(("2027-01-04", "R-3", "i-1"), *THREE[1:])
    assert wrong == ("the week of 2027-01-11 has no row",)


def test_a_week_of_another_year_is_told() -> None:
    wrong, _ = in_weeks(("2026-01-12", "R-2", "i-2"), *THREE[1:])
    assert wrong == ("the week of 2026-01-12 is named R-2 and is R-54",)


def test_a_release_week_that_is_not_the_releases_is_remarked() -> None:
    _, schedule = in_weeks(*THREE, head="release-week: '2027-02-01'")
    assert schedule.remarks[-1] == (
        "release-week is 2027-02-01, the release's row begins on 2027-01-25"
    )
    agreed = in_weeks(*THREE, head="release-week: '2027-01-27'")[1]
    assert not any("release-week" in remark for remark in agreed.remarks)


def test_a_row_without_events_is_a_week_all_the_same() -> None:
    wrong, schedule = in_weeks(("2027-01-04", "R-3", ""), *THREE)
    assert (wrong, [week.name for week in schedule.weeks]) == ((), ["R-3", "R-2", "R-1", "R+0"])


def test_an_id_that_the_page_does_not_describe_and_a_section_that_no_week_lists_are_remarked() -> (
    None
):
    schedule = cycle(*THREE, page="i-two: Indri-2 milestone: 13 January 2027.")
    assert schedule.remarks == (
        "i-2: schedule.rst says nothing of it",
        "i-final-lib: schedule.rst says nothing of it",
        "i-final: schedule.rst says nothing of it",
        "i-two: schedule.rst describes it, and it is in no week",
    )
    assert told(*whens(one(schedule, "i-2"))) == "week 2027-01-11 2027-01-14"


def test_an_id_that_nobody_knows_is_an_event_of_its_own_words() -> None:
    schedule = cycle(("2027-01-11", "R-2", "i-great-cleanup"), *THREE[1:])
    assert one(schedule, "i-great-cleanup").title == "Great cleanup"


def test_a_label_above_the_heading_of_another_event_is_remarked() -> None:
    schedule = cycle(THREE[0], page="i-2: Membership Freeze: By 13 January 2027.")
    assert one(schedule, "i-2").remarks == (
        "its label stands at 'Membership Freeze', which is the name of another event",
    )


@pytest.mark.parametrize(
    ("text", "monday", "when"),
    [
        ("28 Sep - 02 Oct", "2026-09-28", "span 2026-09-28 2026-10-02"),
        ("Sep 28 \u2013 Oct 2, 2026", "2026-09-28", "span 2026-09-28 2026-10-02"),
        ("28 December 2026 - 1 January 2027", "2026-12-28", "span 2026-12-28 2027-01-01"),
        ("Dec 28 to Jan 1", "2026-12-28", "span 2026-12-28 2027-01-01"),
        ("1 January 2026", "2026-12-28", "conflict 2026-01-01 2026-12-31"),
        ("The week of 28 Sep - 02 Oct is the target.", "2026-09-28", "week 2026-09-28 2026-10-01"),
    ],
)
def test_a_stretch_over_the_end_of_a_month_or_year(text: str, monday: str, when: str) -> None:
    assert milestone(text, monday) == (when, ())


def test_the_year_of_a_stretch_that_is_its_week_in_another_year_is_inferred() -> None:
    slip = "the text's 2028-01-11 to 2028-01-15 is in no listed week; its week is that of "
    assert milestone("11-15 January 2028") == (
        "span 2027-01-11 2027-01-15",
        (f"{slip}2027-01-11 to 2027-01-15",),
    )
    assert milestone("12-15 January 2028")[0].startswith("conflict"), "no week"
    assert milestone("11-15 January 2030")[0].startswith("conflict"), "not the year beside it"


def test_the_hours_of_each_day_are_read_and_remarked() -> None:
    told_so = ("15:00-17:00 UTC is each day's",)
    for text in ("11-12 January 2027, 15:00-17:00 UTC each day.", "Daily 11-12 January, {}"):
        assert milestone(text.format("15:00-17:00 UTC")) == (
            "span 2027-01-11T15:00 2027-01-12T17:00",
            told_so,
        )


def test_a_deadline_given_as_a_stretch_is_due_by_its_end() -> None:
    row = ("2027-03-01", "R-3", "i-rc1")
    text = "i-rc1: RC1 target week: RC1 is due between 2027-03-01 and 2027-03-04."
    (when,) = whens(one(cycle(row, page=text), "i-rc1"))
    assert (when.lasts, str(when.deadline)) == (False, "2027-03-04")


def test_a_gathering_whose_text_contradicts_its_week_is_that_week_or_its_days() -> None:
    row = ("2027-01-11", "R-10", "i-vptg")
    (when,) = whens(one(cycle(row, page="i-vptg: PTG: On 20 January 2027."), "i-vptg"))
    assert list(map(str, when.candidates)) == ["2027-01-11", "2027-01-20"]
    assert str(when.candidates_over[0].date()) == "2027-01-16"


def test_a_year_that_was_not_turned_is_seen_by_its_weekday() -> None:
    assert milestone("Friday 1 January 2026", "2026-12-28") == (
        "day 2027-01-01",
        ("the text's 2026-01-01 is no Friday; its week and weekday are those of 2027-01-01",),
    )


# Changes to upstream's own pages: the text there and the one instead, the event, when it is then,
# and what is remarked.
CHANGES = [
    (
        *("indri", "14 January, 2027 is the Indri-2", "Wednesday is the Indri-2", "i-2"),
        *("week 2027-01-11 2027-01-14", "its text says 'Wednesday', which was read as no day"),
    ),
    (
        *("indri", "14 January, 2027 is", "14 Jaunary, 2027 is", "i-2"),
        *("week 2027-01-11 2027-01-14", "its text says '14 Jaunary', which was read as no day"),
    ),
    (
        *("indri", "14 January, 2027 is", "12 January, 2027 (was 14 January) is", "i-2"),
        *("day 2027-01-12", "it was on 2027-01-14, says its text"),
    ),
    (
        *("indri", "14 January, 2027 is", "14 January, 2026 is", "i-2"),
        *("conflict 2026-01-14 2027-01-14", None),
    ),
    (
        *("indri", "1 March, 2027 is the target", "8 March, 2027 is the target", "i-rc1"),
        *("conflict 2027-03-04 2027-03-11", "the text names the week of 2027-03-08, the"),
    ),
    (
        *("indri", "From 12 to 16 October, 2026", "From 12\u201116 October, 2026", "i-vptg"),
        *("span 2026-10-12 2026-10-16", None),
    ),
    (
        *("indri", "Wednesday, 24 March, 2027", "Thursday, 24 March, 2027", "i-final"),
        *("day 2027-03-24", "the text calls 2027-03-24 a Thursday, which is a Wednesday"),
    ),
    (
        *("hibiscus", "August 19th, 2026\nat 00:00 UTC", "August 19th, 2026\nat 23:59 AoE"),
        *("i-election-email-deadline", "instant 2026-08-20T11:59", None),
    ),
    (
        *("hibiscus", "11 June 2026 (23:59 UTC)", "11 June 2026 (20:00 EST)"),
        *("h-nova-spec-freeze", "instant 2026-06-12T01:00", None),
    ),
    (
        *("hibiscus", "11 June 2026 (23:59 UTC)", "the 12th of June"),
        *("h-nova-spec-freeze", "day 2026-06-12", None),
    ),
    (
        *("gazpacho", "4 December 2025 (23:59 UTC)", "4 December 2025, extended to 5 December"),
        *("g-nova-spec-freeze", "day 2025-12-05", "it was on 2025-12-04, says its text"),
    ),
    (
        *("gazpacho", "From October 27 to 31, 2025", "From October 27 to November 1, 2025"),
        *("g-vptg", "span 2025-10-27 2025-11-01", None),
    ),
    (
        *("gazpacho", "January 8, 2026 is the", "January 6, 2026 is the spec freeze. January 7 is"),
        *("g-2", "day 2026-01-07", "the text also names 2026-01-06, of something else"),
    ),
    (
        *("dalmatian", "Friday 5 July 2024 (20:00 UTC)", "Thursday 5 July 2024 (20:00 UTC)"),
        *("d-cinder-driver-deadline", "instant 2024-07-05T20:00"),
        "the text calls 2024-07-05 a Thursday, which is a Friday",
    ),
    (
        *("stein", ".. _s-tc-nominations:", ".. _s-tc-nominated:", "s-tc-nominations"),
        *("week 2018-08-27 2018-08-31", None),
    ),
]


@pytest.mark.parametrize(
    ("series", "there", "instead", "name", "when", "remark"), CHANGES, ids=lambda each: str(each)
)
def test_a_change_of_upstreams_page_is_read_right_or_remarked(
    upstream_data: Path,
    series: str,
    there: str,
    instead: str,
    name: str,
    when: str,
    remark: str | None,
) -> None:
    folder = upstream_data / "releases" / "doc" / "source" / series
    page = (folder / "schedule.rst").read_text()
    assert there in page
    table, changed = (folder / "schedule.yaml").read_bytes(), page.replace(there, instead, 1)
    event = one(parse_schedule(series, table, changed.encode()), name)
    assert ", ".join(map(told, whens(event))) == when
    assert [each for each in event.remarks if remark and each.startswith(remark)] == list(
        event.remarks
    )
    assert bool(event.remarks) == (remark is not None)
