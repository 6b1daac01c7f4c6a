"""What the channel hears of a deadline, line by line, from four weeks ahead to the day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
import pytest_asyncio

from GlanceRelease.domain.calendar.event_offsets import parse_when
from GlanceRelease.domain.calendar.lead_time import parse_lead
from GlanceRelease.domain.calendar.reminder_ladder import rungs
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import OwnDeadline
from GlanceRelease.registry import RULES, Rule
from kit.glance_facts import with_event, with_file, world
from kit.life import PLAIN, Life

pytestmark = pytest.mark.asyncio
Begin = Callable[..., Awaitable[Life]]
PAGE = "https://releases.openstack.org/indri/schedule.html"
GUIDE = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"
TODO = (
    "To do: glance 34.0.0.0b2, a release of glance-store, a release of python-glanceclient. "
    f"{PAGE}#i-2"
)
FREEZE = (
    "Indri-3 milestone, Feature freeze, Final release for client libraries (R-5 week), "
    "Soft StringFreeze, Requirements freeze"
)


@pytest_asyncio.fixture
async def begin() -> AsyncIterator[Begin]:
    """Start a bot's life at an instant, as its first start ever."""
    lives: list[Life] = []

    async def start(born: str, facts: Snapshot | None = None) -> Life:
        lives.append(await Life.begun(born, facts))
        return lives[-1]

    yield start
    for life in lives:
        await life.ended()


def plainly(lines: list[str]) -> list[str]:
    """The lines without what the plan's duty adds."""
    return [re.sub(r"No day is planned yet:[^.]*\. ", "", text) for text in lines]


async def test_the_ladder_of_a_milestone(begin: Begin) -> None:
    life = await begin("2026-12-01T09:00")
    assert plainly(await life.days_until("2027-01-15")) == [
        f"Thu 12-17 Indri-2 milestone: Thu 2027-01-14, R-10, in 28 days. {TODO}",
        f"Wed 12-30 Indri-2 milestone: Thu 2027-01-14, R-10, in 15 days. {TODO}",  # a holiday's eve
        f"Thu 01-07 Indri-2 milestone: Thu 2027-01-14, R-10, in 7 days. {TODO}",
        f"Wed 01-13 Indri-2 milestone: Thu 2027-01-14, R-10, tomorrow. {TODO}",
        "Thu 01-14 Today, Indri-2 milestone: Thu 2027-01-14, R-10, until the end of the day (UTC). "
        + TODO,
    ]


@pytest.mark.parametrize(
    ("time", "last"),
    [
        ("00:00 UTC", ["Wed 01-13 Indri-2 milestone (00:00 UTC): Thu 2027-01-14, R-10, tomorrow."]),
        (
            "13:00 UTC",
            [
                "Wed 01-13 Indri-2 milestone (13:00 UTC): Thu 2027-01-14, R-10, tomorrow.",
                "Thu 01-14 Today, Indri-2 milestone (13:00 UTC): Thu 2027-01-14, R-10, "
                "until 13:00 UTC.",
            ],
        ),
    ],
)
async def test_a_deadline_with_a_time_is_reminded_of_until_then(
    begin: Begin, time: str, last: list[str]
) -> None:
    life = await begin("2027-01-12T09:00", with_event(world(), "i-2", times=(time,), rule="prose"))
    assert plainly(await life.days_until("2027-01-15")) == [f"{text} {TODO}" for text in last]


async def test_what_lasts_is_not_due_at_the_end_of_its_first_day(begin: Begin) -> None:
    days = (dt.date(2027, 1, 14), dt.date(2027, 1, 20))
    life = await begin(
        "2026-12-13T12:00", with_event(world(), "i-vptg", days=days, span=True, rule="prose")
    )
    told = [text for text in await life.days_until("2027-01-19") if "PTG" in text]
    assert [text.partition(" http")[0] for text in told] == [
        "Thu 01-14 Today, PTG (virtual): Thu 2027-01-14 to Wed 2027-01-20, R-10."
    ]


