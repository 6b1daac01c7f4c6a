"""The team's own deadlines from chat, as the channel reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.domain.team import OwnDeadline
from kit.channel import CHANNEL, OPERATOR, PASSER_BY, PTL, Channel
from kit.glance_facts import TEAM, world

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


async def test_a_deadline_of_the_teams_file_can_be_moved_and_dropped_for_this_cycle() -> None:
    team = replace(TEAM, deadlines=(OwnDeadline("spec freeze", "Friday of R-15"),))
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
        ("add spec freeze 1 week before m9", '"m9" is no day; say 2027-01-14, '
         "14 January, next Thursday, Friday of R-15 or 1 week before m3."),
        ("add m2 14 January", '"m2" is the schedule\'s own name; take another one.'),
        ("add " + "x" * 400 + " 14 January",
         "A name has at most 60 letters; that one has 400."),
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
