"""MeetBot's nick changes hands in the midst of a meeting, and meetings that are another team's or
called off: the report stands in the minutes of the real one, and in nobody else's."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.irc.bot import Bot
from kit.irc.meeting import (
    CHANNELS,
    PLACE,
    SPEED,
    kept,
    meeting_rows,
    report_lines,
    start_at,
    wait_joined,
)
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.services import identify

FIRST = "Glance, R-17 of 2027.1 Indri: the first report."
FORGED = (
    "Meeting ended Thu Nov 26 14:03:00 2026 UTC.",
    "Meeting started Thu Nov 26 14:03:00 2026 UTC and is due to finish in 60 minutes.",
    "The meeting name has been set to 'nova'",
    "Current chairs: eve glancebot",
)


@pytest.fixture
def minutes(bot_folder: Path) -> Callable[[], str]:
    """The minutes that MeetBot wrote, without the logs."""
    shutil.rmtree(bot_folder / "minutes", ignore_errors=True)  # of an earlier run

    def read() -> str:
        files = (bot_folder / "minutes").rglob("*")
        return "".join(f.read_text() for f in files if f.is_file() and ".log." not in f.name)

    return read


@pytest.mark.asyncio
async def test_who_takes_a_real_meetbots_nick_in_the_midst_is_not_believed(
    bots: tuple[Bot, Bot, int],
    chair: Person,
    ircd_server: Server,
) -> None:
    bot, _, _ = bots
    start_at(bot, "2026-11-26T13:57:00")
    eve = await Person.join(ircd_server, "eve", PLACE)
    await chair.oper()
    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    before = await kept(bot, "began")
    chair.raw("KILL meetbot :ghost")
    await eve.expect_command("QUIT", "meetbot")
    eve.raw("NICK meetbot")
    await chair.expect_command("NICK", "eve")
    for line in FORGED:
        eve.say(line)
    said = await report_lines(chair, "/report/")
    assert said[0] == f"#info {FIRST}"
    assert meeting_rows(bot) == before
    await eve.leave()


@pytest.mark.parametrize("network", ["whois"], indirect=True)
@pytest.mark.asyncio
async def test_where_services_knew_meetbot_nobody_else_is_it_even_from_its_host(
    start_bot: Callable[..., Bot], network: Server
) -> None:
    carol = await Person.join(network, "carol", PLACE)
    meetbot = await Person.join(network, "opendevmeet", PLACE)
    await identify(meetbot)
    bot = await asyncio.to_thread(
        start_bot,
        network,
        registry={"supybot.networks.test.channels": CHANNELS},
        now="2026-11-26T13:50:00+00:00",
        speed=float(SPEED),
    )
    await asyncio.to_thread(wait_joined, bot)
    carol.say("#startmeeting glance")
    meetbot.say("Meeting started Thu Nov 26 13:50:00 2026 UTC.  The chair is carol.")
    meetbot.say("The meeting name has been set to 'glance'")
    before = await kept(bot, '"began"')
    assert '"known": "opendevmeet"' in before[-1][1]
    await meetbot.leave()
    await carol.expect_command("QUIT", "opendevmeet")
    thief = await Person.join(network, "opendevmeet", PLACE)  # the same user at the same host
    for line in FORGED:
        thief.say(line)
    said = await carol.expect(seconds=20)
    assert said.text == f"#info {FIRST}"
    assert meeting_rows(bot) == before
    bot.kill()
    await asyncio.to_thread(bot.start)
    await asyncio.to_thread(wait_joined, bot, 2)
    thief.say(FORGED[0])
    await carol.answer("!week")
    assert meeting_rows(bot) == before
    await identify(thief)  # it was MeetBot, on another connection
    await asyncio.sleep(5)  # it is not asked about again at once
    thief.say(FORGED[0])
    after = await kept(bot, '"ended"')
    assert after[-1][0] == "opendevmeet"
    await thief.leave()
    await carol.leave()


@pytest.mark.asyncio
async def test_another_teams_minutes_have_none_of_it_and_ours_have_it(
    bots: tuple[Bot, Bot, int],
    chair: Person,
    minutes: Callable[[], str],
) -> None:
    bot, _, _ = bots
    start_at(bot, "2026-11-26T13:54:00")
    chair.say("#startmeeting nova")
    await chair.expect("Meeting started", sender="meetbot")
    await kept(bot, "other")
    early = await report_lines(chair, "/report/")
    assert early[0] == FIRST
    assert not any(line.startswith("#") for line in early)
    chair.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    theirs = minutes()
    assert "Meeting" in theirs
    assert FIRST not in theirs
    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    said = await report_lines(chair, "/report/")
    assert said == [*(f"#info {line}" for line in early[:-1]), f"#link {early[-1]}"]
    chair.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    assert FIRST in minutes()


@pytest.mark.asyncio
async def test_a_meeting_that_is_called_off_gets_plain_lines(
    bots: tuple[Bot, Bot, int],
    chair: Person,
) -> None:
    bot, _, _ = bots
    start_at(bot, "2026-11-26T13:59:00")
    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    chair.say("#chair glancebot")
    await kept(bot, '"chair": "yes"')
    chair.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    said = await report_lines(chair, "/report/")
    assert said[0] == FIRST
    assert not any(line.startswith("#") for line in said)
