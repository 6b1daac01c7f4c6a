"""The freeze of a cycle-with-rc service: open, feature freeze, release-critical, final RCs, open.

The states and their bounds follow the Project Team Guide's release management page; that master
is release-critical too between RC1 and the final release is a team's own rule (Glance:
release-cpl.rst).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.model import Kind, Release
from ...domain.releases.freeze_reasons import Fact, FreezeRule, Next, Reason, of_release
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.shapes import final_of, repository_of
from .deliverable import FreezeView


@dataclass(frozen=True)
class _Bounds:
    """The ends (UTC) of the days between which a service's states change; None for one that the
    schedule has not."""

    frozen: dt.datetime | None
    last_rc: dt.datetime | None
    released: dt.datetime | None


def service_states(view: FreezeView) -> Iterator[BranchState]:
    """cycle-with-rc: open, feature freeze, release-critical from RC1's tag, final RCs, open."""
    bounds = _Bounds(
        view.end(view.freezes_by),
        view.end(Kind.FINAL_RC),
        view.end(Kind.RELEASE),
    )
    frozen = bounds.frozen
    rc1, final = _first_rc(view.releases), final_of(view.releases)
    if frozen and view.days_unknown() and (final is None or final.tagged is None):
        if view.moment.now < frozen:
            yield _before_rc1(view, frozen)
        else:
            yield from _undated_service(view, bounds)
    elif final is not None:
        # The final version is in the file: released, whatever hour of the release day it is.
        out = of_release(Fact.FINAL_TAGGED, final)
        yield from view.released_rows(final.tagged, out)
    elif rc1 is None and not view.is_cut:
        yield _before_rc1(view, frozen)
    else:
        yield from _after_rc1(view, rc1, bounds)


def _before_rc1(view: FreezeView, frozen: dt.datetime | None) -> BranchState:
    rule = FreezeRule.FEATURE_FREEZE
    if frozen is None:
        why = Reason(Fact.NO_EVENT, series=view.title, kind=Kind.MILESTONE_3)
        return view.row("master", State.UNKNOWN, rule, (why,))
    if view.moment.now < frozen:
        reasons = (*view.development, *view.freezes_today(view.freezes_by))
        then = Next.FEATURE_FREEZE
        return view.row("master", State.OPEN, rule, reasons, view.opened, frozen, then)
    due = view.end(Kind.RC1)
    is_late = due is not None and view.moment.now >= due
    return view.row(
        "master",
        State.FEATURE_FREEZE,
        rule,
        tuple(_why_frozen(view, is_late)),
        frozen,
        due,
        Next.RELEASE_CRITICAL,
    )


def _why_frozen(view: FreezeView, is_late: bool) -> Iterator[Reason]:
    pending = _first_rc(view.file.value.pending if view.file.value else ())
    if pending is not None:
        yield Reason(Fact.TAG_PENDING, pending.version)
    elif is_late:
        yield from _why_late(view)
    yield Reason(Fact.MILESTONE_3_PASSED, kind=view.freezes_by, past=True)
    if view.file.value is None and not (is_late and _is_past_release(view)):
        yield _no_file(view)


def _why_late(view: FreezeView) -> Iterator[Reason]:
    """RC1 is due, or all of the release: until RC1 is tagged master stays frozen for it."""
    if not _is_past_release(view):
        kind, read = Kind.RC1, view.file.at
        yield Reason(Fact.RC1_LATE, kind=kind, due=view.due(kind), past=True, read=read)
        return
    kind = Kind.RELEASE
    if view.file.value is None:
        yield Reason(Fact.RELEASE_WAS_DUE, kind=kind, due=view.due(kind), past=True)
        yield _no_file(view)
    else:
        due, read = view.due(kind), view.file.at
        yield Reason(Fact.RELEASE_UNMADE, kind=kind, due=due, past=True, read=read)
    yield Reason(Fact.FROZEN_UNTIL_RC1, series=view.title)


def _is_past_release(view: FreezeView) -> bool:
    out = view.end(Kind.RELEASE)
    return out is not None and view.moment.now >= out


