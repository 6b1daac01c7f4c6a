"""When the team's deadlines are: `deadlines`, `next`."""

from __future__ import annotations

from ...domain.calendar.team_calendar import Calendar
from ...domain.messages.clauses import Phrase, listing
from ...domain.messages.counts import plural
from ...domain.messages.doc import Line, doc, line
from ...domain.moment import Moment
from ...registry import SCHEDULES, Ask, Reply, command
from ..which_cycle import age_behind, calendar_or_last
from .words import NEXT, by_day, heading, notes, row, rows_of_all, running

_SHOWN_LATER = 3


@command(
    "deadlines",
    "[SERIES | all]",
    "the team's next deadlines, by day; `all` gives the whole list in private",
    "deadlines",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday",
    sources=("schedule",),
)
def deadlines(moment: Moment, ask: Ask) -> Reply:
    """The cycle, the week, and the next deadlines of the team; what falls on one day together."""
    words = ask.text.lower().split()
    series = " ".join(word for word in words if word != "all")
    calendar, gap = calendar_or_last(moment, series)
    if "all" in words:
        return Reply(doc(*_all(moment, calendar)), private=True)
    coming, now = by_day(calendar.coming(moment.now)), moment.now
    runs, age = running(calendar, now), age_behind(calendar.schedule, now)
    if not coming and runs:
        return Reply(doc(line(f"{heading(calendar, now)}. ", *runs, age)))
    if not coming:
        return Reply(doc(_all_past(moment, calendar)))
    head = f"{heading(calendar, now)}. Next: "
    first = line(head, row(coming[0], now, NEXT), ".", *_behind(runs), gap or age)
    later = coming[1 : 1 + _SHOWN_LATER]
    if not later:
        return Reply(doc(first))
    more = len(coming) - 1 - len(later)
    rest = f"; {more} more {plural(more, 'date')}: deadlines all" if more else ""
    rows = listing((row(group, now) for group in later), weight=NEXT, between="; ")
    return Reply(doc(first, line("Then: ", rows, f"{rest}.")))


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
    "",
    "the one next deadline",
    "next",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday",
    sources=("schedule",),
)
def next_deadline(moment: Moment, ask: Ask) -> Reply:
    """The day of the next deadline and everything that falls on it; what runs, and until when."""
    calendar, gap = calendar_or_last(moment, "")
    coming, now = by_day(calendar.coming(moment.now)), moment.now
    runs, age = running(calendar, now), age_behind(calendar.schedule, now)
    if not coming and runs:
        return Reply(doc(line(*runs, age)))
    if not coming:
        return Reply(doc(f"{calendar.series.title}: no deadline is left.{age}"))
    return Reply(doc(line(row(coming[0], now, NEXT), ".", *_behind(runs), gap or age)))
