"""What was said of a meeting's report, in which minutes it stands, and how it is said there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace

from ...domain.messages.doc import Line, Link, line
from ...domain.people.note import Note
from ...domain.reports.kept_reports import PastReport, told_json
from ...domain.snapshot import Snapshot
from ..report_parts import told_at_meetings
from .session import Session

KEPT = "report"  # the kind of note that has a whole report, with its rows
SAID = "report said"
TOPIC = "Release and periodic jobs"


def told_there(snapshot: Snapshot, session: Session) -> PastReport | None:
    """The report that was said of this meeting, in its minutes or aside."""
    told = told_at_meetings(snapshot)
    return next((t for t in told if t.day == session.day and t.at >= session.since), None)


def is_in_minutes(told: PastReport, session: Session) -> bool:
    """Whether it stands in the minutes that MeetBot writes; where it writes none, it need not."""
    return not session.opened or (not told.aside and told.at >= session.start)


def asked_for(snapshot: Snapshot, session: Session) -> bool:
    """Whether somebody asked for this meeting's report: what was asked for before MeetBot opened
    it stands in no minutes and takes nothing away."""
    day, since = session.day.isoformat(), session.start if session.opened else session.since
    return any(n.kind == SAID and n.subject == day and n.at >= since for n in snapshot.notes)


def said_note(told: PastReport, who: str, now: dt.datetime) -> Note:
    """The note that the report was said, on which day and in which lines."""
    text = json.dumps(told_json([told])[0], sort_keys=True)
    return Note(SAID, told.day.isoformat(), {"told": text}, who, now)


def spoken(snapshot: Snapshot, lines: Iterable[Line], session: Session) -> list[Line]:
    """The lines as MeetBot takes them: a topic where the bot is a chair, then the report, then
    the page with what was counted. Aside they are plain."""
    info, link = ("", "") if session.aside else ("info", "link")
    told = [line(TOPIC, command="topic")] if session.chair else []
    told += [replace(each, command=info) for each in lines]
    if snapshot.page:
        address = report_address(snapshot, session.day)
        told.append(line(Link(address, address), command=link))
    return told


def report_address(snapshot: Snapshot, day: dt.date) -> str:
    """Where the page shows the report of that day."""
    return f"{snapshot.page}/report/{day.isoformat()}"
