"""Turns a cycle's schedule.yaml (weeks and ids) and schedule.rst (titles and prose) into days.

openstack/releases keeps a schedule in two files that people edit by hand: the YAML says in which
week an event lies, the page says what it is and, now and then, on which day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ...domain.calendar.cycle import monday_of
from ...domain.calendar.event_names import kind_of, kinds_called, readable, suffix_of
from ...domain.model import Event, Kind, Schedule, Week
from ..strict_yaml import Unreadable, load_merging
from .event_days import days_in
from .event_times import each_instant_once, of_each_day, times_in_utc, unread_time
from .naming_clause import of_its_clause
from .poll_ends import until_their_close
from .prose_dates import plain, read_dates
from .prose_times import impossible_times
from .schedule_page import SchedulePage, Section, parse_page
from .told_stretch import loose_times, within_its_weeks
from .unread_dates import unread_dates

_TEAM_EVENTS = "project-specific"
_LISTS = ("x-project", _TEAM_EVENTS)
_LONGEST_ROW = dt.timedelta(days=20)  # ussuri's first has 14 days; yoga's R-13 once ended a year on
_MAX_PAGE = 200_000  # bytes; real pages have 20 000
_MAX_TEXT = 4_000  # characters of one event that are searched for dates; real ones have 1 000


@dataclass
class _Listed:
    """Where the table lists an id."""

    weeks: list[Week] = field(default_factory=list)
    of_team: bool = False


def parse_schedule(series: str, yaml_body: bytes, rst_body: bytes | None) -> Schedule:
    """A cycle's weeks and events with their days, each id in the table once, in its first week's
    order.

    The days follow the note on every schedule page since newton, "Deadlines are generally the
    Thursday of the week on which they are noted below. Exceptions to this policy will be explicitly
    mentioned in the event description":

    - no date in the event's own text: the Thursday of each listed week (`thursday`); for the
      release itself ("-final", up to stein "-release") the Wednesday;
    - a date in the text inside a listed week is the day; several are one occurrence each; a stretch
      is a span (`prose`); a weekend belongs to the week before it;
    - a date outside every listed week, where the listed weeks stay without a date: a `conflict`;
      `days` are the Thursdays, `prose_days` what the text says;
    - a date behind "week of" names the week, one behind "before" another deadline.

    An id of the cycle before, such as "h-final" in indri's first row, is no RELEASE of this cycle:
    its kind is OTHER. Without a readable page titles are made of ids, days are Thursdays, and a
    remark says so. Raises Unreadable where the YAML isn't a schedule, or has no release.
    """
    document, remarks = load_merging(yaml_body)
    rows = document.get("cycle")
    if not isinstance(rows, list) or not rows:
        raise Unreadable("no `cycle` with weeks in it: not a schedule")
    notes = list(remarks)
    weeks, listed = _table(rows, notes)
    page = _page(rst_body, notes)
    own_names = _own_names(series, page)
    events = until_their_close(
        _event(series, event_id, where, page, own_names, notes)
        for event_id, where in listed.items()
    )
    ordered = sorted(weeks, key=lambda week: week.start)
    if document.get("release-week") and all(event.kind is not Kind.RELEASE for event in events):
        raise Unreadable("no release in its weeks: half a schedule")
    notes += _unlisted(series, page, listed)
    notes += _another_release_week(document.get("release-week"), events)
    return Schedule(series, tuple(ordered), events, tuple(notes))


def _unlisted(series: str, page: SchedulePage, listed: Iterable[str]) -> Iterator[str]:
    """What the page describes of this cycle and the table has in no week: it has no day here."""
    known = {event_id.lower() for event_id in listed}
    own = re.compile(rf"{re.escape(series[:1].lower())}[-_][\w-]+")
    for label in sorted(page.sections):
        if own.fullmatch(label) and label not in known:
            yield f"{label}: schedule.rst describes it, and it is in no week"


def _another_release_week(told: object, events: Iterable[Event]) -> Iterator[str]:
    release = next((event for event in events if event.kind is Kind.RELEASE), None)
    rows = {str(week.start) for week in release.weeks} if release else set()
    if told and rows and not any(monday in _week_around(str(told)) for monday in rows):
        yield f"release-week is {told}, the release's row begins on {', '.join(sorted(rows))}"


def _week_around(day: str) -> frozenset[str]:
    """The days of the week of an ISO day; empty for what is none."""
    try:
        monday = monday_of(dt.date.fromisoformat(day))
    except ValueError:
        return frozenset()
    return frozenset(str(monday + dt.timedelta(days=n)) for n in range(7))


def _table(rows: list[Any], notes: list[str]) -> tuple[list[Week], dict[str, _Listed]]:
    weeks: list[Week] = []
    listed: dict[str, _Listed] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise Unreadable(f"week {number} of the cycle is not a mapping")
        week = _week(number, row, notes)
        weeks.append(week)
        for key in _LISTS:
            ids = row.get(key) or []
            if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
                raise Unreadable(f"week {number}: {key} is not a list of ids")
            for event_id in ids:
                where = listed.setdefault(event_id, _Listed())
                where.of_team = where.of_team or key == _TEAM_EVENTS
                if week not in where.weeks:  # ocata has a row twice
                    where.weeks.append(week)
    for where in listed.values():
        where.weeks.sort(key=lambda week: week.start)
    return weeks, listed


def _week(number: int, row: dict[str, Any], notes: list[str]) -> Week:
    start = _day(row.get("start"), f"week {number}: start")
    end = _day(row.get("end"), f"week {number}: end")
    if not start <= end <= start + _LONGEST_ROW:
        notes.append(f"week {number} ends on {end}, which can't be; taken for a week of five days")
        try:
            end = start + dt.timedelta(days=4)
        except OverflowError as error:
            raise Unreadable(f"week {number}: start is no day of a schedule: {start}") from error
    name = row.get("name")
    if name is not None and not isinstance(name, str):
        raise Unreadable(f"week {number}: name is not text")
    return Week(name or "", start, end)


def _day(value: Any, what: str) -> dt.date:
    try:
        day = dt.datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise Unreadable(f"{what} is not a day: {str(value)[:40]!r}") from error
    if not 2000 <= day.year <= 2200:
        raise Unreadable(f"{what} is no day of a schedule: {day}")
    return day


def _page(rst_body: bytes | None, notes: list[str]) -> SchedulePage:
    if rst_body is None:
        notes.append("no schedule.rst: titles are made of ids, days are Thursdays")
        return SchedulePage("", {})
    if len(rst_body) > _MAX_PAGE:
        notes.append(f"schedule.rst is larger than {_MAX_PAGE} bytes; titles are made of ids")
        return SchedulePage("", {})
    text = rst_body.decode("utf-8-sig", errors="replace")
    page = parse_page(text)
    if not page.sections:
        notes.append("schedule.rst has no labelled section: titles are made of ids")
    return page


def _own_names(series: str, page: SchedulePage) -> frozenset[str]:
    """The words for this cycle in the page's own heading ("2027.1 Indri Release Schedule")."""
    return frozenset({series.lower(), *re.findall(r"\d{4}\.\d+", page.heading)})