def _no_file(view: FreezeView) -> Reason:
    return Reason(Fact.NO_FILE_YET, repository_of(view.shape), view.calendar.series.name)


def _after_rc1(view: FreezeView, rc1: Release | None, bounds: _Bounds) -> Iterator[BranchState]:
    last_rc, released = bounds.last_rc, bounds.released
    near = last_rc is not None and view.moment.now >= last_rc
    state = State.FINAL_RC if near else State.RELEASE_CRITICAL
    tagged = rc1.tagged if rc1 else None
    since, until = (last_rc, released) if near else (tagged, last_rc)
    why = tuple(_why_critical(view, rc1, near, bounds))
    rule = FreezeRule.CANDIDATES
    if view.is_cut:
        reasons = (Reason(Fact.OF_SERIES, series=view.title), *why)
        then = Next.STABLE if near else Next.FINAL_RC
        yield view.row(view.branch, state, rule, reasons, since, until, then)
    else:
        why = (*why, view.uncut)
    opens = Next.NEXT_SERIES if near else Next.FINAL_RC
    if view.moment.team.release_critical_on_master:
        own = Reason(Fact.OWN_RULE, view.moment.team.shown)
        yield view.row("master", state, FreezeRule.MASTER_TOO, (*why, own), since, until, opens)
    elif not view.is_cut:
        reasons = (*why, Reason(Fact.CUT_FROM_MASTER))
        yield view.row("master", state, rule, reasons, since, until, opens)
    else:
        yield view.row("master", State.OPEN, rule, (*why, view.masters_series), since)


def _why_critical(
    view: FreezeView, rc1: Release | None, near: bool, bounds: _Bounds
) -> Iterator[Reason]:
    """RC1, and which of the deadlines after it are past."""
    if rc1 is not None:
        yield of_release(Fact.TAGGED, rc1)
    else:
        yield Reason(Fact.NO_RC1, view.branch)
    if near:
        kind = Kind.FINAL_RC
        yield Reason(Fact.FINAL_RC_WAS, kind=kind, due=view.due(kind), past=True)
    if bounds.released is not None and view.moment.now >= bounds.released:
        kind, read = Kind.RELEASE, view.file.at
        final = final_of(view.file.value.pending if view.file.value else ())
        if final is not None:
            yield Reason(Fact.TAG_PENDING, final.version)
            return
        yield Reason(Fact.RELEASE_LATE, kind=kind, due=view.due(kind), past=True, read=read)


def _undated_service(view: FreezeView, bounds: _Bounds) -> Iterator[BranchState]:
    """A finished series looked at from within, without the days of its releases."""
    unknown = Reason(Fact.DAYS_UNKNOWN)
    last_rc = bounds.last_rc
    if last_rc is not None and view.moment.now >= last_rc:
        reasons: tuple[Reason, ...] = (Reason(Fact.BY_DATES), unknown)
        for branch in ("master", view.branch) if view.cut() else ("master",):
            state, rule = State.FINAL_RC, FreezeRule.CANDIDATES
            yield view.row(branch, state, rule, reasons, last_rc, bounds.released)
        return
    reasons = (
        Reason(Fact.MILESTONE_3_BY_DATES, kind=view.freezes_by, past=True),
        Reason(Fact.RC1_UNKNOWN, kind=Kind.RC1),
        unknown,
    )
    due = view.end(Kind.RC1)
    if due is not None and view.moment.now >= due:
        state, rule, then = State.RELEASE_CRITICAL, FreezeRule.CANDIDATES, Next.FINAL_RC
        yield view.row("master", state, rule, reasons, due, last_rc, then)
        return
    state, rule, then = State.FEATURE_FREEZE, FreezeRule.FEATURE_FREEZE, Next.RELEASE_CRITICAL
    yield view.row("master", state, rule, reasons, bounds.frozen, due, then)


def _first_rc(releases: tuple[Release, ...]) -> Release | None:
    return next((release for release in releases if "rc" in release.version), None)
