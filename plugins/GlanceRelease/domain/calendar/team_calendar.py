"""A team's calendar of one cycle: the deadlines that concern it, official and its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..memo_by_id import Same
from ..model import DateRule, Event, Kind, Schedule, Series
from ..snapshot import NEVER, SERIES, Fetched, Snapshot, schedule_of
from ..team import OwnDeadline, Team
from .binding_deadlines import Shapes, shapes_in, unbound
from .cycle import current_series, format_day, neighbours, start_of, utc_day, week_name
from .deadlines_from_chat import ChatDeadline, subject_name, told_deadlines
from .event_offsets import parse_when
from .interval import When, on_day, whens
from .lead_time import parse_lead
from .neighbours_events import with_neighbours

# What a team releases on a day that it picks, and prepares with a deadline of its own before it
# (Glance, release-cpl.rst).
PREPARED = (
    Kind.MILESTONE_1,
    Kind.MILESTONE_2,
    Kind.MILESTONE_3,
    Kind.FINAL_LIBRARIES,
    Kind.FINAL_CLIENT_LIBRARIES,
    Kind.RC1,
    Kind.FINAL_RC,
)
_OTHERS = frozenset({Kind.CYCLE_TRAILING})


@dataclass(frozen=True)
class Deadline:
    """One deadline, which begins and ends as `when` tells. `day` is the one by which people are
    reminded: the earlier of two that contradict each other, the first of a stretch or of a week
    that something lasts, the Thursday of a week by which something is due. `last_day` is not `day`
    where it lasts; `own` marks the team's, `ours` the schedule's that is this team's alone ("Nova
    Spec Freeze"). `prose_days` are the days that the event's text names where they contradict, with
    `is_range` the first and the last of a stretch.
    `since` is when somebody told the bot of it or last moved it; None for what the files say."""

    id: str
    name: str
    day: dt.date
    week: str
    kind: Kind
    rule: DateRule
    when: When
    own: bool = False
    last_day: dt.date | None = None
    prose_days: tuple[dt.date, ...] = ()
    time: str = ""
    since: dt.datetime | None = None
    ours: bool = False
    is_range: bool = False

    @property
    def end(self) -> dt.date:
        """The last day on which it is not over."""
        return self.last_day or self.day

    @property
    def conflict(self) -> str:
        """The days that contradict each other, and what names which; empty where none do."""
        if self.rule != "conflict":
            return ""
        listed = [day for day in self.when.candidates if day not in self.prose_days]
        by_week = " or ".join(map(format_day, listed))
        by_text = (" to " if self.is_range else " or ").join(map(format_day, self.prose_days))
        return f"conflict: by the week {by_week}, by its text {by_text}"

    @property
    def told(self) -> str:
        """Its name, and the days of a conflict behind it: neither day is said without the other."""
        return f"{self.name} ({self.conflict})" if self.conflict else self.name


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
        known = (self._by_its_next_day(each, now) for each in (*self.deadlines, *self.ahead))
        left = [each for each in known if each.when.is_ahead(now)]
        return tuple(sorted(left, key=lambda each: each.day))

    def running(self, now: dt.datetime) -> tuple[Deadline, ...]:
        """What began on an earlier day and lasts, such as a polling of three weeks; the next to
        end first."""
        begun = (each for each in (*self.deadlines, *self.ahead) if each.when.is_running(now))
        return tuple(sorted(begun, key=lambda each: each.when.over))

    def _by_its_next_day(self, deadline: Deadline, now: dt.datetime) -> Deadline:
        when = deadline.when
        both = zip(when.candidates, when.candidates_over, strict=True)
        day = next((day for day, over in both if over > now), deadline.day)
        if day == deadline.day:
            return deadline
        return replace(deadline, day=day, week=week_name(self.weeks, day))


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
        ahead = tuple(replace(each, week="") for each in _official(trailing, later))
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


def deadlines_of(
    schedule: Schedule,
    team: Team,
    without: frozenset[Kind] = _OTHERS,
    told: tuple[ChatDeadline, ...] = (),
) -> tuple[tuple[Deadline, ...], tuple[str, ...]]:
    """The team's deadlines in a cycle, by day, and what could not be understood of its own ones.

    Events of other teams are left out, those of the kinds `without` which the team goes, and the
    release of the cycle before, which opens the table. What people `told` the bot for this cycle
    takes the place of the file's deadline of the same name.
    """
    return _deadlines(Same(schedule), Same(team), without, told)


@lru_cache(maxsize=256)
def _deadlines(
    same_schedule: Same[Schedule],
    same_team: Same[Team],
    without: frozenset[Kind],
    told: tuple[ChatDeadline, ...],
) -> tuple[tuple[Deadline, ...], tuple[str, ...]]:
    schedule, team = same_schedule.value, same_team.value
    official = [
        deadline
        for event in schedule.events
        if concerns(event, team) and event.kind not in without
        if any(week.name for week in event.weeks)
        for deadline in _official(event, schedule)
    ]
    troubles: list[str] = []
    own = [*_own(schedule, team, told, troubles), *_early(official, schedule, team)]
    return tuple(
        sorted([*official, *own], key=lambda deadline: (deadline.day, deadline.own, deadline.id))
    ), tuple(troubles)


def concerns(event: Event, team: Team) -> bool:
    """Whether the event is everybody's or this team's, by governance's name or the team's."""
    return not event.teams or bool(
        {name.lower() for name in event.teams} & {team.governance.lower(), team.name.lower()}
    )


def _official(event: Event, schedule: Schedule) -> Iterator[Deadline]:
    for number, when in enumerate(whens(event)):
        day = when.deadline
        yield Deadline(
            id=event.id,
            name=event.title,
            day=day,
            week=week_name(schedule, day),
            kind=event.kind,
            rule=event.rule,
            when=when,
            last_day=when.last_day if when.lasts else None,
            prose_days=event.prose_days,
            time=event.times[min(number, len(event.times) - 1)] if event.times else "",
            ours=bool(event.teams),
            is_range=event.span,
        )


def _own(
    schedule: Schedule, team: Team, told: tuple[ChatDeadline, ...], troubles: list[str]
) -> Iterator[Deadline]:
    taken = {subject_name(deadline.name) for deadline in told}
    everything: list[OwnDeadline | ChatDeadline] = [
        *(deadline for deadline in team.deadlines if subject_name(deadline.name) not in taken),
        *(deadline for deadline in told if not deadline.dropped),
    ]
    for own in everything:
        if own.series not in (None, schedule.series):
            continue
        try:
            day = parse_when(str(own.when)).day(schedule)
        except ValueError as error:
            troubles.append(f"{own.name}: {error}")
            continue
        if within(day, schedule):
            since = own.at if isinstance(own, ChatDeadline) else None
            yield replace(_mine(f"own/{own.name}", own.name, day, schedule), since=since)


def _early(official: Iterable[Deadline], schedule: Schedule, team: Team) -> Iterator[Deadline]:
    if team.early is None:
        return
    lead = parse_lead(team.early)
    for event in official:
        if event.kind in PREPARED:
            name = f"{event.name} ({lead.text} early)"
            yield _mine(f"early/{event.id}", name, lead.before(event.day), schedule)


def _mine(id_: str, name: str, day: dt.date, schedule: Schedule) -> Deadline:
    week = week_name(schedule, day)
    return Deadline(id_, name, day, week, Kind.OTHER, "prose", on_day(day), own=True)


def within(day: dt.date, schedule: Schedule) -> bool:
    """A day by its date belongs to the cycle in whose named weeks it lies, weekends included."""
    named = [week for week in schedule.weeks if week.name]
    return bool(named) and named[0].start <= day <= named[-1].end + dt.timedelta(days=2)
