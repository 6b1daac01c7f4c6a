"""list a cycle's events with the rule that gave each its dates"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from ..configuration.settings import Settings
from ..domain.calendar.candidate_words import in_iso
from ..domain.calendar.contradictory_weeks import contradictory_weeks
from ..domain.calendar.cycle import in_days
from ..domain.calendar.deadline_words import due_of, due_words
from ..domain.calendar.interval import rule_of, whens
from ..domain.calendar.neighbours_events import is_another_cycles_release
from ..domain.calendar.team_calendar import calendar_of, find_series
from ..domain.calendar.team_deadlines import Deadline, concerns, official_deadlines
from ..domain.model import Event
from ..domain.moment import Moment
from ..domain.snapshot import SERIES, schedule_of
from ..duties.which_cycle import unknown_series
from ..registry import SCHEDULES
from .gathering import Failure, gather, named, no_more, now_of, print_line, print_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deadlines [--series S] [--all-teams] [--json]`."""
    parser.add_argument("--series", metavar="S", help="a series' name or release-id")
    parser.add_argument("--all-teams", action="store_true", help="other teams' events too")
    parser.add_argument("--json", action="store_true", help="rows as JSON")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The events of the series, or of the cycle that runs."""
    wanted = named(options.series) if options.series else no_more
    snapshot = await gather(settings, options, wanted, SCHEDULES)
    now = now_of(options)
    known = find_series(snapshot[SERIES].value or (), options.series) if options.series else None
    name = known.name if known else (options.series or "").lower()
    moment = Moment(snapshot, now)
    if not name:
        calendar = calendar_of(moment)
        if calendar is None:
            raise Failure("no cycle that is known runs at this instant")
        name = calendar.series.name
    fact = snapshot[schedule_of(name)]
    if options.series and known is None:
        raise Failure(unknown_series(snapshot, options.series))
    if fact.value is None:
        raise Failure(f"no schedule of {name!r} ({fact.problem or 'there is no such file'})")
    calendar = calendar_of(moment, name)
    schedule = calendar.weeks if calendar else fact.value
    events = [e for e in schedule.events if options.all_teams or concerns(e, snapshot.team)]
    if options.json:
        print_rows(event_row(event) for event in events)
        return 0
    rows = [(one, event) for event in events for one in official_deadlines(event, schedule)]
    for one, event in sorted(rows, key=lambda row: (row[0].day, row[0].hour, row[0].id)):
        print_line(row_of(one, event, now))
    for remark in (*contradictory_weeks(schedule), *schedule.remarks):
        print_line(f"Note: {remark}")
    return 0


def event_row(event: Event) -> dict[str, Any]:
    """An event as `--json` gives it: its days, and from which instant to which it is."""
    times = whens(event)
    row: dict[str, Any] = {
        "series": event.series,
        "id": event.id,
        "title": event.title,
        "dates": [day.isoformat() for day in event.days],
        "times": [clock for clock in event.times if clock],
        "rule": rule_of(event),
        "weeks": [
            {"name": week.name, "start": week.start.isoformat(), "end": week.end.isoformat()}
            for week in event.weeks
        ],
        "teams": list(event.teams),
        "precision": times[0].precision,
        "start": times[0].start.isoformat(),
        "end": times[-1].last.isoformat(),
        "candidates": [in_iso(*one.days) for when in times for one in when.either],
        "occurrences": [
            {"start": when.start.isoformat(), "end": when.last.isoformat()} for when in times
        ],
    }
    if event.span:
        row["span"] = True
    if event.prose_days:
        row["prose_dates"] = [day.isoformat() for day in event.prose_days]
    return row


def row_of(one: Deadline, event: Event, now: dt.datetime) -> str:
    """When an occurrence of an event is, its title, and which rule says so."""
    team = f" [{', '.join(event.teams)}]" if event.teams else ""
    return f"{_when(one, now)}: {event.title}{team} ({event.id}, {_rule(one, event)})"


def _when(one: Deadline, now: dt.datetime) -> str:
    if one.when.lasts:
        return due_of(one, now)
    if one.conflict:
        return ", ".join(filter(None, (one.said_days, one.week, in_days(one.day, now))))
    return due_words(one.when, one.day, now, one.week, one.time)


def _rule(one: Deadline, event: Event) -> str:
    if is_another_cycles_release(event):
        return "day not known"
    if one.when.precision == "week":
        return "week"
    return one.conflict or rule_of(event)
