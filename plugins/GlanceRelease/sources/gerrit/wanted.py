"""What is read from Gerrit for all teams together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...domain.bugs.branches import release_commits
from ...domain.bugs.job_ties import asked_numbers
from ...domain.gerrit_scope import Scope, files_read, repositories_of, scope_of
from ...domain.moment import Moment
from ...domain.releases.missing_branches import branches_in_doubt
from ...domain.releases.priority import priorities_in
from ...domain.releases.tagged_files import with_tags
from ...domain.snapshot import Snapshot
from ..protocols import PollScope, Source
from .fix_changes import FixChangesSource, FixScope
from .priority_changes import PriorityChangesSource, queries_of
from .team_changes import TeamChangesSource


def wanted(scope: PollScope) -> Iterator[Source[Any]]:
    """The changes that the teams follow, and those of which people told that they have priority."""
    place = scope.places["gerrit"]
    snapshots = [Snapshot(team, scope.facts) for team in scope.teams]
    scopes = tuple(_scope(Moment(snapshot, scope.now)) for snapshot in snapshots)
    yield TeamChangesSource(place.address, scopes, place.every)
    told = (Moment(replace(each, notes=scope.notes), scope.now) for each in snapshots)
    if asked := tuple(filter(None, map(_fix_scope, told))):
        yield FixChangesSource(place.address, asked, place.every)
    queries = queries_of(priorities_in(scope.notes))
    if queries:
        yield PriorityChangesSource(place.address, queries, place.every)


def _fix_scope(moment: Moment) -> FixScope | None:
    """What is asked of a team's fixes; nothing where its file names no bug tracker."""
    if not moment.team.bugs.projects:
        return None
    repositories = repositories_of(moment)
    numbers = tuple(sorted(asked_numbers(moment)))
    return FixScope(moment.team.name, repositories, numbers, release_commits(moment))


def _scope(moment: Moment) -> Scope:
    """The team's scope by what is tagged, with the files as they were read."""
    tagged = Moment(with_tags(moment.snapshot), moment.now)
    doubtful = tuple(branches_in_doubt(tagged))
    return replace(scope_of(tagged), files=files_read(moment), doubtful=doubtful)
