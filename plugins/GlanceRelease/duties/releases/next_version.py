"""The version that a draft gets, and whether it is its cycle's last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.binding_deadlines import MILESTONES
from ...domain.calendar.cycle import format_day
from ...domain.model import Deliverable, Kind, Schedule
from ...domain.releases.draft_plan import DraftOrder, DraftPlan
from ...domain.releases.version import Version, parse_version
from ...registry import UserError
from .rules.numbers import milestone_at

RAISING = ("feature", "bugfix")
CANDIDATELESS = ("service", "horizon-plugin")


def next_version(
    plan: DraftPlan, file: Deliverable | None, schedule: Schedule | None, day: dt.date
) -> Version:
    """The version that comes next. A beta has its milestone's number; the first pre-release of a
    series is one major above the last final; feature and bugfix raise the last version."""
    before = [version for version in versions_in(plan.previous) if version.final]
    last = next(reversed(versions_in(file)), None)
    if plan.order.kind in RAISING:
        return _raised(plan.order, last or max(before, default=None))
    return _staged(plan.order, last, before, schedule, day)


def _raised(order: DraftOrder, base: Version | None) -> Version:
    if base is None or not base.final:
        raise UserError(f"{order.deliverable} has no final release to raise.")
    if order.kind == "feature":
        return Version(base.major, base.minor + 1, 0)
    return Version(base.major, base.minor, base.patch + 1)


def _staged(
    order: DraftOrder,
    last: Version | None,
    before: Sequence[Version],
    schedule: Schedule | None,
    day: dt.date,
) -> Version:
    if last is not None and last.final:
        raise UserError(f"{order.deliverable} {last} is final in this series.")
    if last is None and not before:
        raise UserError(f"I know no final release of {order.deliverable} to go above.")
    start = last.base if last else (max(before).major + 1, 0, 0)
    candidate = last is not None and last.stage == "rc"
    number = last.number + 1 if last else 1
    if order.kind == "final":
        if not candidate:
            raise UserError(f"{order.deliverable} has no release candidate to release.")
        return Version(*start)
    if order.kind == "rc":
        return Version(*start, "rc", number if candidate else 1)
    if candidate:
        raise UserError(f"{order.deliverable} has {last}; no beta comes after it.")
    return Version(*start, "b", _beta(last, number, schedule, day))


def _beta(last: Version | None, number: int, schedule: Schedule | None, day: dt.date) -> int:
    """The number of the milestone whose window is open; a UserError says which beta comes when,
    where that one is out already, or none is due yet."""
    if schedule is None or any(schedule.first(kind) is None for kind in MILESTONES):
        return number
    due = milestone_at(schedule, day) or 0
    made = last.number if last is not None and last.stage == "b" else 0
    if due > made:
        return due
    out = f"b{made} is out; " if made else ""
    event = schedule.first(MILESTONES[made]) if made < len(MILESTONES) else None
    if event is None:
        raise UserError(f"{out}RC1 comes next.")
    name = f"{schedule.series.capitalize()}-{made + 1}"
    raise UserError(f"{out}b{made + 1} belongs to {name} ({format_day(event.days[0])}).")


def is_last(shape: Deliverable | None, schedule: Schedule | None, day: dt.date) -> bool:
    """Whether a release without candidates is the cycle's last one, which carries the stable
    branch: a service's, from RC1's deadline to the release (openstack/releases
    doc/source/reference/deliverable_types.rst); libraries' branches the release team proposes."""
    first = schedule.first(Kind.RC1) if schedule else None
    end = schedule.first(Kind.RELEASE) if schedule else None
    if first is None or end is None or shape is None or shape.type not in CANDIDATELESS:
        return False
    return first.days[-1] < day <= end.days[-1]


def versions_in(file: Deliverable | None) -> list[Version]:
    """The versions of a file that are versions, in its order."""
    versions = (parse_version(release.version) for release in (file.releases if file else ()))
    return [version for version in versions if version is not None]
