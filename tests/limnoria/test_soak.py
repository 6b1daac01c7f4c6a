"""The promise on a real server: notices through a storm of deaths, kicks, silence and darkness.

The bot's clock runs so fast that a day lasts a second or two; each day a deadline of the team's
own is four weeks away, which is said from then on until its day is over. A second client in the
channel writes down what it hears, and the ledger on disk says what the bot believes.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
import re
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from GlanceRelease.frontends.ports import free_port
from irc.bot import CHANNEL, NICK, ROOT, Bot
from irc.fixtures import absent
from irc.ircd import HYBRID, RELAXED, Server, hybrid
from irc.person import Person
from irc.wire import Wire

BORN = dt.datetime(2026, 4, 13, 9, tzinfo=dt.UTC)
LEAD = dt.timedelta(weeks=4)
HOUR = dt.time(10)
NAME = re.compile(r"(\(perhaps a repeat\) )?(?:Today, )?(mark \d{4}-\d\d-\d\d)")
QUICK = {
    "supybot.drivers.maxReconnectWait": "1",
    "supybot.protocols.irc.ping.interval": "2",
}


def due(day: dt.date) -> dt.datetime:
    """When a deadline's one reminder is due: four weeks before, on a working day."""
    at = day - LEAD
    while at.weekday() >= 5:
        at -= dt.timedelta(days=1)
    return dt.datetime.combine(at, HOUR, dt.UTC)


def configuration(folder: Path, days: list[dt.date]) -> Path:
    """The project's configuration, with these deadlines of the team's own and one lead."""
    shutil.copytree(ROOT / "config", folder, ignore=shutil.ignore_patterns("state"))
    team = {
        "name": "glance",
        "governance": "glance",
        "channels": [CHANNEL],
        "deliverables": ["glance"],
        "deadlines": [{"name": f"mark {day}", "when": day} for day in days],
        "reminders": {
            "hour": "10:00",
            "full": [],
            "short": ["own"],
            "short_leads": ["4 weeks"],
            "lines_a_day": 1000,
        },
    }
    (folder / "teams" / "glance.yaml").write_text(yaml.safe_dump(team))
    return folder