async def test_what_is_done_is_silent_until_its_day(begin: Begin) -> None:
    life = await begin("2026-12-16T09:00")
    assert len(await life.days_until("2026-12-18")) == 1
    done = (("glance", "34.0.0.0b2"), ("glance-store", "5.2.0"), ("python-glanceclient", "4.10.0"))
    for name, version in done:
        life.facts = with_file(life.facts, "indri", name, f"{version}@2026-12-21")
    assert await life.days_until("2027-01-15") == [
        "Thu 01-14 Today, Indri-2 milestone: Thu 2027-01-14, R-10, until the end of the day (UTC). "
        f"Done: glance 34.0.0.0b2, glance-store 5.2.0, python-glanceclient 4.10.0. {PAGE}#i-2"
    ]
    rows = await life.speaker.outbox.ledger("glance")
    mine = [row for row in rows if row.rule == "reminder" and "Indri-2" in row.why]
    assert {row.state for row in mine} == {"said"}


async def test_what_is_partly_done_says_what_is_left(begin: Begin) -> None:
    life = await begin("2027-01-06T09:00")
    life.facts = with_file(life.facts, "indri", "glance", "34.0.0.0b2@2027-01-05")
    (line,) = await life.days_until("2027-01-08")
    assert "To do: a release of glance-store, a release of python-glanceclient. " in line


async def test_rc1_and_the_release_are_announced_once(begin: Begin) -> None:
    life = await begin("2027-03-01T09:00")
    await life.tick("2027-03-02T10:00")
    betas = ("34.0.0.0b2", "34.0.0.0rc1")
    life.facts = with_file(life.facts, "indri", "glance", *betas, branch="stable/2027.1")
    rc1 = (
        "glance 34.0.0.0rc1 is tagged. From now to the final release (Wed 2027-03-24, R+0) only "
        f"release-critical changes may merge, on stable/2027.1 and on master. {GUIDE}"
    )
    assert await life.tick("2027-03-02T15:00") == [rc1]
    await life.restart()
    assert await life.tick("2027-03-02T15:01") == []
    final = (*betas, "34.0.0")
    life.facts = with_file(life.facts, "indri", "glance", *final, branch="stable/2027.1")
    assert (await life.tick("2027-03-24T15:00"))[0] == (
        "glance 34.0.0 is released: 2027.1 Indri is out. Master is open for the next series; "
        f"stable/2027.1 takes backports of fixes. {GUIDE}"
    )
    assert await life.tick("2027-03-24T15:01") == []


async def test_an_rc1_that_was_there_at_the_first_look_is_no_news(begin: Begin) -> None:
    there = with_file(world(PLAIN), "indri", "glance", "34.0.0.0rc1", branch="stable/2027.1")
    life = await begin("2027-03-05T09:00", there)
    assert await life.tick("2027-03-05T10:00") == []


async def test_an_rc1_that_came_in_a_downtime_is_announced_afterwards(begin: Begin) -> None:
    life = await begin("2027-03-01T09:00")
    await life.tick("2027-03-01T10:00")
    life.facts = with_file(life.facts, "indri", "glance", "34.0.0.0rc1")
    await life.restart()
    assert "34.0.0.0rc1 is tagged" in (await life.tick("2027-03-08T07:00"))[0]


