"""The promise on a real server: notices through a storm of deaths, kicks, silence and darkness.

The bot's clock runs so fast that a day lasts a second or two; each day a deadline of the team's
own is four weeks away, which is said from then on until its day is over. A second client in the
channel writes down what it hears, and the ledger on disk says what the bot believes.

A mark is needless where the line had never left the bot, as the wire saw it. That it left and
nobody heard it, the bot can't tell: what it handed to the socket may be lost with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import random
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import create_async_engine

from GlanceRelease.frontends.trial_room.ports import free_port
from GlanceRelease.service.storage.store import outbox
from kit.irc.bot import CHANNEL, NICK, ROOT, Bot
from kit.irc.fixtures import absent
from kit.irc.person import Person
from kit.irc.servers import HYBRID, RELAXED, hybrid
from kit.irc.wire import Wire

BORN = dt.datetime(2026, 4, 13, 9, tzinfo=dt.UTC)
LEAD = dt.timedelta(weeks=4)
HOUR = dt.time(10)
ACT_SECONDS = 0.015  # from the PING before a line until its receipt is on disk, and some more
KILLS = ("kill_bot", "kill_server", "moderate_and_kill", "strike", "strike_server")
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

    def __init__(
        self, folder: Path, database: str, days: list[dt.date], day_seconds: float, seed: int
    ) -> None:
        self.folder = folder
        self.database = database  # as the store opens it
        self.days = days
        self.speed = 86_400 / day_seconds
        self.chance = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self.heard: list[str] = []
        self.after: list[str] = []  # what had happened last when a line was heard
        self.latest = "the start"
        self.port = free_port()
        self._ircd = contextlib.ExitStack()
        self._began = 0.0

    @property
    def now(self) -> dt.datetime:
        """What the bot's clock shows, in this life and the next."""
        return BORN + dt.timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    async def __aenter__(self) -> Storm:
        self.server = self._ircd.enter_context(hybrid(RELAXED, self.port))
        self.wire = await Wire(self.port).open()
        self.witness = await Person.join(self.server, "witness")
        self._began = time.monotonic()
        config = configuration(self.folder / "config", self.days)
        self.bot = Bot(
            replace(self.server, port=self.wire.port),
            self.folder / "bot",
            now="x",
            config=config,
            registry=QUICK,
            database=re.sub(r"\+\w+", "", self.database),
        )
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

    async def start_bot(self) -> None:
        self.bot.environment["GLANCE_RELEASE_NOW"] = self.now.isoformat()
        await asyncio.to_thread(self.bot.start)

    def _note(self) -> None:
        """Take over what the witness heard since it was last asked."""
        for line in self.witness.heard:
            if line.command == "PRIVMSG" and line.sender.startswith(NICK):
                self.heard.append(line.text)
                self.after.append(self.latest)
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

    async def strike(self) -> None:
        """The bot dies in the act: while a line is entered, claimed, sent, heard, confirmed."""
        await self._act()
        await self.kill_bot()

    async def strike_server(self) -> None:
        await self._act()
        await self.kill_server()

    async def _act(self) -> None:
        ahead = [at for at in map(due, self.days) if at > self.now]
        if not ahead:
            return
        await asyncio.sleep((min(ahead) - self.now).total_seconds() / self.speed)
        words = self.chance.choice([b"PING ", b"PRIVMSG "])
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wire.passes(words), 1)
        await self.pause(ACT_SECONDS)

    async def kill_server(self) -> None:
        server = self._ircd.pop_all()
        server.close()  # SIGKILL
        await self.wire.refuse()
        await asyncio.sleep(0.1)  # what was on its way to the witness arrives
        self._note()
        await self.witness.leave()
        await self.pause(1)
        self.server = self._ircd.enter_context(hybrid(RELAXED, self.port))
        self.witness = await Person.join(self.server, "witness")
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

    async def freeze(self) -> None:
        """The bot or the server stands still, and goes on; or the bot ends as it stands."""
        who = self.chance.choice([self.bot.pid, self.server.process.pid])
        os.kill(who, signal.SIGSTOP)
        await self.pause(3)
        if who == self.bot.pid and self.chance.random() < 0.5:
            await self.kill_bot()
            return
        os.kill(who, signal.SIGCONT)

    async def rage(self, more: Callable[[], bool], kinds: list[str]) -> None:
        """One thing after the other, each in its turn of a random order, as long as wanted."""
        turn: list[str] = []
        while more():
            turn = turn or self.chance.sample(kinds, len(kinds))
            kind = turn.pop()
            self._note()
            self.latest = kind
            await getattr(self, kind)()
            self.happened[kind] += 1
            await self.joined()
            await self.pause(1.5)

    @property
    def kills(self) -> int:
        return sum(times for kind, times in self.happened.items() if kind in KILLS)

    async def calm(self) -> None:
        """Wait until every reminder is in the ledger, and none is open in it."""
        end = time.monotonic() + 30
        while len(await self._rows("said", "missed")) < len(self.days):
            still = await self._rows("pending", "claimed")
            assert time.monotonic() < end, f"open: {still}\n{self.bot.log[-4000:]}"
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        self._note()

    # -- the count ----------------------------------------------------------------------------

    async def _rows(self, *states: str) -> list[str]:
        query = sa.select(outbox.c.why).where(
            outbox.c.rule == "reminder", outbox.c.state.in_(states)
        )
        engine = create_async_engine(self.database)
        try:
            async with engine.connect() as db:
                return [row.why for row in (await db.execute(query)).all()]
        finally:
            await engine.dispose()

    async def count(self) -> Count:
        """What the witness heard, beside what was due and what the ledger says."""
        expected = [f"mark {day}" for day in self.days]
        reasons = await self._rows("missed")
        return counted(
            list(zip(self.heard, self.after, strict=True)),
            expected,
            {name for why in reasons for _, name in NAME.findall(why)},
            never_left(self.wire.left),
        )


