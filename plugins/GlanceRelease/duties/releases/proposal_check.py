"""Checks a proposal with what the bot knows."""

from __future__ import annotations

from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.proposal import (
    CheckReport,
    Context,
    Finding,
    GerritFacts,
    Proposal,
    ProposedFile,
)
from ...domain.releases.released import as_written
from ...domain.snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of, schedule_of
from .rules import RELEASED_RULE, check_release
from .rules.case import fault
from .words import faults
from .words.proposals import short as short
from .words.proposals import summary as summary
from .words.proposals import versions_of as versions_of


def context_of(
    moment: Moment, series: str, deliverable: str, gerrit: GerritFacts | None
) -> Context:
    """What is known for checking a deliverable of a series; the series before is the next older
    line of series_status.yaml."""
    known = moment[SERIES].value or ()
    previous = file_before(moment.snapshot, series, deliverable)
    listed = moment[GOVERNANCE]  # what shipped with the project has the one team only
    governance = (listed.value or ()) if listed.origin != "bundled" else ()
    schedule = moment[schedule_of(series)].value
    return Context(previous, known, schedule, gerrit, moment.now, governance)


def file_before(snapshot: Snapshot, series: str, deliverable: str) -> Deliverable | None:
    """The deliverable in the series before, where its file is known."""
    names = [series.name for series in snapshot[SERIES].value or ()]
    if series not in names[:-1]:
        return None
    file = snapshot[deliverable_of(names[names.index(series) + 1], deliverable)].value
    return as_written(file) if file else None


def check_file(
    moment: Moment, before: ProposedFile | None, after: ProposedFile, gerrit: GerritFacts | None
) -> CheckReport:
    """The report on one file; without its parent's text the file that is known is before it."""
    if before is not None:
        old = before.deliverable
    else:
        file = moment[deliverable_of(after.series, after.name)].value
        old = as_written(file) if file else None
    return check_release(old, after, context_of(moment, after.series, after.name, gerrit))


def check_proposal(moment: Moment, proposal: Proposal, gerrit: GerritFacts | None) -> CheckReport:
    """The reports on all its deliverable files as one; one that is taken away with its releases
    is an error."""
    whole = CheckReport()
    for file in proposal.files:
        if file.after is not None:
            before = file.before or ProposedFile(file.after.path, "")
            report = check_file(moment, before, file.after, gerrit)
        else:
            report = _taken_away(file.before)
        whole = CheckReport(
            whole.findings + report.findings,
            whole.judged + report.judged,
            whole.unjudged + report.unjudged,
            whole.releases + report.releases,
        )
    return whole


def _taken_away(file: ProposedFile | None) -> CheckReport:
    releases = file.deliverable.releases if file and file.deliverable else ()
    if file is None or not releases:
        return CheckReport()
    found = fault(faults.TAKEN_AWAY, file=file.path, releases=len(releases))
    finding = Finding(RELEASED_RULE, "error", "", found.why, found.mend, found.values)
    return CheckReport((finding,), ((RELEASED_RULE, ""),))
