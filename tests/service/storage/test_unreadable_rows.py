"""One value in the store that can't be read: the bot starts, goes on, and leaves it out."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from GlanceRelease.service.storage.engine import create_async_engine
from kit.glance_facts import at
from kit.store_away import MINUTE, BotWithLog

TODAY = at("2027-01-14T10:00:00")

BROKEN = [
    "UPDATE notes SET body = '{'",
    "UPDATE notes SET body = '[1]'",
    "UPDATE notes SET body = '5'",
    "UPDATE notes SET at = 'yesterday'",
    "UPDATE outbox SET due = 'garbage'",
    "UPDATE outbox SET text = 'garbage'",
    "UPDATE outbox SET at = 'garbage'",
    "UPDATE outbox SET next_try = 'garbage'",
    "UPDATE outbox SET expires = ''",
    "UPDATE outbox SET days = '{'",
    "UPDATE outbox SET due = '2026-01-01T00:00:00', expires = '2027-12-12T00:00:00'",
    "UPDATE meta SET value = 'yesterday' WHERE name = 'born'",
    "UPDATE meta SET value = '2026-01-01' WHERE name = 'born'",
    "UPDATE meta SET value = '[1' WHERE name = 'memory/glance'",
    "UPDATE meta SET value = '[1]' WHERE name = 'memory/glance'",
    "UPDATE meta SET value = '{\"a\": 1}' WHERE name = 'memory/glance'",
    "INSERT INTO meta (name, value) VALUES ('forgotten', 'garbage')",
    "INSERT INTO meta (name, value) VALUES ('forgotten', '[null, null]')",
    "INSERT INTO facts (url, name, bodies, etags, at) VALUES ('u', 'n', '[5]', '[]', 'x')",
]


async def change(database: str, statement: str) -> None:
    engine = create_async_engine(database)
    async with engine.begin() as db:
        await db.execute(sa.text(statement))
    await engine.dispose()


@pytest.mark.asyncio
@pytest.mark.parametrize("statement", BROKEN)
@pytest.mark.parametrize("is_running", [False, True], ids=["at the start", "running"])
async def test_it_is_left_out_and_keeps_nothing_else_back(
    statement: str,
    is_running: bool,
    database: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bot = BotWithLog(tmp_path / "config", database, caplog)
    await bot.app.start(beating=False)
    await bot.minute()
    await bot.tell("remind 1 day before m2")
    await bot.minute()
    if not is_running:
        await bot.app.stop()
    await change(database, statement)
    if not is_running:
        bot = BotWithLog(tmp_path / "config", database, caplog)
        bot.clock.instant += 2 * MINUTE
        await bot.app.start(beating=False)
    try:
        bot.log()
        for minute in range(3):
            bot.clock.instant = TODAY + minute * MINUTE
            await bot.app.tick()
            assert bot.app.no_memory == ""
        assert "I remind you of Indri-3" in await bot.tell("remind 3 days before m3")
        assert "Indri-3" in bot.ask("remind")
        assert bot.ask("log")
        assert any("Today, Indri-2 milestone" in line for line in bot.delivery.heard)
        lines = bot.log("ERROR")
        assert not [line for line in lines if line.endswith("+")], lines
    finally:
        await bot.app.stop()
