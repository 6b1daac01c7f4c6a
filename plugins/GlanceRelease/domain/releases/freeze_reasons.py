"""Why a branch takes what it takes, as values: the rule with its source, the facts that decided,
the deadline, what opens it next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum

from ..calendar.cycle import week_name
from ..calendar.interval import When, whens
from ..calendar.team_calendar import Calendar
from ..calendar.team_deadlines import Deadline
from ..model import Kind, Release
from ..rule_sources import RULE_SOURCES, RuleSource

_MANAGEMENT = RULE_SOURCES["guide"]
_STABLE = RULE_SOURCES["stable"]
_DELIVERABLES = RULE_SOURCES["deliverables"]
_SCHEDULE = RULE_SOURCES["schedule"]


class FreezeRule(Enum):
    """A rule of the release process: its name, and where it stands."""

    FEATURE_FREEZE = ("feature-freeze", _MANAGEMENT.at("Milestone 3 / Feature Freeze"))
    CANDIDATES = (
        "release-candidates",
        _MANAGEMENT.at("Common cycle with development milestones"),
    )
    MASTER_TOO = (
        "release-critical-on-master",
        RULE_SOURCES["liaison"].at("Release Candidate Releases"),
    )
    LIBRARIES = ("library-freeze", _MANAGEMENT.at("Feature Freeze -1"))
    INTERMEDIARY = ("intermediary", _MANAGEMENT.at("Common cycle with intermediary releases"))
    TRAILING = ("trailing", _MANAGEMENT.at("Trailing the common cycle"))
    REQUIREMENTS = ("requirements-freeze", _SCHEDULE.at("Requirements freeze"))
    UNTAGGED = ("untagged", _DELIVERABLES.at("release-model"))
    RELEASED = ("stable", _STABLE)
    PHASES = ("maintenance-phases", _STABLE.at("Maintenance Phases"))
    SCHEDULE = ("schedule", _SCHEDULE)
    FILES = ("deliverable-files", _DELIVERABLES)

    def __init__(self, rule: str, source: RuleSource) -> None:
        self.rule = rule
        self.source = source.title


class Fact(StrEnum):
    """What was seen of a schedule, a deliverable's file or Gerrit, and decided."""

    DEVELOPMENT = "development"
    FREEZES_TODAY = "freezes-today"
    NO_EVENT = "no-event"
    NEXT = "next"
    MILESTONE_3_PASSED = "milestone-3-passed"
    NO_FILE_YET = "no-file-yet"
    RC1_LATE = "rc1-late"
    RELEASE_UNMADE = "release-late-without-rc1"
    RELEASE_WAS_DUE = "release-late-without-file"
    FROZEN_UNTIL_RC1 = "frozen-until-rc1"
    TAGGED = "tagged"
    TAG_PENDING = "tag-pending"
    NO_RC1 = "branch-without-rc1"
    FINAL_RC_WAS = "final-rc-deadline-passed"
    RELEASE_LATE = "release-late"
    CUT_UNDATED = "cut-undated"
    NOT_CUT = "not-cut"
    OWN_RULE = "own-rule"
    CUT_FROM_MASTER = "cut-from-master"
    MASTER_IS = "master-is-the-next-series"
    FINAL_TAGGED = "final-tagged"
    BY_DATES = "by-the-dates"
    MILESTONE_3_BY_DATES = "milestone-3-by-the-dates"
    RC1_UNKNOWN = "rc1-unknown"
    DAYS_UNKNOWN = "release-days-unknown"
    OF_SERIES = "of-series"
    SERIES_RELEASED = "series-released"
    SERIES_WAS_DUE = "series-was-due"
    LIBRARIES_DUE = "libraries-due"
    INTERMEDIARY_DUE = "intermediary-due"
    BRANCH_EXISTS = "branch-exists"
    REQUIREMENTS_STAY = "requirements-stay-frozen"
    NO_FREEZE = "no-freeze"
    TRAILING_DUE = "trailing-due"
    TRAILING_NOT_MADE = "trailing-not-made"
    TRAILING_LATER = "trailing-later"
    UNBOUND = "unbound"
    NEVER_RELEASED = "never-released"
    REQUIREMENTS_FROZEN = "requirements-frozen"
    NOWHERE = "in-no-file"
    FILES_TROUBLE = "files-trouble"
    CONFLICT = "conflict"
    NO_SCHEDULE_YET = "no-schedule-yet"
    NO_SCHEDULE = "no-schedule"
    CYCLE_UNKNOWN = "cycle-unknown"
    SCHEDULE_TROUBLE = "schedule-trouble"
    SERIES_TROUBLE = "series-trouble"
    CUT_BESIDE = "cut-beside-the-series"
    TAKES_UNKNOWN = "takes-unknown"
    FINAL_DUE = "final-due"
    MAINTAINED = "maintained"
    IN_FILE = "in-file"
    IN_GERRIT = "in-gerrit"
    GERRIT_HAS = "gerrit-has-it"
    NOT_IN_GERRIT = "not-in-gerrit"
    FILE_TROUBLE = "file-trouble"
    READ_BEFORE = "read-before-the-release"
    NOT_READ_SINCE = "not-read-since-the-release"
    NOT_IN_FILE = "not-in-file"
    STATUS = "stable-status"
    PLANNED_NOT_TAGGED = "planned-not-tagged"
    PLANNED = "planned"
    UNPLANNED = "unplanned"


