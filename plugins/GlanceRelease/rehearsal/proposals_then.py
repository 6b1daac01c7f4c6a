"""Which releases were proposed and had not merged at an instant of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from ..domain.model import Branch, Deliverable
from ..domain.releases.proposal import (
    PAST_PROPOSALS,
    Change,
    FileChange,
    Proposal,
    ProposedFile,
)
from ..domain.releases.released import Released, with_tags_days
from ..domain.snapshot import Fetched, Snapshot, deliverable_of


def proposed_at(
    snapshot: Snapshot, rows: Sequence[Released], now: dt.datetime
) -> tuple[Proposal, ...] | None:
    """What was open at `now` by the rows, as far as the files of the snapshot have it. Number,
    owner and votes of the changes are not known. None where no row tells when it was proposed."""
    if not any(row.proposed for row in rows):
        return None
    dated = zip(rows, with_tags_days(rows, snapshot), strict=True)
    is_open = (
        row for row, at in dated if row.proposed and row.proposed <= now < at.merged and row.series
    )
    return tuple(_proposal(snapshot, row) for row in is_open)


def _proposal(snapshot: Snapshot, row: Released) -> Proposal:
    change = Change(0, "openstack/releases", "master", "", "NEW", created=row.proposed)
    path = f"{row.series}/{row.deliverable}.yaml"
    file = snapshot[deliverable_of(row.series, row.deliverable)].value
    release = next((r for r in file.releases if r.version == row.version), None) if file else None
    if file is None or release is None:
        return Proposal(change)
    branches = tuple(Branch(name, row.version) for name in row.branches)
    after = replace(file, releases=(release,), branches=branches)
    before = replace(file, releases=(), branches=())
    return Proposal(change, (FileChange(_file(path, before), _file(path, after)),))


def _file(path: str, file: Deliverable) -> ProposedFile:
    return ProposedFile(path, "", deliverable=file)


def with_proposals(
    snapshot: Snapshot, proposals: tuple[Proposal, ...] | None, now: dt.datetime
) -> Snapshot:
    """The snapshot of a rehearsal with what was proposed then."""
    known = Fetched(proposals, now, "stored")
    return replace(snapshot, facts={**snapshot.facts, PAST_PROPOSALS.name: known})
