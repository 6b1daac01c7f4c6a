"""Fixes that are on master and not on a stable branch, and what merged on one since its release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..model import Release, Series
from ..moment import Moment
from ..people.note import Note
from ..releases.merged_changes import Sort, sort_of
from ..releases.newest import newest_in
from ..snapshot import deliverable_of
from .branches import BranchHistory, Cut, covers, cuts_of, history_of, maintained, master_of
from .fixes import FixChange, FixChanges
from .standing import backport_of, is_there

KIND = "backport"


class BackportState(StrEnum):
    """How far a fix is on a branch."""

    NONE = "none"
    PROPOSED = "proposed"
    CONFLICT = "conflict"
    MERGED = "merged"
    REFUSED = "refused"


OPEN = (BackportState.NONE, BackportState.CONFLICT, BackportState.PROPOSED)


@dataclass(frozen=True)
class Backport:
    """A fix of master on a branch: `change` is its cherry-pick there, where there is one; `by` and
    `why` who refused it and for what; `is_critical` that a bug of the list needs it; `doubtful`
    that nobody tells whether it merged before the branch was cut."""

    fix: FixChange
    branch: str
    state: BackportState
    change: FixChange | None = None
    by: str = ""
    why: str = ""
    is_critical: bool = False
    doubtful: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """The order in which they matter: of bugs of the list, of those that close a bug, of those
        whose cherry-pick is open or abandoned, then of release notes alone; the oldest first."""
        order = 0 if self.is_critical else 2 if self.change else 1 if self.fix.bugs else 3
        return order, self.fix.change.number


def branches_with_fixes(moment: Moment, current: Series | None) -> tuple[Series, ...]:
    """The series whose stable branches take fixes: of the one in development, where it is cut, then
    the released ones, oldest last."""
    first = (current,) if current is not None and cuts_of(moment, current) else ()
    return tuple(dict.fromkeys((*first, *maintained(moment))))


def backports(
    moment: Moment, fixes: FixChanges, series: Series, critical: Collection[int], newest: bool
) -> tuple[Backport, ...]:
    """The fixes of master that may be wanted on the series' branch, in the order in which they
    matter. For the `newest` branch all that merged since it was cut and close a bug, or whose
    release note tells of a fix; for an older one those that somebody wanted there or on a newer
    one, by a cherry-pick."""
    found: list[Backport] = []
    for repository, cut in cuts_of(moment, series).items():
        target, master = history_of(moment, fixes, cut), master_of(fixes, repository)
        here = [each for each in fixes.changes if each.change.project == repository]
        old = {each.change.number for each in target.held if each.change.branch == "master"}
        old -= {each.change.number for each in target.taken_back}
        for fix in master.live:
            is_critical = bool(fix.bugs & set(critical))
            if fix.change.number in old or fix.reverts or not (fix.bugs or fix.has_fix_note):
                continue
            if newest or is_critical or _is_wanted(fix, here):
                found.append(_backport(moment, fix, target, master, here, is_critical))
    return tuple(sorted(found, key=lambda each: each.rank))


def _is_wanted(fix: FixChange, here: Iterable[FixChange]) -> bool:
    """Whether a cherry-pick of it was proposed for any stable branch."""
    return bool(fix.change_id) and any(
        each.change_id == fix.change_id and each.change.branch.startswith("stable/")
        for each in here
    )


def _backport(
    moment: Moment,
    fix: FixChange,
    target: BranchHistory,
    master: BranchHistory,
    here: list[FixChange],
    is_critical: bool,
) -> Backport:
    there = [e for e in target.live if e.change_id == fix.change_id or e.bugs & fix.bugs]
    doubtful = fix in target.doubtful
    branch = target.branch
    if is_there(fix, there, master):
        merged = next((e for e in there if e.change_id == fix.change_id), there[0])
        return Backport(fix, branch, BackportState.MERGED, merged, is_critical=is_critical)
    change = backport_of(fix, here, branch)
    if change is not None and change.change.status == "NEW":
        state = BackportState.CONFLICT if change.conflict else BackportState.PROPOSED
        return Backport(fix, branch, state, change, is_critical=is_critical, doubtful=doubtful)
    told = refusal_of(moment.notes, branch, fix)
    if told is not None:
        why = (told.body or {}).get("why", "")
        return Backport(fix, branch, BackportState.REFUSED, change, told.who, why, is_critical)
    if change is not None:
        by, why = change.abandoned_by, change.why
        return Backport(fix, branch, BackportState.REFUSED, change, by, why, is_critical)
    state = BackportState.NONE
    return Backport(fix, branch, state, is_critical=is_critical, doubtful=doubtful)


def refusal_of(notes: Iterable[Note], branch: str, fix: FixChange) -> Note | None:
    """What somebody told: that this fix, by its number or its bug's, is not wanted there."""
    numbers = {fix.change.number, *fix.bugs}
    mine = {f"{branch}#{number}" for number in numbers}
    return next((n for n in notes if n.kind == KIND and n.body and n.subject in mine), None)


def refusal_note(branch: str, number: int, why: str, who: str, now: dt.datetime) -> Note:
    """What is kept of a refusal."""
    return Note(KIND, f"{branch}#{number}", {"why": why}, who, now)


@dataclass(frozen=True)
class SinceRelease:
    """What merged on a deliverable's stable branch since `version`, its newest release, and is more
    than the bot's own and CI; `candidates` are those that it had."""

    deliverable: str
    branch: str
    version: str
    changes: tuple[FixChange, ...]
    candidates: int = 0


def since_releases(moment: Moment, fixes: FixChanges, series: Series) -> Iterator[SinceRelease]:
    """By deliverable what a new candidate or a point release would bring; nothing of what can't be
    told."""
    cuts = cuts_of(moment, series)
    for name in moment.team.deliverables:
        file = moment[deliverable_of(series.name, name)].value
        newest = newest_in(file) if file else None
        if file is None or newest is None:
            continue
        changes = tuple(_since(moment, fixes, cuts, newest))
        if changes:
            branch = cuts[changes[0].change.project].branch
            candidates = sum("rc" in release.version for release in file.releases)
            yield SinceRelease(name, branch, newest.version, changes, candidates)


def _since(
    moment: Moment, fixes: FixChanges, cuts: Mapping[str, Cut], newest: Release
) -> Iterator[FixChange]:
    for repository, sha in newest.hashes:
        cut = cuts.get(repository)
        for each in fixes.changes if cut else ():
            change = each.change
            is_here = cut and (change.project, change.branch) == (repository, cut.branch)
            if not is_here or change.status != "MERGED" or sort_of(change) is Sort.CI:
                continue
            if moment.snapshot.accounts.is_release_bot(change.owned_by):
                continue
            if covers(moment, fixes, repository, sha, change) is False:
                yield each
