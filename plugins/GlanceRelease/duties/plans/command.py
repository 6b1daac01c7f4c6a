"""The planned release days: `plan`.

"You need to tell the rest of the team at least four weeks ahead ... as soon as you pick your date,
stick to it" (Glance, release-cpl.rst).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from ...domain.calendar.days_from_chat import has_its_year, not_past, parse_day
from ...domain.calendar.event_names import find_events, is_event_name
from ...domain.calendar.interval import is_over
from ...domain.calendar.team_calendar import Calendar, last_calendar, near_calendars
from ...domain.calendar.unread_words import unit_in
from ...domain.messages.clauses import Clause
from ...domain.messages.doc import doc, line
from ...domain.model import Event
from ...domain.moment import Moment
from ...domain.releases.plan import (
    Plan,
    may_be_planned,
    planned_events,
    plans_in,
    title_of,
)
from ...registry import SCHEDULES, Ask, Reply, UserError, command
from ..typed_names import not_longer, with_series
from . import refusal_words
from .late_release import may_be_planned_anew
from .words import announcement, detail, late_state, state, states_line, without_plan

LONGEST_REASON = 120
_BECAUSE = re.compile(r"\s+because\s+", re.IGNORECASE)


@command(
    "plan",
    "[MILESTONE [DAY [because REASON]] | drop MILESTONE [because REASON]]",
    "the day on which the team plans to release, inside the schedule's window; a change needs a "
    "reason; drop withdraws a plan",
    "plan",
    SCHEDULES,
    right="plan",
    has_text=lambda words: " because " in words,
    free=lambda words: not words or is_event_name(words),
    basis="the day that the team stated, inside the schedule's window for the release",
    sources=("liaison", "schedule"),
)
def plan(moment: Moment, ask: Ask) -> Reply:
    """Show all plans or one, make one, change one or withdraw it; what is made or changed is the
    announcement where the team hears it. After a release whose next cycle has no schedule yet it
    is the cycle that it ended."""
    last = last_calendar(moment)
    calendars = near_calendars(moment) or ([last] if last else [])
    if not calendars:
        raise UserError(refusal_words.NO_SCHEDULE)
    if not ask.text:
        return _all(moment, calendars[0])
    if is_event_name(with_series(moment, ask.text)[0]) or _is_one_name(ask.text):
        calendar, event = _event(moment, calendars, ask.text)
        if may_be_planned_anew(moment, calendar, event):
            plan_of_it = plans_in(moment.notes).get((calendar.series.name, event.id))
            return Reply(doc(line(late_state(event, plan_of_it), ".")))
        return Reply(doc(line(_state(moment, calendar, event), ".")))
    words, _, reason = (part.strip() for part in _split(ask.text))
    not_longer(reason, LONGEST_REASON, "A reason")
    verb, _, name = words.partition(" ")
    if verb.lower() == "drop" and not name.strip():
        raise UserError(refusal_words.DROP_WHICH)
    if verb.lower() == "drop":
        return _drop(moment, ask, *_event(moment, calendars, name.strip()), reason)
    calendar, event, day = _release(moment, calendars, words)
    return _set(moment, ask, calendar, event, day, reason)


def _is_one_name(text: str) -> bool:
    return " " not in text and text.lower() != "drop"


def _split(text: str) -> tuple[str, str, str]:
    match = _BECAUSE.search(text)
    return (text[: match.start()], "because", text[match.end() :]) if match else (text, "", "")


def _set(
    moment: Moment, ask: Ask, calendar: Calendar, event: Event, day: dt.date, reason: str
) -> Reply:
    late = may_be_planned_anew(moment, calendar, event)
    if not late and not may_be_planned(event, day):
        raise UserError(refusal_words.outside_window(event, day))
    try:
        not_past(day, moment.today)
    except ValueError as error:
        raise UserError(f"{error}.") from None
    known = plans_in(moment.notes).get((calendar.series.name, event.id))
    if known is not None and known.day == day:
        raise UserError(refusal_words.planned_already(event, day))
    if known is not None and not reason:
        raise UserError(refusal_words.wants_a_reason(event, known.day))
    told = Plan(
        series=calendar.series.name,
        event=event.id,
        day=day,
        who=ask.name,
        at=moment.now,
        where=ask.channel or "",
        before=known.day if known else None,
        reason=reason,
    )
    said = announcement(calendar, event, told, moment.team.reminders, moment.now, late)
    return Reply(said, notes=(told.note(),))


def _drop(moment: Moment, ask: Ask, calendar: Calendar, event: Event, reason: str) -> Reply:
    """Withdraw a plan: from then on there is none, and another needs no reason."""
    known = plans_in(moment.notes).get((calendar.series.name, event.id))
    if known is None:
        raise UserError(refusal_words.no_plan_to_withdraw(event))
    told = replace(
        known,
        who=ask.name,
        at=moment.now,
        where=ask.channel or "",
        before=None,
        reason=reason,
        withdrawn=True,
    )
    said = announcement(calendar, event, told, moment.team.reminders, moment.now)
    return Reply(said, notes=(told.note(),))


def _all(moment: Moment, calendar: Calendar) -> Reply:
    """All plans of the cycle that runs; what is to come has a place even without a plan."""
    events = planned_events(calendar)
    coming = [event for event in events if not is_over(event, moment.now)]
    plans = plans_in(moment.notes)
    made = [event for event in coming if (calendar.series.name, event.id) in plans]
    open_ = [event for event in coming if event not in made]
    lines = [states_line([_state(moment, calendar, event) for event in made], calendar)]
    if open_:
        lines.append(without_plan(open_, moment.team.reminders.holidays, moment.today))
    left = coming or any(may_be_planned_anew(moment, calendar, event) for event in events)
    behind = refusal_words.SAY if left else refusal_words.NONE_LEFT.capitalize()
    lines[-1] = replace(lines[-1], phrases=(*lines[-1].phrases, f" {behind}"))
    known = [(plans.get((calendar.series.name, event.id)), event) for event in events]
    details = [detail(plan, event) for plan, event in known if plan is not None]
    return Reply(doc(*lines, details=details))


def _state(moment: Moment, calendar: Calendar, event: Event) -> Clause:
    known = plans_in(moment.notes).get((calendar.series.name, event.id))
    return state(calendar.weeks, event, known, moment.team.reminders, moment.now)


def _release(
    moment: Moment, calendars: list[Calendar], text: str
) -> tuple[Calendar, Event, dt.date]:
    """Which milestone and which day the words mean, wherever the one ends and the other begins."""
    words = text.split()
    trouble, dated = "", False
    for at in range(len(words) - 1, 0, -1):
        try:
            calendar, event = _event(moment, calendars, " ".join(words[:at]))
        except UserError as error:
            trouble = str(error) if not dated else trouble
            continue
        try:
            said = has_its_year(parse_day(" ".join(words[at:]), moment.today), moment.today)
            day = said.day(calendar.weeks)
        except ValueError as error:
            trouble, dated = f"{error}.", True
            continue
        name = " ".join(words[:at])
        unread = "" if is_event_name(name) else unit_in(name)
        if unread:
            raise UserError(refusal_words.unread_in_name(unread))
        return calendar, event, day
    raise UserError(trouble or refusal_words.USAGE)


def _event(moment: Moment, calendars: list[Calendar], text: str) -> tuple[Calendar, Event]:
    """The release that a name means in the cycle that runs, be it to come or late, else in the next
    one once it is over here; UserError names those that there are."""
    events: list[tuple[Calendar, Event]] = []
    asked, (text, series) = text, with_series(moment, text)
    for calendar in calendars:
        if series is not None and calendar.series != series:
            continue
        planned = {event.id: event for event in planned_events(calendar)}
        meant = (event.id for event in find_events(calendar.weeks, text))
        events += [(calendar, planned[id_]) for id_ in meant if id_ in planned]
    coming = [
        pair
        for pair in events
        if not is_over(pair[1], moment.now) or may_be_planned_anew(moment, *pair)
    ]
    first = coming[0][0] if coming else None
    here = [pair for pair in coming if pair[0] is first]
    if len(here) == 1:
        return here[0]
    if events and not coming:
        raise UserError(refusal_words.is_past(events[-1][1]))
    titles = [title_of(event) for _, event in here] or [
        title_of(event) for event in planned_events(calendars[0]) if not is_over(event, moment.now)
    ]
    raise UserError(refusal_words.no_release(asked, titles))
