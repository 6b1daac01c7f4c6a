"""When the team's deadlines are: `deadlines`, `next`, `when`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from ...domain.calendar.cycle import (
    contradictory_weeks,
    format_day,
    format_deadline,
    utc_day,
    week_name,
    week_of_cycle,
)
from ...domain.calendar.deadline_words import due_of_group, due_words, week_beside
from ...domain.calendar.deadlines_from_chat import subject_name
from ...domain.calendar.event_names import find_events, is_event_name
from ...domain.calendar.interval import When, rule_of, whens
from ...domain.calendar.neighbours_events import is_another_cycles_release
from ...domain.calendar.team_calendar import Calendar, calendar_of, find_series
from ...domain.calendar.team_deadlines import Deadline, concerns
from ...domain.model import Event, Kind
from ...domain.moment import Moment
from ...domain.snapshot import SERIES, Snapshot
from ...registry import SCHEDULES, Ask, Reply, UserError, command, reply
from ..which_cycle import (
    age_behind,
    calendar_for,
    calendar_or_last,
)

_SHOWN_LATER = 3
_CANDIDATES = 8
_REMARKS = 2
_QUESTION = re.compile(r"^(?:is|are|was)\s+(?:the\s+)?|\?+$", re.IGNORECASE)
# What people call the events, for one who named none of them.
_SAID = {
    Kind.MILESTONE_1: "m1",
    Kind.MILESTONE_2: "m2",
    Kind.MILESTONE_3: "m3",
    Kind.FEATURE_FREEZE: "feature freeze",
    Kind.FINAL_LIBRARIES: "final lib",
    Kind.FINAL_CLIENT_LIBRARIES: "final client lib",
    Kind.RC1: "rc1",
    Kind.FINAL_RC: "final rc",
    Kind.RELEASE: "release",
    Kind.GATHERING: "ptg",
}


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
    words = ask.text.lower()
    whole = "all" in words.split()
    series = " ".join(w for w in words.split() if w != "all")
    calendar, gap = calendar_or_last(moment, series)
    if whole:
        return reply(
            _heading(calendar, moment.now),
            *(_row(group, moment.now) for group in by_day(calendar.all_deadlines)),
            *_remarks(calendar),
            private=True,
        )
    coming, running = by_day(calendar.coming(moment.now)), _running(calendar, moment.now)
    if not coming and running:
        return reply(
            f"{_heading(calendar, moment.now)}.{running}{age_behind(calendar.schedule, moment.now)}"
        )
    if not coming:
        last = next(reversed(by_day(calendar.deadlines)), ())
        over = f"all are past; the last was {_row(last, moment.now)}" if last else "none are known"
        title = calendar.series.title
        return reply(f"Deadlines of {title}: {over}.{age_behind(calendar.schedule, moment.now)}")
    age = age_behind(calendar.schedule, moment.now)
    lines = [
        f"{_heading(calendar, moment.now)}. Next: {_row(coming[0], moment.now)}.{running}{gap}{age}"
    ]
    later = coming[1 : 1 + _SHOWN_LATER]
    if later:
        more = len(coming) - 1 - len(later)
        dates = "date" if more == 1 else "dates"
        rest = f"; {more} more {dates}: deadlines all" if more else ""
        lines.append(f"Then: {'; '.join(_row(group, moment.now) for group in later)}{rest}.")
    return reply(*lines)


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
    coming, running = by_day(calendar.coming(moment.now)), _running(calendar, moment.now)
    if not coming and running:
        return reply(f"{running.strip()}{age_behind(calendar.schedule, moment.now)}")
    if not coming:
        age = age_behind(calendar.schedule, moment.now)
        return reply(f"{calendar.series.title}: no deadline is left.{age}")
    return reply(
        f"{_row(coming[0], moment.now)}.{running}{gap}{age_behind(calendar.schedule, moment.now)}"
    )


@command(
    "when",
    "NAME",
    "the deadline that is meant, or the candidates",
    "when rc1",
    SCHEDULES,
    basis="the schedule of the cycle; a deadline given as a week is its Thursday",
    sources=("schedule",),
)
def when(moment: Moment, ask: Ask) -> Reply:
    """The day of one event, by its name as people type it ("rc1", "m3", "feature freeze").

    The words may name a series too ("rc1 hibiscus"). An event of another team is found as well,
    where nothing of this team's has those words. The whole name wins over a part of one.
    """
    if not ask.text:
        raise UserError("When what? Say: when rc1, when feature freeze, when m3.")
    words, calendar = _series_in(moment, _QUESTION.sub("", ask.text).strip() or ask.text)
    own, events, named = _meant(moment.snapshot, calendar, words)
    if len(events) + len(own) > 1 and not named and not _one_day(events, own):
        names = [
            *(f"{event.title} ({event.id})" for event in events),
            *(deadline.name for deadline in own),
        ]
        more = f" and {len(names) - _CANDIDATES} more" if len(names) > _CANDIDATES else ""
        return reply(f'"{words[:40]}" may be: {"; ".join(names[:_CANDIDATES])}{more}.')
    official = [_event(event, calendar, moment.now) for event in events]
    if any(event.kind is Kind.CYCLE_TRAILING for event in events):
        official += [_row([deadline], moment.now) for deadline in calendar.ahead]
    rows = [_row([deadline], moment.now) for deadline in own] + (
        official if named or not own else []
    )
    if not rows:
        raise UserError(_unknown_event(words, calendar))
    current = calendar_of(moment)
    other = current is None or current.series != calendar.series
    cycle = f"{calendar.series.title}: " if other else ""
    return reply(f"{cycle}{'; '.join(rows)}.{age_behind(calendar.schedule, moment.now)}")


def by_day(deadlines: Iterable[Deadline]) -> list[list[Deadline]]:
    """Deadlines in groups of one day each, by day."""
    ordered = sorted(deadlines, key=lambda deadline: deadline.day)
    return [list(group) for _, group in groupby(ordered, key=lambda deadline: deadline.day)]


def names_of(group: Sequence[Deadline], most: int | None = None) -> str:
    """What falls on one day, in one phrase, or the first ones of it; days that the text contradicts
    are said behind those that it contradicts alike, and behind what is due in its week, beside a
    day that is named, its week."""
    alike: dict[str, list[str]] = {}
    for one in group[:most]:
        name = one.name if one.conflict else _name(one, group)
        names = alike.setdefault(one.conflict or name, [])
        names += [name] if name not in names else []
    return ", ".join(
        f"{', '.join(names)}{_in_conflict(key, names)}" for key, names in alike.items()
    )


def _in_conflict(conflict: str, names: Sequence[str]) -> str:
    """The days that contradict each other, in brackets behind the names that have them."""
    if conflict in names:
        return ""
    several = "both in " if len(names) == 2 else f"all {len(names)} in " if names[1:] else ""
    return f" ({several}{conflict})"


def _name(one: Deadline, group: Sequence[Deadline]) -> str:
    time = f" ({one.time})" if one.time else ""
    own = " (the team's own)" if one.own else ""
    until = f" (to {format_day(one.last_day)})" if one.last_day and one.last_day != one.day else ""
    week = f" ({beside})" if (beside := week_beside(one, group)) else ""
    return f"{one.name}{own}{time}{until}{week}"


def _row(group: Sequence[Deadline], now: dt.datetime) -> str:
    return f"{due_of_group(group, now)}: {names_of(group)}"


def _running(calendar: Calendar, now: dt.datetime) -> str:
    """What began before today and is not over, as a sentence behind another; empty for nothing."""
    running = calendar.running(now)
    told = (f"{each.name} until {_until(calendar, each, now)}" for each in running)
    return f" Running: {'; '.join(told)}." if running else ""


def _until(calendar: Calendar, running: Deadline, now: dt.datetime) -> str:
    return format_deadline(running.end, now, week_name(calendar.weeks, running.end))


def _heading(calendar: Calendar, now: dt.datetime) -> str:
    today = utc_day(now)
    name = week_of_cycle(calendar.weeks, today)
    inside = calendar.weeks.weeks and calendar.weeks.weeks[0].start <= today
    release = calendar.day(Kind.RELEASE)
    if not name or not inside or (release and today > release):
        return calendar.series.title
    return f"{calendar.series.title}, {'after ' if today.weekday() >= 5 else ''}{name}"


def _event(event: Event, calendar: Calendar, now: dt.datetime) -> str:
    """An event of the schedule, with all that is known of when it is."""
    times = whens(event)

    def told(day: dt.date) -> str:
        return format_deadline(day, now, week_name(calendar.weeks, day))

    if is_another_cycles_release(event):
        return f"{event.title}: day not known, week of {told(times[0].first_day)}"
    remarks = "".join(f"; {remark}" for remark in event.remarks[:_REMARKS])
    if all(when.lasts and when.first_day < when.last_day for when in times):
        behind = f" ({remarks.removeprefix('; ')})" if remarks else ""
        days = " and ".join(_lasting(when, told, now) for when in times)
        return f"{event.title}: {days}{behind}"
    if event.rule == "conflict":
        days = " or ".join(_candidates(event, times[0], told))
    else:
        days = " and ".join(
            due_words(when, when.deadline, now, week_name(calendar.weeks, when.deadline))
            for when in times
        )
    clocks = f", {' / '.join(event.times)}" if event.times else ""
    if times[-1].precision == "instant" and times[-1].is_over(now):
        clocks += ", past"
    return f"{event.title}: {days}{clocks} ({_because(event)}{remarks})"


def _candidates(event: Event, when: When, told: Callable[[dt.date], str]) -> Iterable[str]:
    """The days of a conflict; a stretch that the text names is one of them."""
    if not event.span:
        return map(told, when.candidates)
    first, last = event.prose_days[0], event.prose_days[-1]
    listed = [told(day) for day in when.candidates if day not in (first, last)]
    return (*listed, f"{told(first)}, to {format_day(last)}")


def _lasting(when: When, told: Callable[[dt.date], str], now: dt.datetime) -> str:
    """What lasts, by the end of it that comes next; with the times of day at its ends."""
    begins = _clock_at(when.start)
    ends = _clock_at(when.over)
    if not when.has_begun(now):
        at = f",{begins}" if begins else ""
        return f"from {told(when.first_day)}{at} to {format_day(when.last_day)}{ends}"
    at = f",{ends}" if ends else ""
    return f"from {format_day(when.first_day)}{begins} to {told(when.last_day)}{at}"


def _clock_at(instant: dt.datetime) -> str:
    return f" {instant:%H:%M} UTC" if instant.time() != dt.time() else ""


def _because(event: Event) -> str:
    """Which rule gave the date: a date is never guessed silently."""
    if event.rule == "prose":
        return "the day stands in its text"
    if event.rule == "conflict":
        text = (" to " if event.span else " or ").join(map(format_day, event.prose_days))
        week = "" if event.days == event.prose_days else "the Thursday of its week; "
        return f"conflict: {week}its text says {text}"
    return f"the {rule_of(event).capitalize()} of its week"


def _series_in(moment: Moment, text: str) -> tuple[str, Calendar]:
    words = text.split()
    series = moment[SERIES].value or ()
    for at in (-1, 0):
        named = find_series(series, words[at]) if len(words) > 1 else None
        if named is not None and named.name != words[at - 1].lower():
            rest = " ".join(words[:-1] if at else words[1:])
            calendar = calendar_for(moment, named.name)
            if rest.lower() not in ("1", "2", "3"):
                return rest, calendar
            return f"m{rest}", calendar
    return text, calendar_or_last(moment, "", text)[0]


def _meant(
    snapshot: Snapshot, calendar: Calendar, words: str
) -> tuple[list[Deadline], Sequence[Event], bool]:
    """The team's own deadlines and the events that the words may mean, and whether an own one is
    called just so: beside it stands only what the schedule calls so too ("rc1")."""
    wanted = subject_name(words)
    own = [
        deadline
        for deadline in calendar.all_deadlines
        if deadline.own and wanted in subject_name(deadline.name)
    ]
    events: Sequence[Event] = find_events(calendar.weeks, words)
    named = [deadline for deadline in own if subject_name(deadline.name) == wanted]
    if named:
        return named, events if is_event_name(words) else (), True
    ours = [event for event in events if concerns(event, snapshot.team)]
    team = re.compile(rf"^{re.escape(snapshot.team.governance.lower())} ")
    just = [event for event in ours if team.sub("", subject_name(event.title)) == wanted]
    return own, just or ours or (() if own else events), False


def _one_day(events: Sequence[Event], own: Sequence[Deadline]) -> bool:
    return len({event.days for event in events}) <= 1 and not own


def _unknown_event(words: str, calendar: Calendar) -> str:
    kinds = dict.fromkeys(deadline.kind for deadline in calendar.deadlines)
    some = ", ".join(_SAID[kind] for kind in kinds if kind in _SAID)
    return f'{calendar.series.title} has nothing called "{words[:40]}"; try {some}.'


def _remarks(calendar: Calendar) -> list[str]:
    weeks = contradictory_weeks(calendar.weeks)
    return [f"Note: {text}" for text in (*weeks, *calendar.weeks.remarks, *calendar.troubles)]
