"""What it costs to say a thing once: the tick, the start, and how late a line is."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.domain.messages.doc import doc
from GlanceRelease.domain.messages.notice import Notice
from GlanceRelease.service.storage.timestamps import stamp
from kit.delivery import Delivery
from kit.irc.bot import ROOT, Bot
from kit.irc.servers import RELAXED, hybrid

from .table import Table

NOW = dt.datetime(2027, 1, 13, 11, tzinfo=dt.UTC)
OPEN, SAID = 10_000, 100_000
TICKS, STARTS, LINES = 60, 5, 5
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def main() -> Table:
    """Every figure beside its aim."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        idle = asyncio.run(_ticks(folder / "idle", 0, is_open=True))
        shut = asyncio.run(_ticks(folder / "shut", OPEN, is_open=False))
        flowing = asyncio.run(_ticks(folder / "flowing", OPEN, is_open=True))
        fresh = asyncio.run(_start(folder / "fresh", 0))
        old = asyncio.run(_start(folder / "old", SAID))
        late = _lateness(folder)
    return Table(
        "The outbox, SQLite on disk",
        ("", "mean", "worst", "aim"),
        [
            (f"tick, {OPEN} open, channel not joined", *_ms(shut), "20 ms"),
            (f"tick, {OPEN} open, 4 lines a minute go out", *_ms(flowing), ""),
            ("tick, nothing open", *_ms(idle), ""),
            ("start and first tick, nothing said yet", *_ms(fresh), ""),
            (f"the same, {SAID} said in the ledger", *_ms(old), ""),
            ("slower by (median)", f"{1000 * (median(old) - median(fresh)):.0f} ms", "", "200 ms"),
            ("line after its due minute, confirmed by the server", *_ms(late), "1500 ms"),
        ],
    )


def _ms(seconds: list[float]) -> tuple[str, str]:
    return f"{1000 * mean(seconds):.1f} ms", f"{1000 * max(seconds):.1f} ms"


def _app(folder: Path, is_open: bool) -> tuple[App, SteppedClock]:
    loaded = settings.load(ROOT / "config")
    url = f"sqlite:///{folder / 'state.sqlite'}"
    clock = SteppedClock(NOW)
    return App(
        replace(loaded, bot=replace(loaded.bot, database=url)), clock, Delivery(open=is_open)
    ), clock


async def _fill(app: App, count: int, state: str) -> None:
    """So many rows that came due in the days before, and are said or still open."""
    team = app.settings.default_team
    outbox, store = app.parts.speaker.outbox, app.parts.store
    due = [NOW - 40 * DAY + n * MINUTE / 4 for n in range(count)]
    notices = [
        Notice("announcement", str(n), team.announce, "", at, 90 * DAY, _words, "because")
        for n, at in enumerate(due)
    ]
    await outbox.post(team.name, notices, NOW, NOW - 41 * DAY)
    await store.close()
    with closing(sqlite3.connect(store_file(app))) as db, db:
        if state == "said":
            db.execute("UPDATE outbox SET state = 'said', at = due, line = 'some line'")
        db.execute("UPDATE meta SET value = ? WHERE name = 'born'", [stamp(NOW - 41 * DAY)])


def _words(now: dt.datetime) -> object:
    return doc("Something of the usual length is near: Thu 2027-01-14, R-10, tomorrow. To do: it.")


def store_file(app: App) -> str:
    return app.settings.database_url.partition("///")[2]


async def _filled(folder: Path, count: int, state: str) -> None:
    app, _ = _app(folder, is_open=False)
    await app.start(beating=False)
    await _fill(app, count, state)
    await app.stop()


async def _ticks(folder: Path, count: int, is_open: bool) -> list[float]:
    """The seconds of each tick, one a minute."""
    await _filled(folder, count, "pending")
    app, clock = _app(folder, is_open)
    await app.start(beating=False)
    times = []
    for number in range(TICKS + 5):
        clock.instant += MINUTE
        began = time.perf_counter()
        await app.tick()
        if number >= 5:  # the first ones enter what is due and warm up
            times.append(time.perf_counter() - began)
    await app.stop()
    return times


async def _start(folder: Path, count: int) -> list[float]:
    """The seconds of each start with its first tick."""
    await _filled(folder, count, "said")
    times = []
    for number in range(STARTS + 1):
        app, _ = _app(folder, is_open=True)
        began = time.perf_counter()
        await app.start(beating=False)
        await app.tick()
        if number:
            times.append(time.perf_counter() - began)
        await app.stop()
    return times


def _lateness(folder: Path) -> list[float]:
    """How long after its due minute the server had processed a line, by the bot's own clock."""
    times = []
    with hybrid(RELAXED) as server:
        for number in range(LINES):
            bot = Bot(server, folder / f"bot{number}", now="2027-01-13T09:59:54Z")
            try:
                bot.start()
                times.append(_said(folder / f"bot{number}" / "state.sqlite"))
            finally:
                bot.kill()
    return times


def _said(database: Path) -> float:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            query = "SELECT due, at FROM outbox WHERE rule = 'reminder' AND state = 'said'"
            row = db.execute(query).fetchone()
        if row:
            due, at = map(dt.datetime.fromisoformat, row)
            return (at - due).total_seconds()
        time.sleep(0.05)
    raise AssertionError("no reminder was said")


if __name__ == "__main__":
    print(main())
