"""Checks a proposal with what the bot knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from ...domain.gerrit_scope import changes_of
from ...domain.messages.counts import few
from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.proposal import (
    GERRIT,
    Change,
    CheckReport,
    Context,
    FileChange,
    Finding,
    GerritFacts,
    Proposal,
    ProposedFile,
)
from ...domain.releases.released import as_written
from ...domain.releases.steps import added_releases, onto, taken_since
from ...domain.releases.tagged_files import newest_text
from ...domain.snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of, schedule_of
from .rules import RELEASED_RULE, check_release, gravity
from .rules.case import fault
from .words import faults
from .words.proposals import short as short
from .words.proposals import summary as summary
from .words.proposals import versions_of as versions_of

MOST_GONE = 4


def context_of(
    moment: Moment, series: str, deliverable: str, gerrit: GerritFacts | None, own: int = 0
) -> Context:
    """What is known for checking a deliverable of a series; the series before is the next older
    line of series_status.yaml. `own` is the number of the change that is checked (0: none yet)."""
    known = moment[SERIES].value or ()
    previous = file_before(moment.snapshot, series, deliverable)
    listed = moment[GOVERNANCE]  # what shipped with the project has the one team only
    governance = (listed.value or ()) if listed.origin != "bundled" else ()
    schedule = moment[schedule_of(series)].value
    others = dict(_proposed_before(moment.snapshot, deliverable, own))
    newer = dict(_released_by_newer(moment.snapshot, series, deliverable))
    return Context(previous, known, schedule, gerrit, moment.now, governance, others, newer)


def _released_by_newer(snapshot: Snapshot, series: str, name: str) -> Iterator[tuple[str, str]]:
    """The versions of the deliverable in series newer than this one, and the series' title: a
    version is one tag in its repository, whichever series has it."""
    known = snapshot[SERIES].value or ()
    names = [each.name for each in known]
    for each in known[: names.index(series)] if series in names else ():
        file = snapshot[deliverable_of(each.name, name)].value
        for release in file.releases if file else ():
            yield release.version, each.title


def _proposed_before(snapshot: Snapshot, name: str, own: int) -> Iterator[tuple[str, int]]:
    """The versions of the deliverable, in whichever series, that open changes propose that were
    there before the own one; a local file may be such a change itself, and has none before it."""
    known = changes_of(snapshot)
    for proposal in known.proposals if known else ():
        change = proposal.change
        if change.status != "NEW" or change.work_in_progress or change.number >= own:
            continue
        for file in proposal.files:
            if file.after and file.after.name == name:
                before = file.before.deliverable if file.before else None
                after = file.after.deliverable
                for release in added_releases(before, after) if after else ():
                    yield release.version, change.number


def file_before(snapshot: Snapshot, series: str, deliverable: str) -> Deliverable | None:
    """The deliverable in the series before, where its file is known."""
    names = [series.name for series in snapshot[SERIES].value or ()]
    if series not in names[:-1]:
        return None
    file = snapshot[deliverable_of(names[names.index(series) + 1], deliverable)].value
    return as_written(file) if file else None


def check_proposal(
    moment: Moment,
    proposal: Proposal,
    gerrit: GerritFacts | None,
    seen: dt.datetime | None = None,
) -> CheckReport:
    """The reports on all its deliverable files as one; one that is taken away with its releases
    is an error. An open proposal is judged as it would stand on the newest file that is known.
    `seen` is when Gerrit told of it, by default with the other proposals."""
    whole = CheckReport()
    seen = seen or moment[GERRIT].at
    for file in proposal.files:
        report = _check_file(moment, proposal.change, file, gerrit, seen)
        whole = CheckReport(
            whole.findings + report.findings,
            whole.judged + report.judged,
            whole.unjudged + report.unjudged,
            whole.releases + report.releases,
        )
    return replace(whole, findings=tuple(sorted(whole.findings, key=gravity)))


def _check_file(
    moment: Moment,
    change: Change,
    file: FileChange,
    gerrit: GerritFacts | None,
    seen: dt.datetime | None,
) -> CheckReport:
    after = file.after
    if after is None:
        return _taken_away(file.before)
    newest = _newest(moment, after, seen) if change.status == "NEW" else None
    rebased = onto(newest, file)
    context = context_of(moment, after.series, after.name, gerrit, change.number)
    return check_release(
        rebased.before.deliverable if rebased.before else None,
        rebased.after or after,
        context,
        taken=tuple(taken_since(newest, file)),
    )


def _newest(moment: Moment, after: ProposedFile, seen: dt.datetime | None) -> Deliverable | None:
    """The file on master, with what has merged; None where it was read after Gerrit told of the
    change, which may be what the file has got."""
    known = changes_of(moment.snapshot)
    fact = moment[deliverable_of(after.series, after.name)]
    is_newer = fact.at is not None and seen is not None and fact.at > seen
    file = as_written(fact.value) if fact.value and not is_newer else None
    return newest_text(file, known.proposals if known else (), after.series, after.name)


def _taken_away(file: ProposedFile | None) -> CheckReport:
    """The deletion of a file, or its renaming, which is one for those who look for it."""
    releases = file.deliverable.releases if file and file.deliverable else ()
    if file is None or not releases:
        return CheckReport()
    gone = few([release.version for release in releases], MOST_GONE)
    found = fault(faults.TAKEN_AWAY, file=file.path, releases=gone)
    finding = Finding(RELEASED_RULE, "error", "", found.why, found.mend, found.values)
    return CheckReport((finding,), ((RELEASED_RULE, ""),))