class Next(StrEnum):
    """What a branch becomes next."""

    FEATURE_FREEZE = "feature-freeze"
    RELEASE_CRITICAL = "release-critical"
    FINAL_RC = "final-rc"
    FINAL_RELEASES = "final-releases"
    LIBRARY_FREEZE = "library-freeze"
    REQUIREMENTS_FREEZE = "requirements-freeze"
    NEXT_SERIES = "next-series"
    STABLE = "stable"
    UNMAINTAINED = "unmaintained"
    END_OF_LIFE = "end-of-life"
    STABLE_ENDS = "unmaintained-or-end-of-life"


@dataclass(frozen=True)
class Due:
    """When a deadline is due: its interval, its days (more than one where they contradict each
    other), its week's name."""

    when: When
    days: tuple[dt.date, ...]
    week: str = ""


@dataclass(frozen=True)
class Reason:
    """One fact of those that decided.

    `name` is the version, branch or deliverable that it is about, `series` the title of the
    series; `kind` the event of the schedule; `due` when that is or was due, `past` whether it is
    over; `days` on which it was, `text_days` from which to which the event's own text says it is
    instead; `read` when the file was read that tells it; `after` so many days after the release;
    `by_merge` that the days are those of the merge, since nobody told the tag's.
    """

    fact: Fact
    name: str = ""
    series: str = ""
    kind: Kind | None = None
    due: Due | None = None
    past: bool = False
    days: tuple[dt.date, ...] = ()
    text_days: tuple[tuple[dt.date, dt.date], ...] = ()
    read: dt.datetime | None = None
    after: int | None = None
    trouble: str = ""
    by_merge: bool = False


def of_release(fact: Fact, release: Release) -> Reason:
    """A reason that is about a release, with the day of its tag, else of its merge."""
    return Reason(fact, release.version, days=on_day(release.tagged), by_merge=release.by_merge)


def due_of_kind(calendar: Calendar, kind: Kind) -> Due | None:
    """When the cycle's (last) event of a kind is due; None where the schedule has none."""
    event = calendar.weeks.first(kind)
    if event is None or not event.days:
        return None
    when = whens(event)[-1]
    return Due(when, (when.deadline,), week_name(calendar.weeks, when.deadline))


def due_of(deadline: Deadline) -> Due:
    """When a deadline is due."""
    return Due(deadline.when, deadline.days, deadline.week)


def on_day(instant: dt.datetime | dt.date | None) -> tuple[dt.date, ...]:
    """The day of a reason, where one is known."""
    if instant is None:
        return ()
    return (instant.date() if isinstance(instant, dt.datetime) else instant,)
