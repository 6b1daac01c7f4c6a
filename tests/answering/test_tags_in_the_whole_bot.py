"""The whole application between opendev.org and Gerrit: a release is said at its tag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.app import App
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from kit.bot_in_process import BotInProcess
from kit.release_cases import A, B, store
from kit.upstream.gerrit import GerritServer, Stored
from kit.upstream.server import Upstream

START = dt.datetime(2026, 11, 24, 11, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
REPOSITORY = "openstack/glance_store"
FILE = "/openstack/releases/raw/branch/master/deliverables/indri/glance-store.yaml"
STATUS = "/openstack/releases/raw/branch/master/data/series_status.yaml"
SERIES = """
- {name: indri, release-id: 2027.1, status: development, initial-release: 2027-03-24}
- {name: hibiscus, release-id: 2026.2, status: maintained, initial-release: 2026-09-30}
"""
FIRST, NEXT = store(("5.7.0", A)), store(("5.7.0", A), ("5.8.0", B))
RELEASED = "glance-store 5.8.0 is released (2027.1 Indri)."


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(START) as server:
        server.grow(REPOSITORY, A, day="2026-11-20 10:00:00", branch="master")
        server.grow(REPOSITORY, B, A, day="2026-11-22 10:00:00", branch="master")
        yield server


@pytest.fixture
def opendev() -> Iterator[Upstream]:
    with Upstream() as server:
        server.route(STATUS, SERIES)
        server.route(FILE, FIRST)
        yield server


async def minutes(app: App, bot: BotInProcess, count: int) -> list[str]:
    """So many minutes of the bot's life; what it says of 5.8.0 in them."""
    before = len(bot.delivery.heard)
    for _ in range(count):
        bot.clock.instant += MINUTE
        await app.refresh()
        await app.tick()
    return [text for text in bot.delivery.heard[before:] if "5.8.0" in text]


def asked(app: App, text: str) -> str:
    reply = app.ask(text, Ask("rosmaita", channel="#openstack-glance"))
    return " ".join(render(reply.doc))


@pytest.mark.asyncio
async def test_a_release_is_said_at_its_tag_whatever_opendev_has(
    tmp_path: Path, gerrit: GerritServer, opendev: Upstream
) -> None:
    places = {
        "opendev": opendev.url,
        "gerrit": gerrit.url,
        "zuul": opendev.url,
        "launchpad": opendev.url,
    }
    more = "upstreams:\n" + "".join(f"  {name}: {url}\n" for name, url in places.items())
    bot = BotInProcess(tmp_path, START, more=more)
    async with bot.living() as app:
        assert await minutes(app, bot, 12) == []
        assert gerrit.count("/tags/") == 0
        stamp = "2026-11-24 11:15:00.000000000"
        gerrit.add(
            Stored(
                900001, "openstack/releases", "Release", status="MERGED", created=stamp,
                updated=stamp, submitted=stamp,
                files={"deliverables/indri/glance-store.yaml": (FIRST, NEXT)},
            )
        )  # fmt: skip
        opendev.route(FILE, NEXT)
        heard = await minutes(app, bot, 75)
        assert heard == [f"glance-store 5.8.0: merged, tag pending, {gerrit.url}/900001"]
        assert "glance-store 5.7.0" in asked(app, "releases")
        assert "glance-store 5.8.0 (merged, tag pending)" in asked(app, "releases")
    async with bot.living(bot.clock.instant) as app:
        assert await minutes(app, bot, 15) == []
        gerrit.tag(REPOSITORY, "5.8.0", B, "2026-11-24 12:50:00")
        assert await minutes(app, bot, 12) == [RELEASED]
        assert "glance-store 5.8.0" in asked(app, "releases")
        assert "glance-store since 5.8.0: nothing merged" in asked(app, "unreleased glance-store")
        count = gerrit.count()
        assert await minutes(app, bot, 60) == []
        assert gerrit.count() - count == 2 * 6, "what is followed, and what fixes bugs"
    async with bot.living(bot.clock.instant) as app:
        assert await minutes(app, bot, 35) == []
