"""What Launchpad says of a bug that somebody names, asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.answering.lookups import look_up
from GlanceRelease.configuration.settings import BotFile, Settings, Upstreams
from GlanceRelease.domain.moment import Moment
from GlanceRelease.registry import Lookup
from GlanceRelease.render.irc import render
from GlanceRelease.sources.http import Http
from kit.glance_facts import NOW, world
from kit.upstream.launchpad import LaunchpadServer, StoredBug


@pytest.fixture
def launchpad() -> Iterator[LaunchpadServer]:
    with LaunchpadServer() as server:
        yield server


def told(server: LaunchpadServer, number: int) -> str:
    settings = Settings(Path(), BotFile(upstreams=Upstreams(launchpad=server.api)), {})

    async def run() -> str:
        async with Http("glance-release-tests") as http:
            doc = await look_up(Moment(world(), NOW), http, settings, Lookup("bug", str(number)))
            return " / ".join(render(doc))

    return asyncio.run(run())


def test_each_kind_of_bug_gets_its_line(launchpad: LaunchpadServer) -> None:
    launchpad.add(StoredBug(1, 'Lost \x02"images"', "Triaged", "High"))
    launchpad.add(StoredBug(2, "of nova", projects=["nova", "cinder"]))
    launchpad.add(StoredBug(3, "secret", private=True))
    launchpad.add(StoredBug(5, "the same", duplicate_of=1))
    assert told(launchpad, 1) == "Bug 1 of glance: \"Lost 'images'\", High, Triaged."
    assert told(launchpad, 2) == (
        "Bug 2 is of nova, cinder, and of none of glance, glance-store, python-glanceclient."
    )
    assert told(launchpad, 3) == "Bug 3 is private: Launchpad shows it to its own people only."
    assert told(launchpad, 4) == "Launchpad shows no bug 4."
    assert told(launchpad, 5) == "Bug 5 is a duplicate of 1."


def test_a_launchpad_that_is_down_is_said(launchpad: LaunchpadServer) -> None:
    launchpad.times_out()
    assert told(launchpad, 1) == ("Launchpad gives no answer: HTTP 503. Try again in some minutes.")
