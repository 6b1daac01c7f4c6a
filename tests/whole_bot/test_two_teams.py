"""One bot for two teams: in private it means the team that its words stand for."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit.irc.bot import CHANNEL, ROOT, Bot
from kit.irc.person import Person
from kit.irc.servers import Server

CINDER = "#openstack-cinder"
TEAM = f"""
name: cinder
governance: cinder
channels: ["{CINDER}"]
deliverables: [cinder, os-brick]
"""


@pytest.fixture
def two_teams(tmp_path: Path) -> Path:
    """The shipped configuration with a second team beside Glance."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("state"))
    (config / "teams" / "cinder.yaml").write_text(TEAM)
    return config


@pytest.mark.asyncio
async def test_in_private_the_team_is_that_of_a_shared_channel_or_of_the_last_line(
    start_bot: Callable[..., Bot],
    join: Callable[..., Awaitable[Person]],
    ircd_server: Server,
    two_teams: Path,
) -> None:
    rajat = await Person.join(ircd_server, "rajat", CINDER)
    pdeore = await join("pdeore")
    start_bot(
        config=two_teams,
        registry={"supybot.networks.test.channels": f"{CHANNEL} {CINDER}"},
        now="2027-01-11T09:59:30+00:00",
        speed=30,
    )
    await rajat.expect_command("JOIN", "glancebot")

    assert "cinder, os-brick" in await rajat.ask_alone("freeze nothing")
    assert "glance, glance-store" in await pdeore.ask_alone("freeze nothing")

    # Who is in both channels means the default team, until the other one's line reaches them.
    rajat.raw(f"JOIN {CHANNEL}")
    await rajat.expect_command("366")
    told = await rajat.ask_alone("freeze nothing")
    assert told.startswith('Glance: I know no deliverable or branch "nothing"; there are glance,')
    assert (await rajat.expect()).text == "For cinder say: freeze nothing in cinder."
    assert "are cinder, os-brick" in await rajat.ask_alone("freeze nothing in cinder")
    assert "at 10:00 UTC" in await rajat.ask("!remind 3 days before m2")
    await rajat.expect("Cinder: As you asked: Indri-2 milestone", seconds=10)
    assert await rajat.lines(1.0) == []  # by then the ledger has its receipt
    assert "cinder, os-brick" in await rajat.ask_alone("freeze nothing")
    assert (await rajat.expect()).text == "For glance say: freeze nothing in glance."
    assert await rajat.ask_alone("remind") == "Cinder: 3 days before Indri-2 milestone."
    await rajat.leave()
