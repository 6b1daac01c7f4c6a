"""An answer comes at once from the last poll; what a fresh one changes follows, within bounds."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.answering import second_answers
from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from kit.irc.bot import ROOT
from kit.upstream.gerrit import GerritServer, Stored

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
PATH = "deliverables/indri/glance.yaml"
FILE = """team: glance
type: service
release-model: cycle-with-rc
repository-settings:
  openstack/glance: {}
releases:
  - version: 34.0.0.0b1
    projects:
      - repo: openstack/glance
        hash: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
"""
PROPOSALS = "%5Edeliverables/"  # stands in the query for proposals, and in no other
HTML = b"<html>502 Proxy Error</html>"


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        yield server


class Room:
    """A bot on loopback whose clocks stand, and the lines that it says after its answers."""

    def __init__(self, folder: Path, gerrit: GerritServer) -> None:
        shutil.copytree(ROOT / "config", folder, ignore=shutil.ignore_patterns("*.conf"))
        names = ("opendev", "gerrit", "zuul", "launchpad")
        places = "".join(f"  {name}: {gerrit.url}\n" for name in names)
        database = f"database: sqlite:///{folder / 'state.sqlite'}\n"
        (folder / "bot.yaml").write_text(f"upstreams:\n{places}{database}")
        self.clock = SteppedClock(NOW)
        self.app = App(settings.load(folder), self.clock)
        self.app.machine_clock = self.clock  # type: ignore[assignment]
        self.gerrit = gerrit
        self.said: list[str] = []

    async def ask(self, text: str) -> list[str]:
        """The answer at once; what follows it is in `said`."""
        ask = Ask("alice", channel="#openstack-glance")
        reply = self.app.ask(text, ask)
        self.said.clear()

        def say(message: object) -> None:
            lines = render(message)  # type: ignore[arg-type]
            self.said += [line.replace(self.gerrit.url, "https://gerrit") for line in lines]

        if reply.lookup is not None:
            await self.app.look_up(reply.lookup, ask, say)
        if reply.fresh:
            await self.app.follow_up(text, reply, ask, say)
        return render(reply.doc)

    def passes(self, **more: float) -> None:
        """Time passes."""
        self.clock.instant += dt.timedelta(**more)


@pytest_asyncio.fixture
async def room(tmp_path: Path, gerrit: GerritServer) -> AsyncIterator[Room]:
    made = Room(tmp_path / "config", gerrit)
    await made.app.start(beating=False)
    try:
        yield made
    finally:
        await made.app.stop()


def propose(gerrit: GerritServer) -> Stored:
    return gerrit.add(Stored(5, "openstack/releases", "S", files={PATH: (None, FILE)}))


@pytest.mark.asyncio
async def test_what_a_fresh_poll_changed_follows_and_nothing_else(room: Room) -> None:
    assert (await room.ask("releases"))[1].startswith("Proposals: not known")
    assert room.said[1].startswith("Nothing is proposed")
    room.passes(minutes=21)
    propose(room.gerrit)
    assert "(as of 2026-11-22 15:00 UTC, 21 min ago)" in (await room.ask("releases"))[1]
    assert room.said[0].startswith("Now: 2027.1 Indri: ")
    assert room.said[1].startswith("Proposed: glance 34.0.0.0b1 (change 5, 1 error).")
    room.passes(minutes=2)
    await room.ask("releases")
    assert room.said == []


@pytest.mark.asyncio
async def test_gerrit_is_asked_once_a_minute_however_often_people_ask(room: Room) -> None:
    for _ in range(5):
        await room.ask("releases")
        await room.ask("unreleased")
    assert room.gerrit.count(PROPOSALS) == 1


@pytest.mark.asyncio
async def test_a_followed_proposal_s_new_patch_set_follows_the_old_answer(room: Room) -> None:
    change = propose(room.gerrit)
    await room.ask("releases")
    room.passes(minutes=2)
    change.patch_set = 2
    assert "(patch set 1, open)" in (await room.ask("check 5"))[0]
    assert "(patch set 2, open)" in room.said[0]


@pytest.mark.asyncio
async def test_a_gerrit_that_restarts_leaves_the_last_good_value_with_its_age(room: Room) -> None:
    propose(room.gerrit)
    await room.ask("releases")
    room.gerrit.route("/changes/", HTML, 502, {"Content-Type": "text/html"})
    room.gerrit.mode = "routes"
    for _ in range(4):
        room.passes(minutes=3)
        await room.ask("releases")
        assert room.said == []
    line = (await room.ask("releases"))[1]
    assert line.startswith(
        "Proposed: glance 34.0.0.0b1 (change 5, 1 error)"
        " (as of 2026-11-22 15:00 UTC, 12 min ago: HTTP 502)."
    )
    room.gerrit.mode = "up"
    room.passes(minutes=3)
    await room.ask("releases")
    assert "as of" not in (await room.ask("releases"))[1]


@pytest.mark.asyncio
async def test_retry_after_is_kept_to(room: Room) -> None:
    await room.ask("releases")
    headers = {"Content-Type": "text/plain", "Retry-After": "600"}
    room.gerrit.route("/changes/", b"Quota limit reached", 429, headers)
    room.gerrit.mode = "routes"
    room.passes(minutes=2)
    await room.ask("releases")
    asked = room.gerrit.count(PROPOSALS)
    for _ in range(4):
        room.passes(minutes=2)
        await room.app.refresh()
        assert "HTTP 429" in (await room.ask("releases"))[1]
    assert room.gerrit.count(PROPOSALS) == asked
    room.passes(minutes=3)
    await room.ask("releases")
    assert room.gerrit.count(PROPOSALS) == asked + 1


@pytest.mark.asyncio
async def test_looking_is_said_only_where_it_takes_long(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(room.gerrit)
    await room.ask("check 5")
    assert room.said[0].startswith("glance 34.0.0.0b1 in change https://gerrit/5 ")
    monkeypatch.setattr(second_answers, "LOOKING_AFTER_SECONDS", 0.0)
    await room.ask("check 6")
    assert room.said == [
        "Looking...",
        "Change 6 is not there for everybody: private, deleted or unused.",
    ]


@pytest.mark.asyncio
async def test_a_gerrit_that_hangs_leaves_the_first_answer_standing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.gerrit.mode = "hang"
    monkeypatch.setattr(second_answers, "ANSWER_SECONDS", 0.2)
    assert (await room.ask("releases"))[1].startswith("Proposals: not known")
    assert room.said == []
    room.gerrit.mode = "up"
    room.passes(minutes=2)
    await room.ask("releases")
    assert room.said[1].startswith("Nothing is proposed")
