"""The team's own deadlines from chat, as the channel reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.model import Kind, Schedule
from GlanceRelease.domain.snapshot import SERIES, Fetched
from GlanceRelease.domain.team import OwnDeadline, Team
from kit.channel import CHANNEL, OPERATOR, PASSER_BY, PTL, Channel
from kit.glance_facts import TEAM, at, world

pytestmark = pytest.mark.asyncio
ALONE = replace(PTL, channel=None)


async def test_what_is_added_is_listed_found_and_reminded_of() -> None:
    async with Channel() as channel:
        assert await channel.ask("deadline add spec freeze Friday of R-15") == (
            "The team has a new deadline: spec freeze, Fri 2026-12-11, R-15, in 18 days."
        )
        assert "spec freeze (the team's own)" in await channel.ask("next", PASSER_BY)
        assert (await channel.ask("when spec freeze")).startswith("Fri 2026-12-11, R-15, in 18")
        assert "spec freeze" in await channel.ask("deadlines", PASSER_BY)
        heard = await channel.until("2026-12-12T00:00:00")
        assert [text.split(". ")[0] for _, text in heard if "spec freeze" in text] == [
            "spec freeze (the team's own): Fri 2026-12-11, R-15, in 14 days",
            "spec freeze (the team's own): Fri 2026-12-11, R-15, tomorrow",
            "Today, spec freeze (the team's own): Fri 2026-12-11, R-15, until the end of the day "
            "(UTC)",
        ]


async def test_it_moves_with_both_days_said_and_is_undone_for_a_day() -> None:
    async with Channel() as channel:
        await channel.ask("deadline add spec freeze Friday of R-15")
        assert await channel.ask("deadline move Spec Freeze 18 December") == (
            "The team's deadline spec freeze moves from Fri 2026-12-11 to Fri 2026-12-18, R-14, in "
            "25 days; reminders follow the new day."
        )
        assert (await channel.ask("deadline undo")).startswith(
            "Taken back. The team's deadline spec freeze moves from Fri 2026-12-18 to "
            "Fri 2026-12-11"
        )
        assert await channel.ask("deadline drop spec freeze") == (
            "The team's deadline spec freeze (Fri 2026-12-11) is dropped."
        )
        assert "no deadline of its own" in await channel.ask("deadline list")
        assert "new deadline: spec freeze, Fri 2026-12-11" in await channel.ask("deadline undo")
        assert "Nothing was changed" in await channel.ask("deadline undo")
        assert "18 days" in await channel.ask("deadline list")
        await channel.ask("deadline drop spec freeze")
        too_late = await channel.ask("deadline undo", minutes=25 * 60)
        assert too_late == "Nothing was changed within a day that could be taken back."


async def test_what_is_changed_in_private_is_announced() -> None:
    async with Channel() as channel:
        await channel.ask("deadline add spec freeze 11 December", ALONE)
        heard = await channel.until("2026-11-23T11:00:00")
        said = "The team has a new deadline: spec freeze, Fri 2026-12-11, R-15, in 18 days."
        assert (CHANNEL, said) in heard
        await channel.ask("deadline undo", ALONE)
        heard = await channel.until("2026-11-23T14:00:00")
        gone = "The team's deadline spec freeze (Fri 2026-12-11) is dropped."
        assert [text for target, text in heard if "spec" in text] == [gone]


async def test_who_subscribed_is_not_told_what_they_told_themselves() -> None:
    async with Channel() as channel:
        alone, dan = replace(PTL, channel=None), replace(PTL, nick="dan", channel=None)
        channel.people.add("dan")
        for each in (alone, dan):
            await channel.ask("subscribe", each)
        await channel.ask("deadline add spec freeze 11 December", alone)
        await channel.ask("plan m2 12 January", alone)
        said = await channel.until("2026-11-23T11:00:00")
        await channel.ask("deadline undo", alone)
        said += await channel.until("2026-11-23T14:00:00")
        told = [target for target, text in said if "spec freeze" in text or "planned for" in text]
        assert [told.count(target) for target in (CHANNEL, "dan", "croelandt")] == [2, 2, 0], said


async def test_a_deadline_of_the_teams_file_can_be_moved_and_dropped_for_this_cycle() -> None:
    team = replace(TEAM, deadlines=(OwnDeadline("spec freeze", parse_when("Friday of R-15")),))
    async with Channel(facts=world(team)) as channel:
        assert "is there already" in await channel.ask("deadline add spec freeze 18 December")
        assert "to Fri 2026-12-18" in await channel.ask("deadline move spec freeze 18 December")
        assert "2026-12-18" in await channel.ask("deadline list")
        assert "(Fri 2026-12-18) is dropped" in await channel.ask("deadline drop spec freeze")
        assert "no deadline of its own" in await channel.ask("deadline list")
        await channel.ask("deadline undo")
        assert "2026-12-18" in await channel.ask("deadline list")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("add spec freeze 30 Feb", "30 February is no day of the calendar."),
        ("add spec freeze 2027-02-30", "2027-02-30 is no day of the calendar."),
        ("add spec freeze tomorow", '"tomorow" is no day (tomorrow?).'),
        ("add spec freeze 19 November 2026", "Thu 2026-11-19 is past."),
        ("add spec freeze 2031-01-01", "Wed 2031-01-01 lies in no cycle that I know."),
        ("add spec freeze 1 week before m9", '"1 week before m9" is no day; say 2027-01-14, '
         "14 January, next Thursday, Friday of R-15 or 1 week before m3."),
        ("add m2 14 January", '"m2" is the schedule\'s own name; take another one.'),
        ("add " + "x" * 400 + " 14 January",
         "A name has at most 60 letters; that has 400."),
        ("add 14 January",
         "Say: deadline add NAME DAY, deadline move NAME DAY, deadline drop NAME, undo or list."),
        ("move mid-cycle 14 January", 'The team has no deadline "mid-cycle 14 January" of its own '
         "ahead; there is none."),
        ("frobnicate",
         "Say: deadline add NAME DAY, deadline move NAME DAY, deadline drop NAME, undo or list."),
    ],
)  # fmt: skip
async def test_what_is_wrong_gets_one_short_line_and_changes_nothing(
    words: str, answer: str
) -> None:
    async with Channel() as channel:
        assert await channel.ask(f"deadline {words}", OPERATOR) == answer
        assert await channel.store.notes("glance") == ()


UNREAD = "looks like a part of the day, and I can't read it there; put a name that has it in quotes"


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("foo Friday m2", "Friday"),
        ("foo the week of 14 January", "the week of"),
        ("foo -3 days before m2", "-3 days before"),
        ("foo five weeks before m2", "five weeks before"),
        ("foo 1 working day before m2", "1 working day before"),
        ("foo 1.5 weeks before m2", "1.5 weeks before"),
        ("foo half a week before m2", "half"),
        ("foo 3d before m2", "3d before"),
        ("foo 3 days m2", "3 days"),
        ("foo 10:00 14 January", "10:00"),
        ("foo next Thursday 14 January", "next"),
        ("foo 14 January Friday", "14 January"),
        ("foo Thrusday 14 January", "Thrusday"),
        ("foo no later than 14 January", "no later than"),
        ("foo 14/01/2027 m2", "14/01/2027"),
        ("foo R-11 or R-10", "R-11 or"),
        ("Friday foo 14 January", "Friday"),
        ("2 foo 14 January", "2"),
        ("foo before bar 14 January", "before"),
        ("foo 1 week before 14 January", "1 week before"),
        ("foo tomorrow m2", "tomorrow"),
        ("foo two day 14 January", "two day"),
        ("foo week 14 January", "week"),
        ("foo tonight m2", "tonight"),
        ("foo in the evening of m2", "in the evening of"),
        ("foo midday 14 January", "midday"),
        ("foo EOD m2", "EOD"),
        ("foo 8 PM UTC m2", "UTC"),
        ("foo twelve days before m2", "twelve days before"),
        ("foo 2 weeks prior to m2", "2 weeks prior"),
    ],
)
async def test_what_looks_like_a_part_of_a_day_never_gets_into_a_name(
    words: str, unread: str
) -> None:
    async with Channel() as channel:
        assert await channel.ask(f"deadline add {words}") == f'"{unread}" {UNREAD}.'
        assert await channel.store.notes("glance") == ()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("foo Friday 14 January", "2027-01-14 is a Thursday."),
        ("foo Fri 2027-01-14", "2027-01-14 is a Thursday."),
        ("foo Wed 2027-01-15", "2027-01-15 is a Friday."),
        ("foo Mon, January 15th", "2027-01-15 is a Friday."),
        ("foo 29 February", "29 February 2027 is no day of the calendar."),
        ("foo 29 February 2027", "29 February 2027 is no day of the calendar."),
        ("foo 30 Feb", "30 February is no day of the calendar."),
        ("foo Fri 2027-02-30", "2027-02-30 is no day of the calendar."),
        ('"foo week" Fri 14 January', "2027-01-14 is a Thursday."),
        ("foo 14-15 January", '"14-15 January" is no day; say 2027-01-14, 14 January, next '
         "Thursday, Friday of R-15 or 1 week before m3."),
        ("foo 14 January 10:00", '"14 January 10:00" is no day; say 2027-01-14, 14 January, next '
         "Thursday, Friday of R-15 or 1 week before m3."),
    ],
)  # fmt: skip
async def test_a_day_that_contradicts_itself_or_does_not_exist_is_refused(
    words: str, answer: str
) -> None:
    async with Channel() as channel:
        assert await channel.ask(f"deadline add {words}") == answer
        await channel.ask("deadline add bar 14 January")
        moved = words.removeprefix("foo ").removeprefix('"foo week" ')
        assert await channel.ask(f"deadline move bar {moved}") == answer


@pytest.mark.parametrize(
    ("words", "name", "day"),
    [
        ("foo Fri 2027-01-15", "foo", "Fri 2027-01-15"),
        ("foo Friday, 15 January", "foo", "Fri 2027-01-15"),
        ("foo on Friday 15 January", "foo", "Fri 2027-01-15"),
        ("foo by the 15th of January", "foo", "Fri 2027-01-15"),
        ("foo the Friday of R-10", "foo", "Fri 2027-01-15"),
        ("foo Fri of R-10", "foo", "Fri 2027-01-15"),
        ("foo the day before m2", "foo", "Wed 2027-01-13"),
        ("specs for m2 14 January", "specs for m2", "Thu 2027-01-14"),
        ("review day 14 January", "review day", "Thu 2027-01-14"),
        ('"bug day 2" 14 January', "bug day 2", "Thu 2027-01-14"),
        ("“review week” 14 January", "review week", "Thu 2027-01-14"),
        ("“spec freeze” 14 January", "spec freeze", "Thu 2027-01-14"),
    ],
)
async def test_a_day_is_read_as_people_write_it(words: str, name: str, day: str) -> None:
    async with Channel() as channel:
        said = await channel.ask(f"deadline add {words}")
        assert said.startswith(f"The team has a new deadline: {name}, {day}, R-10, in 5")
        assert f"{name} {day}" in await channel.ask("deadline list", PASSER_BY)


async def test_a_weekend_is_accepted_and_said() -> None:
    async with Channel() as channel:
        said = await channel.ask("deadline add bug squash 12 December")
        assert said.endswith("Sat 2026-12-12, R-15, in 19 days (a Saturday).")


async def test_control_codes_in_a_name_are_gone() -> None:
    async with Channel() as channel:
        said = await channel.ask("deadline add \x02spec\x0f\r\n\x16freeze\x00 14 January")
        assert "new deadline: spec freeze, Thu 2027-01-14" in said


async def test_a_backup_restored_elsewhere_answers_the_same(tmp_path: Path) -> None:
    questions = ("deadline list", "plan", "deadlines", "when spec freeze", "remind")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    async with Channel(database=f"sqlite+aiosqlite:///{here}/state.sqlite3") as channel:
        await channel.ask("deadline add spec freeze Friday of R-15")
        await channel.ask("plan m2 12 January")
        await channel.ask("remind 3 days before m2")
        now = channel.clock.instant
        answers = [await channel.ask(question, ALONE, minutes=0) for question in questions]
    for file in here.iterdir():
        (there / file.name).write_bytes(file.read_bytes())
    async with Channel(now, database=f"sqlite+aiosqlite:///{there}/state.sqlite3") as channel:
        assert [await channel.ask(each, ALONE, minutes=0) for each in questions] == answers


AFTER = "2027-04-20"
GAP = (
    "Today, Tue 2027-03-30, is in R+1 of 2027.1 Indri, due Wed 2027-03-24, 6 days ago; the "
    "next cycle is not in openstack/releases yet."
)


async def test_one_behind_the_last_schedule_is_kept_found_and_reminded_of() -> None:
    async with Channel() as channel:
        said = await channel.ask(f"deadline add spec freeze {AFTER}")
        assert said == "The team has a new deadline: spec freeze, Tue 2027-04-20, in 148 days."
        assert await channel.ask("when spec freeze") == (
            "Tue 2027-04-20, in 148 days: spec freeze (the team's own)."
        )
        heard = await channel.until("2027-03-30T09:00:00")
        assert not [text for _, text in heard if text.startswith("spec freeze")], "not due yet"
        told = "Tue 2027-04-20, in 21 days: spec freeze (the team's own)."
        assert await channel.ask("next", PASSER_BY) == f"{told} {GAP}"
        assert await channel.ask("when spec freeze", PASSER_BY) == f"2027.1 Indri: {told}"
        past = await channel.ask("when rc1", PASSER_BY)
        assert past.startswith("2027.1 Indri: RC1 target week: R-3 week, by Thu 2027-03-04, 26 ")
        assert past.endswith(f"(the Thursday of its week). {GAP}")
        assert (await channel.ask("deadlines", PASSER_BY)).startswith(
            f"2027.1 Indri. Next: {told} {GAP}"
        )
        assert "spec freeze Tue 2027-04-20" in await channel.ask("deadline list")
        assert "moves from Tue 2027-04-20 to Thu 2027-04-22" in await channel.ask(
            "deadline move spec freeze 22 April"
        )
        assert "review day, Mon 2027-05-03" in await channel.ask("deadline add review day 3 May")
        heard = await channel.until("2027-04-23T00:00:00")
        assert [text.split(". ")[0] for _, text in heard if "spec freeze" in text] == [
            "spec freeze (the team's own): Thu 2027-04-22, in 14 days",
            "spec freeze (the team's own): Thu 2027-04-22, tomorrow",
            "Today, spec freeze (the team's own): Thu 2027-04-22, until the end of the day (UTC)",
        ]


@pytest.mark.parametrize(
    "own",
    [
        OwnDeadline("spec freeze", parse_when(AFTER)),
        OwnDeadline("spec freeze", parse_when(AFTER), series="indri"),
        OwnDeadline("spec freeze", parse_when("4 weeks after release")),
    ],
    ids=["day", "day and series", "place"],
)
async def test_the_files_deadline_behind_the_last_schedule_is_known_too(own: OwnDeadline) -> None:
    async with Channel(now=at("2027-03-30T09:00:00"), facts=world(with_own(own))) as channel:
        assert "spec freeze (the team's own)" in await channel.ask("next", PASSER_BY)
        assert "spec freeze" in await channel.ask("deadline list", PASSER_BY)
        heard = await channel.until("2027-04-23T00:00:00")
        assert [text for _, text in heard if text.startswith("Today, spec freeze")]


async def test_one_between_two_cycles_is_told_in_the_next_one() -> None:
    """Hibiscus is released on 30 September, and R-25 of Indri begins on 5 October."""
    own = OwnDeadline("retrospective", parse_when("2026-10-04"))
    async with Channel(now=at("2026-09-28T09:00:00"), facts=world(with_own(own))) as channel:
        heard = await channel.until("2026-10-02T12:00:00")
        assert any("retrospective (the team's own): Sun 2026-10-04" in text for _, text in heard)
        for question in ("next", "deadlines", "when retrospective", "deadlines all"):
            assert "Sun 2026-10-04" in await channel.ask(question, ALONE)


async def test_it_stays_and_is_said_once_when_the_next_schedule_appears() -> None:
    own = OwnDeadline("review day", parse_when("2027-05-03"))
    async with Channel(now=at("2027-03-30T09:00:00"), facts=world(with_own(own))) as channel:
        await channel.ask(f"deadline add spec freeze {AFTER}")
        heard = await channel.until("2027-04-07T09:00:00")
        channel.facts = world(with_own(own), **next_cycle())
        told = "Tue 2027-04-20, R-22, in 13 days: spec freeze (the team's own)."
        assert await channel.ask("next", PASSER_BY) == told
        assert await channel.ask("when spec freeze", PASSER_BY) == told
        rows = await channel.ask("deadlines all", ALONE)
        assert (rows.count("spec freeze"), rows.count("review day")) == (1, 1)
        heard += await channel.until("2027-05-04T00:00:00")
        ladder = [text.split(". ")[0] for _, text in heard if "(the team's own)" in text]
        assert [text.split(" (")[0] for text in ladder] == [
            *("spec freeze", "spec freeze", "review day", "Today, spec freeze"),
            *("review day", "Today, review day"),
        ]


def next_cycle() -> dict[str, Fetched[Any]]:
    """What upstream has once the cycle behind Indri is planned: its series and its schedule."""
    facts, later = world().facts, dt.timedelta(weeks=26)
    indri, *others = facts[SERIES.name].value
    shifted = replace(indri, name="jerboa", release_id="2027.2", initial_release=None)
    schedule = facts["schedule/indri"].value
    weeks = tuple(
        replace(week, start=week.start + later, end=week.end + later) for week in schedule.weeks
    )
    release = schedule.first(Kind.RELEASE)
    days = tuple(day + later for day in release.days)
    events = (replace(release, series="jerboa", id="j-final", days=days, weeks=weeks[-1:]),)
    known = Schedule("jerboa", weeks, events)
    series = replace(facts[SERIES.name], value=(shifted, indri, *others))
    return {SERIES.name: series, "schedule/jerboa": replace(facts["schedule/indri"], value=known)}


def with_own(own: OwnDeadline) -> Team:
    return replace(TEAM, deadlines=(own,))
