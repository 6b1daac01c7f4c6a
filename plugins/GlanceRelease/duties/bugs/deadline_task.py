"""What is left of the release-critical bugs as a task of milestone 3, RC1 and the final RC."""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import Clause, clause
from ...domain.messages.counts import counted, few
from ...domain.model import Kind
from ...domain.moment import Moment
from ..releases.asked import Basis, TaskState, basis
from ..releases.left_to_do import work_part
from ..releases.task import Task, Work
from .facts import bug_view

BASIS = basis(
    "critical bugs hold a release",
    "each bug of the list is fixed on the branch from which the release is made",
    "guide",
)
_KINDS = (Kind.MILESTONE_3, Kind.RC1, Kind.FINAL_RC)
_NAMED = 3


@dataclass(frozen=True)
class BugsTask(Task):
    """The release-critical bugs that are `left`, by number."""

    left: tuple[int, ...]

    @property
    def basis(self) -> Basis:
        """The rule that asks for it."""
        return BASIS

    @property
    def clause(self) -> Clause:
        """ "2 release-critical bugs (2130001, 2130002)"."""
        many = counted(len(self.left), "release-critical bug")
        return clause(f"{many} ({few([*map(str, self.left)], _NAMED)})", shorter=[many])


@work_part
def bugs_left(moment: Moment, calendar: Calendar, deadline: Deadline) -> Work:
    """By number; nothing where none is left, since that settles no deadline, or where Launchpad
    never told."""
    if deadline.kind not in _KINDS or deadline.own:
        return Work()
    view = bug_view(moment)
    if view is None or not view.is_known or view.list.calendar.series != calendar.series:
        return Work()
    left = tuple(bug.number for bug in view.open)
    return Work((BugsTask(TaskState.LEFT, left),)) if left else Work()
