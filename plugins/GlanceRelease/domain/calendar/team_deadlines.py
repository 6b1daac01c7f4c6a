"""The deadlines of one cycle that concern a team, official and its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ..memo_by_id import Same
from ..model import DateRule, Event, Kind, Schedule
from ..team import OwnDeadline, Team
from .candidate_words import candidate_words
from .candidates import Candidate
from .cycle import end_of, format_day, start_of, week_name
from .deadlines_from_chat import ChatDeadline, subject_name
from .event_offsets import parse_when
from .interval import When, on_day, whens
from .neighbours_events import is_of_another_cycle

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
# A day behind the last schedule that is known belongs to that cycle, so far.
_UNTIL_THE_NEXT = dt.timedelta(weeks=52)
_COUNTED_ON = dt.timedelta(weeks=2)  # weeks behind a cycle's last one that people count (R+2)


@dataclass(frozen=True)
class Deadline:
    """One deadline, which begins and ends as `when` tells. `day` is the one by which people are
    reminded: the earlier of two that contradict each other, the first of a stretch or of a week
    that something lasts, the Thursday of a week by which something is due. `last_day` and
    `last_week` are those of what lasts; `own` marks the team's, `ours` the schedule's that is this
    team's alone ("Nova Spec Freeze").
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
    time: str = ""
    since: dt.datetime | None = None
    ours: bool = False
    last_week: str = ""

    @property
    def end(self) -> dt.date:
        """The last day in UTC that is a part of it: of two that contradict each other the later."""
        return self.when.last_day

    @property
    def past(self) -> dt.datetime:
        """The instant at which its `day` is past: with a time of day before the day ends."""
        candidate = self.candidate
        over = candidate.over if candidate else self.when.over
        return over if self.when.is_due else min(end_of(self.day), over)

    @property
    def hour(self) -> dt.datetime:
        """The instant of its `day` by which it comes in order: that of a time of day at which it is
        due or begins, else the day's end."""
        if self.when.lasts:
            has_hour = self.when.start != start_of(self.day)
            return self.when.start if has_hour else end_of(self.day)
        return self.past

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days by which it may be due: its `day`, or all that contradict each other."""
        return self.when.candidates or (self.day,)

    @property
    def weeks(self) -> tuple[str, str]:
        """The names of the weeks in which it begins and ends."""
        return self.week, self.last_week or self.week

    @property
    def said_days(self) -> str:
        """ "Thu 2016-12-08 or Thu 2016-12-15"; mostly there is one."""
        return " or ".join(map(candidate_words, self.when.either)) or format_day(self.day)

    @property
    def candidate(self) -> Candidate | None:
        """Which of the days that contradict each other its `day` is."""
        either = self.when.either
        return next((one for one in either if one.day == self.day), None) if either else None

    def on_each_day(self, schedule: Schedule) -> Iterator[Deadline]:
        """Itself; one with days that contradict each other once for each of them, earliest first:
        all live until the page changes."""
        yield self
        for day in self.when.candidates:
            if day > self.day:
                yield replace(self, day=day, week=week_name(schedule, day) if self.week else "")

    def is_due_after(self, instant: dt.datetime) -> bool:
        """Whether its `day` is the next by which it is due, seen from an instant: it is not past,
        and of days that contradict each other every earlier one is."""
        earlier = (one.over for one in self.when.either if one.day < self.day)
        return instant < self.past and all(over <= instant for over in earlier)

    @property
    def conflict(self) -> str:
        """The days that contradict each other, and what names which; empty where none do."""
        if self.rule != "conflict":
            return ""
        both = ("by the week", False), ("by its text", True)
        return f"conflict: {', '.join(filter(None, (self._by(*each) for each in both)))}"

    def _by(self, source: str, by_text: bool) -> str:
        days = [candidate_words(one) for one in self.when.either if one.by_text == by_text]
        return f"{source} {' or '.join(days)}" if days else ""

    @property
    def marked(self) -> str:
        """Its name, and in the same brackets as what stands there that it is the team's own."""
        if not self.own:
            return self.name
        head, bracket, inside = self.name.rpartition(" (")
        if bracket and inside.endswith(")"):
            return f"{head} ({inside[:-1]}, the team's own)"
        return f"{self.name} (the team's own)"

    @property
    def told(self) -> str:
        """Its name, and the days of a conflict behind it: neither day is said without the other."""
        return f"{self.name} ({self.conflict})" if self.conflict else self.name


