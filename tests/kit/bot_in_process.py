"""The bot in the test's own process: the whole application on a folder, stepped by the test."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from kit.delivery import Delivery
from kit.irc.bot import ROOT

DATABASE = "state.sqlite"


class BotInProcess:
    """A bot with Glance's file and a bot.yaml of the test's; nothing beats but what the test ticks.

    It has no network: its way out is `delivery`, its time is `clock`. `made` is a process of it
    that is not started yet, `living` one from its start to its end.
    """

    def __init__(self, folder: Path, now: dt.datetime, database: str = "", more: str = "") -> None:
        self.folder = folder
        teams = folder / "teams"
        if not teams.exists():
            teams.mkdir(parents=True)
            shutil.copy(ROOT / "config" / "teams" / "glance.yaml", teams)
        where = database or f"sqlite:///{folder / DATABASE}"
        (folder / "bot.yaml").write_text(f"database: {where}\n{more}")
        self.clock = SteppedClock(now)
        self.delivery = Delivery()

    def made(self) -> App:
        """A process that begins to run with `start`."""
        return App(settings.load(self.folder), self.clock, self.delivery)

    @contextlib.asynccontextmanager
    async def living(self, now: dt.datetime | None = None) -> AsyncIterator[App]:
        """A process, started at an instant; it is stopped at the end."""
        if now is not None:
            self.clock.instant = now
        app = self.made()
        await app.start(beating=False)
        try:
            yield app
        finally:
            await app.stop()
