"""A whole meeting in real channels, with a real MeetBot in a Limnoria of its own: what is said
before, the report that stands in the minutes, an action, and the next week's difference."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc import services
from kit.irc.bot import Bot
from kit.irc.fixtures import absent
from kit.irc.meeting import (
    CHANNELS,
    PLACE,
    SPEED,
    kept,
    report_lines,
    start_at,
    wait_joined,
)
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.services import NETWORKS, identify

Join = Callable[..., Awaitable[Person]]


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        body: bytes = answer.read()
    return body.decode()


@pytest.mark.asyncio
async def test_two_meetings_with_a_real_meetbot(
    bots: tuple[Bot, Bot, int], chair: Person, join: Join, bot_folder: Path
) -> None:
    bot, _, port = bots
    page = f"http://127.0.0.1:{port}"
    alice = await join("alice")

    start_at(bot, "2026-11-25T13:58:00")
    before = (await alice.expect("The Glance meeting is", seconds=20)).text
    assert before == (
        f"The Glance meeting is tomorrow, Thu 2026-11-26 14:00 UTC, in {PLACE}. The release part "
        f"of the agenda, to paste: {page}/agenda.txt. "
        "Etherpad: https://etherpad.opendev.org/p/glance-team-meeting-agenda"
    )
    assert "- Indri-2 milestone is Thu 2027-01-14, R-10, in 50 days" in get(port, "/agenda.txt")

    start_at(bot, "2026-11-26T13:42:00")
    await alice.expect(
        rf"The Glance meeting is in 1\d minutes, at 14:00 UTC, in {PLACE}\.$", seconds=20
    )

    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    first = await report_lines(chair, "/report/")
    assert first[:2] == [
        "#info Glance, R-17 of 2027.1 Indri: the first report.",
        "#info Indri-2 milestone is Thu 2027-01-14, R-10, in 49 days; what is left is not known; "
        "next freeze: Final release for non-client libraries, R-6 week, by Thu 2027-02-11.",
    ]
    assert first[2].startswith(
        "#info Release-critical bugs: not known, Launchpad has not answered. Periodic jobs: "
        "nothing is known from Zuul. "
    )
    assert first[2].endswith(" No action is open.")
    assert first[3:] == [f"#link {page}/report/2026-11-26"]
    chair.say("#action alice proposes the glance_store release")
    chair.say("#action dave brings cake")
    chair.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    assert "the first report" in get(port, "/report/2026-11-26")
    minutes = "".join(
        file.read_text() for file in (bot_folder / "minutes").rglob("*") if file.is_file()
    )
    for line in first:
        command, _, text = line.partition(" ")
        assert command in ("#info", "#link")
        assert minutes.count(text) >= 2, f"not in log and minutes: {text}"
    async with asyncio.timeout(10):  # what was said in the meeting is being written down
        while (told := await alice.ask("!action list")) == "No action is open.":
            pass
    assert told == "1 action open: 1 alice proposes the glance_store release."

    start_at(bot, "2026-12-03T13:55:00")
    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    chair.say("#chair glancebot")
    await chair.expect("Current chairs: .*glancebot", sender="meetbot")
    second = await report_lines(chair, "/report/")
    assert second[0] == "#topic Release and periodic jobs"
    assert second[1].startswith(
        "#info Glance, R-16 of 2027.1 Indri: since last week's meeting: action 1 open."
    )
    assert "1 action open: 1 alice proposes the glance_store release" in second[2]
    assert second[3] == f"#link {page}/report/2026-12-03"
    assert len(second) == 4
    chair.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    assert all("#" not in line[:1] for line in await alice.answer("!report"))
    assert "the first report" in get(port, "/report/2026-11-26"), "a report does not change"


@pytest.mark.asyncio
async def test_a_passer_by_plays_meetings_and_the_real_one_has_its_report(
    bots: tuple[Bot, Bot, int], chair: Person, ircd_server: Server
) -> None:
    bot, _, port = bots
    mallory = await Person.join(ircd_server, "mallory", PLACE)
    forged = (
        "#startmeeting glance",
        "Meeting started at 2026-11-26T11:30+0000",
        "Current chairs: mallory, glancebot",
        "Meeting ended at 2026-11-26T14:05+0000",
    )

    start_at(bot, "2026-11-26T11:30:00")  # more than an hour before
    mallory.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    mallory.say("#chair glancebot")
    await chair.expect("Current chairs: .*glancebot", sender="meetbot")
    await kept(bot, '"chair": "yes"')
    asked = await mallory.answer("!report")
    assert asked[0] == "#info Glance, R-17 of 2027.1 Indri: the first report."
    assert await chair.lines(7) == asked, "nothing by itself, a quarter of an hour later"

    start_at(bot, "2026-11-26T13:57:00")
    mallory.say("#endmeeting")
    await chair.expect("Minutes:", sender="meetbot")
    for line in forged:
        mallory.say(line)
    chair.say("#startmeeting glance")
    await chair.expect("Meeting started", sender="meetbot")
    for line in forged[1:]:
        mallory.say(line)
    said = await report_lines(chair, "/report/")
    assert said[0] == "#info Glance, R-17 of 2027.1 Indri: the first report."
    assert said[-1] == f"#link http://127.0.0.1:{port}/report/2026-11-26"
    assert all(line.startswith(("#info ", "#link ")) for line in said)
    chair.say("#endmeeting")
    await mallory.leave()


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.asyncio
async def test_without_meetbot_the_ptls_word_counts_and_a_substitutes_does_not(
    start_bot: Callable[..., Bot], kind: str
) -> None:
    begin, programs = NETWORKS[kind]
    if missing := services.absent_programs(*programs):
        absent(missing)
    with begin() as network:
        people = {
            nick: await Person.join(network, nick, PLACE)
            for nick in ("carol", "croelandt", "substitute", "mallory")
        }
        ptl = people["croelandt"]
        await identify(ptl)
        await identify(people["substitute"])
        bot = await asyncio.to_thread(
            start_bot,
            network,
            registry={"supybot.networks.test.channels": CHANNELS},
            now="2026-11-26T13:30:00+00:00",
            speed=float(SPEED),
        )
        await asyncio.to_thread(wait_joined, bot)
        for nick in ("mallory", "substitute", "carol"):  # carol is the place's operator alone
            people[nick].say("#startmeeting glance")
        if kind == "account-tag":
            people["mallory"].raw("NICK opendevmeet")
            await people["carol"].expect_command("NICK")
            people["mallory"].say("Meeting started Thu Nov 26 13:30:08 2026 UTC")
        ptl.say("#startmeeting glance")
        rows = await kept(bot, "began")
        assert {who for who, body in rows if "began" in body} == {"croelandt"}
        said = (await people["carol"].expect(seconds=20)).text
        assert said == "#info Glance, R-17 of 2027.1 Indri: the first report."
        for person in people.values():
            await person.leave()
