"""What is read from opendev.org for all teams together: each shared file once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...domain.calendar.branch_phases import has_departed, phase_at
from ...domain.calendar.team_calendar import series_near
from ...domain.snapshot import SERIES, Fetched, schedule_of
from ..protocols import PollScope, Source
from . import client
from .series_constant import constant

_SELDOM = 24


def wanted(scope: PollScope) -> Iterator[Source[Any]]:
    """The lists of series and teams; the schedules and deliverable files of the cycle that runs,
    of the one before and the one after, and of any series asked for by name; for their branches
    the deliverable files of all others that did not end long ago; the teams' series constants.
    Governance changes seldom."""
    base, every = scope.places["opendev"].address, scope.places["opendev"].every
    names = sorted({name for team in scope.teams for name in team.deliverables})
    series = scope.facts.get(SERIES.name, Fetched()).value or ()
    keys = {each.name: schedule_of(each.name).name for each in series}
    kept = {name: scope.facts.get(key, Fetched()).value for name, key in keys.items()}
    schedules = {name: schedule for name, schedule in kept.items() if schedule is not None}
    near = series_near(series, schedules, scope.now)
    read = list(dict.fromkeys([*near.names, *scope.more_series]))
    yield client.series_status(base, every)
    yield client.governance(base, every * 4)
    yield from client.files_of_series(base, read, names, every)
    for each in series if scope.branches else ():
        phase = phase_at(each, scope.now)
        if each.name not in read and phase is not None and not has_departed(phase, scope.now):
            for name in names:  # only a mark or a fix's release comes there, seldom
                yield client.deliverable(base, each.name, name, every * _SELDOM)
    for team in scope.teams:
        if team.proposals.constant:
            yield constant(base, team.name, team.proposals.constant, every)
