"""Release proposals: what the channel hears of them, and `check`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ...domain.freshness import as_of
from ...domain.gerrit_scope import changes_of, near_series
from ...domain.messages.doc import Doc, doc
from ...domain.messages.notice import Notice
from ...domain.model import Deliverable, Series
from ...domain.moment import Moment
from ...domain.releases.approval import Voices, voices_of
from ...domain.releases.proposal import GERRIT, VOTED, Change, Proposal, TeamChanges
from ...domain.releases.proposal_state import MOST_GONE
from ...domain.releases.version import is_mark
from ...domain.releases.weekly_tasks import answer_by
from ...domain.snapshot import Snapshot, deliverable_of
from ...registry import Ask, Lookup, Reply, UserError, command, rule
from ..typed_names import nothing_more
from .announcements import announced
from .approval_news import ProposalNews, approval_news, constantly
from .proposal_check import check_proposal
from .words import proposals as words

RULE = "proposals"
GRACE = dt.timedelta(days=3)
_FIRST = dt.timedelta(seconds=1)  # so much sooner is due what goes before the rest


def _news(moment: Moment) -> dict[str, list[ProposalNews]]:
    """All that the facts say has happened, whether it was told or not, by where it is known from:
    Gerrit, and each deliverable file; what never answered is absent, and so is a file as it
    shipped with the project, else the first answer of opendev.org would be a flood."""
    by_channel: dict[str, list[ProposalNews]] = {}
    known = changes_of(moment.snapshot)
    if known is not None:
        voices = voices_of(moment.snapshot)
        told = _told(moment.snapshot).get("gerrit")
        by_channel["gerrit"] = [
            news
            for proposal in known.proposals
            for news in _news_of(moment, proposal, voices, known, told)
        ]
        by_channel["gerrit"] += _told_of_gone(known, told or ())
    for series in near_series(moment):
        for name in moment.team.deliverables:
            fact = moment[deliverable_of(series.name, name)]
            if fact.known and fact.origin != "bundled":
                by_channel[f"{series.name}/{name}"] = list(_released(fact.value, series))
    return by_channel


def _told_of_gone(known: TeamChanges, told: Collection[str]) -> Iterator[ProposalNews]:
    """What was told of proposals that are not followed now, private ones and those abandoned long
    ago: it holds until they are seen again. Of many the newest are remembered."""
    there = {str(proposal.change.number) for proposal in known.proposals}
    gone = {number for key in told if (number := key.partition("/")[0]) not in there}
    kept = set(sorted(gone, key=int)[-MOST_GONE:])
    yield from (ProposalNews(key, None) for key in told if key.partition("/")[0] in kept)


def _released(file: Deliverable | None, series: Series) -> Iterator[ProposalNews]:
    """Every release of a file, by its tag, except those that are announced in more words."""
    if file is None:
        return
    elsewhere = announced(file)
    for release in file.releases:
        if release not in elsewhere and not is_mark(release.version):
            told = words.released_doc(file.name, release.version, series.title)
            yield ProposalNews(release.version, constantly(told))


def _news_of(
    moment: Moment,
    proposal: Proposal,
    voices: Voices,
    known: TeamChanges,
    told_keys: Collection[str] | None,
) -> Iterator[ProposalNews]:
    change = proposal.change
    what = words.versions_of(proposal)
    if change.status == "MERGED":
        tagged = [one.is_tagged for one in known.awaited if one.change == change.number]
        if not tagged or not all(tagged):  # else its releases are told
            told = words.merged_doc(change, what, bool(tagged))
            yield ProposalNews(f"{change.number}/merged", constantly(told))
    proposed = f"{change.number}/proposed"
    is_open = change.status == "NEW" and not change.work_in_progress
    if is_open and not voices.is_teams(change):
        yield ProposalNews(proposed, _Proposed(moment, proposal, voices), first=True)
    elif proposed in (told_keys or ()):
        yield ProposalNews(proposed, None)  # as it is again when it is open again
    yield from approval_news(change, what, voices, told_keys)
    if change.status != "NEW":
        return
    yield from _votes(change, what, voices)
    report = check_proposal(moment, proposal, known.facts)
    if report.errors:
        told = words.errors_doc(change, what, report)
        yield ProposalNews(f"{change.number}/{change.patch_set}/errors", constantly(told))


def _votes(change: Change, what: str, voices: Voices) -> Iterator[ProposalNews]:
    for label in VOTED:
        vote = change.worst(label)
        if vote is not None and not (label == "Workflow" and change.work_in_progress):
            key = f"{change.number}/{change.patch_set}/{label}/{vote.name}"
            told = words.vote_doc(change, what, vote, voices.called(vote.account))
            yield ProposalNews(key, constantly(told))


@dataclass(frozen=True)
class _Proposed:
    """Somebody else's proposal: that it has the team's yes, or what no answer means; of which
    nothing is said where process.rst says nothing of such a proposal."""

    moment: Moment
    proposal: Proposal
    voices: Voices

    def __call__(self, now: dt.datetime) -> Doc:
        change, what = self.proposal.change, words.versions_of(self.proposal)
        owner = self.voices.called(change.owned_by)
        if self.voices.approves(change):
            by_label = self.voices.has_ptl_approved(change)
            return words.approved_proposal_doc(change, what, owner, by_label)
        is_bound = self.voices.is_release_teams(change)
        answer = answer_by(self.moment, self.proposal) if is_bound else None
        return words.proposed_doc(change, what, owner, answer, now)


def _told(snapshot: Snapshot) -> dict[str, list[str]]:
    stored: dict[str, list[str]] = json.loads(snapshot.memory.get(RULE, "{}"))
    return stored


def remember(moment: Moment) -> Mapping[str, str]:
    """What has happened so far, by where it is known from; what does not answer now keeps what
    it had, so that its next first answer is no news."""
    keys = {where: [event.key for event in news] for where, news in _news(moment).items()}
    return {RULE: json.dumps({**_told(moment.snapshot), **keys}, sort_keys=True)}


@rule(
    RULE,
    "release proposals: somebody else's, a -1, an approval, the merge, the release, an error",
    "mute",
    remember=remember,
    basis="the proposals in Gerrit, and the rules by which the release team validates them",
    sources=("gerrit", "using"),
)
def proposal_notices(moment: Moment) -> Iterator[Notice]:
    """What happened since the last look, once each; the first look at anything tells nothing."""
    told = _told(moment.snapshot)
    for where, news in _news(moment).items():
        for event in news:
            if where in told and event.key not in told[where] and event.say is not None:
                yield Notice(
                    RULE,
                    f"{where}/{event.key}",
                    moment.team.announce,
                    "",
                    moment.now - (_FIRST if event.first else dt.timedelta()),
                    GRACE,
                    event.say,
                    why="something about a release of one of the team's deliverables changed",
                )


@command(
    "check",
    "CHANGE",
    "check a release proposal, by its number or address",
    "check 987654",
    needs=("opendev", "gerrit"),
    basis="the rules by which the release team validates a deliverable file",
    sources=("using", "guide"),
)
def check(moment: Moment, ask: Ask) -> Reply:
    """The check's result: of an open proposal that is followed at once, of another one when Gerrit
    has answered; an address elsewhere than the configured Gerrit is refused there."""
    if not ask.text:
        raise UserError("Say: check CHANGE (a number, or an address of Gerrit).")
    change, _, rest = ask.text.partition(" ")
    nothing_more(moment, "check CHANGE", rest)
    private, known = ask.channel is None, changes_of(moment.snapshot)
    for proposal in known.proposals if known else ():
        assert known is not None
        if proposal.change.status != "NEW":
            continue  # nothing of it is followed any more
        if change in (str(proposal.change.number), proposal.change.url):
            report = check_proposal(moment, proposal, known.facts)
            age = as_of(moment[GERRIT], moment.now)
            return Reply(words.check_doc(proposal, report, age, private), fresh=GERRIT.name)
    return Reply(doc(), lookup=Lookup("proposal", change[:300], private))
