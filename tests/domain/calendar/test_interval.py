"""When an event is: which precision its words and its name give it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from GlanceRelease.domain.calendar.binding_deadlines import has_candidates, unbound
from GlanceRelease.domain.calendar.interval import whens
from GlanceRelease.domain.model import Deliverable, Event, Kind, Week

MONDAY = dt.date(2027, 1, 11)
WEEKS = tuple(
    Week(f"R-{10 - n}", MONDAY + dt.timedelta(weeks=n), MONDAY + dt.timedelta(weeks=n, days=4))
    for n in range(3)
)
MON, THU = "2027-01-11", "2027-01-14"
THURSDAYS = tuple(week.start + dt.timedelta(days=3) for week in WEEKS)


def event(name: str, title: str = "", text: str = "", weeks: int = 1) -> Event:
    """An event of the first weeks without a day in its text."""
    return Event(
        "indri", name, Kind.OTHER, title, THURSDAYS[:weeks], "thursday", WEEKS[:weeks], text=text
    )


@pytest.mark.parametrize(
    ("listed", "precision", "first", "last"),
    [
        (event("i-manila-bugsquash", "Manila Bugsquash"), "week", "2027-01-11", "2027-01-15"),
        (event("j-election-voting", "Polling Open", weeks=3), "week", "2027-01-11", "2027-01-29"),
        (event("j-poll-close", "Polling Closes"), "day", "2027-01-14", "2027-01-14"),
        (
            event("i-spec-freeze", "Spec Freeze", "Approved by the end of the week."),
            *("week", "2027-01-11", "2027-01-14"),
        ),
        (event("i-nova-spec-freeze", "Nova Spec Freeze"), "day", "2027-01-14", "2027-01-14"),
        (event("i-manila-hackathon", "Manila Hack-a-thon"), "week", "2027-01-11", "2027-01-15"),
        (event("h-eol", "Hibiscus EOL", "Will be EOL'd this week."), "week", MON, THU),
        (event("i-libs", text="Last week for libraries to be released."), "week", MON, THU),
        (event("i-rc", text="The week commencing Monday 11 January."), "week", MON, THU),
        (event("i-plan", text="It was fixed last week."), "day", THU, THU),
    ],
)
def test_a_week_is_what_lasts_it_or_is_due_in_it(
    listed: Event, precision: str, first: str, last: str
) -> None:
    (when,) = whens(listed)
    assert (when.precision, str(when.first_day), str(when.last_day)) == (precision, first, last)


def test_weeks_apart_are_told_apart() -> None:
    squash = replace(event("i-manila-bugsquash", weeks=3), weeks=(WEEKS[0], WEEKS[2]))
    assert [str(when.first_day) for when in whens(squash)] == ["2027-01-11", "2027-01-25"]


def test_what_lasts_its_weeks_and_tells_its_beginning_lasts_until_the_friday_of_the_last() -> None:
    told = replace(event("j-election-voting", "Polling Open", weeks=2), rule="prose")
    (when,) = whens(replace(told, days=(WEEKS[0].start,), times=("23:45 UTC",)))
    assert (when.precision, when.start.isoformat()) == ("span", "2027-01-11T23:45:00+00:00")
    assert str(when.last_day) == "2027-01-22"
    (day,) = whens(replace(told, days=(WEEKS[1].start,), times=()))
    assert (day.precision, day.first_day) == ("day", WEEKS[1].start)


def test_what_runs_is_neither_ahead_nor_over() -> None:
    (polling,) = whens(event("j-election-voting", "Polling Open", weeks=3))

    def told(day: str) -> tuple[bool, bool, bool]:
        now = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")
        return polling.is_ahead(now), polling.is_running(now), polling.is_over(now)

    assert told("2027-01-10") == (True, False, False)
    assert told("2027-01-11") == (False, True, False), "it has begun at midnight"
    assert told("2027-01-12") == (False, True, False)
    assert told("2027-01-29") == (False, True, False)
    assert told("2027-01-30") == (False, False, True)


@pytest.mark.parametrize("model", ["cycle-with-rc", "cycle-with-milestones"])
def test_the_model_of_the_old_cycles_has_candidates_too(model: str) -> None:
    shape = Deliverable("glance", "queens", "glance", "service", model, ("openstack/glance",))
    assert has_candidates(shape)
    without = unbound((shape,))
    assert not without & {Kind.RC1, Kind.FEATURE_FREEZE, Kind.FINAL_RC, Kind.MILESTONE_1}


@pytest.mark.parametrize(
    ("kind", "text", "in_its_week"),
    [
        (Kind.MILESTONE_2, "See the teams' own pages.", True),
        (Kind.FINAL_LIBRARIES, "", True),
        (Kind.FINAL_CLIENT_LIBRARIES, "To match the freeze.", True),
        (Kind.RC1, "", True),
        (Kind.FINAL_RC, "", True),
        (Kind.FEATURE_FREEZE, "No feature is merged after it.", False),
        (Kind.RELEASE, "", False),
    ],
)
def test_what_is_released_in_a_week_is_due_in_it(kind: Kind, text: str, in_its_week: bool) -> None:
    listed = replace(event("i-x", "Something", text), kind=kind)
    (when,) = whens(listed)
    assert when.is_due_in_its_week is in_its_week
    (named,) = whens(replace(listed, rule="prose"))
    assert not named.is_due_in_its_week, "its text names the day"
    assert when.deadline == named.deadline == THURSDAYS[0]
