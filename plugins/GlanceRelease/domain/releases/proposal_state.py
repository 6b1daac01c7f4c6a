"""How a proposal stands besides its votes: open or not, whose it is, what it waits for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .proposal import Change, Proposal, TeamChanges

OPEN, MERGED, ABANDONED, HIDDEN, ELSEWHERE = "open", "merged", "abandoned", "hidden", "elsewhere"
MOST_GONE = 50  # so many that are not followed any more are remembered, should they come back
_STANDINGS = {"NEW": OPEN, "MERGED": MERGED, "ABANDONED": ABANDONED}


@dataclass(frozen=True)
class ProposalState:
    """A proposal's standing, whether it is work in progress, who owns it, who uploaded its patch
    set, and the open change that it stands on (0 for none); the accounts are by what stays theirs,
    since several may call themselves the same."""

    standing: str
    work_in_progress: bool = False
    owner: str = ""
    uploader: str = ""
    stands_on: int = 0
    owner_account: str = ""
    uploader_account: str = ""

    def is_as(self, other: ProposalState) -> bool:
        """Whether nothing happened between the two; a new display name is nothing."""
        return replace(self, owner="", uploader="") == replace(other, owner="", uploader="")


def state_of(change: Change, standing: str = "") -> ProposalState:
    """The state of a change; `standing` where Gerrit does not show it any more."""
    owner, uploader = change.owned_by, change.uploaded_by
    return ProposalState(
        standing or _STANDINGS[change.status],
        change.work_in_progress,
        owner.name or owner.username or owner.email,
        uploader.name or uploader.username or uploader.email,
        change.stands_on,
        owner.identity,
        uploader.identity,
    )


def followed(known: TeamChanges) -> dict[int, tuple[Proposal, ProposalState]]:
    """Every proposal that is followed, or was, with its state; one that is both is as Gerrit shows
    it."""
    gone = {g.proposal.change.number: (g.proposal, g.how) for g in known.gone}
    there = {p.change.number: (p, "") for p in known.proposals}
    return {
        number: (proposal, state_of(proposal.change, standing))
        for number, (proposal, standing) in {**gone, **there}.items()
    }
