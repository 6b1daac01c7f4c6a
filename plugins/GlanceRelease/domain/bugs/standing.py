"""Where a bug's fix stands: nothing yet, in review, on master, on the branch, released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from ..model import Series
from ..moment import Moment
from ..snapshot import deliverable_of
from .branches import BranchHistory, Cut, covers, cuts_of, history_of, master_of
from .fixes import FixChange, FixChanges, fixes_of
from .listed import ListedBug


class Stage(IntEnum):
    """How far a fix is, the least first."""

    UNKNOWN = 0
    NOTHING = 1
    IN_REVIEW = 2
    ON_MASTER = 3
    FIXED = 4
    RELEASED = 5


@dataclass(frozen=True)
class FixStanding:
    """Where it stands on the branch from which its series is released: `branch` is that.

    `change` is the one that tells it; `backport` of one on master that is open, or was abandoned,
    on the branch. `version` holds it. `reverted` says that a fix was taken back, `doubtful` that
    nobody tells whether it merged before the branch was cut. Without `change` Launchpad alone says
    that it is fixed.
    """

    stage: Stage
    branch: str = "master"
    change: FixChange | None = None
    backport: FixChange | None = None
    version: str = ""
    reverted: bool = False
    doubtful: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it holds the release no more."""
        return self.stage >= Stage.FIXED


def standings(moment: Moment, bugs: Sequence[ListedBug], series: Series) -> dict[int, FixStanding]:
    """Where the fix of each bug stands, by number."""
    fixes = fixes_of(moment.snapshot)
    if fixes is None:
        return {bug.number: FixStanding(Stage.UNKNOWN) for bug in bugs}
    ground = _Ground(moment, fixes, series, cuts_of(moment, series))
    return {bug.number: _standing(ground, bug) for bug in bugs}


@dataclass(frozen=True)
class _Ground:
    """What all bugs of a series stand on; each repository's histories are worked out once."""

    moment: Moment
    fixes: FixChanges
    series: Series
    cuts: Mapping[str, Cut]

    @cached_property
    def by_bug(self) -> Mapping[int, list[FixChange]]:
        """The changes that close each bug."""
        found: dict[int, list[FixChange]] = {}
        for each in self.fixes.changes:
            for number in each.bugs:
                found.setdefault(number, []).append(each)
        return found

    @cached_property
    def _histories(self) -> dict[str, tuple[BranchHistory, BranchHistory]]:
        return {}

    def histories(self, repository: str) -> tuple[BranchHistory, BranchHistory]:
        """Of master, and of the branch from which the series is released."""
        if repository not in self._histories:
            master, cut = master_of(self.fixes, repository), self.cuts.get(repository)
            target = history_of(self.moment, self.fixes, cut) if cut else master
            self._histories[repository] = master, target
        return self._histories[repository]


def _standing(ground: _Ground, bug: ListedBug) -> FixStanding:
    changes = ground.by_bug.get(bug.number, [])
    repositories = dict.fromkeys(each.change.project for each in changes)
    told = [_in_repository(ground, bug, repository) for repository in repositories]
    told = [each for each in told if each.stage is not Stage.NOTHING or each.reverted]
    if told:
        return min(told, key=lambda each: each.stage)
    if bug.is_fixed:
        return _by_launchpad(bug, ground.cuts)
    return FixStanding(Stage.NOTHING if bug.number in ground.fixes.numbers else Stage.UNKNOWN)


def _by_launchpad(bug: ListedBug, cuts: Mapping[str, Cut]) -> FixStanding:
    """Launchpad says that it is fixed on master, and no change says that it closes it."""
    closed = bug.task.closed if bug.task else None
    project = bug.task.project if bug.task else ""
    mine = [cut for cut in cuts.values() if _is_of(cut, project)]
    late = [cut for cut in mine if cut.at is None or closed is None or closed > cut.at]
    if not late:
        return FixStanding(Stage.FIXED)
    return FixStanding(Stage.ON_MASTER, late[0].branch)


def _is_of(cut: Cut, project: str) -> bool:
    return cut.repository.rpartition("/")[2].replace("_", "-") == project.replace("_", "-")


def _in_repository(ground: _Ground, bug: ListedBug, repository: str) -> FixStanding:
    moment, fixes, series = ground.moment, ground.fixes, ground.series
    master, target = ground.histories(repository)
    here = [each for each in fixes.changes if each.change.project == repository]
    of_master = [each for each in master.live if bug.number in each.bugs]
    ids = {each.change_id for each in of_master if each.change_id}
    there = [each for each in target.live if bug.number in each.bugs or each.change_id in ids]
    missing = [each for each in of_master if not is_there(each, there, master)]
    waiting = [e for e in here if e.change.status == "NEW" and bug.number in e.bugs]
    if missing:
        each = missing[0]
        return FixStanding(
            Stage.ON_MASTER,
            target.branch,
            each,
            backport_of(each, here, target.branch),
            doubtful=each in target.doubtful,
        )
    on_way = [e for e in waiting if e.change.branch in ("master", target.branch)]
    if on_way and not bug.is_fixed:
        return FixStanding(Stage.IN_REVIEW, target.branch, on_way[0])
    if there:
        version = _version(moment, fixes, series, repository, there)
        stage = Stage.RELEASED if version else Stage.FIXED
        return FixStanding(stage, target.branch, there[-1], version=version)
    taken = next((each for each in target.taken_back if bug.number in each.bugs), None)
    return FixStanding(Stage.NOTHING, target.branch, taken, reverted=taken is not None)


def is_there(fix: FixChange, there: Sequence[FixChange], master: BranchHistory) -> bool:
    """Whether a fix of master is among what a branch holds: itself, by its Change-Id, or, since a
    backport keeps the one or the other, by its bug where the Change-Id is nobody else's."""
    ids = {each.change_id for each in master.held if each.change_id}
    return any(
        each.change.number == fix.change.number
        or (each.change_id and each.change_id == fix.change_id)
        or (each.change_id not in ids and bool(each.bugs & fix.bugs))
        for each in there
    )


def backport_of(fix: FixChange, changes: Sequence[FixChange], branch: str) -> FixChange | None:
    """The change that proposes a fix for the branch: an open one before one that was abandoned."""
    theirs = [
        each
        for each in changes
        if each.change.branch == branch
        and each.change.status != "MERGED"
        and ((each.change_id and each.change_id == fix.change_id) or each.bugs & fix.bugs)
    ]
    theirs.sort(key=lambda each: (each.change.status != "NEW", -each.change.number))
    return theirs[0] if theirs else None


def _version(
    moment: Moment,
    fixes: FixChanges,
    series: Series,
    repository: str,
    there: Sequence[FixChange],
) -> str:
    """The first version of the series that holds all of the fix; empty where none does."""
    for name in moment.team.deliverables:
        file = moment[deliverable_of(series.name, name)].value
        for release in file.releases if file else ():
            sha = dict(release.hashes).get(repository)
            if sha and all(covers(moment, fixes, repository, sha, e.change) for e in there):
                return release.version
    return ""
