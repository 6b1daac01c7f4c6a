"""The nights of which Zuul shows builds that can't be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .builds import History


@dataclass(frozen=True)
class UnreadNight:
    """A repository's night of which builds can't be read: of `none` of them anything is known, or
    of some not."""

    project: str
    day: dt.date
    none: bool


def unread_nights(history: History, projects: Collection[str]) -> tuple[UnreadNight, ...]:
    """Those of these repositories, oldest first; a row that does not tell its repository may be of
    any of which nothing else is known."""
    return tuple(sorted(_found(history, projects), key=lambda one: (one.project, one.day)))


def _found(history: History, projects: Collection[str]) -> Iterator[UnreadNight]:
    ran = {
        (run.lane.project, run.event.date(), run.job)
        for runs in history.lanes.values()
        for run in runs
    }
    nights = {(project, day) for project, day, _ in ran}
    found = set()
    for row in history.unread:
        for project in projects if not row.project else {row.project} & set(projects):
            if (project, row.night, row.job) in ran:
                continue
            if row.project or (project, row.night) not in nights:
                found.add(UnreadNight(project, row.night, (project, row.night) not in nights))
    return iter(found)


def blind_since(history: History, projects: Collection[str]) -> dt.datetime | None:
    """When the newest build of these repositories began that can be read, where none of the nights
    after it can; None else."""
    ours = [
        run.event
        for lane, runs in history.lanes.items()
        if lane.project in projects
        for run in runs
    ]
    newest = max(ours, default=None)
    nights = [night.day for night in unread_nights(history, projects) if night.none]
    if newest is None or not nights or max(nights) <= newest.date():
        return None
    return newest
