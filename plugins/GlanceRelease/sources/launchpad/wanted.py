"""What is read from Launchpad for all teams together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...domain.bugs.job_ties import asked_numbers
from ...domain.bugs.listed import asked_of, tags_of
from ...domain.moment import Moment
from ...domain.snapshot import Snapshot
from ..protocols import PollScope, Source
from .bug_details import BugDetailsSource
from .project_bugs import ProjectBugsSource


def wanted(scope: PollScope) -> Iterator[Source[Any]]:
    """The bugs of the teams' projects, each project once, and of the lists' bugs what only they
    tell themselves."""
    place = scope.places["launchpad"]
    moments = [
        Moment(Snapshot(team, scope.facts, scope.notes), scope.now)
        for team in scope.teams
        if team.bugs.projects
    ]
    listed = frozenset(number for moment in moments for number in asked_numbers(moment))
    tags: dict[str, dict[str, None]] = {}
    for moment in moments:
        for project in moment.team.bugs.projects:
            tags.setdefault(project, {}).update(dict.fromkeys(tags_of(moment)))
    for project, names in tags.items():
        yield ProjectBugsSource(place.address, project, tuple(names), listed, place.every)
    if listed:
        asked = tuple(sorted(asked_of(moments, listed).items()))
        yield BugDetailsSource(place.address, asked)
