"""What is read from opendev.org for all teams together: each shared file once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ...domain.calendar.branch_phases import has_departed, phase_at
from ...domain.calendar.team_calendar import series_near
from ...domain.releases.series_branch import is_without_end
from ...domain.snapshot import SERIES, Fetched, schedule_of
from ..protocols import PollScope, Source
from . import client
from .series_constant import constant

_SELDOM = 24


def wanted(scope: PollScope) -> Iterator[Source[Any]]:
    """The lists of series and teams; the schedules and deliverable files of the cycle that runs,
    of the one before and the one after, and of any series asked for by name; for their branches
    the deliverable files of all others that did not end long ago, or whose planned end is long
    past and not in the file that is known; the teams' series constants. Governance changes
    seldom."""
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
        if each.name in read or phase is None:
            continue
        is_over = has_departed(phase, scope.now)
        if is_over and phase.since is None:
            continue
        for name in names:  # only a mark or a fix's release comes there, seldom
            source = client.deliverable(base, each.name, name, every * _SELDOM)
            without_end = partial(is_without_end, series=each)
            yield replace(source, while_known=without_end) if is_over else source
    for team in scope.teams:
        if team.proposals.constant:
            yield constant(base, team.name, team.proposals.constant, every)
