"""What should have merged after RC1 and after the final release, and has not."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...domain.calendar.cycle import release_day
from ...domain.calendar.team_calendar import schedules_in
from ...domain.freshness import age_words
from ...domain.gerrit_scope import changes_of, follow_ups_of, near_series
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.releases.branch_follow_ups import bots_changes
from ...domain.releases.missing_branches import MissingBranch, missing_branches
from ...domain.releases.proposal import Change, Proposal, constant_of
from ...domain.releases.series_release import is_late, out_day
from ...domain.snapshot import SERIES, Snapshot
from ...domain.team import Constant
from .words import after_release as words

ASSUMED = "assumed: a rehearsal has not read it"
_SERIES = re.compile(r"(\d{4})_(\d)")


@dataclass(frozen=True)
class Chore(ABC):
    """Something that should have merged: since when it is open, its open changes, and why it may
    not be true any more."""

    since: dt.date
    changes: tuple[Change, ...]
    doubt: str = field(default="", kw_only=True)

    @property
    @abstractmethod
    def key(self) -> str:
        """What it is about, as it stands in the ledger."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What is open."""

    @property
    @abstractmethod
    def brief(self) -> str:
        """The same in few words, for a report."""

    @property
    def after(self) -> str:
        """After what it is open for so many days, where that is to be said."""
        return ""


@dataclass(frozen=True)
class BranchChore(Chore):
    """The release bot's changes for a branch that was cut, which have not merged; it is open too
    where one was abandoned, and nothing merged in its place."""

    branch: str

    @property
    def key(self) -> str:
        """What it is about, as it stands in the ledger."""
        return f"branch/{self.branch.rpartition('/')[2]}"

    @property
    def abandoned(self) -> int:
        """How many of them were abandoned."""
        return sum(change.status == "ABANDONED" for change in self.changes)

    @property
    def words(self) -> str:
        """What is open."""
        return words.branch_words(self)

    @property
    def brief(self) -> str:
        """The same in few words, for a report."""
        return words.branch_in_brief(self)


@dataclass(frozen=True)
class ConstantChore(Chore):
    """The constant that has `value`, and should be what is `expected`."""

    constant: Constant
    value: str
    expected: str

    @property
    def key(self) -> str:
        """What it is about, as it stands in the ledger."""
        return f"constant/{self.expected}"

    @property
    def is_old(self) -> bool:
        """Whether it names an earlier series."""
        return names_later(self.expected, self.value)

    @property
    def words(self) -> str:
        """What is open."""
        return words.constant_words(self)

    @property
    def brief(self) -> str:
        """The same in few words, for a report."""
        return words.constant_in_brief(self)


@dataclass(frozen=True)
class MissingBranchChore(Chore):
    """A stable branch that files lack after the release, and the open proposals that add it."""

    missing: MissingBranch

    @property
    def key(self) -> str:
        """What it is about, as it stands in the ledger."""
        return f"missing/{self.missing.name}"

    @property
    def words(self) -> str:
        """What is open."""
        return words.missing_words(self.missing)

    @property
    def brief(self) -> str:
        """The same in few words, for a report."""
        return words.missing_words(self.missing)

    @property
    def after(self) -> str:
        """After what it is open for so many days."""
        return "after the release"


def chores(moment: Moment) -> Iterator[Chore]:
    """What is still open; what is not known is no chore, and is told by `sources`."""
    yield from _missing_branch_chores(moment)
    yield from _branch_chores(moment.snapshot)
    yield from _constant_chore(moment)


def _missing_branch_chores(moment: Moment) -> Iterator[Chore]:
    """Each stable branch that files lack, with the open proposals that would add it."""
    known = changes_of(moment.snapshot)
    for missing in missing_branches(moment):
        adding = tuple(
            proposal.change
            for proposal in (known.proposals if known else ())
            if proposal.change.status == "NEW" and _adds(proposal, missing)
        )
        yield MissingBranchChore(missing.since, adding, missing)


def _adds(proposal: Proposal, missing: MissingBranch) -> bool:
    files = (row.after.deliverable for row in proposal.files if row.after)
    return any(
        file.series == missing.series and any(b.name == missing.name for b in file.branches)
        for file in files
        if file is not None
    )


def _branch_chores(snapshot: Snapshot) -> Iterator[Chore]:
    """The release bot's changes that have not merged, by the branch for which they were made."""
    merged = {_place(c) for c in follow_ups_of(snapshot) or () if c.status == "MERGED"}
    for branch, changes in bots_changes(snapshot).items():
        left = [c for c in changes if c.status != "MERGED" and _place(c) not in merged]
        days = [change.created.date() for change in left if change.created]
        if days:
            left.sort(key=lambda change: change.status != "NEW")
            yield BranchChore(min(days), tuple(left), branch)


def _place(change: Change) -> tuple[str, str, str]:
    """What a change does where, by which another one takes its place."""
    return change.project, change.branch, change.subject


def _constant_chore(moment: Moment) -> Iterator[Chore]:
    """The constant names the series in development from the day after a final release on (glance,
    contributor guide, release-cpl.rst: "immediately")."""
    constant = moment.team.proposals.constant
    fact = moment[constant_of(moment.team.name)]
    value = fact.value
    series = near_series(moment)
    if constant is None or value is None or len(series) < 2:
        return
    current, previous = series
    expected = value_naming(current)
    released = _released(moment, previous)
    if released is None or value == expected or names_later(value, expected):
        return
    open_changes = tuple(
        change
        for change in changes_to_constant(moment.snapshot, constant)
        if change.status == "NEW"
    )
    doubt = ASSUMED if fact.problem == ASSUMED else ""
    if fact.problem and not doubt:
        doubt = age_words(fact, moment.now)
    yield ConstantChore(released, open_changes, constant, value, expected, doubt=doubt)


def _released(moment: Moment, series: Series) -> dt.date | None:
    """The day on which the series came out, by its tags before the calendar; None where it has no
    final version."""
    if any(is_late(moment, series, name) for name in moment.team.deliverables):
        return None
    known = moment[SERIES].value or ()
    planned = release_day(series.name, schedules_in(moment.snapshot), known)
    return out_day(moment, replace(series, initial_release=planned))


def names_later(one: str, other: str) -> bool:
    """Whether one value names a later series than the other: "2027_1" than "2026_2"; a value of
    another form is neither."""
    matches = [_SERIES.fullmatch(value) for value in (one, other)]
    if not all(matches):
        return False
    first, second = (tuple(map(int, match.groups())) for match in matches if match)
    return first > second


def changes_to_constant(snapshot: Snapshot, constant: Constant) -> Iterator[Change]:
    for change in follow_ups_of(snapshot) or ():
        if change.project == constant.repository and constant.path in change.files:
            yield change


def value_naming(series: Series) -> str:
    return series.branch_id.replace(".", "_")
