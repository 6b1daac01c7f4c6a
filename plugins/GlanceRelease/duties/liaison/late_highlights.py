"""Cycle highlights that are not in the service's file after their day are overdue."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.calendar.binding_deadlines import has_highlights
from ...domain.calendar.team_calendar import Calendar, last_calendar, near_calendars
from ...domain.messages.clauses import clause
from ...domain.model import Kind
from ...domain.moment import Moment
from ...domain.releases.proposal import PAST_PROPOSALS
from ...domain.snapshot import deliverable_of
from ..overdue.facts import LateSort, Overdue, overdue_part
from ..releases.asked import basis

_HIGHLIGHTS = basis(
    "the release's press text is written from the teams' cycle highlights",
    "cycle-highlights in the deliverable file", "process",
)  # fmt: skip
_STAYS = "the release's press text is written without them"


@overdue_part
def late_highlights(moment: Moment) -> Iterator[Overdue]:
    """Those of each cycle whose day for them is past and whose release's is not, while no file of
    the team's has any; of a file that shipped with the project, or was never read, nobody knows,
    nor when a past cycle's files got theirs."""
    if moment[PAST_PROPOSALS].known:
        return
    last = last_calendar(moment)
    for calendar in (*([last] if last else []), *near_calendars(moment)):
        release = calendar.when(Kind.RELEASE)
        if release is not None and release.is_over(moment.now):
            continue
        names = [shape.name for shape in calendar.shapes or () if has_highlights(shape)]
        for deadline in calendar.deadlines:
            is_past = deadline.kind is Kind.CYCLE_HIGHLIGHTS and deadline.when.is_over(moment.now)
            if deadline.own or not is_past or not _are_missing(moment, calendar, names):
                continue
            yield Overdue(
                key=f"{calendar.series.name}/{deadline.id}",
                sort=LateSort.HIGHLIGHTS,
                what=clause(
                    f"the cycle highlights of {names[0]}", shorter=["the cycle highlights"]
                ),
                due=deadline.when.last_day,
                past=deadline.when.over,
                basis=_HIGHLIGHTS,
                name=deadline.name,
                stays=_STAYS,
                series=calendar.series.name,
                event=deadline.id,
                topic=deadline.id,
                deliverable=names[0],
            )


def _are_missing(moment: Moment, calendar: Calendar, names: list[str]) -> bool:
    """Whether every file that could have them is known, and none has."""
    facts = [moment[deliverable_of(calendar.series.name, name)] for name in names]
    are_known = all(fact.known and fact.origin != "bundled" for fact in facts)
    none_has = not any(fact.value and fact.value.has_cycle_highlights for fact in facts)
    return bool(names) and are_known and none_has
