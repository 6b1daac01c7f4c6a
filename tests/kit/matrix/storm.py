"""The promise on two networks at once: notices through the deaths of the bot, of Synapse and of the
IRC server, counted where they are heard."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import create_async_engine

from GlanceRelease.service.storage.store import outbox
from kit.irc.bot import CHANNEL
from kit.irc.storm import BORN, LEAD, NAME, Storm, due
from kit.matrix.person import Person
from kit.matrix.server import Homeserver

PLACE = "#glance:hs.test"
BOTS_NAME = "glancebot"
KINDS = ["kill_bot", "strike", "kill_synapse", "strike_synapse", "kill_server"]


class TwoNetworks(Storm):
    """A storm over a bot that is in a channel and in a room, with one ledger."""

    async def __aenter__(self) -> TwoNetworks:
        self.synapse = Homeserver(self.folder / "synapse").start()
        self.alice = await Person.enter(self.synapse.url, "alice")
        await self.alice.make_room(PLACE)
        account = await Person.enter(self.synapse.url, BOTS_NAME)
        await account.leave()
        (self.folder / "token").write_text(account.token)
        (self.folder / "token").chmod(0o600)
        await super().__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await super().__aexit__(*error)
        await self.alice.leave()
        self.synapse.kill()

    async def start_bot(self) -> None:
        written = self.bot.config / "bot.yaml"
        if "matrix:" not in written.read_text():
            keys = {"homeserver": self.synapse.url, "token": f"file:{self.folder / 'token'}"}
            with written.open("a") as file:
                file.write(yaml.safe_dump({"matrix": keys, "state": str(self.folder / "state")}))
            team = self.bot.config / "teams" / "glance.yaml"
            values = yaml.safe_load(team.read_text())
            team.write_text(yaml.safe_dump({**values, "channels": [CHANNEL, PLACE]}))
        await super().start_bot()

    async def kill_synapse(self) -> None:
        self.synapse.kill()
        await self.pause(1)
        await asyncio.to_thread(self.synapse.start)

    async def strike_synapse(self) -> None:
        """Synapse dies in the act."""
        await self._act()
        await self.kill_synapse()

    @property
    def kills(self) -> int:
        return sum(times for kind, times in self.happened.items())

    async def rows(self, place: str, *states: str) -> list[str]:
        """Why the rows of a place were entered that are in these states."""
        query = sa.select(outbox.c.why).where(
            outbox.c.rule == "reminder", outbox.c.target == place, outbox.c.state.in_(states)
        )
        engine = create_async_engine(self.database)
        try:
            async with engine.connect() as db:
                return [row.why for row in (await db.execute(query)).all()]
        finally:
            await engine.dispose()

    async def calm(self) -> None:
        """Wait until every reminder's fate in both places is known."""
        end = time.monotonic() + 60
        for place in (CHANNEL, PLACE):
            while len(await self.rows(place, "said", "missed")) < len(self.days):
                still = await self.rows(place, "pending", "claimed")
                assert time.monotonic() < end, f"{place}: {still}\n{self.bot.log[-4000:]}"
                await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        self._note()

    async def on_matrix(self) -> tuple[Counter[str], int]:
        """How often each notice stands in the room, and how many marks."""
        times: Counter[str] = Counter()
        marks = 0
        for event in await self.alice.timeline(most=1000):
            body = event["content"].get("body")
            if event["sender"] == f"@{BOTS_NAME}:hs.test" and isinstance(body, str):
                for mark, name in NAME.findall(body):
                    times[name] += 1
                    marks += bool(mark)
        return times, marks


async def weather_on_both(
    folder: Path, notices: int, kills: int, day_seconds: float, seed: int
) -> None:
    """A storm of so many kills: nothing is lost, nothing twice on Matrix, nothing twice without the
    mark on IRC; prints its counts."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "synapse").mkdir(parents=True)
    first = BORN.date() + LEAD + dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(notices)]
    database = f"sqlite+aiosqlite:///{folder / 'state.sqlite'}"
    began = time.monotonic()
    async with TwoNetworks(folder, database, days, day_seconds, seed) as storm:
        last = max(map(due, days))
        with contextlib.suppress(TimeoutError):
            await storm.rage(lambda: storm.now < last or storm.kills < kills, KINDS)
        await storm.calm()
        times, marks = await storm.on_matrix()
        missed = {n for why in await storm.rows(PLACE, "missed") for _, n in NAME.findall(why)}
        lost = [f"mark {d}" for d in days if not times[f"mark {d}"] and f"mark {d}" not in missed]
        twice = [name for name, count in times.items() if count > 1]
        print(
            f"\n{notices} notices, {storm.kills} kills in {time.monotonic() - began:.0f} s"
            f" {dict(storm.happened)}; on Matrix {sum(times.values())} said, {len(lost)} lost,"
            f" {len(twice)} twice, {marks} marked, {len(missed)} reported as missed"
        )
        assert (lost, twice, marks) == ([], [], 0)
        irc = await storm.count()
        print(
            f"on IRC {len(irc.lost)} lost, {len(irc.twice)} twice unmarked,"
            f" {len(irc.marked)} marked, {len(irc.missed)} reported as missed"
        )
        assert irc.lost == irc.twice == irc.strange == []
