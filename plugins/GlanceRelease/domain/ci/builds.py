"""What Zuul ran by night: builds, what should run, and what is broken."""

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


# Of Zuul's results (zuul/model.py and its web UI, 14.3.0) one says that the job's own run failed.
# TIMED_OUT is told apart from it: slow nodes cause it more often than the code does.
_CUT = frozenset({"SKIPPED", "ABORTED", "CANCELED", "DEQUEUED", "RETRY", "LOST"})


def outcome_of(result: str | None) -> Outcome:
    """What a result means; null is running. A word that Zuul did not have yet tells that the job
    did not pass, and is told as it is."""
    if result is None:
        return Outcome.RUNNING
    if result == "SUCCESS":
        return Outcome.PASSED
    if result == "FAILURE":
        return Outcome.FAILED
    return Outcome.CUT if result in _CUT else Outcome.TROUBLE


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
    given when the build starts. `detail` is Zuul's `error_detail`, cleaned and cut. Each is asked a
    dozen times in a report, so what follows of it is worked out when it is made: `night`, the day
    of the night that it belongs to, and `outcome`, what the result says; a retried attempt (`final`
    false) says nothing.
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
    night: dt.date = field(init=False, repr=False, compare=False)
    outcome: Outcome = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = self.final or self.result is None
        object.__setattr__(self, "night", self.day or self.event.date())
        object.__setattr__(self, "outcome", outcome_of(self.result) if told else Outcome.CUT)


@dataclass(frozen=True)
class Empty:
    """A buildset that ended without any build: CONFIG_ERROR, MERGE_CONFLICT, NO_JOBS, DEQUEUED."""

    uuid: str
    lane: Lane
    result: str
    event: dt.datetime


@dataclass(frozen=True)
class NightSet:
    """A buildset of a lane in which a job was missing: whether it is `over`, and whether any build
    of it had `begun`."""

    uuid: str
    lane: Lane
    event: dt.datetime
    over: bool
    begun: bool


@dataclass(frozen=True)
class WaitingJob:
    """A job of an item that is still in its pipeline, and since when: it is queued, it runs, or
    it waits for another attempt (`tries` counts that one)."""

    lane: Lane
    job: str
    since: dt.datetime
    started: bool = False
    tries: int = 1


@dataclass(frozen=True, order=True)
class UnreadRow:
    """A row of `builds` that could not be read, by what of it could: "" stands for any."""

    project: str
    job: str
    night: dt.date


@dataclass(frozen=True)
class ConfigError:
    """What Zuul can't load of a repository's configuration; `text` is cleaned and cut; `since` is
    when it was first read."""

    project: str
    branch: str
    path: str
    text: str
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Departure:
    """A job that Zuul did not list any more at an instant: by decision, or, with a `reason`, since
    its configuration can't be loaded. `back` is when Zuul listed it again, `sound` when it
    last did before that, where it is known."""

    lane: Lane
    job: str
    at: dt.datetime
    reason: str = ""
    back: dt.datetime | None = None
    sound: dt.datetime | None = None

    @property
    def is_broken(self) -> bool:
        """Whether the job would run, were its configuration sound."""
        return bool(self.reason) and self.back is None


class Gap(NamedTuple):
    """More than a day without an answer of Zuul's: the last one before, and the next."""

    begin: dt.datetime
    end: dt.datetime


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
    absent before it did not run, and what is absent after it is not known. Of what is absent tell
    `waiting` (at `until`), `sets` and `asked` (when a lane's buildsets were last read), `unread`.
    `gaps` are the times in which it could not be known, oldest first; `anew` is when Zuul's
    numbers of builds were seen to begin again, so that it shows nothing older any more.
    """

    lanes: Mapping[Lane, tuple[Build, ...]]
    expected: Mapping[Lane, Expected]
    since: dt.datetime
    until: dt.datetime
    empty: tuple[Empty, ...] = ()
    broken: tuple[ConfigError, ...] = ()
    unknown: tuple[str, ...] = ()
    web: str = ""
    waiting: tuple[WaitingJob, ...] = ()
    sets: tuple[NightSet, ...] = ()
    asked: Mapping[Lane, dt.datetime] = field(default_factory=dict)
    unread: tuple[UnreadRow, ...] = ()
    departures: tuple[Departure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    anew: dt.datetime | None = None

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
    QUEUED = "queued"
    RETRYING = "waiting-for-a-retry"
    DID_NOT_RUN = "did-not-run"
    UNSEEN = "not-known"
    BROKEN = "broken"
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


def tested_key(job: str, branch: str) -> str:
    """A job on a branch, as one text."""
    return f"{job} {branch}"


@dataclass(frozen=True, eq=False)
class Suspicions:
    """Every answered question by its uuid, and what each job that was asked about tests, by
    `tested_key`: another branch has other variants."""

    answers: Mapping[str, Suspects] = field(default_factory=dict)
    tested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NIGHTS = Key[History]("zuul/builds")
SUSPECTS = Key[Suspicions]("zuul/suspects")

_PYTHON = re.compile(r"(?<![a-z0-9])(py|python-?)\d(?:\.?\d{1,2})?(?![0-9])")


@lru_cache(maxsize=4096)
def stem(job: str) -> str:
    """The job's name without the Python version in it, which changes every few cycles:
    glance-tox-py312-keystone-tips and glance-tox-py313-keystone-tips have one stem."""
    return _PYTHON.sub(r"\1*", job)
