"""Whether what people told the bot, and what its rules remember, can be read by those who go by it:
each kind is read here as they read it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

from ...domain.bugs import job_ties, listed
from ...domain.calendar import deadlines_from_chat
from ...domain.calendar.event_offsets import parse_when
from ...domain.calendar.lead_time import parse_lead
from ...domain.messages.clauses import in_words
from ...domain.people import subscriptions
from ...domain.people.note import Note
from ...domain.releases import plan, priority
from ...domain.reports.kept_reports import from_json, told_from
from ...duties import report_parts
from ...duties.bugs import rule as bugs
from ...duties.deadlines import calendar_feed, known_days
from ...duties.meeting import actions, posted_reports, session
from ...duties.releases import proposals

SEEN = "seen/"  # the memory's keys of the instants at which versions were first seen
_INSTANTS = ("began", "ended", "named", "other", "other ended")


def check_note(note: Note) -> None:
    """Raise where those who go by notes of its kind could not read it."""
    check = _NOTES.get(note.kind)
    if check is not None:
        check(note, note.body or {})


def check_memory(name: str, value: str) -> None:
    """Raise where the rule that keeps it under this name could not read it."""
    for start, check in _MEMORY.items():
        if name == start or (start.endswith("/") and name.startswith(start)):
            check(value)


def _instant(text: str) -> None:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("an instant without its zone")


def _day(text: object) -> None:
    if not isinstance(text, str) or not 2000 <= dt.date.fromisoformat(text).year < 2200:
        raise ValueError("no day of ours")


def _until(_: Note, body: Mapping[str, str]) -> None:
    _instant(body["until"])


def _plan(note: Note, body: Mapping[str, str]) -> None:
    plan.plans_in((note,))
    for day in filter(None, (body["day"], body.get("before"))):
        _day(day)


def _deadline(note: Note, _: Mapping[str, str]) -> None:
    told = deadlines_from_chat.told_deadline(note)
    told.undone("", note.at, "", "")
    if not told.gone and not told.dropped:
        parse_when(told.when)
    if told.day_before:
        _day(told.day_before)


def _action(note: Note, body: Mapping[str, str]) -> None:
    actions.action_of(note)
    for at in filter(None, (body["at"], body.get("done at"))):
        _instant(at)


def _bug(note: Note, body: Mapping[str, str]) -> None:
    if note.body:
        listed.notes_of((note,), note.subject.rpartition("/")[0])
        _texts([body["how"], body["why"]])
        _instant(body["since"])


def _bugs_done(note: Note, body: Mapping[str, str]) -> None:
    if note.body:
        _texts([body["numbers"]])
        _instant(body["since"])


def _bugs_told(value: str) -> None:
    for at, numbers in bugs.told_in(value):
        _instant(at.isoformat())
        for number in numbers.split(","):
            int(number)


def _reminder(note: Note, _: Mapping[str, str]) -> None:
    for reminder in subscriptions.reminders_of((note,)):
        parse_lead(reminder.lead)


def _said(_: Note, body: Mapping[str, str]) -> None:
    _reports(json.dumps([json.loads(body["told"])]))


def _meeting(_: Note, body: Mapping[str, str]) -> None:
    for name in _INSTANTS:
        if body.get(name):
            _instant(body[name])


def _reports(value: str) -> None:
    for raw in json.loads(value):
        _instant(str(raw["at"]))
        told = told_from(raw)
        _texts([in_words(line.phrases) for line in told.lines])
        _texts([*told.facts, *(fact.words for fact in told.facts.values())])


def _calendar(value: str) -> None:
    for uid, raw in json.loads(value).items():
        entry = calendar_feed.stored_entry(uid, raw)
        _instant(raw["at"])
        _day(raw["first"])
        _day(raw["last"])
        _texts([entry.name, entry.text])
        if not isinstance(entry.sequence, int):
            raise TypeError


def _schedule(value: str) -> None:
    for known in known_days.days_in(value).values():
        _texts([known.title, known.since])
        if known.since:
            _instant(known.since)
        for day in known.days:
            _day(day)


def _proposals(value: str) -> None:
    for where, keys in json.loads(value).items():
        _texts([where, *keys])


def _texts(values: list[object]) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError
        value.encode()


def _seen(value: str) -> None:
    if value:
        _instant(value)


_NOTES: dict[str, Callable[[Note, Mapping[str, str]], object]] = {
    "mute": _until,
    subscriptions.SNOOZE: _until,
    subscriptions.SUBSCRIPTION: lambda note, _: subscriptions.subscriptions((note,)),
    subscriptions.REMINDER: _reminder,
    plan.KIND: _plan,
    deadlines_from_chat.KIND: _deadline,
    priority.KIND: lambda note, _: priority.priorities_in((note,)),
    actions.KIND: _action,
    listed.KIND: _bug,
    job_ties.KIND: lambda note, _: job_ties.ties_in((note,)),
    bugs.DONE_KIND: _bugs_done,
    posted_reports.KEPT: lambda _, body: from_json(body["report"]),
    posted_reports.SAID: _said,
    session.MEETING: _meeting,
}
_MEMORY: dict[str, Callable[[str], object]] = {
    SEEN: _seen,
    "schedule/": _schedule,
    calendar_feed.MEMORY: _calendar,
    report_parts.MEMORY: _reports,
    proposals.RULE: _proposals,
    bugs.TOLD: _bugs_told,
}
