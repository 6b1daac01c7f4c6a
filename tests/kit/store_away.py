"""What a bot without its store says, in the channel, by its page and in its log."""

from __future__ import annotations

import datetime as dt
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from kit.bot_in_process import BotInProcess
from kit.glance_facts import at

BORN = at("2027-01-12T12:00:00")  # two days before Indri-2
ASK = Ask("alice", verified=True)
MINUTE = dt.timedelta(minutes=1)


def told(reason: str) -> str:
    return (
        "I remember nothing, so I keep nothing and say nothing unasked: my database can't be used "
        f"({reason}). I try again each minute."
    )


def health(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def until(done: Callable[[], bool], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.1)


class BotWithLog(BotInProcess):
    """One bot on one database, minute by minute, and what it logs."""

    def __init__(self, folder: Path, database: str, log: pytest.LogCaptureFixture) -> None:
        super().__init__(folder, BORN, database)
        self._log, self.app = log, self.made()

    async def minute(self) -> None:
        self.clock.instant += MINUTE
        await self.app.tick()

    async def tell(self, text: str) -> str:
        """The answer to a command that changes something."""
        return "\n".join(render((await self.app.act(text, ASK)).doc, True))

    def ask(self, text: str) -> str:
        return "\n".join(render(self.app.ask(text, ASK).doc, True))

    def log(self, level: str = "WARNING") -> list[str]:
        """What was logged since the last look; a traceback is one with a "+"."""
        least = {"WARNING": 30, "ERROR": 40}[level]
        records = [one for one in self._log.records if one.levelno >= least]
        ours = [one for one in records if one.name.startswith(("GlanceRelease", "asyncio"))]
        found = [f"{one.getMessage()}{' +' if one.exc_info else ''}" for one in ours]
        self._log.clear()
        return [line for line in found if "opendev" not in line]

    def is_away(self, reason: str) -> None:
        """Everything that tells of the store tells this."""
        assert self.app.no_memory == told(reason)
        assert self.ask("sources").startswith(told(reason))
        assert self.ask("remind") == told(reason)
        well = self.app.is_well()
        assert (well["ticking"], well["remembering"]) == (True, False)
