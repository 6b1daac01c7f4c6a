"""What is overdue is said: to those whose move it is, in private, and once a week in the channel.

Three gates stand before each private line: it is overdue, nobody has moved since the last one, and
it is this person's move. Whoever is no person of the team's is named, never called.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...domain.calendar.cycle import monday_of
from ...domain.calendar.lead_time import working_day_from
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.private_lines import is_spent
from ...domain.people.roles import fold, heirs_of, liaisons
from ...domain.releases.plan import plans_in
from ...domain.team import Member
from ...registry import rule
from . import words
from .facts import Overdue, overdue_of
from .standing import LateStanding, standing_of

RULE = "overdue"
OFTEN = 3  # private lines about one thing before they come weekly
_EVERY_WORKING_DAYS = 2
_WEEK = dt.timedelta(weeks=1)
_WEDNESDAY = dt.timedelta(days=2)
_DAY = dt.timedelta(days=1)
_GRACE = dt.timedelta(days=1)


def reminder_days(
    since: dt.date, until: dt.date, weekly: bool, holidays: Collection[dt.date] = ()
) -> Iterator[dt.date]:
    """The days on which somebody is told of what is overdue since `since`, up to `until`, both
    included: the first working day after, then every second one; after three lines, or from the
    first on where it is `weekly`, in the middle of each week, so that they come together."""
    day = working_day_from(since + _DAY, holidays)
    count = 1
    while day <= until:
        yield day
        if weekly or count >= OFTEN:
            day = _middle_after(day, holidays)
        else:
            for _ in range(_EVERY_WORKING_DAYS):
                day = working_day_from(day + _DAY, holidays)
        count += 1


def _middle_after(day: dt.date, holidays: Collection[dt.date]) -> dt.date:
    """The Wednesday of the next week, or the first working day from it on."""
    return working_day_from(monday_of(day) + _WEEK + _WEDNESDAY, holidays)


@rule(
    RULE,
    "what was due and is not there: to those whose move it is, in private, every second working "
    "day, then weekly; in the channel on the week's first working day",
    "do it, plan it, or ack; ack because REASON for what is not done this time",
    working_days=True,
    basis="what was due stays due until it is done, waived or pointless",
    sources=("liaison", "process"),
)
def overdue_notices(moment: Moment) -> Iterator[Notice]:
    """One private line a day for all of it to each person, one line a week to the channel. What may
    not be true any more is told once."""
    late = _spoken(moment)
    yield from _private(moment, late)
    yield from _weekly(moment, late)


def _spoken(moment: Moment) -> list[words.Late]:
    late = [(each, standing_of(moment, each)) for each in overdue_of(moment)]
    return [(each, how) for each, how in late if not _is_silent(moment, each, how)]


def _is_silent(moment: Moment, overdue: Overdue, standing: LateStanding) -> bool:
    """Whether somebody said that they deal with it: for as long as it stands as it does, or until
    the day that they planned."""
    plan = plans_in(moment.notes).get((overdue.series, overdue.event))
    is_planned = plan is not None and plan.day >= moment.today
    return standing.acknowledged is not None or is_planned


def _private(moment: Moment, late: list[words.Late]) -> Iterator[Notice]:
    today = moment.today
    told: dict[str, list[words.Late]] = {}
    for overdue, standing in late:
        days = _days_of(moment, overdue, standing)
        if not days or days[-1] != today or (overdue.doubt and len(days) > 1):
            continue
        last = _at(moment, days[-2]) if len(days) > 1 else None
        for member in _whom(moment, standing):
            if not _has_moved(member, standing, last):
                told.setdefault(fold(member.nick), []).append((overdue, standing))
    for nick, theirs in sorted(told.items()):
        if _heard_enough(moment, nick) and not any(_is_new(moment, *each) for each in theirs):
            continue
        yield _notice(moment, nick, "due", today, _ToldInPrivate(tuple(theirs)), theirs)


def _days_of(moment: Moment, overdue: Overdue, standing: LateStanding) -> list[dt.date]:
    """The days up to today on which it was told, as it stands; of what was proposed before it was
    overdue the first is the first working day after."""
    since = standing.since.date() if standing.since > overdue.past else overdue.due
    since = since if standing.is_proposed else overdue.due
    holidays = moment.team.reminders.holidays
    return list(reminder_days(since, moment.today, standing.is_proposed, holidays))


def _heard_enough(moment: Moment, nick: str) -> bool:
    """Whether somebody had so many private lines in the last seven days that what they know can
    wait."""
    before = _at(moment, moment.today) - dt.timedelta.resolution  # today's line changes nothing
    return is_spent(moment.snapshot, nick, before)


def _is_new(moment: Moment, overdue: Overdue, standing: LateStanding) -> bool:
    return len(_days_of(moment, overdue, standing)) == 1


def _whom(moment: Moment, standing: LateStanding) -> tuple[Member, ...]:
    """Whose move it is; the liaison, in words, where that is nobody of the team's."""
    return standing.blocking or liaisons(moment.snapshot)


def _has_moved(member: Member, standing: LateStanding, last: dt.datetime | None) -> bool:
    """Whether this person did something since the last line or since it stands so; of what nobody
    proposed, whether anybody did."""
    since = last or standing.since
    if not standing.is_proposed:
        return standing.moved_since(since)
    return standing.acted_since(member.nick, since)


def told_in_channel(moment: Moment) -> frozenset[str]:
    """The keys of what the week's line tells today; none on any other day than its own."""
    day, late = _of_week(moment, _spoken(moment))
    return frozenset(each.key for each, _ in late) if day == moment.today else frozenset()


def _weekly(moment: Moment, late: list[words.Late]) -> Iterator[Notice]:
    """The week's line, on its first working day, of what was overdue then."""
    day, theirs = _of_week(moment, late)
    if theirs and day <= moment.today:
        say = _ToldInChannel(tuple(theirs))
        yield _notice(moment, moment.team.announce, "week", day, say, theirs)


def _of_week(moment: Moment, late: list[words.Late]) -> tuple[dt.date, list[words.Late]]:
    day = working_day_from(monday_of(moment.today), moment.team.reminders.holidays)
    due = _at(moment, day)
    theirs = [
        (overdue, standing)
        for overdue, standing in late
        if overdue.past <= due and not (overdue.doubt and overdue.past <= due - _WEEK)
    ]
    return day, theirs


def _notice(
    moment: Moment,
    target: str,
    subject: str,
    day: dt.date,
    say: _ToldInPrivate | _ToldInChannel,
    late: list[words.Late],
) -> Notice:
    private = target != moment.team.announce
    return Notice(
        RULE,
        subject,
        target,
        f";{day.isoformat()}",
        _at(moment, day),
        _GRACE,
        say,
        why=f"overdue: {', '.join(overdue.key for overdue, _ in late)}",
        days=tuple(sorted({overdue.due for overdue, _ in late})),
        heirs=heirs_of(moment.snapshot, target) if private else (),
    )


def _at(moment: Moment, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, moment.team.reminders.hour, dt.UTC)


@dataclass(frozen=True)
class _ToldInPrivate:
    late: tuple[words.Late, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        return words.private_doc(self.late, now)


@dataclass(frozen=True)
class _ToldInChannel:
    late: tuple[words.Late, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        return words.channel_doc(self.late, now)
