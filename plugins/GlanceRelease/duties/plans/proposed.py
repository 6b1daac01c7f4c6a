"""Whether a planned release is proposed: a change in Gerrit adds it, or its file has it already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from ...domain.calendar.cycle import start_of
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.gerrit_scope import changes_of
from ...domain.model import Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.version import Version, parse_version
from ...domain.snapshot import Snapshot, deliverable_of
from ..releases.left_to_do import work_for

EARLY = dt.timedelta(days=7)
_BETAS = {Kind.MILESTONE_1: 1, Kind.MILESTONE_2: 2, Kind.MILESTONE_3: 3}
_LIBRARIES = {
    Kind.FINAL_LIBRARIES: "library",
    Kind.FINAL_CLIENT_LIBRARIES: "client-library",
}


def is_proposed(moment: Moment, calendar: Calendar, deadline: Deadline) -> bool:
    """Whether nothing is left to propose for the deadline: all of it is released, a file has the
    version, or an open or merged change adds it."""
    if work_for(moment, calendar, deadline).is_done:
        return True
    since = start_of(deadline.day) - EARLY
    for name in moment.team.deliverables:
        file = moment[deliverable_of(calendar.series.name, name)].value
        if file is not None and _has(file, file.releases, deadline.kind, since):
            return True
    return any(
        _has(file, added, deadline.kind, None)
        for file, added in _added(moment.snapshot, calendar, since)
    )


def _added(
    snapshot: Snapshot, calendar: Calendar, since: dt.datetime
) -> Iterator[tuple[Deliverable, list[Release]]]:
    """What open changes, and those that merged, add to the cycle's files; a library's change
    counts from a week before the deadline on."""
    known = changes_of(snapshot)
    for proposal in known.proposals if known else ():
        change = proposal.change
        if change.status == "ABANDONED":
            continue
        for row in proposal.files:
            after = row.after.deliverable if row.after else None
            if after is None or row.after is None or row.after.series != calendar.series.name:
                continue
            before = (
                row.before.deliverable.releases if row.before and row.before.deliverable else ()
            )
            had = {release.version for release in before}
            added = [release for release in after.releases if release.version not in had]
            late = change.created is None or change.created >= since
            if late or after.is_staged:
                yield after, added


def _has(
    file: Deliverable, releases: Iterable[Release], kind: Kind, since: dt.datetime | None
) -> bool:
    """Whether one of the versions is what a deadline of this kind asks for; with `since` a
    library's counts only if it is known to be tagged from then on."""
    for release in releases:
        version = parse_version(release.version)
        if version is None:
            continue
        if kind in _LIBRARIES:
            tagged = since is None or (release.tagged is not None and release.tagged >= since)
            if file.type == _LIBRARIES[kind] and tagged:
                return True
        elif file.is_staged and _is_for(kind, version):
            return True
    return False


def _is_for(kind: Kind, version: Version) -> bool:
    if not version.stage:
        return True  # a final version comes after all of them
    if kind in _BETAS:
        late = version.stage == "b" and version.number >= _BETAS[kind]
        return version.stage == "rc" or late
    return version.stage == "rc" and version.number >= (2 if kind is Kind.FINAL_RC else 1)
