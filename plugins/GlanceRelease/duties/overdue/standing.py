"""How something overdue stands: what it waits for, whose move it is, and who moved last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ...domain.gerrit_accounts import Account, ChosenName
from ...domain.gerrit_scope import follow_ups_of, people_of, proposals_of
from ...domain.moment import Moment
from ...domain.people.roles import fold, holders
from ...domain.releases.approval import voices_of
from ...domain.releases.plan import KIND as PLAN
from ...domain.releases.proposal import Change, Proposal
from ...domain.team import Member
from ..releases.proposed import proposal_for, proposal_with_highlights, version_instead
from ..releases.words.proposals import who_words
from .facts import LateSort, Overdue
from .waivers import KIND as WAIVER
from .waivers import acknowledged

NOBODY = ChosenName("")


class Waits(StrEnum):
    """What it waits for."""

    PROPOSAL = "a proposal"
    OWNER = "its owner"
    APPROVAL = "PTL-Approved"
    RELEASE_TEAM = "the release team"
    MERGE = "the merge"
    SOMEBODY = "somebody"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Act:
    """Something that somebody did about it: at which instant (UTC), and by which nick, folded; ""
    where that is nobody of the team's."""

    at: dt.datetime
    nick: str = ""


@dataclass(frozen=True)
class LateStanding:
    """What it waits for, since when (UTC), with which change, and whose move it is: people of the
    team's file or of governance; nobody where it is a stranger's or the release team's. `acts` is
    what was done; `instead` the later version that is proposed in its place; `detail` says more of
    what it waits for, `owner` what its change's owner calls themselves, `planned` the day that
    somebody told, `acknowledged` when somebody said that they deal with it as it stands."""

    waits: Waits
    since: dt.datetime
    blocking: tuple[Member, ...] = ()
    acts: tuple[Act, ...] = ()
    change: Change | None = None
    detail: str = ""
    instead: str = ""
    owner: ChosenName = NOBODY
    planned: dt.date | None = None
    acknowledged: dt.datetime | None = None

    @property
    def mark(self) -> str:
        """What changes when the facts behind it do."""
        return f"{self.waits.name.lower()}{f' {self.change.number}' if self.change else ''}"

    @property
    def is_proposed(self) -> bool:
        """Whether a change is open that would settle it."""
        return self.change is not None

    def acted_since(self, nick: str, instant: dt.datetime) -> bool:
        """Whether this person did anything about it from the instant on."""
        return any(act.nick == fold(nick) and act.at >= instant for act in self.acts)

    def moved_since(self, instant: dt.datetime) -> bool:
        """Whether anybody did."""
        return any(act.at >= instant for act in self.acts)


def standing_of(moment: Moment, overdue: Overdue) -> LateStanding:
    """How it stands at the moment, by what Gerrit and people told."""
    found = _standing(moment, overdue)
    acts = (*found.acts, *_told_acts(moment, overdue))
    known = acknowledged(moment.notes, overdue.key, found.mark)
    return replace(found, acts=acts, acknowledged=known)


def _standing(moment: Moment, overdue: Overdue) -> LateStanding:
    proposers = holders(moment.snapshot, "release", "ptl")
    if overdue.whose:
        theirs = tuple(m for m in _members(moment) if fold(m.nick) == fold(overdue.whose))
        return LateStanding(Waits.SOMEBODY, overdue.past, theirs or proposers)
    if overdue.task is None and not overdue.event:
        return _of_follow_ups(moment, overdue, proposers)
    proposal = _proposal(moment, overdue)
    if proposal is not None:
        found = _of_change(moment, overdue, proposal.change, proposers)
        instead = version_instead(proposal, overdue.task, overdue.deliverable)
        return replace(found, instead=instead)
    waits = Waits.PROPOSAL if proposals_of(moment.snapshot) is not None else Waits.UNKNOWN
    return LateStanding(waits, overdue.past, proposers)


