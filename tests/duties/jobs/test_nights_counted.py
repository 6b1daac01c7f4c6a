"""Scripted nights: a streak is counted from the last pass, the night is the timer's, a passed run
stays. Each row: the nights, what the channel was told, `!jobs`, `!job`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit.upstream.nights import CLIENT, GLANCE, STORE, Watch, merged_changes, october
from kit.upstream.scripted import live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer

ONE = "glance-tox-py313-keystone-tips"
TWO = "glance_store-tox-py3-oslo-tips"
THREE = "glanceclient-tox-py3-oslo-tips"
OURS = {GLANCE: ONE, STORE: TWO, CLIENT: THREE}


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        for project, job in OURS.items():
            zuul.expected[project, "master", "periodic"] = [job]
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream)


def nights_of(watch: Watch, letters: str, hour: float = 2, all_fail: bool = False) -> int:
    """GLANCE's job by the letters, the others pass unless all fail; the number of nights."""
    for project, job in OURS.items():
        mine = letters if project == GLANCE or all_fail else "." * len(letters)
        script(watch, project, {job: mine}, hour=hour)
    return len(letters)


FAILED_ON_8 = (
    f"08 08:00 Periodic jobs, night of 8 Oct: {ONE} failed 2 nights running, no suspect: nothing"
    " merged into openstack/glance. ZUUL/build/ID"
)

STREAKS = [
    pytest.param(
        "......FFFFi",
        [FAILED_ON_8],
        f"{ONE}: no pass since 6 Oct, 4 of 5 runs failed, on 11 Oct an infrastructure failure"
        " (NODE_FAILURE) (no suspect) ZUUL/build/ID. 2 of 3 tips jobs passed last night"
        " (02:00 UTC).",
        f"{ONE}: no pass since 6 Oct, 4 of 5 runs failed, on 11 Oct an infrastructure failure"
        " (NODE_FAILURE) ZUUL/build/ID; ......FFFFi (. passed, F failed, i infrastructure;"
        " newest last).",
        id="an infrastructure failure does not hide a failure",
    ),
    pytest.param(
        "......FFiFF",
        [FAILED_ON_8],
        f"{ONE}: no pass since 6 Oct, 4 of 5 runs failed (no suspect) ZUUL/build/ID."
        " 2 of 3 tips jobs passed last night (02:00 UTC).",
        f"{ONE}: no pass since 6 Oct, 4 of 5 runs failed ZUUL/build/ID;"
        " ......FFiFF (. passed, F failed, i infrastructure; newest last).",
        id="nor does one in between begin another",
    ),
    pytest.param(
        "......FFFF.",
        [
            FAILED_ON_8,
            f"11 08:00 Periodic jobs, night of 11 Oct: {ONE} passes again after 4 bad nights."
            " ZUUL/build/ID",
        ],
        "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID",
        f"{ONE}: passing, 1 run since 11 Oct; ......FFFF. (. passed, F failed; newest last).",
        id="a pass ends it",
    ),
    pytest.param(
        ".........LL",
        [],
        f"{ONE} was lost on 11 Oct ZUUL/build/ID. 2 of 3 tips jobs passed last night (02:00 UTC).",
        f"{ONE} was lost on 11 Oct ZUUL/build/ID; .........ss (. passed, s cut short;"
        " newest last).",
        id="lost is no failure of the job's",
    ),
    pytest.param(
        "........FL.",
        [],
        "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID",
        f"{ONE}: passing, 1 run since 11 Oct; ........Fs. (. passed, F failed, s cut short;"
        " newest last).",
        id="nor does it lengthen one",
    ),
    pytest.param(
        "......r.FF.",
        [
            f"10 08:00 Periodic jobs, night of 10 Oct: {ONE} failed 2 nights running, no suspect:"
            " nothing merged into openstack/glance. ZUUL/build/ID",
            f"11 08:00 Periodic jobs, night of 11 Oct: {ONE} passes again after 2 bad nights."
            " ZUUL/build/ID",
        ],
        "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID",
        f"{ONE}: passing, 1 run since 11 Oct; ......s.FF. (. passed, F failed, s cut short;"
        " newest last).",
        id="a row without an end does not hold back the nights after it",
    ),
    pytest.param(
        "........r..",
        [],
        "3 of 3 tips jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID",
        f"{ONE}: passing, 10 runs since 1 Oct; ........r.. (. passed, r running; newest last).",
        id="nor is it told",
    ),
]


@pytest.mark.parametrize(("letters", "said", "jobs", "job"), STREAKS)
def test_a_streak_is_counted_from_the_last_pass(
    watch: Watch, letters: str, said: list[str], jobs: str, job: str
) -> None:
    last = nights_of(watch, letters)
    live(watch, 1, last)
    assert watch.said == said
    assert watch.ask("jobs", october(last, 15)) == [jobs]
    assert watch.ask(f"job {ONE}", october(last, 15))[0] == job


def by_hand(watch: Watch, day: int, hour: float, letter: str, project: str = GLANCE) -> None:
    script(watch, project, {OURS[project]: letter}, first=day, hour=hour)


EMPTY_10 = "10 15:00 Periodic jobs, night of 10 Oct: no job of openstack/glance ran."


