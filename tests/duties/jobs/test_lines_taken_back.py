"""A line that turns out false is taken back once, one that was true stays. Each row: the nights,
what the channel was told, `!jobs`, `!job`, the report's part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit.upstream.nights import CLIENT, GLANCE, STORE, Told, Watch, merged_changes, october
from kit.upstream.scripted import RESULTS, live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer

ONE = "glance-tox-py313-keystone-tips"
TWO = "glance_store-tox-py3-oslo-tips"
THREE = "glanceclient-tox-py3-oslo-tips"
OTHER = "glance-tox-py313-cursive-tips"
OURS = {GLANCE: ONE, STORE: TWO, CLIENT: THREE}
HOURS = (8, 15, 19)
NO_SUSPECT = "no suspect: nothing merged into openstack/glance"
LINKED = "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        for project, job in OURS.items():
            zuul.expected[project, "master", "periodic"] = [job]
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream)


def nights_of(watch: Watch, letters: str) -> None:
    for project, job in OURS.items():
        script(watch, project, {job: letters})


def late(watch: Watch, project: str, letter: str = ".") -> None:
    """The run of the 10th that is not shown before noon of the 11th."""

    def shown() -> None:
        buildset = watch.zuul.add_buildset(project, october(10), "SUCCESS")
        watch.zuul.add_build(buildset, OURS[project], RESULTS[letter])

    watch.at(october(11, 12), shown)


NONE_RAN = "11 08:00 Periodic jobs, night of 10 Oct: no periodic job ran at all."


def test_a_night_that_ran_late_is_said_to_have_run(watch: Watch) -> None:
    nights_of(watch, ".........-..")
    for project in OURS:
        late(watch, project)
    live(watch, 1, 11, HOURS)
    assert watch.told(october(11, 19), ONE)[:2] == (
        [
            NONE_RAN,
            "11 15:00 Periodic jobs: the night of 10 Oct did run: 3 of 3 passed."
            " ZUUL/builds?uuid=ID&uuid=ID&uuid=ID",
        ],
        [LINKED],
    )
    live(watch, 12, 13, HOURS)
    assert len([text for text in watch.said if "did run" in text]) == 1


def test_a_night_that_ran_in_one_repository_after_all(watch: Watch) -> None:
    nights_of(watch, ".........-.")
    late(watch, GLANCE, "F")
    live(watch, 1, 11, HOURS)
    assert watch.said == [
        NONE_RAN,
        "11 15:00 Periodic jobs: openstack/glance did run in the night of 10 Oct: 0 of 1 passed."
        " ZUUL/build/ID",
    ]


def test_a_night_of_which_a_build_still_goes_on_is_waited_for(watch: Watch) -> None:
    nights_of(watch, ".........-.")
    for project in OURS:
        late(watch, project, "r")
    live(watch, 1, 11, HOURS)
    assert watch.said == [NONE_RAN]
    for row in watch.zuul.builds[-3:]:
        watch.zuul.finish(row, "SUCCESS", october(11, 20))
    live(watch, 12, 12, (1,))
    assert watch.said[1:] == [
        "12 01:00 Periodic jobs: the night of 10 Oct did run: 3 of 3 passed."
        " ZUUL/builds?uuid=ID&uuid=ID&uuid=ID"
    ]


def test_a_night_that_did_not_run_stays_said(watch: Watch) -> None:
    nights_of(watch, ".........-..")
    live(watch, 1, 12, HOURS)
    assert watch.told(october(12, 19), ONE) == Told(
        [NONE_RAN],
        [LINKED],
        [
            f"{ONE}: passing, 11 runs since 1 Oct; .........-.. (. passed, - did not run; newest"
            " last).",
            "Last good 12 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 3 green",
    )


FAILED = (
    f"11 08:00 Periodic jobs, night of 10 Oct: {ONE} failed 2 nights running, {NO_SUSPECT}."
    " ZUUL/build/ID"
)


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        pytest.param(
            "FrF-",
            f"11 19:00 Periodic jobs: {ONE} passed in the night of 9 Oct: it did not fail 2 nights"
            " running. ZUUL/build/ID",
            id="it did not fail two nights running",
        ),
        pytest.param("FrFF", None, id="it fails for two nights now"),
        pytest.param("FrF.", None, id="it came and went"),
    ],
)
def test_a_run_that_hung_and_passed_after_all(watch: Watch, letters: str, said: str | None) -> None:
    nights_of(watch, ".......")
    watch.zuul.expected[GLANCE, "master", "periodic"].append(OTHER)
    script(watch, GLANCE, {ONE: letters, OTHER: "....."}, first=8)
    for project in (STORE, CLIENT):
        script(watch, project, {OURS[project]: "....."}, first=8)
    live(watch, 1, 11, (8,))
    was_told = [] if letters == "FrF." else [FAILED]
    assert watch.said == was_told
    hung = next(row for row in watch.zuul.builds if row["result"] is None)
    watch.zuul.finish(hung, "SUCCESS", october(11, 17))
    live(watch, 11, 11, (19,))
    assert watch.said == [*was_told, *([said] if said else [])]
    live(watch, 12, 12, (1,))
    assert len(watch.said) == len(was_told) + bool(said)


def test_a_failure_that_was_one_stays_said(watch: Watch) -> None:
    nights_of(watch, ".......FF..")
    live(watch, 1, 11, HOURS)
    assert [text for text in watch.said if "did not fail" in text] == []
    assert len(watch.said) == 2


@pytest.mark.parametrize(
    ("result", "said"),
    [
        pytest.param(
            "FAILURE",
            f"10 08:00 Periodic jobs: {ONE} did not pass in the night of 9 Oct after all."
            " ZUUL/build/ID",
            id="it failed",
        ),
        pytest.param("ABORTED", None, id="it was cut short, which tells nothing"),
        pytest.param("SUCCESS", None, id="it stays so"),
    ],
)
def test_a_recovery_that_was_none(watch: Watch, result: str, said: str | None) -> None:
    for project, job in OURS.items():
        script(watch, project, {job: ".....FFF.F." if job == ONE else "..........."})
    live(watch, 1, 9, HOURS)
    assert watch.said[1:] == [
        f"09 08:00 Periodic jobs, night of 9 Oct: {ONE} passes again after 3 bad nights."
        " ZUUL/build/ID"
    ]
    row = next(
        row
        for row in watch.zuul.builds
        if (row["job_name"], row["event_timestamp"]) == (ONE, "2026-10-09T02:00:00")
    )
    watch.zuul.finish(row, result, october(9, 3))
    live(watch, 10, 10, HOURS)
    assert watch.said[2:] == ([said] if said else [])
