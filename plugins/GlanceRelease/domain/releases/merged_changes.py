"""What a merged change was, by its files and footers: a feature, a fix, a requirement, CI."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..messages.counts import plural
from .proposal import Change


class Sort(StrEnum):
    """What a merged change is; of several that fit, the first counts."""

    FEATURE = "feature"
    RAISE = "requirement raise"
    REQUIREMENT = "requirement change"
    FIX = "fix"
    CI = "CI only"
    OTHER = "other"


_FEATURE = re.compile(
    r"^(?:sem-ver:\s*(?:feature|api-break)|(?:partial-)?implements:?\s+(?:bp|blueprint)\b"
    r"|(?:partial-)?implements:\s*\S)",
    re.IGNORECASE | re.MULTILINE,
)
_FIX = re.compile(r"^(?:closes|partial)-bug\b", re.IGNORECASE | re.MULTILINE)
_CI = re.compile(
    r"(?:\.zuul(?:\.d/.*|\.yaml)|zuul\.d/.*|playbooks/.*|roles/.*|tox\.ini|\.gitreview|\.gitignore"
    r"|\.pre-commit-config\.yaml|\.coveragerc|\.stestr\.conf|test-requirements\.txt|bindep\.txt"
    r"|doc/.*|[a-z_]+/tests/.*|api-ref/.*|tools/.*|HACKING\.rst|\.mailmap)"
)
_OF_FIXES = {"fixes", "security", "critical"}
REQUIREMENTS = "requirements.txt"
NOTES = "releasenotes/notes/"
MAGIC = ("/COMMIT_MSG", "/MERGE_LIST")


def paths(change: Change) -> tuple[str, ...]:
    """The change's files without Gerrit's magic ones."""
    return tuple(path for path in change.files if path not in MAGIC)


def sort_of(change: Change) -> Sort:
    """The sort by the strongest sign: files of CI, tests and documentation alone are CI only; then
    a footer or a release note of a feature, a raised minimum in the requirements file, a footer or
    a note of a fixed bug.
    An edit of the requirements file that nobody looked into is a "requirement change"."""
    files = paths(change)
    if files and all(_CI.fullmatch(path) for path in files):
        return Sort.CI
    sections = set(change.sections or ())
    if _FEATURE.search(change.message) or "features" in sections:
        return Sort.FEATURE
    if REQUIREMENTS in files and change.raises != ():
        return Sort.RAISE if change.raises else Sort.REQUIREMENT
    if _FIX.search(change.message) or sections & _OF_FIXES:
        return Sort.FIX
    return Sort.OTHER


def noted(change: Change) -> bool:
    """Whether it touches a release note."""
    return any(path.startswith(NOTES) for path in change.files)


def lacks_note(change: Change) -> bool:
    """Whether a feature or a fixed bug came without a release note."""
    return sort_of(change) in (Sort.FEATURE, Sort.FIX) and not noted(change)


@dataclass(frozen=True)
class Tally:
    """Merged changes, newest first, to be counted by sort; `cut_short` tells that there are more
    than were read."""

    changes: tuple[Change, ...]
    cut_short: bool = False

    @classmethod
    def of(cls, changes: Iterable[Change], cut_short: bool = False) -> Tally:
        """The tally of these changes, newest first."""
        ordered = tuple(sorted(changes, key=lambda c: c.number, reverse=True))
        return cls(ordered, cut_short)

    @property
    def count(self) -> str:
        """ "1 change", "7 changes", "at least 2,000 changes"."""
        return f"{self.number} {plural(len(self.changes), 'change')}"

    @property
    def number(self) -> str:
        """ "7", "at least 2,000"."""
        number = f"{len(self.changes):,}"
        return f"at least {number}" if self.cut_short else number

    def of_sort(self, sort: Sort) -> tuple[Change, ...]:
        """The merged changes of one sort, newest first."""
        return tuple(change for change in self.changes if sort_of(change) is sort)

    @property
    def worth_releasing(self) -> bool:
        """Whether anything besides CI, tests and documentation merged."""
        return any(sort_of(change) is not Sort.CI for change in self.changes)
