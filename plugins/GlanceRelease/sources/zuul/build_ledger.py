"""What is known of the periodic builds while it is brought up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ...domain.ci.builds import (
    Build,
    ConfigError,
    Departure,
    Empty,
    Expected,
    Gap,
    Lane,
    NightSet,
    UnreadRow,
    WaitingJob,
)

NO_TIME = dt.datetime.min.replace(tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)
A_GAP = dt.timedelta(days=1)  # a silence of Zuul's that is longer than this is remembered
REMEMBERED = dt.timedelta(days=8)  # how long what tells of an absence is kept

Rows = tuple[Build, ...]


class NewestBuild(NamedTuple):
    """The newest build by its number: an answer that should show it and does not is no answer."""

    uuid: str
    lane: Lane
    event: dt.datetime


@dataclass
class Ledger:
    """What is known while it is brought up to date; `Codec.pack` freezes it.

    `high` is the highest build id seen, `since` from when on each repository is known, `seen` the
    newest night of each lane, `unfinished` the repository of each build that still runs, `fresh`
    the builds that were just read, `witness` the one of the highest id. `swept` is when the last
    days were last read again whole, `searched` when buildsets, `errors_read` when our configuration
    errors were, `all_errors_read` when those of all were; `error_ages` is when each of them that
    concerns us was first read. `asked` is when a lane's buildsets could last be trusted, `refused`
    when Zuul would not tell its jobs, `anew` when its numbers began again. A repository's builds
    are read only when there is news of them.
    """

    load: Callable[[str], Rows] = lambda project: ()
    high: int = 0
    since: dict[str, dt.datetime] = field(default_factory=dict)
    until: dt.datetime = NO_TIME
    swept: dt.datetime = NO_TIME
    searched: dt.datetime = NO_TIME
    errors_read: dt.datetime = NO_TIME
    all_errors_read: dt.datetime = NO_TIME
    error_ages: dict[str, dt.datetime] = field(default_factory=dict)
    seen: dict[Lane, dt.datetime] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    expected: dict[Lane, Expected] = field(default_factory=dict)
    empty: list[Empty] = field(default_factory=list)
    broken: list[ConfigError] = field(default_factory=list)
    unknown: dict[str, dt.datetime] = field(default_factory=dict)
    witness: NewestBuild | None = None
    waiting: list[WaitingJob] = field(default_factory=list)
    sets: list[NightSet] = field(default_factory=list)
    asked: dict[Lane, dt.datetime] = field(default_factory=dict)
    refused: dict[Lane, dt.datetime] = field(default_factory=dict)
    unread: list[UnreadRow] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    anew: dt.datetime | None = None
    touched: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    _builds: dict[str, dict[str, Build]] = field(default_factory=dict)

    def builds(self, project: str) -> dict[str, Build]:
        """One repository's builds by uuid."""
        if project not in self._builds:
            self._builds[project] = {build.uuid: build for build in self.load(project)}
        return self._builds[project]

    def put(self, build: Build) -> bool:
        """Keep a build, in the place of its earlier state; True where that is news."""
        rows = self.builds(build.lane.project)
        known = rows.get(build.uuid)
        build = build if known is None else _later(known, build)
        lane = build.lane
        if build.number >= self.high:
            self.high, self.witness = build.number, NewestBuild(build.uuid, lane, build.event)
        self.seen[lane] = max(self.seen.get(lane, build.event), build.event)
        self.fresh.add(build.uuid)
        self.unfinished.pop(build.uuid, None)
        if build.result is None:
            self.unfinished[build.uuid] = lane.project
        news = rows.get(build.uuid) != build
        if news:
            rows[build.uuid] = build
            self.touched.add(lane.project)
        return news

    def answered(self, now: dt.datetime) -> None:
        """Zuul was read to the present; a day or more for which it was not is a gap."""
        if self.until != NO_TIME and now - self.until > A_GAP:
            self.gaps.append(Gap(self.until, now))
        self.until = now

    def begin_anew(self, now: dt.datetime) -> None:
        """Take the next build's number for the highest: Zuul counts from the start again."""
        self.high, self.witness, self.anew = 0, None, now

    def lose(self, build: Build) -> None:
        """Count a build that runs for days as lost: its row will not be finished any more."""
        self.put(replace(build, result="LOST", final=True))

    def last_sound(self, lane: Lane, job: str) -> dt.datetime:
        """When Zuul last listed a job that it does not list any more: what could not be loaded by
        then did not keep it from running."""
        broken = (d for d in self.departures if (d.lane, d.job) == (lane, job) and d.is_broken)
        if (known := next(broken, None)) is not None:
            return known.sound or known.at - A_DAY  # so often Zuul is asked
        before = self.expected.get(lane)
        return before.asked if before is not None else NO_TIME

    def job_names(self) -> frozenset[str]:
        """Every job that Zuul lists for us, or listed."""
        listed = {job for expected in self.expected.values() for job in expected.jobs}
        return frozenset(listed | {one.job for one in self.departures})

    def prune(self, oldest: dt.datetime) -> None:
        """Forget what lies before `oldest`: builds, empty buildsets, lanes without either."""
        for project, since in list(self.since.items()):
            rows = self.builds(project)
            gone = [uuid for uuid, build in rows.items() if build.event < oldest]
            for uuid in gone:
                del rows[uuid]
                self.touched.add(project)
            self.since[project] = max(since, oldest)
        self.empty = [row for row in self.empty if row.event >= oldest]
        self.departures = [d for d in self.departures if d.is_broken or (d.back or d.at) >= oldest]
        self.gaps = [gap for gap in self.gaps if gap.end >= oldest]
        self.seen = {lane: at for lane, at in self.seen.items() if at >= oldest}
        self.expected = {
            lane: expected
            for lane, expected in self.expected.items()
            if lane.project in self.since and (expected.jobs or lane in self.seen)
        }

    def forget_reasons(self, now: dt.datetime) -> None:
        """Forget what told of absences that nobody asks about any more."""
        self.sets = [row for row in self.sets if now - row.event < REMEMBERED]
        self.unread = [row for row in self.unread if now.date() - row.night < REMEMBERED]
        self.asked = {lane: at for lane, at in self.asked.items() if now - at < REMEMBERED}


def _later(known: Build, build: Build) -> Build:
    """A build as it is told now: where and when it ran does not change, and what has ended does
    not run again."""
    if known.result is not None and build.result is None:
        return known
    return replace(
        build,
        lane=known.lane,
        event=known.event,
        start=build.start or known.start,
        buildset=build.buildset or known.buildset,
    )
