"""The planned days in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...domain.calendar.cycle import format_day, format_deadline, utc_day, week_name
from ...domain.calendar.lead_time import Lead
from ...domain.calendar.team_calendar import Calendar
from ...domain.messages.clauses import Clause, Phrase, clause, listing, remark
from ...domain.messages.counts import in_letters
from ...domain.messages.doc import Doc, Line, doc, line
from ...domain.model import Event, Schedule
from ...domain.releases.plan import (
    Plan,
    may_be_planned,
    suggested_day,
    title_of,
    window_of,
    window_words,
)
from ...domain.team import Reminders
from .team_leads import is_short_notice, notice_of

_WINDOW, _SHORT_NOTICE, _HOW, _NAMES = range(1, 5)
_SHOWN = 3
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def announcement(
    calendar: Calendar,
    event: Event,
    told: Plan,
    reminders: Reminders,
    now: dt.datetime,
    is_late: bool = False,
) -> Doc:
    """A new plan with its window, a changed one with both days and the reason, or that one is
    withdrawn; of a release that is late, when it was due."""
    if told.withdrawn:
        head = f"The plan for {title_of(event)}, {format_day(told.day)}, is withdrawn"
        return doc(line(head, f", because {told.reason}." if told.reason else "."), brief=(head,))
    day = format_deadline(told.day, now, week_name(calendar.weeks, told.day))
    if told.before is not None:
        head = f"The plan for {title_of(event)} changes from {format_day(told.before)} to {day}"
        return doc(line(head, f", because {told.reason}."), brief=(head,))
    head = f"{title_of(event)} is planned for {day}"
    if is_late:
        due = f"; it was due {format_day(window_of(event)[1])}."
        return doc(line(head, due), brief=(head,))
    window = remark(f"; its window is {window_words(event)}", weight=_WINDOW)
    return doc(line(head, window, *_late(event, told, reminders), "."), brief=(head,))


def _late(event: Event, told: Plan, reminders: Reminders) -> tuple[Phrase, ...]:
    notice = notice_of(reminders)
    if notice is None or not is_short_notice(
        told.day, told.at.date(), window_of(event)[1], reminders
    ):
        return ()
    late = f"; that is less than the {_s_notice(notice)} that the team should have"
    return (remark(late, weight=_SHORT_NOTICE),)


def _s_notice(lead: Lead) -> str:
    """ "four weeks' notice", "one week's notice"."""
    count, unit = lead.working_days, "working day"
    if not count:
        count, unit = (lead.days, "day") if lead.days % 7 else (lead.days // 7, "week")
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    of_it = "'s" if count == 1 else "s'"
    return f"{number} {unit}{of_it} notice"


def no_plan(event: Event, holidays: Sequence[dt.date], today: dt.date) -> str:
    """What asks for a plan: the window, and for RC1 the day to take."""
    near = suggested_day(event, holidays, today)
    advice = f", best near its end: {format_day(near)}" if near else ""
    return f"{window_words(event)}{advice}"


def without_plan(events: Sequence[Event], holidays: Sequence[dt.date], today: dt.date) -> Line:
    """The releases for which a day is to be picked: three, and how many more."""
    left_out = len(events) - _SHOWN
    places: list[Phrase] = []
    for event in events[:_SHOWN]:
        window = remark(f" ({no_plan(event, holidays, today)})", weight=_WINDOW)
        places += [", " if places else "", title_of(event), window]
    return line(
        "Without a plan: ", *places, f", and {in_letters(left_out)} more." if left_out > 0 else "."
    )


def states_line(states: Sequence[Clause], calendar: Calendar) -> Line:
    """The plans that there are."""
    if not states:
        return line(f"{calendar.series.title}: nothing is planned yet.")
    return line(listing(states, weight=_NAMES, between="; "), ".")


def state(
    weeks: Schedule, event: Event, known: Plan | None, reminders: Reminders, now: dt.datetime
) -> Clause:
    """The day that is planned for a release, or that it has none."""
    if known is None:
        how = "; plan MILESTONE DAY makes one"
        window = no_plan(event, reminders.holidays, utc_day(now))
        head = f"{title_of(event)}: no plan yet; {window}"
        return clause(head, how, weight=_HOW, shorter=[head])
    day = format_deadline(known.day, now, week_name(weeks, known.day))
    head = f"{title_of(event)}: planned for {day}"
    if may_be_planned(event, known.day):
        return clause(head)
    outside = (
        f", outside its window ({window_words(event)})"  # a schedule that moved leaves it behind
    )
    return clause(head, outside, weight=_WINDOW, shorter=[f"{head}, outside its window"])


def late_state(event: Event, known: Plan | None) -> str:
    """When a release that is late was due, and the day that is planned for it now."""
    due = f"{title_of(event)} was due {format_day(window_of(event)[1])}"
    if known is None:
        return f"{due}, and is late; plan MILESTONE DAY plans it anew"
    return f"{due}, and is late; planned for {format_day(known.day)}"


def detail(known: Plan, event: Event) -> str:
    """A release's plan with who said so and why it changed."""
    why = f", before {format_day(known.before)}, because {known.reason}" if known.before else ""
    said = f"said by {known.who} on {format_day(known.at.date())}"
    return f"{title_of(event)}: {format_day(known.day)}, {said}{why}"


def planned_sentence(event: Event | None, known: Plan, today: dt.date) -> str:
    """ "It is planned for Tue 2027-01-12. "; by the event's name where there are several."""
    title = title_of(event) if event else "it"
    was = "was planned" if known.day < today else "is planned"
    return f"{title[:1].upper()}{title[1:]} {was} for {format_day(known.day)}. "


def asked_sentence(event: Event, short_name: str, holidays: Sequence[dt.date]) -> str:
    """The request for a plan, in a reminder."""
    near = suggested_day(event, holidays)
    when = f"best {format_day(near)}" if near else window_words(event)
    return f"No day is planned yet: plan {short_name} DAY, {when}. "
