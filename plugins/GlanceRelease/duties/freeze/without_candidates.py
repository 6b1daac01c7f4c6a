"""The freeze of what has no release candidates: libraries, plugins, intermediary services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.cycle import utc_day
from ...domain.model import Kind
from ...domain.releases.freeze_state import BranchState, State
from .deliverable import FreezeView


def library_states(view: FreezeView) -> Iterator[BranchState]:
    """A library: frozen from its final release until the series' release, on the series' branch."""
    kind = view.last_release
    series, now = view.calendar.series, view.now
    frozen, released = view.end(kind), view.end(Kind.RELEASE)
    whose = "client" if kind is Kind.FINAL_CLIENT_LIBRARIES else "non-client"
    words = f"final release for {whose} libraries"
    if view.series_is_released():
        yield view.row(view.branch, State.STABLE, None, None, f"{series.title} is released")
        yield view.row(
            "master",
            State.OPEN,
            None,
            None,
            f"{series.title} is released; master is {view.following}'s",
        )
        return
    cut = view.cut()
    there = _is_there(view)
    if frozen is None:
        yield view.row("master", State.UNKNOWN, None, None, f"the schedule has no {words}")
        return
    if now < frozen and not there:
        why = f"development of {series.title}; the {words} is next"
        if utc_day(now) == frozen.date() - dt.timedelta(days=1):
            why += "; freezes at the end of today (UTC)"
        opened = view.opened
        yield view.row("master", State.OPEN, opened, frozen, why, "library freeze")
        return
    created = cut.created if cut else None
    why = f"the {words} {'was' if now >= frozen else 'is'} due {view.due(kind)}"
    if not there:
        if cut is not None:
            why += f"; the day {view.branch} was cut is not known"
        yield view.row(
            "master", State.LIBRARY_FREEZE, frozen, released, why, "open for the next series"
        )
        return
    since = frozen if now >= frozen else created
    yield view.row(view.branch, State.LIBRARY_FREEZE, since, released, why, "stable")
    requirements = "; requirements stay frozen until the services' stable branches exist"
    yield view.row(
        "master",
        State.OPEN,
        created,
        None,
        f"{view.branch} exists, so master is {view.following}'s{requirements}",
    )


def _is_there(view: FreezeView) -> bool:
    """Whether the branch is known to exist at the instant that is looked at: its file has it, with
    its day or with none that anybody recorded."""
    cut = view.cut()
    if cut is None or view.days_unknown():
        return False
    return cut.created is not None or view.file.value is None or not _has_days(view)


def _has_days(view: FreezeView) -> bool:
    """Whether this file's releases carry their days: then a branch without one was not recorded."""
    return any(release.tagged is not None for release in view.releases)


def intermediary_states(view: FreezeView) -> Iterator[BranchState]:
    """Others (tempest plugins, services with intermediary releases) freeze at the final RC only."""
    last_rc, released = view.end(Kind.FINAL_RC), view.end(Kind.RELEASE)
    series = view.calendar.series
    if view.shape.stable_branch_type in ("none", "tempest"):
        yield view.row("master", State.OPEN, None, None, "it has no stable branches and no freeze")
        return
    cut = view.cut()
    if last_rc is None or (view.now < last_rc and not _is_there(view)):
        why = f"development of {series.title}"
        yield view.row("master", State.OPEN, None, last_rc, why, "final releases only")
        return
    branch = view.branch if cut else "master"
    is_past = view.now >= last_rc
    due = view.due(Kind.FINAL_RC)
    why = f"the deadline for intermediary releases {'was' if is_past else 'is'} {due}"
    then = "stable"
    if branch == "master":  # the branch is cut from it, and master is the next series'
        why += f"; {view.branch} is not in the file"
        then = "open for the next series"
    since = last_rc if is_past else cut.created if cut else None
    yield view.row(branch, State.FINAL_RC, since, released, why, then)
    if branch != "master":
        why = f"{branch} exists, so master is {view.following}'s"
        yield view.row("master", State.OPEN, None, None, why)
