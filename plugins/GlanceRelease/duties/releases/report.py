"""Releases in the report and on the page: proposed, unreleased, and to merge after a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...domain.freshness import age_of
from ...domain.gerrit_scope import changes_of, near_series, newest_release, silence_of
from ...domain.messages.clauses import Clause, Link, clause
from ...domain.messages.counts import counted
from ...domain.moment import Moment
from ...domain.releases.approval import voices_of
from ...domain.releases.awaited import PENDING
from ...domain.releases.merged_changes import Sort
from ...domain.releases.open_proposals import open_proposals
from ...domain.releases.proposal import GERRIT, Change, CheckReport, Proposal
from ...domain.reports.fact import ReportFact, fact_of
from ...domain.reports.meeting_report import Cell, Part, Table, Tile
from ...domain.snapshot import Snapshot, deliverable_of
from ..report_parts import PROPOSED, RELEASED, first, items, report_part
from .chores import Chore, chores
from .proposal_check import check_proposal, short, summary, versions_of
from .unreleased import Unreleased, left_over
from .words.proposals import who_words

_TITLE = "Releases"
_SORTS = {
    Sort.FEATURE: "features", Sort.FIX: "fixes", Sort.RAISE: "requirement raises",
    Sort.REQUIREMENT: "requirements, not looked at", Sort.CI: "CI only", Sort.OTHER: "other",
}  # fmt: skip


@report_part(25)
def releases_part(moment: Moment) -> Part:
    """The open proposals with what they lack, each library's unreleased changes, and what should
    have merged after a release; a new version, proposal or approval is news for the report."""
    known = changes_of(moment.snapshot)
    proposals = list(open_proposals(moment))
    gerrit = known.facts if known else None
    checked = [(each, check_proposal(moment, each, gerrit)) for each in proposals]
    open_chores = list(chores(moment))
    names = moment.team.deliverables
    unreleased = [u for name in names if (u := left_over(moment, name)) is not None]
    each = [
        *_pending(moment),
        *(_proposed(moment.snapshot, *each) for each in checked),
        *(_unreleased(left) for left in unreleased if _is_to_release(left, proposals)),
    ]
    tables: tuple[Table, ...] = (
        _proposals_table(moment, checked),
        _chores_table(open_chores, moment.now),
        _unreleased_table(unreleased),
    )
    if known is None:  # an empty table may say "nothing" only where somebody looked
        tables = tuple(replace(table, empty="not known") for table in tables)
    return Part(
        "releases",
        _TITLE,
        (first(_TITLE), ": ", items(each) if each else _nothing(moment.snapshot)),
        tuple(_facts(moment, proposals)),
        tables=tables,
        age=age_of(moment[GERRIT], moment.now),
        tiles=tuple(_tiles(moment, proposals, open_chores)) if known else (),
    )


def _nothing(snapshot: Snapshot) -> str:
    return silence_of(snapshot) if changes_of(snapshot) is None else "nothing is proposed"


def _pending(moment: Moment) -> Iterator[Clause]:
    """What has merged and waits for its tag."""
    known = changes_of(moment.snapshot)
    standings = {one.key: one.standing for one in (known.awaited if known else ())}
    for series in near_series(moment):
        for name in moment.team.deliverables:
            file = moment[deliverable_of(series.name, name)].value
            for release in file.pending if file else ():
                standing = standings.get((series.name, name, release.version), PENDING)
                merged = f"{name} {release.version} merged"
                yield clause(f"{merged}, {short(standing, 120)}", shorter=[merged])


def _proposed(snapshot: Snapshot, proposal: Proposal, report: CheckReport) -> Clause:
    versions = Link(versions_of(proposal), proposal.change.url, aside=True)
    standing = _standing(snapshot, proposal.change)
    errors = counted(len(report.errors), "error")
    found = f" (check: {errors})" if report.errors else ""
    whose = _whose_move(snapshot, proposal.change)
    return clause(
        versions,
        f" {standing}{whose}{found}",
        shorter=[(versions, f" {standing}{found}"), (versions, f" proposed{found}")],
    )


def _standing(snapshot: Snapshot, change: Change) -> str:
    """How it stands by Gerrit's labels: "approved" is the release team's word, "PTL-Approved" the
    label's, beside which an own upload stands."""
    voices = voices_of(snapshot)
    if change.work_in_progress:
        return "proposed, work in progress"
    if (vote := change.held_by) is not None:
        return f"proposed, {vote.label} {vote.value}"
    if voices.has_release_teams(change):
        return "approved by the release team"
    own = ", own upload" if voices.is_own(change) else ""
    if voices.has_ptl_approved(change):
        return f"proposed, PTL-Approved{own}"
    if voices.approves(change):
        return f"proposed, no PTL-Approved yet{own or ', Code-Review of PTL or liaison'}"
    return "proposed, lacks PTL-Approved"


