"""A meeting's channel with a real MeetBot in a Limnoria of its own, and the bot beside it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.frontends.trial_room.ports import free_port
from kit.irc.bot import CHANNEL, Bot
from kit.irc.person import Person
from kit.irc.servers import Server

PLACE = "#openstack-meeting"
CHANNELS = f"{CHANNEL} {PLACE}"
JOINED = f"Join to {PLACE} on test synced"
SPEED = "120"  # an hour is half a minute
MEETBOT = {
    "supybot.nick": "meetbot",
    "supybot.ident": "meetbot",
    "supybot.networks.test.channels": CHANNELS,
    "supybot.reply.whenAddressedBy.chars": "%",
    "supybot.commands.defaultPlugins.help": None,
    "supybot.directories.plugins": None,
    "supybot.plugins.GlanceRelease": None,
    "supybot.plugins.GlanceRelease.configuration": None,
    "supybot.plugins.HcoopMeetbot": "True",
}


@pytest.fixture
def bots(ircd_server: Server, bot_folder: Path) -> Iterator[tuple[Bot, Bot, int]]:
    """The bot with a page, not started yet; MeetBot in both channels; the page's port."""
    pytest.importorskip("HcoopMeetbot")
    port = free_port()
    glance = Bot(
        ircd_server, bot_folder / "bot", registry={"supybot.networks.test.channels": CHANNELS}
    )
    name_meetbot(glance, "meetbot")
    with (glance.config / "bot.yaml").open("a") as file:
        file.write(f"web:\n  port: {port}\n")
    meetbot = Bot(ircd_server, bot_folder / "meetbot", registry=MEETBOT)
    minutes = bot_folder / "minutes"
    (meetbot.folder / "conf" / "HcoopMeetbot.conf").write_text(
        f"[HcoopMeetbot]\nlogDir = {minutes}\nurlPrefix = https://meetings.test/\n"
    )
    meetbot.start()
    yield glance, meetbot, port
    for bot in (glance, meetbot):
        if bot.process is not None and bot.process.poll() is None:
            bot.kill()
        print(f"---- {bot.folder}\n{bot.log}")


def name_meetbot(bot: Bot, nick: str) -> None:
    """Say in the team's file who MeetBot is."""
    file = bot.config / "teams" / "glance.yaml"
    text = file.read_text()
    assert "\nmeeting:\n" in text
    file.write_text(text.replace("\nmeeting:\n", f"\nmeeting:\n  meetbot: {nick}\n"))


@pytest_asyncio.fixture
async def chair(ircd_server: Server) -> AsyncIterator[Person]:
    """Who chairs, in the meeting's channel."""
    person = await Person.join(ircd_server, "carol", PLACE)
    yield person
    await person.leave()


def start_at(bot: Bot, instant: str) -> None:
    """Start the bot, or start it again, with its clock at this instant, UTC."""
    if bot.process is not None and bot.process.poll() is None:
        bot.terminate()
    bot.environment |= {"GLANCE_RELEASE_NOW": f"{instant}+00:00", "GLANCE_RELEASE_SPEED": SPEED}
    joins = bot.log.count(JOINED)
    bot.start()
    wait_joined(bot, joins + 1)


def wait_joined(bot: Bot, times: int = 1) -> None:
    """Return when it has joined the meeting's channel so often."""
    end = time.monotonic() + 10
    while bot.log.count(JOINED) < times:
        assert time.monotonic() < end, f"the bot did not join {PLACE}"
        time.sleep(0.02)


async def report_lines(person: Person, until: str) -> list[str]:
    """What the bot says in the meeting, up to the line with this pattern."""
    lines = []
    while not lines or until not in lines[-1]:
        lines.append((await person.expect(seconds=20)).text)
    return lines


async def kept(bot: Bot, words: str) -> list[tuple[str, str]]:
    """Wait until these words stand in what is known of the meetings; all of it."""
    async with asyncio.timeout(20):
        while not (rows := meeting_rows(bot)) or words not in rows[-1][1]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)  # what is on disk is known a moment later
    return rows


def meeting_rows(bot: Bot) -> list[tuple[str, str]]:
    """Who said, and what is known of, the meetings in the bot's store."""
    with sqlite3.connect(f"file:{bot.folder}/state.sqlite?mode=ro", uri=True) as db:
        return db.execute("SELECT who, body FROM notes WHERE kind = 'meeting'").fetchall()
