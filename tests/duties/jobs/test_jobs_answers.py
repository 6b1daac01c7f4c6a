"""What `jobs`, `job` and `gate` say: what is wrong first, old data with its age."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease import registry
from GlanceRelease.cli.jobs import rows
from GlanceRelease.domain.ci.gate_queues import GATE, GateQueues, Queue, Sample
from GlanceRelease.domain.messages.counts import in_letters
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import Fetched, Snapshot
from GlanceRelease.domain.team import Jobs
from GlanceRelease.duties.jobs import command as periodic_jobs
from GlanceRelease.duties.jobs import gate
from GlanceRelease.duties.jobs.gate import gate_remark
from GlanceRelease.duties.jobs.selection import view_of
from GlanceRelease.registry import Ask
from GlanceRelease.render.irc import render
from GlanceRelease.sources.bundled_facts import load_bundled
from GlanceRelease.sources.http import Http
from kit.upstream.nights import (
    CLIENT,
    GLANCE,
    HOUR,
    STORE,
    TEAM,
    Watch,
    lines,
    merged_changes,
    october,
    same,
)
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer, page, plain_variant

KEYSTONE = "glance-tox-py313-keystone-tips"
OSLO = "glance-tox-functional-py313-oslo-tips"
FIPS = "glance-multistore-cinder-import-fips"
STORE_OSLO = "glance_store-tox-py3-oslo-tips"
CLIENT_OSLO = "glanceclient-tox-py3-oslo-tips"
ALL = {GLANCE: [KEYSTONE, OSLO, FIPS], STORE: [STORE_OSLO], CLIENT: [CLIENT_OSLO]}
S, F = "SUCCESS", "FAILURE"
COMMANDS = (periodic_jobs.jobs, periodic_jobs.job, gate.gate)


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        for project, jobs in ALL.items():
            zuul.expected[project, "master", "periodic"] = list(jobs)
        zuul.variants = {KEYSTONE: [plain_variant(KEYSTONE, None, ["openstack/keystoneauth"])]}
        upstream.routes["/changes/"] = merged_changes(
            {
                "openstack/keystoneauth": [
                    {"_number": 900002, "subject": "Drop", "submitted": "2026-10-09 12:00:00.0"}
                ]
            }
        )
        yield Watch(zuul, upstream)


def nights(
    watch: Watch, last: int = 10, bad: dict[int, dict[str, str | None]] | None = None
) -> None:
    for number in range(1, last + 1):
        for project, jobs in ALL.items():
            results = {job: (bad or {}).get(number, {}).get(job, S) for job in jobs}
            if "absent" in results.values() and set(results.values()) == {"absent"}:
                continue
            kept = {job: result for job, result in results.items() if result != "absent"}
            watch.zuul.night(project, october(number), kept)


def poll(watch: Watch, now: dt.datetime) -> None:
    async def once() -> None:
        async with Http("test", timeout_seconds=2) as http:
            await watch.poll(http, now)

    asyncio.run(once())


def ask(watch: Watch, text: str, now: dt.datetime) -> list[str]:
    reply = registry.answer(Moment(watch.snapshot, now), text, Ask())
    found = lines(reply.doc)
    assert len(found) <= 2
    return [same(text) for text in found]


def test_a_team_without_repositories_is_told_so() -> None:
    bare = Snapshot(replace(TEAM, jobs=Jobs()))
    (line,) = lines(registry.answer(Moment(bare, october(10, 6)), "jobs", Ask()).doc)
    assert line == (
        "I know no repositories to ask Zuul about: the team's file names none below jobs, and "
        "governance's list of them is not known."
    )


def test_one_line_when_all_is_well(watch: Watch) -> None:
    nights(watch)
    poll(watch, october(10, 8))
    assert ask(watch, "jobs", october(10, 8)) == [
        "4 of 4 tips jobs passed last night (02:00 UTC), 1 of 1 other periodic job passing."
        " ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID"
    ]
    assert ask(watch, "jobs glance-store", october(10, 8)) == [
        "1 of 1 tips job passed last night (02:00 UTC). ZUUL/buildset/ID"
    ]
    assert ask(watch, "jobs nova", october(10, 8)) == [
        'I know no repository of ours "nova"; there are glance, glance_store, python-glanceclient.'
    ]


def test_what_is_wrong_comes_first_with_how_long_and_links(watch: Watch) -> None:
    nights(watch, bad={9: {KEYSTONE: F}, 10: {KEYSTONE: F, FIPS: "TIMED_OUT"}})
    poll(watch, october(10, 8))
    assert ask(watch, "jobs", october(10, 8)) == [
        "glance-tox-py313-keystone-tips FAILING 2 runs since 9 Oct (no suspect) ZUUL/build/ID;"
        " glance-multistore-cinder-import-fips: timed out, 1 run since 10 Oct ZUUL/build/ID."
        " 3 of 4 tips jobs passed last night (02:00 UTC), 0 of 1 other periodic job passing.",
    ]


def test_many_troubles_stay_two_lines_and_none_is_forgotten(watch: Watch) -> None:
    many = [f"glance-tox-py313-number-{n}-tips" for n in range(30)]
    watch.zuul.expected[GLANCE, "master", "periodic"] += many
    for number in (9, 10):
        watch.zuul.night(GLANCE, october(number), dict.fromkeys(many, F))
    poll(watch, october(10, 3))
    first, second = ask(watch, "jobs", october(10, 3))
    # 30 fail; of the five others no run was seen yet
    told = first.count("FAILING") + second.count("FAILING")
    told += second.count("no run yet")
    assert f"and {in_letters(35 - told)} more. 0 of 34 tips jobs passed last night" in second


@pytest.mark.parametrize("most", [400, 300, 200])
def test_in_less_room_links_go_before_jobs_do(watch: Watch, most: int) -> None:
    nights(watch, bad={10: {KEYSTONE: F, OSLO: F, FIPS: F, STORE_OSLO: F, CLIENT_OSLO: F}})
    poll(watch, october(10, 8))
    reply = registry.answer(Moment(watch.snapshot, october(10, 8)), "jobs", Ask())
    said = render(reply.doc, most=most)
    assert len(said) <= 2
    assert all(len(text.encode()) <= most for text in said)
    told = " ".join(said)
    links, named = told.count("/build/"), told.count("FAILING")
    assert named == (5 if most > 200 else 3)
    assert 0 < links < 5 if most > 200 else links == 0
    assert ("and two more. 0 of 4 tips jobs" in told) is (most == 200)


def test_a_job_with_its_marks_and_its_suspects(watch: Watch) -> None:
    nights(watch, bad={4: {KEYSTONE: F}, 10: {KEYSTONE: F}})
    poll(watch, october(10, 8))
    assert ask(watch, "job py312-keystone", october(10, 8)) == [
        "glance-tox-py313-keystone-tips FAILING 1 run since 10 Oct ZUUL/build/ID;"
        " ...F.....F (. passed, F failed; newest last).",
        "Last good 9 Oct ZUUL/build/ID; 1 suspect: 900002 (keystoneauth) GERRIT/q/change:900002.",
    ]
    assert ask(watch, "job tox", october(10, 8))[0].startswith('"tox" may be: glance')
    assert ask(watch, "job nosuch", october(10, 8)) == [
        'No periodic job of ours has "nosuch" in its name.'
    ]


def test_a_night_that_still_runs_a_late_one_and_one_that_did_not_run(watch: Watch) -> None:
    nights(watch, 9)
    poll(watch, october(10, 5))
    assert ask(watch, "jobs", october(10, 5))[0].startswith(
        "4 of 4 tips jobs passed in the night of 9 Oct (02:00 UTC), 1 of 1 other periodic job"
        " passing; the run of 10 Oct has not begun after 3 h. "
    )
    started = watch.zuul.night(GLANCE, october(10), {KEYSTONE: None, OSLO: S})
    poll(watch, october(10, 6))
    assert (
        "1 of 4 tips jobs passed last night (02:00 UTC), 1 still running"
        in ask(watch, "jobs", october(10, 6))[-1]
    )
    verdicts = {
        row["job"]: row["verdict"] for row in rows(view_of(Moment(watch.snapshot, october(10, 6))))
    }
    assert (verdicts[KEYSTONE], verdicts[STORE_OSLO]) == ("running", "passing")
    watch.zuul.finish(started[KEYSTONE], S, october(10, 7))
    poll(watch, october(10, 15))
    assert ask(watch, "jobs", october(10, 15)) == [
        "glance_store-tox-py3-oslo-tips did not run, 1 night since 10 Oct;"
        " glanceclient-tox-py3-oslo-tips did not run, 1 night since 10 Oct;"
        " glance-multistore-cinder-import-fips did not run, 1 night since 10 Oct."
        " 2 of 4 tips jobs passed last night (02:00 UTC), 0 of 1 other periodic job passing."
    ]


def test_old_data_is_told_with_its_age_and_proves_nothing_missing(watch: Watch) -> None:
    nights(watch)
    poll(watch, october(10, 8))
    watch.zuul.trouble = page(500, "Internal Server Error")
    poll(watch, october(12, 8))
    assert ask(watch, "jobs", october(12, 8)) == [
        "4 of 4 tips jobs passed in the night of 10 Oct (02:00 UTC), 1 of 1 other periodic job"
        " passing. ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID"
        " (as of 2026-10-10 08:00 UTC, 2 days ago: HTTP 500)"
    ]
    assert not watch.said


def test_without_any_answer_nothing_is_called_well(watch: Watch) -> None:
    watch.zuul.trouble = page(500, "Internal Server Error")
    poll(watch, october(10, 8))
    for text in ("jobs", "job keystone"):
        assert ask(watch, text, october(10, 8)) == ["I have no builds from Zuul: HTTP 500."]
    watch.zuul.trouble = None
    watch.zuul.expected.clear()
    poll(watch, october(10, 9))
    assert ask(watch, "jobs", october(10, 9)) == [
        "Zuul knows no periodic jobs of openstack/glance, openstack/glance_store,"
        " openstack/python-glanceclient."
    ]


def test_a_repository_that_zuul_does_not_know_is_not_all_well(watch: Watch) -> None:
    nights(watch)
    watch.team = replace(TEAM, jobs=Jobs(repositories=(GLANCE, "openstack/glanse")))
    poll(watch, october(10, 8))
    assert ask(watch, "jobs", october(10, 8)) == [
        "Zuul knows no periodic jobs of openstack/glanse. 2 of 2 tips jobs passed last night"
        " (02:00 UTC), 1 of 1 other periodic job passing."
    ]


def test_every_verdict_has_its_row(watch: Watch) -> None:
    bad: dict[int, dict[str, str | None]] = {
        5: {OSLO: F},
        7: {OSLO: F},
        9: {OSLO: F, KEYSTONE: F},
        10: {KEYSTONE: F, STORE_OSLO: "NODE_FAILURE", CLIENT_OSLO: "absent"},
    }
    nights(watch, bad=bad)
    poll(watch, october(10, 15))
    watch.zuul.expected[GLANCE, "master", "periodic"] = [KEYSTONE, OSLO, "glance-new-tips"]
    poll(watch, october(11, 16))
    found = {row["job"]: row for row in rows(view_of(Moment(watch.snapshot, october(11, 16))))}
    assert set(found[KEYSTONE]) >= {
        "project",
        "branch",
        "job",
        "verdict",
        "since",
        "runs",
        "last_good",
        "first_bad",
        "suspects",
    }
    assert found[FIPS]["verdict"] == "gone"
    assert found["glance-new-tips"]["verdict"] == "new"


def test_verdicts_of_one_morning(watch: Watch) -> None:
    bad: dict[int, dict[str, str | None]] = {
        5: {OSLO: F},
        7: {OSLO: F},
        9: {OSLO: F, KEYSTONE: F},
        10: {KEYSTONE: F, STORE_OSLO: "NODE_FAILURE", CLIENT_OSLO: "absent"},
    }
    nights(watch, bad=bad)
    poll(watch, october(10, 15))
    found = {row["job"]: row for row in rows(view_of(Moment(watch.snapshot, october(10, 15))))}
    assert {job: row["verdict"] for job, row in found.items()} == {
        KEYSTONE: "failing",
        OSLO: "flaky",
        FIPS: "passing",
        STORE_OSLO: "infrastructure",
        CLIENT_OSLO: "did-not-run",
    }
    assert found[KEYSTONE]["runs"] == 2
    assert found[KEYSTONE]["since"] == "2026-10-09T02:00:00Z"
    assert found[KEYSTONE]["last_good"]["at"] == "2026-10-08T02:00:00Z"
    assert found[CLIENT_OSLO]["runs"] == 1
    assert {row["night"] for row in found.values()} == {"2026-10-10"}
    assert found[KEYSTONE]["tonight"]["result"] == F
    assert found[CLIENT_OSLO]["tonight"] is None


def test_hostile_names_and_errors_stay_one_plain_line(watch: Watch) -> None:
    evil = "x\x02\x03\n!quit " + "y" * 10_000 + "-tips"
    watch.zuul.expected[GLANCE, "master", "periodic"].append(evil)
    for number in range(5, 11):
        buildset = watch.zuul.add_buildset(GLANCE, october(number))
        watch.zuul.add_build(buildset, evil, F, detail="\x1b[31m\r\nQUIT :bye " * 2000)
    nights(watch)
    poll(watch, october(10, 8))
    assert "FAILING 6 runs" in ask(watch, "jobs", october(10, 8))[0]
    assert 'Zuul says "[31m QUIT :bye' in ask(watch, "job x_!quit", october(10, 8))[1]


def slow_gate(hours: float, samples: int = 48) -> GateQueues:
    now = dt.datetime(2027, 2, 15, 12, 30, tzinfo=dt.UTC)
    return GateQueues(
        now,
        (
            Queue("check", 40, now - 2 * HOUR),
            Queue("gate", 12, now - hours * HOUR, {GLANCE: 2}),
        ),
        tuple(Sample("gate", now - n * HOUR, HOUR) for n in range(1, samples)),
        "https://zuul.example.org/t/openstack",
    )


def test_the_gate_and_what_the_nearest_deadline_makes_of_it() -> None:
    known = slow_gate(3)
    facts = {**load_bundled().facts, GATE.name: Fetched(known, known.at, "network")}
    snapshot = Snapshot(TEAM, facts)
    text = lines(registry.answer(Moment(snapshot, known.at), "gate", Ask()).doc)
    assert text == [
        "gate: 12 items, 2 of them ours, the oldest for 3 h 0 min (usually 1 h 0 min); check: 40"
        " items, the oldest for 2 h 0 min; https://zuul.example.org/t/openstack/status."
        " Indri-3 milestone: Thu 2027-02-18, in 3 days. The gate is slower than usual: approve"
        " early."
    ]
    assert gate_remark(Moment(snapshot, known.at)) == (
        "the gate is slow: its oldest change has waited 3 h 0 min (usually 1 h 0 min), so approve"
        " early"
    )
    assert gate_remark(Moment(snapshot, known.at + 3 * HOUR)) is None  # older than two hours
    for other in (slow_gate(1.4), slow_gate(3, samples=10)):
        facts[GATE.name] = Fetched(other, known.at, "network")
        assert gate_remark(Moment(Snapshot(TEAM, facts), known.at)) is None


def test_the_queues_are_read_from_status(watch: Watch) -> None:
    watch.zuul.enqueue("gate", GLANCE, october(10, 5))
    watch.zuul.enqueue("gate", "openstack/nova", october(10, 4), live=False)
    poll(watch, october(10, 8))
    assert ask(watch, "gate", october(10, 8)) == [
        "gate: 1 item, 1 of them ours, the oldest for 3 h 0 min; check: empty; ZUUL/status."
    ]
