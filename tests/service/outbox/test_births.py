"""A place hears what comes due from the day on which it became the team's, not a whole grace."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from GlanceRelease.service.outbox.births import births_in, births_of, since
from GlanceRelease.service.storage.store import Store, stamp
from kit.bot_in_process import DATABASE, BotInProcess
from kit.glance_facts import at
from kit.outbox import BORN, NOW

OLD, NEW = "#openstack-glance", "#glance-new"
MIDDLE = at("2027-01-13T12:00:00")  # a working day before Indri-2: its ladder's lead is still good
THE_DAY = at("2027-01-14T10:00:00")
pytestmark = pytest.mark.asyncio


class Bot(BotInProcess):
    """A bot whose team's channels a test changes between two processes."""

    def speaks_in(self, *channels: str) -> None:
        path = self.folder / "teams" / "glance.yaml"
        lines = path.read_text().splitlines()
        named = f"channels: [{', '.join(map(repr, channels))}]"
        rows = [named if line.startswith("channels:") else line for line in lines]
        path.write_text("\n".join(rows) + "\n")

    async def hears(self, now: dt.datetime) -> list[str]:
        """What is heard in one process with one tick, each with its place."""
        before = len(self.delivery.lines)
        async with self.living(now) as app:
            await app.tick()
        return [f"{where} {text}" for where, text in self.delivery.lines[before:]]

    def sql(self, statement: str) -> list[tuple[str, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as db:
            rows = db.execute(statement).fetchall()
            db.commit()
        return rows


async def test_a_channel_that_is_new_hears_only_what_comes_due(tmp_path: Path) -> None:
    bot = Bot(tmp_path, at("2027-01-12T12:00:00"))
    assert await bot.hears(at("2027-01-12T12:00:00")) == []
    bot.delivery.away = {OLD}
    assert await bot.hears(MIDDLE) == []  # it waits for the channel
    bot.speaks_in(NEW, OLD)
    assert [line for line in await bot.hears(MIDDLE) if line.startswith(NEW)] == []
    query = f"SELECT DISTINCT state, trouble FROM outbox WHERE target = '{NEW}'"
    assert ("missed", "due before it was the team's place") in bot.sql(query)
    said = await bot.hears(THE_DAY)
    assert [line for line in said if line.startswith(f"{NEW} Today, Indri-2 milestone")]


async def test_the_channels_of_an_older_version_s_store_lose_nothing(tmp_path: Path) -> None:
    bot = Bot(tmp_path, at("2027-01-12T12:00:00"))
    await bot.hears(at("2027-01-12T12:00:00"))
    assert bot.sql("SELECT count(*) FROM meta WHERE name = 'births'") == [(1,)]
    bot.sql("DELETE FROM meta WHERE name = 'births'")
    said = await bot.hears(MIDDLE)  # a day and an hour after it stopped: what came due is said
    assert [line for line in said if line.startswith(f"{OLD} ") and "Indri-2" in line]


async def test_what_was_due_before_it_came_back_is_not_said_again(database: str) -> None:
    store = await Store.open(database)
    day = dt.timedelta(days=1)
    assert await births_in(store, [OLD], BORN, NOW) == {OLD: BORN}
    assert await births_in(store, [OLD.upper(), NEW], BORN, NOW + day) == {
        NEW: NOW + day,
        OLD: BORN,
    }
    assert await births_in(store, [NEW], BORN, NOW + 2 * day) == {NEW: NOW + day}
    births = await births_in(store, [OLD, NEW], BORN, NOW + 3 * day)
    assert births == {NEW: NOW + day, OLD: NOW + 3 * day}
    assert since(births, OLD, BORN) == NOW + 3 * day
    assert since(births, "rosmaita", BORN) == BORN
    assert since(births, NEW, NOW + 9 * day) == NOW + 9 * day  # a ledger that began anew
    assert await births_in(store, [OLD, NEW], BORN, NOW) == {NEW: NOW, OLD: NOW}  # clock set back
    await store.close()


@pytest.mark.parametrize("garbage", ["", "[1]", "5", '{"#a": 5}', '{"#a": "yesterday"}', "null"])
async def test_garbage_counts_as_an_older_version_s(database: str, garbage: str) -> None:
    store = await Store.open(database)
    await store.put_meta("births", garbage)
    assert await births_in(store, [OLD], BORN, NOW) == {OLD: BORN}
    assert await store.read_meta("births", births_of) == {OLD: BORN}
    assert await store.meta("births") == f'{{"{OLD}": "{stamp(BORN)}"}}'
    await store.close()
