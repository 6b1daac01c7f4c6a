"""Lookups always come back: with the answer, or in one line with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from gerrit_server import GerritServer, Stored
from GlanceRelease import lookups
from GlanceRelease.commands import Lookup
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.domain.team import Team
from GlanceRelease.render.irc import render
from GlanceRelease.settings import BotFile, Settings, Upstreams
from GlanceRelease.sources.http import Http

NOW = dt.datetime(2026, 9, 8, 12, tzinfo=dt.UTC)
A = "a" * 40
FILE = f"""team: glance
type: service
release-model: cycle-with-rc
repository-settings:
  openstack/glance: {{}}
releases:
  - version: 33.0.0.0rc1
    projects:
      - repo: openstack/glance
        hash: {A}
"""
PATH = "deliverables/hibiscus/glance.yaml"


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        server.commits["openstack/glance", A] = ("2026-07-01 08:00:00", ("master",), ())
        server.add(Stored(5, "openstack/releases", "S", files={PATH: (None, FILE)}))
        yield server


async def said(gerrit: GerritServer, what: str) -> list[str]:
    team = Team("glance", "glance", ("#c",), ("glance",))
    places = Upstreams(opendev=gerrit.url, gerrit=gerrit.url)
    settings = Settings(Path(), BotFile(upstreams=places), {"glance": team})
    async with Http("test") as http:
        found = await lookups.look_up(http, settings, Snapshot(team), Lookup("proposal", what), NOW)
    return [line.replace(gerrit.url, "https://gerrit") for line in render(found)]


@pytest.mark.asyncio
async def test_a_change_that_is_not_followed_is_checked(gerrit: GerritServer) -> None:
    first, second = await said(gerrit, f"{gerrit.url}/c/openstack/releases/+/5")
    assert first == (
        "glance 33.0.0.0rc1 in change https://gerrit/5 (patch set 1, open): 1 error, 3 rules kept,"
        " 4 not judged"
    )
    assert second.startswith("error: 33.0.0.0rc1 comes without its stable branch; mend:")


@pytest.mark.asyncio
async def test_a_gerrit_that_restarts_is_said(gerrit: GerritServer) -> None:
    gerrit.mode = "error"
    (line,) = await said(gerrit, "5")
    assert line.startswith("Gerrit gives no answer: HTTP 503")


@pytest.mark.asyncio
async def test_a_gerrit_that_hangs_is_said(
    gerrit: GerritServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gerrit.mode = "hang"
    monkeypatch.setattr(lookups, "ANSWER_SECONDS", 0.2)
    (line,) = await said(gerrit, "5")
    assert line.startswith("No answer in")


@pytest.mark.asyncio
async def test_a_link_to_elsewhere_asks_nobody(gerrit: GerritServer) -> None:
    (line,) = await said(gerrit, "https://evil.example/c/openstack/releases/+/5")
    assert line.startswith("I ask only 127.0.0.1")
    assert gerrit.count() == 0
