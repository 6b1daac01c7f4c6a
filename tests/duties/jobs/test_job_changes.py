"""Random months against a plain count of them: no false line, none missed; names keep history."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest

from GlanceRelease.domain.ci.builds import Build, Expected, History, Lane, Verdict, stem
from GlanceRelease.domain.ci.nights import build_of_each_night, courses
from GlanceRelease.domain.team import Jobs
from GlanceRelease.duties.jobs.facts import standings
from GlanceRelease.duties.jobs.night_changes import changes, unsaid

LANE = Lane("openstack/glance", "master", "periodic")
BEGIN = dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
JOBS = Jobs()


def build(number: int, night: int, job: str, result: str | None, **more: object) -> Build:
    event = BEGIN + night * DAY
    values: dict[str, object] = {
        "number": number,
        "uuid": uuid.UUID(int=number).hex,
        "lane": LANE,
        "job": job,
        "result": result,
        "final": True,
        "voting": True,
        "event": event,
        "start": event,
        "end": event + HOUR,
        "buildset": f"set{night}",
        **more,
    }
    return Build(**values)  # type: ignore[arg-type]


def history(builds: list[Build], until: dt.datetime, expected: list[str] | None = None) -> History:
    rows = sorted((b for b in builds if b.event <= until), key=lambda b: (b.event, b.number))
    known = {}
    if expected is not None:
        known = {LANE: Expected(dict.fromkeys(expected, BEGIN), until)}
    return History({LANE: tuple(rows)}, known, BEGIN, until)


def a_month(seed: int, jobs: list[str]) -> dict[tuple[str, int], str]:
    """Results by job and night: flaps, streaks, troubles, and nights without an end."""
    chance = random.Random(seed)
    results: dict[tuple[str, int], str] = {}
    for job in jobs:
        result = "SUCCESS"
        for night in range(31):
            if chance.random() < (0.12 if result == "SUCCESS" else 0.5):
                result = (
                    "SUCCESS"
                    if result != "SUCCESS"
                    else chance.choice(
                        ["FAILURE", "FAILURE", "TIMED_OUT", "NODE_FAILURE", "A_NEW_WORD"]
                    )
                )
            results[job, night] = "ABORTED" if chance.random() < 0.03 else result
    return results


def plainly_counted(results: dict[tuple[str, int], str], jobs: list[str]) -> set[tuple[str, ...]]:
    """What a person who kept a list would say: two bad nights in a row, then the first good."""
    told = set()
    for job in jobs:
        bad = 0
        for night in range(31):
            result = results[job, night]
            if result == "ABORTED":
                continue
            if result == "SUCCESS":
                if bad >= 2:
                    told.add(("recovered", job, str(night)))
                bad = 0
            else:
                bad += 1
                if bad == 2:
                    told.add(("failing", job, str(night)))
    return told


def test_random_months_have_no_false_line_and_none_missed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    jobs = [f"glance-tox-py313-{n}-tips" for n in range(13)]
    months, lines, false, missed = 100, 0, 0, 0
    for seed in range(months):
        results = a_month(seed, jobs)
        builds = [
            build(n * 100 + k, n, job, results[job, n])
            for n in range(31)
            for k, job in enumerate(jobs)
        ]
        said: set[str] = set()
        found: set[tuple[str, ...]] = set()
        for night in range(31):
            known = history(builds, BEGIN + night * DAY + 13 * HOUR, jobs)
            fresh = unsaid(changes(known, JOBS, [LANE.project]), frozenset(said))
            said.update(change.ident for change in fresh)
            found.update((c.sort, c.job, str((c.night - BEGIN.date()).days)) for c in fresh)
            lines += bool(fresh)
        wanted = plainly_counted(results, jobs)
        false += len(found - wanted)
        missed += len(wanted - found)
    with capsys.disabled():
        print(
            f"\nperiodic jobs, {months} random months of 13 jobs: {lines} lines, "
            f"{false} false alarms, {missed} missed"
        )
    assert (false, missed) == (0, 0)


def test_a_change_keeps_its_ident_while_history_grows() -> None:
    builds = [build(n, n, "a-tips", r) for n, r in enumerate(["SUCCESS", "FAILURE", "FAILURE"])]
    early = changes(history(builds, BEGIN + 2 * DAY + 13 * HOUR, ["a-tips"]), JOBS, [LANE.project])
    later = changes(
        history(
            [*builds, build(9, 3, "b-tips", "SUCCESS")], BEGIN + 3 * DAY + 20 * HOUR, ["a-tips"]
        ),
        JOBS,
        [LANE.project],
    )
    assert early[0].ident in {change.ident for change in later}


def test_a_renamed_job_keeps_its_history_and_two_of_one_night_are_two_jobs() -> None:
    old, new = "glance-tox-py312-oslo-tips", "glance-tox-py313-oslo-tips"
    assert stem(old) == stem(new) != stem("glance-tox-py312-oslo2-tips")
    assert stem("glance_store-tox-py3-oslo-tips") == "glance_store-tox-py*-oslo-tips"
    renamed = [
        build(n, n, old if n < 3 else new, "FAILURE" if n > 1 else "SUCCESS") for n in range(5)
    ]
    (course,) = courses(history(renamed, BEGIN + 5 * DAY, [new]), LANE)
    assert (course.job, course.former, len(course.builds)) == (new, old, 5)
    both = [
        build(n * 2 + k, n, job, "SUCCESS") for n in range(3) for k, job in enumerate((old, new))
    ]
    found = courses(history(both, BEGIN + 3 * DAY, [new]), LANE)
    assert [(c.job, c.former, c.current) for c in found] == [(new, None, True), (old, None, False)]


def test_the_newest_run_of_a_night_counts_unless_it_was_cut() -> None:
    event = BEGIN + 2 * HOUR
    runs = [
        build(1, 0, "a", "FAILURE"),
        build(2, 0, "a", "SUCCESS", event=event),
        build(3, 0, "a", "ABORTED", event=event + HOUR),
    ]
    assert [run.number for run in build_of_each_night(runs)] == [2]


def test_a_clock_that_is_behind_or_ahead_changes_no_verdict() -> None:
    builds = [build(n, n, "a-tips", "SUCCESS") for n in range(4)]
    for skew in (-2 * HOUR, 2 * HOUR):
        known = history([], BEGIN + 3 * DAY + skew, ["a-tips"])
        known = History({LANE: tuple(builds)}, known.expected, BEGIN, known.until)
        (one,) = standings(known, JOBS, [LANE.project])
        assert (one.verdict, one.runs) == (Verdict.PASSING, 4)


def test_nothing_is_said_behind_a_run_that_still_goes_on() -> None:
    builds = [
        build(1, 0, "a-tips", "SUCCESS"),
        build(2, 1, "a-tips", "FAILURE"),
        build(3, 2, "a-tips", None, end=None),
        build(4, 3, "a-tips", "FAILURE"),
    ]
    known = history(builds, BEGIN + 3 * DAY + 20 * HOUR, ["a-tips"])
    assert not changes(known, JOBS, [LANE.project])


def test_a_weekly_job_is_missed_on_its_day_only() -> None:
    weekly = Lane(LANE.project, "stable/2026.1", "periodic-weekly")
    saturday = dt.datetime(2026, 9, 5, 8, tzinfo=dt.UTC)
    runs = [build(1, 0, "a", "SUCCESS", lane=weekly, event=saturday, end=saturday + HOUR)]
    known = {weekly: Expected({"a": BEGIN}, saturday)}
    verdicts = []
    for until in (saturday + 6 * DAY, saturday + 8 * DAY, saturday + 8 * DAY + HOUR):
        picture = History({weekly: tuple(runs)}, known, BEGIN, until, asked={weekly: until})
        (one,) = standings(picture, JOBS, [LANE.project])
        verdicts.append((str(one.verdict), one.lane.branch))
    assert verdicts == [
        ("passing", "stable/2026.1"),
        ("passing", "stable/2026.1"),
        ("did-not-run", "stable/2026.1"),
    ]
