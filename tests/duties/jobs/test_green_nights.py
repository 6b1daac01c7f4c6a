"""What green nights hide: jobs that do not vote, flakes, and reasons that explain another night.
Each row: the nights, what the channel was told, `!jobs`, `!job`, the report's part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit.upstream.nights import CLIENT, GLANCE, STORE, Told, Watch, merged_changes, october
from kit.upstream.scripted import live, script
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer

ONE = "glance-tox-py313-keystone-tips"
RALLY = "glance-rally-tips"
TWO = "glance_store-tox-py3-oslo-tips"
THREE = "glanceclient-tox-py3-oslo-tips"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[GLANCE, "master", "periodic"] = [ONE, RALLY]
        zuul.expected[STORE, "master", "periodic"] = [TWO]
        zuul.expected[CLIENT, "master", "periodic"] = [THREE]
        upstream.routes["/changes/"] = merged_changes({})
        yield Watch(zuul, upstream)


def nights_of(watch: Watch, one: str, rally: str, voting: bool = False) -> int:
    """The nights of GLANCE's two jobs; those of the others pass."""
    others = () if voting else (RALLY,)
    script(watch, GLANCE, {ONE: one, RALLY: rally}, non_voting=others)
    script(watch, STORE, {TWO: "." * len(one)})
    script(watch, CLIENT, {THREE: "." * len(one)})
    return len(one)


def told(watch: Watch, last: int, job: str) -> Told:
    live(watch, 1, last)
    return watch.told(october(last, 15), job)


ALL_PASSED = "3 of 3 tips jobs passed last night (02:00 UTC)."
LINKED = f"{ALL_PASSED} ZUUL/buildsets?uuid=ID&uuid=ID&uuid=ID"


def test_a_failing_job_that_does_not_vote_is_told_with_its_mark(watch: Watch) -> None:
    last = nights_of(watch, "..........", "........FF")
    assert told(watch, last, RALLY) == Told(
        [],
        [
            f"{RALLY} (non-voting) FAILING 2 runs since 9 Oct (no suspect) ZUUL/build/ID."
            f" {ALL_PASSED}"
        ],
        [
            f"{RALLY} (non-voting) FAILING 2 runs since 9 Oct ZUUL/build/ID;"
            " ........FF (. passed, F failed; newest last).",
            "Last good 8 Oct ZUUL/build/ID; no suspect: nothing merged into openstack/glance.",
        ],
        f"Periodic jobs: all 3 green; non-voting, not green: {RALLY} failing since 9 Oct",
    )


def test_one_that_does_not_vote_any_more_keeps_its_history(watch: Watch) -> None:
    nights_of(watch, "........", ".....FFF", voting=True)
    script(watch, GLANCE, {ONE: "..", RALLY: "FF"}, first=9, non_voting=(RALLY,))
    script(watch, STORE, {TWO: ".."}, first=9)
    script(watch, CLIENT, {THREE: ".."}, first=9)
    assert told(watch, 10, RALLY) == Told(
        [
            f"07 08:00 Periodic jobs, night of 7 Oct: {RALLY} failed 2 nights running, no suspect:"
            " nothing merged into openstack/glance. ZUUL/build/ID"
        ],
        [
            f"{RALLY} (non-voting) FAILING 5 runs since 6 Oct (no suspect) ZUUL/build/ID."
            f" {ALL_PASSED}"
        ],
        [
            f"{RALLY} (non-voting) FAILING 5 runs since 6 Oct ZUUL/build/ID;"
            " .....FFFFF (. passed, F failed; newest last).",
            "Last good 5 Oct ZUUL/build/ID; no suspect: nothing merged into openstack/glance.",
        ],
        f"Periodic jobs: all 3 green; non-voting, not green: {RALLY} failing since 6 Oct",
    )


def test_one_that_does_not_vote_and_passes_is_not_told(watch: Watch) -> None:
    last = nights_of(watch, "..........", "..........")
    assert told(watch, last, RALLY) == Told(
        [],
        [LINKED],
        [
            f"{RALLY} (non-voting): passing, 10 runs since 1 Oct; .......... (. passed;"
            " newest last).",
            "Last good 10 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 3 green",
    )


FLAKES = [
    pytest.param(
        "." * 9 + "F" + "." * 8 + "F" + "." * 6 + "F" + "." * 4,
        [],
        f"Periodic jobs: all 4 green; failed between passes in 30 nights: {ONE} 3 of 30",
        id="three of thirty",
    ),
    pytest.param(
        "." * 18 + "F" + "." * 6 + "T" + "." * 4,
        [],
        f"Periodic jobs: all 4 green; failed between passes in 30 nights: {ONE} 2 of 30",
        id="a time-out counts",
    ),
    pytest.param(
        "." * 18 + "i" + "." * 6 + "L" + "." * 4,
        [],
        "Periodic jobs: all 4 green",
        id="what is no fault of the job's does not",
    ),
    pytest.param(
        "." * 18 + "FFF" + "." * 9,
        [
            f"20 08:00 Periodic jobs, night of 20 Oct: {ONE} failed 2 nights running, no suspect:"
            " nothing merged into openstack/glance. ZUUL/build/ID",
            f"22 08:00 Periodic jobs, night of 22 Oct: {ONE} passes again after 3 bad nights."
            " ZUUL/build/ID",
        ],
        "Periodic jobs: all 4 green",
        id="nor does what the channel was told",
    ),
    pytest.param(
        "." * 23 + "F.F.F.",
        [],
        f"Periodic jobs: 1 of 4 not green: {ONE} flaky (3 of 29 nights failed) since 24 Oct"
        " ZUUL/builds?uuid=ID",
        id="one that alternates is not green",
    ),
]


@pytest.mark.parametrize(("letters", "said", "part"), FLAKES)
def test_a_flake_is_in_the_report_with_its_rate(
    watch: Watch, letters: str, said: list[str], part: str
) -> None:
    last = nights_of(watch, letters, "." * len(letters), voting=True)
    live(watch, 1, last, hours=(8,))
    assert watch.said == said
    assert watch.part(october(last, 15)) == part


def empty(watch: Watch, day: int, result: str) -> None:
    watch.at(
        october(day),
        lambda: watch.zuul.add_buildset(GLANCE, october(day), result, started=False),
    )


def test_a_reason_belongs_to_its_night(watch: Watch) -> None:
    nights_of(watch, "...-.....-", "...-.....-")
    empty(watch, 4, "DEQUEUED")
    assert told(watch, 10, ONE)[:2] == (
        [
            "04 15:00 Periodic jobs, night of 4 Oct: no job of openstack/glance ran: DEQUEUED"
            " without a build ZUUL/buildset/ID.",
            "10 15:00 Periodic jobs, night of 10 Oct: no job of openstack/glance ran.",
        ],
        [
            "openstack/glance: none of its 2 periodic jobs ran since 10 Oct."
            " 2 of 3 tips jobs passed last night (02:00 UTC)."
        ],
    )


def test_the_reason_of_the_newest_night_is_told(watch: Watch) -> None:
    nights_of(watch, "........--", "........--")
    empty(watch, 9, "DEQUEUED")
    empty(watch, 10, "MERGE_CONFLICT")
    assert told(watch, 10, ONE)[1] == [
        "openstack/glance: none of its 2 periodic jobs ran since 9 Oct: MERGE_CONFLICT without a"
        " build ZUUL/buildset/ID. 2 of 3 tips jobs passed last night (02:00 UTC)."
    ]
