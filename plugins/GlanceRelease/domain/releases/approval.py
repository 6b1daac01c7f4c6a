"""Whose yes to a proposal counts: the team's, as Zuul or the release team have it or as its own
people gave it."""

from __future__ import annotations

from dataclasses import dataclass

from ..gerrit_accounts import NAMES_OF_ROLES, Account, ChosenName, GerritAccounts
from ..gerrit_scope import people_of
from ..model import Person
from ..snapshot import GOVERNANCE, Snapshot
from .proposal import Change

RELEASE_TEAM = "Release Management"
PTL_APPROVED = "PTL-Approved"


@dataclass(frozen=True)
class Voices:
    """Who may say what of a proposal: the `team`'s PTL and release liaisons, the people whom
    governance has for the `release_team`, and the accounts that stand for a role."""

    team: tuple[Person, ...]
    release_team: tuple[Person, ...]
    accounts: GerritAccounts

    def is_teams(self, change: Change) -> bool:
        """Whether the team's PTL or a release liaison proposed it, or uploaded what it is now."""
        return any(who.is_one_of(self.team) for who in (change.owned_by, change.uploaded_by))

    def is_release_teams(self, change: Change) -> bool:
        """Whether the release team proposed it."""
        return self._is_release_team(change.owned_by)

    def _is_release_team(self, account: Account) -> bool:
        return account.is_one_of(self.release_team) or account.is_listed(self.accounts.release_team)

    def has_ptl_approved(self, change: Change) -> bool:
        """Whether PTL-Approved was set by one who may: Zuul, the release team (openstack/
        project-config, gerrit/acls/openstack/releases.config), or the team's own people."""
        return any(
            vote.label == PTL_APPROVED and vote.value > 0 and self._may_approve(vote.account)
            for vote in change.votes
        )

    def _may_approve(self, account: Account) -> bool:
        return (
            self.accounts.is_zuul(account)
            or self._is_release_team(account)
            or account.is_one_of(self.team)
        )

    def has_release_teams(self, change: Change) -> bool:
        """Whether the release team approved it: its Code-Review +2 and its Workflow."""
        voted = {
            label
            for label, least in (("Code-Review", 2), ("Workflow", 1))
            for vote in change.votes
            if vote.label == label and vote.value >= least and self._is_release_team(vote.account)
        }
        return len(voted) == 2

    def is_own(self, change: Change) -> bool:
        """Whether the team's PTL or a release liaison uploaded the patch set, which Zuul counts as
        their yes."""
        return change.uploaded_by.is_one_of(self.team)

    def called(self, account: Account) -> ChosenName:
        """What somebody calls themselves: where that is the name of one of these people or of a
        role's account, it is theirs only by the account."""
        people = (*self.team, *self.release_team)
        names = (*NAMES_OF_ROLES, *(person.name for person in people))
        is_known = account.is_one_of(people) or self.accounts.has_role(account)
        name = account.name or account.username
        return ChosenName(name, account.is_named(names) and not is_known)

    def approves(self, change: Change) -> bool:
        """Whether the team has said yes to the patch set: PTL-Approved by one who may set it,
        Code-Review of its PTL or a liaison, or their own upload (openstack/releases,
        tools/check_approval.py)."""
        said = (v.account for v in change.votes if v.label == "Code-Review" and v.value > 0)
        return self.has_ptl_approved(change) or any(
            account.is_one_of(self.team) for account in (*said, change.uploaded_by)
        )


def voices_of(snapshot: Snapshot) -> Voices:
    """The voices as governance and bot.yaml have them; before governance was read nobody is known
    to be of the release team."""
    row = next((t for t in snapshot[GOVERNANCE].value or () if t.name == RELEASE_TEAM), None)
    ptl = (row.ptl,) if row and row.ptl else ()
    release_team = (*ptl, *(row.liaisons_for("release") if row else ()))
    return Voices(people_of(snapshot), tuple(release_team), snapshot.accounts)
