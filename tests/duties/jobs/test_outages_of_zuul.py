"""After an outage of Zuul's what fails is told once; in one, that nothing is known is told once.
Each row: the nights, what the channel was told, `!jobs`, `!job`, the report's part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.ci.builds import NIGHTS, History
from GlanceRelease.domain.snapshot import Fetched
from GlanceRelease.domain.team import Jobs
from GlanceRelease.sources.bundled_facts import load_bundled
from kit.channel import Channel
from kit.glance_facts import world
from kit.upstream.nights import GLANCE, HOUR, STORE, TEAM, Told, Watch, merged_changes, october
from kit.upstream.scripted import live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer

ONE = "glance-tox-py313-keystone-tips"
TWO = "glance_store-tox-py3-oslo-tips"
OURS = replace(TEAM, jobs=Jobs(repositories=(GLANCE, STORE)))
DOWN, UP = october(10, 12), october(21, 9)
FEBRUARY_22 = 145  # as a day of October: 2027.1 Indri is in its feature freeze


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[GLANCE, "master", "periodic"] = [ONE]
        zuul.expected[STORE, "master", "periodic"] = [TWO]
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream, OURS)


def eleven_days(watch: Watch, letters: str) -> None:
    """GLANCE's job by the letters, STORE's passes; Zuul is down from the 10th to the 21st."""
    script(watch, GLANCE, {ONE: letters})
    script(watch, STORE, {TWO: "." * len(letters)})
    watch.at(DOWN, watch.zuul.down)
    watch.at(UP, watch.zuul.up)


LOST = (
    "17 08:00 Zuul is unreadable for 7 days (last read 2026-10-10 08:00 UTC; no connection:"
    " connection refused): how the periodic jobs are is not known."
)
BACK = (
    "21 15:00 Zuul can be read again after 11 days: {} of 2 tips jobs passed last night (02:00"
    " UTC). ZUUL/buildsets?uuid=ID&uuid=ID"
)
NO_SUSPECT = "no suspect: nothing merged into openstack/glance"
ALL = "2 of 2 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID"

OUTAGES = [
    pytest.param(
        "...........FFFFFFFFFF",
        [
            LOST,
            f"21 15:00 Periodic jobs, night of 21 Oct: {ONE} failed 10 nights running,"
            f" {NO_SUSPECT}. Zuul was unreadable for 11 days. ZUUL/build/ID",
        ],
        f"{ONE} FAILING 10 runs since 12 Oct (no suspect) ZUUL/build/ID."
        " 1 of 2 tips jobs passed last night (02:00 UTC).",
        f"Periodic jobs: 1 of 2 not green: {ONE} failing since 12 Oct ZUUL/builds?uuid=ID",
        id="what fails and was never said",
    ),
    pytest.param(
        ".......FFFFFFFFFFFFFF",
        [
            "09 08:00 Periodic jobs, night of 9 Oct:"
            f" {ONE} failed 2 nights running, {NO_SUSPECT}. ZUUL/build/ID",
            LOST,
            BACK.format(1),
        ],
        f"{ONE} FAILING 14 runs since 8 Oct (no suspect) ZUUL/build/ID."
        " 1 of 2 tips jobs passed last night (02:00 UTC).",
        f"Periodic jobs: 1 of 2 not green: {ONE} failing since 8 Oct ZUUL/builds?uuid=ID",
        id="what was said is not said again",
    ),
    pytest.param(
        ".......FFFFF.........",
        [
            "09 08:00 Periodic jobs, night of 9 Oct:"
            f" {ONE} failed 2 nights running, {NO_SUSPECT}. ZUUL/build/ID",
            LOST,
            f"21 15:00 Periodic jobs, night of 13 Oct: {ONE} passes again after 5 bad nights."
            " Zuul was unreadable for 11 days. ZUUL/build/ID",
        ],
        ALL,
        "Periodic jobs: all 2 green",
        id="what was said and is over",
    ),
    pytest.param(
        "...........FFF.......",
        [LOST, BACK.format(2)],
        ALL,
        "Periodic jobs: all 2 green",
        id="what came and went is not said, but that Zuul is read again",
    ),
    pytest.param(
        "...........--........",
        [LOST, BACK.format(2)],
        ALL,
        "Periodic jobs: all 2 green",
        id="nor is a night without a run that was not the last",
    ),
]


@pytest.mark.parametrize(("letters", "said", "jobs", "part"), OUTAGES)
def test_after_an_outage(watch: Watch, letters: str, said: list[str], jobs: str, part: str) -> None:
    eleven_days(watch, letters)
    live(watch, 1, 21)
    told = watch.told(october(21, 15), ONE)
    assert told == Told(said, [jobs], told.job, part)
    assert letters[-14:-1] in told.job[0]
    live(watch, 22, 24, hours=(8,))
    assert [text for text in watch.said[len(said) :] if "did not run" in text] == []


def test_a_bot_that_is_started_in_an_outage_knows_what_was_said(watch: Watch) -> None:
    eleven_days(watch, "...........FFFFFFFFFF")
    live(watch, 1, 18)
    assert watch.said == [LOST]
    other = Watch(watch.zuul, watch.gerrit, OURS)
    other.kept, other.memory, other.keys = watch.kept, watch.memory, watch.keys
    other.script = watch.script
    fact = watch.facts[NIGHTS.name]
    other.facts[NIGHTS.name] = Fetched(fact.value, fact.at, "stored")
    live(other, 19, 21)
    assert other.said == [
        f"21 15:00 Periodic jobs, night of 21 Oct: {ONE} failed 10 nights running,"
        f" {NO_SUSPECT}. Zuul was unreadable for 11 days. ZUUL/build/ID"
    ]


def test_a_bot_that_was_down_does_not_blame_zuul(watch: Watch) -> None:
    script(watch, GLANCE, {ONE: "...........FFFFFFFFFF"})
    script(watch, STORE, {TWO: "....................."})
    live(watch, 1, 10)
    live(watch, 21, 21, hours=(15,))
    assert watch.said == [
        f"21 15:00 Periodic jobs, night of 21 Oct: {ONE} failed 10 nights running, {NO_SUSPECT}."
        " ZUUL/build/ID"
    ]


def test_a_bot_that_was_down_counts_from_the_first_trouble_it_saw(watch: Watch) -> None:
    script(watch, GLANCE, {ONE: "."})
    script(watch, STORE, {TWO: "."})
    live(watch, 1, 1)
    watch.zuul.down()
    live(watch, 12, 20)
    assert [text[:44] for text in watch.said] == ["19 08:00 Zuul is unreadable for 7 days (last"]


def test_a_day_of_trouble_is_told_in_a_freeze_only(watch: Watch) -> None:
    first = FEBRUARY_22
    watch.facts.update(load_bundled().facts)
    for project, job in ((GLANCE, ONE), (STORE, TWO)):
        script(watch, project, {job: "......."}, first=first)
    watch.at(october(first + 3, 12), watch.zuul.down)
    watch.at(october(first + 6, 12), watch.zuul.up)
    live(watch, first, first + 6)
    assert watch.said == [
        "26 08:00 Zuul is unreadable for 24 hours (last read 2027-02-25 08:00 UTC; no"
        " connection: connection refused): how the periodic jobs are is not known.",
        "28 15:00 Zuul can be read again after 3 days: 2 of 2 tips jobs passed last night (02:00"
        " UTC). ZUUL/buildsets?uuid=ID&uuid=ID",
    ]


def test_three_days_of_trouble_are_not_told_else(watch: Watch) -> None:
    watch.facts.update(load_bundled().facts)
    script(watch, GLANCE, {ONE: "......."})
    script(watch, STORE, {TWO: "......."})
    watch.at(october(3, 12), watch.zuul.down)
    watch.at(october(6, 12), watch.zuul.up)
    live(watch, 1, 7)
    assert watch.said == []


def test_a_zuul_that_never_answered_is_told_after_a_week(watch: Watch) -> None:
    watch.born = october(1, 0)
    watch.zuul.down()
    live(watch, 1, 9)
    assert watch.said == [
        "08 08:00 Zuul is unreadable for 7 days (never read; no connection: connection refused):"
        " how the periodic jobs are is not known."
    ]


@pytest.mark.asyncio
async def test_what_was_said_in_an_outage_is_in_the_ledger() -> None:
    """The bot is started anew every day of an outage."""
    lost = october(10, 8)
    async with Channel(lost, replace(world(), team=replace(OURS, meeting=None))) as channel:
        known = History({}, {}, lost - HOUR, lost)
        trouble = Fetched(known, lost, "stored", "HTTP 500")
        channel.facts = replace(channel.facts, facts={NIGHTS.name: trouble})
        for day in range(10, 30):
            await channel.restart()
            await channel.until(f"{october(day, 20):%Y-%m-%dT%H:%M:%S}")
        said = [text for _, text in channel.lines if "Zuul" in text]
        assert said == [
            "Zuul is unreadable for 7 days (last read 2026-10-10 08:00 UTC; HTTP 500): how the"
            " periodic jobs are is not known."
        ]
        well = Fetched(known, october(30, 8), "network")
        channel.facts = replace(channel.facts, facts={NIGHTS.name: well})
        await channel.restart()
        await channel.until(f"{october(30, 20):%Y-%m-%dT%H:%M:%S}")
        assert [text for _, text in channel.lines if "Zuul" in text] == said
