"""Actions whose promised day is past are overdue."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.calendar.cycle import end_of
from ...domain.messages.clauses import clause
from ...domain.moment import Moment
from ..overdue.facts import LateSort, Overdue, overdue_part
from ..releases.asked import basis
from .actions import open_actions

_PROMISE = basis(
    "what people told me at a meeting is done by the day that they named", "action done N"
)


@overdue_part
def late_actions(moment: Moment) -> Iterator[Overdue]:
    """The open actions whose promised day is past."""
    for action in open_actions(moment.snapshot):
        if action.day is not None and end_of(action.day) <= moment.now:
            yield Overdue(
                key=f"action/{action.number}",
                sort=LateSort.ACTION,
                what=clause(
                    f'action {action.number} "{action.text}"',
                    shorter=[f"action {action.number}"],
                ),
                due=action.day,
                past=end_of(action.day),
                basis=_PROMISE,
                topic=f"action {action.number}",
                whose=action.nick,
            )
