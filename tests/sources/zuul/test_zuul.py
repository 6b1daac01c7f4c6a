"""The periodic builds are read in few requests, and nothing that Zuul does loses or invents one."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from GlanceRelease.domain.ci.builds import History, Lane, Outcome
from GlanceRelease.domain.team import Jobs
from GlanceRelease.duties.jobs.facts import standings
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.zuul.builds import PeriodicBuilds
from GlanceRelease.sources.zuul.client import ZuulApi
from GlanceRelease.sources.zuul.rows import build, plain, required_projects, short_name
from kit.upstream.server import Reply
from kit.upstream.zuul import ZuulServer, page

GLANCE = "openstack/glance"
STORE = "openstack/glance_store"
KEYSTONE = "glance-tox-py313-keystone-tips"
OSLO = "glance-tox-functional-py313-oslo-tips"
LANE = Lane(GLANCE, "master", "periodic")
NIGHT = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)


@pytest.fixture
def zuul() -> Iterator[ZuulServer]:
    with ZuulServer() as server:
        server.expected[GLANCE, "master", "periodic"] = [KEYSTONE, OSLO]
        yield server


class Poller:
    """The source between polls, as the refresher keeps it."""

    def __init__(self, zuul: ZuulServer, projects: tuple[str, ...] = (GLANCE,)) -> None:
        self.zuul = zuul
        self.source = PeriodicBuilds(ZuulApi(zuul.api), projects, Jobs().pipelines, QUARTER)
        self.kept: Kept | None = None

    def poll(self, now: dt.datetime, timeout: float = 5) -> History:
        async def once() -> Kept:
            async with Http("test", timeout) as http:
                return await self.source.fetch(http, self.kept, now)

        self.zuul.seen.clear()
        self.kept = asyncio.run(once())
        return self.source.read(self.kept)

    @property
    def asked(self) -> list[str]:
        return [seen.target.split("?")[0].rsplit("/", 1)[-1] for seen in self.zuul.seen]


def two_nights(zuul: ZuulServer) -> None:
    zuul.night(GLANCE, NIGHT - DAY, {KEYSTONE: "SUCCESS", OSLO: "SUCCESS"})
    zuul.night(GLANCE, NIGHT, {KEYSTONE: "FAILURE", OSLO: "SUCCESS"})


def results(history: History, job: str = KEYSTONE) -> list[str | None]:
    return [b.result for b in history.lanes[LANE] if b.job == job]


def test_a_regular_poll_is_one_request_and_brings_only_what_is_new(zuul: ZuulServer) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    history = poller.poll(MORNING)
    assert results(history) == ["SUCCESS", "FAILURE"]
    assert set(history.expected[LANE].jobs) == {KEYSTONE, OSLO}
    poller.poll(MORNING + QUARTER)
    assert poller.asked == ["builds"]
    assert "idx_min" in zuul.seen[0].target


def test_an_unfinished_build_is_read_again_though_its_id_is_low(zuul: ZuulServer) -> None:
    slow = zuul.night(GLANCE, NIGHT, {KEYSTONE: None, OSLO: "SUCCESS"})[KEYSTONE]
    zuul._number += 5000  # other tenants' builds
    poller = Poller(zuul)
    history = poller.poll(NIGHT + 2 * QUARTER)
    assert results(history) == [None]
    zuul.night(GLANCE, NIGHT + DAY, {KEYSTONE: "SUCCESS", OSLO: "SUCCESS"})
    poller.poll(NIGHT + DAY + 4 * QUARTER)
    zuul.finish(slow, "FAILURE", NIGHT + DAY + 5 * QUARTER)
    history = poller.poll(NIGHT + DAY + 6 * QUARTER)
    assert poller.asked == ["builds", "builds"]
    assert results(history) == ["FAILURE", "SUCCESS"]
    poller.poll(NIGHT + DAY + 7 * QUARTER)
    assert poller.asked == ["builds"]


def test_a_build_that_runs_for_days_is_lost(zuul: ZuulServer) -> None:
    zuul.night(GLANCE, NIGHT, {KEYSTONE: None, OSLO: "SUCCESS"})
    poller = Poller(zuul)
    poller.poll(MORNING)
    assert results(poller.poll(MORNING + 4 * DAY)) == ["LOST"]
    assert not json.loads(poller.kept.bodies[0] or b"")["unfinished"]


def test_after_an_outage_of_weeks_nothing_between_is_missing(zuul: ZuulServer) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    for ahead in range(1, 21):
        zuul.night(GLANCE, NIGHT + ahead * DAY, {KEYSTONE: "SUCCESS", OSLO: "SUCCESS"})
    assert len(results(poller.poll(MORNING + 20 * DAY))) == 22


def test_both_layouts_of_ref_are_one_build(zuul: ZuulServer) -> None:
    two_nights(zuul)
    new = Poller(zuul).poll(MORNING)
    zuul.flat = True
    assert Poller(zuul).poll(MORNING).lanes == new.lanes


def test_pages_of_a_long_history_are_all_read(zuul: ZuulServer) -> None:
    jobs = {f"job-{n}-tips": "SUCCESS" for n in range(100)}
    for back in range(25):
        zuul.night(GLANCE, NIGHT - back * DAY, jobs)
    poller = Poller(zuul)
    history = poller.poll(MORNING)
    assert sum(map(len, history.lanes.values())) == 2500
    assert poller.asked.count("builds") == 3


def test_builds_older_than_90_days_are_forgotten(zuul: ZuulServer) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    zuul.builds.clear()
    history = poller.poll(MORNING + 89 * DAY)
    assert results(history) == ["FAILURE"]
    assert not poller.poll(MORNING + 91 * DAY).lanes


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (page(500, "Internal Server Error"), "HTTP 500"),
        (page(404, "Unknown tenant"), "Zuul knows no such tenant"),
        (
            Reply(b"<html></html>", 200, {"Content-Type": "text/html;charset=utf-8"}),
            "a web page instead of JSON",
        ),
        (Reply(b"\0", 200, {"Content-Type": "text/plain"}), "something else than JSON"),
        (Reply(b'[{"_id": 1', 200, {"Content-Type": "application/json"}), "no whole JSON"),
        (Reply(b'{"a": 1}', 200, {"Content-Type": "application/json"}), "another shape"),
    ],
)
def test_what_is_no_answer_is_trouble_and_the_last_value_stays(
    zuul: ZuulServer, trouble: Reply, words: str
) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    before = poller.kept
    zuul.trouble = trouble
    with pytest.raises(Trouble, match=words):
        poller.poll(MORNING + QUARTER)
    assert poller.kept is before


def test_a_500_after_a_long_silence_is_trouble_in_time(zuul: ZuulServer) -> None:
    zuul.slow = 1.0
    with pytest.raises(Trouble, match="in time"):
        Poller(zuul).poll(MORNING, timeout=0.2)


def test_after_a_reload_the_new_loop_asks_as_the_old_one_did(zuul: ZuulServer) -> None:
    api = ZuulApi(zuul.api)  # one for the process

    async def two_at_once() -> list[object]:
        async with Http("tests") as http:
            return await asyncio.gather(api.rows(http, "builds"), api.rows(http, "builds"))

    first = asyncio.run(two_at_once())
    assert None not in first
    assert asyncio.run(two_at_once()) == first


def test_trouble_with_freeze_jobs_leaves_the_builds(zuul: ZuulServer) -> None:
    two_nights(zuul)
    zuul.expected.clear()  # now every freeze-jobs is 404
    poller = Poller(zuul)
    history = poller.poll(MORNING)
    assert results(history) == ["SUCCESS", "FAILURE"]
    assert not history.unknown
    judged = standings(history, Jobs(), [GLANCE])
    assert {s.job: str(s.verdict) for s in judged} == {KEYSTONE: "failing", OSLO: "passing"}
    poller.poll(MORNING + QUARTER)
    assert poller.asked == ["builds"]


def test_a_name_that_zuul_does_not_know_is_said(zuul: ZuulServer) -> None:
    history = Poller(zuul, ("openstack/nosuch",)).poll(MORNING)
    assert history.unknown == ("openstack/nosuch",)
    assert not history.lanes


def test_a_new_job_is_asked_about_and_a_dropped_one_is_no_longer_expected(
    zuul: ZuulServer,
) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    zuul.expected[GLANCE, "master", "periodic"] = [OSLO, "glance-tox-py314-keystone-tips"]
    zuul.night(GLANCE, NIGHT + DAY, {OSLO: "SUCCESS", "glance-tox-py314-keystone-tips": "SUCCESS"})
    history = poller.poll(NIGHT + DAY + 4 * QUARTER)
    assert "freeze-jobs" in poller.asked
    assert set(history.expected[LANE].jobs) == {OSLO, "glance-tox-py314-keystone-tips"}
    poller.poll(NIGHT + DAY + 5 * QUARTER)
    assert poller.asked == ["builds"]


def test_one_missing_job_among_others_is_asked_about(zuul: ZuulServer) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    zuul.expected[GLANCE, "master", "periodic"] = [KEYSTONE]
    zuul.night(GLANCE, NIGHT + DAY, {KEYSTONE: "SUCCESS"})
    history = poller.poll(NIGHT + DAY + 5 * QUARTER)
    assert poller.asked == ["builds", "buildsets", "freeze-jobs", "config-errors", "config-errors"]
    assert set(history.expected[LANE].jobs) == {KEYSTONE}
    poller.poll(NIGHT + DAY + 6 * QUARTER)
    assert poller.asked == ["builds"]


def test_a_broken_configuration_is_found_and_drops_no_job(zuul: ZuulServer) -> None:
    two_nights(zuul)
    poller = Poller(zuul)
    poller.poll(MORNING)
    zuul.add_buildset(GLANCE, NIGHT + DAY, "CONFIG_ERROR", started=False)
    zuul.expected[GLANCE, "master", "periodic"] = []
    zuul.errors.append(
        {
            "source_context": {"project": GLANCE, "branch": "master", "path": ".zuul.yaml"},
            "error": "long \x03text",
            "short_error": "Unknown job\x1b[31m tox\n",
            "severity": "error",
            "name": "Job Not Found",
        }
    )
    poller.poll(NIGHT + DAY + 3 * QUARTER)
    history = poller.poll(NIGHT + DAY + 9 * QUARTER)
    assert [e.result for e in history.empty] == ["CONFIG_ERROR"]
    assert [e.text for e in history.broken] == ["Unknown job[31m tox"]
    assert set(history.expected[LANE].jobs) == {KEYSTONE, OSLO}
    zuul.errors.clear()
    zuul.expected[GLANCE, "master", "periodic"] = [KEYSTONE, OSLO]
    zuul.night(GLANCE, NIGHT + 2 * DAY, {KEYSTONE: "SUCCESS", OSLO: "SUCCESS"})
    assert not poller.poll(NIGHT + 2 * DAY + 9 * QUARTER).broken


def test_many_repositories_go_in_as_few_requests_as_a_request_line_allows(
    zuul: ZuulServer,
) -> None:
    projects = tuple(f"openstack/repository-number-{n:03}" for n in range(300))
    poller = Poller(zuul, projects)
    poller.poll(MORNING)
    poller.poll(MORNING + QUARTER)
    assert poller.asked.count("builds") <= 4
    assert max(len(seen.target) for seen in zuul.seen) < 8000


def test_a_repository_that_is_new_to_the_bot_gets_its_past(zuul: ZuulServer) -> None:
    two_nights(zuul)
    zuul.night(STORE, NIGHT, {"glance_store-tox-py3-oslo-tips": "SUCCESS"})
    poller = Poller(zuul)
    poller.poll(MORNING)
    kept = poller.kept
    poller = Poller(zuul, (GLANCE, STORE))
    poller.kept = kept
    history = poller.poll(MORNING + QUARTER)
    assert history.projects == {GLANCE, STORE}


def test_every_real_reply_is_read(published: Path) -> None:
    for path in sorted((published / "zuul-api").glob("builds-*.json")):
        rows = json.loads(path.read_text())
        found = [build(row) for row in rows]
        assert None not in found, path.name
    running = json.loads((published / "zuul-api" / "builds-in-progress.json").read_text())
    assert build(running[0]).outcome is Outcome.RUNNING
    retried = json.loads((published / "zuul-api" / "builds-result-RETRY.json").read_text())
    assert {build(row).outcome for row in retried} == {Outcome.CUT}


def test_hostile_text_is_stripped_and_cut() -> None:
    row = {
        "_id": 1,
        "uuid": "../../x?y=1",
        "job_name": "a\x02b\n\x03" + "x" * 10_000,
        "result": "FAIL\x0fED",
        "event_timestamp": "2026-11-21T02:00:00",
        "error_detail": "\x1b]0;title\x07" * 2000,
        "ref": None,
        "project": GLANCE,
        "branch": "master",
        "pipeline": "periodic",
    }
    one = build(row)
    assert one is not None
    assert len(one.job) == 120
    assert one.uuid == "xy1"
    assert one.detail.isprintable()
    assert len(one.detail) <= 200
    assert (one.result, one.outcome) == ("FAILED", Outcome.TROUBLE)
    assert plain("caf\u00e9 \u202e", 10) == "caf? ?"
    assert build({"_id": "x"}) is None
    assert build([]) is None


def test_required_projects_are_those_of_the_branch_and_not_pinned() -> None:
    variants = [
        {"branches": ["stable/2026.1"], "parent": "old", "required_projects": ["openstack/x"]},
        {
            "branches": None,
            "parent": "base",
            "required_projects": [
                {"project_name": "opendev.org/openstack/oslo.config"},
                {"project_name": "openstack/pinned", "override_checkout": "1.0"},
                "openstack/oslo.utils",
            ],
        },
    ]
    assert required_projects(variants, "master") == (
        ("openstack/oslo.config", "openstack/oslo.utils"),
        "base",
    )
    assert short_name("openstack/a") == "openstack/a"
