"""What merged since a release, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ....domain.messages.clauses import Clause, clause, listing, remark
from ....domain.messages.counts import and_more, counted
from ....domain.messages.doc import Line, line
from ....domain.releases.merged_changes import Sort, Tally, sort_of
from ....domain.releases.proposal import Change
from .proposals import link_to, short

if TYPE_CHECKING:
    from ..merged_since import Unreleased

_RAISED = 1
_NAMED = 3  # of raised minimums
NO_RELEASE = "no release of this cycle or the last is known"
NO_DAY = "Gerrit has not told the last release's day yet"
_PLURALS = {
    Sort.FEATURE: "features", Sort.RAISE: "requirement raises",
    Sort.REQUIREMENT: "requirement changes", Sort.FIX: "fixes",
    Sort.CI: "CI, tests and docs only", Sort.OTHER: "other",
}  # fmt: skip


def unreleased_line(
    told: Sequence[Unreleased], unknown: Mapping[str, Sequence[str]], age: str
) -> Line:
    """Each deliverable's changes, and of which they are not known, by the reason."""
    parts: list[str | Clause] = [_of_one(left) for left in told]
    parts += [f"{', '.join(alike)}: not known ({why})" for why, alike in unknown.items()]
    end = f" {age}." if age else "."
    return line(listing(parts, between="; ", at_break="."), end, most=len(parts))


def _of_one(left: Unreleased) -> Clause:
    """What merged, and which minimums of requirements that raised."""
    head = f"{left.deliverable} since {left.version}: {tally_words(left.tally)}"
    raised = list(dict.fromkeys(each for c in left.tally.changes for each in c.raises or ()))
    if not raised:
        return clause(head)
    more = and_more(len(raised) - _NAMED)
    named = ", ".join(short(each, 60) for each in raised[:_NAMED])
    count = f" ({counted(len(raised), 'minimum')} raised)"
    return clause(
        head, f" (raised: {named}{more})", weight=_RAISED, shorter=[(head, count), (head,)]
    )


def away(upstream: str, problem: str) -> str:
    """Why nothing is known where an upstream gives no answer."""
    return f"{upstream}: {short(problem, 80)}"


def not_counted(version: str) -> str:
    """Why nothing is known right after a release."""
    return f"Gerrit has not counted since {short(version, 40)} yet"


def change_line(change: Change) -> Line:
    """A change with its sort and what it raised."""
    raised = f" ({', '.join(map(short, change.raises))})" if change.raises else ""
    head = f"{sort_of(change)}: {short(change.subject, 120)}"
    return line(head, *([remark(raised, weight=_RAISED)] if raised else ()), " ", link_to(change))


def with_more(first: Line, count: int) -> Line:
    """The first line, and how many more there are."""
    return replace(first, phrases=(*first.phrases, and_more(count))) if count else first


def tally_words(tally: Tally) -> str:
    """ "12 changes merged: 2 features, 4 fixes, 6 CI, tests and docs only"."""
    if not tally.changes:
        return "nothing merged: nothing to release"
    counts = [
        counted(len(merged), sort, _PLURALS[sort])
        for sort in Sort
        if (merged := tally.of_sort(sort))
    ]
    text = f"{tally.count} merged: {', '.join(counts)}"
    return text if tally.worth_releasing else f"{text}: nothing to release"
