"""Branches are what files say: over every deliverable file of every cycle, at each edge of its
deadlines and of what was released, for services, libraries and intermediaries."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.binding_deadlines import has_candidates
from GlanceRelease.domain.calendar.cycle import start_of
from GlanceRelease.domain.calendar.team_calendar import calendar_of, find_series
from GlanceRelease.domain.model import Branch, Deliverable, Kind, Series
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.freeze_reasons import Fact
from GlanceRelease.domain.releases.freeze_state import BranchState, State
from GlanceRelease.domain.releases.released import Released, with_tags_days
from GlanceRelease.domain.releases.shapes import final_of
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.domain.team import Team
from GlanceRelease.duties.freeze.bands import BANDS, frozen_stretches
from GlanceRelease.duties.freeze.facts import branch_states
from GlanceRelease.rehearsal.facts_then import as_released
from GlanceRelease.rehearsal.release_days import parse_released
from GlanceRelease.sources.opendev.deliverable_file import parse_deliverable
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.opendev.series_status import parse_series_status
from kit.glance_facts import TEAM

duties.load()
A_SECOND = dt.timedelta(seconds=1)
SCHEDULED = (
    *("ocata", "pike", "queens", "rocky", "stein", "train", "ussuri", "victoria", "wallaby"),
    *("xena", "yoga", "zed", "antelope", "bobcat", "caracal", "dalmatian", "epoxy", "flamingo"),
    *("gazpacho", "hibiscus"),
)
FROZEN = (
    *(State.FEATURE_FREEZE, State.RELEASE_CRITICAL, State.FINAL_RC, State.LIBRARY_FREEZE),
    State.REQUIREMENTS_FREEZE,
)
OTHERS = {  # of whom the data have only the last two cycles
    "cinder": ("cinder", "os-brick", "python-cinderclient", "cinder-tempest-plugin"),
    "horizon": ("horizon", "manila-ui", "heat-dashboard"),
    "nova": ("nova", "os-vif", "python-novaclient"),
    "kolla": ("kolla", "kolla-ansible", "kayobe"),
}


def a_team(name: str, *deliverables: str) -> Team:
    """A team that has no rule of its own about master."""
    return replace(
        TEAM,
        name=name,
        governance=name,
        title="",
        deliverables=deliverables,
        release_critical_on_master=False,
    )


@cache
def facts(upstream: Path) -> Mapping[str, Fetched[Any]]:
    """Everything that upstream has, as if read long after all of it."""
    releases = upstream / "releases"
    late = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    status = (releases / "data" / "series_status.yaml").read_bytes()
    found: dict[str, Fetched[Any]] = {
        SERIES.name: Fetched(parse_series_status(status), late, "network")
    }
    for name in (*SCHEDULED, "indri"):
        folder = releases / "doc" / "source" / name
        body, page = (folder / f"schedule.{kind}" for kind in ("yaml", "rst"))
        schedule = parse_schedule(name, body.read_bytes(), page.read_bytes())
        found[schedule_of(name).name] = Fetched(schedule, late, "network")
    for path in (releases / "deliverables").glob("*/*.yaml"):
        file = parse_deliverable(path.parent.name, path.stem, path.read_bytes())
        found[deliverable_of(file.series, file.name).name] = Fetched(file, late, "network")
    return found


def known(upstream: Path, team: Team) -> Snapshot:
    """All facts of a team, with a known 404 where there is no file."""
    late = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    everything = dict(facts(upstream))
    for series in everything[SERIES.name].value:
        for name in team.deliverables:
            key = deliverable_of(series.name, name).name
            everything.setdefault(key, Fetched(None, late, "network"))
    return Snapshot(team, everything)


@cache
def rows(upstream: Path) -> tuple[Released, ...]:
    return parse_released((upstream / "history" / "glance-releases.json").read_bytes())


def edges(snapshot: Snapshot, series: str, told: tuple[Released, ...] = ()) -> list[dt.datetime]:
    """The days on both sides of each bound of the series' deadlines, and of each of its releases:
    a day has one answer, until a fact changes."""
    own = calendar_of(Moment(snapshot, dt.datetime(2016, 1, 1, tzinfo=dt.UTC)), series)
    assert own is not None
    bounds = {at for deadline in own.deadlines for at in (deadline.when.start, deadline.when.over)}
    bounds |= {row.merged for row in told if row.series == series}
    days = {(at + by).date() for at in bounds for by in (-A_SECOND, A_SECOND * 0)}
    moments = {row.merged for row in told if row.series == series}
    return sorted({start_of(day) for day in days} | moments | {at - A_SECOND for at in moments})


def with_file(snapshot: Snapshot, file: Deliverable, now: dt.datetime) -> Snapshot:
    """The snapshot in which the file, as it is at `now`, was just read."""
    key = deliverable_of(file.series, file.name).name
    return replace(snapshot, facts={**snapshot.facts, key: Fetched(file, now, "network")})


def steps(file: Deliverable) -> Iterator[Deliverable]:
    """A file as it grew: without anything, then a release more each time, first without the branch
    that was cut from it, then with it."""
    for count in range(len(file.releases) + 1):
        there = file.releases[:count]
        versions = [release.version for release in there]
        cut = tuple(b for b in file.branches if b.location in versions)
        earlier = tuple(b for b in cut if b.location in versions[:-1])
        yield replace(file, releases=there, branches=earlier)
        if cut != earlier:
            yield replace(file, releases=there, branches=cut)


def mark(file: Deliverable, series: Series, ending: str) -> bool:
    return any(r.version == f"{series.branch_id}-{ending}" for r in file.releases)


def is_what_the_file_says(snapshot: Snapshot, now: dt.datetime) -> None:
    """No row of a branch that its file doesn't have, no phase before its mark, no freeze of a
    deadline behind a branch that is there."""
    for row in branch_states(Moment(snapshot, now)):
        if row.branch == "master":
            continue
        series = find_series(snapshot[SERIES].value or (), row.branch)
        assert series is not None, row
        fact = snapshot[deliverable_of(series.name, row.deliverable)]
        said = (now.isoformat(), row.deliverable, row.branch, str(row.state), row.reasons)
        file = fact.value
        if row.state is State.MISSING:
            assert fact.known, said
            continue
        assert file is not None, said
        names = {branch.name for branch in file.branches}
        assert f"stable/{series.branch_id}" in names, said
        if fact.at is not None and fact.at > now and not _is_dated(file):
            continue  # read later, without days: the calendar is all there is
        if mark(file, series, "eol"):
            assert row.state is State.END_OF_LIFE, said
        elif mark(file, series, "eom") or mark(file, series, "em"):
            assert row.state is State.UNMAINTAINED, said
        else:
            assert row.state not in (State.END_OF_LIFE, State.UNMAINTAINED), said
        if row.state is State.STABLE and has_candidates(file):
            assert final_of(file.releases) is not None, said


def _is_dated(file: Deliverable) -> bool:
    return all(release.tagged is not None for release in file.releases)


def master_of(snapshot: Snapshot, name: str, now: dt.datetime) -> BranchState:
    return next(
        row
        for row in branch_states(Moment(snapshot, now))
        if (row.deliverable, row.branch) == (name, "master")
    )


@pytest.mark.parametrize("series", SCHEDULED)
def test_glances_branches_are_what_its_files_said_then(series: str, upstream_data: Path) -> None:
    snapshot = known(upstream_data, TEAM)
    told = rows(upstream_data)
    for now in edges(snapshot, series, told):
        is_what_the_file_says(as_released(snapshot, told, now), now)


@pytest.mark.parametrize("team", OTHERS)
@pytest.mark.parametrize("series", ["gazpacho", "hibiscus"])
def test_others_branches_are_what_their_files_say_as_they_grow(
    series: str, team: str, upstream_data: Path
) -> None:
    snapshot = known(upstream_data, a_team(team, *OTHERS[team]))
    one = find_series(snapshot[SERIES].value or (), series)
    assert one is not None
    for name in OTHERS[team]:
        file = snapshot[deliverable_of(series, name)].value
        for now in edges(snapshot, series):
            for there in steps(_complete(file, one)) if file else ():
                then = with_file(_read_at(snapshot, now), there, now)
                is_what_the_file_says(then, now)
                current = calendar_of(Moment(then, now))
                if current is None or current.series.name != series:
                    continue
                master = master_of(then, name, now)
                said = (now.isoformat(), name, str(master.state), master.reasons)
                if any(b.name == f"stable/{one.branch_id}" for b in there.branches):
                    assert master.state not in FROZEN, said
                    assert Fact.DEVELOPMENT not in {why.fact for why in master.reasons}, said


def _read_at(snapshot: Snapshot, now: dt.datetime) -> Snapshot:
    return replace(
        snapshot, facts={name: replace(fact, at=now) for name, fact in snapshot.facts.items()}
    )


def _complete(file: Deliverable, series: Series) -> Deliverable:
    """The file with its series' branch, cut from its last release, where it has none yet."""
    name = f"stable/{series.branch_id}"
    if any(b.name == name for b in file.branches) or not file.releases:
        return file
    if file.stable_branch_type in ("none", "tempest") or file.type == "tempest-plugin":
        return file
    return replace(file, branches=(*file.branches, Branch(name, file.releases[-1].version)))


