"""When the team's deadlines are: `deadlines`, `next`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import starmap

from ...domain.calendar.calendar_turns import told_by_turn
from ...domain.calendar.event_names import find_events, has_phrase
from ...domain.calendar.team_calendar import Calendar, find_series
from ...domain.messages.clauses import Phrase, listing
from ...domain.messages.counts import plural
from ...domain.messages.doc import Line, doc, line
from ...domain.moment import Moment
from ...domain.snapshot import SERIES
from ...registry import COMMANDS, SCHEDULES, Ask, Reply, UserError, command
from ..overdue.facts import overdue_of
from ..overdue.words import overdue_listing
from ..typed_names import NameSort, names_in, taken, with_series
from ..which_cycle import age_behind, calendar_or_last
from .week import asked_of_another
from .words import NEXT, by_day, coming_by_day, heading, notes, row, rows_of_all, running

_SHOWN_LATER = 3


@command(
    "deadlines",
    "[SERIES | all]",
    "the team's next deadlines, by day; `all` gives the whole list in private",
    "deadlines",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday; overdue is due"
    " and not there",
    sources=("schedule",),
)
def deadlines(moment: Moment, ask: Ask) -> Reply:
    """The cycle, the week, and the next deadlines of the team; what falls on one day together."""
    words = ask.text.split()
    rest = " ".join(word for word in words if word.lower() != "all")
    has_all = len(words) > len(rest.split())
    other = None if has_all else asked_of_another(moment, ask, rest, "deadlines")
    if other is not None:
        return other
    named = taken(moment, "deadlines", rest, NameSort.SERIES)
    try:
        calendar, gap = calendar_or_last(moment, named[0].typed if named else "")
    except UserError as error:  # between two cycles what the last one left stands all the same
        late = [] if named else _overdue(moment)
        if not late:
            raise
        return Reply(doc(str(error), *late))
    if has_all:
        return Reply(doc(*_all(moment, calendar)), private=True)
    now, age = moment.now, age_behind(calendar.schedule, moment.now)
    coming = _coming(calendar, now)
    if not coming and (runs := running(calendar, now)):
        return Reply(doc(line(f"{heading(calendar, now)}. ", *runs, age)))
    if not coming:
        return Reply(doc(_all_past(moment, calendar)))
    first, *then = coming
    return Reply(doc(line(*first, gap or age), *starmap(line, then), *_overdue(moment)))


@told_by_turn
def _coming(calendar: Calendar, now: dt.datetime) -> tuple[tuple[Phrase, ...], ...]:
    """What the lines of the next deadlines have, but for the age; nothing where none is ahead."""
    coming = coming_by_day(calendar, now)
    if not coming:
        return ()
    next_one = row(coming[0], now, NEXT)
    first = f"{heading(calendar, now)}. Next: ", next_one, ".", *_behind(running(calendar, now))
    later = coming[1 : 1 + _SHOWN_LATER]
    if not later:
        return (first,)
    more = len(coming) - 1 - len(later)
    rest = f"; {more} more {plural(more, 'date')}: deadlines all" if more else ""
    rows = listing((row(group, now) for group in later), weight=NEXT, between="; ")
    return first, ("Then: ", rows, f"{rest}.")


def _overdue(moment: Moment) -> list[Line]:
    """What was due and is not there, as a line of its own."""
    late = overdue_of(moment)
    return [line("Overdue: ", overdue_listing(late, moment.now), ".")] if late else []


def _all(moment: Moment, calendar: Calendar) -> list[Line]:
    """Every deadline of the cycle, past ones too, and what is odd about them."""
    rows = map(line, rows_of_all(calendar, moment.now))
    return [line(heading(calendar, moment.now)), *rows, *map(line, notes(calendar))]


def _all_past(moment: Moment, calendar: Calendar) -> Line:
    """That no deadline is to come, with the last one."""
    age, head = age_behind(calendar.schedule, moment.now), f"Deadlines of {calendar.series.title}: "
    last = next(reversed(by_day(calendar.deadlines)), None)
    if last is None:
        return line(f"{head}none are known.{age}")
    return line(f"{head}all are past; the last was ", row(last, moment.now), f".{age}")


def _behind(runs: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    return (" ", *runs) if runs else ()


@command(
    "next",
    "[NAME | SERIES]",
    "the one next deadline, or the next of that name",
    "next",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday",
    sources=("schedule",),
)
def next_deadline(moment: Moment, ask: Ask) -> Reply:
    """The day of the next deadline and everything that falls on it; what runs, and until when. With
    a name the next of those that have it, which is what `when` tells where there is one; with a
    series the next one of that."""
    words = "" if ask.text.lower() in ("deadline", "deadlines", "date", "one") else ask.text
    if (other := _next_named(moment, ask, words)) is not None:
        return other
    named = taken(moment, "next", words, NameSort.SERIES)
    calendar, gap = calendar_or_last(moment, named[0].typed if named else "")
    age = age_behind(calendar.schedule, moment.now)
    if (told := _next(calendar, moment.now)) is not None:
        return Reply(doc(line(*told, gap or age)))
    if runs := running(calendar, moment.now):
        return Reply(doc(line(*runs, age)))
    return Reply(doc(f"{calendar.series.title}: no deadline is left.{age}"))


@told_by_turn
def _next(calendar: Calendar, now: dt.datetime) -> tuple[Phrase, ...] | None:
    """The next deadline with what runs, but for the age; None where none is ahead."""
    coming = coming_by_day(calendar, now)
    return (row(coming[0], now, NEXT), ".", *_behind(running(calendar, now))) if coming else None


def _next_named(moment: Moment, ask: Ask, words: str) -> Reply | None:
    """The next deadline that has the words; None where they name none that is ahead."""
    if words.lower() == "week":
        monday = moment.today + dt.timedelta(days=7 - moment.today.weekday())
        return COMMANDS["week"].answer(moment, replace(ask, text=monday.isoformat()))
    if words.lower() == "meeting":
        return COMMANDS["meeting"].answer(moment, replace(ask, text=""))
    other = asked_of_another(moment, ask, words, "next")
    if other is not None or not words:
        return other
    bare, series = with_series(moment, words)
    if series is None and find_series(moment[SERIES].value or (), words) is not None:
        return None
    calendar, gap = calendar_or_last(moment, series.name if series else "")
    ids = {event.id for event in find_events(calendar.weeks, bare)}
    meant = [
        each
        for each in calendar.coming(moment.now)
        if each.id in ids or (each.own and has_phrase(each.name, bare))
    ]
    if len({each.id for each in meant}) > 1:
        age = age_behind(calendar.schedule, moment.now)
        return Reply(doc(line(row(by_day(meant)[0], moment.now, NEXT), ".", gap or age)))
    is_unknown = any(each.sort is NameSort.UNKNOWN for each in names_in(moment, words))
    if not is_unknown and not meant and not ids:
        taken(moment, "next", words, NameSort.SERIES, NameSort.DEADLINE)
    if meant or ids or is_unknown:
        return COMMANDS["when"].answer(moment, replace(ask, text=words))
    return None
