"""The freeze of what the cycle's days don't bind: what trails it, what is never released, and
requirements, which have a freeze of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import trails
from ...domain.calendar.deadline_words import due_of, due_of_kind
from ...domain.calendar.team_calendar import Calendar
from ...domain.model import Branch, Deliverable, Kind, Series
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.series_branch import cut_in
from ...domain.releases.shapes import final_of
from ...domain.snapshot import Snapshot, deliverable_of
from .deliverable import FreezeView

REQUIREMENTS = "openstack/requirements"


def trailing_states(view: FreezeView) -> Iterator[BranchState]:
    """What trails: open, and of which series' final release it is, by the deadline that stands in
    the next cycle's schedule; its own freezes stand in no file of openstack/releases."""
    calendar = view.calendar
    before, day = calendar.before, calendar.day(Kind.CYCLE_TRAILING)
    old = view.moment[deliverable_of(before.name, view.name)].value if before else None
    if before is not None and old is not None and not is_cut(old, before):
        was = day is not None and day < view.moment.today
        told = view.due(Kind.CYCLE_TRAILING)
        due = f"{'was' if was else 'is'} due {told}" if told else "is not made yet"
        why = f"trailing: the final release of {before.title} {due}"
    else:
        last = next(iter(calendar.ahead), None)
        due = f"due {due_of(last)}" if last else "about three months after the others'"
        why = f"trailing: the final release of {calendar.series.title} is {due}"
    yield view.row("master", State.OPEN, None, None, f"{why}; the cycle's freezes don't bind it")


def _was_cut(view: FreezeView, cut: Branch) -> bool:
    """Whether the branch was there already: one without a recorded day comes with the release
    candidates."""
    candidates = view.end(Kind.RC1)
    known = cut.created is not None or candidates is None or view.moment.now >= candidates
    return known and not view.days_unknown()


def is_cut(file: Deliverable, series: Series) -> bool:
    """Whether the file has the series' stable branch."""
    return cut_in(file, series) is not None


def trailing_branch(
    snapshot: Snapshot, calendar: Calendar | None, shape: Deliverable, series: Series
) -> str | None:
    """What is to be said of the stable branch of what trails a series that is out: None where
    the branch is not cut yet, "" where nothing."""
    file = snapshot[deliverable_of(series.name, shape.name)].value
    if file is None or not trails(shape) or calendar is None or calendar.before != series:
        return ""
    if not is_cut(file, series):
        return None
    due = due_of_kind(calendar, Kind.CYCLE_TRAILING)
    if not file.is_staged or final_of(file.releases) or not due:
        return ""
    return f"; the final release of {shape.name} is due {due}"


def unreleased_states(view: FreezeView) -> Iterator[BranchState]:
    """What has branches and no versions: no phase of the release; requirements from their freeze
    until the stable branches are created take critical changes only (the schedule's Requirements
    freeze)."""
    if REQUIREMENTS not in view.shape.repositories:
        why = "it is never released, so no phase of the release binds it"
        yield view.row("master", State.OPEN, None, None, why)
        return
    frozen, series = view.end(Kind.REQUIREMENTS_FREEZE), view.calendar.series
    cut = view.cut()
    if cut is not None and view.is_cut and _was_cut(view, cut):
        why = f"{view.branch} exists, so master is {view.following}'s"
        yield view.row("master", State.OPEN, cut.created, None, why)
    elif frozen is None:
        why = f"the schedule of {series.title} has no requirements freeze"
        yield view.row("master", State.UNKNOWN, None, None, why)
    elif view.moment.now < frozen:
        why = f"development of {series.title}"
        yield view.row("master", State.OPEN, view.opened, frozen, why, "requirements freeze")
    else:
        due = view.due(Kind.REQUIREMENTS_FREEZE)
        why = f"the requirements freeze was {due}; it lasts until {view.branch} is created"
        yield view.row("master", State.REQUIREMENTS_FREEZE, frozen, None, why)
