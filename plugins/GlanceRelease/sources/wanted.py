"""Which facts are read from which upstream, for all teams together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from ..configuration.settings import Settings
from ..domain.calendar.team_calendar import series_near
from ..domain.ci.builds import NIGHTS
from ..domain.gerrit_scope import scope_of
from ..domain.people.note import Note
from ..domain.releases.priority import priorities_in
from ..domain.snapshot import SERIES, Fetched, Snapshot, schedule_of
from ..duties.jobs.facts import watched
from .gerrit.priority_changes import PriorityChangesSource, queries_of
from .gerrit.team_changes import TeamChangesSource
from .opendev import client as opendev
from .opendev.series_constant import constant
from .protocols import Source
from .zuul.facts import zuul_facts


def wanted_sources(
    settings: Settings,
    facts: Mapping[str, Fetched[Any]],
    now: dt.datetime,
    more_series: Iterable[str] = (),
) -> list[Source[Any]]:
    """What is to be read for these teams: each shared file once, for the cycle that runs at
    `now`, the one before and the one after, and any series asked for by name."""
    base = settings.bot.upstreams.opendev.rstrip("/")
    every = dt.timedelta(minutes=settings.bot.poll_minutes)
    names = sorted({name for team in settings.teams.values() for name in team.deliverables})
    series = facts.get(SERIES.name, Fetched()).value or ()
    kept = {one.name: facts.get(schedule_of(one.name).name, Fetched()).value for one in series}
    schedules = {name: schedule for name, schedule in kept.items() if schedule is not None}
    near = series_near(series, schedules, now)
    read = list(dict.fromkeys([*near.names, *more_series]))
    teams = settings.teams.values()
    scopes = tuple(scope_of(Snapshot(team, facts), now) for team in teams)
    return [
        opendev.series_status(base, every),
        opendev.governance(base, every * 4),
        *opendev.files_of_series(base, read, names, every),
        TeamChangesSource(settings.bot.upstreams.gerrit.rstrip("/"), scopes),
        *(
            constant(base, team.name, team.proposals.constant, every)
            for team in teams
            if team.proposals.constant
        ),
        *zuul_facts(
            settings.bot.upstreams.zuul,
            settings.bot.upstreams.gerrit,
            [(team.jobs, watched(Snapshot(team, facts), now)) for team in teams],
            facts.get(NIGHTS.name, Fetched()).value,
        ),
    ]


def watched_sources(
    settings: Settings, facts: Mapping[str, Fetched[Any]], notes: Iterable[Note], now: dt.datetime
) -> list[Source[Any]]:
    """What a running bot reads: what is `wanted`, and the changes of which people told it in
    `notes` that they have priority."""
    found = wanted_sources(settings, facts, now)
    queries = queries_of(priorities_in(notes))
    if queries:
        gerrit = settings.bot.upstreams.gerrit.rstrip("/")
        found.append(PriorityChangesSource(gerrit, queries))
    return found
