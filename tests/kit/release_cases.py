"""Deliverable files and a cycle, as cases of the release rules are made of."""

from __future__ import annotations

import datetime as dt

from GlanceRelease.domain.model import Deliverable, Event, Kind, Schedule, Series, Week
from GlanceRelease.domain.releases.proposal import Context
from GlanceRelease.domain.team import Team
from GlanceRelease.sources.opendev.proposed_file import read_proposed

A, B, C = "a" * 40, "b" * 40, "c" * 40
NOW = dt.datetime(2026, 7, 3, 12, tzinfo=dt.UTC)
SERIES = tuple(
    Series(name, number, "maintained")
    for name, number in [("hibiscus", "2026.2"), ("gazpacho", "2026.1"), ("wallaby", "")]
)
GLANCE = """---
# the image service
team: glance
type: service
release-model: cycle-with-rc
repository-settings:
  openstack/glance: {}
"""
STORE = """---
team: glance
type: library
release-model: cycle-with-intermediary
repository-settings:
  openstack/glance_store: {}
"""


def releases(*rows: tuple[str, str], repo: str = "openstack/glance") -> str:
    return "releases:\n" + "".join(
        f"  - version: {version}\n    projects:\n      - repo: {repo}\n        hash: {sha}\n"
        for version, sha in rows
    )


def store(*rows: tuple[str, str]) -> str:
    return STORE + releases(*rows, repo="openstack/glance_store")


def parsed(text: str, path: str = "gazpacho/glance.yaml") -> Deliverable:
    deliverable = read_proposed(path, text).deliverable
    assert deliverable is not None
    return deliverable


def schedule() -> Schedule:
    days = {
        Kind.MILESTONE_1: dt.date(2026, 5, 14),
        Kind.MILESTONE_2: dt.date(2026, 7, 2),
        Kind.FINAL_LIBRARIES: dt.date(2026, 8, 20),
        Kind.MILESTONE_3: dt.date(2026, 8, 27),
        Kind.FINAL_CLIENT_LIBRARIES: dt.date(2026, 8, 27),
        Kind.CYCLE_HIGHLIGHTS: dt.date(2026, 9, 3),
        Kind.RC1: dt.date(2026, 9, 10),
        Kind.FINAL_RC: dt.date(2026, 9, 24),
        Kind.RELEASE: dt.date(2026, 9, 30),
    }
    week = Week("R-0", dt.date(2026, 9, 28), dt.date(2026, 10, 2))
    events = tuple(
        Event("hibiscus", f"h-{kind}", kind, str(kind), (day,), "thursday", (week,))
        for kind, day in days.items()
    )
    return Schedule("hibiscus", (week,), events)


PREVIOUS = parsed(GLANCE + releases(("32.0.0.0rc1", A), ("32.0.0", A), ("32.1.0", B)))
KNOWN = Context(PREVIOUS, SERIES, schedule(), None, NOW)
TEAM = Team("glance", "glance", ("#openstack-glance",), ("glance", "glance-store"))
SERIES_ROWS = (
    Series("hibiscus", "2026.2", "development", dt.date(2026, 9, 30)),
    Series("gazpacho", "2026.1", "maintained", dt.date(2026, 4, 1)),
)


def _cut(version: str) -> str:
    return f"branches:\n  - name: stable/2026.1\n    location: {version}\n"


PREVIOUS_FILES = {
    "glance": parsed(GLANCE + releases(("32.0.0.0rc1", C), ("32.0.0", C)) + _cut("32.0.0.0rc1")),
    "glance-store": parsed(store(("5.4.0", C)) + _cut("5.4.0"), "gazpacho/glance-store.yaml"),
}