async def test_a_date_that_moves_and_comes_back_is_told_each_time(begin: Begin) -> None:
    life = await begin("2026-12-01T09:00")
    await life.tick("2026-12-01T10:00")
    life.move("i-2", "2027-01-21")
    away, four = plainly(await life.days_until("2026-12-24"))
    assert away == (
        "Wed 12-02 The schedule of 2027.1 Indri changed: Indri-2 milestone moved from Thu "
        "2027-01-14 to Thu 2027-01-21, R-9. The next reminder comes Wed 2026-12-23 (4 weeks before "
        f"it). {PAGE}"
    )
    assert four == f"Wed 12-23 Indri-2 milestone: Thu 2027-01-21, R-9, in 29 days. {TODO}"
    life.move("i-2", "2027-01-14")
    back, *reminders = plainly(await life.days_until("2027-01-15"))
    assert back.endswith(
        "moved from Thu 2027-01-21 to Thu 2027-01-14, R-10. The next reminder comes Wed 2026-12-30 "
        f"(2 weeks before it). {PAGE}"
    )
    assert [line[:9] for line in reminders] == ["Wed 12-30", "Thu 01-07", "Wed 01-13", "Thu 01-14"]
    life.move("i-2", "2027-01-21")
    assert "to Thu 2027-01-21" in (await life.tick("2027-01-14T12:00"))[0]


async def test_a_dropped_date_a_new_one_and_one_in_the_past(begin: Begin) -> None:
    life = await begin("2027-01-11T09:00")
    await life.tick("2027-01-11T10:00")
    whole = life.schedule()
    life.move("i-3")
    (dropped,) = await life.tick("2027-01-11T11:00")
    assert "Indri-3 milestone (Thu 2027-02-18) is dropped. No reminder of it follows." in dropped
    life.put(whole)
    (new,) = await life.tick("2027-01-11T12:00")
    assert "Indri-3 milestone is new, Thu 2027-02-18, R-5. The next reminder comes" in new
    life.move("i-3")
    assert len(await life.tick("2027-01-11T13:00")) == 1
    life.put(whole)
    assert len(await life.tick("2027-01-11T14:00")) == 1
    life.move("i-rc1", "2027-01-05")
    (past,) = await life.tick("2027-01-11T15:00")
    assert "moved from Thu 2027-03-04 to Tue 2027-01-05" in past
    assert not any("RC1" in line for line in await life.days_until("2027-01-13"))


async def test_bundled_facts_are_no_knowledge(begin: Begin) -> None:
    bundled = world(PLAIN)
    facts = {name: replace(fact, origin="bundled") for name, fact in bundled.facts.items()}
    life = await begin("2026-12-01T09:00", replace(bundled, facts=facts))
    await life.tick("2026-12-01T10:00")
    life.facts = with_file(world(PLAIN), "indri", "glance", "34.0.0.0rc1")
    life.move("i-2", "2027-01-21")
    assert await life.tick("2026-12-01T10:30") == []


async def test_what_was_missed_in_a_downtime_is_one_line(begin: Begin) -> None:
    life = await begin("2027-01-25T09:00")
    await life.tick("2027-01-25T10:00")
    life.clock.instant = life.clock.instant.replace(month=2, day=8)
    await life.restart()
    assert await life.tick("2027-02-08T16:00") == [
        "Delayed: Final release for non-client libraries: R-6 week, by Thu 2027-02-11, in 3 days; "
        f"{FREEZE}: Thu 2027-02-18, R-5, in 10 days; RC1 target week (R-3 week), Hard "
        "StringFreeze: Thu 2027-03-04, R-3, in 24 days"
    ]
    reason, stop = await life.command("why")
    assert reason.startswith("Said at 2027-02-08 16:00 UTC: a reminder 4 weeks before RC1 target")
    assert stop.startswith("To stop its kind: reminders in the team's file")


async def test_what_no_longer_mattered_after_a_downtime_stands_in_the_log(begin: Begin) -> None:
    life = await begin("2026-12-16T09:00")
    await life.tick("2026-12-16T10:00")
    await life.restart()
    (line,) = await life.tick("2027-01-08T16:00")
    assert line.startswith("Indri-2 milestone: Thu 2027-01-14, R-10, in 6 days.")
    log = await life.command("log 20")
    missed = [text for text in log if "not said (too late to be news): Indri-2" in text]
    assert [text[:20] for text in missed] == ["2026-12-30 10:00 UTC", "2026-12-17 10:00 UTC"]


