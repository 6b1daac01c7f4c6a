"""Jobs that leave, move, come back or run again, and errors that are not theirs: each night with
what the channel was told, and the neighbours that stay silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.team import Jobs
from kit.upstream.nights import CLIENT, GLANCE, STORE, TEAM, Watch, merged_changes, october
from kit.upstream.scripted import live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import Row, ZuulServer
from kit.upstream.zuul_status import loading_error

ONE, TWO, THREE = "glance-one-tips", "glance-two-tips", "glance-three-tips"
LANE = (GLANCE, "master", "periodic")
HOURS = (2.5, 5, 8, 11, 15, 19, 22)
DROPPED = f"10 08:00 Periodic jobs: {THREE} was dropped: Zuul would not run it any more."


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[LANE] = [ONE, TWO, THREE]
        zuul.items["periodic"] = []
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream, replace(TEAM, jobs=Jobs(repositories=(GLANCE,))))


def nights_of(watch: Watch, letters: str) -> None:
    """THREE by the letters, the others pass."""
    good = "." * len(letters)
    script(watch, GLANCE, {ONE: good, TWO: good, THREE: letters})


def drop(watch: Watch, *errors: Row) -> None:
    """Let Zuul not list THREE any more from the 9th on, and tell these errors."""

    def dropped() -> None:
        watch.zuul.expected[LANE].remove(THREE)
        watch.zuul.errors += errors

    watch.at(october(9, 9), dropped)


# -- errors that are not the job's --------------------------------------------------------------

NOT_DEFINED = f"Job {THREE} not defined"
REASON = f"10 05:00 Periodic jobs: {THREE} can't run: the configuration is broken"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(loading_error(GLANCE, NOT_DEFINED, "stable/2024.1"), id="of another branch"),
        pytest.param(loading_error("openstack/other", NOT_DEFINED), id="asked for elsewhere"),
        pytest.param(
            loading_error("openstack/jobs", f"{THREE}: Unknown parent", "unmaintained/zed"),
            id="of another repository's old branch",
        ),
        pytest.param(loading_error(GLANCE, "Unknown secret", "stable/2024.1"), id="unrelated"),
    ],
)
def test_an_error_that_keeps_no_job_from_running_breaks_none(watch: Watch, error: Row) -> None:
    nights_of(watch, ".........---")
    drop(watch, error)
    live(watch, 1, 12, HOURS)
    assert watch.said == [DROPPED]
    assert watch.ask(f"job {THREE}", october(12, 20))[0].startswith(f"{THREE}: gone, 9 runs")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(
            loading_error(
                "openstack/project-config", NOT_DEFINED, error=f"{NOT_DEFINED} in {GLANCE} ..."
            ),
            f"(openstack/project-config .zuul.yaml: {NOT_DEFINED}).",
            id="ours is listed elsewhere",
        ),
        pytest.param(
            loading_error("openstack/jobs", f"{THREE}: Unknown parent base-x"),
            f"(openstack/jobs .zuul.yaml: {THREE}: Unknown parent base-x).",
            id="its parent was removed elsewhere",
        ),
    ],
)
def test_an_error_elsewhere_that_is_the_jobs_breaks_it_beside_an_old_one_here(
    watch: Watch, error: Row, reason: str
) -> None:
    watch.zuul.errors = [loading_error(GLANCE, "Unknown secret", path="zuul.d/other.yaml")]
    nights_of(watch, ".........---")
    drop(watch, error)
    live(watch, 1, 12, HOURS)
    assert watch.said == [f"{REASON} {reason}"]
    assert f"is broken since 10 Oct {reason[:-1]}" in watch.ask("jobs", october(12, 20))[0]


# -- what moves, and what comes back ------------------------------------------------------------


@pytest.mark.parametrize("letters", ["...", "F.F"])
def test_a_job_that_moved_to_another_repository_was_not_dropped(watch: Watch, letters: str) -> None:
    watch.team = replace(TEAM, jobs=Jobs(repositories=(GLANCE, STORE, CLIENT)))
    watch.zuul.expected[STORE, "master", "periodic"] = ["glance_store-one-tips"]
    nights_of(watch, ".........")
    script(watch, GLANCE, {ONE: "...", TWO: "..."}, first=10)
    script(watch, STORE, {"glance_store-one-tips": "............"})
    script(watch, STORE, {THREE: letters}, first=10)
    drop(watch)
    watch.at(october(9, 9), lambda: watch.zuul.expected[STORE, *LANE[1:]].append(THREE))
    live(watch, 1, 12, HOURS)
    assert watch.said == []
    head = watch.ask(f"job {THREE}", october(12, 20))[0]
    assert head.startswith(f"{THREE} of glance_store")
    assert f"; {letters} (" in head


def test_a_job_that_is_dropped_while_another_has_its_name_was_dropped(watch: Watch) -> None:
    watch.team = replace(TEAM, jobs=Jobs(repositories=(GLANCE, STORE)))
    watch.zuul.expected[STORE, "master", "periodic"] = [THREE]
    nights_of(watch, ".........---")
    script(watch, STORE, {THREE: "............"})
    drop(watch)
    live(watch, 1, 12, HOURS)
    assert watch.said == [DROPPED.replace(THREE, f"{THREE} of glance")]


def test_a_job_that_is_listed_again_is_said_to_be_back(watch: Watch) -> None:
    nights_of(watch, ".........---..")
    drop(watch)
    watch.at(october(12, 9), lambda: watch.zuul.expected[LANE].append(THREE))
    live(watch, 1, 14, HOURS)
    assert watch.said == [
        DROPPED,
        f"12 22:00 Periodic jobs: {THREE} is back: Zuul would run it again.",
    ]


def test_the_nights_in_which_it_was_not_listed_are_no_missed_ones(watch: Watch) -> None:
    nights_of(watch, ".........----")
    drop(watch)
    watch.at(october(12, 9), lambda: watch.zuul.expected[LANE].append(THREE))
    live(watch, 1, 13, HOURS)
    assert len(watch.said) == 2
    assert watch.ask("jobs", october(13, 20)) == [
        f"{THREE} did not run, 1 night since 13 Oct. 2 of 3 tips jobs passed last night"
        " (02:00 UTC)."
    ]


# -- what runs again ----------------------------------------------------------------------------

STOPPED = f"11 15:00 Periodic jobs, night of 11 Oct: {THREE} did not run 3 nights running,"


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        pytest.param(
            "........----..",
            [
                f"{STOPPED} others of openstack/glance did.",
                f"13 05:00 Periodic jobs, night of 13 Oct: {THREE} runs again after 4 nights, and"
                " passed. ZUUL/build/ID",
            ],
            id="it passed",
        ),
        pytest.param(
            "........---F.",
            [
                f"{STOPPED} others of openstack/glance did.",
                f"12 05:00 Periodic jobs, night of 12 Oct: {THREE} runs again after 3 nights, and"
                " did not pass. ZUUL/build/ID",
            ],
            id="it failed",
        ),
        pytest.param("........--..", [], id="two nights are no news"),
        pytest.param(
            "......FF---..",
            [
                f"08 05:00 Periodic jobs, night of 8 Oct: {THREE} failed 2 nights running, no"
                " suspect: nothing merged into openstack/glance. ZUUL/build/ID",
                f"{STOPPED} others of openstack/glance did.",
                f"12 05:00 Periodic jobs, night of 12 Oct: {THREE} passes again after 2 bad"
                " nights. ZUUL/build/ID",
            ],
            id="one line for a run that is both",
        ),
    ],
)
def test_a_job_that_runs_again_is_said_once(watch: Watch, letters: str, said: list[str]) -> None:
    nights_of(watch, letters)
    live(watch, 1, len(letters), HOURS)
    assert watch.said == said


def test_a_job_that_zuul_repeats_in_vain(watch: Watch) -> None:
    """A lost executor: the attempts have no last one."""

    def night(number: int) -> None:
        buildset = watch.zuul.add_buildset(GLANCE, october(number), "FAILURE")
        for job in (ONE, TWO):
            watch.zuul.add_build(buildset, job, "SUCCESS")
        watch.zuul.add_build(buildset, THREE, "RETRY", final=False)

    nights_of(watch, ".......")
    for number in (8, 9, 10):
        watch.at(october(number), lambda n=number: night(n))
    live(watch, 1, 10, HOURS)
    assert watch.said == [
        f"10 15:00 Periodic jobs, night of 10 Oct: {THREE} came to no end 3 nights running,"
        " repeated in vain. ZUUL/build/ID"
    ]
    assert watch.ask("jobs", october(10, 20)) == [
        f"{THREE} was repeated in vain on 10 Oct ZUUL/build/ID. 2 of 3 tips jobs passed last night"
        " (02:00 UTC)."
    ]


# -- what is new --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "said", "then"),
    [
        pytest.param(
            "FF.",
            [
                f"11 05:00 Periodic jobs, night of 11 Oct: {THREE} failed 2 nights running."
                " ZUUL/build/ID",
                f"12 05:00 Periodic jobs, night of 12 Oct: {THREE} passes again after 2 bad"
                " nights. ZUUL/build/ID",
            ],
            "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildset/ID",
            id="it fails from its first night on",
        ),
        pytest.param(
            "...",
            [],
            "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildset/ID",
            id="it passes",
        ),
        pytest.param(
            "---",
            [],
            f"{THREE} did not run, 2 nights since 11 Oct. 2 of 3 tips jobs passed last night"
            " (02:00 UTC).",
            id="it does not run",
        ),
    ],
)
def test_a_job_that_is_added_in_the_middle_of_a_week(
    watch: Watch, letters: str, said: list[str], then: str
) -> None:
    watch.zuul.expected[LANE] = [ONE, TWO]
    nights_of(watch, f"---------{letters}")
    watch.at(october(9, 12), lambda: watch.zuul.expected[LANE].append(THREE))
    live(watch, 1, 9, HOURS)
    green = "2 of 2 tips jobs passed last night (02:00 UTC). ZUUL/buildset/ID"
    assert watch.ask("jobs", october(9, 22)) == [green]
    live(watch, 10, 12, HOURS)
    assert watch.said == said
    assert watch.ask("jobs", october(12, 22)) == [then]


def test_a_configuration_that_breaks_is_told_though_the_week_has_its_lines(watch: Watch) -> None:
    jobs = [f"glance-{letter}-tips" for letter in "abcde"]
    watch.zuul.expected[LANE] = list(jobs)
    for number, job in enumerate(jobs):
        letters = "." * (2 + number) + "FF" + "." * 12
        script(watch, GLANCE, {job: letters[:11]})
        script(watch, GLANCE, {job: "."}, first=4 + number, hour=9)  # mended by hand

    def broken() -> None:
        watch.zuul.expected[LANE] = []
        watch.zuul.errors = [loading_error(GLANCE, "Unknown syntax")]

    watch.at(october(8, 9), broken)
    live(watch, 1, 9, (5, 8, 12, 15, 22))
    lines = [text for text in watch.said if "can't run" in text]
    assert len(watch.said) == 8
    assert lines == [
        "09 08:00 Periodic jobs: 5 jobs of openstack/glance can't run: the configuration is broken"
        " (.zuul.yaml: Unknown syntax)."
    ]


def test_a_job_that_moved_to_another_pipeline_was_not_dropped(watch: Watch) -> None:
    nights_of(watch, ".........---")
    drop(watch)
    watch.zuul.expected[GLANCE, "master", "periodic-weekly"] = []
    weekly = {(GLANCE, "master", "periodic-weekly"): [THREE]}
    watch.at(october(9, 9), lambda: watch.zuul.expected.update(weekly))
    live(watch, 1, 12, HOURS)
    assert watch.said == []


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        pytest.param(
            "sss.",
            [
                "10 15:00 Periodic jobs, night of 10 Oct: glance-one-tips was aborted 3 nights"
                " running; glance-three-tips was aborted 3 nights running; glance-two-tips was"
                " aborted 3 nights running. ZUUL/builds?uuid=ID&uuid=ID&uuid=ID",
                "11 05:00 Periodic jobs, night of 11 Oct: glance-one-tips runs again after 3"
                " nights, and passed; glance-three-tips runs again after 3 nights, and passed;"
                " glance-two-tips runs again after 3 nights, and passed."
                " ZUUL/builds?uuid=ID&uuid=ID&uuid=ID",
            ],
            id="three nights",
        ),
        pytest.param("ss..", [], id="two nights are no news"),
    ],
)
def test_a_night_that_is_cut_short_whole_night_after_night(
    watch: Watch, letters: str, said: list[str]
) -> None:
    nights = f".......{letters}"
    script(watch, GLANCE, {ONE: nights, TWO: nights, THREE: nights})
    live(watch, 1, 11, HOURS)
    assert watch.said == said
