"""Scripted nights give exactly the lines that a liaison wants, and no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from GlanceRelease.domain.ci.builds import NIGHTS
from kit.upstream.nights import CLIENT, GLANCE, MINUTE, STORE, TEAM, Watch, merged_changes, october
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer, plain_variant

KEYSTONE = "glance-tox-py313-keystone-tips"
OSLO = "glance-tox-functional-py313-oslo-tips"
CURSIVE = "glance-tox-py313-cursive-tips"
CURSIVE_314 = "glance-tox-py314-cursive-tips"
OPTIONAL = "glance-rally-tips"
STORE_OSLO = "glance_store-tox-py3-oslo-tips"
STORE_SWIFT = "glance_store-tox-py3-swift-tips"
CLIENT_OSLO = "glanceclient-tox-py3-oslo-tips"
CLIENT_KEYSTONE = "glanceclient-tox-py3-keystone-tips"

JOBS = {
    GLANCE: [KEYSTONE, OSLO, CURSIVE, OPTIONAL],
    STORE: [STORE_OSLO, STORE_SWIFT],
    CLIENT: [CLIENT_OSLO, CLIENT_KEYSTONE],
}

F, S = "FAILURE", "SUCCESS"
# What does not pass, by day and job; everything else does.
BAD: dict[int, dict[str, str]] = {
    3: {KEYSTONE: F},
    5: {KEYSTONE: F},
    6: {KEYSTONE: F},
    7: {KEYSTONE: "POST_FAILURE"},
    9: {OSLO: F},
    11: {OSLO: F},
    13: {OSLO: F, STORE_OSLO: "NODE_FAILURE"},
    12: {STORE_OSLO: "NODE_FAILURE"},
    15: {},
    16: {CURSIVE: F},
    19: {KEYSTONE: F, OSLO: F},
    20: {KEYSTONE: F, OSLO: F},
    21: {CURSIVE: F},
    22: {CURSIVE_314: F},
    27: {KEYSTONE: F},
    28: {KEYSTONE: F},
    29: {OSLO: F},
    30: {OSLO: F},
}

MONTH = [
    "06 03:00 Periodic jobs, night of 6 Oct: glance-tox-py313-keystone-tips failed 2 nights"
    " running, 2 suspects: 900002 (keystoneauth), 900001 (glance)"
    " GERRIT/q/change:900002+OR+change:900001. ZUUL/build/ID",
    "08 03:00 Periodic jobs, night of 8 Oct: glance-tox-py313-keystone-tips passes again after"
    " 3 bad nights. ZUUL/build/ID",
    "13 03:00 Periodic jobs, night of 13 Oct: glance_store-tox-py3-oslo-tips: NODE_FAILURE, bad"
    " 2 nights running. ZUUL/build/ID",
    "14 03:00 Periodic jobs, night of 14 Oct: glance_store-tox-py3-oslo-tips passes again after"
    " 2 bad nights. ZUUL/build/ID",
    "16 03:00 Periodic jobs, night of 16 Oct: glance-tox-py313-cursive-tips failed 2 nights"
    " running, no suspect: nothing merged into openstack/glance. ZUUL/build/ID",
    "17 03:00 Periodic jobs, night of 17 Oct: glance-tox-py313-cursive-tips passes again after"
    " 2 bad nights. ZUUL/build/ID",
    "19 03:00 Periodic jobs, night of 18 Oct: no periodic job ran at all.",
    "20 03:00 Periodic jobs, night of 20 Oct: glance-tox-functional-py313-oslo-tips failed 2"
    " nights running, no suspect: nothing merged into openstack/oslo.config, openstack/glance;"
    " glance-tox-py313-keystone-tips failed 2 nights running (no suspect)."
    " ZUUL/builds?uuid=ID&uuid=ID",
    "21 03:00 Periodic jobs, night of 21 Oct: glance-tox-functional-py313-oslo-tips passes again"
    " after 2 bad nights; glance-tox-py313-keystone-tips passes again after 2 bad nights."
    " ZUUL/builds?uuid=ID&uuid=ID",
    "22 03:00 Periodic jobs, night of 22 Oct: glance-tox-py314-cursive-tips failed 2 nights"
    " running, no suspect: nothing merged into openstack/glance. ZUUL/build/ID",
    "23 03:00 Periodic jobs, night of 23 Oct: glance-tox-py314-cursive-tips passes again after"
    " 2 bad nights. ZUUL/build/ID",
    "24 07:00 Periodic jobs: glanceclient-tox-py3-keystone-tips was dropped: Zuul would not run it"
    " any more.",
    "25 04:00 Periodic jobs: 4 jobs of openstack/glance can't run: the configuration is broken"
    " (.zuul.yaml: Job tox-nosuch not defined).",
    "26 03:00 Periodic jobs: 4 jobs of openstack/glance can run again: the configuration is sound.",
    "28 03:00 Periodic jobs, night of 28 Oct: glance-tox-py313-keystone-tips failed 2 nights"
    " running, no suspect: nothing merged into openstack/keystoneauth,"
    " openstack/keystonemiddleware, openstack/glance. ZUUL/build/ID",
    "29 03:00 Periodic jobs, night of 29 Oct: glance-tox-py313-keystone-tips passes again after"
    " 2 bad nights. ZUUL/build/ID",
    "30 03:00 Periodic jobs, night of 30 Oct: glance-tox-functional-py313-oslo-tips failed 2"
    " nights running, no suspect: nothing merged into openstack/oslo.config, openstack/glance."
    " ZUUL/build/ID",
    "30 11:00 Periodic jobs, night of 30 Oct: glance-tox-functional-py313-oslo-tips passes again"
    " after 2 bad nights. ZUUL/build/ID",
]


@pytest.fixture
def zuul() -> Iterator[ZuulServer]:
    with ZuulServer() as server:
        for project, jobs in JOBS.items():
            server.expected[project, "master", "periodic"] = list(jobs)
        server.variants = {
            KEYSTONE: [plain_variant(KEYSTONE, "keystone-base")],
            "keystone-base": [
                plain_variant(
                    "keystone-base",
                    None,
                    ["openstack/keystoneauth", "openstack/keystonemiddleware"],
                )
            ],
            OSLO: [plain_variant(OSLO, None, ["opendev.org/openstack/oslo.config"])],
        }
        yield server


@pytest.fixture
def watch(zuul: ZuulServer, upstream: Upstream) -> Watch:
    upstream.routes["/changes/"] = merged_changes(
        {
            "openstack/keystoneauth": [
                {
                    "_number": 900002,
                    "subject": "Drop \x03an argument",
                    "submitted": "2026-10-04 12:00:00.000000000",
                },
                {
                    "_number": 900009,
                    "subject": "Long ago",
                    "submitted": "2026-10-02 12:00:00.000000000",
                },
            ],
            GLANCE: [{"_number": 900001, "subject": "Fix", "submitted": "2026-10-04 18:00:00.0"}],
        }
    )
    return Watch(zuul, upstream)


def script(watch: Watch, day: int) -> None:
    """One night of October as it happens upstream."""
    zuul, event = watch.zuul, october(day)
    if day == 18:
        return
    if day == 25:
        watch.at(event, lambda: _break(zuul, event))
    if day == 26:
        watch.at(event - MINUTE, lambda: _mend(zuul))
    if day == 22:
        watch.at(event - MINUTE, lambda: _rename(zuul))
    if day == 24:
        watch.at(
            event - MINUTE,
            lambda: zuul.expected[CLIENT, "master", "periodic"].remove(CLIENT_KEYSTONE),
        )
    if day == 27:
        watch.at(october(27, 0), zuul.down)
        watch.at(october(28, 0), zuul.up)
    for project in JOBS:
        if (day, project) != (25, GLANCE):
            watch.at(event, lambda project=project: _night(watch, project, day))


def _night(watch: Watch, project: str, day: int) -> None:
    zuul, event = watch.zuul, october(day)
    buildset = zuul.add_buildset(project, event)
    for job in zuul.expected[project, "master", "periodic"]:
        result = BAD.get(day, {}).get(job, F if job == OPTIONAL else S)
        start = event + 10 * MINUTE
        if (day, job) == (10, CURSIVE):
            for _ in range(2):
                zuul.add_build(buildset, job, "RETRY", start, final=False)
        if (day, job) == (15, CURSIVE):
            start = october(15, 23)
            late = zuul.add_build(buildset, job, None, start)
            watch.at(october(16, 1.5), lambda row=late: zuul.finish(row, F, october(16, 1.5)))
            continue
        if (day, job) == (30, KEYSTONE):
            zuul.add_build(buildset, job, "ABORTED", start)
            again = zuul.add_buildset(project, october(30, 2.5))
            zuul.add_build(again, job, S, october(30, 2.5), october(30, 2.9))
            continue
        if (day, job) == (30, OSLO):
            watch.at(october(30, 10.5), lambda: _again(zuul))
        row = zuul.add_build(buildset, job, None, start, voting=job != OPTIONAL)
        end = start + 40 * MINUTE
        watch.at(end, lambda row=row, result=result, end=end: zuul.finish(row, result, end))


def _again(zuul: ZuulServer) -> None:
    buildset = zuul.add_buildset(GLANCE, october(30, 10))
    zuul.add_build(buildset, OSLO, S, october(30, 10), october(30, 10.5))


def _rename(zuul: ZuulServer) -> None:
    jobs = zuul.expected[GLANCE, "master", "periodic"]
    jobs[jobs.index(CURSIVE)] = CURSIVE_314


def _break(zuul: ZuulServer, event: dt.datetime) -> None:
    zuul.add_buildset(GLANCE, event, "CONFIG_ERROR", started=False)
    zuul.kept_jobs = zuul.expected[GLANCE, "master", "periodic"]  # type: ignore[attr-defined]
    zuul.expected[GLANCE, "master", "periodic"] = []
    zuul.errors = [
        {
            "source_context": {"project": GLANCE, "branch": "master", "path": ".zuul.yaml"},
            "error": "Job tox-nosuch not defined",
            "short_error": "Job tox-nosuch not defined",
            "severity": "error",
            "name": "Job Not Defined",
        }
    ]


def _mend(zuul: ZuulServer) -> None:
    zuul.expected[GLANCE, "master", "periodic"] = zuul.kept_jobs  # type: ignore[attr-defined]
    zuul.errors = []


def test_a_month_of_nights_gives_exactly_these_lines(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1, 32):
        script(watch, day)
    watch.run(october(1, 3), october(31, 23))
    false = [line for line in watch.said if line not in MONTH]
    missed = [line for line in MONTH if line not in watch.said]
    with capsys.disabled():
        print(
            f"\nperiodic jobs, a month of 31 nights: {len(watch.said)} lines, "
            f"{len(false)} false, {len(missed)} missed"
        )
    assert watch.said == MONTH
    history = watch.facts[NIGHTS.name].value
    assert sum(map(len, history.lanes.values())) > 200
    assert TEAM.announce == "#openstack-glance"
