"""Which proposals are open, joined from Gerrit and from the files on master, whichever is newer."""

from __future__ import annotations

from ..gerrit_scope import changes_of
from ..model import Deliverable
from ..moment import Moment
from ..snapshot import deliverable_of
from .proposal import GERRIT, Proposal
from .released import as_written


def open_proposals(moment: Moment) -> tuple[Proposal, ...]:
    """The open proposals by Gerrit's last answer, but for those that the files have by now: read
    since then they tell more, and what they have is told as merged."""
    known = changes_of(moment.snapshot)
    proposals = known.proposals if known else ()
    return tuple(p for p in proposals if p.change.status == "NEW" and not _merged_since(moment, p))


def is_in_files(moment: Moment, proposal: Proposal) -> bool:
    """Whether the files on master have every version and branch that a proposal has."""
    after = [file.after.deliverable for file in proposal.files if file.after]
    return bool(after) and all(file is not None and _is_there(moment, file) for file in after)


def _is_there(moment: Moment, file: Deliverable) -> bool:
    now = moment[deliverable_of(file.series, file.name)].value
    if now is None:
        return False
    there = as_written(now)
    releases = {(r.version, r.hashes) for r in file.releases}
    branches = {branch.name for branch in file.branches}
    return releases <= {(r.version, r.hashes) for r in there.releases} and branches <= {
        branch.name for branch in there.branches
    }


def _merged_since(moment: Moment, proposal: Proposal) -> bool:
    """Whether files that were read after Gerrit's last answer have it, each of them."""
    told, is_away = moment[GERRIT].at, moment[GERRIT].problem is not None
    after = [file.after for file in proposal.files if file.after]
    read = [moment[deliverable_of(file.series, file.name)].at for file in after]
    are_newer = all(at and told and (at > told or (is_away and at == told)) for at in read)
    return are_newer and is_in_files(moment, proposal)
