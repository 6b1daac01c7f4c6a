"""What happened to a proposal, in words: one clause for each that is not as it was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ....domain.gerrit_accounts import ChosenName
from ....domain.messages.clauses import Clause, clause, listing
from ....domain.messages.doc import Doc, doc, line
from ....domain.releases.proposal import Proposal
from ....domain.releases.proposal_state import (
    ABANDONED,
    ELSEWHERE,
    HIDDEN,
    OPEN,
    ProposalState,
)
from .proposals import link_to, short, versions_of, who_words

_TURNS = 1
_NAME = 40
STANDINGS = {
    ABANDONED: "abandoned",
    HIDDEN: "private or deleted",
    ELSEWHERE: "touches no file of the team's any more",
}
_AGAIN = {
    ABANDONED: "restored",
    HIDDEN: "visible again",
    ELSEWHERE: "touches a file of the team's again",
}


@dataclass(frozen=True)
class Turn:
    """A proposal that is not as somebody was told: as it is, and as it was told; what those call
    themselves whose it is now."""

    proposal: Proposal
    state: ProposalState
    told: ProposalState
    owner: ChosenName
    uploader: ChosenName

    @property
    def words(self) -> str:
        """ "abandoned", "restored and work in progress now"."""
        return " and ".join(self._parts()) or "as it was"

    def _parts(self) -> Iterator[str]:
        state, told = self.state, self.told
        if state.standing != told.standing:
            yield _AGAIN.get(told.standing, OPEN) if state.standing == OPEN else _gone(state)
        if state.standing != OPEN:
            return
        yield from self._taken_over()
        if state.work_in_progress != told.work_in_progress:
            yield "work in progress now" if state.work_in_progress else "ready for review"
        if state.stands_on != told.stands_on:
            yield (
                f"rebased onto change {state.stands_on}, which has to merge first"
                if state.stands_on
                else f"stands on change {told.stands_on} no more"
            )

    def _taken_over(self) -> Iterator[str]:
        """Whose it is now; where one had all of it before, that name stands once."""
        state, told = self.state, self.told
        owns = state.owner_account != told.owner_account
        uploads = state.uploader_account != told.uploader_account
        owner, before = who_words(self.owner), _who_before(told.owner, self.owner)
        if owns and uploads and _is_of_one(told):
            number = self.proposal.change.patch_set
            both = f" and uploaded patch set {number}" if _is_of_one(state) else ""
            apart = "" if both else f", {self._patch_set()}"
            yield f"taken over from {before}: {owner} owns it{both}{apart}"
            return
        if owns:
            yield f"taken over: {owner} owns it, not {before}"
        if uploads:
            whose = _whose(told.uploader, self.uploader)
            yield f"{'' if owns else 'taken over: '}{self._patch_set()}, not {whose}"

    def _patch_set(self) -> str:
        """Whose the patch set is."""
        who = who_words(self.uploader)
        whose = f"by {who}" if self.uploader.is_anothers else f"{who}'s"
        return f"patch set {self.proposal.change.patch_set} is {whose}"


def _is_of_one(state: ProposalState) -> bool:
    """Whether who owns it uploaded it too."""
    return state.owner_account == state.uploader_account


def _gone(state: ProposalState) -> str:
    told = STANDINGS.get(state.standing, state.standing)
    return f"not visible any more: {told}" if state.standing == HIDDEN else told


def _who_before(name: str, now: ChosenName) -> str:
    """Who had it before: where the account that has it now calls itself the same, another."""
    alike = name == now.name and not now.is_anothers
    return "another of that name" if alike else _who(name)


def _whose(name: str, now: ChosenName) -> str:
    alike = name == now.name and not now.is_anothers
    return "another's of that name" if alike else f"{_who(name)}'s"


def _who(name: str) -> str:
    return short(name, _NAME) or "somebody"


def lives_doc(turns: Iterable[Turn]) -> Doc:
    """One line for all that happened, each proposal with its link."""
    told = listing(map(_clause, turns), weight=_TURNS, between="; ")
    return doc(line(told), brief=(told,))


def _clause(turn: Turn) -> Clause:
    link = link_to(turn.proposal.change)
    return clause(f"{versions_of(turn.proposal)}: {turn.words}, ", link)