def test_every_history_row_is_of_a_file(upstream_data: Path) -> None:
    raw = json.loads((upstream_data / "history" / "glance-releases.json").read_text())
    assert len(raw) == len(rows(upstream_data)) > 300


@pytest.mark.parametrize("series", SCHEDULED)
def test_the_pages_bands_are_what_freeze_says_on_the_day(series: str, upstream_data: Path) -> None:
    snapshot = known(upstream_data, TEAM)
    told = rows(upstream_data)
    for now in edges(snapshot, series, told):
        then = as_released(snapshot, told, now)
        calendar = calendar_of(Moment(then, now))
        if calendar is None or calendar.series.name != series:
            continue
        frozen = {
            BANDS[row.state]
            for row in branch_states(Moment(then, now))
            if row.state in BANDS and not row.is_released
        }
        shown = {
            stretch.name.partition(":")[0]
            for stretch in frozen_stretches(Moment(then, now), calendar)
            if stretch.first <= now.date() <= stretch.last
        }
        if calendar.weeks.weeks[0].start <= now.date():
            assert shown == frozen, now


def test_the_bands_of_a_cycle_to_come_follow_its_deadlines(upstream_data: Path) -> None:
    now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    snapshot = _read_at(known(upstream_data, TEAM), now)
    shape = snapshot[deliverable_of("hibiscus", "glance")].value
    assert shape is not None
    snapshot = with_file(snapshot, replace(shape, series="indri", releases=(), branches=()), now)
    calendar = calendar_of(Moment(snapshot, now))
    assert calendar is not None
    assert [
        (stretch.first.isoformat(), stretch.last.isoformat(), stretch.name)
        for stretch in frozen_stretches(Moment(snapshot, now), calendar)
    ] == [
        ("2027-02-12", "2027-03-24", "libraries frozen: glance_store"),
        ("2027-02-19", "2027-03-04", "feature freeze"),
        ("2027-02-19", "2027-03-24", "libraries frozen: python-glanceclient"),
        ("2027-03-05", "2027-03-18", "release-critical only"),
        ("2027-03-19", "2027-03-24", "final candidates only"),
    ]


