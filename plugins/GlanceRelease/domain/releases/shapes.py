"""The shape of a deliverable (type, model, repositories), its final version, and its plain name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from ..calendar.team_calendar import Calendar
from ..memo_by_id import Same
from ..model import Branch, Deliverable, Release, Series
from ..snapshot import SERIES, Snapshot, deliverable_of


def shape_of(
    snapshot: Snapshot, calendar: Calendar | None, name: str, series: Series | None = None
) -> Deliverable | None:
    """The deliverable's type and model: from this series' file, else from the nearest one."""
    for near in _nearest(snapshot, calendar, series):
        file = snapshot[deliverable_of(near.name, name)].value
        if file is not None:
            return file
    return None


def _nearest(
    snapshot: Snapshot, calendar: Calendar | None, series: Series | None
) -> Iterator[Series]:
    if series is not None:
        yield series
    if calendar is not None:
        yield from filter(None, (calendar.series, calendar.before, calendar.after))
    yield from snapshot[SERIES].value or ()


def is_elsewhere(snapshot: Snapshot, calendar: Calendar, name: str) -> bool:
    """Whether no series' file tells of the deliverable, where this one's was looked for: a name
    that is misspelled, or one that is released independently of the series."""
    fact = snapshot[deliverable_of(calendar.series.name, name)]
    return fact.known and shape_of(snapshot, calendar, name) is None


def repository_of(shape: Deliverable) -> str:
    """The name that people say: the repository's where there is one, the deliverable's where it
    has several or none."""
    alone = len(shape.repositories) == 1
    return shape.repositories[0].split("/")[-1] if alone else shape.name


def plain_name(name: str) -> str:
    """A deliverable's or repository's name in one form: "openstack/glance_store" and "oslo.db"
    too, which people type with a dash."""
    return re.sub(r"[ ._]", "-", name.lower().removeprefix("openstack/")).strip("-")


def final_of(releases: tuple[Release, ...]) -> Release | None:
    """The first release that is no pre-release: the series' final one."""
    return _final_of(Same(releases))


@lru_cache(maxsize=2048)  # every answer about releases asks it of each file of the team's
def _final_of(releases: Same[tuple[Release, ...]]) -> Release | None:
    for release in releases.value:
        try:
            if not Version(release.version).is_prerelease:
                return release
        except InvalidVersion:
            continue
    return None


def stable_name(series: Series) -> str:
    """The name that the series' branch has until its EOM."""
    return f"stable/{series.branch_id}"


def cut_of(file: Deliverable | None) -> Branch | None:
    """The first stable branch that is in the file for sure; None where none is."""
    branches = (each for each in (file.branches if file else ()) if not each.may_be_later)
    return next((each for each in branches if each.name.startswith("stable/")), None)


def cut_in(file: Deliverable | None, series: Series) -> Branch | None:
    """The series' stable branch in the file; None where it is not in it."""
    name = stable_name(series)
    return next((each for each in (file.branches if file else ()) if each.name == name), None)
