"""`unreleased`: what merged since each deliverable's last release, and whether it is worth one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...domain.freshness import as_of
from ...domain.gerrit_scope import last_on_master
from ...domain.messages.clauses import listing
from ...domain.messages.doc import Line, doc, line
from ...domain.moment import Moment
from ...domain.releases.merged_changes import Sort, sort_of
from ...domain.releases.proposal import GERRIT
from ...domain.releases.shapes import plain_name
from ...domain.snapshot import Snapshot
from ...registry import Ask, Reply, UserError, command
from .merged_since import Unreleased as Unreleased
from .merged_since import left_over as left_over
from .words.proposals import link_to, short
from .words.tasks import tally_words


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
