"""Which repository, branch and pipeline are meant by the words behind `jobs` and `job NAME`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...domain.ci.builds import Lane
from ...domain.ci.job_names import MASTER
from ...domain.messages.counts import few
from ...domain.model import Series
from ...domain.moment import Moment
from ...domain.releases.shapes import plain_name
from ...registry import UserError
from ..typed_names import (
    MOST,
    Named,
    NameSort,
    at_most_one,
    names_in,
    not_taken,
    one_of,
    repositories,
)

_IN_DEVELOPMENT = "development"
_JOINTS = frozenset(("of", "on", "in"))
_SHOWN = 40  # letters of what somebody typed


@dataclass(frozen=True)
class JobPlace:
    """Where jobs run, as far as it was said."""

    project: str = ""
    branch: str = ""
    pipeline: str = ""

    def has(self, lane: Lane) -> bool:
        """Whether a lane is there."""
        return all(
            asked in ("", its.lower())
            for asked, its in (
                (self.project.lower(), lane.project),
                (self.branch, lane.branch),
                (self.pipeline, lane.pipeline),
            )
        )


EVERYWHERE = JobPlace()


def place_in(
    moment: Moment, command: str, text: str, projects: Sequence[str], lanes: Iterable[Lane]
) -> JobPlace:
    """The place that the words name: a repository by its name or a part of it, a branch by its
    name, its series or its release-id, a pipeline by its name. UserError for what is none of these,
    and for two of a sort."""
    known = tuple(lanes)
    found: dict[str, list[tuple[Named, str]]] = {"project": [], "branch": [], "pipeline": []}
    on = _behind_on(text)
    for named in names_in(moment, text):
        if named.typed.lower() not in _JOINTS:
            sort, value = _meant(moment, command, named, projects, known, on)
            found[sort].append((named, value))
    for each in found.values():
        if len({value for _, value in each}) > 1:
            at_most_one(command, [named for named, _ in each])
    return JobPlace(**{sort: next((v for _, v in each), "") for sort, each in found.items()})


def _meant(
    moment: Moment,
    command: str,
    named: Named,
    projects: Sequence[str],
    lanes: Sequence[Lane],
    on: Collection[str],
) -> tuple[str, str]:
    """What a name is of, and which; behind "on" a name that no repository of ours has is of a
    branch."""
    typed = named.typed.lower()
    if typed in {lane.pipeline.lower() for lane in lanes}:
        return "pipeline", typed
    if branch := _branch(named, lanes):
        return "branch", branch
    if named.sort in (NameSort.DELIVERABLE, NameSort.UNKNOWN):
        names = _by_plain_name(moment, projects)
        if typed in on and not any(plain_name(typed) in name for name in names):
            raise UserError(not_there(JobPlace(branch=named.typed[:_SHOWN]), lanes))
        return "project", one_of(named.typed, names, "repository of ours")
    ours = next((p for p in projects if plain_name(p) == plain_name(named.typed)), None)
    if ours is None:
        raise UserError(not_taken(command, named))
    return "project", ours


def _behind_on(text: str) -> frozenset[str]:
    words = [word.rstrip(",;:").lower() for word in text.split()]
    return frozenset(word for before, word in pairwise(words) if before == "on")


def _branch(named: Named, lanes: Sequence[Lane]) -> str:
    """The branch that a name means, "" for none: one that jobs run on, or would be a series'."""
    typed = named.typed.lower()
    known = dict.fromkeys(lane.branch.lower() for lane in lanes)
    if typed in known or named.sort is NameSort.BRANCH:
        return MASTER if typed == "main" and typed not in known else typed
    of_series = named.series.branch_id.lower() if named.series is not None else typed
    behind = next((branch for branch in known if branch.endswith(f"/{of_series}")), "")
    return behind or (_of_series(named.series) if named.series is not None else "")


def _of_series(series: Series) -> str:
    return MASTER if series.status == _IN_DEVELOPMENT else f"stable/{series.branch_id}".lower()


def not_there(place: JobPlace, lanes: Iterable[Lane]) -> str:
    """That nothing runs in a place, and which branches there are."""
    branches = list(dict.fromkeys(_in_order(lanes)))
    what = f" in {place.pipeline}" if place.pipeline else ""
    there = f"; there are {few(branches, MOST)}" if branches else ""
    return f"Zuul runs no periodic job of ours on {place.branch or 'any branch'}{what}{there}."


def _in_order(lanes: Iterable[Lane]) -> Iterator[str]:
    return iter(sorted((lane.branch for lane in lanes), key=lambda name: (name != MASTER, name)))


def _by_plain_name(moment: Moment, projects: Sequence[str]) -> dict[str, str]:
    """The repositories by their own names; of a deliverable with one by that, too."""
    names = {plain_name(project): project for project in projects}
    names |= {plain_name(project.partition("/")[2]): project for project in projects}
    for name, deliverable in repositories(moment.snapshot).items():
        if (project := names.get(plain_name(deliverable))) is not None:
            names.setdefault(name, project)
    return names
