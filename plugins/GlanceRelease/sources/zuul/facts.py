"""What is asked of Zuul for all teams together: builds, queues, and who broke what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ...domain.ci.builds import History
from ...domain.team import Jobs
from ...duties.jobs.suspects import questions
from ..protocols import Source
from .builds import api, periodic_builds
from .queues import GateStatus
from .suspects import WhoBrokeIt

EVERY = dt.timedelta(minutes=15)
SUSPECTS_EVERY = dt.timedelta(minutes=5)  # asks nothing while every failure has its answer


def zuul_facts(
    zuul: str,
    gerrit: str,
    teams: Sequence[tuple[Jobs, tuple[str, ...]]],
    history: History | None,
) -> list[Source[Any]]:
    """The sources for these teams' settings and repositories, each repository's builds once.

    Suspects are asked for when the history that is known has a failure.
    """
    there = api(zuul.rstrip("/"))
    projects = tuple(sorted({name for _, names in teams for name in names}))
    pipelines = tuple({p.name: p for jobs, _ in teams for p in jobs.pipelines}.values())
    found: list[Source[Any]] = [GateStatus(there, EVERY)]
    if projects and pipelines:
        found.append(periodic_builds(there.base, projects, pipelines, EVERY))
    wanted = questions(history, teams) if history is not None else ()
    if wanted:
        found.append(WhoBrokeIt(there, gerrit.rstrip("/"), SUSPECTS_EVERY, wanted))
    return found
