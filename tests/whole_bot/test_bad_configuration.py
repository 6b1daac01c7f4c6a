"""A plugin that cannot start says why in Limnoria's log, readably, and the bot goes on without."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person
from kit.irc.servers import Server

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


@pytest.mark.parametrize("ruin", ["no such driver", "not asynchronous", "no address", "newer"])
def test_a_database_that_can_never_be_used_is_named_in_one_line(
    bot_folder: Path, ircd_server: Server, ruin: str
) -> None:
    bot = Bot(ircd_server, bot_folder)
    file = bot.folder / "state.sqlite"
    addresses = {
        "no such driver": (f"sqlite+nothing:///{file}", f"its database sqlite:///{file}: "),
        "not asynchronous": (f"sqlite+pysqlite:///{file}", f"its database sqlite:///{file}: "),
        "no address": ("postgresql://bot:secret@host:port/n", "its database: the address can't"),
        "newer": (f"sqlite:///{file}", f"its database sqlite:///{file}: a newer program made it"),
    }
    address, words = addresses[ruin]
    if ruin == "newer":
        with contextlib.closing(sqlite3.connect(file)) as db:
            db.execute("CREATE TABLE meta (name VARCHAR(100) PRIMARY KEY, value TEXT NOT NULL)")
            db.execute("INSERT INTO meta VALUES ('migrations', '99')")
            db.commit()
    bot_yaml = bot.config / "bot.yaml"
    bot_yaml.write_text(bot_yaml.read_text().replace(f"sqlite:///{file}", address))
    with pytest.raises(AssertionError, match=NOT_LOADED) as raised:
        bot.start()
    bot.kill()
    lines = [line for line in str(raised.value).splitlines() if "Failed to load" in line]
    assert len(lines) == 1
    assert f"Failed to load GlanceRelease: {words}" in lines[0]
    assert "Traceback" not in bot.log
    assert "secret" not in bot.log
