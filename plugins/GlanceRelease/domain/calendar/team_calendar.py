"""A team's calendar of one cycle: its schedule, what is to come of its deadlines, what runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..memo_by_facts import kept_by_facts
from ..memo_by_id import Same
from ..model import Kind, Schedule, Series
from ..moment import Moment
from ..snapshot import NEVER, SERIES, Fetched, Snapshot, schedule_of
from ..team import Team
from .beside_a_cycle import early_ones, left_behind
from .binding_deadlines import Shapes, shapes_in, unbound
from .cycle import current_series, neighbours, start_of
from .deadlines_from_chat import ChatDeadline, told_deadlines
from .interval import When, whens
from .milestone_followers import with_followers
from .neighbours_events import with_neighbours
from .team_deadlines import Deadline, days_of_cycle, deadlines_of, official_deadlines


@dataclass(frozen=True)
class Calendar:
    """One cycle of a team: its series, those around it, its schedule and deadlines by day.

    `shapes` are the team's deliverables as their files have them, None where one is not known.
    `ahead` is what the next cycle's schedule has for this series: the deadline of what trails it;
    `left` are the team's own of the cycle before that lie behind its release, `early` what begins
    or is due before this one's release and stands in the next one's table. `days` are the first and
    the last day that belong to the cycle; None where no schedule is known.
    """

    series: Series
    before: Series | None
    after: Series | None
    schedule: Fetched[Schedule]
    deadlines: tuple[Deadline, ...]
    troubles: tuple[str, ...] = ()
    shapes: Shapes = None
    ahead: tuple[Deadline, ...] = ()
    left: tuple[Deadline, ...] = ()
    early: tuple[Deadline, ...] = ()
    days: tuple[dt.date, dt.date] | None = None

    @property
    def all_deadlines(self) -> tuple[Deadline, ...]:
        """The cycle's own deadlines, and those of its neighbours that fall into it."""
        return (*self.deadlines, *self.ahead, *self.left, *self.early)

    def holds(self, day: dt.date) -> bool:
        """Whether a day belongs to this cycle rather than to one around it."""
        return self.days is not None and self.days[0] <= day <= self.days[1]

    @property
    def weeks(self) -> Schedule:
        """The schedule itself; an empty one where none was ever had."""
        return self.schedule.value or Schedule(self.series.name, (), ())

    def when(self, kind: Kind) -> When | None:
        """When the cycle's (last) event of this kind is; None where the schedule has none."""
        event = self.weeks.first(kind)
        return whens(event)[-1] if event and event.days else None

    def day(self, kind: Kind) -> dt.date | None:
        """The (last) day of the cycle's event of this kind; of two that contradict each other the
        earlier."""
        when = self.when(kind)
        return when.deadline if when else None

    def coming(self, now: dt.datetime) -> tuple[Deadline, ...]:
        """What is to happen: the deadlines that are not over and did not begin on an earlier day,
        the next first. One with two days that contradict each other is there by the earlier, and
        when that is past by the later."""
        ahead = [each for each in self.all_deadlines if each.when.is_ahead(now)]
        left = [self._by_its_next_day(each, now) for each in ahead]
        return tuple(sorted(left, key=lambda each: (each.day, each.hour)))

    def running(self, now: dt.datetime) -> tuple[Deadline, ...]:
        """What began on an earlier day and lasts, such as a polling of three weeks; the next to
        end first."""
        begun = (each for each in self.all_deadlines if each.when.is_running(now))
        return tuple(sorted(begun, key=lambda each: each.when.runs_until(now)))

    def _by_its_next_day(self, deadline: Deadline, now: dt.datetime) -> Deadline:
        if not deadline.when.candidates:
            return deadline
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


def near_calendars(moment: Moment) -> list[Calendar]:
    """The calendars of the cycle that runs and of the one after it, as far as they are known."""
    current = calendar_of(moment)
    near = [current] if current is not None else []
    if current is not None and current.after is not None:
        after = calendar_of(moment, current.after.name)
        near += [after] if after is not None else []
    return [calendar for calendar in near if calendar.schedule.value is not None]


def last_calendar(moment: Moment) -> Calendar | None:
    """The calendar of the cycle before the one that runs, or of the one released last, where none
    is known that runs; None where it has no schedule."""
    current = near_at(moment).current
    series = moment[SERIES].value or ()
    last = neighbours(series, current)[0] if current else _last_released(series, moment.today)
    calendar = calendar_of(moment, last.name) if last else None
    return calendar if calendar is not None and calendar.schedule.value is not None else None


def with_the_last(moment: Moment) -> list[Calendar]:
    """The calendars of the cycle that runs, of the one after it and of the one before it: a
    deadline of the team's own may lie behind the release."""
    last = last_calendar(moment)
    return [*near_calendars(moment), *([last] if last is not None else [])]


