"""Which team is meant: the one that the words name, in front or at the end; in private an answer
says whose it is, and how to ask for another."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.app import App
from GlanceRelease.domain.model import GovernanceTeam
from GlanceRelease.domain.snapshot import GOVERNANCE, Fetched
from GlanceRelease.registry import COMMANDS, Ask
from GlanceRelease.render.irc import render
from kit.bot_in_process import BotInProcess
from kit.glance_facts import said, world

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
CINDER = """
name: cinder
governance: cinder
channels: ["#openstack-cinder"]
deliverables: [cinder, os-brick]
people:
  ptl: [{nick: rajat}]
  release: [{nick: both}]
"""
BOTH = Ask("both", verified=True)
THERE = Ask("both", verified=True, channel="#openstack-glance")


@pytest_asyncio.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    bot = BotInProcess(tmp_path, NOW)
    (tmp_path / "teams" / "cinder.yaml").write_text(CINDER)
    async with bot.living() as app:
        bot.delivery.people = {"both"}
        yield app


async def told(app: App, text: str, ask: Ask) -> list[str]:
    """The lines of an answer; what is to be kept is kept."""
    words, meant = app.addressed(text, ask)
    reply = await app.act(words, meant)
    return render(reply.doc, private=reply.private or ask.channel is None)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "text",
    [
        "freeze nothing in cinder",
        "freeze nothing in Cinder?",
        "in cinder: freeze nothing",
        "in cinder, freeze nothing",
        "in cinder freeze nothing",
        "freeze nothing in #openstack-cinder",
        "freeze nothing #openstack-cinder",
        "in #openstack-cinder: freeze nothing",
    ],
)
async def test_the_words_name_the_team(app: App, text: str) -> None:
    there = 'I know no deliverable or branch "nothing"; there are cinder, os-brick'
    assert (await told(app, text, THERE))[0].startswith(there)
    assert (await told(app, text, BOTH))[0].startswith(there)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("in nova: deadlines", 'I know no team "nova"; there are cinder, glance.'),
        ("in cinderr: deadlines", 'I know no team "cinderr"; did you mean cinder?'),
        ("deadlines in #nova:example.org", 'I know no team "#nova:example.org"; there are cinder'),
        ("in #nova:example.org: next", 'I know no team "#nova:example.org"; there are cinder, gl'),
        ("freeze glance in cinderella", 'I know no deliverable or branch "cinderella"; there are'),
        ("in cinder", "What of cinder? Say: in TEAM: COMMAND, or COMMAND in TEAM."),
        ("in", "In which team? There are cinder, glance. Say: in TEAM: COMMAND,"),
    ],
)
async def test_a_team_that_is_not_there_is_asked_for(app: App, text: str, first: str) -> None:
    assert (await told(app, text, THERE))[0].startswith(first)


NOVA = Fetched((GovernanceTeam("nova", None, (), "openstack-nova", ()),), NOW, "network")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("deadlines in nova", 'I know no team "nova"; there is glance.'),
        ("freeze glance in Nova please", 'I know no team "Nova"; there is glance.'),
        ("week in zzz", 'week does not take "zzz"; say week [R-N | DAY | SERIES].'),
    ],
)
def test_a_team_of_governance_that_the_bot_is_not_there_for_is_named(text: str, line: str) -> None:
    assert said(world(**{GOVERNANCE.name: NOVA}), text, NOW, THERE) == [line]


# What is looked up first ("check"), or needs a fact that is not there ("job"), has another answer.
OTHERWISE = ("check", "in", "job", "jobs")
OF_DELIVERABLES = [name for name, row in COMMANDS.items() if "DELIVERABLE" in row.usage]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in OTHERWISE])
async def test_every_command_given_another_teams_name_says_how_that_is_asked(
    app: App, name: str
) -> None:
    rest = " cinder" if name in OF_DELIVERABLES else ""
    pointer = f"That is Cinder's; say: {name}{rest} in cinder."
    for typed in ("cinder", "Cinder?", "for cinder please"):
        pointed = pointer.replace(" cinder in", " Cinder in") if "C" in typed else pointer
        expected = pointed if rest else pointer
        assert await told(app, f"{name} {typed}", THERE) == [expected]
    if name not in ("mute", "unmute", "subscribe", "unsubscribe"):
        (line,) = await told(app, f"{name} os-brick", THERE)
        assert line == pointer.replace(" cinder in", " os-brick in")


@pytest.mark.asyncio
async def test_what_is_no_teams_has_no_teams_name(app: App) -> None:
    for text in ("help freeze", "in nova: next", "delines"):
        (line,) = await told(app, text, BOTH)
        assert not line.startswith("Glance:")
    assert (await told(app, "action add call cinder", BOTH))[-1] == (
        "For cinder say: in cinder: action add call cinder."
    )


@pytest.mark.asyncio
async def test_in_private_another_teams_name_is_pointed_to_once(app: App) -> None:
    assert await told(app, "deadlines cinder", BOTH) == [
        "Glance: That is Cinder's; say: deadlines in cinder."
    ]
    assert (await told(app, "when m2 cinder", BOTH)) == [
        "Glance: That is Cinder's; say: when m2 in cinder."
    ]


@pytest.mark.asyncio
async def test_in_private_the_answer_names_its_team_and_how_to_ask_for_the_other(app: App) -> None:
    lines = await told(app, "week", BOTH)
    assert lines[0].startswith("Glance: Today, Sun 2026-11-22, is the weekend after R-18 of 2027.1")
    assert lines[-1] == "For cinder say: week in cinder."
    assert await told(app, "priority add m2 work in cinder", BOTH) == [
        "Glance: Say it where the team hears it, in #openstack-glance.",
        "For cinder say: in cinder: priority add m2 work in cinder.",
    ]
    assert not (await told(app, "week in glance", BOTH))[0].startswith("Glance")
    assert not (await told(app, "week", THERE))[0].startswith("Glance")


@pytest.mark.asyncio
async def test_who_has_one_team_is_not_told_of_the_other(app: App) -> None:
    app.door.people = set()  # type: ignore[union-attr]
    lines = await told(app, "week", Ask("pdeore", verified=True))
    assert len(lines) == 1
    assert lines[0].startswith("Today, ")
    lines = await told(app, "freeze nothing", Ask("rajat", verified=True))
    assert "cinder, os-brick" in lines[0]


@pytest.mark.asyncio
async def test_the_right_is_asked_for_in_the_team_that_is_meant(app: App) -> None:
    day = "deadline add review day 14 January"
    refused = (await told(app, day, THERE))[0]
    assert refused.startswith("That is for the PTL (")
    kept = (await told(app, f"in cinder: {day}", THERE))[0]
    assert kept.startswith("review day is on Thu 2027-01-14") or "review day" in kept
    assert "review day" in (await told(app, "deadline list in cinder", THERE))[0]
    assert "review day" not in (await told(app, "deadline list", THERE))[0]


@pytest.mark.asyncio
async def test_ones_own_text_is_not_taken_for_a_team(app: App) -> None:
    assert (await told(app, "action add meet those in cinder", THERE))[0].startswith(
        "Action 1 meet those in cinder."
    )
    assert (await told(app, "in cinder: action add look at it", THERE))[0].startswith(
        "Action 1 look at it."
    )
    assert "meet those in cinder" not in (await told(app, "action list in cinder", THERE))[0]
