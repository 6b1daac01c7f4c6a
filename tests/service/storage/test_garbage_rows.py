"""Whatever stands in one row of the store, the bot starts, ticks and answers; the row is named in
the log and by `glance-release check`, and its neighbours live on."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from GlanceRelease.__main__ import main
from GlanceRelease.app import App
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from GlanceRelease.service.storage import tables
from GlanceRelease.service.storage.timestamps import stamp
from GlanceRelease.sources.protocols import Kept
from kit.bot_in_process import DATABASE, BotInProcess
from kit.glance_facts import at

CHANNEL = "#openstack-glance"
OPERATOR = frozenset({"operator"})
MINUTE = dt.timedelta(minutes=1)
BORN, LAST = at("2027-01-13T09:55:00"), at("2027-01-13T10:00:00")
BEFORE_THE_MEETING = at("2027-01-14T14:00:00")
COMMANDS = (
    *("mute 2h", "plan m3 16 February", "deadline add spec review 2027-02-02", "action add x @a"),
    *("priority add m3 spec reviews", "deadline move spec review 2027-02-03", "report"),
)
OWN = ("remind 3 days before m3", "subscribe deadlines", "snooze 2h")
GARBAGE = {
    "empty": "''",
    "a word": "'garbage'",
    "half": "'{'",
    "a number": "5",
    "a JSON number": "'5'",
    "a JSON list": "'[1, null]'",
    "a JSON object": """'{"day": 5}'""",
    "JSON of JSON": """'{"a": "b"}'""",
    "bytes": "x'c328ff'",
    "a damaged byte": "CAST(x'5bff22' AS TEXT)",
    "huge": "replace(hex(zeroblob(200000)), '00', '[')",
    "far": "'9999-12-31T23:59:59.999999Z'",
    "without zone": "'2027-01-13T10:00:00'",
    "infinite": "9e999",
}
COLUMNS = [
    (table.name, column.name, column.nullable)
    for table in tables.metadata.sorted_tables
    for column in table.columns
]
# What may hold any text, and what SQLite itself keeps to be a number.
FREE = {
    *("meta.name", "facts.url", "facts.name", "outbox.key", "outbox.team", "outbox.rule"),
    *("outbox.line", "outbox.claim", "outbox.why", "outbox.trouble", "outbox.target"),
    *("notes.number", "notes.team", "notes.kind", "notes.subject", "notes.who"),
    *("orders.origin", "orders.team"),
}
GOOD = {
    ("tries", "a number"),
    ("tries", "a JSON number"),
    *((column, "NULL") for _, column, _ in COLUMNS),
}


class Bot(BotInProcess):
    """A bot on a file, into which a test writes."""

    def sql(self, *statements: str) -> None:
        with contextlib.closing(sqlite3.connect(self.folder / DATABASE)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()


def answer(app: App, text: str) -> list[str]:
    reply = app.ask(text, Ask(nick="rosmaita", channel=CHANNEL, standing=OPERATOR))
    return render(reply.doc, private=reply.private)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bot that was told things, said lines, and has some that wait."""
    bot = Bot(tmp_path_factory.mktemp("made"), BORN)
    asyncio.run(_live(bot))
    assert bot.delivery.heard
    return bot.folder


async def _live(bot: Bot) -> None:
    async with bot.living(BORN) as app:
        await app.tick()
        facts = app.parts.refresher.facts
        row = (facts["governance"].url, "governance", Kept((b"{}",), ("a",)), BORN)
        await app.parts.store.put_facts([row])
        await app.parts.store.put_meta("forgotten", f'[null, "{stamp(BORN)}"]')
        for text in COMMANDS:
            ask = Ask(nick="rosmaita", channel=CHANNEL, standing=OPERATOR, origin=f"${text}")
            await app.act(text, ask)
        for text in OWN:
            await app.act(text, Ask(nick="alice", verified=True))
        await app.act("unmute", Ask(nick="rosmaita", channel=CHANNEL, standing=OPERATOR))
        bot.clock.instant = LAST
        await app.tick()
        bot.delivery.open = False
        bot.clock.instant = BEFORE_THE_MEETING
        await app.tick()


