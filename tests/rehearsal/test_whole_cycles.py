"""Whole cycles, rehearsed on schedules and on the days of releases: those of the samples, and all
the real ones where they are."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from GlanceRelease import duties
from GlanceRelease.domain.calendar.team_calendar import Calendar, calendar_of
from GlanceRelease.domain.messages.notice import LedgerEntry
from GlanceRelease.domain.model import Kind
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.released import Released
from GlanceRelease.domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of, schedule_of
from GlanceRelease.domain.team import Member
from GlanceRelease.rehearsal.given_commands import GivenCommand
from GlanceRelease.rehearsal.release_days import parse_released
from GlanceRelease.rehearsal.transcript import rehearse
from GlanceRelease.sources.opendev.deliverable_file import parse_deliverable
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.opendev.series_status import parse_series_status
from kit.glance_facts import TEAM

duties.load()

CYCLES = [
    "yoga", "zed", "antelope", "bobcat", "caracal", "dalmatian",
    "epoxy", "flamingo", "gazpacho", "hibiscus", "indri",
]  # fmt: skip
ALWAYS = ["yoga", "dalmatian", "gazpacho", "hibiscus"]  # `make soak` has the others
SAMPLED = ["gazpacho", "hibiscus", "indri"]
FULL = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3, Kind.RC1, Kind.RELEASE)
QUIET = replace(TEAM, meeting=None)
PEOPLED = replace(QUIET, people={"ptl": (Member("ptl"),), "release": (Member("liaison"),)})
DAY = dt.timedelta(days=1)
AT = dt.datetime(2026, 8, 21, tzinfo=dt.UTC)


@cache
def facts_of(folder: Path) -> dict[str, Fetched[Any]]:
    """Every schedule and every Glance deliverable file, as they were read."""
    releases = folder / "releases"
    series = parse_series_status((releases / "data/series_status.yaml").read_bytes())
    found: dict[str, Any] = {SERIES.name: series}
    for one in series:
        pages = releases / "doc/source" / one.name
        if one.name in CYCLES and (pages / "schedule.yaml").is_file():
            files = [(pages / f"schedule.{end}").read_bytes() for end in ("yaml", "rst")]
            found[schedule_of(one.name).name] = parse_schedule(one.name, *files)
        for name in TEAM.deliverables:
            file = releases / "deliverables" / one.name / f"{name}.yaml"
            body = file.read_bytes() if file.is_file() else None
            value = parse_deliverable(one.name, name, body) if body else None
            found[deliverable_of(one.name, name).name] = value
    return {name: Fetched(value, AT, "stored") for name, value in found.items()}


@dataclass(frozen=True)
class Cycle:
    """A cycle from its first day to a week after its release, and all that the bot said in it."""

    calendar: Calendar
    start: dt.datetime
    said: tuple[LedgerEntry, ...]

    def about(self, day: dt.date, rule: str) -> list[LedgerEntry]:
        return [one for one in self.said if day in one.days and one.rule == rule]


def is_near(key: str, calendar: Calendar) -> bool:
    """Whether a fact is about this cycle or one beside it, as a rehearsal gathers them."""
    beside = (calendar.before, calendar.series, calendar.after)
    names = [one.name for one in beside if one]
    return key == SERIES.name or key.split("/")[1] in names


@cache
def cycle_of(
    folder: Path,
    name: str,
    with_releases: bool,
    people: bool = False,
    given: tuple[GivenCommand, ...] = (),
) -> Cycle:
    """The cycle, with everything released on its real day, or with nothing released at all; with a
    liaison and a PTL in the team's file, or with nobody."""
    snapshot = Snapshot(PEOPLED if people else QUIET, facts_of(folder))
    calendar = calendar_of(Moment(snapshot, AT), name)
    assert calendar is not None
    first, last = calendar.weeks.weeks[0].start, calendar.day(Kind.RELEASE)
    assert last is not None
    facts = {key: fact for key, fact in snapshot.facts.items() if is_near(key, calendar)}
    snapshot = replace(snapshot, facts=facts)
    start = dt.datetime.combine(first, dt.time(9), dt.UTC)
    end = dt.datetime.combine(last + 7 * DAY, dt.time(9), dt.UTC)
    rows: tuple[Released, ...] | None = None
    if with_releases:
        rows = parse_released((folder / "history/glance-releases.json").read_bytes())

    async def run() -> tuple[LedgerEntry, ...]:
        return tuple([one async for one in rehearse(snapshot, rows, start, end, given)])

    return Cycle(calendar, start, asyncio.run(run()))