def _whose_move(snapshot: Snapshot, change: Change) -> str:
    """What is needed from whom, by role; a stranger is named and not called."""
    voices = voices_of(snapshot)
    if change.work_in_progress or change.held_by is not None:
        owner = who_words(voices.called(change.owned_by), 30) if change.owner else ""
        return f", waits for {owner}" if owner else ""
    if voices.has_release_teams(change):
        return ""
    return ", waits for the release team" if voices.approves(change) else " of PTL or liaison"


def _is_to_release(left: Unreleased, proposals: Iterable[Proposal]) -> bool:
    """Whether a library has something to release that nobody proposes yet."""
    proposed = {file.after.name for each in proposals for file in each.files if file.after}
    return left.library and left.tally.worth_releasing and left.deliverable not in proposed


def _unreleased(left: Unreleased) -> Clause:
    return clause(f"{left.deliverable} {left.tally.number} unreleased")


def _days(chore: Chore, now: dt.datetime) -> str:
    return counted((now.date() - chore.since).days, "day")


def _facts(moment: Moment, proposals: list[Proposal]) -> Iterator[ReportFact]:
    for name in moment.team.deliverables:
        newest = newest_release(moment, name)
        if newest is not None:
            fact = fact_of(name, name, newest[1].version, weight=RELEASED)
            yield replace(fact, happened="released")
    for proposal in proposals:
        versions = versions_of(proposal)
        standing = _standing(moment.snapshot, proposal.change)
        key = f"proposal/{proposal.change.number}"
        yield fact_of(key, versions, standing, weight=PROPOSED)


def _tiles(moment: Moment, proposals: list[Proposal], open_chores: list[Chore]) -> Iterator[Tile]:
    voices = voices_of(moment.snapshot)
    lacking = [p for p in proposals if not voices.approves(p.change)]
    plural = "" if len(proposals) == 1 else "s"
    words = f"open proposal{plural}{f', {len(lacking)} without PTL-Approved' if lacking else ''}"
    yield Tile(str(len(proposals)), words, "bad" if lacking else "plain")
    for chore in open_chores[:1]:
        yield Tile(_days(chore, moment.now), chore.brief, "bad")


def _proposals_table(moment: Moment, checked: Iterable[tuple[Proposal, CheckReport]]) -> Table:
    voices = voices_of(moment.snapshot)
    rows: list[tuple[Cell, ...]] = []
    told = set()
    for proposal, report in checked:
        change = proposal.change
        if not voices.approves(change):
            told.add(len(rows))
        own = "own upload" if voices.is_own(change) else ""
        label = "yes" if voices.has_ptl_approved(change) else "" if own else "missing"
        day = change.created.date().isoformat() if change.created else "-"
        rows.append(
            (
                Link(versions_of(proposal), change.url),
                who_words(voices.called(change.owned_by)) if change.owner else "-",
                day,
                ", ".join(filter(None, (label, own))),
                summary(report),
            )
        )
    columns = ("proposed", "by", "on", "PTL-Approved", "check")
    return Table("Open proposals", columns, tuple(rows), frozenset(told), "nothing is proposed")


def _chores_table(open_chores: list[Chore], now: dt.datetime) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for chore in open_chores:
        row = (chore.words, chore.since.isoformat(), _days(chore, now))
        if not chore.changes:
            rows.append((*row, "no change is open"))
        for change in chore.changes:
            rows.append((*row, Link(short(change.subject, 80) or str(change.number), change.url)))
    columns = ("to merge after a release", "since", "for", "change")
    return Table("After a release", columns, tuple(rows), None, "nothing is left to merge")


def _unreleased_table(left_overs: list[Unreleased]) -> Table:
    """Each deliverable's merged changes by sort; a library with something to release counts."""
    rows: list[tuple[Cell, ...]] = []
    told = set()
    sorts = [  # a column for what nobody looked into only where there is such
        sort
        for sort in _SORTS
        if sort is not Sort.REQUIREMENT or any(left.tally.of_sort(sort) for left in left_overs)
    ]
    for left in left_overs:
        if left.library and left.tally.worth_releasing:
            told.add(len(rows))
        counts = [str(len(left.tally.of_sort(sort))) for sort in sorts]
        rows.append((left.deliverable, left.version, left.tally.number, *counts))
    columns = ("deliverable", "since", "changes", *(_SORTS[sort] for sort in sorts))
    return Table("Unreleased", columns, tuple(rows), frozenset(told), "not known")
