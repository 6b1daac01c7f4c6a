"""What is done and left for a deadline, as values."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...domain.messages.clauses import Clause, in_words
from .asked import BASES, Asked, Basis, TaskState
from .merged_since import Unreleased
from .words import tasks as words


@dataclass(frozen=True)
class Task(ABC):
    """Something that a deadline asks for; equal tasks of several deadlines are one."""

    state: TaskState

    @property
    @abstractmethod
    def basis(self) -> Basis:
        """The rule that asks for it."""

    @property
    @abstractmethod
    def clause(self) -> Clause:
        """The task in words, with what may give way."""

    @property
    def in_doubt(self) -> tuple[str, str]:
        """Of what can't be told: what that is, and why."""
        return self.text, ""

    @property
    def text(self) -> str:
        """The task in words, for where there is room."""
        return in_words((self.clause,))


@dataclass(frozen=True)
class ReleaseTask(Task):
    """A release of `deliverable`, or a branch of its `repository`, in `series`: `version` is the
    one that is asked for, or was made; `instead_of` the one that was asked for, where an approved
    proposal has a later one; `since` the day from which a release counts; `changes` what
    it would release; `reason` why it can't be told."""

    asked: Asked
    deliverable: str
    repository: str
    series: str
    version: str = ""
    branch: str = ""
    since: dt.date | None = None
    changes: Unreleased | None = field(default=None, compare=False)
    reason: str = ""
    instead_of: str = field(default="", compare=False)

    @property
    def as_asked(self) -> ReleaseTask:
        """The task with the version that its deadline asked for."""
        return replace(self, version=self.instead_of, instead_of="") if self.instead_of else self

    @property
    def basis(self) -> Basis:
        """The rule that asks for it."""
        return BASES[self.asked]

    @property
    def clause(self) -> Clause:
        """The task in words, with what may give way."""
        return words.task_clause(self)

    @property
    def in_doubt(self) -> tuple[str, str]:
        """Of what can't be told: what that is, and why."""
        return words.unknown_of(self), self.reason

    @property
    def is_last(self) -> bool:
        """Whether it is the series' last release of what has no candidates."""
        return self.asked in (Asked.LAST, Asked.LAST_WITH_BRANCH)


_DONE = (TaskState.DONE, TaskState.NEEDLESS)


@dataclass(frozen=True)
class Work:
    """All that deadlines ask for. One that asks for nothing (a freeze) has no work, so it is never
    done."""

    tasks: tuple[Task, ...] = ()

    @property
    def done(self) -> tuple[Task, ...]:
        """What needs nothing more."""
        return tuple(task for task in self.tasks if task.state in _DONE)

    @property
    def merged(self) -> tuple[Task, ...]:
        """What has merged and waits for its tag: nobody need do anything, and it is not done."""
        return tuple(task for task in self.tasks if task.state is TaskState.MERGED)

    @property
    def left(self) -> tuple[Task, ...]:
        """What is still to be done."""
        return tuple(task for task in self.tasks if task.state is TaskState.LEFT)

    @property
    def approved(self) -> tuple[Task, ...]:
        """What is proposed and has the team's yes: it waits for the release team alone."""
        return tuple(task for task in self.tasks if task.state is TaskState.APPROVED)

    @property
    def unknown(self) -> tuple[Task, ...]:
        """What can't be told."""
        return tuple(task for task in self.tasks if task.state is TaskState.UNKNOWN)

    @property
    def is_done(self) -> bool:
        """Whether something was to be done and all of it is, but for tags that are awaited."""
        return bool(self.tasks) and len(self.done) + len(self.merged) == len(self.tasks)


def together(works: Iterable[Work]) -> Work:
    """The work of several deadlines as one: each task once; a library's last release is its
    release for the milestone too."""
    tasks = dict.fromkeys(task for work in works for task in work.tasks)
    left = [t for t in tasks if isinstance(t, ReleaseTask) and t.state is TaskState.LEFT]
    last = {task.deliverable for task in left if task.is_last}
    twice = {t for t in left if t.asked is Asked.RELEASE and t.deliverable in last}
    return Work(tuple(task for task in tasks if task not in twice))
