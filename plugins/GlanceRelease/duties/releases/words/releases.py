"""What is released, proposed, missing and planned, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....domain.calendar.cycle import format_day
from ....domain.messages.clauses import Clause, Phrase, clause, listing, remark
from ....domain.messages.counts import counted
from ....domain.messages.doc import Line, line
from ....domain.model import Event
from ....domain.releases.plan import title_of
from ....domain.releases.proposal import VOTED, CheckReport, Proposal
from ....domain.releases.proposal_state import ProposalState
from .proposal_lives import STANDINGS
from .proposals import short, versions_of

if TYPE_CHECKING:
    from ..merged_since import Unreleased

# The age goes last: an old answer must say that it is one.
_ASIDE, _ENDED, _PLANNED, _MISSING, _PROPOSED, _NEWEST, _AGE = range(1, 8)


@dataclass(frozen=True)
class Versions:
    """What a deliverable's file of a series has: whether that is known, whether the deliverable is
    in no series at all, the `newest` version ("" for none), and every one."""

    known: bool
    elsewhere: bool
    newest: str
    every: tuple[str, ...]

    @property
    def in_brief(self) -> str:
        """The newest, or why there is none."""
        if self.elsewhere:
            return "no file in the series"
        return self.newest or ("nothing yet" if self.known else "not known yet")

    @property
    def has_more(self) -> bool:
        """Whether there are more versions than the newest."""
        return not self.elsewhere and any(version != self.newest for version in self.every)


def versions_line(series: str, versions: Mapping[str, Versions], age: str) -> Line:
    """The newest version of each deliverable."""
    newest = listing(
        (f"{name} {of.in_brief}" for name, of in versions.items()), weight=_NEWEST, between="; "
    )
    return line(f"{series}: ", newest, *_aged(age), ".")


def versions_details(versions: Mapping[str, Versions]) -> list[Line | str]:
    """Every version of each deliverable that has more than the newest, which is told before."""
    return [f"{name}: {', '.join(of.every)}" for name, of in versions.items() if of.has_more]


def _aged(age: str) -> tuple[Phrase, ...]:
    return (remark(f" {age}", weight=_AGE),) if age else ()


def releases_line(
    proposals: Sequence[Phrase], age: str, missing: Sequence[Clause], planned: Sequence[Clause]
) -> Line:
    """What is proposed, what is missing, and the days that the team picked."""
    phrases: list[Phrase] = [*proposals, *_aged(age), "."]
    for head, items, weight in (("Missing", missing, _MISSING), ("Planned", planned, _PLANNED)):
        if items:
            phrases += [f" {head}: ", listing(items, weight=weight, between="; "), "."]
    return line(*phrases)


def proposals_phrases(
    proposals: Sequence[Clause], merged: Sequence[Clause], ended: Sequence[Clause]
) -> tuple[Phrase, ...]:
    """The open proposals, those that merged while their tags are not there yet, and those of which
    nothing became."""
    no_more = ("; gone: ", listing(ended, weight=_ENDED)) if ended else ()
    if proposals:
        return "Proposed: ", listing((*proposals, *merged), weight=_PROPOSED), *no_more
    if merged:
        return "Nothing is proposed; on the way: ", listing(merged, weight=_PROPOSED), *no_more
    return ("Nothing is proposed", *no_more)


def ended_proposal(proposal: Proposal, state: ProposalState) -> Clause:
    """ "glance 33.0.0.0rc1 (change 987654, abandoned)"."""
    what = versions_of(proposal)
    how = STANDINGS.get(state.standing, state.standing)
    return clause(what, f" (change {proposal.change.number}, {how})", weight=_ASIDE, shorter=[what])


def proposed(proposal: Proposal, report: CheckReport, approved: bool = False) -> Clause:
    """ "glance 33.0.0.0rc1 (change 987654, 1 error, Code-Review -1)"."""
    change, what = proposal.change, versions_of(proposal)
    votes = [vote for label in VOTED if (vote := change.worst(label))]
    parts = [f"change {change.number}"]
    if change.work_in_progress:
        parts.append("work in progress")
    if change.stands_on:
        parts.append(f"on change {change.stands_on}")
    if approved:
        parts.append("approved")
    if report.errors:
        parts.append(counted(len(report.errors), "error"))
    parts += [f"{vote.label} {vote.value}" for vote in votes]
    return clause(what, f" ({', '.join(parts)})", weight=_ASIDE, shorter=[what])


def merged_release(name: str, version: str, standing: str) -> Clause:
    """A release whose proposal is merged, and how far its tag is."""
    what = f"{name} {version} (merged"
    return clause(what, f", {short(standing, 120)})", weight=_ASIDE, shorter=[f"{what})"])


def release_missing(left: Unreleased) -> Clause:
    """A library's release that would be worth it."""
    what = f"a release of {left.deliverable}"
    many = f" ({left.tally.count} merged)"
    return clause(what, many, weight=_ASIDE, shorter=[what])


def candidate_missing(name: str, due: str) -> Clause:
    """An RC1 that is due."""
    return clause(f"RC1 of {name}", f", due {due}", weight=_ASIDE, shorter=[f"RC1 of {name}"])


def branch_missing(name: str, source: str) -> Clause:
    """A branch that a file lacks, and in which, which never goes: several may lack the same."""
    return clause(f"{name}: {source}")


def planned_release(event: Event, day: dt.date) -> Clause:
    """A day that the team picked."""
    return clause(f"{title_of(event)} {format_day(day)}")
