"""RC1 and the release, announced on the day they are tagged, in the guide's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...domain.calendar.binding_deadlines import has_candidates
from ...domain.calendar.cycle import format_day, week_name
from ...domain.calendar.team_calendar import Calendar, calendar_of, find_series
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.model import Deliverable, Kind, Release
from ...domain.moment import Moment
from ...domain.releases.proposal import GERRIT
from ...domain.releases.released import by_merge_key, read_key, seen_key
from ...domain.releases.shapes import final_of
from ...domain.snapshot import SERIES, Fetched, Snapshot, deliverable_of
from ...registry import rule
from .words.announcements import NOT_IN_FILE, NOT_MADE, candidate_doc, final_doc

RULE = "announcement"
GRACE = dt.timedelta(days=7)


def announced(file: Deliverable) -> tuple[Release, ...]:
    """The versions of a cycle-with-rc service that get an announcement: its RC1 and its final; the
    cycle's days and words are not those of what trails it."""
    if not has_candidates(file):
        return ()
    rc1 = next((release for release in file.releases if release.version.endswith("rc1")), None)
    final = final_of(file.releases)
    return tuple(release for release in (rc1, final) if release is not None)


def _files(snapshot: Snapshot) -> Iterator[tuple[str, Fetched[Deliverable]]]:
    """The team's files that were really read, by where they stand."""
    for series in snapshot[SERIES].value or ():
        for name in snapshot.team.deliverables:
            fact = snapshot[deliverable_of(series.name, name)]
            if fact.known and fact.origin != "bundled":
                yield read_key(series.name, name), fact


def _remember(moment: Moment) -> Mapping[str, str]:
    """When each version was first seen; what a file had at the first look has no instant."""
    seen: dict[str, str] = {}
    for where, fact in _files(moment.snapshot):
        first = where not in moment.snapshot.memory
        seen[where] = "yes"
        for release in fact.value.releases if fact.value else ():
            key = seen_key(fact.value, release.version) if fact.value else ""
            if key not in moment.snapshot.memory:
                seen[key] = "" if first else (release.tagged or moment.now).isoformat()
                if fact.value and release.by_merge and seen[key]:
                    seen[by_merge_key(fact.value, release.version)] = "yes"
    return seen


@rule(
    RULE,
    "RC1 is tagged, the release is out: what may merge from now on, where, until when",
    "it speaks twice a cycle; mute silences the channel",
    remember=_remember,
    basis="what is tagged; from RC1's tag on only release-critical changes merge",
    sources=("liaison", "deliverables"),
)
def release_announcements(moment: Moment) -> Iterator[Notice]:
    """A notice for an RC1 or a final version that was not tagged at the last look; the first look
    at a file announces nothing."""
    for where, fact in _files(moment.snapshot):
        file = fact.value
        if where not in moment.snapshot.memory or file is None:
            continue
        for release in announced(file):
            if seen_key(file, release.version) in moment.snapshot.memory:
                continue
            yield Notice(
                rule=RULE,
                subject=f"{file.series}/{file.name}",
                target=moment.team.announce,
                facts=release.version,
                due=moment.now,
                grace=GRACE,
                say=_Announcement(moment.snapshot, file, release),
                why=_why(moment, file, release),
                days=_days(moment, file, release),
            )


def _why(moment: Moment, file: Deliverable, release: Release) -> str:
    told = moment[GERRIT].at
    who = f", as Gerrit told at {told:%H:%M} UTC" if told else ""
    return f"{release.version} is tagged{who}, and stands in {file.name}'s file"


def _calendar(moment: Moment, file: Deliverable) -> Calendar | None:
    return calendar_of(moment, file.series)


def _days(moment: Moment, file: Deliverable, release: Release) -> tuple[dt.date, ...]:
    calendar = _calendar(moment, file)
    kind = Kind.RC1 if "rc" in release.version else Kind.RELEASE
    day = calendar.day(kind) if calendar else None
    return (day,) if day else ()


@dataclass(frozen=True)
class _Announcement:
    snapshot: Snapshot
    file: Deliverable
    release: Release

    def __call__(self, now: dt.datetime) -> Doc:
        calendar = _calendar(Moment(self.snapshot, now), self.file)
        series = find_series(self.snapshot[SERIES].value or (), self.file.series)
        branch = f"stable/{series.branch_id}" if series else ""
        what = f"{self.file.name} {self.release.version}"
        if "rc" not in self.release.version:
            after = calendar.after.title if calendar and calendar.after else ""
            return final_doc(what, series.title if series else self.file.series, after, branch)
        day = calendar.day(Kind.RELEASE) if calendar else None
        until = f"{format_day(day)}, {week_name(calendar.weeks, day)}" if calendar and day else ""
        on_master = self.snapshot.team.release_critical_on_master
        is_cut = any(each.name == branch for each in self.file.branches)
        missing = "" if is_cut else _why_missing(self.file, branch)
        return candidate_doc(what, until, branch, on_master, missing)


def _why_missing(file: Deliverable, branch: str) -> str:
    in_file = any(each.name == branch for each in file.pending_branches)
    return NOT_MADE if in_file else NOT_IN_FILE
