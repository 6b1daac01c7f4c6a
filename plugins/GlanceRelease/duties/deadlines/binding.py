"""What is said of an event that is not quite what the team, or who asks, means by its name."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.calendar.binding_deadlines import why_unbound
from ...domain.calendar.event_names import has_words, is_another_gathering
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import concerns
from ...domain.model import Event
from ...domain.team import Team


def unbound_remark(event: Event, calendar: Calendar, team: Team) -> str:
    """That a deadline binds none of the team's deliverables, and why, to stand behind it; empty
    where it binds one, or where that is not known."""
    why = why_unbound(event.kind, calendar.shapes)
    return f"; it binds no deliverable of {team.shown}: {why}" if why else ""


def instead_of_unbound(
    events: Sequence[Event], calendar: Calendar, team: Team, words: str
) -> Sequence[Event]:
    """The team's own events of these words, where the cycle's that are called so don't bind it:
    "python-openstackclient Feature Freeze"."""
    if not events or not all(why_unbound(event.kind, calendar.shapes) for event in events):
        return ()
    its = (event for event in calendar.weeks.events if event.teams and concerns(event, team))
    return [event for event in its if event not in events and has_words(event, words)]


def sort_remark(events: Sequence[Event], calendar: Calendar, words: str) -> str:
    """That the cycle has no gathering of the sort that was asked for, before the one that it has;
    empty where it has."""
    if not events or not all(is_another_gathering(event, words) for event in events):
        return ""
    asked = "Summit" if "summit" in words.lower() else "PTG"
    return f"{calendar.series.title} has no {asked}; "
