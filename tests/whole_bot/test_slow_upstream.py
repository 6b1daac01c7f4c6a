"""An upstream that never answers holds back no other's facts, and the log stays short."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from kit.irc.bot import Bot
from kit.upstream.server import Upstream

STATUS = "/openstack/releases/raw/branch/master/data/series_status.yaml"
SERIES = "- {name: indri, release-id: 2027.1, status: development, initial-release: 2027-03-24}\n"


@pytest.fixture
def opendev() -> Iterator[Upstream]:
    """An opendev.org that is well."""
    with Upstream() as server:
        server.route(STATUS, SERIES)
        yield server


@pytest.fixture
def gerrit() -> Iterator[Upstream]:
    """A Gerrit that has an error."""
    with Upstream() as server:
        server.mode = "error"
        yield server


def test_polls_of_the_others_go_on_while_one_hangs(
    start_bot: Callable[..., Bot], opendev: Upstream, gerrit: Upstream
) -> None:
    start_bot(upstream=opendev.url, gerrit=gerrit.url, now="2026-12-17T08:00:30+00:00", speed=600)
    wait_for(lambda: gerrit.count() >= 2)
    gerrit.mode = "hang"
    asked = gerrit.count()
    wait_for(lambda: gerrit.count() > asked)
    polls = opendev.count("series_status")
    wait_for(lambda: opendev.count("series_status") >= polls + 3)
    hung = [seen.target for seen in gerrit.seen[asked:]]
    assert len(set(hung)) == len(hung), "nothing is asked again while it is waited for"


def wait_for(done: Callable[[], bool]) -> None:
    """Return when it is so; 25 seconds are too long."""
    end = time.monotonic() + 25
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
