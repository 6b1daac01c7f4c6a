"""Events that a schedule lists and its neighbour's page describes: the first row of a cycle has the
release, a gathering or a summit of the cycle before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model import Event, Kind, Schedule, Series
from .event_names import kind_of


def with_neighbours(
    schedule: Schedule, around: Iterable[Schedule], before: Series | None = None
) -> Schedule:
    """The schedule in which an event that its own page doesn't describe has title, days and words
    of the neighbour's page that does; it stays in its own rows and keeps what it is here (the
    release of the cycle before is not this cycle's). Where no page describes the release of the
    series `before`, it has the day of series_status.yaml."""
    described = {
        event.id: event for neighbour in around for event in neighbour.events if event.text
    }
    events = tuple(
        event if event.text else _described(event, described.get(event.id))
        for event in schedule.events
    )
    if before is not None and before.initial_release is not None:
        events = tuple(_by_status(event, before) for event in events)
    return schedule if events == schedule.events else replace(schedule, events=events)


def is_of_another_cycle(event: Event) -> bool:
    """Whether it is another cycle's release, which stands in the first row of this one's table."""
    return event.kind is Kind.OTHER and kind_of(event.id) is Kind.RELEASE


def is_another_cycles_release(event: Event) -> bool:
    """Whether it is another cycle's release of which only the week is known here."""
    return is_of_another_cycle(event) and event.rule == "thursday"


def _by_status(event: Event, before: Series) -> Event:
    day = before.initial_release
    if day is None or not is_another_cycles_release(event) or event.id[:1] != before.name[:1]:
        return event
    return replace(event, title=f"{before.title} release", days=(day,), rule="status")


def _described(event: Event, elsewhere: Event | None) -> Event:
    if elsewhere is None:
        return event
    return replace(elsewhere, series=event.series, weeks=event.weeks, kind=event.kind)
