"""Which of a schedule's deadlines bind a deliverable, by its type and its release model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..model import Deliverable, Kind, Series
from ..snapshot import SERIES, Snapshot, deliverable_of

MILESTONES = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3)
MILESTONE_NUMBERS = {kind: number for number, kind in enumerate(MILESTONES, 1)}
# What takes the place of a milestone's beta, or asks anew for a library's release.
AFTER_MILESTONE = dict(zip(MILESTONES, (*MILESTONES[1:], Kind.RC1), strict=True))
_LIBRARIES = ("library", "client-library")

Shapes = tuple[Deliverable, ...] | None


def trails(shape: Deliverable) -> bool:
    """Whether it is released after the others, with a deadline of its own: a type now, a release
    model up to stein (openstack/releases, deliverable schema)."""
    return shape.type == "trailing" or shape.release_model == "cycle-trailing"


def is_never_released(shape: Deliverable) -> bool:
    """Whether it has branches and no versions (devstack, requirements)."""
    return shape.release_model == "untagged" or shape.stable_branch_type == "tagless"


def has_candidates(shape: Deliverable) -> bool:
    """Whether it follows the cycle with betas and release candidates."""
    return shape.is_staged and not trails(shape)


def has_branches(shape: Deliverable) -> bool:
    """Whether it gets a stable branch in each series (tempest plugins don't)."""
    return shape.stable_branch_type not in ("none", "tempest") and shape.type != "tempest-plugin"


def is_library(shape: Deliverable) -> bool:
    """Whether it ends with a final release before milestone 3."""
    return shape.type in _LIBRARIES and not has_candidates(shape)


def is_intermediary(shape: Deliverable) -> bool:
    """Whether its final intermediary release, with the stable branch, is due in the week of the
    final RCs; what has no stable branches has no last release (tempest plugins)."""
    return not (
        trails(shape)
        or has_candidates(shape)
        or is_library(shape)
        or is_never_released(shape)
        or not has_branches(shape)
    )


def has_highlights(shape: Deliverable) -> bool:
    """Whether its cycle highlights are told: a service's, or of what comes with its RCs."""
    return has_candidates(shape) or shape.type == "service"


def asks_for(kind: Kind, shape: Deliverable) -> bool:
    """Whether a deadline of this kind asks for a release of such a deliverable."""
    if trails(shape):
        return kind is Kind.CYCLE_TRAILING and not is_never_released(shape)
    if has_candidates(shape):
        return kind in (*MILESTONES, Kind.RC1, Kind.RELEASE)
    if is_intermediary(shape):
        return kind is Kind.FINAL_RC
    if kind is Kind.FINAL_LIBRARIES:
        return shape.type == "library"
    if kind is Kind.FINAL_CLIENT_LIBRARIES:
        return shape.type == "client-library"
    return kind in MILESTONES and is_library(shape)


def is_planned(kind: Kind, shapes: Shapes) -> bool:
    """Whether the team plans a day for it: something of the team's is released then, as far as
    its deliverables are known."""
    return shapes is None or any(
        asks_for(kind, shape) or (kind is Kind.FINAL_RC and has_candidates(shape))
        for shape in shapes
    )


_FOLLOWERS: dict[Kind, Callable[[Deliverable], bool]] = {
    Kind.FINAL_LIBRARIES: lambda shape: shape.type == "library" and is_library(shape),
    Kind.FINAL_CLIENT_LIBRARIES: lambda shape: shape.type == "client-library" and is_library(shape),
    Kind.FEATURE_FREEZE: has_candidates,  # "for projects following the cycle-with-rc model"
    Kind.RC1: has_candidates,
    Kind.FINAL_RC: lambda shape: has_candidates(shape) or is_intermediary(shape),
    **dict.fromkeys(
        (
            *MILESTONES,
            Kind.MEMBERSHIP_FREEZE,  # "does not apply to cycle-trailing ... projects"
            Kind.SOFT_STRING_FREEZE,
            Kind.HARD_STRING_FREEZE,
            Kind.CYCLE_HIGHLIGHTS,
            Kind.RELEASE,
        ),
        lambda shape: not trails(shape),
    ),
}


def unbound(shapes: Shapes, some: Iterable[Deliverable] = ()) -> frozenset[Kind]:
    """The deadlines that bind none of the team's deliverables: RC1 without release candidates, a
    library freeze without libraries, the cycle's own for who trails it. Where some deliverable is
    not known (`shapes` is None) only the trailing one, unless one of `some` trails. Where no series
    has a file of any of them, nobody knows that it doesn't."""
    known = tuple(some) if shapes is None else shapes
    may_trail = shapes == () or any(map(trails, known))
    kinds = set() if may_trail else {Kind.CYCLE_TRAILING}
    if shapes:
        trailing = any(map(trails, shapes))  # what is never released goes with what is
        bound = [shape for shape in shapes if not (trailing and is_never_released(shape))] or shapes
        kinds |= {kind for kind, binds in _FOLLOWERS.items() if not any(map(binds, bound))}
    return frozenset(kinds)


_LACKING: dict[Kind, str] = {
    Kind.FINAL_LIBRARIES: "none is a library that is no client",
    Kind.FINAL_CLIENT_LIBRARIES: "none is a client library",
    Kind.FEATURE_FREEZE: "none has release candidates",
    Kind.RC1: "none has release candidates",
    Kind.FINAL_RC: "none has a release then",
    Kind.CYCLE_TRAILING: "none trails the cycle",
}


def why_unbound(kind: Kind, shapes: Shapes) -> str:
    """Why a deadline of this kind binds none of the team's deliverables; empty where it binds one,
    or where that is not known."""
    if not shapes or kind not in unbound(shapes):
        return ""
    if kind is not Kind.CYCLE_TRAILING and any(map(trails, shapes)):
        return "what it releases trails the cycle"
    return _LACKING.get(kind, "none follows the cycle")


def shapes_in(snapshot: Snapshot, near: Sequence[Series]) -> tuple[Shapes, list[Deliverable]]:
    """The type and model of each of the team's deliverables, from the first of these series whose
    file has it; None where a file that may tell was never read. And what is known all the same.
    Where these series have none of them, any other that is at hand tells as much."""
    shapes: list[Deliverable] = []
    complete = True
    for name in snapshot.team.deliverables:
        facts = [snapshot[deliverable_of(series.name, name)] for series in near]
        shape = next((fact.value for fact in facts if fact.value is not None), None)
        if shape is not None:
            shapes.append(shape)
        complete = complete and (shape is not None or all(fact.known for fact in facts[:2]))
    if not shapes:
        shapes = [
            shape for name in snapshot.team.deliverables if (shape := _any_of(snapshot, name))
        ]
    return (tuple(shapes) if complete else None), shapes


def _any_of(snapshot: Snapshot, name: str) -> Deliverable | None:
    files = (snapshot[deliverable_of(s.name, name)].value for s in snapshot[SERIES].value or ())
    return next((file for file in files if file is not None), None)
