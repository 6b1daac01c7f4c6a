"""The line after a night in any room: a bad night is told to its end, or counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from GlanceRelease.domain.messages.clauses import in_words
from GlanceRelease.domain.messages.counts import in_letters
from GlanceRelease.domain.messages.doc import Doc, brief_of
from GlanceRelease.domain.moment import Moment
from GlanceRelease.duties.jobs.night_notices import night_notices
from GlanceRelease.render.irc import render
from GlanceRelease.sources.http import Http
from kit.upstream.nights import GLANCE, TEAM, Watch, merged_changes, october, same
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer, plain_variant

S, F = "SUCCESS", "FAILURE"
ONE = "glance-tox-py313-keystone-tips"
CHANGES = [
    {"_number": 900000 + n, "subject": "S", "submitted": f"2026-10-08 1{n}:00:00.0"}
    for n in range(1, 5)
]


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[GLANCE, "master", "periodic"] = [ONE]
        zuul.variants = {ONE: [plain_variant(ONE, None, ["openstack/keystoneauth"])]}
        upstream.routes["/changes/"] = merged_changes({"openstack/keystoneauth": CHANGES})
        yield Watch(zuul, upstream, TEAM)


async def message(watch: Watch, jobs: list[str]) -> Doc:
    """What is said of a night in which these failed for the second time."""
    for number in range(5, 11):
        watch.zuul.night(GLANCE, october(number), dict.fromkeys(jobs, F if number > 8 else S))
    async with Http("test", timeout_seconds=2) as http:
        await watch.poll(http, october(10, 15))
    (notice,) = night_notices(Moment(watch.snapshot, october(10, 15)))
    return notice.say(october(10, 15))


@pytest.mark.asyncio
async def test_suspects_are_three_two_counted_or_none(watch: Watch) -> None:
    told = await message(watch, [ONE])
    head = f"Periodic jobs, night of 10 Oct: {ONE} failed 2 nights running"
    query = "&uuid=ID"
    found = dict.fromkeys(
        same(text).split(head)[1].replace(query, "")
        for most in range(400, 100, -1)
        for text in render(told, most=most)
        if head in text
    )
    three = "4 suspects: 900004 (keystoneauth), 900003 (keystoneauth), 900002 (keystoneauth)"
    two = "4 suspects: 900004 (keystoneauth), 900003 (keystoneauth)"
    numbers = "+OR+".join(f"change:{number}" for number in (900004, 900003, 900002, 900001))
    assert list(found)[:4] == [
        f", {three} GERRIT/q/{numbers}. ZUUL/build/ID",
        f", {two} GERRIT/q/{numbers}. ZUUL/build/ID",
        " (4 suspects). ZUUL/build/ID",
        ". ZUUL/build/ID",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("most", [400, 250, 160])
async def test_of_many_jobs_the_first_are_named_and_the_others_counted(
    watch: Watch, most: int
) -> None:
    jobs = [f"glance-tox-py313-number-{n:02}-tips" for n in range(30)]
    watch.zuul.expected[GLANCE, "master", "periodic"] = jobs
    told = await message(watch, jobs)
    (said,) = render(told, most=most)
    named = said.count("number-")
    assert len(said.encode()) <= most
    assert named >= 1
    assert f"and {in_letters(30 - named)} more. " in said
    assert said.split()[-1].startswith("http")


@pytest.mark.asyncio
async def test_in_a_merged_line_a_night_is_what_it_comes_to(watch: Watch) -> None:
    told = await message(watch, [ONE])
    assert in_words(brief_of(told)) == (
        f"Periodic jobs, night of 10 Oct: {ONE} failed 2 nights running"
    )


@pytest.mark.asyncio
async def test_in_a_merged_line_many_jobs_are_counted(watch: Watch) -> None:
    jobs = [f"glance-tox-py313-number-{n:02}-tips" for n in range(30)]
    watch.zuul.expected[GLANCE, "master", "periodic"] = jobs
    told = await message(watch, jobs)
    assert in_words(brief_of(told)) == "Periodic jobs, night of 10 Oct: 30 now fail"
