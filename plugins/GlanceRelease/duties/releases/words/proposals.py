"""A release proposal and what its check found, in words: what is wrong stands to the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ....domain.gerrit_accounts import ChosenName
from ....domain.messages.clauses import Clause, Phrase, clause, listing, remark
from ....domain.messages.counts import and_more, counted
from ....domain.messages.doc import Doc, Line, Link, doc, line
from ....domain.releases.proposal import Change, CheckReport, Finding, Proposal, Vote
from ....domain.releases.weekly_tasks import AnswerBy, Silence
from ....render.sanitize import plain

LONGEST = 300  # of other people's text: a line has no room for more in any case
_NAMED = 3  # of a proposal's releases
_NAMES_LONGEST = 120
_MEND, _PATCH_SET, _AGE, _COUNT, _RULES = range(1, 6)
_STATUS = {"NEW": "open", "MERGED": "merged", "ABANDONED": "abandoned"}


def short(text: str, longest: int = LONGEST) -> str:
    """Other people's text as part of a line: no control codes, no marks that turn its direction."""
    words = plain(text[: longest * 4])
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def link_to(change: Change) -> Link:
    """The change as a link."""
    return Link(str(change.number), change.url)


def versions_of(proposal: Proposal) -> str:
    """What it releases: "glance 33.0.0.0b2"; without a new version the branches that it adds; what
    it takes away, else the names of its files."""
    versions = list(_versions(proposal)) or list(_branches(proposal))
    versions += _taken_away(proposal)
    if not versions:
        versions = sorted({file.after.name for file in proposal.files if file.after})
        versions += [f"no more {f.before.path}" for f in proposal.files if f.before and not f.after]
    named = ", ".join(versions[:_NAMED]) or "no deliverable of ours"
    more = and_more(len(versions) - _NAMED)
    return short(named, _NAMES_LONGEST) + more


def _versions(proposal: Proposal) -> Iterator[str]:
    for file in proposal.files:
        before = file.before.deliverable if file.before else None
        old = {(r.version, r.hashes) for r in (before.releases if before else ())}
        after = file.after.deliverable if file.after else None
        for release in after.releases if after else ():
            if (release.version, release.hashes) not in old:
                yield f"{after.name if after else ''} {release.version}"


def _taken_away(proposal: Proposal) -> Iterator[str]:
    for file in proposal.files:
        before = file.before.deliverable if file.before else None
        after = file.after.deliverable if file.after else None
        if before is None or after is None:
            continue
        versions, branches = {r.version for r in after.releases}, {b.name for b in after.branches}
        gone = [r.version for r in before.releases if r.version not in versions]
        gone += [b.name for b in before.branches if b.name not in branches]
        yield from (f"no more {before.name} {name}" for name in gone)


def _branches(proposal: Proposal) -> Iterator[str]:
    for file in proposal.files:
        before = file.before.deliverable if file.before else None
        old = {branch.name for branch in (before.branches if before else ())}
        after = file.after.deliverable if file.after else None
        for branch in after.branches if after else ():
            if branch.name not in old:
                yield f"{after.name if after else ''} {branch.name}"


def finding_words(finding: Finding) -> str:
    """ "error: 33.0.0.0rc1 comes without stable/2026.2; mend: add to branches: …"."""
    return f"{_wrong(finding)}; mend: {short(finding.mend)}"


def finding_phrases(findings: Sequence[Finding]) -> tuple[Phrase, ...]:
    """The first finding with its way out, and how many more there are."""
    first, *rest = findings
    more = (remark(f" ({and_more(len(rest)).lstrip()})", weight=_COUNT),) if rest else ()
    return _wrong(first), remark(f"; mend: {short(first.mend)}", weight=_MEND), *more


def _wrong(finding: Finding) -> str:
    return f"{finding.severity}: {short(finding.why)}"


def worst_first(report: CheckReport) -> list[Finding]:
    """The errors, then the warnings."""
    return sorted(report.findings, key=lambda finding: finding.severity != "error")


def summary(report: CheckReport) -> str:
    """ "1 error, 2 warnings, 9 rules kept, 1 not judged"; never "fine" where nothing was judged."""
    errors = len(report.errors)
    warnings = len(report.findings) - errors
    broken = {(f.rule, version) for f in report.findings for version in (f.version, "")}
    kept = len([judged for judged in report.judged if judged not in broken])
    parts = [
        counted(errors, "error") if errors else "",
        counted(warnings, "warning") if warnings else "",
        f"{counted(kept, 'rule')} kept",
        f"{len(report.unjudged)} not judged" if report.unjudged else "",
    ]
    return ", ".join(part for part in parts if part)


