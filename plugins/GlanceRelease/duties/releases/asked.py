"""What a deadline may ask of a deliverable, how that may stand, and the rule that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...domain.rule_sources import Follows, follows


class TaskState(StrEnum):
    """How a task stands: to be done, proposed with the team's yes, done, merged while its tag is
    not there yet, not worth doing since nothing merged, or not to be told."""

    LEFT = "left"
    APPROVED = "proposed with the team's yes"
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


# What a later deadline's release needs before it, and does not come with it.
COMES_FIRST = (Asked.RC1, Asked.BRANCH)


@dataclass(frozen=True)
class Basis:
    """The rule that asks for a task, with its source, and what settles it."""

    follows: Follows
    settled_by: str


def basis(rule: str, settled_by: str, *sources: str) -> Basis:
    """The same, by the names that the sources have in the table."""
    return Basis(follows(rule, *sources), settled_by)


BASES = {
    Asked.BETA: basis(
        "the service gets a beta at each milestone",
        "a beta of the milestone's number, or anything later, in the deliverable file", "liaison",
    ),
    Asked.RC1: basis(
        "RC1 comes with its stable branch",
        "a release candidate and the stable branch in the deliverable file", "guide",
    ),
    Asked.BRANCH: basis(
        "RC1 comes with its stable branch",
        "the stable branch in the deliverable file", "guide",
    ),
    Asked.FINAL: basis(
        "the last release candidate is released as the final version",
        "a final version in the deliverable file", "process",
    ),
    Asked.TRAILING_FINAL: basis(
        "what trails the cycle is released by its own deadline",
        "a final version in the deliverable file", "types",
    ),
    Asked.RELEASE: basis(
        "each library is released at least once a milestone",
        "a release since the milestone before, or nothing that is worth one", "liaison",
    ),
    Asked.LAST: basis(
        "a library's last release comes before its freeze, in every cycle",
        "a release since milestone 2, or nothing that is worth another one", "process",
    ),
    Asked.LAST_WITH_BRANCH: basis(
        "the stable branch is cut from the last release of the series",
        "the stable branch in the deliverable file", "types",
    ),
}  # fmt: skip
