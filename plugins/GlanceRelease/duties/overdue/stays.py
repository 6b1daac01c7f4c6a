"""What happens if something overdue stays so, by the release team's tasks of the weeks to come."""

from __future__ import annotations

from ...domain.calendar.binding_deadlines import AFTER_MILESTONE
from ...domain.calendar.cycle import format_day, monday_of
from ...domain.calendar.interval import When
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.shapes import stable_name
from ...domain.releases.weekly_tasks import week_of_task
from ..releases.asked import Asked
from ..releases.task import ReleaseTask

_NAMED = {Kind.MILESTONE_2: "milestone 2", Kind.MILESTONE_3: "milestone 3", Kind.RC1: "RC1"}


def stays_words(moment: Moment, task: ReleaseTask, calendar: Calendar, deadline: Deadline) -> str:
    """What the release team does next about it, and on which day; "" where its process names
    nothing that is still to come."""
    if task.asked is Asked.BETA:
        return _beta(calendar, deadline)
    if task.asked is Asked.RELEASE:
        return _at_the_next(calendar, deadline)
    topic, what = _BY_TASK.get(task.asked, ("", ""))
    monday = week_of_task(moment, calendar.series, topic) if topic else None
    if monday is None or monday < moment.today:
        return ""
    return what.format(branch=stable_name(calendar.series), day=format_day(monday))


def constant_stays(freeze: When | None) -> str:
    """What becomes of the constant that names no series in development."""
    if freeze is None:
        return ""
    return (
        f"the feature freeze makes it pointless on {format_day(freeze.last_day)}, as no migration"
        " merges after it"
    )


# The task of process.rst with which it ends, by its topic.
_BY_TASK = {
    Asked.LAST: (
        "stable-branches",
        "the release team proposes {branch} from the last release there is on {day}",
    ),
    Asked.RC1: (
        "missing-stable-branches", "it is an exception of the release team's from {day} on",
    ),
    Asked.BRANCH: (
        "missing-stable-branches", "the release team proposes {branch} itself on {day}",
    ),
    Asked.LAST_WITH_BRANCH: (
        "final-missing-deliverables", "the latest release there is becomes the final one",
    ),
}  # fmt: skip


def _beta(calendar: Calendar, deadline: Deadline) -> str:
    """A beta is optional upstream (openstack/releases, release_models.rst, cycle-with-rc)."""
    following = AFTER_MILESTONE.get(deadline.kind)
    day = calendar.day(following) if following else None
    if following is None or day is None:
        return ""
    return f"{_NAMED[following]} makes it pointless on {format_day(day)}, as a beta is optional"


def _at_the_next(calendar: Calendar, deadline: Deadline) -> str:
    following = AFTER_MILESTONE.get(deadline.kind)
    day = calendar.day(following) if following else None
    if day is None or following is Kind.RC1:
        return ""
    return f"the release team proposes one itself on {format_day(monday_of(day))}"
