"""`releases`: what is released, what is proposed, and what is missing for the milestone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...domain.calendar.binding_deadlines import has_branches, has_candidates, trails
from ...domain.calendar.deadline_words import due_of_kind
from ...domain.calendar.team_calendar import Calendar, calendar_of
from ...domain.freshness import as_of
from ...domain.gerrit_scope import changes_of, merged_file, near_series, silence_of
from ...domain.messages.clauses import Clause, Phrase
from ...domain.messages.doc import doc
from ...domain.model import Deliverable, Kind, Series
from ...domain.moment import Moment
from ...domain.releases.approval import voices_of
from ...domain.releases.awaited import PENDING
from ...domain.releases.freeze_reasons import Fact
from ...domain.releases.open_proposals import is_in_files, open_proposals
from ...domain.releases.plan import planned_events, plans_in
from ...domain.releases.proposal import GERRIT, Proposal, TeamChanges
from ...domain.releases.proposal_state import MERGED, OPEN, followed
from ...domain.releases.series_branch import Standing, branch_of
from ...domain.releases.series_release import out_day
from ...domain.releases.shapes import is_elsewhere
from ...domain.releases.version import Version, parse_version
from ...domain.snapshot import NEVER, Fetched, deliverable_of
from ...registry import Ask, Reply, UserError, command
from ..cycle_words import no_cycle
from ..freeze.reason_words import reason_text
from ..typed_names import NameSort, taken
from ..which_cycle import last_released
from .asked import Asked
from .merged_since import left_over
from .missing_parts import MissingRelease, missing_releases
from .proposal_check import check_proposal
from .words.proposals import check_doc, versions_of
from .words.releases import (
    Versions,
    branch_missing,
    candidate_missing,
    ended_proposal,
    merged_release,
    planned_release,
    proposals_phrases,
    proposed,
    release_missing,
    releases_line,
    versions_details,
    versions_line,
)

_SHOWN = 2
_LATELY = dt.timedelta(weeks=4)
# What is late and asks for more than `releases` would by itself.
_INSTEAD = (Asked.RC1, Asked.RELEASE, Asked.LAST)


@command(
    "releases",
    "[SERIES] [DELIVERABLE]",
    "what is released, proposed, missing and planned",
    "releases",
    needs=("opendev", "gerrit"),
    basis="a version is released when its tag is there; merged, it is pending",
    sources=("deliverables",),
)
def releases(moment: Moment, ask: Ask) -> Reply:
    """Two lines: the newest version of each deliverable; what is proposed, missing and planned. Of
    the series in development, or the last released one where none is known to be. The answer is
    the last poll's; Gerrit is asked at once for a newer one."""
    named = taken(moment, "releases", ask.text, NameSort.SERIES, NameSort.DELIVERABLE)
    asked = next((each.series for each in named if each.series), None)
    alone = [each.deliverable for each in named if each.deliverable]
    last = last_released(moment)
    calendar = calendar_of(moment, asked.name if asked else None)
    if calendar is None and last is not None and asked is None:
        calendar = calendar_of(moment, last.name)
    if calendar is None:
        raise UserError(no_cycle(moment.today))
    if alone:
        only = replace(moment.team, deliverables=tuple(alone))
        moment = Moment(replace(moment.snapshot, team=only), moment.now)
    series = calendar.series
    files = {name: moment[deliverable_of(series.name, name)] for name in moment.team.deliverables}
    elsewhere = {name for name in files if is_elsewhere(moment.snapshot, calendar, name)}
    versions = {n: _versions_of(fact, n in elsewhere) for n, fact in files.items()}
    known = changes_of(moment.snapshot)
    age = as_of(moment[GERRIT], moment.now)
    second = releases_line(
        _proposals(moment, known, series.name),
        age,
        _all_missing(moment, calendar, asked),
        _planned(moment, calendar),
    )
    details = versions_details(versions)
    for proposal in _open(moment, series.name):
        report = check_proposal(moment, proposal, known.facts if known else None)
        details.extend(check_doc(proposal, report).lines)
    oldest = _trouble(files.values()) or as_of(_oldest(files.values()), moment.now)
    first = versions_line(series.title, versions, oldest)
    return Reply(doc(first, second, details=details), fresh=GERRIT.name)


def _all_missing(moment: Moment, calendar: Calendar, asked: Series | None) -> list[Clause]:
    """What is overdue, of the series that was named or of any, with what became so lately first
    and the rest last; between them what else is missing."""
    late = list(missing_releases(moment, asked.name if asked else ""))
    news = [each for each in late if each.due >= moment.today - _LATELY]
    told = [each.words for each in sorted(news, key=lambda each: each.due, reverse=True)]
    told += _missing(moment, calendar.series.name, late)
    told += _branches(moment, calendar)
    return told + [each.words for each in late if each not in news]


def _branches(moment: Moment, calendar: Calendar) -> Iterator[Clause]:
    """The branches that the files of this series, or of the one released before it, lack after the
    release's day, and those that stand in a file and are not there."""
    for series in filter(None, (calendar.series, calendar.before)):
        day = out_day(moment, series)
        for name in moment.team.deliverables:
            file = moment[deliverable_of(series.name, name)].value
            if file is None or not has_branches(file) or trails(file):
                continue
            branch = branch_of(moment, series, name)
            is_told = branch.seen.fact is Fact.NOT_IN_GERRIT or (day and moment.today > day)
            if branch.standing is Standing.PLANNED and is_told:
                yield branch_missing(branch.name, reason_text(branch.seen))


