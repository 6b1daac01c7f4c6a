"""The freeze of a cycle-with-rc service: open, feature freeze, release-critical, final RCs, open.

The states and their bounds follow the Project Team Guide's release management page; that master
is release-critical too between RC1 and the final release is a team's own rule (Glance:
release-cpl.rst).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.cycle import end_of, format_day, utc_day
from ...domain.model import Kind, Release, Series
from ...domain.releases.freeze_state import BranchState, State
from ...domain.releases.shapes import final_of
from .deliverable import FreezeView


def service_states(view: FreezeView) -> Iterator[BranchState]:
    """cycle-with-rc: open, feature freeze, release-critical from RC1's tag, final RCs, open."""
    now, series = view.moment.now, view.calendar.series
    frozen = view.end(Kind.MILESTONE_3) or view.end(Kind.FEATURE_FREEZE)
    last_rc, released = view.end(Kind.FINAL_RC), view.end(Kind.RELEASE)
    if view.days_unknown() and frozen and now >= frozen:
        yield from _undated_service(view, frozen, last_rc, released)
        return
    rc1, final = _first_rc(view.releases), final_of(view.releases)
    if final is not None:
        yield from _after_final(view, final)
    elif rc1 is None and not view.is_cut:
        yield view.row("master", *_before_rc1(view, frozen, released))
    else:
        yield from _after_rc1(view, rc1, last_rc, released, series)


def _before_rc1(
    view: FreezeView, frozen: dt.datetime | None, released: dt.datetime | None
) -> tuple[State, dt.datetime | None, dt.datetime | None, str, str]:
    now, series = view.moment.now, view.calendar.series
    if frozen is None:
        return State.UNKNOWN, None, None, f"the schedule of {series.title} has no milestone 3", ""
    if now < frozen:
        last_day = frozen - dt.timedelta(days=1)
        why = f"development of {series.title}"
        if utc_day(now) == last_day.date():
            why = f"{why}; freezes at the end of today (UTC)"
        opened = view.opened
        return State.OPEN, opened, frozen, why, "feature freeze"
    why = (
        "milestone 3 has passed: no features without an exception, soft string freeze, "
        "requirements freeze"
    )
    if view.file.value is None:
        why += f"; {view.name} has no file in {series.name} yet"
    due = view.calendar.day(Kind.RC1)
    if due is not None and utc_day(now) > due:
        at = view.file.at
        asof = f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
        why = f"RC1 was due {view.due(Kind.RC1)}, not in the file as of {asof}; {why}"
    until = end_of(due) if due and utc_day(now) <= due else None
    return State.FEATURE_FREEZE, frozen, until, why, "release-critical only, from RC1's tag"


def _after_rc1(
    view: FreezeView,
    rc1: Release | None,
    last_rc: dt.datetime | None,
    released: dt.datetime | None,
    series: Series,
) -> Iterator[BranchState]:
    near = last_rc is not None and view.moment.now >= last_rc
    state = State.FINAL_RC if near else State.RELEASE_CRITICAL
    tagged = rc1.tagged if rc1 else None
    since = last_rc if near else tagged
    until = released if near else last_rc
    then = "stable" if near else "final release candidates only"
    day = f" on {format_day(tagged.date())}" if tagged else ""
    why = f"{rc1.version} is tagged{day}" if rc1 else f"{view.branch} exists, and no RC1"
    if near and last_rc is not None:
        why += f"; the final RC deadline was {view.due(Kind.FINAL_RC)}"
    if released is not None and view.moment.now >= released:
        why += (
            f"; the release was due {view.due(Kind.RELEASE)}, and no final version is in the file"
        )
        why += _as_of(view)
    opens = "open for the next series" if near else then
    if view.is_cut:
        yield view.row(view.branch, state, since, until, f"{series.title}: {why}", then)
    else:
        why += f"; {view.uncut}"
    if view.moment.team.release_critical_on_master:
        rule = f"{view.moment.team.shown}'s own rule: master too until the release"
        yield view.row("master", state, since, until, f"{why}; {rule}", opens)
    elif not view.is_cut:
        yield view.row("master", state, since, until, f"{why}, so it is cut from master", opens)
    else:
        yield view.row("master", State.OPEN, since, None, f"{why}; master is {view.following}'s")


def _after_final(view: FreezeView, final: Release) -> Iterator[BranchState]:
    """The final version is in the file: released, whatever hour of the release day it is."""
    day = f" on {format_day(final.tagged.date())}" if final.tagged else ""
    yield from view.released_rows(final.tagged, f"{final.version} is released{day}")


def _as_of(view: FreezeView) -> str:
    return f" as of {view.file.at:%Y-%m-%d %H:%M} UTC" if view.file.at else ""


def _undated_service(
    view: FreezeView, frozen: dt.datetime, last_rc: dt.datetime | None, released: dt.datetime | None
) -> Iterator[BranchState]:
    """A finished series looked at from within, without the days of its releases."""
    asked = "the days of its releases are not known (--released FILE tells them)"
    if last_rc is not None and view.moment.now >= last_rc:
        for branch in ("master", view.branch) if view.cut() else ("master",):
            yield view.row(branch, State.FINAL_RC, last_rc, released, f"by the dates; {asked}")
        return
    why = f"by the dates: milestone 3 has passed; whether RC1 was tagged is not known: {asked}"
    yield view.row("master", State.FEATURE_FREEZE, frozen, None, why)


def _first_rc(releases: tuple[Release, ...]) -> Release | None:
    return next((release for release in releases if "rc" in release.version), None)
