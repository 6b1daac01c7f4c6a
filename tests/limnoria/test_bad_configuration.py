"""A plugin that cannot start says why in Limnoria's log, readably, and the bot goes on without."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from irc.bot import ROOT, Bot
from irc.ircd import Server
from irc.person import Person

NOT_LOADED = "the plugin is not loaded"


@pytest.mark.asyncio
async def test_all_that_is_wrong_stands_in_the_log_once(
    start_bot: Callable[..., Bot], join: Callable[..., Awaitable[Person]], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("state"))
    team = (config / "teams" / "glance.yaml").read_text()
    lines = team.replace("deliverables:", "deliverable:").replace("early", "earlier").splitlines()
    (config / "teams" / "glance.yaml").write_text("\n".join([*lines, "early: a fortnight"]))
    with pytest.raises(AssertionError, match=NOT_LOADED) as raised:
        start_bot(config=config)
    log = str(raised.value)
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("deliverable:"))
    assert log.count(f"glance.yaml:{at}: deliverable: no such key") == 1
    assert log.count("Failed to load GlanceRelease") == 1
    assert "Traceback" not in log
    alice = await join("alice")
    assert "GlanceRelease" not in await alice.ask_alone("list")


@pytest.mark.parametrize("ruin", ["no database", "a folder", "no such folder", "half a database"])
def test_a_database_that_cannot_be_used_is_named_in_one_line(
    bot_folder: Path, ircd_server: Server, ruin: str
) -> None:
    bot = Bot(ircd_server, bot_folder)
    database = bot.folder / "state.sqlite"
    if ruin == "no database":
        database.write_bytes(b"once upon a time " * 500)
    elif ruin == "a folder":
        database.mkdir()
    elif ruin == "half a database":
        with contextlib.closing(sqlite3.connect(database)) as db:
            db.execute("CREATE TABLE facts (url TEXT)")
            db.executemany("INSERT INTO facts VALUES (?)", [("x" * 500,)] * 100)
            db.commit()
        database.write_bytes(database.read_bytes()[:9000])
    else:
        bot_yaml = bot.config / "bot.yaml"
        bot_yaml.write_text(bot_yaml.read_text().replace("/state.sqlite", "/x/y/state.sqlite"))
        (bot.folder / "x").write_text("a file where a folder should be")
    with pytest.raises(AssertionError, match=NOT_LOADED) as raised:
        bot.start()
    bot.kill()
    lines = [line for line in str(raised.value).splitlines() if "Failed to load" in line]
    assert len(lines) == 1
    assert f"Failed to load GlanceRelease: its database sqlite:///{bot.folder}" in lines[0]
    assert "Traceback" not in bot.log
