"""What merged since each deliverable's last release, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.gerrit_scope import changes_of, last_on_master
from ...domain.model import Release
from ...domain.moment import Moment
from ...domain.releases.merged_changes import Tally

LIBRARIES = ("library", "client-library")


@dataclass(frozen=True)
class Unreleased:
    """What is on master and not in `version`, the newest that was released from there."""

    deliverable: str
    version: str
    library: bool
    tally: Tally


def left_over(moment: Moment, name: str) -> Unreleased | None:
    """The unreleased changes; None where Gerrit or the last release's day is not known, or what
    it told was counted since another release."""
    known = changes_of(moment.snapshot)
    last = last_on_master(moment, name) if known is not None else None
    if last is None or known is None:
        return None
    file, release = last
    repositories = [repository for repository, _ in release.hashes]
    if not repositories or any(repository not in known.merged for repository in repositories):
        return None
    if not is_counted(moment, release):
        return None
    changes = [change for repository in repositories for change in known.merged[repository]]
    more = any(repository in known.cut_short for repository in repositories)
    tally = Tally.of(changes, cut_short=more)
    return Unreleased(name, release.version, file.type in LIBRARIES, tally)


def is_counted(moment: Moment, release: Release) -> bool:
    """Whether what Gerrit told was counted since this release, not another one."""
    known = changes_of(moment.snapshot)
    last = known.last if known else {}
    return all(last.get(repository, sha) == sha for repository, sha in release.hashes)
