"""Who broke a job is asked once a failure, in few queries, and of nobody while all is known."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.ci.builds import Question, Suspicions
from GlanceRelease.sources.http import Http, Trouble
from GlanceRelease.sources.protocols import Kept
from GlanceRelease.sources.zuul.client import ZuulApi
from GlanceRelease.sources.zuul.suspects import WhoBrokeIt
from kit.upstream.server import Reply, Upstream
from kit.upstream.zuul import ZuulServer, plain_variant

GOOD = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
BAD = GOOD + dt.timedelta(days=1)
JOB = "glance-tox-functional-py313-oslo-tips"
BASE = "glance-tox-oslo-tips-base"
OSLO = [f"openstack/{name}" for name in ("oslo.cache", "oslo.config", "oslo.context", "oslo.db")]
OSLO += [f"openstack/{name}" for name in ("oslo.i18n", "oslo.log", "oslo.utils", "taskflow")]
OSLO += [f"openstack/{name}" for name in ("stevedore", "futurist", "debtcollector")]
QUESTION = Question("a" * 32, JOB, "openstack/glance", "master", GOOD, BAD, ("other-tips",))


@pytest.fixture
def zuul() -> Iterator[ZuulServer]:
    with ZuulServer() as server:
        server.variants = {
            JOB: [plain_variant(JOB, BASE)],
            BASE: [plain_variant(BASE, "tox", OSLO)],
            "tox": [plain_variant("tox", None, ["openstack/requirements"])],
            "other-tips": [plain_variant("other-tips", "other-tips")],  # its own parent
        }
        yield server


class Asker:
    """The source between polls."""

    def __init__(self, zuul: ZuulServer, gerrit: Upstream, *questions: Question) -> None:
        every = dt.timedelta(minutes=5)
        self.source = WhoBrokeIt(ZuulApi(zuul.api), gerrit.url, every, questions)
        self.kept: Kept | None = None

    def poll(self) -> Suspicions:
        async def once() -> Kept:
            async with Http("test", 5) as http:
                return await self.source.fetch(http, self.kept, BAD)

        self.kept = asyncio.run(once())
        return self.source.read(self.kept)


def answer(upstream: Upstream) -> None:
    def reply(request: object) -> Reply:
        queries = request.query.getall("q")  # type: ignore[attr-defined]
        lists = [
            [
                {
                    "_number": 1,
                    "project": "openstack/oslo.db",
                    "subject": "Break \x03it\n",
                    "submitted": "2026-11-20 10:00:00.123456789",
                },
            ]
            if "oslo.db" in query
            else []
            for query in queries
        ]
        body = ")]}'\n" + json.dumps(lists if len(lists) > 1 else lists[0])
        return Reply(body.encode(), 200, {"Content-Type": "application/json"})

    upstream.routes["/changes/"] = reply


def test_a_failure_is_asked_about_once_in_two_requests(
    zuul: ZuulServer, upstream: Upstream
) -> None:
    answer(upstream)
    asker = Asker(zuul, upstream, QUESTION)
    known = asker.poll().answers[QUESTION.uuid]
    assert known.repositories == (*OSLO, "openstack/requirements", "openstack/glance")
    assert [(c.number, c.project, c.subject) for c in known.changes] == [
        (1, "openstack/oslo.db", "Break it")
    ]
    assert upstream.count("/changes/") == 2
    assert "mergedafter:%222026-11-20+02:00:00+%2B0000%22" in upstream.seen[0].target
    asked = len(zuul.seen)
    again = asker.poll()
    assert (upstream.count(), len(zuul.seen)) == (2, asked)
    assert set(again.tested) == {f"{JOB} master", "other-tips master"}
    asker.source = replace(asker.source, wanted=())
    assert not asker.poll().answers


def test_gerrit_that_is_down_is_trouble_and_the_question_stays(
    zuul: ZuulServer, upstream: Upstream
) -> None:
    upstream.mode = "error"
    asker = Asker(zuul, upstream, QUESTION)
    with pytest.raises(Trouble):
        asker.poll()
    asked = len(zuul.seen)
    assert asked == 4  # the job, its base, its parent, the other one
    for _ in range(3):
        with pytest.raises(Trouble):
            asker.poll()
    assert len(zuul.seen) == asked  # Zuul told once what they test
    upstream.mode = "up"
    answer(upstream)
    assert asker.poll().answers[QUESTION.uuid].changes
    assert len(zuul.seen) == asked


def test_zuul_that_fails_half_way_is_asked_for_the_rest(
    zuul: ZuulServer, upstream: Upstream
) -> None:
    answer(upstream)
    zuul.changed = lambda path, value: {"x": 1} if path == "job/other-tips" else value
    asker = Asker(zuul, upstream, QUESTION)
    with pytest.raises(Trouble):
        asker.poll()
    zuul.seen.clear()
    zuul.changed = lambda path, value: value
    assert asker.poll().answers[QUESTION.uuid].changes
    assert [seen.target.rsplit("/", 1)[-1] for seen in zuul.seen] == ["other-tips"]


def test_another_branch_is_another_question(zuul: ZuulServer, upstream: Upstream) -> None:
    answer(upstream)
    zuul.variants[JOB] += [
        {**plain_variant(JOB, None, ["openstack/oslo.db"]), "branches": ["stable/2025.2"]}
    ]
    stable = replace(QUESTION, uuid="b" * 32, branch="stable/2025.2", peers=())
    known = Asker(zuul, upstream, QUESTION, stable).poll()
    assert len(known.answers[QUESTION.uuid].repositories) == 13
    assert known.answers[stable.uuid].repositories == ("openstack/oslo.db", "openstack/glance")
    assert set(known.tested) == {f"{JOB} master", "other-tips master", f"{JOB} stable/2025.2"}


def test_a_job_that_zuul_does_not_know_leaves_its_own_repository(
    zuul: ZuulServer, upstream: Upstream
) -> None:
    answer(upstream)
    zuul.variants.clear()
    known = Asker(zuul, upstream, QUESTION).poll().answers[QUESTION.uuid]
    assert known.repositories == ("openstack/glance",)
    assert known.changes == ()