def _proposal(moment: Moment, overdue: Overdue) -> Proposal | None:
    """The newest open change that would settle it."""
    if overdue.sort is LateSort.HIGHLIGHTS:
        return proposal_with_highlights(moment, overdue.series)
    return proposal_for(moment, overdue.task, overdue.deliverable)


def _of_follow_ups(moment: Moment, overdue: Overdue, proposers: tuple[Member, ...]) -> LateStanding:
    """What follows a release: a team's own review and merge settle it."""
    acts = tuple(act for change in overdue.changes for act in _acts(moment, change))
    waits = Waits.MERGE if overdue.changes else Waits.SOMEBODY
    is_told = follow_ups_of(moment.snapshot) is not None
    detail = "no change for it is open" if is_told and not overdue.changes else ""
    return LateStanding(waits, overdue.past, proposers, acts, detail=detail)


def _of_change(
    moment: Moment, overdue: Overdue, change: Change, proposers: tuple[Member, ...]
) -> LateStanding:
    """A release or branch that is proposed: a bad vote or unfinished work is its owner's move, a
    missing PTL-Approved is PTL's and liaison's, and then it waits for the release team."""
    acts = tuple(_acts(moment, change))
    since = max(overdue.past, change.created or overdue.past)
    if not change.number:  # a rehearsal's, of which nothing more is known
        return LateStanding(Waits.MERGE, since, (), acts, change)
    voices = voices_of(moment.snapshot)
    bad = change.held_by
    if change.work_in_progress or bad is not None:
        voter = voices.called(bad.account) if bad else NOBODY
        by = f" by {who_words(voter)}" if voter.name else ""
        detail = "work in progress" if bad is None else f"{bad.label} {bad.value}{by}"
        owner = _member(moment, change.uploaded_by) or _member(moment, change.owned_by)
        since = max(since, bad.at) if bad and bad.at else since
        theirs = (owner,) if owner else ()
        called = voices.called(change.owned_by)
        return LateStanding(Waits.OWNER, since, theirs, acts, change, detail, owner=called)
    if not voices.approves(change):
        return LateStanding(Waits.APPROVAL, since, proposers, acts, change)
    voted = [vote.at for vote in change.votes if vote.value > 0 and vote.at]
    return LateStanding(Waits.RELEASE_TEAM, max([since, *voted]), (), acts, change)


def _acts(moment: Moment, change: Change) -> Iterator[Act]:
    """Who proposed, who uploaded the newest patch set and who voted, bots left out."""
    accounts = moment.snapshot.accounts
    made = ((change.created, change.owned_by), (change.uploaded, change.uploaded_by))
    voted = [(vote.at, vote.account) for vote in change.votes]
    for at, account in (*made, *voted):
        is_bot = accounts.is_zuul(account) or accounts.is_release_bot(account)
        if at is not None and not is_bot:
            member = _member(moment, account)
            yield Act(at, fold(member.nick) if member else "")


def _told_acts(moment: Moment, overdue: Overdue) -> Iterator[Act]:
    """What people told the bot about it: a plan, an acknowledgement, a word about an action."""
    about = {(WAIVER, overdue.key), tuple(overdue.key.split("/", 1))}
    if overdue.event:
        about.add((PLAN, f"{overdue.series}/{overdue.event}"))
    for note in moment.notes:
        if (note.kind, note.subject) in about:
            yield Act(note.at, _nick_of(moment, note.who))


def _nick_of(moment: Moment, who: str) -> str:
    """The nick of the team's person whose account or nick that is."""
    for member in _members(moment):
        if fold(who) == fold(member.account) or member.is_called(who):
            return fold(member.nick)
    return fold(who)


def _member(moment: Moment, account: Account) -> Member | None:
    """The team's person whose account it is, by what governance has."""
    person = next((p for p in people_of(moment.snapshot) if account.is_one_of((p,))), None)
    if person is None or not person.nick:
        return None
    return next((m for m in _members(moment) if fold(m.nick) == fold(person.nick)), None)


def _members(moment: Moment) -> tuple[Member, ...]:
    return holders(moment.snapshot, "ptl", "release", "deputy")