@pytest.mark.parametrize(
    ("now", "master", "branch"),
    [
        (dt.datetime(2024, 9, 30, 18), "final-rc", "final-rc"),
        (dt.datetime(2024, 10, 1, 23, 59), "final-rc", "final-rc"),
        (dt.datetime(2024, 10, 2), "open", "stable"),
    ],
)
def test_a_final_is_out_on_the_day_of_the_release_not_of_its_commit(
    now: dt.datetime, master: str, branch: str, upstream_data: Path
) -> None:
    now = now.replace(tzinfo=dt.UTC)
    then = as_released(known(upstream_data, TEAM), rows(upstream_data), now)
    found = {r.branch: r for r in branch_states(Moment(then, now)) if r.deliverable == "glance"}
    assert (str(found["master"].state), str(found["stable/2024.2"].state)) == (master, branch)


def test_no_final_is_out_before_its_cycles_release_day(upstream_data: Path) -> None:
    snapshot = known(upstream_data, TEAM)
    for row in with_tags_days(rows(upstream_data), snapshot):
        file = snapshot[deliverable_of(row.series, row.deliverable)].value
        schedule = snapshot[schedule_of(row.series)].value
        final = final_of(file.releases) if file and file.is_staged else None
        release = schedule.first(Kind.RELEASE) if schedule else None
        if final and final.version == row.version and release:
            assert row.merged.date() >= release.days[-1], row
