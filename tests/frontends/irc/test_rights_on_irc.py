"""Who may, in the real channel with real services: a PTL, a liaison, a passer-by under the PTL's
nick, an operator; on a network with account-tag, and on one that knows nicks as OFTC does."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc.bot import ROOT, Bot
from kit.irc.person import Person
from kit.irc.servers import Server
from kit.irc.services import identify

StartBot = Callable[..., Bot]
Join = Callable[..., Awaitable[Person]]

NOW = "2026-11-23T09:00:00+00:00"  # a Monday, R-17 of Indri
REFUSAL = (
    "That is for the PTL (Cyril Roelandt), the release liaison (Pranali Deore), an operator of the"
    " channel or the bot's owner or an admin."
)
IDENTIFY = "If that nick is yours, identify to services first."


@pytest.mark.asyncio
async def test_a_plan_is_made_by_those_who_may(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    chair = await join("chair", network)  # the first in a channel is its operator
    start_bot(network, now=NOW)
    ptl, liaison = await join("croelandt", network), await join("pdeore", network)
    await identify(ptl)
    await identify(liaison)

    assert await ptl.ask("!plan m2 12 January") == (
        "Indri-2 milestone is planned for Tue 2027-01-12, R-10, in 50 days; its window is "
        "Mon 2027-01-11 to Thu 2027-01-14."
    )
    assert await liaison.ask("!deadline add spec freeze Friday of R-15", "deadline") == (
        "The team has a new deadline: spec freeze, Fri 2026-12-11, R-15, in 18 days."
    )
    await ptl.leave()
    await chair.expect_command("QUIT", "croelandt")
    impostor = await join("croelandt", network)
    for question in ("!plan m2 13 January because I say so", "!deadline drop spec freeze"):
        assert await impostor.ask(question, "That is") == f"{REFUSAL} {IDENTIFY}"
        assert await impostor.ask_alone(question[1:]) == f"{REFUSAL} {IDENTIFY}"
    assert "is somebody's: identify" in await impostor.ask_alone("unsubscribe")
    passer_by = await join("bob", network)
    assert await passer_by.ask("!mute 2h", "That is") == REFUSAL
    assert "2027-01-12" in await passer_by.ask("!plan m2", "planned for")

    assert await chair.ask("!plan m2 13 January because the gate is slow", "The plan") == (
        "The plan for Indri-2 milestone changes from Tue 2027-01-12 to Wed 2027-01-13, R-10, in 51 "
        "days, because the gate is slow."
    )
    chair.mode("+v bob")
    await passer_by.expect_command("MODE")
    assert (
        await passer_by.ask("!deadline undo", "That is") == REFUSAL
    )  # a voice is no role of this team's
    assert await liaison.ask("!mute 2h", "Silent in")
    assert await chair.ask("!unmute", "I speak again")
    assert await passer_by.ask("!deadline list", "own:") == (
        "The team's own: spec freeze Fri 2026-12-11, R-15, in 18 days."
    )


@pytest.mark.asyncio
async def test_an_account_that_the_file_names_counts_and_not_its_nick(
    start_bot: StartBot, join: Join, network: Server, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("state"))
    team = tmp_path / "config" / "teams" / "glance.yaml"
    people = "people:\n  deputy:\n    - {nick: abhishekk, account: abhishek, name: Abhishek}\n"
    team.write_text(team.read_text() + people)
    await join("chair", network)
    start_bot(network, now=NOW, config=tmp_path / "config")
    squatter = await join("abhishekk", network)
    await identify(squatter)  # an account of that nick's name, which nobody had
    refusal = REFUSAL.replace(", an operator", ", the deputy (Abhishek), an operator")
    for question in ("mute 2h", "plan m2 12 January", "deadline add x 2026-12-11"):
        assert await squatter.ask(f"!{question}", "That is") == refusal
    assert "is somebody's: identify" in await squatter.ask_alone("snooze 2d")
    deputy = await join("abhishek", network)
    await identify(deputy)
    assert await deputy.ask("!mute 2h", "Silent in")
    deputy.raw("NICK abhiaway")
    await deputy.expect_command("NICK")
    assert await deputy.ask("!unmute", "I speak again")


@pytest.mark.asyncio
async def test_what_was_answered_survives_sigkill(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    chair = await join("chair", network)
    bot = start_bot(network, now=NOW)
    assert "planned for Tue" in await chair.ask("!plan m2 12 January")
    bot.kill()
    bot.start()
    assert "from Tue 2027-01-12" in await chair.ask("!plan m2 13 January because it broke")
    assert "From now on" in await chair.ask_alone("subscribe jobs")
    bot.kill()
    bot.start()
    assert "planned for Wed 2027-01-13" in await chair.ask("!plan m2")
    assert await chair.ask_alone("subscribe jobs") == "You get jobs already."


@pytest.mark.asyncio
async def test_two_at_once_lose_nothing(start_bot: StartBot, join: Join, network: Server) -> None:
    chair = await join("chair", network)
    start_bot(network, now=NOW)
    chair.say("!plan m2 12 January")
    chair.say("!plan m2 13 January")
    chair.say("!deadline add review 14 January")
    chair.say("!deadline add review 15 January")
    said = await chair.lines(1.0)
    assert sorted(line.split(",")[0] for line in said) == [
        '"review" is there already',
        "Indri-2 milestone is planned for Tue 2027-01-12",
        "Indri-2 milestone is planned for Tue 2027-01-12",
        "The team has a new deadline: review",
    ]
    assert sum("which the team relies on" in line for line in said) == 1


@pytest.mark.asyncio
async def test_who_was_away_hears_it_in_private_when_seen(
    start_bot: StartBot, join: Join, network: Server
) -> None:
    chair = await join("chair", network)
    bot = start_bot(network, now="2027-01-12T09:59:00+00:00", speed=60)
    assert "planned" in await chair.ask("!plan m2 12 January")
    called = await chair.expect("Indri-2 milestone was planned for today", seconds=10)
    assert not called.text.startswith(("croelandt", "pdeore"))
    liaison = await join("pdeore", network)
    await identify(liaison)
    liaison._next = 0
    alone = await liaison.expect("Indri-2 milestone was planned for today", seconds=10)
    assert alone.words[0] == "pdeore"
    assert "croelandt" not in alone.text
    assert bot.pid
