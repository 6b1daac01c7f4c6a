"""Events that a schedule lists and its neighbour's page describes: the first row of a cycle has the
release, a gathering or a summit of the cycle before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model import Event, Kind, Schedule
from .event_names import kind_of


def with_neighbours(schedule: Schedule, around: Iterable[Schedule]) -> Schedule:
    """The schedule in which an event that its own page doesn't describe has title, days and words
    of the neighbour's page that does; it stays in its own rows and keeps what it is here (the
    release of the cycle before is not this cycle's)."""
    described = {
        event.id: event for neighbour in around for event in neighbour.events if event.text
    }
    events = tuple(
        event if event.text else _described(event, described.get(event.id))
        for event in schedule.events
    )
    return schedule if events == schedule.events else replace(schedule, events=events)


def is_another_cycles_release(event: Event) -> bool:
    """Whether it is another cycle's release of which only the week is known here."""
    foreign = event.kind is Kind.OTHER and kind_of(event.id) is Kind.RELEASE
    return foreign and event.rule == "thursday"


def _described(event: Event, elsewhere: Event | None) -> Event:
    if elsewhere is None:
        return event
    return replace(elsewhere, series=event.series, weeks=event.weeks, kind=event.kind)
