"""Checks a proposal with what the bot knows, and says the result in two lines."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.messages.doc import Doc, Line, Link, Span, doc, line
from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.proposal import (
    Change,
    CheckReport,
    Context,
    Finding,
    GerritFacts,
    Proposal,
    ProposedFile,
)
from ...domain.snapshot import GOVERNANCE, SERIES, Snapshot, deliverable_of, schedule_of
from ...render.sanitize import plain
from .rules import RELEASED_RULE, TAGGED, check_release

MAX_WORDS = 160


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
    return snapshot[deliverable_of(names[names.index(series) + 1], deliverable)].value


def check_file(
    moment: Moment, before: ProposedFile | None, after: ProposedFile, gerrit: GerritFacts | None
) -> CheckReport:
    """The report on one file; without its parent's text the file that is known is before it."""
    if before is not None:
        old = before.deliverable
    else:
        old = moment[deliverable_of(after.series, after.name)].value
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
    why = f"{file.path} is taken away with {len(releases)} of its releases"
    return CheckReport((Finding(RELEASED_RULE, "error", "", why, TAGGED),), ((RELEASED_RULE, ""),))


def short(text: str, longest: int = MAX_WORDS) -> str:
    """Other people's text as part of a line: no control codes, no marks that turn its direction."""
    words = plain(text[: longest * 4])
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def versions_of(proposal: Proposal) -> str:
    """What it releases: "glance 33.0.0.0b2"; without a new version the names of its files."""
    versions = list(_versions(proposal))
    if not versions:
        versions = sorted({file.after.name for file in proposal.files if file.after})
        versions += [f"no more {f.before.path}" for f in proposal.files if f.before and not f.after]
    more = f" and {len(versions) - 3} more" if len(versions) > 3 else ""
    return short(", ".join(versions[:3]) or "no deliverable of ours", 120) + more


def _versions(proposal: Proposal) -> Iterator[str]:
    for file in proposal.files:
        before = file.before.deliverable if file.before else None
        old = {(r.version, r.hashes) for r in (before.releases if before else ())}
        after = file.after.deliverable if file.after else None
        for release in after.releases if after else ():
            if (release.version, release.hashes) not in old:
                yield f"{after.name if after else ''} {release.version}"


def finding_words(finding: Finding) -> str:
    """ "error: 33.0.0.0rc1 comes without stable/2026.2; mend: add to branches: …"."""
    return f"{finding.severity}: {short(finding.why)}; mend: {short(finding.mend)}"


def link_to(change: Change) -> Link:
    """The change as a link."""
    return Link(str(change.number), change.url)


def check_doc(proposal: Proposal, report: CheckReport, age: str = "") -> Doc:
    """The answer to `check`: what is wrong first, and what could not be judged; the details have
    every finding with its way out. `age` says how old the facts are, where they are not new."""
    change = proposal.change
    old = f" {age}" if age else ""
    head: list[Span] = [
        f"{versions_of(proposal)} in change ",
        link_to(change),
        f" (patch set {change.patch_set}, {_status(proposal)}){old}: {summary(report)}",
    ]
    lines: list[Line] = [line(*head)]
    worst = sorted(report.findings, key=lambda f: f.severity != "error")
    if worst:
        more = f" (and {len(worst) - 1} more)" if len(worst) > 1 else ""
        lines.append(line(finding_words(worst[0]) + more))
    elif report.unjudged:
        lines.append(line(f"Not judged: {_unjudged(report)}"))
    details = [finding_words(finding) for finding in worst]
    details += [f"{u.rule} {u.version}: not judged without {u.missing}" for u in report.unjudged]
    return doc(*lines, details=details)


def summary(report: CheckReport) -> str:
    """ "1 error, 2 warnings, 9 rules kept, 1 not judged"; never "fine" where nothing was judged."""
    errors = len(report.errors)
    warnings = len(report.findings) - errors
    broken = {(f.rule, version) for f in report.findings for version in (f.version, "")}
    kept = len([judged for judged in report.judged if judged not in broken])
    parts = [
        _count(errors, "error"),
        _count(warnings, "warning"),
        f"{_count(kept, 'rule') or '0 rules'} kept",
        f"{len(report.unjudged)} not judged" if report.unjudged else "",
    ]
    return ", ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _unjudged(report: CheckReport) -> str:
    missing = {f"{item.rule} (without {item.missing})": None for item in report.unjudged}
    return short("; ".join(missing), 240)


def _status(proposal: Proposal) -> str:
    return {"NEW": "open", "MERGED": "merged", "ABANDONED": "abandoned"}[proposal.change.status]
