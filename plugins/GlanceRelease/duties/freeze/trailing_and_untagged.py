"""The freeze of what the cycle's days don't bind: what trails it, what is never released, and
requirements, which have a freeze of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import trails
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Branch, Deliverable, Kind, Series
from ...domain.releases.freeze_reasons import (
    Fact,
    FreezeRule,
    Next,
    Reason,
    due_of,
    due_of_kind,
)
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.shapes import cut_in, final_of, repository_of
from ...domain.snapshot import Snapshot, deliverable_of
from .deliverable import FreezeView

REQUIREMENTS = "openstack/requirements"


def trailing_states(view: FreezeView) -> Iterator[BranchState]:
    """What trails: open, and of which series' final release it is, by the deadline that stands in
    the next cycle's schedule; its own freezes stand in no file of openstack/releases."""
    reasons = (_trailing(view), Reason(Fact.UNBOUND))
    yield view.row("master", State.OPEN, FreezeRule.TRAILING, reasons)


def _trailing(view: FreezeView) -> Reason:
    calendar, kind = view.calendar, Kind.CYCLE_TRAILING
    before, end = calendar.before, view.end(kind)
    old = view.moment[deliverable_of(before.name, view.name)].value if before else None
    if before is not None and old is not None and not is_cut(old, before):
        due = view.due(kind)
        if due is None:
            return Reason(Fact.TRAILING_NOT_MADE, series=before.title)
        was = end is not None and view.moment.now >= end
        return Reason(Fact.TRAILING_DUE, series=before.title, kind=kind, due=due, past=was)
    last = next(iter(calendar.ahead), None)
    if last is None:
        return Reason(Fact.TRAILING_LATER, series=view.title)
    return Reason(Fact.TRAILING_DUE, series=view.title, kind=kind, due=due_of(last))


def _was_cut(view: FreezeView, cut: Branch) -> bool:
    """Whether the branch was there already: one without a recorded day comes with the release
    candidates."""
    candidates = view.end(Kind.RC1)
    known = cut.created is not None or candidates is None or view.moment.now >= candidates
    return known and not view.days_unknown()


def is_cut(file: Deliverable, series: Series) -> bool:
    """Whether the file has the series' stable branch."""
    return cut_in(file, series) is not None


def trails_after(calendar: Calendar | None, shape: Deliverable, series: Series) -> bool:
    """Whether the deliverable trails this series, which is the one released last."""
    return trails(shape) and calendar is not None and calendar.before == series


def trailing_final(
    snapshot: Snapshot, calendar: Calendar, shape: Deliverable, series: Series
) -> tuple[Reason, ...]:
    """When the final release of what trails a series that is out is due; nothing where it is
    made."""
    file = snapshot[deliverable_of(series.name, shape.name)].value
    due = due_of_kind(calendar, Kind.CYCLE_TRAILING)
    if file is None or not file.is_staged or final_of(file.releases) or due is None:
        return ()
    return (Reason(Fact.FINAL_DUE, repository_of(shape), kind=Kind.CYCLE_TRAILING, due=due),)


def unreleased_states(view: FreezeView) -> Iterator[BranchState]:
    """What has branches and no versions: no phase of the release; requirements from their freeze
    until the stable branches are created take critical changes only (the schedule's Requirements
    freeze)."""
    if REQUIREMENTS not in view.shape.repositories:
        yield view.row("master", State.OPEN, FreezeRule.UNTAGGED, (Reason(Fact.NEVER_RELEASED),))
        return
    kind, rule = Kind.REQUIREMENTS_FREEZE, FreezeRule.REQUIREMENTS
    frozen, cut = view.end(kind), view.cut()
    if cut is not None and view.is_cut and _was_cut(view, cut):
        yield view.row("master", State.OPEN, rule, (view.branch_exists,), cut.created)
    elif frozen is None:
        none = Reason(Fact.NO_EVENT, series=view.title, kind=kind)
        yield view.row("master", State.UNKNOWN, rule, (none,))
    elif view.moment.now < frozen:
        then = Next.REQUIREMENTS_FREEZE
        yield view.row("master", State.OPEN, rule, view.development, view.opened, frozen, then)
    else:
        due = view.due(kind)
        why = Reason(Fact.REQUIREMENTS_FROZEN, view.branch, kind=kind, due=due, past=True)
        yield view.row("master", State.REQUIREMENTS_FREEZE, rule, (why,), frozen)
