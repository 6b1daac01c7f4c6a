"""A reminder of one's own, in private: `remind`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.calendar.deadline_words import due_of
from ...domain.calendar.event_names import find_events, has_phrase
from ...domain.calendar.lead_time import ON_THE_DAY, Lead, parse_lead
from ...domain.calendar.team_calendar import Calendar, with_the_last
from ...domain.calendar.team_deadlines import Deadline
from ...domain.calendar.unread_words import unit_in
from ...domain.messages.doc import Doc, Link, doc, line
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.roles import SELF, fold
from ...domain.people.subscriptions import OwnReminder, lead_before, reminders_of
from ...domain.snapshot import Snapshot
from ...registry import SCHEDULES, Ask, Reply, UserError, command, reply, rule
from ..deadlines.reminders import link_to
from ..typed_names import with_series
from . import words

RULE = "own reminder"
MOST = 20
_WORDS = re.compile(r"(?:me )?(?P<lead>.+?) (?P<joint>before|of) (?P<name>.+)", re.IGNORECASE)
_ONE = re.compile(r"(?:on )?the (?=(?:(?:working|business) )?day$|week$)", re.IGNORECASE)


@command(
    "remind",
    "[LEAD before DEADLINE]",
    "a reminder of your own, in private; without words those that you have",
    "remind 3 days before m2",
    SCHEDULES,
    right=SELF,
    basis="what you told me, by the days of the cycle's schedule",
    sources=("schedule",),
)
def set_reminder(moment: Moment, ask: Ask) -> Reply:
    """Remind one person a LEAD ("3 days", "1 working day", "on the day") before a deadline, at the
    team's hour (UTC); the reminder moves with its deadline."""
    own = reminders_of(moment.notes, ask.nick)
    if not ask.text:
        return reply(words.reminders_told(own), private=True)
    match = _WORDS.fullmatch(ask.text)
    if ask.text.lower() == "me" or not ask.nick:
        raise UserError(words.REMIND_USAGE)
    if match is None:
        raise UserError(words.how_long_before(ask.text))
    lead = _lead(match["lead"], match["joint"].lower(), ask.text)
    calendar, deadline = _deadline(moment, match["name"])
    due = _due(moment.snapshot, deadline, lead.text)
    if due <= moment.now:
        raise UserError(words.was_then(lead.text, deadline, due))
    if due >= deadline.past:
        raise UserError(words.past_before(deadline, due))
    if len(own) >= MOST:
        raise UserError(words.TOO_MANY_REMINDERS.format(most=MOST))
    reminder = OwnReminder(
        ask.nick, lead.text, calendar.series.name, deadline.id, deadline.name, moment.now
    )
    said = words.will_remind(deadline, due, moment.now)
    return Reply(doc(said), True, (reminder.note(ask, moment.now),))


def _lead(lead: str, joint: str, typed: str) -> Lead:
    """How long before: "the day before" is a day, "on the day of" the day itself; "3 days of" is
    neither."""
    try:
        parsed = parse_lead(_ONE.sub("1 ", lead) if joint == "before" else lead)
    except ValueError as error:
        raise UserError(f"{error}.") from None
    if joint == "of" and parsed != ON_THE_DAY:
        raise UserError(words.how_long_before(typed))
    return parsed


def _deadline(moment: Moment, text: str) -> tuple[Calendar, Deadline]:
    """The deadline ahead that a name means, official or the team's own."""
    deadlines: list[tuple[Calendar, Deadline]] = []
    asked, (text, series) = text, with_series(moment, text)
    for calendar in with_the_last(moment):
        if series is not None and calendar.series != series:
            continue
        ids = {event.id for event in find_events(calendar.weeks, text)}
        ids |= {
            deadline.id
            for deadline in calendar.deadlines
            if deadline.own and has_phrase(deadline.name, text)
        }
        coming = calendar.coming(moment.now)
        deadlines = deadlines or [(calendar, deadline) for deadline in coming if deadline.id in ids]
    if not deadlines and (unread := unit_in(text)):
        raise UserError(words.UNREAD_PART.format(unread=unread[:40]))
    if not deadlines:
        raise UserError(words.NO_SUCH_DEADLINE.format(asked=asked[:40]))
    if len({deadline.id for _, deadline in deadlines}) > 1:
        raise UserError(words.may_be(text, [deadline.name for _, deadline in deadlines]))
    return deadlines[0]


def _due(snapshot: Snapshot, deadline: Deadline, lead: str) -> dt.datetime:
    reminders = snapshot.team.reminders
    day = parse_lead(lead).before(deadline.day, reminders.holidays)
    return dt.datetime.combine(day, reminders.hour, dt.UTC)


@rule(
    RULE,
    "in private what somebody asked to be reminded of",
    "unsubscribe",
    basis="what you told me, by the days of the cycle's schedule",
    sources=("schedule",),
)
def own_reminder_notices(moment: Moment) -> Iterator[Notice]:
    """Each person's own reminders, until the deadline is over."""
    own = reminders_of(moment.notes)
    calendars = with_the_last(moment) if own else []
    for reminder in own:
        for calendar in calendars:
            for deadline in _asked_for(reminder, calendar):
                due = _due(moment.snapshot, deadline, reminder.lead)
                if due >= reminder.since and deadline.is_due_after(due):
                    yield Notice(
                        rule=RULE,
                        subject=f"{reminder.series}/{deadline.id}",
                        target=fold(reminder.nick),
                        facts=f"{deadline.day.isoformat()}/{reminder.lead}",
                        due=due,
                        grace=deadline.past - due,
                        say=_OwnReminderWords(calendar, deadline),
                        why=words.ASKED_FOR.format(lead=lead_before(reminder.lead, deadline.name)),
                        days=(deadline.day,),
                        is_public=True,
                    )


def _asked_for(reminder: OwnReminder, calendar: Calendar) -> Iterator[Deadline]:
    """The deadline of a reminder on each of its days."""
    if calendar.series.name == reminder.series:
        for deadline in calendar.deadlines:
            if deadline.id == reminder.deadline:
                yield from deadline.on_each_day(calendar.weeks)


@dataclass(frozen=True)
class _OwnReminderWords:
    calendar: Calendar
    deadline: Deadline

    def __call__(self, now: dt.datetime) -> Doc:
        when = due_of(self.deadline, now)
        link = Link("schedule", link_to(self.calendar, self.deadline))
        head = words.as_asked(self.deadline, when)
        return doc(line(f"{head}. ", link), brief=(head,))