def _soaked(name: str) -> list[pytest.MarkDecorator]:
    return [] if name in ALWAYS else [pytest.mark.soak]


@pytest.fixture(
    params=[
        *(pytest.param(("sample_data", name), id=f"sampled {name}") for name in SAMPLED),
        *(pytest.param(("upstream_data", n), id=n, marks=_soaked(n)) for n in CYCLES),
    ],
)
def source(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """The folder of upstream's files, and a cycle of theirs."""
    folder, name = request.param
    return request.getfixturevalue(folder), name


@pytest.fixture(params=[False, True], ids=["nothing released", "as released"])
def cycle(request: pytest.FixtureRequest, source: tuple[Path, str]) -> Cycle:
    return cycle_of(*source, request.param)


def test_each_milestone_rc1_and_release_has_its_notice_four_weeks_ahead(
    source: tuple[Path, str],
) -> None:
    cycle = cycle_of(*source, False)
    for kind in FULL:
        day = cycle.calendar.day(kind)
        if day is None or dt.datetime.combine(day, dt.time(), dt.UTC) - 32 * DAY < cycle.start:
            continue
        first = min(one.at for one in cycle.about(day, "reminder") if one.at)
        assert 28 <= (day - first.date()).days <= 35, (kind, day, first)


def test_with_releases_each_still_has_it_unless_it_was_done_by_then(
    source: tuple[Path, str],
) -> None:
    cycle = cycle_of(*source, True)
    for kind in FULL:
        day = cycle.calendar.day(kind)
        if day is None or dt.datetime.combine(day, dt.time(), dt.UTC) - 32 * DAY < cycle.start:
            continue
        said = cycle.about(day, "reminder")
        if said and said[0].at and (day - said[0].at.date()).days < 28:
            assert all("Done: " in one.text for one in said), (kind, said)


def test_no_reminder_falls_on_a_day_off(cycle: Cycle) -> None:
    for one in cycle.said:
        assert one.at is not None
        if one.rule == "reminder":
            assert one.at.weekday() < 5, one
            assert one.at.date() not in TEAM.reminders.holidays, one


def test_nothing_is_said_twice(cycle: Cycle) -> None:
    keys = Counter(one.key for one in cycle.said)
    assert keys.most_common(1)[0][1] == 1
    texts = Counter(one.text for one in cycle.said if one.rule in ("reminder", "announcement"))
    assert texts.most_common(1)[0][1] == 1


def test_a_deadline_has_six_lines_at_most(cycle: Cycle) -> None:
    lines = Counter(
        day for one in cycle.said if one.rule in ("reminder", "announcement") for day in one.days
    )
    assert max(lines.values()) <= 6, lines


def test_each_line_is_short_plain_and_no_command(cycle: Cycle) -> None:
    for one in cycle.said:
        text = one.text
        assert len(text.encode()) < 400, text
        assert not text.startswith(("#", "!")), text
        assert text.isprintable(), text


def test_never_more_than_four_lines_a_minute(cycle: Cycle) -> None:
    instants = sorted(one.at for one in cycle.said if one.at)
    for first, fifth in zip(instants, instants[4:], strict=False):
        assert fifth - first >= dt.timedelta(minutes=1)


# Finals are tagged on their cycle's release day, with all others; these rows are some days earlier.
LATER = {"yoga": dt.date(2022, 3, 30), "dalmatian": dt.date(2024, 10, 2)}


def test_rc1_and_the_release_are_announced_when_they_are_tagged(
    source: tuple[Path, str],
) -> None:
    cycle = cycle_of(*source, True)
    folder, name = source
    rows = parse_released((folder / "history/glance-releases.json").read_bytes())
    end = cycle.start + 365 * DAY
    tagged = {
        row.version: row.merged
        for row in rows
        if row.deliverable == "glance" and row.series == name and cycle.start < row.merged < end
    }
    expected = [v for v in tagged if v.endswith("rc1") or v.count(".") == 2]
    said = [one for one in cycle.said if one.rule == "announcement"]
    for version in [v for v in expected if v.endswith(("rc1", ".0.0"))]:
        lines = [one for one in said if f"glance {version} is" in one.text]
        assert len(lines) == 1, (version, lines)
        at = lines[0].at
        assert at is not None
        if name in LATER and "rc" not in version:
            assert (tagged[version].date() < at.date(), at.date()) == (True, LATER[name])
        else:
            assert dt.timedelta() <= at - tagged[version] <= dt.timedelta(minutes=2)
        words = "only release-critical changes" if "rc1" in version else "is out"
        assert words in lines[0].text
