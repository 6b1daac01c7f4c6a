"""The nouns of a release proposal: a change in Gerrit, what it proposes, and what a check found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from ..gerrit_accounts import Account
from ..model import Deliverable, GovernanceTeam, Release, Schedule, Series
from ..snapshot import Key
from .awaited import Awaited

Severity = Literal["error", "warning"]
Status = Literal["NEW", "MERGED", "ABANDONED"]


VOTED = ("Code-Review", "Verified", "Workflow")


@dataclass(frozen=True)
class Vote:
    """One vote on a change; `at` is None where Gerrit does not tell."""

    label: str
    value: int
    name: str = ""
    email: str = ""
    at: dt.datetime | None = None
    username: str = ""
    account_id: int = 0

    @property
    def account(self) -> Account:
        """Whose vote it is."""
        return Account(self.name, self.username, self.email, self.account_id)


@dataclass(frozen=True)
class Change:
    """A change in Gerrit, as data: text of other people's, for a renderer to clean.

    `number` is the key that stays; `patch_set` and `revision` (a commit) change with an upload, the
    last one at `uploaded`. `files` are the paths of the current patch set; `message` is its commit
    message, where asked;
    `raises` are the minimums of requirements that it raised, `sections` those of the release notes
    that it added ("features"), None where nobody looked; `stands_on` is the open change below it.
    """

    number: int
    project: str
    branch: str
    subject: str
    status: Status
    owner: str = ""
    owner_email: str = ""
    uploader_email: str = ""
    topic: str = ""
    created: dt.datetime | None = None
    updated: dt.datetime | None = None
    submitted: dt.datetime | None = None
    patch_set: int = 0
    revision: str = ""
    work_in_progress: bool = False
    files: tuple[str, ...] = ()
    message: str = ""
    votes: tuple[Vote, ...] = ()
    url: str = ""
    raises: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None
    owner_username: str = ""
    uploader: str = ""
    uploader_username: str = ""
    stands_on: int = 0
    owner_id: int = 0
    uploader_id: int = 0
    uploaded: dt.datetime | None = None

    @property
    def owned_by(self) -> Account:
        """Whose change it is."""
        return Account(self.owner, self.owner_username, self.owner_email, self.owner_id)

    @property
    def uploaded_by(self) -> Account:
        """Who uploaded the patch set; the owner where Gerrit does not tell."""
        uploader = Account(
            self.uploader, self.uploader_username, self.uploader_email, self.uploader_id
        )
        return self.owned_by if uploader == Account() else uploader

    def worst(self, label: str) -> Vote | None:
        """The lowest vote below zero on the label, or None."""
        below = [vote for vote in self.votes if vote.label == label and vote.value < 0]
        return min(below, key=lambda vote: vote.value, default=None)

    @property
    def held_by(self) -> Vote | None:
        """The vote below zero that holds it: a reviewer's, Zuul's, or one against its approval."""
        return next(filter(None, map(self.worst, VOTED)), None)

    def has(self, label: str) -> bool:
        """Whether anybody's vote on the label is above zero."""
        return any(vote.label == label and vote.value > 0 for vote in self.votes)


@dataclass(frozen=True)
class Commit:
    """What Gerrit says of a commit: whether it is there, when it was committed, what holds it, and
    what it stands on."""

    repository: str
    sha: str
    exists: bool
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    committed: dt.datetime | None = None
    parents: tuple[str, ...] = ()


class Descent(StrEnum):
    """How a commit stands to the last release: after it, before it, or beside it."""

    AFTER = "after"
    BEFORE = "before"
    BESIDE = "beside"


@dataclass(frozen=True)
class ReleaseStretch:
    """What Gerrit says of a release's commit and the one proposed for the next: how the second
    stands to the first, and what merged in between on their branch. None is "not known"."""

    descent: Descent | None = None
    changes: tuple[Change, ...] | None = None


@dataclass(frozen=True)
class ProposedFile:
    """A deliverable file as somebody wants it: `raw` is the YAML with every scalar as text.

    `path` is below deliverables/ ("hibiscus/glance.yaml"). Where it can't be read, `deliverable`
    is None and `problem` says why in one line.
    """

    path: str
    text: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    deliverable: Deliverable | None = None
    problem: str = ""

    @property
    def series(self) -> str:
        """The folder's name, which is the series'."""
        return self.path.rpartition("/")[0].rpartition("/")[2]

    @property
    def name(self) -> str:
        """The file's name without its ending, which is the deliverable's."""
        return self.path.rpartition("/")[2].removesuffix(".yaml")


