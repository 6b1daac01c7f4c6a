"""What is needed from whom, in the report: proposals that wait, and what is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.team_calendar import calendar_of
from ...domain.gerrit_scope import changes_of
from ...domain.messages.clauses import Clause, clause
from ...domain.messages.counts import few
from ...domain.moment import Moment
from ...domain.releases.approval import Voices, voices_of
from ...domain.releases.proposal import Change
from ...domain.reports.meeting_report import Part
from ...domain.snapshot import deliverable_of
from ..overdue.facts import Overdue, overdue_of
from ..overdue.standing import LateStanding, Waits, standing_of
from ..overdue.words import plain
from ..releases.asked import Asked
from ..releases.left_to_do import work_for
from ..releases.task import ReleaseTask
from ..releases.words.proposals import who_words
from ..report_parts import first, items, report_part
from .actions import name_for
from .milestone import MILESTONES, next_of

_TITLE = "Needed"
_TEAM, _RELEASE_TEAM = "the PTL or the release liaison", "the release team"
_FEW = 3
_NEAR = dt.timedelta(days=14)
_LONGEST = 30  # letters of somebody's name
_Need = tuple[str, str]  # from whom, what


@report_part(12)
def needed_part(moment: Moment) -> Part | None:
    """From each of those whose move it is what they have to do, the team first; of what it asks for
    the proposals there are, what is next, what is overdue. Nobody is called by nick. Nothing where
    nothing waits for anybody."""
    told: dict[str, list[str]] = {_TEAM: []}
    needs = (*_for_proposals(moment), *_for_the_next(moment), *_for_overdue(moment))
    for whom, what in dict.fromkeys(needs):
        told.setdefault(whom, []).append(what)
    each = [_clause(whom, whats) for whom, whats in told.items() if whats]
    if not each:
        return None
    return Part("needed", _TITLE, (first(_TITLE), ": ", items(each)))


def _clause(whom: str, whats: list[str]) -> Clause:
    """ "from the release team: a look at change 7"."""
    return clause(f"from {whom} {few(whats, _FEW)}", shorter=[f"from {whom} {few(whats, 1)}"])


def _for_proposals(moment: Moment) -> Iterator[_Need]:
    """A change's owner where it has a bad vote, PTL or liaison where their yes is missing, else the
    release team."""
    known, voices = changes_of(moment.snapshot), voices_of(moment.snapshot)
    for proposal in known.proposals if known else ():
        change = proposal.change
        if change.status != "NEW" or change.work_in_progress:
            continue
        bad = change.held_by
        if bad is not None:
            yield (
                _owner(voices, change),
                f"an answer to {bad.label} {bad.value} of change {change.number}",
            )
        elif not voices.approves(change):
            yield _TEAM, f"PTL-Approved on change {change.number}"
        else:
            yield _RELEASE_TEAM, f"its yes to change {change.number}"


def _for_overdue(moment: Moment) -> Iterator[_Need]:
    """What is overdue and has no proposal, the newest first: one that is there is told before."""
    for each in sorted(overdue_of(moment), key=lambda each: each.due, reverse=True):
        standing = standing_of(moment, each)
        if standing.change is None and standing.acknowledged is None and not each.doubt:
            yield _whose(moment, each), _what(each, standing)


def _for_the_next(moment: Moment) -> Iterator[_Need]:
    """What the next milestone asks for, in its last two weeks, and nobody proposed."""
    calendar = calendar_of(moment)
    milestone = next_of(calendar, MILESTONES, moment.now) if calendar else None
    if calendar is None or milestone is None or milestone.day - moment.today > _NEAR:
        return
    known = changes_of(moment.snapshot)
    there = {
        file.after.name
        for proposal in (known.proposals if known else ())
        if proposal.change.status == "NEW"
        for file in proposal.files
        if file.after
    }
    for task in work_for(moment, calendar, milestone).left:
        is_proposed = isinstance(task, ReleaseTask) and task.deliverable in there
        if isinstance(task, ReleaseTask) and not is_proposed and task.asked is not Asked.FINAL:
            yield _TEAM, _proposal_of(task.text)


def _whose(moment: Moment, overdue: Overdue) -> str:
    """The person's; the release team's where only the last candidate is to be released as the final
    version, which it proposes itself (process.rst); else the team's."""
    if overdue.whose:
        return name_for(moment.snapshot, overdue.whose)
    if overdue.task is None or overdue.task.asked is not Asked.FINAL:
        return _TEAM
    file = moment[deliverable_of(overdue.series, overdue.deliverable)].value
    has_candidate = file is not None and any("rc" in each.version for each in file.releases)
    return _RELEASE_TEAM if has_candidate else _TEAM


def _what(overdue: Overdue, standing: LateStanding) -> str:
    if overdue.whose or standing.waits is Waits.SOMEBODY:
        return plain(overdue.what)
    if overdue.changes:
        numbers = few([str(change.number) for change in overdue.changes], 2)
        return f"reviews of {'change' if len(overdue.changes) == 1 else 'changes'} {numbers}"
    return _proposal_of(plain(overdue.what))


def _proposal_of(what: str) -> str:
    """ "a proposal of glance 33.0.0.0rc1", "a release of glance-store"."""
    return what if what.startswith("a ") else f"a proposal of {what}"


def _owner(voices: Voices, change: Change) -> str:
    """The owner by the name that they chose, as no more than that where it is another's."""
    return who_words(voices.called(change.owned_by), _LONGEST)
