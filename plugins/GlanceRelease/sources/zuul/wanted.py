"""What is asked of Zuul for all teams together: builds, queues, and who broke what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ...domain.ci.builds import NIGHTS, History
from ...domain.moment import Moment
from ...domain.snapshot import Fetched, Snapshot
from ...domain.team import Jobs
from ...domain.upstreams import UPSTREAMS
from ...duties.jobs.facts import watched
from ...duties.jobs.suspects import questions
from ..protocols import PollScope, Source
from .builds import api, periodic_builds
from .queues import GateStatus
from .suspects import WhoBrokeIt

SUSPECTS_EVERY = dt.timedelta(minutes=5)  # asks nothing while every failure has its answer


def wanted(scope: PollScope) -> list[Source[Any]]:
    """The builds and queues of all teams' jobs, and the suspects of what fails."""
    zuul, gerrit = scope.places["zuul"], scope.places["gerrit"]
    teams = [
        (team.jobs, watched(Moment(Snapshot(team, scope.facts), scope.now))) for team in scope.teams
    ]
    history = scope.facts.get(NIGHTS.name, Fetched()).value
    return zuul_facts(zuul.address, gerrit.address, teams, history, zuul.every)


def zuul_facts(
    zuul: str,
    gerrit: str,
    teams: Sequence[tuple[Jobs, tuple[str, ...]]],
    history: History | None,
    every: dt.timedelta = UPSTREAMS["zuul"].poll,
) -> list[Source[Any]]:
    """The sources for these teams' settings and repositories, each repository's builds once.

    Suspects are asked for when the history that is known has a failure.
    """
    there = api(zuul.rstrip("/"))
    projects = tuple(sorted({name for _, names in teams for name in names}))
    pipelines = tuple({p.name: p for jobs, _ in teams for p in jobs.pipelines}.values())
    sources: list[Source[Any]] = [GateStatus(there, every)]
    if projects and pipelines:
        sources.append(periodic_builds(there.base, projects, pipelines, every))
    asked = questions(history, teams) if history is not None else ()
    if asked:
        sources.append(WhoBrokeIt(there, gerrit.rstrip("/"), SUSPECTS_EVERY, asked))
    return sources
