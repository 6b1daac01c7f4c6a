"""What is to merge after a release, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ....domain.messages.clauses import Call, Clause, Phrase, Span, calling, clause, remark
from ....domain.messages.counts import counted, few
from ....domain.messages.doc import Doc, doc, line
from ....domain.releases.missing_branches import MissingBranch
from ....domain.releases.proposal import Change
from ....domain.team import Member
from .proposals import link_to, short

if TYPE_CHECKING:  # a chore knows its words
    from ..chores import BranchChore, Chore, ConstantChore

_FILES = 4  # named of those that lack a branch
_LINKED = 3  # of a chore's open changes
_LINKS, _DOUBT = 1, 2


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


def chore_doc(chore: Chore, named: Iterable[Member], days: int, gerrit_known: bool) -> Doc:
    """A chore with its age and its open changes; that there is none only where Gerrit told so."""
    calls = calling(Call(short(person.nick, 20), person.name) for person in named)
    age: tuple[Phrase, ...] = (f" ({counted(days, 'day')}", ")")
    if chore.after:
        age = (f" {counted(days, 'day')} {chore.after}",)
    elif chore.doubt:
        age = (age[0], remark(f"; {chore.doubt}", weight=_DOUBT), age[1])
    head = (*calls, chore.words, *age)
    if chore.changes:
        return doc(line(*head, _links(chore.changes)), brief=head)
    return doc(line(*head, "; no change for it is open" if gerrit_known else ""), brief=head)


def _links(changes: Sequence[Change]) -> Clause:
    """The first changes, fewer where there is no room, and how many more there are."""

    def form(count: int) -> tuple[Span, ...]:
        spans: list[Span] = [": "]
        for change in changes[:count]:
            spans += [link_to(change), " "]
        left_out = len(changes) - count
        return (*spans, f"and {left_out} more") if left_out else tuple(spans[:-1])

    longest, *shorter = map(form, range(min(_LINKED, len(changes)), 0, -1))
    return clause(*longest, weight=_LINKS, shorter=shorter)