@dataclass
class Count:
    """Notices that were lost, said twice without the mark, never due, and missed; marks, and those
    of them that stood at what had never left, each with what had happened before."""

    lost: list[str]
    twice: list[str]
    strange: list[str]
    missed: list[str]
    marked: list[str]
    needless: list[str]


def never_left(sent: list[str]) -> set[str]:
    """What had a mark already when it left for the first time."""
    first: dict[str, bool] = {}
    for line in sent:
        if line.startswith("PRIVMSG "):
            for mark, name in NAME.findall(line):
                first.setdefault(name, bool(mark))
    return {name for name, is_marked in first.items() if is_marked}


def counted(
    heard: list[tuple[str, str]], expected: list[str], missed: set[str], needless: set[str]
) -> Count:
    """The count of these lines, each with what had happened last."""
    times: Counter[str] = Counter()
    found = Count([], [], [], sorted(missed), [], [])
    for text, after in heard:
        for mark, name in NAME.findall(text):
            if mark:
                found.marked.append(after)
                if name in needless and not times[name]:
                    found.needless.append(after)
            elif times[name]:
                found.twice.append(name)
            times[name] += 1
    found.lost = [name for name in expected if not times[name] and name not in missed]
    found.strange = sorted({*times} - {*expected})
    return found


async def weather(
    folder: Path,
    database: str,
    notices: int,
    kills: int,
    day_seconds: float,
    kinds: list[str],
    seed: int,
) -> Count:
    """A storm of at least so many kills over so many notices: nothing is lost, and nothing said
    twice without the mark; prints and gives its counts."""
    if not HYBRID.exists():
        absent(str(HYBRID))
    shutil.rmtree(folder, ignore_errors=True)
    first = BORN.date() + LEAD + dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(notices)]
    last = max(map(due, days))
    began = time.monotonic()
    async with Storm(folder, database, days, day_seconds, seed) as storm:
        await storm.rage(lambda: storm.now < last or storm.kills < kills, kinds)
        await storm.calm()
        found = await storm.count()
        happened = ", ".join(f"{name} {times}" for name, times in sorted(storm.happened.items()))
        print(
            f"\n{sa.make_url(database).get_backend_name()}: {notices} notices in "
            f"{len(storm.heard)} lines, {storm.kills} kills in {time.monotonic() - began:.0f} s "
            f"({happened}): {len(found.lost)} lost, {len(found.twice)} said twice without the "
            f"mark, {len(found.missed)} reported as missed; {len(found.marked)} marked "
            f"{dict(Counter(found.marked))}, {len(found.needless)} of them needlessly "
            f"{dict(Counter(found.needless))}"
        )
        assert found.lost == found.twice == found.strange == [], storm.heard
        assert storm.kills >= kills
        return found
