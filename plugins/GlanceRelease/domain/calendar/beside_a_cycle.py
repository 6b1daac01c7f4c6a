"""A team's deadlines of one cycle that stand in the table of the one before it or after it."""

from __future__ import annotations

from dataclasses import replace

from ..model import Kind, Schedule
from ..team import Team
from .cycle import week_name
from .deadlines_from_chat import ChatDeadline
from .team_deadlines import Deadline, counted_week, deadlines_of


def early_ones(
    schedule: Schedule, later: Schedule, team: Team, without: frozenset[Kind]
) -> tuple[Deadline, ...]:
    """What of the next cycle's table begins or is due until this one's release, and this one's
    table has not; with the week that this one counts."""
    release = schedule.first(Kind.RELEASE)
    known = {event.id for event in schedule.events}
    if release is None or not release.days:
        return ()
    found, _ = deadlines_of(later, team, without)
    early = (one for one in found if one.day <= release.days[-1] and not one.own)
    return tuple(
        replace(one, week=week_name(schedule, one.day), last_week=week_name(schedule, one.end))
        for one in early
        if one.id not in known
    )


def left_behind(
    earlier: Schedule, schedule: Schedule | None, team: Team, told: tuple[ChatDeadline, ...]
) -> tuple[Deadline, ...]:
    """The team's own deadlines of the cycle before that lie behind its release, with the week that
    the cycle counts now."""
    release = earlier.first(Kind.RELEASE)
    if release is None or not release.days:
        return ()
    deadlines, _ = deadlines_of(earlier, team, told=told, following=schedule)
    own = [each for each in deadlines if each.own and each.day > release.days[-1]]
    if schedule is None:
        return tuple(own)
    return tuple(replace(each, week=counted_week(schedule, each.day)) for each in own)