def test_one_enqueued_by_hand_before_the_hour_is_not_the_night(watch: Watch) -> None:
    nights_of(watch, ".........-.")
    by_hand(watch, 10, 0.5, ".")
    live(watch, 1, 10)
    assert watch.said == [EMPTY_10]
    assert watch.ask("jobs", october(10, 15)) == [
        f"{ONE} did not run, 1 night since 10 Oct. 2 of 3 tips jobs passed last night (02:00 UTC)."
    ]
    assert watch.ask(f"job {ONE}", october(10, 15))[0] == (
        f"{ONE} did not run, 1 night since 10 Oct; .........- (. passed, - did not run;"
        " newest last)."
    )


def test_one_that_failed_by_hand_before_the_hour_lengthens_no_streak(watch: Watch) -> None:
    nights_of(watch, ".........F.")
    by_hand(watch, 10, 0.5, "F")
    live(watch, 1, 11)
    assert watch.said == []
    assert watch.ask(f"job {ONE}", october(11, 15))[0] == (
        f"{ONE}: passing, 1 run since 11 Oct; .........F. (. passed, F failed; newest last)."
    )


@pytest.mark.parametrize("hour", [1, 1.75])
def test_all_that_was_enqueued_by_hand_before_the_hour_is_not_the_night(
    watch: Watch, hour: float
) -> None:
    nights_of(watch, ".........F", all_fail=True)
    for project in OURS:
        by_hand(watch, 10, hour, ".", project)
    live(watch, 1, 10)
    assert watch.said == []
    assert watch.ask("jobs", october(10, 15)) == [
        f"{ONE} FAILING 1 run since 10 Oct (no suspect) ZUUL/build/ID;"
        f" {TWO} FAILING 1 run since 10 Oct (no suspect) ZUUL/build/ID;",
        f"{THREE} FAILING 1 run since 10 Oct (no suspect) ZUUL/build/ID."
        " 0 of 3 tips jobs passed last night (02:00 UTC).",
    ]


def test_one_enqueued_by_hand_after_the_hour_stands_for_a_night_without_one(watch: Watch) -> None:
    nights_of(watch, ".........-.")
    by_hand(watch, 10, 9, ".")
    live(watch, 1, 10)
    assert watch.said == []
    assert watch.ask("jobs", october(10, 15))[0].startswith("3 of 3 tips jobs passed last night")


@pytest.mark.parametrize(
    "hour",
    [
        pytest.param(3, id="an hour later, as in summer time"),
        pytest.param(1, id="an hour earlier"),
        pytest.param(9, id="in the morning"),
        pytest.param(-3, id="before midnight"),
        pytest.param(-6, id="in the evening"),
    ],
)
def test_a_changed_hour_gives_no_line(watch: Watch, hour: float) -> None:
    nights_of(watch, "........")
    for project, job in OURS.items():
        script(watch, project, {job: "........"}, first=9, hour=hour)
    live(watch, 1, 16)
    assert watch.said == []
    night = "last night" if hour > 0 else "in the night of 15 Oct"
    assert watch.ask("jobs", october(16, 15)) == [
        f"3 of 3 tips jobs passed {night} ({hour % 24:02.0f}:00 UTC)."
        " ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID"
    ]


@pytest.mark.parametrize("hour", [3, 1, 9, -3])
def test_a_changed_hour_of_the_only_lane_gives_no_line(watch: Watch, hour: float) -> None:
    for project in (STORE, CLIENT):
        del watch.zuul.expected[project, "master", "periodic"]
    script(watch, GLANCE, {ONE: "........"})
    script(watch, GLANCE, {ONE: "........"}, first=9, hour=hour)
    live(watch, 1, 16)
    assert watch.said == []


@pytest.mark.parametrize("hour", [15, 20, 23.5])
def test_the_hour_is_the_builds_not_the_files(watch: Watch, hour: float) -> None:
    nights_of(watch, ".......", hour=hour)
    live(watch, 1, 8, hours=(0, 8, 14, 23.9))
    assert watch.said == []


def test_a_night_is_late_by_the_hour_that_was_learnt(watch: Watch) -> None:
    nights_of(watch, ".......", hour=9)
    live(watch, 1, 9, hours=(8, 10, 15, 20, 22))
    assert watch.said == ["09 10:00 Periodic jobs, night of 8 Oct: no periodic job ran at all."]


def test_a_passed_run_stays_when_it_is_enqueued_again_in_vain(watch: Watch) -> None:
    nights_of(watch, "..........F")
    by_hand(watch, 10, 9, "F")
    live(watch, 1, 10)
    assert watch.ask("jobs", october(10, 15))[0].startswith(
        "3 of 3 tips jobs passed last night (02:00 UTC)."
    )
    live(watch, 11, 11)
    assert watch.said == []
    assert watch.ask(f"job {ONE}", october(11, 15))[0] == (
        f"{ONE} FAILING 1 run since 11 Oct ZUUL/build/ID; ..........F (. passed, F failed;"
        " newest last)."
    )


def test_a_failed_run_is_mended_by_one_that_is_enqueued_again(watch: Watch) -> None:
    nights_of(watch, "........FF")
    by_hand(watch, 10, 9, ".")
    live(watch, 1, 10)
    assert watch.said[1:] == [
        f"10 15:00 Periodic jobs, night of 10 Oct: {ONE} passes again after 2 bad nights."
        " ZUUL/build/ID"
    ]
    assert watch.ask("jobs", october(10, 15))[0].startswith(
        "3 of 3 tips jobs passed last night (02:00 UTC)."
    )