@dataclass(frozen=True)
class FileChange:
    """One deliverable file in a change: as it is in the parent (None: not there), and after."""

    before: ProposedFile | None
    after: ProposedFile | None


@dataclass(frozen=True)
class Proposal:
    """A change in openstack/releases with the deliverable files that it touches."""

    change: Change
    files: tuple[FileChange, ...] = ()


@dataclass(frozen=True)
class Gone:
    """A proposal that was followed and is no more, as it was last: nobody may see it (private and
    deleted are one to strangers), or it touches none of the team's files any more."""

    proposal: Proposal
    how: Literal["hidden", "elsewhere"]


@dataclass(frozen=True)
class GerritFacts:
    """What the rules need of Gerrit. What is absent was not asked for, or is not known.

    `commits` by (repository, sha); `stretches` by (repository, the last release's sha, the proposed
    one); `requirements` has requirements.txt by (repository, sha), "" where there is none; `heads`
    by (repository, branch) the commit that a faulty one's place can take; `whole` by (repository,
    its first digits) a commit's full hash.
    """

    commits: Mapping[tuple[str, str], Commit] = field(default_factory=dict)
    stretches: Mapping[tuple[str, str, str], ReleaseStretch] = field(default_factory=dict)
    requirements: Mapping[tuple[str, str], str] = field(default_factory=dict)
    heads: Mapping[tuple[str, str], str] = field(default_factory=dict)
    whole: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamChanges:
    """All that is known of Gerrit for one team.

    `proposals` are open, or were closed within two weeks; `follow_ups` are the release bot's
    changes and those of the migration constant, likewise; `merged` has, for each repository, what
    is on master and not in its last release, and lacks one whose release's day is not known; `last`
    is the commit of that release, `cut_short` are the repositories of which there is more; `facts`
    judge the open proposals. `awaited` are the releases that came since their file was first
    looked at, `versions` those of each file ("indri/glance") that were there then, or are tagged;
    `branches` says of those (repository, name) that were asked for whether they are there.
    In a rehearsal only the follow-ups can be put back to an instant (`follow_ups_only`). `gone` are
    the proposals that were followed within two weeks and are not any more.
    """

    proposals: tuple[Proposal, ...] = ()
    follow_ups: tuple[Change, ...] = ()
    merged: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    facts: GerritFacts = field(default_factory=GerritFacts)
    follow_ups_only: bool = False
    last: Mapping[str, str] = field(default_factory=dict)
    awaited: tuple[Awaited, ...] = ()
    versions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    branches: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    cut_short: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Context:
    """What a check may know besides the file; None is "not known", never "there is none".

    `previous` is the same deliverable in the series before, `series` all that exist, newest
    first, as in series_status.yaml; `governance` every team, empty where it is not known; `others`
    are the versions that other open proposals of the deliverable have, and their change's number;
    `newer` those that newer series have released, and the title of the series.
    """

    previous: Deliverable | None = None
    series: tuple[Series, ...] = ()
    schedule: Schedule | None = None
    gerrit: GerritFacts | None = None
    now: dt.datetime | None = None
    governance: tuple[GovernanceTeam, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    newer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a rule found wrong with a version ("" where it is about the file), and the way out;
    `values` are those that both tell of, by name."""

    rule: str
    severity: Severity
    version: str
    why: str
    mend: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unjudged:
    """A rule that can't judge a version from what is there, and what is missing for it."""

    rule: str
    version: str
    missing: str


@dataclass(frozen=True)
class CheckReport:
    """A check's result; a rule that does not apply to a version is in none of the three."""

    findings: tuple[Finding, ...] = ()
    judged: tuple[tuple[str, str], ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that should keep the proposal from merging."""
        return tuple(f for f in self.findings if f.severity == "error")


GERRIT: Key[Mapping[str, TeamChanges]] = Key("gerrit")
# What a rehearsal knows to have been open at its instant; a bot that runs has no such fact.
PAST_PROPOSALS: Key[tuple[Proposal, ...]] = Key("past proposals")


def constant_of(team: str) -> Key[str]:
    """The key of the team's migration constant, as its repository's master has it."""
    return Key(f"constant/{team}")
