"""Checks a local file that somebody is about to upload: it is judged by what it adds to the file
that is published."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...domain.model import Deliverable
from ...domain.moment import Moment
from ...domain.releases.proposal import CheckReport, GerritFacts, ProposedFile, Unjudged
from ...domain.releases.released import as_written, still_to_come, without_versions
from ...domain.snapshot import Snapshot, deliverable_of, schedule_of
from .proposal_check import context_of
from .rules import RELEASED_RULE, check_release
from .rules.case import Published
from .words import missing


@dataclass(frozen=True)
class Upload:
    """A local file, and the state onto which it would be proposed. `published` is None where no
    file is; `again` is the last release where the file adds nothing, which is then checked once
    more; `lost` tells why the published file is not known."""

    before: ProposedFile
    after: ProposedFile
    published: Deliverable | None = None
    still_to_come: frozenset[str] = frozenset()
    again: str = ""
    lost: str = ""

    @property
    def remark(self) -> str:
        """What a person must know of how the file was read; else nothing."""
        if self.lost and self.again:
            return f"taken as the proposal of {self.again}, its last release"
        return f"no release that is not published; {self.again} checked again" * bool(self.again)


def upload_of(moment: Moment, after: ProposedFile) -> Upload:
    """How a local file is to be judged at `moment`: by what it has and the published file has not.

    Where `moment` is before the published file was read, the versions that the cycle's schedule
    puts after `moment` may lack, and the file's last release is one that it adds. Where the file
    adds nothing, or the published one is not known, its last release is the proposal."""
    new = after.deliverable
    if new is None:
        return Upload(ProposedFile(after.path, ""), after)
    fact = moment[deliverable_of(after.series, after.name)]
    known = as_written(fact.value) if fact.value else None
    coming: frozenset[str] = frozenset()
    schedule = moment[schedule_of(after.series)].value
    if known is not None and schedule is not None and fact.at is not None and moment.now < fact.at:
        coming = still_to_come(known, schedule, moment.now)
    before = _as_it_was(known, new, coming) if known is not None else None
    lost = "" if fact.known else fact.problem or _why_lost(moment.snapshot, after)
    again = ""
    if lost or (before is not None and not _adds(before, new)):
        before, again = _without_last(new)
    return Upload(
        ProposedFile(after.path, "", deliverable=before), after, known, coming, again, lost
    )


def _as_it_was(known: Deliverable, new: Deliverable, coming: frozenset[str]) -> Deliverable:
    kept = {release.version for release in new.releases[:-1]}
    return without_versions(known, coming - kept)


def _why_lost(snapshot: Snapshot, file: ProposedFile) -> str:
    ours = file.name in snapshot.team.deliverables
    return "nobody read it" if ours else "it is no deliverable of the team's"


def _adds(before: Deliverable, new: Deliverable) -> bool:
    old = {(release.version, release.hashes) for release in before.releases}
    branches = {branch.name: branch.location for branch in before.branches}
    return any((r.version, r.hashes) not in old for r in new.releases) or any(
        branches.get(branch.name) != branch.location for branch in new.branches
    )


def _without_last(file: Deliverable) -> tuple[Deliverable | None, str]:
    if not file.releases:
        return None, ""
    *older, last = file.releases
    branches = tuple(b for b in file.branches if b.location != last.version)
    return replace(file, releases=tuple(older), branches=branches), last.version


def check_upload(moment: Moment, upload: Upload, gerrit: GerritFacts | None) -> CheckReport:
    """The report on a local file. A release that is published already is not held against the
    dates: nobody knows on which day it was proposed."""
    after = upload.after
    context = context_of(moment, after.series, after.name, gerrit)
    if upload.again and not upload.lost:
        context = replace(context, now=None)
    published = Published(upload.published, upload.still_to_come)
    report = check_release(upload.before.deliverable, after, context, published)
    if not upload.lost:
        return report
    unjudged = Unjudged(RELEASED_RULE, "", missing.published_file(upload.lost))
    return replace(report, unjudged=(*report.unjudged, unjudged))