def put_garbage(bot: Bot, table: str, column: str, value: str) -> int:
    """Into one row of each kind, of those that matter most; how many rows have it."""
    with contextlib.closing(sqlite3.connect(bot.folder / DATABASE)) as db:
        groups = {
            "notes": "kind",
            "outbox": "state",
            "meta": "name",
            "facts": "url",
            "orders": "team",
        }
        where = f"rowid IN (SELECT max(rowid) FROM {table} GROUP BY {groups[table]})"
        if (table, column) == ("meta", "value"):
            where += " AND name <> 'migrations'"
        done = 0
        for (row,) in db.execute(f"SELECT rowid FROM {table} WHERE {where}").fetchall():
            with contextlib.suppress(sqlite3.IntegrityError):
                set_ = f"UPDATE {table} SET {column} = {value} WHERE rowid = {row}"
                done += db.execute(set_).rowcount
        db.commit()
        return done


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("table", "column", "nullable"), COLUMNS, ids=[f"{t}.{c}" for t, c, _ in COLUMNS]
)
async def test_one_value_stops_neither_start_nor_tick(
    table: str,
    column: str,
    nullable: bool,
    made: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kinds = {**GARBAGE, **({"NULL": "NULL"} if nullable else {})}
    for kind, value in kinds.items():
        folder = tmp_path / kind.replace(" ", "_")
        shutil.copytree(made, folder)
        bot = Bot(folder, BORN)
        if not put_garbage(bot, table, column, value):
            continue
        caplog.clear()
        async with bot.living(BEFORE_THE_MEETING + MINUTE) as app:
            assert app.no_memory == "", kind
            await app.tick()
            bot.clock.instant += 25 * 60 * MINUTE
            await app.tick()
            said = ("log 100", "why", "sources", "plan", "action list", "deadline list", "remind")
            for text in said:
                assert answer(app, text), (kind, text)
            assert app.is_well()["ticking"], kind
            assert any("Indri" in line for line in answer(app, "deadlines")), kind
        named = [one.getMessage() for one in caplog.records]
        assert "Traceback" not in caplog.text, (kind, caplog.text)
        assert len(named) == len(set(named)), (kind, named)
        assert any("Indri-2" in line for line in bot.delivery.heard), (kind, bot.delivery.heard)
        is_free = f"{table}.{column}" in FREE
        is_garbage = not is_free and (column, kind) not in GOOD
        capsys.readouterr()
        code = await asyncio.to_thread(main, ["check", "--offline", "--config", str(folder)])
        assert code == is_garbage or is_free, kind
        said, words = capsys.readouterr()
        assert ("all is well" in said) == (not code), kind
        if is_garbage:
            assert f" of its table {table} can't be read: " in words, (kind, words)
            is_named = any(f" of the table {table} " in one for one in named)
            unread = column in ("posted", "stood_on") or table == "orders"  # nobody goes by
            assert is_named or unread, (kind, named)


@pytest.mark.asyncio
async def test_what_the_rules_remember_is_lost_by_its_names_alone(
    made: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("seen/indri/glance/1.0.0.0b1", "schedule/indri", "calendar", "report", "proposals")
    objects = ('{"a": {"b": 5}}', '{"a": 5}')
    for number, value in enumerate(("garbage", "{", "5", "[1]", *objects, "[" * 100_000, "\ud800")):
        folder = tmp_path / str(number)
        shutil.copytree(made, folder)
        bot = Bot(folder, BORN)
        memory = json.dumps({**dict.fromkeys(names, value), "jobs said": "a b"})
        with contextlib.closing(sqlite3.connect(folder / DATABASE)) as db:
            db.execute("UPDATE meta SET value = ? WHERE name = 'memory/glance'", (memory,))
            db.commit()
        caplog.clear()
        async with bot.living(BEFORE_THE_MEETING + MINUTE) as app:
            await app.tick()
            assert answer(app, "deadlines")
            kept = app.snapshots["glance"].memory
            assert kept["jobs said"] == "a b"
            assert kept["seen/indri/glance/1.0.0.0b1"] == ""
        assert any("Indri-2" in line for line in bot.delivery.heard), value
        assert "Traceback" not in caplog.text, (value, caplog.text)
        assert "of the table meta is passed over" in caplog.text
