"""What comes with milestone 3 and has no day of its own: "The Indri-3 milestone marks feature
freeze"."""

from __future__ import annotations

from dataclasses import replace

from ..model import Event, Kind, Schedule
from .interval import whens

# Project Team Guide, release management: Milestone 3 / Feature Freeze.
_FOLLOWERS = (Kind.FEATURE_FREEZE, Kind.SOFT_STRING_FREEZE, Kind.REQUIREMENTS_FREEZE)


def with_followers(schedule: Schedule) -> Schedule:
    """The schedule in which what freezes with milestone 3 is when the milestone's text puts that:
    on its day, at its time of day, or on both days of a conflict. What its own text gives a day,
    or what stands in another week, stays."""
    milestone = schedule.first(Kind.MILESTONE_3)
    if milestone is None or milestone.rule == "thursday" or not milestone.days:
        return schedule
    events = tuple(
        _following(event, milestone) if _follows(event, milestone) else event
        for event in schedule.events
    )
    return schedule if events == schedule.events else replace(schedule, events=events)


def _follows(event: Event, milestone: Event) -> bool:
    if event.kind not in _FOLLOWERS or event.rule != "thursday":
        return False
    if event.weeks[-1:] != milestone.weeks[-1:]:
        return False
    return milestone.rule == "conflict" or whens(event)[-1].over != whens(milestone)[-1].over


def _following(event: Event, milestone: Event) -> Event:
    unsettled = milestone.rule == "conflict"
    return replace(
        event,
        days=milestone.days,
        rule="conflict" if unsettled else "milestone",
        remarks=(*event.remarks, "the text is milestone 3's") if unsettled else event.remarks,
        span=milestone.span,
        times=milestone.times,
        prose_days=milestone.prose_days,
    )
