"""The seconds around the edges of every event of every cycle, and the facts to ask then."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from GlanceRelease.domain.calendar.interval import When
from GlanceRelease.domain.calendar.team_calendar import Calendar, calendar_of
from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.snapshot import (
    GOVERNANCE,
    SERIES,
    Fetched,
    Snapshot,
    deliverable_of,
    schedule_of,
)
from GlanceRelease.sources.opendev.schedule import parse_schedule
from GlanceRelease.sources.opendev.series_status import parse_series_status

from .glance_facts import TEAM, world

A_SECOND = dt.timedelta(seconds=1)
DAY = re.compile(r"[A-Z][a-z]{2} (\d{4}-\d\d-\d\d)")
CYCLES = (
    *("ocata", "pike", "queens", "rocky", "stein", "train", "ussuri", "victoria", "wallaby"),
    *("xena", "yoga", "zed", "antelope", "bobcat", "caracal", "dalmatian", "epoxy", "flamingo"),
    *("gazpacho", "hibiscus", "indri"),
)
SHIPPED = ("hibiscus", "indri")
# Texts of Indri's page in which days are stretches, times are in other zones, and what the table
# has is another day, by what they are called.
CHANGED = {
    "stretches": {
        "vptg": "The PTG takes place October 19-23, 2026.",
        "1": "17 - 19 November 2026.",
        "2": "21-22 January 2027 20:00 EST",
        "extra-acs": "11 February 2027, 09:00 JST.",
        "final-lib": "Due February 8th through February 12th, 2027, 18:00 PST.",
        "3": "From 1 March 2027 to 5 March 2027 23:59 AoE",
        "final-clientlib": "From Thursday 25 February to Friday 26 February 2027.",
        "rc1": "Thursday 4 March 2027 9 p.m. PDT",
        "finalrc": "March 22-24, 2027",
    },
    "hours": {
        "vptg": "Monday, October 12 15:00 CEST to Friday, October 16 12:00 UTC, 2026",
        "1": "November 19 or 20, 2026.",
        "2": "14 Jan 2027 14:00 to 16:00 UTC.",
        "final-lib": "Monday, February 8 at 08:00 UTC to Thursday, February 11 at 08:00 UTC",
        "3": "18th Feb 2027 08:00 AEST",
        "ff": "25 February 2027",
        "rc1": "March 4 2027 23:59 UTC or March 5 2027 12:00 UTC",
        "finalrc": "Until 18 March 2027, 12:00 PST and 20:00 UTC",
        "final": "Wednesday 31 March 2027",
    },
}


@cache
def known(upstream_data: Path) -> Snapshot:
    """All cycles, as if each poll had just brought them, and who the team's people are."""
    releases = upstream_data / "releases"
    fresh = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    series = parse_series_status((releases / "data" / "series_status.yaml").read_bytes())
    facts: dict[str, Fetched[Any]] = {
        SERIES.name: Fetched(series, fresh, "network"),
        GOVERNANCE.name: replace(world().facts[GOVERNANCE.name], at=fresh),
    }
    for name in CYCLES:
        folder = releases / "doc" / "source" / name
        body, page = (folder / f"schedule.{kind}" for kind in ("yaml", "rst"))
        schedule = parse_schedule(name, body.read_bytes(), page.read_bytes())
        facts[schedule_of(name).name] = Fetched(schedule, fresh, "network")
    return Snapshot(TEAM, facts)


@cache
def bundled() -> Snapshot:
    """The cycles that the project ships, fresh at whatever instant."""
    fresh = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    return Snapshot(TEAM, {name: replace(f, at=fresh) for name, f in world().facts.items()})


def with_texts(upstream_data: Path, texts: Mapping[str, str]) -> Snapshot:
    """The cycles that the project ships, fresh at whatever instant, in which Indri's page has these
    words of these events ("final-lib"), and nothing of it is released."""
    folder = upstream_data / "releases" / "doc" / "source" / "indri"
    page = (folder / "schedule.rst").read_text()
    for name, words in texts.items():
        before, label, rest = page.partition(f".. _i-{name}:")
        assert label, name
        title, dashes, *after = rest.strip("\n").split("\n")
        body = "\n".join(after)
        following = body[body.find("\n.. _") :]
        page = f"{before}{label}\n\n{title}\n{dashes}\n\n{words}\n{following}"
    schedule = parse_schedule("indri", (folder / "schedule.yaml").read_bytes(), page.encode())
    facts = dict(bundled().facts)
    fresh = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    for name in TEAM.deliverables:
        shape = world()[deliverable_of("hibiscus", name)].value
        assert shape is not None
        file = replace(shape, series="indri", releases=(), branches=())
        facts[deliverable_of("indri", name).name] = Fetched(file, fresh, "network")
    facts[schedule_of("indri").name] = Fetched(schedule, fresh, "network")
    return Snapshot(TEAM, facts)


def instants_of(when: When) -> set[dt.datetime]:
    """A second before each of its edges, the edge, a second after it, ten hours later, and its
    middle. The midnights of its days are edges of those that have no time of day."""
    midnight = when.start.replace(hour=0, minute=0, second=0)
    found = {when.start + (when.over - when.start) / 2}
    for at in (midnight, when.start, *when.candidates_over, when.over):
        found |= {at - A_SECOND, at, at + A_SECOND, at + dt.timedelta(hours=10)}
    return found


def calendar_named(snapshot: Snapshot, series: str) -> Calendar:
    """The calendar of a cycle by its name."""
    calendar = calendar_of(Moment(snapshot, dt.datetime(2016, 1, 1, tzinfo=dt.UTC)), series)
    assert calendar is not None
    return calendar


def edges(snapshot: Snapshot, series: str) -> Iterator[tuple[dt.datetime, Calendar]]:
    """The instants around all of the team's deadlines in a cycle, with the calendar of the cycle
    that runs then."""
    deadlines = calendar_named(snapshot, series).deadlines
    for now in sorted(set().union(*(instants_of(deadline.when) for deadline in deadlines))):
        if now.second == 1:  # the edge itself tells as much, and costs as much
            continue
        calendar = calendar_of(Moment(snapshot, now))
        if calendar is not None and calendar.schedule.value is not None:
            yield now, calendar
