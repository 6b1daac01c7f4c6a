"""The freeze of what has no release candidates: libraries, plugins, intermediary services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import has_branches
from ...domain.calendar.cycle import utc_day
from ...domain.model import Kind
from ...domain.releases.freeze_state import BranchState, State
from .deliverable import FreezeView


def library_states(view: FreezeView) -> Iterator[BranchState]:
    """A library: frozen from its final release until the series' release, on the series' branch."""
    kind = view.last_release
    series, now = view.calendar.series, view.moment.now
    frozen, released = view.end(kind), view.end(Kind.RELEASE)
    whose = "client" if kind is Kind.FINAL_CLIENT_LIBRARIES else "non-client"
    words = f"final release for {whose} libraries"
    if view.series_is_released():
        yield from view.released_rows(None, f"{series.title} is released")
        return
    cut = view.cut()
    there = view.is_cut
    if frozen is None and not there:
        yield view.row("master", State.UNKNOWN, None, None, f"the schedule has no {words}")
        return
    if frozen is not None and now < frozen and not there:
        why = f"development of {series.title}; the {words} is next"
        if utc_day(now) == frozen.date() - dt.timedelta(days=1):
            why += "; freezes at the end of today (UTC)"
        opened = view.opened
        yield view.row("master", State.OPEN, opened, frozen, why, "library freeze")
        return
    created = cut.created if cut else None
    is_past = frozen is not None and now >= frozen
    why = f"the schedule has no {words}"
    if frozen is not None:
        why = f"the {words} {'was' if is_past else 'is'} due {view.due(kind)}"
    if not there:
        if cut is not None:
            why += f"; {view.uncut}"
        yield view.row(
            "master", State.LIBRARY_FREEZE, frozen, released, why, "open for the next series"
        )
        return
    since = frozen if is_past else created
    yield view.row(view.branch, State.LIBRARY_FREEZE, since, released, why, "stable")
    requirements = "; requirements stay frozen until the services' stable branches exist"
    yield view.row(
        "master",
        State.OPEN,
        created,
        None,
        f"{view.branch} exists, so master is {view.following}'s{requirements}",
    )


def intermediary_states(view: FreezeView) -> Iterator[BranchState]:
    """Others (tempest plugins, services with intermediary releases) freeze at the final RC only,
    or as soon as their branch is cut; master is the next series' from then on."""
    last_rc, released = view.end(Kind.FINAL_RC), view.end(Kind.RELEASE)
    series = view.calendar.series
    if not has_branches(view.shape):
        yield view.row("master", State.OPEN, None, None, "it has no stable branches and no freeze")
        return
    if view.series_is_released():
        yield from view.released_rows(None, f"{series.title} is released")
        return
    there, is_past = view.is_cut, last_rc is not None and view.moment.now >= last_rc
    if not there and not is_past:
        why = f"development of {series.title}"
        yield view.row("master", State.OPEN, None, last_rc, why, "final releases only")
        return
    why = "the schedule has no final RC"
    if last_rc is not None:
        due = view.due(Kind.FINAL_RC)
        why = f"the deadline for intermediary releases {'was' if is_past else 'is'} {due}"
    if not there:  # the branch is cut from it, and master is the next series'
        why += f"; {view.uncut}"
        opens = "open for the next series"
        yield view.row("master", State.FINAL_RC, last_rc, released, why, opens)
        return
    cut = view.cut()
    created = cut.created if cut else None
    since = last_rc if is_past else created
    yield view.row(view.branch, State.FINAL_RC, since, released, why, "stable")
    why = f"{view.branch} exists, so master is {view.following}'s"
    yield view.row("master", State.OPEN, created, None, why)
