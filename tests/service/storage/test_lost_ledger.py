"""A ledger that was known and is lost, whole or its end: it is said, and nothing that was said
before is said again, on any day, by any rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from kit.bot_in_process import DATABASE, BotInProcess
from kit.glance_facts import at

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
BORN = at("2026-11-23T12:00:00")


class Bot(BotInProcess):
    """A bot on a file, with the facts of the box; `life` is one process of it."""

    async def life(self, *instants: dt.datetime, ask: str = "", nick: str = "") -> list[str]:
        """What is heard at these instants, or the answer to a question after them; in private to
        who has a nick, with what it changes."""
        before = len(self.delivery.heard)
        async with self.living(instants[0] if instants else None) as app:
            for moment in instants:
                self.clock.instant = moment
                await app.tick()
            if nick:
                return render((await app.act(ask, Ask(nick=nick, verified=True))).doc)
            if ask:
                reply = app.ask(ask, Ask(nick="rosmaita", channel="#openstack-glance"))
                return render(reply.doc, private=reply.private)
        return self.delivery.heard[before:]

    def files(self) -> dict[str, bytes]:
        return {
            one.name: one.read_bytes()
            for one in self.folder.glob(f"{DATABASE}*")
            if one.suffix not in (".witness", ".lease")
        }


def days(first: str, many: int) -> list[dt.datetime]:
    """The team's hour of so many days."""
    return [at(f"{first}T10:00:00") + n * DAY for n in range(many)]


def emptied(bot: Bot, _: dict[str, bytes]) -> None:
    (bot.folder / DATABASE).write_bytes(b"")


def deleted(bot: Bot, _: dict[str, bytes]) -> None:
    for name in bot.files():
        (bot.folder / name).unlink()


def put_back(bot: Bot, older: dict[str, bytes]) -> None:
    """What a vanished WAL leaves: the file as it was before."""
    deleted(bot, older)
    for name, content in older.items():
        (bot.folder / name).write_bytes(content)


@pytest.mark.asyncio
@pytest.mark.parametrize("lose", [emptied, deleted, put_back])
async def test_nothing_is_said_again_on_any_day(
    lose: Callable[[Bot, dict[str, bytes]], None], tmp_path: Path
) -> None:
    heard = 0
    for number, day in enumerate(days("2026-12-10", 18)):
        bot = Bot(tmp_path / str(number), BORN)
        moment = day + number * 7 * DAY
        await bot.life(BORN, moment - 8 * DAY, moment - 7 * DAY)
        older = bot.files()
        said = await bot.life(moment - DAY, moment, moment + MINUTE, moment + 2 * MINUTE)
        heard += len(said)
        lose(bot, older)
        assert await bot.life(*(moment + n * MINUTE for n in range(3, 8))) == [], moment
    assert heard > 12


@pytest.mark.asyncio
async def test_a_lost_ledger_is_said_in_the_log_and_in_sources(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def errors() -> list[str]:
        return [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]

    bot, day = Bot(tmp_path / "bot", BORN), at("2027-01-14T10:00:00")
    await bot.life(BORN, day - DAY)
    older = bot.files()
    assert await bot.life(day) != []
    assert errors() == []
    put_back(bot, older)
    first = (await bot.life(day + 5 * MINUTE, ask="sources"))[0]
    assert first == (
        "The ledger has a gap: nothing from 2027-01-13 10:00 UTC to 2027-01-14 10:05 UTC"
        " (0 min ago) is known."
    )
    assert errors() == [
        "The ledger lost its end: nothing from 2027-01-13 10:00 UTC to 2027-01-14 10:05 UTC"
        " is known"
    ]
    caplog.clear()
    emptied(bot, older)
    words = "The ledger begins anew: nothing before Thu 2027-01-14 is known"
    assert (await bot.life(day + 9 * MINUTE, ask="sources"))[0] == f"{words}."
    assert errors() == [words]
    caplog.clear()
    assert (await bot.life(day + 10 * MINUTE, ask="sources"))[0] == f"{words}.", "after a restart"
    assert "begins anew" not in (await bot.life(day + 40 * DAY, ask="sources"))[0]
    assert errors() == []


@pytest.mark.asyncio
async def test_what_people_told_it_is_missed_too(tmp_path: Path) -> None:
    bot, day = Bot(tmp_path / "bot", BORN), at("2027-01-14T11:00:00")
    await bot.life(BORN, day)
    older = bot.files()
    answer = await bot.life(ask="remind on the day of m3", nick="rosmaita")
    assert answer[0].startswith("I remind you of Indri-3 milestone on Thu 2027-02-18"), answer
    put_back(bot, older)
    first = (await bot.life(day + 5 * MINUTE, ask="sources"))[0]
    assert first.startswith("The ledger has a gap: nothing from 2027-01-14 1"), first
    assert first.endswith("to 2027-01-14 11:05 UTC (0 min ago) is known.")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("lose", "words"),
    [
        (emptied, "perhaps said (due before the ledger began anew)"),
        (put_back, "perhaps said (due before the ledger began anew)"),
    ],
)
async def test_log_does_not_claim_that_a_lost_line_was_not_said(
    lose: Callable[[Bot, dict[str, bytes]], None], words: str, tmp_path: Path
) -> None:
    bot, day = Bot(tmp_path / "bot", BORN), at("2027-01-14T10:00:00")
    await bot.life(BORN, day - DAY)
    older = bot.files()
    (said,) = [one for one in await bot.life(day) if "Indri-2" in one]
    lose(bot, older)
    after = day + 5 * MINUTE
    assert await bot.life(after) == []
    rows = [
        row for row in await bot.life(after + MINUTE, ask="log 20") if row.startswith("2027-01-14")
    ]
    assert [row for row in rows if said.split(".")[0][:30] in row and words in row], rows
    assert not [row for row in rows if "not said" in row]


@pytest.mark.asyncio
async def test_what_comes_due_afterwards_is_said(tmp_path: Path) -> None:
    bot, day = Bot(tmp_path / "bot", BORN), at("2027-01-13T10:00:00")
    await bot.life(BORN, day)
    deleted(bot, {})
    assert await bot.life(day + 5 * MINUTE) == []
    assert await bot.life(day + DAY) != []


@pytest.mark.asyncio
async def test_a_new_bot_and_one_with_a_broken_witness_say_nothing_of_it(tmp_path: Path) -> None:
    bot, day = Bot(tmp_path / "bot", BORN), at("2027-01-14T10:00:00")
    assert "ledger" not in (await bot.life(BORN, ask="sources"))[0]
    for content in (b"", b"{", b"[]", b'{"said": 5}', b'{"said": "", "notes": "9"}', b"\xff\xfe"):
        (bot.folder / f"{DATABASE}.witness").write_bytes(content)
        assert "ledger" not in (await bot.life(day, ask="sources"))[0]
