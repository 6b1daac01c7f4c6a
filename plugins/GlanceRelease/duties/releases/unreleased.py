"""`unreleased`: what merged since each deliverable's last release, and whether it is worth one."""

from __future__ import annotations

from ...domain.freshness import as_of
from ...domain.gerrit_scope import last_on_master, near_series
from ...domain.messages.doc import doc
from ...domain.moment import Moment
from ...domain.releases.merged_changes import Sort, sort_of
from ...domain.releases.proposal import GERRIT, Change
from ...domain.snapshot import deliverable_of
from ...registry import Ask, Reply, command
from ..typed_names import NameSort, taken
from .merged_since import Unreleased as Unreleased
from .merged_since import is_counted
from .merged_since import left_over as left_over
from .words.unreleased import (
    NO_DAY,
    NO_RELEASE,
    away,
    change_line,
    not_counted,
    unreleased_line,
    with_more,
)


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
    """All deliverables in as few lines as they fit, or one with its foremost change linked; in
    private every change has a line. The answer is the last poll's; Gerrit is asked at once for a
    newer one."""
    asked = taken(moment, "unreleased", ask.text, NameSort.DELIVERABLE)
    names = [named.deliverable for named in asked] or moment.team.deliverables
    known = {name: left_over(moment, name) for name in names}
    told = [left for left in known.values() if left is not None]
    unknown: dict[str, list[str]] = {}
    for name in (name for name, left in known.items() if left is None):
        unknown.setdefault(_why(moment, name), []).append(name)
    details = [change_line(change) for left in told for change in _foremost_first(left)]
    lines = [unreleased_line(told, unknown, as_of(moment[GERRIT], moment.now))]
    if ask.text and details and ask.channel is not None:
        lines.append(with_more(details[0], len(details) - 1))
    return Reply(doc(*lines, details=details), fresh=GERRIT.name)


def _why(moment: Moment, name: str) -> str:
    last, gerrit = last_on_master(moment, name), moment[GERRIT]
    if last is None:
        return NO_RELEASE
    if not gerrit.known and gerrit.problem:
        return away("Gerrit", gerrit.problem)
    if not is_counted(moment, last[1]):
        return not_counted(last[1].version)
    files = (moment[deliverable_of(series.name, name)] for series in near_series(moment))
    trouble = next((file.problem for file in files if file.problem), None)
    return away("opendev", trouble) if trouble else NO_DAY


def _foremost_first(left: Unreleased) -> list[Change]:
    order = {sort: number for number, sort in enumerate(Sort)}
    return sorted(left.tally.changes, key=lambda c: (order[sort_of(c)], -c.number))