def deadlines_of(
    schedule: Schedule,
    team: Team,
    without: frozenset[Kind] = _OTHERS,
    told: tuple[ChatDeadline, ...] = (),
    following: Schedule | None = None,
) -> tuple[tuple[Deadline, ...], tuple[str, ...]]:
    """The team's deadlines in a cycle, by day, and what could not be understood of its own ones.

    Events of other teams are left out, those of the kinds `without` which the team goes, and the
    release of the cycle before, which opens the table. What people `told` the bot for this cycle
    takes the place of the file's deadline of the same name. Where the `following` cycle begins,
    this one's days end.
    """
    return _deadlines(Same(schedule), Same(team), without, told, Same(following))


@lru_cache(maxsize=256)
def _deadlines(
    same_schedule: Same[Schedule],
    same_team: Same[Team],
    without: frozenset[Kind],
    told: tuple[ChatDeadline, ...],
    following: Same[Schedule | None],
) -> tuple[tuple[Deadline, ...], tuple[str, ...]]:
    schedule, team = same_schedule.value, same_team.value
    official = [
        deadline
        for event in schedule.events
        if concerns(event, team) and event.kind not in without
        if not is_of_another_cycle(event)
        for deadline in official_deadlines(event, schedule)
    ]
    troubles: list[str] = []
    own = [
        *_own(schedule, team, told, troubles, following.value),
        *_early(official, schedule, team),
    ]
    return tuple(
        sorted([*official, *own], key=lambda each: (each.day, each.hour, each.own, each.id))
    ), tuple(troubles)


def concerns(event: Event, team: Team) -> bool:
    """Whether the event is everybody's or this team's, by governance's name or the team's."""
    return not event.teams or bool(
        {name.lower() for name in event.teams} & {team.governance.lower(), team.name.lower()}
    )


def official_deadlines(event: Event, schedule: Schedule) -> Iterator[Deadline]:
    """A deadline for each time that an event of the schedule is."""
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
            last_week=week_name(schedule, when.last_day) if when.lasts else "",
            time=event.times[min(number, len(event.times) - 1)] if event.times else "",
            ours=bool(event.teams),
        )


def _own(
    schedule: Schedule,
    team: Team,
    told: tuple[ChatDeadline, ...],
    troubles: list[str],
    following: Schedule | None,
) -> Iterator[Deadline]:
    """Those of this cycle: told or written for it, by a place in it, or by a day that is its."""
    days = days_of_cycle(schedule, following)
    taken = {subject_name(deadline.name) for deadline in told}
    everything: list[OwnDeadline | ChatDeadline] = [
        *(deadline for deadline in team.deadlines if subject_name(deadline.name) not in taken),
        *(deadline for deadline in told if not deadline.dropped),
    ]
    for own in everything:
        if own.series not in (None, schedule.series):
            continue
        try:
            place = own.when if isinstance(own, OwnDeadline) else parse_when(own.when)
            day = place.day(schedule)
        except ValueError as error:
            troubles.append(f"{own.name}: {error}")
            continue
        if own.series or place.fixed is None or (days and days[0] <= day <= days[1]):
            since = own.at if isinstance(own, ChatDeadline) else None
            yield replace(_mine(f"own/{own.name}", own.name, day, schedule), since=since)


def _early(official: Iterable[Deadline], schedule: Schedule, team: Team) -> Iterator[Deadline]:
    if team.early is None:
        return
    lead = team.early
    for event in official:
        if event.kind in PREPARED:
            name = f"{event.name} ({lead.text} early)"
            yield _mine(f"early/{event.id}", name, lead.before(event.day), schedule)


def _mine(id_: str, name: str, day: dt.date, schedule: Schedule) -> Deadline:
    week = counted_week(schedule, day)
    return Deadline(id_, name, day, week, Kind.OTHER, "prose", on_day(day), own=True)


def days_of_cycle(schedule: Schedule, following: Schedule | None) -> tuple[dt.date, dt.date] | None:
    """The first and the last of the days that belong to a cycle: from its first named week until
    the `following` one's begins; until that is known, for a year behind its last week."""
    named = [week for week in schedule.weeks if week.name]
    if not named:
        return None
    then = [week for week in following.weeks if week.name] if following else []
    last = then[0].start - dt.timedelta(days=1) if then else named[-1].end + _UNTIL_THE_NEXT
    return named[0].start, last


def counted_week(schedule: Schedule, day: dt.date) -> str:
    """The name of a day's week; empty where nobody counts so far behind the release."""
    last = max((week.end for week in schedule.weeks if week.name), default=day)
    return "" if day > last + _COUNTED_ON + dt.timedelta(days=2) else week_name(schedule, day)
