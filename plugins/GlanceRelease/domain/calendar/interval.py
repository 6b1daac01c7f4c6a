"""When an event of a schedule is: an interval with the precision that is known of it.

Upstream gives an instant, a day, a span of days, a week, or two days that contradict each other;
what is said of an event says no more than that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..memo_by_id import Same
from ..model import DateRule, Event, Week
from .candidates import Candidate, candidates_of
from .clock_times import as_written, hours_of, instant_of, is_utc
from .cycle import end_of, monday_of, start_of
from .event_nature import is_due, is_due_within_its_week, lasts_by_nature
from .neighbours_events import is_another_cycles_release
from .stretch import A_SECOND, stretch_of

Precision = Literal["instant", "day", "span", "week", "conflict"]

A_DAY = dt.timedelta(days=1)
A_WEEK = dt.timedelta(weeks=1)
_A_CYCLE = dt.timedelta(weeks=30)


@dataclass(frozen=True)
class When:
    """From the first instant of something to the one at which it is over, which is not a part of
    it; an `instant` is over as it comes.

    `rule` is what gave the days, `either` has those of a conflict, of which all live until the page
    changes: it begins with the earliest and is not over before the latest is. `is_due` tells a
    deadline from what lasts, where a week may be either. `written` has the times of day at both
    ends as the text has them, where that is in another zone than UTC.
    """

    start: dt.datetime
    over: dt.datetime
    precision: Precision
    rule: DateRule
    either: tuple[Candidate, ...] = ()
    is_due: bool = True
    written: tuple[str, str] = ("", "")

    @property
    def candidates(self) -> tuple[dt.date, ...]:
        """The days by which it may be due, or begin, that contradict each other."""
        return tuple(each.day for each in self.either)

    @property
    def candidates_over(self) -> tuple[dt.datetime, ...]:
        """The instant at which each of these is past: with the day, or at the text's time."""
        return tuple(each.over for each in self.either)

    @property
    def first_day(self) -> dt.date:
        """The day in UTC on which it begins."""
        return self.start.date()

    @property
    def last_day(self) -> dt.date:
        """The last day in UTC that is a part of it."""
        return self.last.date()

    @property
    def last(self) -> dt.datetime:
        """Its last instant, to the second: 23:59:59 of its last day, or that of a time of day that
        its text gives."""
        at_an_hour = any(one.start == one.over == self.over for one in self.either)
        return self.over if self.over == self.start or at_an_hour else self.over - A_SECOND

    @property
    def lasts(self) -> bool:
        """Whether it goes on, from a beginning to an end, rather than being due."""
        return self.precision in ("span", "week") and not self.is_due

    @property
    def is_due_in_its_week(self) -> bool:
        """Whether upstream gives only the week in which it is due; it is said as both, the week and
        its last day."""
        return self.precision == "week" and self.is_due

    @property
    def is_due_by_its_end(self) -> bool:
        """Whether it is due within several days that upstream gives, so that its end matters."""
        return self.precision in ("span", "week") and self.is_due

    @property
    def deadline(self) -> dt.date:
        """The day by which people are reminded: the first of what lasts, the earlier of two that
        contradict each other, the last of a week or stretch within which something is due."""
        if self.either:
            return self._earliest.day
        return self.last_day if self.is_due_by_its_end else self.first_day

    @property
    def due_by(self) -> dt.datetime:
        """The instant at which it is past as a deadline: of days that contradict each other by
        the earliest, of a stretch with its end."""
        return self._earliest.over if self.either else self.over

    @property
    def _earliest(self) -> Candidate:
        """The earliest of days that contradict each other; what lies farther before its week than
        a cycle lasts is no day of this one ("18 February 2026", for 2027)."""
        listed = [one.day for one in self.either if not one.by_text]
        oldest = min(listed) - _A_CYCLE if listed else dt.date.min
        return next(one for one in self.either if one.day >= oldest)

    @property
    def has_hour(self) -> bool:
        """Whether that is at a time of day, rather than with the end of its day."""
        return self.due_by.date() == self.deadline or self.due_by != start_of(self.due_by.date())

    def has_begun(self, now: dt.datetime) -> bool:
        """Whether the instant at which it begins has come."""
        return self.start <= now

    def is_over(self, now: dt.datetime) -> bool:
        """Whether nothing of it is left."""
        return self.over <= now

    def is_running(self, now: dt.datetime) -> bool:
        """Whether it lasts, has begun and goes on, by either of its days: it is told as running,
        and hides nothing that is to happen."""
        if self.either:
            return not self.is_due and any(one.start <= now < one.over for one in self.either)
        return self.lasts and self.has_begun(now) and not self.is_over(now)

    def is_ahead(self, now: dt.datetime) -> bool:
        """Whether it is to happen: what lasts until it begins, everything else until it is over."""
        return not self.is_over(now) and not self.is_running(now)

    def runs_until(self, now: dt.datetime) -> dt.datetime:
        """The instant at which what runs is over, by those of its days that have come."""
        return max(
            (one.over for one in self.either if one.start <= now < one.over), default=self.over
        )


