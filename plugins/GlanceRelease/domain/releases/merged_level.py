"""Which number merged changes ask for: that of features, or of fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .merged_changes import Sort, Tally, noted
from .proposal import Change
from .version import Version

NOTABLE = frozenset({"features", "upgrade", "deprecations", "critical", "security"})


@dataclass(frozen=True)
class Level:
    """What merged, as a number tells it: the `features`, the changes that raise a requirement
    (`raises`), those whose notes tell users of more than a fix (`notable`: security, upgrade);
    `unread` tells that notes or requirements of some were not looked into, so that there may be
    more."""

    features: tuple[Change, ...]
    raises: tuple[Change, ...]
    notable: tuple[Change, ...]
    unread: bool

    @property
    def is_more_than_fixes(self) -> bool:
        """Whether anything justifies a number for features."""
        return bool(self.features or self.raises or self.notable)


def level_of(merged: Sequence[Change]) -> Level:
    """The level of these changes, by their footers, release notes and requirements."""
    tally = Tally.of(merged)
    unread = bool(tally.of_sort(Sort.REQUIREMENT)) or any(
        change.sections is None and noted(change) for change in merged
    )
    notable = tuple(change for change in merged if set(change.sections or ()) & NOTABLE)
    return Level(tally.of_sort(Sort.FEATURE), tally.of_sort(Sort.RAISE), notable, unread)


def next_feature(version: Version) -> Version:
    """The number of a release with features after this one."""
    return Version(version.major, version.minor + 1, 0)


def next_fix(version: Version) -> Version:
    """The number of a release with nothing but fixes after this one."""
    return Version(version.major, version.minor, version.patch + 1)
