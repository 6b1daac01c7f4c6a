"""A team's calendar of one cycle: its schedule, what is to come of its deadlines, what runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..memo_by_id import Same
from ..model import Kind, Schedule, Series
from ..snapshot import NEVER, SERIES, Fetched, Snapshot, schedule_of
from ..team import Team
from .binding_deadlines import Shapes, shapes_in, unbound
from .cycle import current_series, neighbours, start_of, utc_day
from .deadlines_from_chat import ChatDeadline, told_deadlines
from .interval import whens
from .neighbours_events import with_neighbours
from .team_deadlines import Deadline, deadlines_of, official_deadlines


@dataclass(frozen=True)
class Calendar:
    """One cycle of a team: its series, those around it, its schedule and deadlines by day.

    `shapes` are the team's deliverables as their files have them, None where one is not known.
    `ahead` is what the next cycle's schedule has for this series: the deadline of what trails it.
    """

    series: Series
    before: Series | None
    after: Series | None
    schedule: Fetched[Schedule]
    deadlines: tuple[Deadline, ...]
    troubles: tuple[str, ...] = ()
    shapes: Shapes = None
    ahead: tuple[Deadline, ...] = ()

    @property
    def weeks(self) -> Schedule:
        """The schedule itself; an empty one where none was ever had."""
        return self.schedule.value or Schedule(self.series.name, (), ())

    def day(self, kind: Kind) -> dt.date | None:
        """The (last) day of the cycle's event of this kind; of two that contradict each other the
        earlier."""
        event = self.weeks.first(kind)
        return whens(event)[-1].deadline if event and event.days else None

    def coming(self, now: dt.datetime) -> tuple[Deadline, ...]:
        """What is to happen: the deadlines that are not over and did not begin on an earlier day,
        the next first. One with two days that contradict each other is there by the earlier, and
        when that is past by the later."""
        ahead = (each for each in (*self.deadlines, *self.ahead) if each.when.is_ahead(now))
        left = [self._by_its_next_day(each, now) for each in ahead]
        return tuple(sorted(left, key=lambda each: each.day))

    def running(self, now: dt.datetime) -> tuple[Deadline, ...]:
        """What began on an earlier day and lasts, such as a polling of three weeks; the next to
        end first."""
        begun = (each for each in (*self.deadlines, *self.ahead) if each.when.is_running(now))
        return tuple(sorted(begun, key=lambda each: each.when.over))

    def _by_its_next_day(self, deadline: Deadline, now: dt.datetime) -> Deadline:
        days = deadline.on_each_day(self.weeks)
        return next((each for each in days if each.past > now), deadline)


@dataclass(frozen=True)
class Near:
    """The series in development at an instant, the one released before it, the one after it."""

    current: Series | None
    previous: Series | None
    following: Series | None

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, the current one first."""
        near = (self.current, self.previous, self.following)
        return tuple(series.name for series in near if series is not None)


def series_near(
    series: Iterable[Series], schedules: Mapping[str, Schedule], now: dt.datetime
) -> Near:
    """Which cycle runs at `now`, by the schedules' days, and its neighbours by release day."""
    known = tuple(series)
    current = current_series(now, schedules, known)
    running = find_series(known, current.series) if current else None
    return Near(running, *(neighbours(known, running) if running else (None, None)))


def near_calendars(snapshot: Snapshot, now: dt.datetime) -> list[Calendar]:
    """The calendars of the cycle that runs and of the one after it, as far as they are known."""
    current = calendar_of(snapshot, now)
    near = [current] if current is not None else []
    if current is not None and current.after is not None:
        after = calendar_of(snapshot, now, current.after.name)
        near += [after] if after is not None else []
    return [calendar for calendar in near if calendar.schedule.value is not None]


def calendar_of(snapshot: Snapshot, now: dt.datetime, name: str | None = None) -> Calendar | None:
    """The calendar of the cycle that runs at `now`, or of the series of this name or release-id.

    Which cycle runs follows from the schedules' days. None where nothing is known of it.
    """
    series = snapshot[SERIES].value or ()
    asked_for = near_at(snapshot, now).current if name is None else find_series(series, name)
    if asked_for is None:
        return None
    told = told_deadlines(snapshot.notes, asked_for.name)
    return _calendar(Same(snapshot.facts), Same(snapshot.team), Same(asked_for), told)


@lru_cache(maxsize=8)  # few, since each keeps its facts alive
def _calendar(
    same_facts: Same[Mapping[str, Fetched[Any]]],
    same_team: Same[Team],
    same_series: Same[Series],
    told: tuple[ChatDeadline, ...],
) -> Calendar:
    known, series = Snapshot(same_team.value, same_facts.value), same_series.value
    before, after = neighbours(known[SERIES].value or (), series)
    fetched = known[schedule_of(series.name)]
    if fetched.value is None:
        return Calendar(series, before, after, fetched, ())
    around = [known[schedule_of(each.name)].value for each in (before, after) if each]
    schedule = with_neighbours(fetched.value, [each for each in around if each])
    fetched = replace(fetched, value=schedule)
    shapes, some = shapes_in(known, [each for each in (series, before, after) if each])
    without = unbound(shapes, some)
    deadlines, troubles = deadlines_of(schedule, same_team.value, without, told)
    later = known[schedule_of(after.name)].value if after else None
    trailing = later.first(Kind.CYCLE_TRAILING) if later else None
    ahead: tuple[Deadline, ...] = ()
    if later and trailing and Kind.CYCLE_TRAILING not in without:  # the weeks are not this cycle's
        ahead = tuple(replace(each, week="") for each in official_deadlines(trailing, later))
    return Calendar(series, before, after, fetched, deadlines, troubles, shapes, ahead)


def near_at(snapshot: Snapshot, now: dt.datetime) -> Near:
    """Which cycle runs at `now`, and its neighbours: one follows the other at midnight UTC."""
    return _near(Same(snapshot.facts), utc_day(now))


@lru_cache(maxsize=4)
def _near(facts: Same[Mapping[str, Fetched[Any]]], today: dt.date) -> Near:
    known = facts.value
    series = known.get(SERIES.name, NEVER).value or ()
    return series_near(series, _schedules(known), start_of(today))


def find_series(series: Iterable[Series], text: str) -> Series | None:
    """The series that people mean by its name ("indri"), its release-id or its branch."""
    wanted = text.lower().removeprefix("stable/").removeprefix("unmaintained/")
    return next(
        (each for each in series if wanted in (each.name, each.release_id, each.branch_id)), None
    )


def schedules_in(snapshot: Snapshot) -> dict[str, Schedule]:
    """The schedules that are known, by series name."""
    return _schedules(snapshot.facts)


def _schedules(facts: Mapping[str, Fetched[Any]]) -> dict[str, Schedule]:
    names = [series.name for series in facts.get(SERIES.name, NEVER).value or ()]
    known = ((name, facts.get(schedule_of(name).name, NEVER).value) for name in names)
    return {name: schedule for name, schedule in known if schedule is not None}