async def test_a_deadline_on_a_weekend_is_reminded_of_on_working_days(begin: Begin) -> None:
    own = (OwnDeadline("review squash", parse_when("2027-02-14")),)
    life = await begin("2027-01-25T09:00", world(replace(PLAIN, deadlines=own)))
    lines = [line for line in await life.days_until("2027-02-16") if "squash" in line]
    name = "review squash (the team's own): Sun 2027-02-14, R-6"
    assert lines == [
        f"Fri 01-29 {name}, in 16 days. {PAGE}",
        f"Fri 02-12 {name}, in 2 days. {PAGE}",
    ]


async def test_a_deadline_behind_the_release_is_reminded_of_too(begin: Begin) -> None:
    own = (OwnDeadline("retrospective", parse_when("2027-03-26")),)
    life = await begin("2027-03-08T09:00", world(replace(PLAIN, deadlines=own)))
    lines = [line[:9] for line in await life.days_until("2027-03-28") if "retrospective" in line]
    assert lines == ["Fri 03-12", "Thu 03-25", "Fri 03-26"]


async def test_a_first_start_floods_nobody_and_a_weekends_reminder_comes_on_monday(
    begin: Begin,
) -> None:
    own = (OwnDeadline("review squash", parse_when("2027-02-20")),)  # two weeks after a Saturday
    life = await begin("2027-02-06T15:00", world(replace(PLAIN, deadlines=own)))
    assert await life.tick("2027-02-06T15:01") == []
    (line,) = await life.days_until("2027-02-09")
    assert line.startswith("Mon 02-08 review squash (the team's own): Sat 2027-02-20, R-5")
    assert "due before this bot's first start" in (await life.command("log 9"))[-1]


async def test_two_deadlines_of_a_day_are_one_line_and_one_told_later_hides_none(
    begin: Begin,
) -> None:
    life = await begin("2027-01-18T09:00")
    await life.tick("2027-01-18T10:00")
    life.delivery.open = False
    await life.tick("2027-01-21T10:00")
    life.move("i-final-lib", "2027-02-18")  # to the day whose reminder still waits
    await life.tick("2027-01-22T10:00")
    life.delivery.open = True
    lines = await life.tick("2027-01-22T10:05")
    assert any("Indri-3 milestone" in line and "Feature freeze" in line for line in lines)


async def test_a_silence_holds_back_and_one_line_follows(begin: Begin) -> None:
    life = await begin("2027-02-01T09:00")
    await life.tick("2027-02-01T10:00")
    assert await life.command("mute 5d") == [
        "Silent in #openstack-glance until 2027-02-06 10:00 UTC; unmute ends it."
    ]
    assert await life.days_until("2027-02-05") == []
    await life.command("unmute")
    (line,) = await life.tick("2027-02-05T11:00")
    assert line.startswith("Delayed: ")
    assert "RC1 target week" in line
    assert FREEZE in line


async def test_a_rule_that_fails_takes_nothing_back_and_forgets_nothing(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Notice]:
        raise RuntimeError

    life = await begin("2027-01-06T09:00")
    await life.tick("2027-01-06T10:00")
    life.delivery.open = False
    await life.tick("2027-01-07T10:00")
    life.delivery.open = True
    whole: dict[str, Rule] = {name: RULES[name] for name in ("reminder", "announcement")}
    for name, row in whole.items():
        monkeypatch.setitem(RULES, name, replace(row, speak=fail))
    life.facts = with_file(life.facts, "indri", "glance", "34.0.0.0rc1")
    (line,) = await life.tick("2027-01-07T10:01")
    assert line.startswith("Indri-2 milestone")
    for name, row in whole.items():
        monkeypatch.setitem(RULES, name, row)
    assert "34.0.0.0rc1 is tagged" in (await life.tick("2027-01-07T10:02"))[0]


async def test_a_leap_day() -> None:
    ladder = rungs(dt.date(2028, 3, 28), (parse_lead("4 weeks"),), PLAIN.reminders, None)
    assert [rung.due for rung in ladder] == [dt.datetime(2028, 2, 29, 10, tzinfo=dt.UTC)]
