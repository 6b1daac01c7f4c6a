"""Answers that need Gerrit, on a real server: they come at once or after "Looking...", and come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from kit.irc.bot import Bot
from kit.irc.person import Person
from kit.upstream.gerrit import GerritServer, Stored

Join = Callable[..., Awaitable[Person]]
StartBot = Callable[..., Bot]

PATH = "deliverables/indri/nova.yaml"
FILE = """team: nova
type: service
release-model: cycle-with-rc
repository-settings:
  openstack/nova: {}
releases:
  - version: 34.0.0.0rc1
    projects:
      - repo: openstack/nova
        hash: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
"""


@pytest.fixture
def gerrit(some_files: Path) -> Iterator[GerritServer]:
    with GerritServer(dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)) as server:
        server.serve_tree(some_files)
        server.add(Stored(5, "openstack/releases", "S", files={PATH: (None, FILE)}))
        yield server


@pytest.mark.asyncio
async def test_a_check_follows_where_it_was_asked(
    start_bot: StartBot, join: Join, gerrit: GerritServer
) -> None:
    start_bot(upstream=gerrit.url)
    alice = await join("alice")
    alice.say("!check 5")
    first = await alice.expect("nova 34.0.0.0rc1 in change")
    assert "2 errors" in first.text
    assert "is not in openstack/nova" in (await alice.expect()).text
    gerrit.delay = 0.7  # for each of several requests: more than a second in all
    alice.say("!check 5")
    assert (await alice.expect()).text == "Looking..."
    assert "nova 34.0.0.0rc1" in (await alice.expect(seconds=20)).text


@pytest.mark.asyncio
async def test_a_link_to_elsewhere_and_a_gerrit_that_is_down_are_said(
    start_bot: StartBot, join: Join, gerrit: GerritServer
) -> None:
    start_bot(upstream=gerrit.url)
    alice = await join("alice")
    said = await alice.ask("!check https://evil.example/c/openstack/releases/+/5")
    assert said == "I ask only 127.0.0.1:" + str(gerrit.port) + " about changes."
    gerrit.mode = "error"
    assert (await alice.ask("!check 5")).startswith("Gerrit gives no answer: HTTP 503")


@pytest.mark.asyncio
async def test_a_draft_goes_to_the_person(
    start_bot: StartBot, join: Join, gerrit: GerritServer
) -> None:
    sha = "d" * 40
    gerrit.heads["openstack/glance_store", "master"] = sha
    gerrit.commits["openstack/glance_store", sha] = ("2026-11-20 08:00:00", ("master",), ())
    start_bot(upstream=gerrit.url)
    alice = await join("alice")
    alice.say("!draft glance_store feature")
    assert "glance-store 5." in (await alice.expect("from dddddddddd of master")).text
    await alice.expect(f"hash: {sha}")
    await alice.expect("git commit -s -m 'Release glance-store 5")
    assert (await alice.expect()).text == "git review"
