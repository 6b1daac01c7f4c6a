"""The rules about a version's number and its place in the sequence."""

from __future__ import annotations

import datetime as dt

from ....domain.gerrit_scope import newest_on_master
from ....domain.model import Kind, Schedule
from ....domain.releases.version import Version, parse_version
from .case import FINE, LIBRARY_TYPES, CannotTell, Case, Verdict, Wrong, finals

MILESTONES = (Kind.MILESTONE_1, Kind.MILESTONE_2, Kind.MILESTONE_3)
# A beta is proposed in its milestone's week or up to a month late (history since wallaby: from
# 6 days before to 29 after), never so early as this before the next milestone.
BEFORE_MILESTONE = dt.timedelta(days=10)
TRAILING = "trailing"
FIRST_WITH_MILESTONE_NUMBERS = "wallaby"


def above_previous_series(case: Case) -> Verdict:
    """The major of a pre-release is above the last final of the series before, and a series' first
    release above the last that the series before had from master. openstack/releases' validator
    compares inside one file only."""
    version = case.version
    if version is None:
        return None
    if version.final or not case.staged:
        return _first_above(case, version)
    if case.context.previous is None:
        return CannotTell("a file of this deliverable in the series before")
    released = finals(case.context.previous)
    if not released:
        return CannotTell(f"a final release in {case.context.previous.series}")
    highest = max(released)
    if version.major > highest.major:
        return FINE
    right = Version(highest.major + 1, 0, 0, version.stage, version.number)
    return Wrong(
        f"{version} is not above {highest}, released in {case.context.previous.series}",
        f"call it {right}",
    )


def _first_above(case: Case, version: Version) -> Verdict:
    """Point releases of the older series go on after its branch is cut, and the number may be
    below theirs, but no number is given twice."""
    if case.previous is not None:
        return None
    older = case.context.previous
    newest = newest_on_master(older) if older else None
    last = parse_version(newest.version) if newest else None
    if older is None or last is None:
        return CannotTell("a release of this deliverable in the series before")
    taken = {parse_version(release.version) for release in older.releases}
    if version > last and version not in taken:
        return FINE
    known = version if version in taken else last
    above = "" if version == known else f"not above {known}, "
    right = Version(last.major + 1, 0, 0) if case.staged else next_feature(last)
    return Wrong(
        f"{version} is {above}released in {older.series}",
        f"call it {right} or higher",
    )


def next_feature(version: Version) -> Version:
    """The number of a release with features after this one."""
    return Version(version.major, version.minor + 1, 0)


def sequence(case: Case) -> Verdict:
    """Alphas, betas, release candidates, then the final; numbers rise, each candidate by one."""
    version = case.version
    if version is None:
        return Wrong(
            f'"{case.release.version[:40]}" is no version', f"write it like {_example(case)}"
        )
    before = case.previous[1] if case.previous else None
    if version == before:
        return None  # the schema's rule tells a version that is there twice
    if before is not None and version < before:
        return Wrong(f"{version} is not above {before}, the release before", "raise the number")
    if not case.staged:
        if not version.final:
            model = case.after.release_model
            why = f"{version} is a pre-release, and {model} has none"
            return Wrong(why, "name a final version")
        return FINE
    return _staged(version, before)


def _example(case: Case) -> Version:
    """A version of the deliverable's own kind: what could come next, where that is known."""
    if case.previous is not None:
        last: Version | None = case.previous[1]
    else:
        last = max(finals(case.context.previous), default=None) if case.context.previous else None
    if case.staged:
        if last is not None and not last.final:
            return Version(*last.base, "rc", 1)
        return Version(last.major + 1 if last else 33, 0, 0, "b", 2)
    return next_feature(last or Version(1, 1, 0))


