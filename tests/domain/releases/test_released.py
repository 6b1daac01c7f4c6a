"""A snapshot as it was, by rows that tell when each version was released."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.moment import Moment
from GlanceRelease.domain.releases.released import Released
from GlanceRelease.domain.snapshot import Snapshot, deliverable_of
from GlanceRelease.duties.freeze.command import select
from GlanceRelease.duties.freeze.words import why_text
from GlanceRelease.rehearsal.facts_then import as_released
from kit.glance_facts import at, with_file, world

FILE = deliverable_of("hibiscus", "glance")
OTHERS = (Released("glance-store", "5.5.0", at("2026-04-30T10:00:00"), (), "hibiscus"),)


def finished() -> Snapshot:
    """Hibiscus' glance with all that it will have."""
    versions = ("33.0.0.0b2", "33.0.0.0rc1", "33.0.0")
    return with_file(world(), "hibiscus", "glance", *versions, branch="stable/2026.2")


@pytest.mark.parametrize(
    ("now", "state", "why"),
    [
        ("2026-07-15T00:00:00", "open", "development of 2026.2 Hibiscus"),
        ("2026-09-14T12:00:00", "release-critical", "the days of its releases are not known"),
        ("2026-09-28T12:00:00", "final-rc", "the days of its releases are not known"),
    ],
)
def test_a_deliverable_without_rows_has_not_released_before_its_time(
    now: str, state: str, why: str
) -> None:
    moment = Moment(as_released(finished(), OTHERS, at(now)), at(now))
    row = select(moment, "glance master")[0]
    told = why_text(moment, row)
    assert (str(row.state), why in told) == (state, True), told


def test_rows_of_another_series_are_none() -> None:
    rows = (Released("glance", "32.0.0", at("2026-04-01T10:00:00"), (), "gazpacho"),)
    now = at("2026-09-14T12:00:00")
    assert as_released(finished(), rows, now)[FILE] == finished()[FILE]


def test_before_milestone_3_a_file_without_rows_has_no_candidate() -> None:
    file = as_released(finished(), OTHERS, at("2026-07-15T00:00:00"))[FILE].value
    assert file is not None
    assert ([one.version for one in file.releases], file.branches) == (["33.0.0.0b2"], ())
