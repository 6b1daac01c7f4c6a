"""The freeze of what has no release candidates: libraries, plugins, intermediary services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import has_branches
from ...domain.model import Kind
from ...domain.releases.freeze_reasons import Fact, FreezeRule, Next, Reason
from ...domain.releases.freeze_state import BranchState, State
from .deliverable import FreezeView


def library_states(view: FreezeView) -> Iterator[BranchState]:
    """A library: frozen from its final release until the series' release, on the series' branch."""
    kind, rule = view.last_release, FreezeRule.LIBRARIES
    frozen = view.end(kind)
    if view.series_is_released():
        yield from view.released_rows(None, Reason(Fact.SERIES_RELEASED, series=view.title))
    elif view.is_cut:
        yield from _cut_library(view, frozen)
    elif frozen is None:
        none = Reason(Fact.NO_EVENT, kind=kind)
        yield view.row("master", State.UNKNOWN, rule, (none,))
    elif view.moment.now < frozen:
        why = (*view.development, Reason(Fact.NEXT, kind=kind), *view.freezes_today(kind))
        then = Next.LIBRARY_FREEZE
        yield view.row("master", State.OPEN, rule, why, view.opened, frozen, then)
    else:
        undated = (view.uncut,) if view.cut() is not None else ()
        why = (_deadline(view, kind, Fact.LIBRARIES_DUE), *undated)
        state, released = State.LIBRARY_FREEZE, view.end(Kind.RELEASE)
        yield view.row("master", state, rule, why, frozen, released, Next.NEXT_SERIES)


def _cut_library(view: FreezeView, frozen: dt.datetime | None) -> Iterator[BranchState]:
    """Its branch is there, and master is the next series'."""
    cut, rule = view.cut(), FreezeRule.LIBRARIES
    created = cut.created if cut else None
    is_past = frozen is not None and view.moment.now >= frozen
    due = _deadline(view, view.last_release, Fact.LIBRARIES_DUE)
    since, until = frozen if is_past else created, view.end(Kind.RELEASE)
    yield view.row(view.branch, State.LIBRARY_FREEZE, rule, (due,), since, until, Next.STABLE)
    why = (view.branch_exists, Reason(Fact.REQUIREMENTS_STAY))
    yield view.row("master", State.OPEN, rule, why, created)


def intermediary_states(view: FreezeView) -> Iterator[BranchState]:
    """Others (tempest plugins, services with intermediary releases) freeze at the final RC only,
    or as soon as their branch is cut; master is the next series' from then on."""
    last_rc, released = view.end(Kind.FINAL_RC), view.end(Kind.RELEASE)
    rule = FreezeRule.INTERMEDIARY
    if not has_branches(view.shape):
        yield view.row("master", State.OPEN, rule, (Reason(Fact.NO_FREEZE),))
        return
    if view.series_is_released():
        yield from view.released_rows(None, Reason(Fact.SERIES_RELEASED, series=view.title))
        return
    there, is_past = view.is_cut, last_rc is not None and view.moment.now >= last_rc
    if not there and not is_past:
        then = Next.FINAL_RELEASES
        yield view.row("master", State.OPEN, rule, view.development, None, last_rc, then)
        return
    due = _deadline(view, Kind.FINAL_RC, Fact.INTERMEDIARY_DUE)
    if not there:  # the branch is cut from it, and master is the next series'
        why = (due, view.uncut)
        then = Next.NEXT_SERIES
        yield view.row("master", State.FINAL_RC, rule, why, last_rc, released, then)
        return
    cut = view.cut()
    created = cut.created if cut else None
    since = last_rc if is_past else created
    yield view.row(view.branch, State.FINAL_RC, rule, (due,), since, released, Next.STABLE)
    yield view.row("master", State.OPEN, rule, (view.branch_exists,), created)


def _deadline(view: FreezeView, kind: Kind, fact: Fact) -> Reason:
    """When the deadline is or was due; that the schedule has none, where it has none."""
    end = view.end(kind)
    if end is None:
        return Reason(Fact.NO_EVENT, kind=kind)
    past = view.moment.now >= end
    return Reason(fact, kind=kind, due=view.due(kind), past=past)
