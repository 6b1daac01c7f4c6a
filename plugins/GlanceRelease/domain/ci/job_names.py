"""How a job is told: a job is a name in a lane, and two may differ in their lane alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .builds import Lane

MASTER = "master"


class JobKey(NamedTuple):
    """What makes a job: its repository, branch and pipeline, and its name there."""

    lane: Lane
    job: str

    @property
    def text(self) -> str:
        """The key as one word for each, for what is kept."""
        return " ".join((*self.lane, self.job))


class JobNames:
    """The names of these jobs as they are told, no two of them alike."""

    def __init__(self, jobs: Iterable[JobKey]) -> None:
        self._projects: dict[str, set[str]] = {}
        self._pipelines: dict[tuple[str, str, str], set[str]] = {}
        for lane, job in jobs:
            self._projects.setdefault(job, set()).add(lane.project)
            place = lane.project, lane.branch, job
            self._pipelines.setdefault(place, set()).add(lane.pipeline)

    def of(self, lane: Lane, job: str) -> str:
        """The job's name; with its repository where another one has a job of that name, its branch
        where that is not master, and its pipeline where it runs in two."""
        others = self._projects.get(job, set()) - {lane.project}
        repository = f" of {short_project(lane.project)}" if others else ""
        pipelines = self._pipelines.get((lane.project, lane.branch, job), set())
        pipeline = f" in {lane.pipeline}" if pipelines - {lane.pipeline} else ""
        return f"{job}{repository}{where(lane)}{pipeline}"


def where(lane: Lane) -> str:
    """ " on stable/2026.2"; nothing for master."""
    return "" if lane.branch == MASTER else f" on {lane.branch}"


def short_project(project: str) -> str:
    """ "glance_store" of openstack/glance_store; another namespace is told whole."""
    return project.removeprefix("openstack/")
