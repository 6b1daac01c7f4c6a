"""What a deadline may ask of a deliverable, how that may stand, and the rule that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TaskState(StrEnum):
    """How a task stands: to be done, proposed with the team's yes, done, merged while its tag is
    not there yet, not worth doing since nothing merged, or not to be told."""

    LEFT = "left"
    APPROVED = "proposed and approved"
    DONE = "done"
    MERGED = "merged"
    NEEDLESS = "needless"
    UNKNOWN = "not known"


class Asked(StrEnum):
    """What a deadline asks of a deliverable."""

    BETA = "beta"
    RC1 = "RC1 with branch"
    BRANCH = "branch"
    FINAL = "final"
    TRAILING_FINAL = "final of what trails"
    RELEASE = "release"
    LAST = "last release"
    LAST_WITH_BRANCH = "last release with branch"


@dataclass(frozen=True)
class Basis:
    """The rule that asks for a task, where it stands, and what settles it."""

    rule: str
    source: str
    settled_by: str


_LIAISON = "glance doc/source/contributor/release-cpl.rst"
_GUIDE = "project-team-guide doc/source/release-management.rst"
_PROCESS = "openstack/releases doc/source/reference/process.rst"
_TYPES = "openstack/releases doc/source/reference/deliverable_types.rst"
BASES = {
    Asked.BETA: Basis(
        "the service gets a beta at each milestone", _LIAISON,
        "a beta of the milestone's number, or anything later, in the deliverable file",
    ),
    Asked.RC1: Basis(
        "RC1 comes with its stable branch", _GUIDE,
        "a release candidate and the stable branch in the deliverable file",
    ),
    Asked.BRANCH: Basis(
        "RC1 comes with its stable branch", _GUIDE, "the stable branch in the deliverable file",
    ),
    Asked.FINAL: Basis(
        "the last release candidate is released as the final version", _PROCESS,
        "a final version in the deliverable file",
    ),
    Asked.TRAILING_FINAL: Basis(
        "what trails the cycle is released by its own deadline", _TYPES,
        "a final version in the deliverable file",
    ),
    Asked.RELEASE: Basis(
        "each library is released at least once a milestone", _LIAISON,
        "a release since the milestone before, or nothing that is worth one",
    ),
    Asked.LAST: Basis(
        "a library's last release comes before its freeze, in every cycle", _PROCESS,
        "a release since milestone 2, or nothing that is worth another one",
    ),
    Asked.LAST_WITH_BRANCH: Basis(
        "the stable branch is cut from the last release of the series", _TYPES,
        "the stable branch in the deliverable file",
    ),
}  # fmt: skip
