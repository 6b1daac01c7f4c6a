"""A job is a name in a repository, on a branch, in a pipeline: two that differ in one of these are
told apart wherever they are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from GlanceRelease.domain.ci.builds import Lane
from GlanceRelease.domain.ci.job_names import JobKey, JobNames
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.team import Jobs, Team
from GlanceRelease.duties.jobs.report import jobs_part
from GlanceRelease.registry import Ask, answer
from GlanceRelease.render.irc import render
from GlanceRelease.sources.bundled_facts import load_bundled
from kit.upstream.nights import GLANCE, STORE, TEAM, Told, Watch, october
from kit.upstream.server import Upstream
from kit.upstream.zuul import ZuulServer

S, F = "SUCCESS", "FAILURE"
TOX = "openstack-tox-py313"
OWN = "glance-tox-py313-keystone-tips"
STABLE = "stable/2025.2"


@pytest.fixture
def watch(upstream: Upstream) -> Iterator[Watch]:
    with ZuulServer() as zuul:
        yield Watch(zuul, upstream, team_of(GLANCE, STORE))


def team_of(*repositories: str) -> Team:
    return replace(TEAM, jobs=Jobs(repositories=repositories))


def nights(
    watch: Watch,
    project: str,
    results: dict[int, str],
    job: str = TOX,
    branch: str = "master",
    pipeline: str = "periodic",
) -> None:
    """Ten nights of a job; those of `results` are not good."""
    watch.zuul.expected.setdefault((project, branch, pipeline), []).append(job)
    for number in range(1, 11):
        watch.zuul.night(project, october(number), {job: results.get(number, S)}, branch, pipeline)


def test_the_failing_one_of_two_repositories_does_not_hide_behind_the_passing(
    watch: Watch,
) -> None:
    nights(watch, GLANCE, {})
    nights(watch, STORE, {9: F, 10: F})
    watch.run(october(10, 8), october(10, 8))
    name = f"{TOX} of glance_store"
    assert watch.told(october(10, 8), f"{TOX} glance_store") == Told(
        [f"10 08:00 Periodic jobs, night of 10 Oct: {name} failed 2 nights running. ZUUL/build/ID"],
        [
            f"{name} FAILING 2 runs since 9 Oct ZUUL/build/ID. 1 of 2 periodic jobs passed last"
            " night (02:00 UTC)."
        ],
        [
            f"{name} FAILING 2 runs since 9 Oct ZUUL/build/ID; ........FF (. passed, F failed;"
            " newest last).",
            "Last good 8 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 1 of 2 not green: {name} failing since 9 Oct ZUUL/builds?uuid=ID",
    )
    assert watch.ask(f"job {TOX}", october(10, 8)) == [
        f'"{TOX}" may be: {TOX} of glance, {TOX} of glance_store.'
    ]
    assert watch.ask(f"job {TOX} of glance", october(10, 8))[0].startswith(
        f"{TOX} of glance: passing, 10 runs since 1 Oct; ..........."[:70]
    )


def test_two_repositories_whose_jobs_pass_are_two_in_all_and_no_line(watch: Watch) -> None:
    nights(watch, GLANCE, {})
    nights(watch, STORE, {})
    watch.run(october(10, 8), october(10, 8))
    assert watch.told(october(10, 8)) == Told(
        [],
        ["2 of 2 periodic jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID"],
        [],
        "Periodic jobs: all 2 green",
    )


def test_a_name_that_is_its_own_needs_no_repository(watch: Watch) -> None:
    nights(watch, GLANCE, {9: F, 10: F}, OWN)
    nights(watch, STORE, {})
    watch.run(october(10, 8), october(10, 8))
    assert watch.said == [
        f"10 08:00 Periodic jobs, night of 10 Oct: {OWN} failed 2 nights running. ZUUL/build/ID"
    ]
    assert watch.ask("job keystone", october(10, 8))[0].startswith(f"{OWN} FAILING 2 runs")


def test_branches_of_two_repositories_are_chosen_by_what_the_bot_calls_them(watch: Watch) -> None:
    for project in (GLANCE, STORE):
        bad = {10: F} if project == STORE else {}
        nights(watch, project, bad, branch=STABLE, pipeline="periodic-stable")
        nights(watch, project, {})
    watch.run(october(10, 8), october(10, 8))
    assert watch.ask(f"job {TOX} on {STABLE}", october(10, 8)) == [
        f'"openstack-tox-py313 on stable/2025.2" may be: {TOX} of glance on {STABLE},'
        f" {TOX} of glance_store on {STABLE}."
    ]
    for words in (f"{TOX} glance-store on {STABLE}", f"{TOX} of glance_store on 2025.2"):
        (first, _) = watch.ask(f"job {words}", october(10, 8))
        assert first.startswith(f"{TOX} of glance_store on {STABLE} FAILING 1 run since 10 Oct")
    assert watch.ask(f"job {TOX} glance", october(10, 8))[0].startswith(f"{TOX} of glance: passing")
    assert watch.ask(f"job {TOX} glance on stable/2030.1", october(10, 8)) == [
        f'"{TOX} glance on stable/2030.1" is not there, but: {TOX} of glance,'
        f" {TOX} of glance_store, {TOX} of glance on {STABLE}, {TOX} of glance_store on {STABLE}."
    ]


def test_one_branch_in_two_pipelines_is_two_jobs(watch: Watch) -> None:
    watch.team = team_of(GLANCE)
    nights(watch, GLANCE, {})
    nights(watch, GLANCE, {9: F, 10: F}, pipeline="periodic-stable")
    watch.run(october(10, 8), october(10, 8))
    name = f"{TOX} in periodic-stable"
    assert watch.told(october(10, 8), name) == Told(
        [f"10 08:00 Periodic jobs, night of 10 Oct: {name} failed 2 nights running. ZUUL/build/ID"],
        [
            f"{name} FAILING 2 runs since 9 Oct ZUUL/build/ID. 1 of 2 periodic jobs passed last"
            " night (02:00 UTC)."
        ],
        [
            f"{name} FAILING 2 runs since 9 Oct ZUUL/build/ID; ........FF (. passed, F failed;"
            " newest last).",
            "Last good 8 Oct ZUUL/build/ID.",
        ],
        f"Periodic jobs: 1 of 2 not green: {name} failing since 9 Oct ZUUL/builds?uuid=ID",
    )


def test_a_pipeline_without_runs_is_named_beside_one_that_ran(watch: Watch) -> None:
    nights(watch, GLANCE, {})
    watch.zuul.expected[GLANCE, "master", "periodic-stable"] = [TOX]
    watch.zuul.night(GLANCE, october(9), {TOX: S}, pipeline="periodic-stable")
    watch.run(october(10, 1), october(11, 4))
    assert watch.said == [
        "11 03:00 Periodic jobs, night of 10 Oct: no periodic-stable job of openstack/glance ran."
    ]


def test_a_pipeline_of_which_no_branch_ran_is_not_all_periodic_jobs(watch: Watch) -> None:
    nights(watch, GLANCE, {}, OWN)
    for branch in (STABLE, "stable/2026.1"):
        watch.zuul.expected[GLANCE, branch, "periodic-stable"] = [TOX]
        watch.zuul.night(GLANCE, october(9), {TOX: S}, branch, "periodic-stable")
    watch.run(october(10, 1), october(11, 4))
    assert watch.said == [
        "11 03:00 Periodic jobs, night of 10 Oct: no periodic-stable job ran at all."
    ]


def test_each_job_has_one_fact_in_the_report(watch: Watch) -> None:
    for project in (GLANCE, STORE):
        nights(watch, project, {10: F} if project == STORE else {})
        nights(watch, project, {}, branch=STABLE, pipeline="periodic-stable")
    watch.run(october(10, 8), october(10, 8))
    part = jobs_part(Moment(watch.snapshot, october(10, 8)))
    assert part is not None
    assert [(fact.key, fact.value) for fact in part.facts] == [
        (f"{GLANCE} master periodic {TOX}", "passing"),
        (f"{STORE} master periodic {TOX}", "failing"),
        (f"{GLANCE} {STABLE} periodic-stable {TOX}", "passing"),
        (f"{STORE} {STABLE} periodic-stable {TOX}", "passing"),
    ]
    assert len({fact.name for fact in part.facts}) == 4


MASTERS = "2 of 2 periodic jobs passed last night (02:00 UTC). ZUUL/buildsets?uuid=ID&uuid=ID"
OF_STABLE = f"{TOX} of glance_store on {STABLE} FAILING 1 run since 10 Oct ZUUL/build/ID. "
THERE = "there are master, stable/2025.2."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("jobs master", MASTERS),
        ("jobs main", MASTERS),
        ("jobs on master", MASTERS),
        ("jobs 2026.2", MASTERS),
        ("jobs hibiscus", MASTERS),
        ("jobs 2025.2", f"{OF_STABLE}1 of 2 periodic jobs passed last night (02:00 UTC)."),
        ("jobs stable/2025.2", f"{OF_STABLE}1 of 2 periodic jobs passed last night (02:00 UTC)."),
        ("jobs Flamingo", f"{OF_STABLE}1 of 2 periodic jobs passed last night (02:00 UTC)."),
        ("jobs glance-store on 2025.2", f"{TOX} on {STABLE} FAILING 1 run since 10 Oct"),
        ("jobs 2025.2 glance", "1 of 1 periodic job passed last night (02:00 UTC). ZUUL/buil"),
        ("jobs store 2025.2", f"{TOX} on {STABLE} FAILING 1 run since 10 Oct ZUUL/build/ID. 0 of"),
        ("jobs periodic-stable", f"{OF_STABLE}1 of 2 periodic jobs passed last night"),
        ("jobs 2025.1", f"Zuul runs no periodic job of ours on stable/2025.1; {THERE}"),
        ("jobs stable/2023.1", f"Zuul runs no periodic job of ours on stable/2023.1; {THERE}"),
        ("jobs feature/x", 'I know no repository of ours "feature/x"; there are glance, glance_st'),
        ("jobs nova", 'I know no repository of ours "nova"; there are glance, glance_store.'),
        ("jobs glance glance_store", 'jobs takes one of "glance" and "glance_store", not both.'),
        ("jobs 2025.2 master", 'jobs takes one of "2025.2" and "master", not both.'),
        (
            "jobs m2",
            'jobs does not take "m2" (a deadline); say jobs [REPOSITORY] [BRANCH], or',
        ),
        (f"job {TOX} store 2025.2", f"{TOX} of glance_store on {STABLE} FAILING 1 run since 10"),
        (f"job {TOX} of glance on flamingo", f"{TOX} of glance on {STABLE}: passing, 10 runs"),
        (f"job {TOX} openstack/glance master", f"{TOX} of glance: passing, 10 runs since 1 Oct"),
        (f"job {TOX} glance in periodic-stable", f"{TOX} of glance on {STABLE}: passing, 10 ru"),
        (f"job {TOX.upper()} Glance_Store", f"{TOX} of glance_store: passing, 10 runs since 1"),
        (f"job {TOX} nova", 'I know no repository of ours "nova"; there are glance, glance_store.'),
        (f"job {TOX} glance of glance_store", 'job takes one of "glance" and "glance_store", not'),
        (f"job {TOX} on 2025.2 on 2025.1", 'job takes one of "2025.2" and "2025.1", not both.'),
        (
            f"job {TOX} m2",
            'job does not take "m2" (a deadline); say job NAME [REPOSITORY] [on',
        ),
    ],
)
def test_what_is_typed_behind_names_a_place(watch: Watch, typed: str, told: str) -> None:
    watch.facts.update(load_bundled().facts)
    for project in (GLANCE, STORE):
        nights(watch, project, {})
        bad = {10: F} if project == STORE else {}
        nights(watch, project, bad, branch=STABLE, pipeline="periodic-stable")
    watch.run(october(10, 8), october(10, 8))
    assert watch.ask(typed, october(10, 8))[0].startswith(told)


def test_no_two_jobs_are_told_alike() -> None:
    keys = [
        JobKey(Lane(project, branch, pipeline), job)
        for project in ("openstack/a", "openstack/b", "starlingx/a")
        for branch in ("master", "stable/2025.2", "")
        for pipeline in ("periodic", "periodic-weekly")
        for job in ("x", "x-of")
    ]
    names = JobNames(keys)
    assert len({names.of(*key) for key in keys}) == len(keys)


def test_a_run_that_timed_out_is_called_that_everywhere(watch: Watch) -> None:
    nights(watch, GLANCE, {10: "TIMED_OUT"}, OWN)
    nights(watch, STORE, {})
    watch.run(october(10, 8), october(10, 8))
    told = watch.told(october(10, 8), OWN)
    private = render(answer(Moment(watch.snapshot, october(10, 8)), "jobs", Ask("a")).doc, True)
    part = jobs_part(Moment(watch.snapshot, october(10, 8)))
    everything = f"{told} {private} {part}"
    assert everything.count("timed out") >= 5
    assert "words='infrastructure'" not in everything
    assert "infrastructure" not in f"{told} {private}"
    assert "text='infrastructure'" not in everything
