"""An order that is read twice, as after a crash, is kept once, and has the same answer again."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from GlanceRelease.app import App
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from kit.bot_in_process import DATABASE, BotInProcess
from kit.glance_facts import at

BORN = at("2027-01-12T12:00:00")
CHANNEL = "#openstack-glance"
ASK = Ask("rosmaita", channel=CHANNEL, standing=frozenset({"operator"}))
ONE, TWO = "$an-event", "$another-event"
pytestmark = pytest.mark.asyncio


async def told(app: App, text: str, origin: str = "") -> str:
    reply = await app.act(text, replace(ASK, origin=origin))
    return "\n".join(render(reply.doc, reply.private))


def kept(folder: Path, kind: str) -> int:
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as db:
        query = "SELECT count(*) FROM notes WHERE kind = ?"
        return int(db.execute(query, (kind,)).fetchone()[0])


async def test_it_is_kept_once_over_a_restart(tmp_path: Path) -> None:
    bot = BotInProcess(tmp_path, BORN)
    async with bot.living() as app:
        first = await told(app, "action add write the docs", ONE)
        assert first == "Action 1 write the docs. Done with: action done 1."
        assert await told(app, "action add write the docs", ONE) == first
    async with bot.living(at("2027-01-13T12:00:00")) as app:
        assert await told(app, "action add write the docs", ONE) == first
        assert kept(tmp_path, "action") == 1
        assert await told(app, "action add write the docs", TWO) != first
        await told(app, "action add more")
        await told(app, "action add more")
    assert kept(tmp_path, "action") == 4  # without an origin each is one of its own


async def test_one_that_changed_nothing_may_be_given_again(tmp_path: Path) -> None:
    bot = BotInProcess(tmp_path, BORN)
    async with bot.living() as app:
        assert await told(app, "unmute", ONE) == f"I am not muted in {CHANNEL}."
        await told(app, "mute 2h", TWO)
        assert await told(app, "unmute", ONE) == f"I speak again in {CHANNEL}."
        assert await told(app, "unmute", ONE) == f"I speak again in {CHANNEL}."


async def test_an_answer_that_is_unreadable_keeps_the_order_from_being_done_again(
    tmp_path: Path,
) -> None:
    bot = BotInProcess(tmp_path, BORN)
    async with bot.living() as app:
        await told(app, "mute 2h", ONE)
        with contextlib.closing(sqlite3.connect(tmp_path / DATABASE)) as db:
            db.execute("UPDATE orders SET answer = '{'")
            db.commit()
        assert await told(app, "mute 2h", ONE) == "That is kept already."
    assert kept(tmp_path, "mute") == 1