def _oldest(facts: Iterable[Fetched[Deliverable]]) -> Fetched[Deliverable]:
    """The fact that is least sure: one with a trouble, or the one that was read first."""
    known = [fact for fact in facts if fact.at is not None]
    return min(known, key=lambda f: (f.problem is None, f.at), default=NEVER)


def _trouble(facts: Iterable[Fetched[Deliverable]]) -> str:
    """Why a file was never had; "" where each was."""
    problems = (fact.problem for fact in facts if not fact.known and fact.problem)
    return next((f"(opendev: {problem})" for problem in problems), "")


def _planned(moment: Moment, calendar: Calendar) -> list[Clause]:
    """The days that the team picked for the releases that are to come."""
    plans = plans_in(moment.notes)
    planned = ((e, plans.get((calendar.series.name, e.id))) for e in planned_events(calendar))
    return [
        planned_release(event, plan.day)
        for event, plan in planned
        if plan is not None and plan.day >= moment.today
    ][:_SHOWN]


def _versions_of(fact: Fetched[Deliverable], elsewhere: bool) -> Versions:
    releases = fact.value.releases if fact.value else ()
    newest = max(_versions(fact.value), default=None)
    return Versions(
        fact.known, elsewhere, str(newest) if newest else "", tuple(r.version for r in releases)
    )


def _versions(file: Deliverable | None) -> list[Version]:
    versions = (parse_version(release.version) for release in (file.releases if file else ()))
    return [version for version in versions if version is not None]


def _open(moment: Moment, series: str) -> list[Proposal]:
    return [proposal for proposal in open_proposals(moment) if _is_of(moment, proposal, series)]


def _is_of(moment: Moment, proposal: Proposal, series: str) -> bool:
    """Whether it is about a deliverable that was asked for, in this series."""
    files = (file.after or file.before for file in proposal.files)
    return any(
        file is not None and file.series == series and file.name in moment.team.deliverables
        for file in files
    )


def _proposals(moment: Moment, known: TeamChanges | None, series: str) -> tuple[Phrase, ...]:
    if known is None:
        return (f"Proposals: not known, {silence_of(moment.snapshot)}",)
    merged = list(_merged(moment, known, series))
    reports = [(p, check_proposal(moment, p, known.facts)) for p in _open(moment, series)]
    voices = voices_of(moment.snapshot)
    listed = [proposed(p, report, voices.approves(p.change)) for p, report in reports]
    return proposals_phrases(listed, merged, list(_ended(moment, known, series)))


def _merged(moment: Moment, known: TeamChanges, series: str) -> Iterator[Clause]:
    """What has merged and is not tagged, and what Gerrit tells of the tag."""
    standings = {one.key: one.standing for one in known.awaited}
    for name in moment.team.deliverables:
        file = moment[deliverable_of(series, name)].value
        merged = merged_file(moment.snapshot, series, name)
        for release in (file.pending if file else ()) or (merged.releases[-1:] if merged else ()):
            standing = standings.get((series, name, release.version), PENDING)
            yield merged_release(name, release.version, standing)


def _ended(moment: Moment, known: TeamChanges, series: str) -> Iterator[Clause]:
    """What was proposed and is not any more, unless another change proposes the same, or it is in
    the file."""
    there = {versions_of(p) for p in known.proposals if p.change.status != "ABANDONED"}
    for proposal, state in followed(known).values():
        is_over = state.standing not in (OPEN, MERGED) and _is_of(moment, proposal, series)
        if is_over and versions_of(proposal) not in there and not is_in_files(moment, proposal):
            yield ended_proposal(proposal, state)


def _missing(moment: Moment, series: str, late: Sequence[MissingRelease]) -> Iterator[Clause]:
    """Of the series in development each library with something to release, and RC1 from the Monday
    of its week on, unless that is late and told as such."""
    if series not in [near.name for near in near_series(moment)[:1]]:
        return
    names = moment.team.deliverables
    there = {f.after.name for p in _open(moment, series) for f in p.files if f.after}
    there |= {name for name in names if merged_file(moment.snapshot, series, name) is not None}
    there |= {one.deliverable for one in late if one.series == series and one.asked in _INSTEAD}
    for name in names:
        left = left_over(moment, name) if name not in there else None
        if left is not None and left.library and left.tally.worth_releasing:
            yield release_missing(left)
    yield from _candidates_missing(moment, series, there)


def _candidates_missing(moment: Moment, series: str, there: set[str]) -> Iterator[Clause]:
    calendar = calendar_of(moment)
    rc1 = calendar.day(Kind.RC1) if calendar else None
    if calendar is None or rc1 is None or moment.today < rc1 - dt.timedelta(days=rc1.weekday()):
        return
    for name in moment.team.deliverables:
        file = moment[deliverable_of(series, name)].value
        if file is None or not has_candidates(file) or name in there:
            continue
        if not any(version.stage == "rc" for version in _versions(file)):
            yield candidate_missing(name, due_of_kind(calendar, Kind.RC1))
