"""What Zuul ran by night: builds, what should run, what is broken, and how long the gate is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from ..snapshot import Key


class Outcome(Enum):
    """What a build's result says about the code under test."""

    PASSED = "passed"
    FAILED = "failed"
    TROUBLE = "infrastructure"
    CUT = "cut"
    RUNNING = "running"

    @property
    def decides(self) -> bool:
        """Whether the job came to an end of its own; a cut or running build tells nothing yet."""
        return self in (Outcome.PASSED, Outcome.FAILED, Outcome.TROUBLE)


# Zuul's results (zuul/model.py and its web UI, 14.3.0). TIMED_OUT is told apart from a failing
# test: slow nodes cause it more often than the code does.
_TROUBLE = frozenset(
    {
        "NODE_FAILURE",
        "RETRY_LIMIT",
        "POST_FAILURE",
        "DISK_FULL",
        "TIMED_OUT",
        "ERROR",
        "DISCONNECT",
        "EXCEPTION",
        "NO_HANDLE",
        "SNAPSHOT_FAILURE",
        "MERGER_FAILURE",
        "MERGE_FAILURE",
        "MERGE_CONFLICT",
        "CONFIG_ERROR",
        "NO_JOBS",
    }
)
_CUT = frozenset({"SKIPPED", "ABORTED", "CANCELED", "DEQUEUED", "RETRY", "LOST"})


def outcome_of(result: str | None) -> Outcome:
    """What a result means; null is running, and a word that Zuul did not have yet is a failure."""
    if result is None:
        return Outcome.RUNNING
    if result == "SUCCESS":
        return Outcome.PASSED
    if result in _TROUBLE:
        return Outcome.TROUBLE
    return Outcome.CUT if result in _CUT else Outcome.FAILED


class Lane(NamedTuple):
    """Where a night's jobs run: one repository's branch in one pipeline; each has its buildset."""

    project: str
    branch: str
    pipeline: str


@dataclass(frozen=True, slots=True)
class Build:
    """One row of Zuul's `builds`; instants are UTC. `event` is when the pipeline's timer fired, or
    when somebody enqueued it by hand: a build belongs to a night by that, however late it started
    or ended. `day` is the night's where that is another day than the event's. `number` is `_id`,
    given when the build starts. `detail` is Zuul's `error_detail`, cleaned and cut.
    """

    number: int
    uuid: str
    lane: Lane
    job: str
    result: str | None
    final: bool
    voting: bool
    event: dt.datetime
    start: dt.datetime | None
    end: dt.datetime | None
    buildset: str
    detail: str = ""
    day: dt.date | None = None

    @property
    def night(self) -> dt.date:
        """The day of the night that it belongs to."""
        return self.day or self.event.date()

    @property
    def outcome(self) -> Outcome:
        """What the result says; a retried attempt (`final` false) says nothing."""
        return outcome_of(self.result) if self.final or self.result is None else Outcome.CUT


@dataclass(frozen=True)
class Empty:
    """A buildset that ended without any build: CONFIG_ERROR, MERGE_CONFLICT, NO_JOBS, DEQUEUED."""

    uuid: str
    lane: Lane
    result: str
    event: dt.datetime


@dataclass(frozen=True)
class ConfigError:
    """What Zuul can't load of a repository's configuration; `text` is cleaned and cut."""

    project: str
    branch: str
    path: str
    text: str


@dataclass(frozen=True, eq=False)
class Expected:
    """The jobs that Zuul would run in a lane (`freeze-jobs`), each with the instant since which
    it is known to be one, and when Zuul was asked last."""

    jobs: Mapping[str, dt.datetime]
    asked: dt.datetime


@dataclass(frozen=True, eq=False)
class History:
    """The periodic builds of some weeks, in order, by lane.

    It covers [since, until]: `until` is the bot's clock at the last good answer, so what is
    absent before it did not run, and what is absent after it is not known.
    """

    lanes: Mapping[Lane, tuple[Build, ...]]
    expected: Mapping[Lane, Expected]
    since: dt.datetime
    until: dt.datetime
    empty: tuple[Empty, ...] = ()
    broken: tuple[ConfigError, ...] = ()
    unknown: tuple[str, ...] = ()
    web: str = ""

    @cached_property
    def projects(self) -> frozenset[str]:
        """The repositories of which Zuul has or expects any periodic build."""
        return frozenset(lane.project for lane in (*self.lanes, *self.expected))


class Verdict(StrEnum):
    """What stands about a job, in the words of `jobs --json`."""

    PASSING = "passing"
    FAILING = "failing"
    FLAKY = "flaky"
    INFRASTRUCTURE = "infrastructure"
    RUNNING = "running"
    DID_NOT_RUN = "did-not-run"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Merged:
    """A change that merged between a job's last good run and its first bad one."""

    number: int
    project: str
    subject: str
    merged: dt.datetime


@dataclass(frozen=True)
class Question:
    """What to ask about a failure: which changes merged into what the job tests, from when to
    when. `uuid` is the first bad build's and names the question; `peers` are the jobs that passed
    in the same night, whose repositories are less suspect."""

    uuid: str
    job: str
    project: str
    branch: str
    since: dt.datetime
    until: dt.datetime
    peers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suspects:
    """The answer: the repositories that the job takes from master, and what merged there, newest
    first. `more` says that Gerrit had more than it gave; `url` shows them all."""

    repositories: tuple[str, ...]
    changes: tuple[Merged, ...]
    more: bool = False
    url: str = ""


@dataclass(frozen=True, eq=False)
class Suspicions:
    """Every answered question by its uuid, and what each job that was asked about tests."""

    answers: Mapping[str, Suspects] = field(default_factory=dict)
    tested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """A pipeline at one instant: how many items, how many of each project, since when the oldest
    waits (UTC)."""

    pipeline: str
    length: int
    oldest: dt.datetime | None
    projects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """The longest wait that was seen in a pipeline within one hour."""

    pipeline: str
    hour: dt.datetime
    wait: dt.timedelta


@dataclass(frozen=True, eq=False)
class GateQueues:
    """The check and gate pipelines now (`at`), and their waits of the last two weeks."""

    at: dt.datetime
    queues: tuple[Queue, ...]
    samples: tuple[Sample, ...] = ()
    web: str = ""


NIGHTS = Key[History]("zuul/builds")
SUSPECTS = Key[Suspicions]("zuul/suspects")
GATE = Key[GateQueues]("zuul/status")

_PYTHON = re.compile(r"(?<![a-z0-9])(py|python-?)\d(?:\.?\d{1,2})?(?![0-9])")


@lru_cache(maxsize=4096)
def stem(job: str) -> str:
    """The job's name without the Python version in it, which changes every few cycles:
    glance-tox-py312-keystone-tips and glance-tox-py313-keystone-tips have one stem."""
    return _PYTHON.sub(r"\1*", job)
