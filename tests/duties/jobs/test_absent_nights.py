"""Nights without a build: queued, waiting, broken, dropped or unread, and only then not run. Each
night with what the channel was told, `!jobs`, `!job` and the report's part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.team import Jobs
from GlanceRelease.duties.jobs.selection import JobsView, view_of
from kit.upstream.nights import GLANCE, MINUTE, TEAM, Told, Watch, october
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer
from kit.upstream.zuul_status import loading_error

ONE, TWO, THREE = "glance-one-tips", "glance-two-tips", "glance-three-tips"
ALL = (ONE, TWO, THREE)
LANE = (GLANCE, "master", "periodic")
S, F = "SUCCESS", "FAILURE"
GREEN = "3 of 3 tips jobs passed last night (02:00 UTC)"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        zuul.expected[LANE] = list(ALL)
        zuul.items["periodic"] = []
        yield Watch(zuul, upstream, replace(TEAM, jobs=Jobs(repositories=(GLANCE,))))


def good_nights(watch: Watch, first: int, last: int, *jobs: str) -> None:
    for number in range(first, last + 1):
        results = dict.fromkeys(jobs or ALL, S)
        watch.at(
            october(number), lambda n=number, r=results: watch.zuul.night(GLANCE, october(n), r)
        )


def verdict(watch: Watch, job: str, now: dt.datetime) -> str:
    view: JobsView = view_of(Moment(watch.snapshot, now))
    return str(next(s.verdict for s in view.judged if s.job == job))


# -- what waits -------------------------------------------------------------------------------


def test_a_night_that_is_queued_is_not_a_night_that_did_not_run(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    queued = dict.fromkeys(ALL, (None, 1))

    def enqueue() -> None:
        watch.zuul.add_buildset(GLANCE, october(10), started=False)
        watch.zuul.hold(GLANCE, october(10), queued)

    watch.at(october(10), enqueue)
    watch.run(october(1, 8), october(10, 6))
    assert watch.told(october(10, 6), ONE) == Told(
        [],
        [
            "3 of 3 tips jobs passed in the night of 9 Oct (02:00 UTC), 3 queued since 02:00."
            " ZUUL/buildset/ID"
        ],
        [
            f"{ONE} queued since 02:00 on 10 Oct; ......... (. passed; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 3 green",
    )
    watch.run(october(10, 7), october(10, 20))
    assert watch.told(october(10, 20)) == Told(
        [],
        [
            f"{ONE} queued since 02:00 on 10 Oct; {THREE} queued since 02:00 on 10 Oct;"
            f" {TWO} queued since 02:00 on 10 Oct. 3 of 3 tips jobs passed in the night of 9 Oct"
            " (02:00 UTC), 3 queued since 02:00."
        ],
        [],
        "Periodic jobs: all 3 green",
    )
    watch.zuul.items["periodic"].clear()
    watch.zuul.buildsets[-1]["result"] = "SUCCESS"
    watch.zuul.buildsets[-1]["first_build_start_time"] = "2026-10-10T20:10:00"
    for job in ALL:
        start = october(10, 20.2)
        watch.zuul.add_build(watch.zuul.buildsets[-1], job, S, start, start + 20 * MINUTE)
    watch.run(october(10, 21), october(10, 23))
    assert watch.told(october(10, 23)) == Told(
        [], [f"{GREEN}. ZUUL/buildset/ID"], [], "Periodic jobs: all 3 green"
    )


def test_one_job_that_is_queued_beside_others_that_ran(watch: Watch) -> None:
    good_nights(watch, 1, 9)

    def night() -> None:
        buildset = watch.zuul.add_buildset(GLANCE, october(10))
        for job in (ONE, TWO):
            watch.zuul.add_build(buildset, job, S)
        watch.zuul.hold(GLANCE, october(10), {THREE: (None, 1)})

    watch.at(october(10), night)
    watch.run(october(9, 8), october(10, 20))
    assert watch.told(october(10, 20), THREE) == Told(
        [],
        [
            f"{THREE} queued since 02:00 on 10 Oct. 2 of 3 tips jobs passed last night"
            " (02:00 UTC), 1 queued since 02:00."
        ],
        [
            f"{THREE} queued since 02:00 on 10 Oct; .........q (. passed, q queued; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 3 green",
    )


def test_an_attempt_that_is_repeated_is_waited_for(watch: Watch) -> None:
    good_nights(watch, 1, 9)

    def night() -> None:
        buildset = watch.zuul.add_buildset(GLANCE, october(10))
        for job in (ONE, TWO):
            watch.zuul.add_build(buildset, job, S)
        watch.zuul.add_build(buildset, THREE, "RETRY", final=False)
        watch.zuul.hold(GLANCE, october(10), {THREE: (None, 2)})

    watch.at(october(10), night)
    watch.run(october(9, 8), october(10, 5))
    assert watch.told(october(10, 5), THREE) == Told(
        [],
        [
            "2 of 3 tips jobs passed last night (02:00 UTC), 1 waiting for a retry since 02:00."
            " ZUUL/buildset/ID"
        ],
        [
            f"{THREE} waiting for a retry since 02:00 on 10 Oct; .........s (. passed, s cut"
            " short; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 3 green",
    )
    watch.zuul.items["periodic"].clear()  # status is a moment behind; the buildset is not over
    watch.run(october(10, 6), october(10, 6))
    assert verdict(watch, THREE, october(10, 6)) == "waiting-for-a-retry"
    watch.zuul.buildsets[-1]["result"] = "FAILURE"
    watch.zuul.add_build(watch.zuul.buildsets[-1], THREE, "RETRY_LIMIT")
    watch.run(october(10, 7), october(10, 20))
    assert watch.ask("jobs", october(10, 20)) == [
        f"{THREE}: RETRY_LIMIT, 1 run since 10 Oct ZUUL/build/ID. 2 of 3 tips jobs passed last"
        " night (02:00 UTC)."
    ]
    assert not watch.said


def test_between_two_attempts_nothing_is_unknown_though_status_is(watch: Watch) -> None:
    good_nights(watch, 1, 9)

    def night() -> None:
        buildset = watch.zuul.add_buildset(GLANCE, october(10))
        for job in (ONE, TWO):
            watch.zuul.add_build(buildset, job, S)
        watch.zuul.add_build(buildset, THREE, "RETRY", final=False)

    watch.at(october(10), night)
    watch.zuul.changed = lambda path, value: None if path == "status" else value
    watch.run(october(9, 8), october(10, 2.5), 30 * MINUTE)
    assert verdict(watch, THREE, october(10, 2.5)) == "waiting-for-a-retry"
    assert "1 waiting for a retry" in watch.ask("jobs", october(10, 2.5))[0]


def test_without_status_an_unfinished_buildset_tells_that_it_is_queued(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    watch.at(october(10), lambda: watch.zuul.add_buildset(GLANCE, october(10), started=False))
    watch.zuul.changed = lambda path, value: "no status" if path == "status" else value
    watch.run(october(9, 8), october(10, 20))
    assert not watch.said
    assert verdict(watch, ONE, october(10, 20)) == "queued"
    assert "queued since 02:00 on 10 Oct" in watch.ask(f"job {ONE}", october(10, 20))[0]


def test_a_night_that_was_never_made_did_not_run(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    watch.run(october(9, 8), october(10, 20))
    assert watch.told(october(10, 20)) == Told(
        [],
        [
            "3 of 3 tips jobs passed in the night of 9 Oct (02:00 UTC); the run of 10 Oct has not"
            " begun after 18 h. ZUUL/buildset/ID"
        ],
        [],
        "Periodic jobs: all 3 green",
    )
    watch.run(october(10, 21), october(11, 20))
    assert watch.told(october(11, 20), ONE) == Told(
        ["11 03:00 Periodic jobs, night of 10 Oct: no job of openstack/glance ran."],
        [
            "openstack/glance: none of its 3 periodic jobs ran since 10 Oct. 3 of 3 tips jobs"
            " passed in the night of 9 Oct (02:00 UTC); the run of 11 Oct has not begun after"
            " 18 h."
        ],
        [
            f"{ONE} did not run, 1 night since 10 Oct; .........- (. passed, - did not run;"
            " newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 3 of 3 not green: {ONE} did not run since 10 Oct, {THREE} did not run"
        f" since 10 Oct, {TWO} did not run since 10 Oct",
    )


def test_one_job_that_did_not_run_where_the_buildset_is_over(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    good_nights(watch, 10, 10, ONE, TWO)
    watch.run(october(1, 8), october(10, 20))
    assert watch.told(october(10, 20), THREE) == Told(
        [],
        [
            f"{THREE} did not run, 1 night since 10 Oct. 2 of 3 tips jobs passed last night"
            " (02:00 UTC)."
        ],
        [
            f"{THREE} did not run, 1 night since 10 Oct; .........- (. passed, - did not run;"
            " newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 1 of 3 not green: {THREE} did not run since 10 Oct ZUUL/builds?uuid=ID",
    )


# -- what can't be read -----------------------------------------------------------------------


def hidden(path: str, value: Any) -> Any:
    """The builds of 10 October are not shown, those before are."""
    if path != "builds":
        return value
    return [row for row in value if row["event_timestamp"] < "2026-10-10"]


def test_builds_that_zuul_began_and_does_not_show_are_not_known(watch: Watch) -> None:
    good_nights(watch, 1, 10)
    watch.zuul.changed = hidden
    watch.run(october(1, 8), october(10, 20))
    assert watch.told(october(10, 20), ONE) == Told(
        [],
        [
            "openstack/glance: whether its 3 periodic jobs ran since 10 Oct is not known from"
            " Zuul. 3 of 3 tips jobs passed in the night of 9 Oct (02:00 UTC)."
        ],
        [
            f"{ONE}: whether it ran since 10 Oct is not known from Zuul ZUUL/build/ID;"
            " .........? (. passed, ? not known; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 3 of 3 not green: {ONE} not known since 10 Oct, {THREE} not known since"
        f" 10 Oct, {TWO} not known since 10 Oct",
    )


def test_what_is_not_known_is_told_since_its_first_night(watch: Watch) -> None:
    good_nights(watch, 1, 11)
    watch.zuul.changed = hidden
    watch.run(october(1, 8), october(11, 20))
    assert watch.ask("jobs", october(11, 20)) == [
        "openstack/glance: whether its 3 periodic jobs ran since 10 Oct is not known from Zuul."
        " 3 of 3 tips jobs passed in the night of 9 Oct (02:00 UTC)."
    ]


@pytest.mark.parametrize("path", ["buildsets", "all"])
def test_where_buildsets_tell_nothing_no_night_is_called_empty(watch: Watch, path: str) -> None:
    """They are [], though there were some yesterday: that is no answer."""
    good_nights(watch, 1, 9)
    watch.run(october(1, 8), october(9, 20))
    watch.zuul.changed = lambda asked, value: [] if asked in (path, "buildsets") else value
    watch.run(october(9, 21), october(11, 20))
    assert not watch.said
    assert verdict(watch, ONE, october(11, 20)) == "not-known"


def test_an_error_with_buildsets_is_no_empty_night(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    watch.run(october(1, 8), october(9, 20))
    watch.zuul.changed = lambda asked, value: {"x": 1} if asked == "buildsets" else value
    watch.run(october(9, 21), october(11, 20))
    assert not watch.said
    assert verdict(watch, ONE, october(11, 20)) == "not-known"
    watch.zuul.changed = lambda asked, value: value
    watch.run(october(11, 21), october(11, 22))
    assert watch.said == [
        "11 21:00 Periodic jobs, night of 10 Oct: no job of openstack/glance ran."
    ]


def test_one_row_that_cannot_be_read_is_not_a_job_that_did_not_run(watch: Watch) -> None:
    def no_result(path: str, value: Any) -> Any:
        if path != "builds":
            return value
        bad = ("2026-10-10T02:00:00", TWO)
        return [
            {k: v for k, v in row.items() if k != "result"}
            if (row["event_timestamp"], row["job_name"]) == bad
            else row
            for row in value
        ]

    good_nights(watch, 1, 10)
    watch.zuul.changed = no_result
    watch.run(october(1, 8), october(10, 20))
    assert watch.told(october(10, 20), TWO) == Told(
        [],
        [
            f"{TWO}: whether it ran since 10 Oct is not known from Zuul ZUUL/build/ID. 2 of 3"
            " tips jobs passed last night (02:00 UTC)."
        ],
        [
            f"{TWO}: whether it ran since 10 Oct is not known from Zuul ZUUL/build/ID;"
            " .........? (. passed, ? not known; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 1 of 3 not green: {TWO} not known since 10 Oct ZUUL/builds?uuid=ID",
    )
    watch.zuul.changed = lambda path, value: value
    watch.run(october(10, 21), october(10, 21))
    assert watch.ask("jobs", october(10, 21)) == [f"{GREEN}. ZUUL/buildset/ID"]


# -- what is broken, and what was decided -----------------------------------------------------


def test_a_configuration_that_breaks_in_the_morning_is_said_that_morning(watch: Watch) -> None:
    good_nights(watch, 1, 9)

    def broken() -> None:
        watch.zuul.expected[LANE] = []
        watch.zuul.errors = [loading_error(GLANCE, "Job tox-nosuch not defined")]

    watch.at(october(9, 9), broken)
    watch.run(october(1, 8), october(12, 20))
    reason = "(.zuul.yaml: Job tox-nosuch not defined)"
    assert watch.told(october(12, 20), ONE) == Told(
        [
            "10 04:00 Periodic jobs: 3 jobs of openstack/glance can't run: the configuration is"
            f" broken {reason}."
        ],
        [
            f"openstack/glance: 3 of its 3 periodic jobs are broken since 10 Oct {reason}."
            " 3 of 3 tips jobs passed in the night of 9 Oct (02:00 UTC)."
        ],
        [
            f"{ONE} is broken since 10 Oct {reason}; .........xx (. passed, x broken;"
            " newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 3 of 3 not green: {ONE} broken since 10 Oct, {THREE} broken since"
        f" 10 Oct, {TWO} broken since 10 Oct",
    )


def test_a_parent_that_was_removed_elsewhere_breaks_its_children(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    good_nights(watch, 10, 10, ONE)

    def removed() -> None:
        watch.zuul.expected[LANE] = [ONE]
        text = 'The job "{}" has an unknown parent "functional-base".'
        watch.zuul.errors = [
            loading_error("openstack/other", "Unrelated"),
            *(
                loading_error(
                    "openstack/jobs",
                    "Unknown parent",
                    "main",
                    "zuul.d/jobs.yaml",
                    text.format(job),
                )
                for job in (TWO, THREE)
            ),
        ]

    watch.at(october(9, 9), removed)
    watch.run(october(1, 8), october(10, 20))
    reason = "(openstack/jobs zuul.d/jobs.yaml: Unknown parent)"
    assert watch.told(october(10, 20), TWO) == Told(
        [
            f"10 04:00 Periodic jobs: {THREE} and {TWO} can't run: the configuration is broken"
            f" {reason}."
        ],
        [
            f"openstack/glance: 2 of its 3 periodic jobs are broken since 10 Oct {reason}."
            " 1 of 3 tips jobs passed last night (02:00 UTC)."
        ],
        [
            f"{TWO} is broken since 10 Oct {reason}; .........x (. passed, x broken; newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 2 of 3 not green: {THREE} broken since 10 Oct, {TWO} broken since 10 Oct"
        " ZUUL/builds?uuid=ID&uuid=ID",
    )


def test_what_is_sound_again_is_said_once(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    good_nights(watch, 11, 12)

    def broken() -> None:
        watch.zuul.expected[LANE] = []
        watch.zuul.errors = [loading_error(GLANCE, "Job tox-nosuch not defined")]

    def sound() -> None:
        watch.zuul.expected[LANE] = list(ALL)
        watch.zuul.errors = []

    watch.at(october(9, 7.5), broken)  # shortly before the jobs of the day are read
    watch.at(october(10, 12), sound)
    watch.run(october(1, 8), october(12, 20))
    assert watch.said == [
        "09 09:00 Periodic jobs: 3 jobs of openstack/glance can't run: the configuration is"
        " broken (.zuul.yaml: Job tox-nosuch not defined).",
        "10 13:00 Periodic jobs: 3 jobs of openstack/glance can run again: the configuration is"
        " sound.",
    ]
    assert watch.ask("jobs", october(12, 20)) == [f"{GREEN}. ZUUL/buildset/ID"]


def test_freeze_jobs_that_fails_for_one_lane_leaves_what_is_known(watch: Watch) -> None:
    good_nights(watch, 1, 10)
    watch.at(october(9, 9), lambda: watch.zuul.refuses.add(LANE))
    watch.run(october(1, 8), october(10, 20))
    assert watch.told(october(10, 20)) == Told(
        [], [f"{GREEN}. ZUUL/buildset/ID"], [], "Periodic jobs: all 3 green"
    )


FORGED = {
    "null": None,
    "a text": "x",
    "rows of text": ["x"],
    "a row without a name": [{"dependencies": []}],
    "a row with a null name": [{"name": None}],
}


@pytest.mark.parametrize("value", FORGED.values(), ids=list(FORGED))
def test_what_freeze_jobs_says_in_another_shape_drops_no_job(watch: Watch, value: Any) -> None:
    good_nights(watch, 1, 10)
    watch.run(october(8, 8), october(9, 7))
    watch.zuul.changed = lambda path, real: value if path.endswith("freeze-jobs") else real
    watch.run(october(9, 8), october(10, 20))
    assert watch.told(october(10, 20)) == Told(
        [], [f"{GREEN}. ZUUL/buildset/ID"], [], "Periodic jobs: all 3 green"
    )


@pytest.mark.parametrize("value", [None, "x", ["x"], [None]])
def test_where_configuration_errors_cannot_be_read_no_job_is_dropped(
    watch: Watch, value: Any
) -> None:
    good_nights(watch, 1, 10)
    watch.run(october(8, 8), october(9, 7))
    watch.zuul.changed = lambda path, real: value if path == "config-errors" else real
    watch.at(october(9, 12), lambda: watch.zuul.expected[LANE].remove(THREE))
    watch.run(october(9, 8), october(10, 20))
    assert not watch.said
    assert verdict(watch, THREE, october(10, 20)) == "passing"


def test_a_job_that_is_dropped_is_said_once(watch: Watch) -> None:
    good_nights(watch, 1, 9)
    good_nights(watch, 10, 13, ONE, TWO)
    watch.zuul.errors = [{**loading_error(GLANCE, "old style"), "severity": "warning"}]
    watch.at(october(9, 9), lambda: watch.zuul.expected[LANE].remove(THREE))
    watch.run(october(1, 8), october(13, 20))
    assert watch.told(october(13, 20), THREE) == Told(
        [f"10 07:00 Periodic jobs: {THREE} was dropped: Zuul would not run it any more."],
        [f"{THREE} is gone. 2 of 2 tips jobs passed last night (02:00 UTC)."],
        [
            f"{THREE}: gone, 9 runs since 9 Oct; .........---- (. passed, - did not run;"
            " newest last).",
            "Last good 9 Oct ZUUL/build/ID.",
        ],
        "Periodic jobs: all 2 green",
    )


def test_a_job_that_is_renamed_or_back_at_once_is_not_dropped(watch: Watch) -> None:
    names = ["glance-py312-tips", "glance-py313-tips"]
    watch.zuul.expected[LANE] = [ONE, names[0]]
    good_nights(watch, 1, 9, ONE, names[0])
    good_nights(watch, 10, 12, ONE, names[1])
    watch.at(october(9, 9), lambda: watch.zuul.expected.update({LANE: [ONE, names[1]]}))
    watch.run(october(1, 8), october(12, 20))
    assert not watch.said


def test_an_error_that_was_there_before_does_not_break_what_is_dropped_now(watch: Watch) -> None:
    watch.zuul.errors = [loading_error(GLANCE, "Unknown secret", path="zuul.d/other.yaml")]
    good_nights(watch, 1, 9)
    good_nights(watch, 10, 12, ONE, TWO)
    watch.at(october(9, 9), lambda: watch.zuul.expected[LANE].remove(THREE))
    watch.run(october(1, 8), october(12, 20))
    assert watch.said == [
        f"10 07:00 Periodic jobs: {THREE} was dropped: Zuul would not run it any more."
    ]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, f"{THREE} did not run 3 nights running, others of openstack/glance did."),
        ("SKIPPED", f"{THREE} was skipped 3 nights running. ZUUL/build/ID"),
        ("CANCELED", f"{THREE} was canceled 3 nights running. ZUUL/build/ID"),
    ],
)
def test_a_job_that_stops_running_is_said_in_the_third_night(
    watch: Watch, result: str | None, words: str
) -> None:
    good_nights(watch, 1, 8)
    for number in range(9, 14):
        results = {ONE: S, TWO: S} | ({THREE: result} if result else {})
        watch.at(
            october(number),
            lambda n=number, r=results: watch.zuul.night(GLANCE, october(n), r),
        )
    watch.run(october(1, 8), october(13, 20))
    assert watch.said == [f"11 14:00 Periodic jobs, night of 11 Oct: {words}"]


def test_a_job_that_is_skipped_twice_is_no_news(watch: Watch) -> None:
    good_nights(watch, 1, 8)
    for number in (9, 10):
        watch.at(
            october(number),
            lambda n=number: watch.zuul.night(
                GLANCE, october(n), {ONE: S, TWO: S, THREE: "SKIPPED"}
            ),
        )
    good_nights(watch, 11, 12)
    watch.run(october(1, 8), october(12, 20))
    assert not watch.said


# -- what it costs ----------------------------------------------------------------------------


def asked(watch: Watch) -> list[str]:
    found = [seen.target.split("?")[0].rsplit("/", 1)[-1] for seen in watch.zuul.seen]
    watch.zuul.seen.clear()
    return found


def test_in_the_steady_state_a_poll_is_two_requests_one_for_the_gate(watch: Watch) -> None:
    good_nights(watch, 1, 10)
    watch.run(october(8, 8), october(10, 8))
    asked(watch)
    watch.run(october(10, 9), october(10, 14), 15 * MINUTE)
    found = asked(watch)
    assert found.count("builds") == found.count("status") == 21
    assert len(found) - 42 <= 2  # what is asked once a day


def test_while_a_night_goes_on_status_is_asked_once_more_a_poll(watch: Watch) -> None:
    good_nights(watch, 1, 9)

    def enqueue() -> None:
        watch.zuul.add_buildset(GLANCE, october(10), started=False)
        watch.zuul.hold(GLANCE, october(10), dict.fromkeys(ALL, (None, 1)))

    watch.at(october(10), enqueue)
    watch.run(october(8, 8), october(10, 3.75), 15 * MINUTE)
    asked(watch)
    watch.run(october(10, 4), october(10, 5.75), 15 * MINUTE)
    found = asked(watch)
    assert (found.count("builds"), found.count("status"), found.count("buildsets")) == (8, 16, 2)
