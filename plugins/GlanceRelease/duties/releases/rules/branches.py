"""The rule about the branches that a proposal adds to a file."""

from __future__ import annotations

from collections.abc import Iterator

from ....domain.model import Branch
from ....domain.releases.version import parse_version
from ..words import faults
from .case import Fault, FileCase, FileVerdict, fault

KINDS = ("stable", "unmaintained", "bugfix", "feature")
BY_VERSION = "std-with-versions"
UPSTREAM = "upstream"


def added_branches(case: FileCase) -> FileVerdict:
    """A branch that is added is one that the deliverable may have: of its own series (or of its
    version, where stable-branch-type says so), and cut from a version of the file; a stable branch
    from the last one."""
    old = case.before.branches if case.before else ()
    known = {(branch.name, branch.location) for branch in old}
    added = [
        branch for branch in case.after.branches if (branch.name, branch.location) not in known
    ]
    return [fault for branch in added for fault in _faults(case, branch)] if added else None


def _faults(case: FileCase, branch: Branch) -> Iterator[Fault]:
    kind, _, rest = branch.name.partition("/")
    if kind not in KINDS or not rest:
        yield fault(faults.NO_KIND_OF_BRANCH, branch=branch.name)
    elif case.after.stable_branch_type == "none" or case.after.type == "tempest-plugin":
        yield fault(faults.HAS_NO_BRANCHES, name=case.file.name, branch=branch.name)
    elif kind != "feature":
        wrong = _misnamed(case, branch, kind, rest)
        if wrong is not None:
            yield wrong
        yield from _misplaced(case, branch, kind)


def _misnamed(case: FileCase, branch: Branch, kind: str, rest: str) -> Fault | None:
    by_version = case.after.stable_branch_type == BY_VERSION
    version = parse_version(branch.location)
    short = f"{version.major}.{version.minor}" if version else ""
    if by_version and short and rest == short:
        return None
    if kind == "bugfix":
        if not by_version:
            return fault(faults.NOT_BY_VERSION, branch=branch.name, kind=BY_VERSION)
        if not short:
            return None
        words, right = faults.OTHER_VERSION_S_BRANCH, f"bugfix/{short}"
        return fault(words, branch=branch.name, location=branch.location, right=right)
    if case.series is None or case.after.stable_branch_type == UPSTREAM:
        return None
    if rest == case.series.branch_id:
        return None
    own = f"{kind}/{case.series.branch_id}"
    if case.adds_rc1 and own not in [branch.name for branch in case.after.branches]:
        return None  # rc1-branch says it
    series = case.series.name
    return fault(faults.OTHER_SERIES_NAME, name=branch.name, series=series, right=own)


def _grows(case: FileCase) -> bool:
    """Whether it is a file as before with at most one release more, and no whole history at once,
    whose branch was cut long before its end."""
    return case.before is not None and len(case.added_releases) <= 1


def _misplaced(case: FileCase, branch: Branch, kind: str) -> Iterator[Fault]:
    if " " in branch.location:
        return  # a map from repository to commit, as what has no releases has it
    versions = [release.version for release in case.after.releases]
    last = next((version for version in reversed(versions) if parse_version(version)), "")
    where = {"branch": branch.name, "location": branch.location}
    if branch.location not in versions:
        words = faults.BRANCH_OF_NO_VERSION if last else faults.BRANCH_WITHOUT_VERSION
        yield fault(words, **where, last=last)
    elif (
        kind == "stable" and last not in ("", branch.location) and not case.staged and _grows(case)
    ):
        yield fault(faults.BRANCH_BEFORE_LAST, "warning", **where, last=last)
