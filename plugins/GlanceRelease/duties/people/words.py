"""What people are told of what they asked for themselves: subscriptions, reminders, silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from ...domain.calendar.cycle import format_day, format_deadline
from ...domain.calendar.team_deadlines import Deadline
from ...domain.messages.clauses import listing
from ...domain.messages.counts import few
from ...domain.messages.doc import Line, line
from ...domain.people.subscriptions import OwnReminder, lead_before

_SHOWN = 40  # letters of what somebody typed
_NAMED = 5
_SAY_REMIND = "Say: remind 3 days before m2, remind on the day of rc1."
_STOPS = "snooze silences that for a while, ack what you were told last"

NO_NICK = "I need a nick to which I can say things."
TOO_MANY_SUBSCRIBERS = "I have {most} subscribers and can't serve more."
AWAKE = "Awake again."
NOT_FOR_ALL = "A name or a reason is for those who propose the team's releases; say: ack."
NOTHING_TO_ACK = "I have reminded you of nothing lately that could be dealt with."
QUIET = "Quiet until something changes: {text}"
SUBSCRIBED = "{why}; you subscribed, and unsubscribe ends it"
NO_REMINDERS = "You have no reminders."
REMIND_USAGE = _SAY_REMIND
TOO_MANY_REMINDERS = "You have {most} reminders already; unsubscribe ends them all."
UNREAD_PART = (
    '"{unread}" looks like a part of a day, and I can\'t read it there; say: remind 3 days before'
    " m2."
)
NO_SUCH_DEADLINE = 'No deadline ahead is called "{asked}"; deadlines tells them.'
ASKED_FOR = "you asked for it: {lead}"
SILENT = "Silent in {channel} until {until:%Y-%m-%d %H:%M} UTC; unmute ends it."
NOT_MUTED = "I am not muted in {channel}."
SPEAKS_AGAIN = "I speak again in {channel}."
NO_CHANNEL = "{team} has no channel {named}."
NOTHING_PRIVATE = "Nothing in private until {until:%Y-%m-%d %H:%M} UTC; snooze off ends it."
TOO_LONG = "From a minute to {days} days, please."


def has_already(kinds: Iterable[str]) -> str:
    """That nothing changes by a subscription."""
    return f"You get {', '.join(kinds)} already."


def subscribed_to(kinds: Iterable[str]) -> str:
    """What somebody gets from now on."""
    return f"From now on you get {', '.join(kinds)} in private; unsubscribe ends it."


def nothing_to_end(typed: str, still: str) -> str:
    """That nothing is there to end, and what comes all the same."""
    nothing = "There is nothing of yours to end"
    what = f'You have no subscription to "{typed[:_SHOWN]}"' if typed else nothing
    return f"{what}. {still}".strip()


def ended_line(
    ended: Sequence[str], own: Iterable[OwnReminder], left: Collection[str], still: str
) -> Line:
    """What ended of kinds and reminders, what is left of them, and what comes all the same."""
    told = [f"the subscription to {', '.join(ended)}"] if ended else []
    told += [f"the reminder {reminder.words}" for reminder in own]
    rest = f"; you still get {', '.join(left)}" if left else ""
    rest = rest or ("" if still else "; you get nothing more in private")
    return line("Ended: ", listing(told, weight=1), f"{rest}. {still}".rstrip())


def by_role(team: str) -> str:
    """What comes in private without a subscription."""
    return f"By your role in {team} I still tell you of releases; {_STOPS}."


def of_another_team(shown: str, name: str, kinds: Iterable[str], has_own: bool) -> str:
    """What stands of another team's, and how to end it."""
    what = " and ".join(filter(None, (", ".join(kinds), "reminders" if has_own else "")))
    return f"{shown}'s {what} stand: unsubscribe in {name} ends them."


def no_kind(word: str, nearest: str) -> str:
    """That a word is none of the kinds, with what is near it."""
    return f'"{word[:_SHOWN]}" is no kind of mine; {nearest}'


def reminders_told(own: Sequence[OwnReminder]) -> str:
    """A person's own reminders."""
    return "; ".join(reminder.words for reminder in own) + "." if own else NO_REMINDERS


def how_long_before(typed: str) -> str:
    """That a lead is missing."""
    return f'How long before "{typed[:_SHOWN]}"? {_SAY_REMIND}'


def was_then(lead: str, deadline: Deadline, due: dt.datetime) -> str:
    """That the day of a reminder is past."""
    return f"{lead_before(lead, deadline.name)} was {format_day(due.date())}."


def past_before(deadline: Deadline, due: dt.datetime) -> str:
    """That a reminder would come after its deadline."""
    return (
        f"{deadline.name} is past at {deadline.past:%H:%M} UTC, and reminders come at "
        f"{due:%H:%M} UTC; take an earlier day."
    )


def will_remind(deadline: Deadline, due: dt.datetime, now: dt.datetime) -> str:
    """Of what somebody is reminded, and when."""
    day = format_deadline(due.date(), now)
    return f"I remind you of {deadline.told} on {day} at {due:%H:%M} UTC."


def may_be(typed: str, names: Sequence[str]) -> str:
    """That words mean several deadlines."""
    return f'"{typed[:_SHOWN]}" may be: {few(names, _NAMED)}.'


def as_asked(deadline: Deadline, when: str) -> str:
    """The head of somebody's own reminder."""
    return f"As you asked: {deadline.told} is {when}"


def no_stretch(typed: str, command_name: str) -> str:
    """That words are no stretch of time, with examples of the command."""
    examples = ", ".join(f"{command_name} {each}" for each in ("2h", "30m", "3d"))
    if not typed.strip():
        return f"For how long? Say: {examples}."
    return f'"{typed[:_SHOWN]}" is no stretch of time. Say: {examples}.'
