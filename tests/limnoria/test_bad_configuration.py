"""A plugin that cannot start says why in Limnoria's log, readably, and the bot goes on without."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from irc.bot import ROOT, Bot
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
