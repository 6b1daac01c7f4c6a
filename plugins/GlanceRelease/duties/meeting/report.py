"""The weekly meeting: when it is, its agenda, and the report at its minute."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...domain.address import same_place
from ...domain.calendar.cycle import format_day, week_of_cycle
from ...domain.calendar.team_calendar import calendar_of
from ...domain.meetings.weekly_hour import Occasion, falls_out, next_occasion, occasions
from ...domain.messages.doc import Doc, Line, Link, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.note import Note
from ...domain.reports.kept_reports import to_json, told_json, told_of
from ...domain.reports.meeting_report import Report
from ...domain.snapshot import Snapshot
from ...domain.team import Meeting
from ...registry import Ask, Reply, UserError, command, rule
from ..report_parts import (
    LINES,
    MEMORY,
    WHOLE,
    parts_of,
    report_of,
    told_at_meetings,
)
from ..typed_names import nothing_more
from . import meeting_words
from .meeting_words import Say, agenda_at, announcement
from .posted_reports import (
    KEPT,
    TOPIC,
    asked_for,
    is_in_minutes,
    report_address,
    said_note,
    spoken,
    told_there,
)
from .session import Session, session_of

REPORT = "report"
_REMEMBERED = 3
_LATE = dt.timedelta(minutes=10)  # the outbox says what is later than this in one line
_STOP = "meeting in the team's file; mute silences the channel"


@command(
    "meeting",
    "",
    "when and where the team meets next",
    "meeting",
    basis="the meeting's hour, place and days off in the team's file",
)
def meeting(moment: Moment, ask: Ask) -> Reply:
    """The next meeting, the place, the agenda, and the meetings that fall out."""
    nothing_more(moment, "meeting", "" if ask.text.lower() == "next" else ask.text)
    plan = _plan(moment.snapshot)
    occasion = next_occasion(plan, moment.now)
    if occasion is None:
        raise UserError(meeting_words.NONE_PLANNED)
    out = falls_out(plan, moment.now)[:4]
    return Reply(doc(meeting_words.next_line(moment, plan, occasion, out)))


@command(
    "agenda",
    "",
    "the release part of the next meeting's agenda, to paste",
    "agenda",
    basis="the liaison reports on deadlines, releases and periodic jobs at the weekly meeting",
    sources=("liaison",),
)
def agenda(moment: Moment, ask: Ask) -> Reply:
    """One line with the link to the snippet; where there is no page, itself, in private."""
    nothing_more(moment, "agenda", ask.text)
    text = agenda_lines(moment)
    if moment.snapshot.page:
        return Reply(doc(f"{agenda_at(moment.snapshot)}.", details=text))
    return Reply(doc(*text), private=True)


@command(
    "report",
    "",
    "what the release liaison reports at the weekly meeting",
    "report",
    basis="the liaison reports on deadlines, releases and periodic jobs at the weekly meeting",
    sources=("liaison",),
)
def report(moment: Moment, ask: Ask) -> Reply:
    """The report as of now. In the meeting's channel while the meeting is on it goes into the
    minutes, and counts as the meeting's report unless that one is outside its hour; whoever asks
    there again gets the same. In another team's meeting it is plain."""
    nothing_more(moment, "report", ask.text)
    plan = moment.team.meeting
    session = session_of(moment)
    is_there = plan is not None and same_place(ask.channel or "", plan.place)
    if session is None or session.aside or not is_there:
        last = _last(moment.snapshot)
        return Reply(doc(*report_now(moment, LINES - bool(last)).lines, *last))
    said = told_there(moment.snapshot, session)
    if said is not None:
        told = doc(*spoken(moment.snapshot, said.lines, session))
        again = replace(said, at=moment.now, aside=False)
        notes = () if is_in_minutes(said, session) else (said_note(again, ask.nick, moment.now),)
        return Reply(told, notes=notes)
    made = _for_meeting(moment, session)
    told = doc(*spoken(moment.snapshot, made.lines, session))
    if session.extra:
        return Reply(told)
    kept = Note(KEPT, made.day.isoformat(), {"report": to_json(made)}, ask.nick, moment.now)
    return Reply(told, notes=(kept, said_note(told_of(made), ask.nick, moment.now)))


def report_now(moment: Moment, lines: int = WHOLE) -> Report:
    """The report as of now, for whoever asks outside a meeting; a line for each part where there is
    room for all."""
    session = session_of(moment)
    if session is not None:
        return report_of(moment, session.day, _heading(moment), lines)
    tomorrow = moment.today + dt.timedelta(days=1)  # what was told today is a report before
    return replace(report_of(moment, tomorrow, _heading(moment), lines), day=moment.today)


def agenda_lines(moment: Moment) -> tuple[Line, ...]:
    """The release part of the agenda, ready to paste into the etherpad."""
    parts = [part.phrases for part in parts_of(moment) if part.phrases]
    plan = moment.team.meeting
    occasion = next_occasion(plan, moment.now) if plan else None
    day = f" ({format_day(occasion.day)})" if occasion else ""
    return (line(f"* {TOPIC} updates{day}"), *(line("  - ", *phrases) for phrases in parts))


