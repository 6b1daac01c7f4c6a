"""Lookups always come back: with the answer, or in one line with the reason."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease.answering import lookups
from GlanceRelease.configuration.settings import BotFile, Settings, Upstreams
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Team
from GlanceRelease.registry import Lookup
from GlanceRelease.render.irc import render
from GlanceRelease.sources.http import Http
from kit.glance_facts import NOW as AFTER_INDRI_1
from kit.glance_facts import TEAM as GLANCE
from kit.glance_facts import world
from kit.upstream.gerrit import GerritServer, Stored

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


async def said(
    gerrit: GerritServer,
    what: str,
    facts: Mapping[str, Fetched[Any]] | None = None,
    seconds: float = lookups.ANSWER_SECONDS,
) -> list[str]:
    team = Team("glance", "glance", ("#c",), ("glance",))
    places = Upstreams(opendev=gerrit.url, gerrit=gerrit.url)
    settings = Settings(Path(), BotFile(upstreams=places), {"glance": team})
    async with Http("test") as http:
        snapshot, wanted = Snapshot(team, facts or {}), Lookup("proposal", what)
        found = await lookups.look_up(
            Moment(snapshot, NOW), http, settings, wanted, seconds=seconds
        )
    return [line.replace(gerrit.url, "https://gerrit") for line in render(found)]


@pytest.mark.asyncio
async def test_a_change_that_is_not_followed_is_checked(gerrit: GerritServer) -> None:
    first, second = await said(gerrit, f"{gerrit.url}/c/openstack/releases/+/5")
    assert first == (
        "glance 33.0.0.0rc1 in change https://gerrit/5 (patch set 1, open): 1 error, 6 rules kept,"
        " 4 not judged"
    )
    assert second.startswith("error: 33.0.0.0rc1 comes without its stable branch; mend:")


@pytest.mark.asyncio
async def test_a_gerrit_that_restarts_is_said(gerrit: GerritServer) -> None:
    gerrit.mode = "error"
    (line,) = await said(gerrit, "5")
    assert line.startswith("Gerrit gives no answer: HTTP 503")


@pytest.mark.asyncio
async def test_who_gives_no_answer_to_a_draft_is_named(gerrit: GerritServer) -> None:
    gerrit.heads["openstack/glance", "master"] = A
    settings = Settings(
        Path(),
        BotFile(upstreams=Upstreams(opendev="http://127.0.0.1:9", gerrit=gerrit.url)),
        {"glance": GLANCE},
    )
    async with Http("test") as http:
        wanted = Lookup("draft", "glance beta")
        found = await lookups.look_up(Moment(world(GLANCE), AFTER_INDRI_1), http, settings, wanted)
    (line,) = render(found)
    assert line.startswith("opendev.org gives no answer: ")


@pytest.mark.asyncio
async def test_a_gerrit_that_hangs_is_said(gerrit: GerritServer) -> None:
    gerrit.mode = "hang"
    (line,) = await said(gerrit, "5", seconds=0.2)
    assert line.startswith("No answer in")


@pytest.mark.asyncio
async def test_a_reload_meanwhile_blames_nobody(gerrit: GerritServer) -> None:
    gerrit.mode = "hang"
    team = Team("glance", "glance", ("#c",), ("glance",))
    settings = Settings(Path(), BotFile(upstreams=Upstreams(gerrit=gerrit.url)), {"glance": team})
    async with Http("test") as http:
        asking = asyncio.create_task(
            lookups.look_up(Moment(Snapshot(team), NOW), http, settings, Lookup("proposal", "5"))
        )
        async with asyncio.timeout(5):
            while not gerrit.count():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert render(await asking) == ["I am being stopped or loaded anew; ask again."]


@pytest.mark.asyncio
async def test_a_link_to_elsewhere_asks_nobody(gerrit: GerritServer) -> None:
    (line,) = await said(gerrit, "https://evil.example/c/openstack/releases/+/5")
    assert line.startswith("I ask only 127.0.0.1")
    assert gerrit.count() == 0


STORE = "openstack/glance_store"
LIBRARY = """team: glance
type: library
release-model: cycle-with-intermediary
repository-settings:
  openstack/glance_store: {}
releases:
"""
ITEM = """  - version: {}
    projects:
      - repo: openstack/glance_store
        hash: {}
"""
OLD, NEW = "b" * 40, "c" * 40
LIBRARY_PATH = "deliverables/hibiscus/glance-store.yaml"


@pytest.fixture
def library(gerrit: GerritServer) -> GerritServer:
    """A bug-fix release of a library, proposed by somebody whom the bot does not follow."""
    gerrit.grow(STORE, OLD, day="2026-07-01 08:00:00", branch="master")
    gerrit.tags[STORE, "5.5.0"] = OLD
    gerrit.grow(STORE, NEW, OLD, day="2026-07-20 08:00:00", branch="master")
    for sha in (OLD, NEW):
        gerrit.files[STORE, sha, "requirements.txt"] = "oslo.config>=5.2.0 # Apache-2.0\n"
    before = LIBRARY + ITEM.format("5.5.0", OLD)
    after = before + ITEM.format("5.5.1", NEW)
    gerrit.add(Stored(7, "openstack/releases", "S", files={LIBRARY_PATH: (before, after)}))
    return gerrit


def merge(gerrit: GerritServer, number: int, day: str, message: str, *files: str) -> None:
    texts: dict[str, tuple[str | None, str | None]] = dict.fromkeys(files, ("", ""))
    gerrit.add(
        Stored(number, STORE, "S", status="MERGED", submitted=day, message=message, files=texts)
    )


@pytest.mark.asyncio
async def test_a_library_that_is_not_followed_is_judged_by_what_merged(
    library: GerritServer,
) -> None:
    merge(library, 20, "2026-07-25 08:00:00", "Implements: bp later", "x.py")
    (line, unjudged) = await said(library, "7")
    assert line.endswith("(patch set 1, open): 11 rules kept, 1 not judged")
    assert unjudged == "Not judged: window (without the cycle's schedule)"
    merge(library, 21, "2026-07-10 08:00:00", "Implements: bp x", "x.py", "releasenotes/notes/x")
    assert "but a feature merged (change 21)" in (await said(library, "7"))[1]


@pytest.mark.asyncio
async def test_a_raised_minimum_is_no_bug_fix(library: GerritServer) -> None:
    library.files[STORE, NEW, "requirements.txt"] = "oslo.config>=6.0.0\n"
    assert (await said(library, "7"))[1] == (
        "error: 5.5.1 is a bug-fix number, but requirements rise: oslo.config 5.2.0 to 6.0.0;"
        " mend: call it 5.6.0"
    )


@pytest.mark.asyncio
async def test_what_gerrit_refuses_to_tell_is_not_judged(library: GerritServer) -> None:
    library.route("/changes/", b"limit of 10 queries", 400, {"Content-Type": "text/plain"})
    library.refused = {"/changes/"}
    second = (await said(library, "7"))[1]
    assert "level (without what merged since the last release)" in second
