"""All rules together say six lines a week to one person: what is over shares a line, or waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.domain.people.private_lines import MOST_A_WEEK
from GlanceRelease.service.outbox.private_week import WAITS
from GlanceRelease.service.storage.store import Store
from kit.outbox import CHANNEL, DAY, HOUR, NOW, OutboxBot, notice

pytestmark = pytest.mark.asyncio
WEEK = 7 * DAY


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[OutboxBot]:
    store = await Store.open("sqlite+aiosqlite:///:memory:")
    yield OutboxBot(store)
    await store.close()


def to(subject: str, at: dt.datetime, grace: dt.timedelta = WEEK, rule: str = "guide") -> Notice:
    return notice(subject, at, grace, rule=rule, target="pdeore", words=subject)


async def heard(bot: OutboxBot, each: list[Notice], days: float, step: dt.timedelta) -> list[str]:
    """What is heard while the hours go by, with when: "0d00: A"."""
    start, lines = bot.now, []
    while bot.now - start <= days * DAY:
        told = await bot.tick(*(one for one in each if one.due <= bot.now))
        gone = bot.now - start
        lines += [f"{gone.days}d{gone.seconds // 3600:02}: {line}" for line in told]
        bot.now += step
    return lines


async def test_beyond_four_what_has_time_waits_for_a_quiet_day_and_shares_a_line(
    bot: OutboxBot,
) -> None:
    each = [to(name, NOW + number * HOUR) for number, name in enumerate("ABCDEFG")]
    assert await heard(bot, each, 2.5, HOUR) == [
        "0d00: A", "0d01: B", "0d02: C", "0d03: D", "1d03: E; F; G",
    ]  # fmt: skip


async def test_what_is_of_its_hour_takes_the_spared_lines_and_what_waits_with_it(
    bot: OutboxBot,
) -> None:
    each = [to(name, NOW + number * HOUR) for number, name in enumerate("ABCDE")]
    each.append(to("meeting", NOW + 6 * HOUR, HOUR, rule="meeting soon"))
    assert (await heard(bot, each, 1, HOUR))[4:] == ["0d06: E; meeting"]


async def test_never_more_than_six_in_seven_days_and_what_has_time_comes_after(
    bot: OutboxBot,
) -> None:
    each = [to(f"n{number}", NOW + number * 6 * HOUR, DAY) for number in range(40)]
    late = to("late", NOW + 3 * DAY, 2 * WEEK)
    lines = await heard(bot, [*each, late], 14, HOUR)
    instants = [int(line[: line.index("d")]) * 24 + int(line.split("d")[1][:2]) for line in lines]
    for at in instants:
        assert sum(at <= other < at + 7 * 24 for other in instants) <= MOST_A_WEEK
    assert any("late" in line for line in lines)
    assert (await bot.states())["n39"] in ("said", "missed")


async def test_what_waits_says_why_in_the_log(bot: OutboxBot) -> None:
    each = [to(name, NOW) for name in "ABCDEFGH"]
    await bot.tick(*each[:4])
    for one in each[4:6]:
        bot.now += DAY
        await bot.tick(*each[:4], one)
    before = len(bot.delivery.heard)
    await bot.tick(*each)
    assert len(bot.delivery.heard) == before
    assert (await bot.states())["H"] == "pending"
    assert await bot.trouble("H") == WAITS


async def test_one_tick_of_many_shares_lines(bot: OutboxBot) -> None:
    assert await bot.tick(*(to(name, NOW) for name in "ABCDE")) == ["A; B; C; D; E"]
    assert await bot.tick(*(to(name, NOW + HOUR) for name in "FG"), after=HOUR) == ["F", "G"]


async def test_what_they_asked_for_and_a_channel_are_not_counted(bot: OutboxBot) -> None:
    asked = [replace(to(name, NOW + n * HOUR), is_public=True) for n, name in enumerate("ABCDEFGH")]
    assert len(await heard(bot, asked, 0.5, HOUR)) == 8
    public = [
        notice(name, bot.now + n * HOUR, DAY, words=name) for n, name in enumerate("ABCDEFGH")
    ]
    assert len(await heard(bot, public, 0.5, HOUR)) == 8
    assert set(bot.delivery.targets) == {"pdeore", CHANNEL}
    assert await bot.tick(to("I", bot.now)) == ["I"]