def whens(event: Event) -> tuple[When, ...]:
    """When an event is, each time that it is; in order.

    - days in the text that contradict the table: a `conflict` of all of them;
    - a stretch of days in the text: a `span`; with times of day at its ends, from one to the other;
    - a day in the text with a time of day in UTC: an `instant`; without one: the `day`;
    - no day in the text: what lasts its weeks by its nature (polling, a gathering) is a `week`,
      from Monday until the end of Friday, weeks that follow on each other being one. So is a
      deadline that is given as a week (a milestone, RC1, "during this week"), until the end of
      its Thursday: "the Thursday of the week on which they are noted". All else is that Thursday.
    """
    return _whens(Same(event))


@lru_cache(maxsize=4096)
def _whens(same: Same[Event]) -> tuple[When, ...]:
    event = same.value
    if event.rule == "conflict":
        return (_conflict(event),)
    if event.span:
        return (_span(event),)
    if event.rule in ("prose", "milestone"):
        return tuple(_told(event))
    if lasts_by_nature(event) or is_another_cycles_release(event):
        return tuple(_weeks(event))
    if is_due_within_its_week(event):
        return tuple(
            When(start_of(monday_of(day)), end_of(day), "week", event.rule) for day in event.days
        )
    return tuple(_from_to(day, day, "day", event.rule) for day in event.days)


def last_day_of(event: Event) -> dt.date:
    """The last day in UTC on which an event is not over: of two that contradict each other the
    later."""
    return whens(event)[-1].last_day


def is_over(event: Event, now: dt.datetime) -> bool:
    """Whether nothing of an event is left, whichever of its days counts."""
    return whens(event)[-1].is_over(now)


def rule_of(event: Event) -> str:
    """The rule that gave its days, by the weekday that they have: without words of its own a
    release is on the "wednesday" of its week."""
    wednesdays = event.rule == "thursday" and all(day.weekday() == 2 for day in event.days)
    return "wednesday" if wednesdays else event.rule


def on_day(day: dt.date) -> When:
    """A day that somebody named, for a deadline of the team's own."""
    return _from_to(day, day, "day", "prose")


def _from_to(first: dt.date, last: dt.date, precision: Precision, rule: DateRule) -> When:
    return When(start_of(first), end_of(last), precision, rule)


def _conflict(event: Event) -> When:
    """Of what lasts its weeks the days that its text contradicts are those weeks, from Monday. A
    stretch that the text names is one of the candidates."""
    lasts, either = lasts_by_nature(event), candidates_of(event)
    start, over = min(one.start for one in either), max(one.over for one in either)
    return When(start, over, "conflict", event.rule, either, not lasts)


def _span(event: Event) -> When:
    start, over, written = stretch_of(event, event.days[0], event.days[-1])
    return When(start, over, "span", event.rule, is_due=is_due(event), written=written)


def _told(event: Event) -> Iterator[When]:
    """An instant for each day that the text gives with its time of day, else the day; its hours,
    from one time to the other, where the text joins them or it is something that lasts. What lasts
    its weeks and of which the text tells only when it begins goes on until the last one's Friday.
    """
    if len(event.days) == 1 and len(event.times) == 2 and lasts_by_nature(event):
        yield _span(event)
        return
    if len(event.days) == 1 and lasts_by_nature(event) and event.days[0] < event.weeks[-1].start:
        start = instant_of(event.days[0], event.times[0]) if len(event.times) == 1 else None
        over = end_of(_friday(event.weeks[-1]))
        begins = start or start_of(event.days[0])
        written = (as_written(event.times[0]) if start else "", "")
        yield When(begins, over, "span", event.rule, is_due=False, written=written)
        return
    for number, day in enumerate(event.days):
        text = event.times[min(number, len(event.times) - 1)] if event.times else ""
        clock = text.partition(",")[0]  # what was written stands behind
        hours, instant = hours_of(day, clock), instant_of(day, clock)
        as_text = text.partition(", written as ")[2]
        written = (as_text, as_text)
        if hours is not None:
            yield When(*hours, "span", event.rule, is_due=is_due(event), written=written)
        elif instant is None or (instant == end_of(day) and is_utc(clock)):  # "24:00 UTC"
            yield _from_to(day, day, "day", event.rule)
        else:
            yield When(instant, instant, "instant", event.rule, written=written)


def _weeks(event: Event) -> Iterator[When]:
    """Its weeks, Monday to Friday, those that follow on each other as one."""
    for group in _consecutive(event.weeks):
        first, last = monday_of(group[0].start), _friday(group[-1])
        yield When(start_of(first), end_of(last), "week", event.rule, is_due=False)


def _consecutive(weeks: Sequence[Week]) -> list[list[Week]]:
    groups: list[list[Week]] = []
    for week in weeks:
        if groups and monday_of(week.start) - monday_of(groups[-1][-1].start) == A_WEEK:
            groups[-1].append(week)
        else:
            groups.append([week])
    return groups


def _friday(week: Week) -> dt.date:
    return monday_of(week.start) + 4 * A_DAY
