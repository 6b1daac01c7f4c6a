"""What merged since each deliverable's last release, and whether it is worth a release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...domain.freshness import as_of
from ...domain.gerrit_scope import changes_of, last_on_master
from ...domain.messages.clauses import listing
from ...domain.messages.doc import Line, doc, line
from ...domain.moment import Moment
from ...domain.releases.merged_changes import Sort, Tally, sort_of
from ...domain.releases.proposal import GERRIT
from ...domain.releases.shapes import plain_name
from ...domain.snapshot import Snapshot
from ...registry import Ask, Reply, UserError, command
from .proposal_check import link_to, short

LIBRARIES = ("library", "client-library")
_PLURALS = {
    Sort.FEATURE: "features", Sort.RAISE: "requirement raises",
    Sort.REQUIREMENT: "requirement changes", Sort.FIX: "fixes",
    Sort.CI: "CI, tests and docs only", Sort.OTHER: "other",
}  # fmt: skip


@dataclass(frozen=True)
class Unreleased:
    """What merged on master since `version`, the newest that was released from there."""

    deliverable: str
    version: str
    library: bool
    tally: Tally


def left_over(moment: Moment, name: str) -> Unreleased | None:
    """The unreleased changes; None where Gerrit or the last release's day is not known."""
    last = last_on_master(moment, name)
    known = changes_of(moment.snapshot)
    if last is None or known is None:
        return None
    file, release = last
    repositories = [repository for repository, _ in release.hashes]
    if not repositories or any(repository not in known.merged for repository in repositories):
        return None
    changes = [change for repository in repositories for change in known.merged[repository]]
    return Unreleased(name, release.version, file.type in LIBRARIES, Tally.of(changes))


def tally_words(tally: Tally) -> str:
    """ "12 changes merged: 2 features, 4 fixes, 6 CI, tests and docs only"."""
    if not tally.changes:
        return "nothing merged: nothing to release"
    counts = [
        f"{len(merged)} {sort if len(merged) == 1 else _PLURALS[sort]}"
        for sort in Sort
        if (merged := tally.of_sort(sort))
    ]
    total = len(tally.changes)
    text = f"{total} change{'' if total == 1 else 's'} merged: {', '.join(counts)}"
    return text if tally.worth_releasing else f"{text}: nothing to release"


def amount(left: Unreleased, brief: bool = False) -> str:
    """ "7 changes since 5.7.0, 2 features", or in short "7 changes"."""
    total = len(left.tally.changes)
    text = f"{total} change{'' if total == 1 else 's'}"
    if brief:
        return text
    features = len(left.tally.of_sort(Sort.FEATURE))
    more = f", {features} feature{'' if features == 1 else 's'}" if features else ""
    return f"{text} since {left.version}{more}"


@command(
    "unreleased",
    "[DELIVERABLE]",
    "what merged since the last release",
    "unreleased",
    needs=("opendev", "gerrit"),
    basis="what merged in Gerrit after the newest version's commit",
    sources=("deliverables", "gerrit"),
)
def unreleased(moment: Moment, ask: Ask) -> Reply:
    """All deliverables in as few lines as they fit, or one with its foremost change linked. The
    answer is the last poll's; Gerrit is asked at once for a newer one."""
    names = [find_deliverable(moment.snapshot, ask.text)] if ask.text else moment.team.deliverables
    parts: list[str] = []
    unknown: dict[str, list[str]] = {}
    details: list[Line] = []
    for name in names:
        left = left_over(moment, name)
        if left is None:
            unknown.setdefault(_why(moment, name), []).append(name)
            continue
        parts.append(f"{name} since {left.version}: {tally_words(left.tally)}")
        details.extend(_listed(left))
    parts += [f"{', '.join(alike)}: not known{why}" for why, alike in unknown.items()]
    age = as_of(moment[GERRIT], moment.now)
    end = f" {age}." if age else "."
    lines = [line(listing(parts, between="; ", at_break="."), end, most=len(parts))]
    if ask.text and details:
        more = f" and {len(details) - 1} more" if len(details) > 1 else ""
        lines.append(replace(details[0], phrases=(*details[0].phrases, more)))
    return Reply(doc(*lines, details=details), fresh=GERRIT.name)


def find_deliverable(snapshot: Snapshot, text: str) -> str:
    """The team's deliverable that is meant, "_", "." and "-" alike; else a UserError."""
    wanted = plain_name(text.strip())
    for name in snapshot.team.deliverables:
        if wanted == plain_name(name):
            return name
    raise UserError(f"{short(text, 40)} is none of {', '.join(snapshot.team.deliverables)}.")


def _why(moment: Moment, name: str) -> str:
    if last_on_master(moment, name) is None:
        return " (no release of this cycle or the last is known)"
    gerrit = moment[GERRIT]
    if not gerrit.known and gerrit.problem:
        return f" (Gerrit: {short(gerrit.problem, 80)})"
    return " (Gerrit has not told the last release's day yet)"


def _listed(left: Unreleased) -> Iterable[Line]:
    order = {sort: number for number, sort in enumerate(Sort)}
    for change in sorted(left.tally.changes, key=lambda c: (order[sort_of(c)], -c.number)):
        raised = f" ({short(', '.join(change.raises), 80)})" if change.raises else ""
        yield line(f"{sort_of(change)}: {short(change.subject, 120)}{raised} ", link_to(change))
