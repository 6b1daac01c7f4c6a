"""What is to merge after a release, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....domain.messages.counts import few
from ....domain.releases.missing_branches import MissingBranch
from .proposals import short

if TYPE_CHECKING:  # a chore knows its words
    from ..chores import BranchChore, ConstantChore

_FILES = 4  # named of those that lack a branch


def branch_words(chore: BranchChore) -> str:
    """What of the release bot's is open for a branch."""
    count, branch = len(chore.changes), short(chore.branch, 40)
    changes, are = ("change", "is") if count == 1 else ("changes", "are")
    head = f"the release bot's {changes} for {branch}"
    if chore.abandoned == count:
        return f"{head} {'was' if count == 1 else 'were'} abandoned, not merged"
    aside = f" ({chore.abandoned} abandoned)" if chore.abandoned else ""
    return f"{head} {are} not merged yet{aside}"


def branch_in_brief(chore: BranchChore) -> str:
    """The same in few words."""
    return f"{short(chore.branch, 40)}: {len(chore.changes)} of the release bot's not merged"


def constant_words(chore: ConstantChore) -> str:
    """What the constant names, and what it should."""
    constant, still = chore.constant, "still " if chore.is_old else ""
    return (
        f"{constant.name} in {constant.path} is {still}{short(chore.value, 20)}, not"
        f" {chore.expected}"
    )


def constant_in_brief(chore: ConstantChore) -> str:
    """The same in few words."""
    return f"{chore.constant.name} {'still' if chore.is_old else 'is'} {short(chore.value, 20)}"


def missing_words(missing: MissingBranch) -> str:
    """ "stable/2026.2: not in glance_store's file"."""
    return f"{missing.name}: {not_in_files(missing.repositories)}"


def not_in_files(repositories: Sequence[str]) -> str:
    """ "not in glance_store's file", "not in the files of glance, glance_store"."""
    if len(repositories) == 1:
        return f"not in {repositories[0]}'s file"
    return f"not in the files of {few(repositories, _FILES)}"