class Storm:
    """The server, the wire, the bot and the witness, and what may happen to them."""

    def __init__(self, folder: Path, days: list[dt.date], day_seconds: float, seed: int) -> None:
        self.folder = folder
        self.days = days
        self.speed = 86_400 / day_seconds
        self.chance = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self.heard: list[str] = []
        self.port = free_port()
        self._ircd = contextlib.ExitStack()
        self._began = 0.0

    @property
    def now(self) -> dt.datetime:
        """What the bot's clock shows, in this life and the next."""
        return BORN + dt.timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    async def __aenter__(self) -> Storm:
        self._ircd.enter_context(hybrid(RELAXED, self.port))
        self.wire = await Wire(self.port).open()
        self.witness = await Person.join(self._server(), "witness")
        self._began = time.monotonic()
        config = configuration(self.folder / "config", self.days)
        front = replace(self._server(), port=self.wire.port)
        self.bot = Bot(front, self.folder / "bot", now="x", config=config, registry=QUICK)
        self.bot.environment["GLANCE_RELEASE_SPEED"] = str(self.speed)
        await self.start_bot()
        return self

    async def __aexit__(self, *error: Any) -> None:
        if self.bot.process is not None and self.bot.process.poll() is None:
            self.bot.kill()
        self._note()
        await self.witness.leave()
        await self.wire.close()
        self._ircd.close()

    def _server(self) -> Server:
        return Server("ircd-hybrid", self.port, None)  # type: ignore[arg-type]

    async def start_bot(self) -> None:
        self.bot.environment["GLANCE_RELEASE_NOW"] = self.now.isoformat()
        await asyncio.to_thread(self.bot.start)

    def _note(self) -> None:
        """Take over what the witness heard since it was last asked."""
        for line in self.witness.heard:
            if line.command == "PRIVMSG" and line.sender.startswith(NICK):
                self.heard.append(line.text)
        self.witness.heard.clear()
        self.witness._next = 0

    async def pause(self, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(0, most))

    async def joined(self, seconds: float = 30) -> None:
        """Return when the bot is in the channel, as the server sees it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._note()
            if any(name.startswith(NICK) for name in await self.witness.names()):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the bot did not come back:\n{self.bot.log[-4000:]}")

    # -- what may happen ----------------------------------------------------------------------

    async def kill_bot(self) -> None:
        self.bot.kill()
        await self.pause(1)
        await self.start_bot()

    async def kill_server(self) -> None:
        server = self._ircd.pop_all()
        server.close()  # SIGKILL
        await self.wire.refuse()
        await asyncio.sleep(0.1)  # what was on its way to the witness arrives
        self._note()
        await self.witness.leave()
        await self.pause(1)
        self._ircd.enter_context(hybrid(RELAXED, self.port))
        self.witness = await Person.join(self._server(), "witness")
        await self.wire.mend()

    async def kick(self) -> None:
        self.witness.kick(NICK)

    async def moderate(self) -> None:
        self.witness.mode("+m")
        await self.pause(2)
        self.witness.mode("-m")

    async def go_dark(self) -> None:
        """Nothing passes; then all of it does, or the connections are gone."""
        self.wire.cut_off()
        await self.pause(5)
        if self.chance.random() < 0.5:
            self.wire.drop()
        await self.wire.mend()

    async def moderate_and_kill(self) -> None:
        self.witness.mode("+m")
        await self.pause(1)
        await self.kill_bot()
        await self.pause(1)
        self.witness.mode("-m")

    async def rage(self, more: Callable[[], bool], kinds: list[str]) -> None:
        """One thing after the other, each in its turn of a random order, as long as wanted."""
        turn: list[str] = []
        while more():
            turn = turn or self.chance.sample(kinds, len(kinds))
            kind = turn.pop()
            await getattr(self, kind)()
            self.happened[kind] += 1
            await self.joined()
            await self.pause(1.5)

    @property
    def kills(self) -> int:
        return sum(self.happened[kind] for kind in ("kill_bot", "kill_server", "moderate_and_kill"))

    async def calm(self) -> None:
        """Wait until every reminder is in the ledger, and none is open in it."""
        end = time.monotonic() + 30
        while len(self._rows("said") + self._rows("missed")) < len(self.days):
            assert time.monotonic() < end, f"open: {self._open()}\n{self.bot.log[-4000:]}"
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        self._note()

    # -- the count ----------------------------------------------------------------------------

    def _rows(self, state: str) -> list[str]:
        database = self.folder / "bot" / "state.sqlite"
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            query = "SELECT why FROM outbox WHERE rule = 'reminder' AND state = ?"
            return [row[0] for row in db.execute(query, [state])]

    def _open(self) -> list[str]:
        return self._rows("pending") + self._rows("claimed")

    def count(self) -> dict[str, list[str]]:
        """Which notices were lost, said twice without the mark, repeated with it, and missed."""
        plain: Counter[str] = Counter()
        marked: Counter[str] = Counter()
        for text in self.heard:
            for mark, name in NAME.findall(text):
                (marked if mark else plain)[name] += 1
        expected = [f"mark {day}" for day in self.days]
        missed = [name for why in self._rows("missed") for _, name in NAME.findall(why)]
        return {
            "lost": [n for n in expected if not plain[n] + marked[n] and n not in missed],
            "twice": [name for name, times in plain.items() if times > 1],
            "repeated": [name for name in expected if marked[name]],
            "missed": [name for name in expected if name in missed],
            "strange": sorted({*plain, *marked} - set(expected)),
        }


async def weather(
    folder: Path, notices: int, kills: int, day_seconds: float, kinds: list[str], seed: int
) -> None:
    """A storm of at least so many kills over so many notices; prints and checks its counts."""
    if not HYBRID.exists():
        absent(str(HYBRID))
    shutil.rmtree(folder, ignore_errors=True)
    first = BORN.date() + LEAD + dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(notices)]
    last = max(map(due, days))
    began = time.monotonic()
    async with Storm(folder, days, day_seconds, seed) as storm:
        await storm.rage(lambda: storm.now < last or storm.kills < kills, kinds)
        await storm.calm()
        found = storm.count()
        happened = ", ".join(f"{name} {times}" for name, times in sorted(storm.happened.items()))
        print(
            f"\n{notices} notices in {len(storm.heard)} lines, {storm.kills} kills in "
            f"{time.monotonic() - began:.0f} s ({happened}): {len(found['lost'])} lost, "
            f"{len(found['twice'])} said twice without the mark, {len(found['repeated'])} repeated "
            f"with it, {len(found['missed'])} reported as missed"
        )
        assert found["lost"] == found["twice"] == found["strange"] == [], storm.heard
        assert storm.kills >= kills


KINDS = ["kill_bot", "kill_server", "kick", "moderate", "go_dark", "moderate_and_kill"]


@pytest.mark.asyncio
async def test_a_short_storm_loses_and_repeats_nothing(bot_folder: Path) -> None:
    kinds = [kind for kind in KINDS if kind != "moderate_and_kill"]
    await weather(bot_folder, notices=16, kills=4, day_seconds=1.2, kinds=kinds, seed=14)


@pytest.mark.soak
@pytest.mark.asyncio
async def test_a_long_storm_loses_and_repeats_nothing(bot_folder: Path) -> None:
    await weather(bot_folder, notices=230, kills=50, day_seconds=1.8, kinds=KINDS, seed=20270114)
