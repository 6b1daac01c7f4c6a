"""While an item is in its pipeline its branch is not enqueued again: a night that was skipped for
that did not fail to run, and one that had nothing before it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.team import Jobs
from kit.upstream.nights import GLANCE, TEAM, Watch, merged_changes, october
from kit.upstream.scripted import live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer
from kit.upstream.zuul_status import loading_error

ONE, TWO = "glance-one-tips", "glance-two-tips"
LANE = (GLANCE, "master", "periodic")
HOURS = (2.5, 5, 9, 12, 15, 20)
EMPTY = "12 02:30 Periodic jobs, night of 11 Oct: no job of openstack/glance ran"
GREEN = "2 of 2 tips jobs passed last night (02:00 UTC). ZUUL/buildset/ID"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[LANE] = [ONE, TWO]
        zuul.items["periodic"] = []
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream, replace(TEAM, jobs=Jobs(repositories=(GLANCE,))))


def queued_for_a_day(watch: Watch, begin: float = 0.2) -> None:
    """The item of the 10th waits until the morning of the 11th, then its jobs run."""
    script(watch, GLANCE, {ONE: ".........", TWO: "........."})

    def enqueue() -> None:
        watch.zuul.add_buildset(GLANCE, october(10), started=False)
        watch.zuul.hold(GLANCE, october(10), {ONE: (None, 1), TWO: (None, 1)})

    def run() -> None:
        watch.zuul.items["periodic"].clear()
        buildset = watch.zuul.buildsets[-1]
        buildset.update(result="SUCCESS", first_build_start_time="2026-10-11T08:10:00")
        for job in (ONE, TWO):
            watch.zuul.add_build(buildset, job, "SUCCESS", october(11, 8.2))

    watch.at(october(10), enqueue)
    watch.at(october(11, 9), run)


def test_a_night_in_which_the_one_before_was_queued_still_is_no_empty_one(watch: Watch) -> None:
    queued_for_a_day(watch)
    live(watch, 1, 11, HOURS)
    assert watch.told(october(11, 20), ONE) == (
        [],
        ["2 of 2 tips jobs passed in the night of 10 Oct (02:00 UTC). ZUUL/buildset/ID"],
        [
            f"{ONE}: passing, 10 runs since 1 Oct; .......... (. passed; newest last).",
            "Last good 10 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 2 green",
    )
    script(watch, GLANCE, {ONE: ".", TWO: "."}, first=12)
    live(watch, 12, 12, HOURS)
    assert watch.said == []
    assert watch.ask("jobs", october(12, 20)) == [GREEN]


def test_a_job_of_a_day_and_a_half_keeps_its_lane_from_running(watch: Watch) -> None:
    script(watch, GLANCE, {ONE: "..........", TWO: ".........r"})
    live(watch, 1, 10, HOURS)
    slow = next(row for row in watch.zuul.builds if row["result"] is None)
    watch.at(october(11, 14), lambda: watch.zuul.finish(slow, "SUCCESS", october(11, 14)))
    live(watch, 11, 11, HOURS)
    assert watch.said == []
    assert watch.ask("jobs", october(11, 20)) == [
        "2 of 2 tips jobs passed in the night of 10 Oct (02:00 UTC). ZUUL/buildset/ID"
    ]


def test_a_night_after_one_that_was_over_did_not_run(watch: Watch) -> None:
    script(watch, GLANCE, {ONE: "..........", TWO: ".........."})
    live(watch, 1, 12, HOURS)
    assert watch.said == [f"{EMPTY}."]
    assert "none of its 2 periodic jobs ran since 11 Oct" in watch.ask("jobs", october(12, 20))[0]


def test_the_night_after_the_one_that_was_skipped_is_empty_if_nothing_runs(watch: Watch) -> None:
    queued_for_a_day(watch)
    live(watch, 1, 13, HOURS)
    assert watch.said == [
        "13 02:30 Periodic jobs, night of 12 Oct: no job of openstack/glance ran."
    ]


# -- why a night was empty ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "why"),
    [
        pytest.param(3, "", id="of days in which all ran"),
        pytest.param(10.5, ": its configuration is broken (.zuul.yaml: Unknown secret)", id="new"),
    ],
)
def test_an_empty_night_is_laid_to_an_error_that_was_not_there_before(
    watch: Watch, since: float, why: str
) -> None:
    script(watch, GLANCE, {ONE: "..........", TWO: ".........."})
    error = loading_error(GLANCE, "Unknown secret")
    watch.at(october(1, since * 24 - 24), lambda: watch.zuul.errors.append(error))
    live(watch, 1, 12, HOURS)
    assert watch.said == [f"{EMPTY}{why}."]