def _staged(version: Version, before: Version | None) -> Verdict:
    if before is not None and not before.final and before.base != version.base:
        right = Version(*before.base, version.stage, version.number)
        return Wrong(f"{version} after {before}", f"call it {right}")
    if before is None or before.base != version.base:
        if version.final and (before is None or not before.final):
            return Wrong(
                f"{version} without a release candidate before it", f"release {version}.0rc1 first"
            )
        if before is not None and before.final and not version.final:
            return Wrong(f"{version} after the final {before}", "release it in the next series")
        if version.stage == "rc" and version.number != 1:
            return _expected(version, Version(*version.base, "rc", 1))
        return FINE
    if version.final and before.stage != "rc":
        return Wrong(f"{version} right after {before}", f"release {version}.0rc1 first")
    if version.stage == "rc":
        number = before.number + 1 if before.stage == "rc" else 1
        expected = Version(*version.base, "rc", number)
        return FINE if version == expected else _expected(version, expected)
    return FINE


def _expected(version: Version, expected: Version) -> Wrong:
    return Wrong(f"{version} where {expected} is next", f"call it {expected}")


def milestone_at(schedule: Schedule, day: dt.date) -> int | None:
    """The milestone to which a beta of that day belongs: the last one that had come, or comes
    within ten days. None before the first, or where the schedule lacks one."""
    number = None
    for index, kind in enumerate(MILESTONES, 1):
        event = schedule.first(kind)
        if event is None:
            return None
        if day >= event.days[0] - BEFORE_MILESTONE:
            number = index
    return number


def beta_number(case: Case) -> Verdict:
    """A beta carries its milestone's number, as teams have done since wallaby."""
    version = case.version
    if version is None or version.stage != "b" or not case.staged or case.after.type == TRAILING:
        return None
    if case.series is None:
        return CannotTell("the list of series")
    if case.before_series(FIRST_WITH_MILESTONE_NUMBERS):
        return None
    if case.context.schedule is None:
        return CannotTell("the cycle's schedule")
    if case.context.now is None:
        return CannotTell("the day of the proposal")
    number = milestone_at(case.context.schedule, case.context.now.date())
    if number is None:
        return CannotTell("a milestone near the day of the proposal")
    if number == version.number:
        return FINE
    right = Version(*version.base, "b", number)
    return Wrong(f"{version} at milestone {number}", f"call it {right}")


def window(case: Case) -> Verdict:
    """A release is proposed inside its dates: betas before RC1, RC1 between milestone 3 and its
    Thursday, later candidates until the final RC's, the final in the two weeks up to the release,
    a library until its freeze. What trails has until after the release, and is not judged."""
    version = case.version
    if version is None or not (case.staged or case.after.type in LIBRARY_TYPES):
        return None
    if case.after.type == TRAILING:
        return None
    kinds = _window_of(case, version)
    if kinds is None:
        return None
    first, last, name = kinds
    if case.context.schedule is None:
        return CannotTell("the cycle's schedule")
    if case.context.now is None:
        return CannotTell("the day of the proposal")
    start = case.context.schedule.first(first) if first else None
    end = case.context.schedule.first(last)
    if end is None or (first and start is None):
        return CannotTell("the deadline in the cycle's schedule")
    day = case.context.now.date()
    if start is not None and day < start.days[0]:
        return Wrong(f"{version} before {start.title} ({start.days[0]})", "wait for that day")
    if day > end.days[-1]:
        return Wrong(f"{version} after {name}, {end.days[-1]}", "ask the release team first")
    return FINE


def _window_of(case: Case, version: Version) -> tuple[Kind | None, Kind, str] | None:
    if case.staged:
        if version.stage in ("a", "b"):
            return None, Kind.RC1, "RC1's deadline"
        if version.stage == "rc":
            if case.first_rc:
                return Kind.MILESTONE_3, Kind.RC1, "RC1's deadline"
            return Kind.MILESTONE_3, Kind.FINAL_RC, "the final RC's deadline"
        if case.previous and not case.previous[1].final:
            return Kind.FINAL_RC, Kind.RELEASE, "the release"
        return None
    if case.branched:
        return None
    # Until queens the clients' files said "library".
    if case.after.type == "client-library" or case.after.name.endswith("client"):
        return None, Kind.FINAL_CLIENT_LIBRARIES, "the client library freeze"
    return None, Kind.FINAL_LIBRARIES, "the library freeze"
