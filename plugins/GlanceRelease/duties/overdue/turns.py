"""The instants of a day at which what is overdue can change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...domain.calendar.team_calendar import with_the_last
from ...domain.gerrit_scope import follow_ups_of
from ...domain.moment import Moment
from ...domain.releases.proposal import constant_of

_A_DAY = dt.timedelta(days=1)
_A_MINUTE = dt.timedelta(minutes=1)
_AN_HOUR = dt.timedelta(hours=1)
_IN_MINUTES = 120  # how long an age is told by the minute, before it is by the hour


def turns_of(midnight: Moment) -> tuple[dt.datetime, ...]:
    """Midnight UTC, with which days end and cycles follow each other; the times of day at which a
    deadline is past; when a change was made that shows that a branch is there; and where a doubt
    tells how old a fact is, each of its words for that. In their order, each once."""
    start = midnight.now
    found = {start, *_deadlines(midnight), *_changes(midnight)}
    fact = midnight[constant_of(midnight.team.name)]
    if fact.problem and fact.at is not None:
        found.update(_ages(fact.at, start))
    return tuple(sorted(at for at in found if start <= at < start + _A_DAY))


def _deadlines(moment: Moment) -> Iterator[dt.datetime]:
    for calendar in with_the_last(moment):
        yield from (deadline.when.over for deadline in calendar.all_deadlines)


def _changes(moment: Moment) -> Iterator[dt.datetime]:
    return (change.created for change in follow_ups_of(moment.snapshot) or () if change.created)


def _ages(at: dt.datetime, start: dt.datetime) -> Iterator[dt.datetime]:
    yield from (at + number * _A_MINUTE for number in range(_IN_MINUTES + 1))
    first = max(0, (start - at) // _AN_HOUR)
    yield from (at + (first + number) * _AN_HOUR for number in range(25))