def _event(
    series: str,
    event_id: str,
    where: _Listed,
    page: SchedulePage,
    own_names: frozenset[str],
    notes: list[str],
) -> Event:
    section = page.sections.get(event_id.lower())
    kind = kind_of(event_id)
    is_release = kind is Kind.RELEASE
    foreign = event_id[:1].lower() != series[:1].lower()
    title = section.title if section and section.title else readable(event_id)
    if is_release and foreign:
        kind = Kind.OTHER
        title = section.title if section else "Release of the cycle before"
    if section is None and page.sections and not foreign:
        notes.append(f"{event_id}: schedule.rst says nothing of it")
    text = section.text if section else ""
    found = read_dates(text[:_MAX_TEXT], own_names)
    reading = each_instant_once(found, where.weeks)
    if len(where.weeks) == 1:
        reading = of_its_clause(text, reading, f"{title} {event_id}")
    said: list[str] = list(reading.remarks)
    called = kinds_called(title, series)
    if section and called and kind is not Kind.OTHER and kind not in called:
        said.append(f"its label stands at {title!r}, which is the name of another event")
    if section and section.group:
        said.append(f"its label stands at {section.group!r}, and was taken for {title!r}")
    elif section and not section.text:
        said.append(f"its label stands at {section.title!r}, which has no text")
    dated = days_in(where.weeks, reading, is_release, said)
    dated, times = times_in_utc(dated, reading, where.weeks, plain(text[:_MAX_TEXT]))
    unread = unread_dates(text[:_MAX_TEXT], found, (*dated.days, *dated.prose_days), where.weeks)
    said += [
        f"its text says {words!r}, which was read as no day" for words in dict.fromkeys(unread)
    ]
    said += filter(None, (*map(unread_time, filter(None, times)), of_each_day(text, dated, times)))
    said += [f"the time {clock} is none" for clock in impossible_times(plain(text[:_MAX_TEXT]))]
    event = Event(
        series=series,
        id=event_id,
        kind=kind,
        title=title,
        days=dated.days,
        rule=dated.rule,
        weeks=tuple(where.weeks),
        span=dated.span,
        times=times,
        prose_days=dated.prose_days,
        teams=_teams(event_id, kind, where, section),
        text=text,
        year_inferred=dated.year_inferred,
    )
    event = within_its_weeks(event)
    said += filter(None, [loose_times(event)])
    notes += [f"{event_id}: {remark}" for remark in said]
    return replace(event, remarks=tuple(said))


def _teams(event_id: str, kind: Kind, where: _Listed, section: Section | None) -> tuple[str, ...]:
    """The team whose heading stands above a project-specific event; () for everybody's.

    Elections have been listed as project-specific; they concern everybody. Without a page the
    id's first word is the best guess, since another team's event must not pass for everybody's.
    """
    if not where.of_team or kind is Kind.ELECTION:
        return ()
    owners = section.owners if section else ()
    lowered = [owner.lower() for owner in owners]
    at = next((i for i, o in enumerate(lowered) if o.startswith("project-specific")), None)
    if at is not None and at + 1 < len(owners):
        return () if "election" in lowered[at + 1] else (lowered[at + 1],)
    return (re.split(r"[-_]", suffix_of(event_id))[0],)
