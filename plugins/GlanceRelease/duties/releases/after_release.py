"""What is to merge after RC1 and after the final, said until it is: the release bot's changes, and
the constant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...domain.calendar.cycle import start_of
from ...domain.calendar.lead_time import working_day_from
from ...domain.gerrit_scope import follow_ups_of
from ...domain.messages.doc import Doc
from ...domain.messages.notice import Notice
from ...domain.moment import Moment
from ...domain.people.presence import away, here
from ...domain.people.roles import fold, heirs_of, holders
from ...domain.snapshot import Snapshot
from ...domain.team import Member
from ...registry import rule
from .chores import Chore as Chore
from .chores import chores as chores
from .words.after_release import chore_doc

RULE = "after-release"
WEEK = dt.timedelta(days=7)
EVERY_WORKING_DAYS = 2
GRACE = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=190)  # a whole cycle; then the next one's release asks anew


def reminder_days(
    since: dt.date, until: dt.date, weekly: int, holidays: Collection[dt.date] = ()
) -> Iterator[dt.date]:
    """The days on which to remind of what is open since `since`, up to `until`, both included:
    the day after, then once a week for the first `weekly` reminders, then every second working
    day. A day off moves to the next working day."""
    day = working_day_from(since + dt.timedelta(days=1), holidays)
    count = 0
    while day <= until:
        yield day
        count += 1
        if count < weekly:
            day = working_day_from(since + dt.timedelta(days=1) + WEEK * count, holidays)
            continue
        for _ in range(EVERY_WORKING_DAYS):
            day = working_day_from(day + dt.timedelta(days=1), holidays)


@rule(
    RULE,
    "what should have merged after RC1 and after the release: weekly, then every two working days",
    "merge it: then they stop by themselves; ack, mute",
    working_days=True,
    basis="what has to merge right after RC1 and after the release",
    sources=("liaison", "process"),
)
def chore_notices(moment: Moment) -> Iterator[Notice]:
    """A reminder on each of a chore's days while it is open: PTL and liaison are named where they
    are in the channel, and told in private when next seen where they are not."""
    reminders = moment.team.reminders
    people = holders(moment.snapshot, "ptl", "release")
    for chore in chores(moment):
        until = min(moment.today, chore.since + LONGEST)
        weekly = moment.team.proposals.weekly_reminders
        for day in reminder_days(chore.since, until, weekly, reminders.holidays):
            due = dt.datetime.combine(day, reminders.hour, dt.UTC)
            if due + GRACE < moment.now - GRACE:
                continue
            facts = f";{day.isoformat()}"
            absent = (fold(person.nick) for person in away(moment.snapshot, people, RULE, facts))
            for target in (moment.team.announce, *absent):
                named = here(moment.snapshot, people) if target == moment.team.announce else ()
                yield Notice(
                    RULE,
                    chore.key,
                    target,
                    facts,
                    due,
                    GRACE,
                    _ChoreWords(moment.snapshot, chore, tuple(named)),
                    why=f"{chore.words}, since {chore.since}",
                    heirs=heirs_of(moment.snapshot, target),
                )


@dataclass(frozen=True)
class _ChoreWords:
    snapshot: Snapshot
    chore: Chore
    named: tuple[Member, ...]

    def __call__(self, now: dt.datetime) -> Doc:
        days = (now - start_of(self.chore.since)).days
        return chore_doc(self.chore, self.named, days, follow_ups_of(self.snapshot) is not None)
