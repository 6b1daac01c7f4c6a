"""The nouns of Launchpad: a bug's task in a project, what is known of the bug itself, a project's
bugs as they were last told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..snapshot import Key

FIXED = frozenset(("Fix Released", "Fix Committed"))
REFUSED = frozenset(("Invalid", "Won't Fix", "Opinion", "Expired", "Does Not Exist"))


@dataclass(frozen=True)
class BugTask:
    """A bug in one project, as data: text of other people's, for a renderer to clean.

    `assignee` is a Launchpad id, `milestone` the name of the one it is targeted to; both empty
    where there is none. `closed` is when its status became an ended one, as far as that is told.
    """

    number: int
    project: str
    title: str
    status: str
    importance: str
    assignee: str = ""
    milestone: str = ""
    created: dt.datetime | None = None
    closed: dt.datetime | None = None
    url: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether Launchpad calls it fixed, which is said when a change merged on master."""
        return self.status in FIXED

    @property
    def is_refused(self) -> bool:
        """Whether it will not be fixed."""
        return self.status in REFUSED


@dataclass(frozen=True)
class TrackerMilestone:
    """A milestone of Launchpad's, which a person made by hand; `day` is None where it has none."""

    name: str
    day: dt.date | None = None


@dataclass(frozen=True)
class ProjectBugs:
    """What Launchpad says of one project: its bugs that may count, by number; those with one of the
    tags that were asked about; its active milestones by name; when each bug was last told to be
    modified. `is_there` is False for a project that Launchpad does not have: all else is empty."""

    project: str
    tasks: Mapping[int, BugTask] = field(default_factory=dict)
    tagged: frozenset[int] = frozenset()
    milestones: Mapping[str, TrackerMilestone] = field(default_factory=dict)
    touched: Mapping[int, dt.datetime] = field(default_factory=dict)
    is_there: bool = True


class Sight(StrEnum):
    """Whether anybody may see a bug."""

    THERE = "there"
    ABSENT = "absent"
    PRIVATE = "private"


@dataclass(frozen=True)
class BugDetail:
    """A bug itself: `duplicate_of` is 0 where it is none; `tasks` are the projects that have it."""

    number: int
    sight: Sight = Sight.THERE
    title: str = ""
    tags: tuple[str, ...] = ()
    duplicate_of: int = 0
    tasks: tuple[BugTask, ...] = ()

    def task_in(self, projects: Iterable[str]) -> BugTask | None:
        """Its task in the first of these projects that has one."""
        by_project = {task.project: task for task in self.tasks}
        return next((by_project[name] for name in projects if name in by_project), None)


BUG_DETAILS: Key[Mapping[int, BugDetail]] = Key("launchpad/bugs")


def bugs_of(project: str) -> Key[ProjectBugs]:
    """The key of a project's bugs."""
    return Key(f"launchpad/{project}")
