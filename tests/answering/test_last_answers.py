"""`why` explains the last answer given in a place: with what it read, and to whom it was given."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from GlanceRelease.answering.last_answers import MOST_PLACES, LastAnswers
from GlanceRelease.app import App
from GlanceRelease.clock import SteppedClock
from GlanceRelease.configuration import settings
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Snapshot
from GlanceRelease.registry import Answered, Ask
from GlanceRelease.render.irc import render
from kit.glance_facts import TEAM
from kit.irc.bot import ROOT
from kit.upstream.gerrit import GerritServer, Stored

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
NOBODY = "http://127.0.0.1:9"
HERE, THERE = Ask("alice", channel="#openstack-glance"), Ask("bob", channel="#elsewhere")
ALICE = Ask("alice", address="alice@home.example", network="oftc")
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


@pytest.fixture
def gerrit() -> Iterator[GerritServer]:
    with GerritServer(NOW) as server:
        yield server


class Room:
    """A bot whose Gerrit is on loopback and whose other upstreams are nowhere."""

    def __init__(self, folder: Path, gerrit: GerritServer) -> None:
        shutil.copytree(ROOT / "config", folder, ignore=shutil.ignore_patterns("*.conf"))
        places = "".join(
            f"  {name}: {NOBODY}/{name}\n" for name in ("opendev", "zuul", "launchpad")
        )
        database = f"database: sqlite:///{folder / 'state.sqlite'}\n"
        (folder / "bot.yaml").write_text(f"upstreams:\n{places}  gerrit: {gerrit.url}\n{database}")
        self.clock = SteppedClock(NOW)
        self.app = App(settings.load(folder), self.clock)
        self.app.machine_clock = self.clock  # type: ignore[assignment]

    async def ask(self, text: str, ask: Ask = HERE) -> list[str]:
        """The answer, and what follows it."""
        reply = self.app.ask(text, ask)
        self.app.gave(reply)
        said = render(reply.doc, reply.private or ask.channel is None)

        def say(message: object) -> None:
            said.extend(render(message))  # type: ignore[arg-type]

        if reply.lookup is not None:
            await self.app.look_up(reply.lookup, ask, say, reply.given)
        if reply.fresh:
            await self.app.follow_up(text, reply, ask, say)
        return said

    def whole(self) -> list[str]:
        """What `why` says of the channel where there is room."""
        return render(self.app.ask("why", HERE).doc, private=True)

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


@pytest.mark.asyncio
async def test_before_anything_was_said_there_is_nothing_to_explain(room: Room) -> None:
    nothing = ["I have said nothing in #openstack-glance unasked."]
    assert await room.ask("why") == nothing
    assert await room.ask("why") == nothing
    assert await room.ask("why", ALICE) == nothing


@pytest.mark.asyncio
async def test_an_answer_is_explained_where_it_was_given_and_nowhere_else(room: Room) -> None:
    await room.ask("week")
    room.passes(minutes=3)
    (line,) = await room.ask("why", Ask("mallory", channel="#OpenStack-Glance"))
    assert line.startswith(
        "week, answered 15:00 UTC (3 min ago): the weeks of the cycle's schedule; which cycle runs "
        "follows from its days ("
    )
    assert "(bundled)" in line
    assert await room.ask("why", THERE) == ["I have said nothing in #elsewhere unasked."]
    assert await room.ask("why", ALICE) == ["I have said nothing in #openstack-glance unasked."]
    assert (await room.ask("why"))[0].startswith("week, answered 15:00 UTC (3 min ago)")


@pytest.mark.asyncio
async def test_the_facts_are_those_of_the_answer_and_not_the_newest(
    room: Room, gerrit: GerritServer
) -> None:
    await room.ask("releases")
    await room.ask("releases")
    before = room.whole()
    room.passes(minutes=20)
    await room.ask("releases", ALICE)
    after = room.whole()
    # The first line has them together, and less of each where an age takes more room.
    assert [line.replace(" (0 min ago)", "") for line in before[1:]] == [
        line.replace(" (20 min ago)", "") for line in after[1:]
    ]
    fact = f"Fact: Gerrit's changes of 15:00 UTC (20 min ago) {gerrit.url}"
    assert any(line.startswith(fact) for line in after)


@pytest.mark.asyncio
async def test_an_answer_in_private_is_explained_to_that_person_alone(room: Room) -> None:
    await room.ask("week", ALICE)
    nothing = "I have said nothing in #openstack-glance unasked."
    for other in (
        replace(ALICE, nick="bob"),
        replace(ALICE, address="mallory@elsewhere.example"),
        replace(ALICE, network="libera"),
        HERE,
    ):
        assert await room.ask("why", other) == [nothing]
    assert (await room.ask("why", ALICE))[0].startswith("week, answered")
    assert (await room.ask("why", replace(ALICE, verified=True)))[0].startswith("week, answered")


@pytest.mark.asyncio
async def test_what_somebody_identified_was_told_needs_that_identity_again(room: Room) -> None:
    await room.ask("remind", replace(ALICE, account="alice"))
    for other in (ALICE, replace(ALICE, account=""), replace(ALICE, account="mallory")):
        assert "remind" not in " ".join(await room.ask("why", other))
    (line, *_) = await room.ask("why", replace(ALICE, account="Alice"))
    assert line.startswith("remind, answered 15:00 UTC (0 min ago): what you told me")


@pytest.mark.asyncio
async def test_a_private_answer_to_a_question_in_the_channel_is_its_asker_s(room: Room) -> None:
    asked = replace(ALICE, channel="#openstack-glance")
    assert room.app.ask("log 5", asked).private or room.app.ask("deadlines all", asked).private
    await room.ask("week", asked)
    await room.ask("deadlines all", asked)
    assert (await room.ask("why", asked))[0].startswith("week, answered")
    assert (await room.ask("why", ALICE))[0].startswith("deadlines, answered")


@pytest.mark.asyncio
async def test_a_look_up_says_whom_it_asked_and_when(room: Room, gerrit: GerritServer) -> None:
    gerrit.add(Stored(5, "openstack/releases", "S", files={PATH: (None, FILE)}))
    assert "34.0.0.0b1" in (await room.ask("check 5"))[-1 - 1]
    room.passes(minutes=4)
    (line,) = await room.ask("why")
    assert line.startswith("What followed check, said 15:00 UTC (4 min ago): the rules by which")
    assert "Gerrit itself, of 15:00 UTC (4 min ago)" in line


@pytest.mark.asyncio
async def test_a_look_up_of_a_gerrit_that_is_down_names_the_trouble(
    room: Room, gerrit: GerritServer
) -> None:
    gerrit.mode = "error"
    assert (await room.ask("check 5"))[-1].startswith("Gerrit gives no answer: HTTP 503")
    assert " Missing: Gerrit itself (HTTP 503); " in (await room.ask("why"))[0]


@pytest.mark.asyncio
async def test_an_answer_that_was_mended_is_explained_with_the_fresh_facts(
    room: Room, gerrit: GerritServer
) -> None:
    await room.app.refresh()
    room.passes(minutes=2)
    await room.ask("releases")
    assert (await room.ask("why"))[0].startswith("releases, answered 15:02 UTC")
    gerrit.add(Stored(5, "openstack/releases", "S", files={PATH: (None, FILE)}))
    room.passes(minutes=2)
    assert any(line.startswith("Now: ") for line in await room.ask("releases"))
    said = room.whole()
    assert said[0].startswith("What followed releases, said 15:04 UTC (0 min ago): a version is")
    fact = f"Fact: Gerrit's changes of 15:04 UTC (0 min ago) {gerrit.url}"
    assert any(line.startswith(fact) for line in said)


def given(ask: Ask, text: str = "week", at: dt.datetime = NOW, second: bool = False) -> Answered:
    return Answered(text, ask, Moment(Snapshot(TEAM), NOW), at, is_second=second)


def test_of_many_places_the_newest_are_kept_and_people_push_out_no_channel() -> None:
    kept = LastAnswers()
    kept.keep(given(HERE))
    people = [Ask(f"nick{number}") for number in range(3 * MOST_PLACES)]
    for person in people:
        kept.keep(given(person))
    assert kept.last(HERE) is not None
    assert [kept.last(person) is not None for person in people] == [
        *([False] * 2 * MOST_PLACES),
        *([True] * MOST_PLACES),
    ]


def test_a_look_up_that_was_faster_than_the_first_answer_stays() -> None:
    kept = LastAnswers()
    kept.keep(given(HERE, "check 5", second=True))
    kept.keep(given(HERE, "check 5"))
    last = kept.last(HERE)
    assert last is not None
    assert last.is_second
    kept.keep(given(HERE, "week"))
    assert kept.last(HERE) == given(HERE, "week")
    early = given(HERE, "week", NOW - dt.timedelta(hours=1))  # the clock was set back
    kept.keep(early)
    assert kept.last(HERE) == early