def _last_released(series: Iterable[Series], today: dt.date) -> Series | None:
    out = [(each.initial_release, each) for each in series if each.initial_release]
    past = [(day, each) for day, each in out if day <= today]
    return max(past, key=lambda pair: pair[0])[1] if past else None


def calendar_of(moment: Moment, name: str | None = None) -> Calendar | None:
    """The calendar of the cycle that runs at `moment`, or of the series of this name or release-id.

    Which cycle runs follows from the schedules' days. None where nothing is known of it.
    """
    series = moment[SERIES].value or ()
    asked_for = near_at(moment).current if name is None else find_series(series, name)
    if asked_for is None:
        return None
    before = neighbours(series, asked_for)[0]
    told = told_deadlines(moment.notes, asked_for.name)
    told_before = told_deadlines(moment.notes, before.name) if before else ()
    facts, team = moment.snapshot.facts, moment.team
    return _calendar(facts, team, Same(asked_for), told, told_before)


@kept_by_facts
def _calendar(
    facts: Mapping[str, Fetched[Any]],
    team: Team,
    same_series: Same[Series],
    told: tuple[ChatDeadline, ...],
    told_before: tuple[ChatDeadline, ...],
) -> Calendar:
    known, series = Snapshot(team, facts), same_series.value
    before, after = neighbours(known[SERIES].value or (), series)
    fetched = known[schedule_of(series.name)]
    earlier = known[schedule_of(before.name)].value if before else None
    later = known[schedule_of(after.name)].value if after else None
    if fetched.value is None:
        left = left_behind(earlier, None, team, told_before) if earlier else ()
        return Calendar(series, before, after, fetched, (), left=left)
    shapes, some = shapes_in(known, [each for each in (series, before, after) if each])
    schedule = _whole(Same(fetched.value), Same(earlier), Same(later), Same(before))
    days = _days(
        Same(schedule),
        Same(earlier),
        Same(later),
        Same(team),
        unbound(shapes, some),
        told,
        told_before,
    )
    fetched = replace(fetched, value=schedule)
    return Calendar(series, before, after, fetched, shapes=shapes, **vars(days))


@dataclass(frozen=True)
class _Days:
    """What of a calendar follows from the schedules, the team's file and what people told alone."""

    deadlines: tuple[Deadline, ...]
    troubles: tuple[str, ...]
    ahead: tuple[Deadline, ...]
    left: tuple[Deadline, ...]
    early: tuple[Deadline, ...]
    days: tuple[dt.date, dt.date] | None


@lru_cache(maxsize=256)
def _days(
    same_schedule: Same[Schedule],
    same_earlier: Same[Schedule | None],
    same_later: Same[Schedule | None],
    same_team: Same[Team],
    without: frozenset[Kind],
    told: tuple[ChatDeadline, ...],
    told_before: tuple[ChatDeadline, ...],
) -> _Days:
    schedule, team = same_schedule.value, same_team.value
    earlier, later = same_earlier.value, same_later.value
    deadlines, troubles = deadlines_of(schedule, team, without, told, later)
    trailing = later.first(Kind.CYCLE_TRAILING) if later else None
    ahead: tuple[Deadline, ...] = ()
    if later and trailing and Kind.CYCLE_TRAILING not in without:  # the weeks are not this cycle's
        ahead = tuple(replace(each, week="") for each in official_deadlines(trailing, later))
    left = left_behind(earlier, schedule, team, told_before) if earlier else ()
    early = early_ones(schedule, later, team, without) if later else ()
    days = days_of_cycle(schedule, later)
    return _Days(deadlines, troubles, ahead, left, early, days)


@lru_cache(maxsize=64)
def _whole(
    schedule: Same[Schedule],
    earlier: Same[Schedule | None],
    later: Same[Schedule | None],
    before: Same[Series | None],
) -> Schedule:
    """The schedule with what its neighbours' pages and its own milestone 3 tell of its events: the
    same one as long as these are, for every team, since what is worked out of it is kept by it."""
    around = [each for each in (earlier.value, later.value) if each is not None]
    return with_followers(with_neighbours(schedule.value, around, before.value))


def near_at(moment: Moment) -> Near:
    """Which cycle runs at `moment`, and its neighbours: one follows the other at midnight UTC."""
    return _near(moment.snapshot.facts, moment.team, moment.today)


@kept_by_facts
def _near(facts: Mapping[str, Fetched[Any]], team: Team, today: dt.date) -> Near:
    series = facts.get(SERIES.name, NEVER).value or ()
    return series_near(series, _schedules(facts), start_of(today))


def find_series(series: Iterable[Series], text: str) -> Series | None:
    """The series that people mean by its name ("indri"), its release-id ("2027_1" in a constant) or
    its branch."""
    wanted = text.lower().removeprefix("stable/").removeprefix("unmaintained/").replace("_", ".")
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
