"""Deadlines in words: what falls on a day, what runs, where in the cycle today is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from ...domain.calendar.calendar_turns import coming, told_by_turn
from ...domain.calendar.contradictory_weeks import contradictory_weeks
from ...domain.calendar.cycle import (
    format_day,
    utc_day,
    week_of_cycle,
)
from ...domain.calendar.deadline_words import due_of, due_of_group, noted, notes_in, until_words
from ...domain.calendar.team_calendar import Calendar
from ...domain.calendar.team_deadlines import Deadline
from ...domain.memo_by_id import Same
from ...domain.messages.clauses import Clause, Phrase, clause, listing
from ...domain.messages.counts import and_more
from ...domain.model import Kind

# What gives way first where there is no room: what runs, names of later days, of the next one.
RUNNING, LATER, NEXT = range(1, 4)
_FEWER = (2, 1)  # so many names of a day stay, one after the other, where there is no room for all


def by_day(deadlines: Iterable[Deadline]) -> list[list[Deadline]]:
    """Deadlines in groups of one day each, by day and hour."""
    ordered = sorted(deadlines, key=lambda deadline: (deadline.day, deadline.hour))
    return [list(group) for _, group in groupby(ordered, key=lambda deadline: deadline.day)]


@told_by_turn
def coming_by_day(calendar: Calendar, now: dt.datetime) -> tuple[Sequence[Deadline], ...]:
    """What is to happen, in groups of one day each, the next first."""
    return tuple(by_day(coming(calendar, now)))


def names_of(group: Sequence[Deadline], most: int | None = None) -> str:
    """What falls on one day, in one phrase, or the first ones of it; days that the text contradicts
    are said behind those that it contradicts alike, and behind what is due in its week, beside a
    day that is named, its week."""
    return _joined([_named(one, group) for one in group[:most]])


def row(group: Sequence[Deadline], now: dt.datetime, weight: int = LATER) -> Clause:
    """What falls on one day, and when that is; where there is no room the first names of it."""
    due = due_of_group(group, now)
    told, *fewer = (f"{due}: {names}" for names in _forms(tuple(map(Same, group))))
    return clause(told, weight=weight, shorter=fewer)


@lru_cache(maxsize=512)  # the same ones are named in every answer, whatever the time is
def _forms(same: tuple[Same[Deadline], ...]) -> tuple[str, ...]:
    """The names of what falls on one day, the longest form first."""
    group = [each.value for each in same]
    named = [_named(one, group) for one in group]
    brief = [(_other_days(one), name) for one, (_, name) in zip(group, named, strict=True)]
    forms = [_joined(named)]
    if any(each for each, _ in brief):
        forms.append(_joined(brief))
    if len(group) > 1:
        fewer = [most for most in _FEWER if len(group) > most]
        forms += [f"{_joined(named[:most])}{and_more(len(group) - most)}" for most in fewer]
    return tuple(forms)


def rows_of_all(calendar: Calendar, now: dt.datetime) -> Iterator[Clause]:
    """All that the cycle has, by day: what has days that contradict each other on each of them,
    what lasts and has begun in a row of its own."""
    each = (day for one in calendar.all_deadlines for day in one.on_each_day(calendar.weeks))
    for group in by_day(each):
        begun = [one for one in group if one.when.lasts and one.when.has_begun(now)]
        yield from (clause(f"{due_of(one, now)}: {one.name}", weight=LATER) for one in begun)
        due = [one for one in group if one not in begun]
        for alike in _by_conflict(due):
            yield row(alike, now)


def _by_conflict(group: Sequence[Deadline]) -> list[Sequence[Deadline]]:
    """What falls on one day in one row; where several have days that contradict others, those that
    are alike in a row each, so that none is too long."""
    conflicts = dict.fromkeys(one.conflict for one in group)
    if len(set(filter(None, conflicts))) < 2:
        return [group] if group else []
    return [[one for one in group if one.conflict == each] for each in conflicts]


_Named = tuple[str, str]  # what stands in brackets behind it, empty for nothing; its name
_WRITTEN = ", written as "


def _named(one: Deadline, group: Sequence[Deadline]) -> _Named:
    """What several may have alike, for which it stands behind all of them once: a conflict, a time
    of day that is written in another zone; and the name with what is its own."""
    if one.conflict:
        return one.conflict, one.name
    notes = notes_in(group, one)
    return (notes, one.name) if _WRITTEN in notes else ("", noted(one.name, notes))


def _other_days(one: Deadline) -> str:
    """In fewer words which days contradict this one; empty where none do."""
    others = " and ".join(format_day(day) for day in one.days if day != one.day)
    return f"conflict with {others}" if others else ""


def _joined(named: Sequence[_Named]) -> str:
    if not any(conflict for conflict, _ in named):
        return ", ".join(dict.fromkeys(name for _, name in named))
    alike: dict[str, list[str]] = {}
    for conflict, name in named:
        names = alike.setdefault(conflict or name, [])
        names += [name] if name not in names else []
    return ", ".join(_with_notes(key, names) for key, names in alike.items())


def _with_notes(notes: str, names: Sequence[str]) -> str:
    """The names, and in brackets behind them what they have alike."""
    if notes in names:
        return ", ".join(names)
    joint = "in " if notes.startswith("conflict") else ""
    if not names[1:]:
        return f"{names[0]} ({notes})" if joint else noted(names[0], notes)
    return (
        f"{', '.join(names)} ({'both' if len(names) == 2 else f'all {len(names)}'} {joint}{notes})"
    )


@told_by_turn
def running(calendar: Calendar, now: dt.datetime) -> tuple[Phrase, ...]:
    """What has begun and is not over, as a sentence; nothing for nothing."""
    there = calendar.running(now)
    if not there:
        return ()
    told = (
        f"{each.name} until {until_words(each.when, now, calendar.weeks)}"
        f"{f' ({each.conflict})' if each.conflict else ''}"
        for each in there
    )
    return "Running: ", listing(told, weight=RUNNING, between="; "), "."


@told_by_turn
def heading(calendar: Calendar, now: dt.datetime) -> str:
    """The cycle, and the week in which today is of it."""
    today = utc_day(now)
    name = week_of_cycle(calendar.weeks, today)
    inside = calendar.weeks.weeks and calendar.weeks.weeks[0].start <= today
    release = calendar.day(Kind.RELEASE)
    if not name or not inside or (release and today > release):
        return calendar.series.title
    return f"{calendar.series.title}, {'after ' if today.weekday() >= 5 else ''}{name}"


def notes(calendar: Calendar) -> list[str]:
    """What is odd about the schedule, and about the team's own deadlines."""
    weeks = contradictory_weeks(calendar.weeks)
    return [f"Note: {text}" for text in (*weeks, *calendar.weeks.remarks, *calendar.troubles)]
