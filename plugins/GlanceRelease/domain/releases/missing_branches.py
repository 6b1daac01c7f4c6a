"""The branches that files lack after a release, and those of which Gerrit is asked therefore."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ..calendar.binding_deadlines import has_branches, trails
from ..calendar.branch_phases import phase_at
from ..gerrit_scope import near_series
from ..model import Deliverable, Series
from ..moment import Moment
from ..snapshot import SERIES, deliverable_of
from .freeze_reasons import Fact
from .series_branch import Standing, branch_of
from .series_release import is_out, out_day
from .shapes import repository_of, stable_name


@dataclass(frozen=True)
class MissingBranch:
    """A branch that the files of these repositories lack since the day of the release, though one
    may be pending in it."""

    series: str
    name: str
    repositories: tuple[str, ...]
    since: dt.date


def missing_branches(moment: Moment) -> Iterator[MissingBranch]:
    """The stable branches of the series in development, of the one before it, and of those that
    are maintained, that files lack after the release, by series; one that Gerrit has is not
    missing."""
    for series in _series(moment):
        lacking = tuple(
            repository_of(file)
            for file in _lacking(moment, series)
            if (branch := branch_of(moment, series, file.name)).standing is Standing.PLANNED
            and branch.seen.fact is Fact.NOT_IN_FILE
        )
        if lacking and (day := out_day(moment, series)) is not None:
            yield MissingBranch(series.name, stable_name(series), lacking, day)


def branches_in_doubt(moment: Moment) -> Iterator[tuple[str, str]]:
    """The (repository, branch) pairs that no file has after the release, or after RC1's tag:
    whether Gerrit has them decides whether they are missing."""
    for series in _series(moment):
        for file in _lacking(moment, series):
            for repository in file.repositories:
                yield repository, stable_name(series)


def _series(moment: Moment) -> Iterator[Series]:
    """Those whose branches should be there, the newest first."""
    near = near_series(moment)
    yield from near
    for series in moment[SERIES].value or ():
        plan = phase_at(series, moment.now)
        if series not in near and plan is not None and plan.status == "stable":
            yield series


def _lacking(moment: Moment, series: Series) -> list[Deliverable]:
    """The files without their series' branch, though its day is past."""
    without = list(_without_branch(moment, series))
    if not without:
        return []
    day = out_day(moment, series)
    is_past = day is not None and moment.today > day and is_out(moment, series) is not False
    return [
        file
        for file in without
        if is_past or any("rc" in release.version for release in file.releases)
    ]


def _without_branch(moment: Moment, series: Series) -> Iterator[Deliverable]:
    """The files that were read and have no branch of their series, where one is cut of it."""
    name = stable_name(series)
    for each in moment.team.deliverables:
        fact = moment[deliverable_of(series.name, each)]
        file = fact.value
        if file is None or fact.origin == "bundled" or not has_branches(file) or trails(file):
            continue
        if all(branch.name != name for branch in (*file.branches, *file.pending_branches)):
            yield file