@rule(
    "meeting",
    "the meeting, a day and a quarter of an hour before (remind_minutes in the team's file)",
    _STOP,
    basis="the meeting's hour, place and days off in the team's file",
)
def meeting_notices(moment: Moment) -> Iterator[Notice]:
    """A notice for each of `remind_minutes` before a meeting; the first has the agenda's link."""
    plan = moment.team.meeting
    if plan is None:
        return
    first = max(plan.remind_minutes, default=0)
    for occasion in list(_few(plan, moment.now)):
        for minutes in plan.remind_minutes:
            due = occasion.start - dt.timedelta(minutes=minutes)
            closer = max((m for m in plan.remind_minutes if m < minutes), default=0)
            yield Notice(
                "meeting",
                f"{occasion.day}/{minutes}",
                moment.team.announce,
                occasion.start.isoformat(),
                due,
                dt.timedelta(minutes=minutes - closer),
                announcement(moment.snapshot, plan, occasion, minutes == first),
                meeting_words.meets_later(occasion.day, minutes),
            )


def remember(moment: Moment) -> Mapping[str, str]:
    """The last reports that were said at meetings, for the difference to the next."""
    fresh = _due_now(moment)
    session = session_of(moment)
    aside = session is not None and session.aside
    told = (*told_at_meetings(moment.snapshot), *([told_of(fresh, aside)] if fresh else []))
    kept = told_json(told[-_REMEMBERED:])
    return {MEMORY: json.dumps(kept, sort_keys=True)} if kept else {}


def keep(moment: Moment) -> Iterator[Note]:
    """The report that is said at this meeting, whole, once."""
    fresh = _due_now(moment)
    if fresh is not None:
        yield Note(KEPT, fresh.day.isoformat(), {"report": to_json(fresh)}, "", moment.now)


@rule(
    REPORT,
    "the report, some minutes into the meeting",
    _STOP,
    remember,
    keep=keep,
    basis="the liaison reports at the weekly meeting; the minute is the team's file's",
    sources=("liaison",),
)
def report_notices(moment: Moment) -> Iterator[Notice]:
    """The report's lines in the meeting's channel, at `report_minute` after MeetBot's start line,
    or after the hour where there is none; not where somebody asked for it before. What was said
    aside is said again, word for word, in a meeting that MeetBot opens afterwards."""
    plan = moment.team.meeting
    if plan is None:
        return
    session = session_of(moment)
    if session is None or session.extra:
        yield from _coming(moment, plan)
        return
    if asked_for(moment.snapshot, session):
        return
    told = told_there(moment.snapshot, session)
    lines = told.lines if told else _for_meeting(moment, session).lines
    aside = " aside" if session.aside and (told is None or told.aside) else ""
    for number, text in enumerate(spoken(moment.snapshot, lines, session), start=1):
        say = _at_its_minute(text, session.due(plan.report_minute))
        yield _notice(moment.snapshot, plan, session, f"{aside}/{number}", say)


def _coming(moment: Moment, plan: Meeting) -> Iterator[Notice]:
    """The first line of the next meeting's report, for those who ask when something is due next;
    its words are made when it is said, by which time the meeting is on."""
    coming = next(
        (occasion for occasion in occasions(plan, moment.now) if occasion.start > moment.now), None
    )
    if coming is not None:
        session = Session(coming.day, coming.start, coming.end, coming.start)

        def say(then: dt.datetime) -> Doc:
            return doc(
                *spoken(moment.snapshot, _for_meeting(moment.at(then), session).lines, session)
            )

        yield _notice(moment.snapshot, plan, session, "/1", say)


def _notice(snapshot: Snapshot, plan: Meeting, session: Session, part: str, say: Say) -> Notice:
    due = session.due(plan.report_minute)
    early = " early" if due < session.hour else ""  # then the hour's may have its own
    return Notice(
        REPORT,
        f"{session.day}{early}{part}",
        plan.place,
        "",
        due,
        max(session.end - due, dt.timedelta(minutes=1)),
        say,
        meeting_words.meeting_of(snapshot.team.shown, session.day),
    )


def _due_now(moment: Moment) -> Report | None:
    """The report that is to be said at this tick; None where it was said already."""
    plan = moment.team.meeting
    session = session_of(moment)
    if plan is None or session is None or session.extra:
        return None
    if moment.now < session.due(plan.report_minute) or told_there(moment.snapshot, session):
        return None
    return _for_meeting(moment, session)


def _for_meeting(moment: Moment, session: Session) -> Report:
    lines = LINES - bool(moment.snapshot.page) - session.chair
    return report_of(moment, session.day, _heading(moment), lines)


def _at_its_minute(text: Line, due: dt.datetime) -> Say:
    def say(now: dt.datetime) -> Doc:
        return doc(text if now - due < _LATE else Line(text.phrases))

    return say


def _last(snapshot: Snapshot) -> list[Line]:
    """Where the last report stands with its rows."""
    told = told_at_meetings(snapshot)
    if not told or not snapshot.page:
        return []
    address = report_address(snapshot, told[-1].day)
    return [line(meeting_words.LAST_ONE, Link(address, address))]


def _heading(moment: Moment) -> str:
    calendar = calendar_of(moment)
    if calendar is None:
        return moment.team.shown
    week = week_of_cycle(calendar.weeks, moment.today)
    return f"{moment.team.shown}, {' of '.join(filter(None, (week, calendar.series.title)))}"


def _few(plan: Meeting, now: dt.datetime) -> Iterator[Occasion]:
    """The meetings whose announcements may be due now or soon."""
    furthest = dt.timedelta(minutes=max(plan.remind_minutes, default=0)) + dt.timedelta(days=1)
    for occasion in occasions(plan, now):
        if occasion.start > now + furthest:
            return
        if occasion.start > now:
            yield occasion


def _plan(snapshot: Snapshot) -> Meeting:
    if snapshot.team.meeting is None:
        raise UserError(meeting_words.NOT_IN_FILE)
    return snapshot.team.meeting
