"""The rules about a version's number and its place in the sequence."""

from __future__ import annotations

import datetime as dt

from ....domain.calendar.binding_deadlines import MILESTONES
from ....domain.model import Kind, Schedule
from ....domain.releases.merged_level import next_feature, next_fix
from ....domain.releases.newest import newest_on_master
from ....domain.releases.version import Version, is_mark, parse_version
from ..words import faults, missing
from .case import FINE, LIBRARY_TYPES, CannotTell, Case, Verdict, Wrong, finals, wrong

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
        return CannotTell(missing.FILE_BEFORE)
    released = finals(case.context.previous)
    if not released:
        return CannotTell(missing.final_in(case.context.previous.series))
    highest = max(released)
    if version.major > highest.major:
        return FINE
    return wrong(
        faults.NOT_ABOVE_LAST_SERIES,
        version=version,
        last=highest,
        series=case.context.previous.series,
        right=Version(highest.major + 1, 0, 0, version.stage, version.number),
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
        return CannotTell(missing.RELEASE_BEFORE)
    taken = {parse_version(release.version) for release in older.releases}
    if version > last and version not in taken:
        return FINE
    words = faults.TAKEN if version in (last, *taken) else faults.NOT_ABOVE_LAST_RELEASE
    right = Version(last.major + 1, 0, 0) if case.staged else next_feature(last)
    return wrong(words, version=version, last=last, series=older.series, right=right)


def sequence(case: Case) -> Verdict:
    """Alphas, betas, release candidates, then the final; numbers rise, each candidate by one, and
    what is new stands last."""
    version = case.version
    if version is None:
        return wrong(faults.NO_VERSION, version=case.release.version, example=_example(case))
    before = case.previous[1] if case.previous else None
    if is_twice(case):
        return None  # the schema's rule tells of it
    misplaced = _misplaced(case, version)
    if misplaced is not None:
        return misplaced
    if before is not None and version < before:
        return wrong(faults.NOT_RISING, version=version, last=before, right=_above(version, before))
    if not case.staged:
        if not version.final:
            model = case.after.release_model
            return wrong(faults.NO_PRE_RELEASES, version=version, model=model)
        return FINE
    return _staged(version, before)


def is_twice(case: Case) -> bool:
    """Whether a release that stands before it in the file has the same number."""
    return case.release.version in [release.version for release in case.earlier]


def instead(case: Case) -> Version | None:
    """The number that one which is there twice can take; None where it is there once."""
    if case.version is None or case.previous is None or not is_twice(case):
        return None
    return _above(case.version, case.previous[1])


def _misplaced(case: Case, version: Version) -> Wrong | None:
    """What stands before something that was there already, or behind the mark that ended it all."""
    marks = [release.version for release in case.earlier if is_mark(release.version)]
    there = {release.version for release in (case.before.releases if case.before else ())}
    rest = case.after.releases[len(case.earlier) + 1 :]
    later = [release.version for release in rest if release.version in there]
    if marks or case.release.version in there or not later:
        return wrong(faults.AFTER_THE_END, version=version, mark=marks[-1]) if marks else None
    last = parse_version(later[-1])
    if last is None:
        return wrong(faults.AFTER_THE_END, version=version, mark=later[-1])
    if version > last:
        return wrong(faults.NOT_LAST, version=version, last=last)
    return wrong(faults.NEITHER_LAST, version=version, last=last, right=_above(version, last))


def _above(version: Version, last: Version) -> Version:
    """The next number of the same kind."""
    if last.stage:
        return Version(*last.base, last.stage, last.number + 1)
    return next_fix(last) if version.patch else next_feature(last)


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
        return wrong(faults.OTHER_BASE, version=version, last=before, right=right)
    if before is None or before.base != version.base:
        if version.final and (before is None or not before.final):
            return wrong(faults.NO_CANDIDATE, version=version)
        if before is not None and before.final and not version.final:
            return wrong(faults.BEHIND_FINAL, version=version, last=before)
        if version.stage == "rc" and version.number != 1:
            return _expected(version, Version(*version.base, "rc", 1))
        return FINE
    if version.final and before.stage != "rc":
        return wrong(faults.CANDIDATE_SKIPPED, version=version, last=before)
    if version.stage == "rc":
        number = before.number + 1 if before.stage == "rc" else 1
        expected = Version(*version.base, "rc", number)
        return FINE if version == expected else _expected(version, expected)
    return FINE


def _expected(version: Version, expected: Version) -> Wrong:
    return wrong(faults.NOT_NEXT, version=version, right=expected)


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
        return CannotTell(missing.SERIES)
    if case.before_series(FIRST_WITH_MILESTONE_NUMBERS):
        return None
    if case.context.schedule is None:
        return CannotTell(missing.SCHEDULE)
    if case.context.now is None:
        return CannotTell(missing.DAY)
    number = milestone_at(case.context.schedule, case.context.now.date())
    if number is None:
        return CannotTell(missing.MILESTONE)
    if number == version.number:
        return FINE
    return _other_beta(version, case.previous[1] if case.previous else None, number, case)


def _other_beta(version: Version, last: Version | None, number: int, case: Case) -> Verdict:
    """The beta that is to be proposed at a milestone instead: the milestone's own, or the next one,
    where that is out."""
    base = last.base if last is not None and last.stage else version.base
    due = max(number, last.number + 1 if last is not None and last.stage == "b" else 1)
    told = {"version": version, "milestone": number}
    if due > len(MILESTONES):
        return wrong(faults.OTHER_MILESTONE, **told, right=Version(*base, "rc", 1))
    event = case.context.schedule.first(MILESTONES[due - 1]) if case.context.schedule else None
    right = Version(*base, "b", due)
    if due == number or event is None:
        return wrong(faults.OTHER_MILESTONE, **told, right=right)
    words = faults.LATER_MILESTONE if version == right else faults.NEXT_MILESTONE
    return wrong(words, version=version, event=event.title, day=event.days[0], right=right)


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
    first, last = kinds
    if case.context.schedule is None:
        return CannotTell(missing.SCHEDULE)
    if case.context.now is None:
        return CannotTell(missing.DAY)
    start = case.context.schedule.first(first) if first else None
    end = case.context.schedule.first(last)
    if end is None or (first and start is None):
        return CannotTell(missing.DEADLINE)
    day = case.context.now.date()
    if start is not None and day < start.days[0]:
        return wrong(faults.TOO_EARLY, version=version, event=start.title, day=start.days[0])
    if day > end.days[-1]:
        deadline = faults.DEADLINES[last]
        return wrong(faults.TOO_LATE, version=version, deadline=deadline, day=end.days[-1])
    return FINE


def _window_of(case: Case, version: Version) -> tuple[Kind | None, Kind] | None:
    if case.staged:
        if version.stage in ("a", "b"):
            return None, Kind.RC1
        if version.stage == "rc":
            if case.first_rc:
                return Kind.MILESTONE_3, Kind.RC1
            return Kind.MILESTONE_3, Kind.FINAL_RC
        if case.previous and not case.previous[1].final:
            return Kind.FINAL_RC, Kind.RELEASE
        return None
    if case.branched:
        return None
    # Until queens the clients' files said "library".
    if case.after.type == "client-library" or case.after.name.endswith("client"):
        return None, Kind.FINAL_CLIENT_LIBRARIES
    return None, Kind.FINAL_LIBRARIES
