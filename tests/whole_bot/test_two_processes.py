"""Two bots on one database: the second does not load, and after a SIGKILL the next does at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.irc.bot import Bot
from kit.irc.servers import Server

NICK = "supybot.nick"


@pytest.fixture(params=["sqlite", "postgresql"])
def bots(
    request: pytest.FixtureRequest, bot_folder: Path, ircd_server: Server
) -> Iterator[tuple[list[Bot], str]]:
    """Three bots with one database, and how the log names it."""
    made = [
        Bot(ircd_server, bot_folder / name, registry={NICK: name})
        for name in ("botone", "bottwo", "botthree")
    ]
    url = f"sqlite:///{bot_folder}/shared.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    for bot in made:
        file = bot.config / "bot.yaml"
        file.write_text(file.read_text().replace(f"sqlite:///{bot.folder}/state.sqlite", url))
    yield made, url
    for bot in made:
        if bot.process is not None and bot.process.poll() is None:
            bot.kill()


def test_the_second_does_not_load_and_the_next_after_a_kill_does(
    bots: tuple[list[Bot], str],
) -> None:
    (first, second, third), url = bots
    first.start()
    with pytest.raises(AssertionError, match="the plugin is not loaded"):
        second.start()
    lines = [line for line in second.log.splitlines() if "Failed to load" in line]
    assert len(lines) == 1
    holder = f"in use by process {first.pid} on {socket.gethostname()}"
    assert lines[0].endswith(f"Failed to load GlanceRelease: its database {url} is {holder}")
    assert "Traceback" not in second.log

    first.kill()
    began = time.monotonic()
    third.start()
    assert "in use by" not in third.log
    assert "No memory" not in third.log
    assert time.monotonic() - began < 15