def check_doc(proposal: Proposal, report: CheckReport, age: str = "", private: bool = False) -> Doc:
    """The answer to `check`: what is wrong first, with how much more there is, or what could not be
    judged; in private each of these has a line of its own, and what they come to is not said again.
    `age` says how old the facts are, where they are not new."""
    worst = worst_first(report)
    head = _checked(proposal, report, age)
    if private:
        each = [finding_words(finding) for finding in worst]
        each += [f"{u.rule} {u.version}: not judged without {u.missing}" for u in report.unjudged]
        return doc(head, *each)
    if worst:
        return doc(head, line(*finding_phrases(worst)))
    if report.unjudged:
        return doc(head, line("Not judged: ", listing(_unjudged(report), weight=_RULES)))
    return doc(head)


def _checked(proposal: Proposal, report: CheckReport, age: str) -> Line:
    change = proposal.change
    return line(
        f"{versions_of(proposal)} in change ",
        link_to(change),
        remark(f" (patch set {change.patch_set}, {_STATUS[change.status]})", weight=_PATCH_SET),
        *([remark(f" {age}", weight=_AGE)] if age else ()),
        f": {summary(report)}",
    )


def _unjudged(report: CheckReport) -> Iterator[Clause]:
    for rule, missing in dict.fromkeys((item.rule, item.missing) for item in report.unjudged):
        yield clause(rule, f" (without {short(missing)})", weight=_MEND, shorter=[rule])


def merged_doc(change: Change, what: str, pending: bool = False) -> Doc:
    """A proposal that merged, and whether the tags of its releases are still to come."""
    told = "merged, tag pending" if pending else "the proposal is merged"
    return doc(line(f"{what}: {told}, ", link_to(change)))


def who_words(called: ChosenName, longest: int = 40) -> str:
    """Somebody by the name that they chose: as no more than that, where it is another's."""
    name = short(called.name, longest)
    if called.is_anothers:
        return f"somebody whose name is {name}"
    return name or "somebody"


def vote_doc(change: Change, what: str, vote: Vote, called: ChosenName) -> Doc:
    """A vote against a proposal."""
    who = who_words(called)
    return doc(line(f"{what}: {vote.label} {vote.value} by {who}, ", link_to(change)))


def approved_doc(change: Change, what: str) -> Doc:
    """A proposal that the team said yes to."""
    return doc(line(f"{what}: approved, ", link_to(change)))


def approval_lost_doc(change: Change, what: str, uploader: ChosenName) -> Doc:
    """A proposal that the team had said yes to, and whose patch set has no yes now."""
    who = who_words(uploader)
    whose = f" by {who}" if uploader.is_anothers else f", {who}'s,"
    told = f"approved no more: patch set {change.patch_set}{whose} lacks PTL-Approved"
    return doc(line(f"{what}: {told}, ", link_to(change)))


def errors_doc(change: Change, what: str, report: CheckReport) -> Doc:
    """A proposal with errors: the first, and how many more."""
    return doc(line(f"{what}: ", *finding_phrases(report.errors), ", ", link_to(change)))


def proposed_doc(
    change: Change, what: str, owner: ChosenName, answer: AnswerBy | None, now: dt.datetime
) -> Doc:
    """Somebody else's proposal that waits for the team's yes, and what none means by when."""
    head = _proposes(change, what, owner)
    then = _silence(answer, now) if answer else ""
    return doc(line(*head, f" - PTL-Approved is missing{then}"), brief=head)


def _silence(answer: AnswerBy, now: dt.datetime) -> str:
    is_past = answer.day < now.date()
    if answer.silence is Silence.IS_ABANDONED:
        how = "and none came" if is_past else "and no answer by then means no"
        return f"; the final RC's deadline {'was' if is_past else 'is'} {answer.day}, {how}"
    if is_past:
        return f", and Friday, {answer.day}, is past: it may merge any time"
    return f"; no answer by Friday, {answer.day}, means yes"


def approved_proposal_doc(change: Change, what: str, owner: ChosenName, by_label: bool) -> Doc:
    """Somebody else's proposal that has the team's yes: by PTL-Approved, or by its own people."""
    head = _proposes(change, what, owner)
    how = "PTL-Approved is there" if by_label else "the team has said yes"
    return doc(line(*head, f" ({how})"), brief=head)


def _proposes(change: Change, what: str, owner: ChosenName) -> tuple[str, Link]:
    return f"{who_words(owner)} proposes {what}: ", link_to(change)


def released_doc(what: str, version: str, series: str) -> Doc:
    """A version that is tagged."""
    return doc(f"{what} {version} is released ({series}).")
