"""The rungs of a ladder: one day's reminders, each with its instant and until when it is of use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..memo_by_id import Same
from ..team import Reminders
from .cycle import end_of
from .lead_time import Lead, is_day_off, working_day_from, working_day_until


@dataclass(frozen=True)
class Rung:
    """One reminder of one day: its lead, when it is due, and until when it is of use (UTC)."""

    lead: Lead
    due: dt.datetime
    until: dt.datetime


def rungs(
    day: dt.date, leads: Sequence[Lead], reminders: Reminders, born: dt.datetime | None
) -> list[Rung]:
    """The ladder of one day: each lead at the team's hour (UTC), on a working day.

    A lead that falls on a day off moves to the working day before; where the bot first started
    on that day off or just before it, to the first working day after, if the deadline is still
    to come. Two that fall on one day are one, the shorter.
    """
    return _rungs(day, tuple(leads), Same(reminders), born)


@lru_cache(maxsize=512)
def _rungs(
    day: dt.date, leads: tuple[Lead, ...], same: Same[Reminders], born: dt.datetime | None
) -> list[Rung]:
    reminders = same.value
    by_day: dict[dt.date, Lead] = {}
    for lead in leads:
        wanted = lead.before(day, reminders.holidays)
        at = working_day_until(wanted, reminders.holidays)
        if (
            born is not None
            and _at(at, reminders) < born
            and is_day_off(born.date(), reminders.holidays)
            and wanted >= born.date()
        ):
            at = working_day_from(born.date(), reminders.holidays)
        if at <= day:
            by_day[at] = lead
    days = sorted(by_day)
    ends = [*(_at(later, reminders) for later in days[1:]), end_of(day)]
    return [
        Rung(by_day[at], _at(at, reminders), max(end, _at(at, reminders) + dt.timedelta(hours=1)))
        for at, end in zip(days, ends, strict=True)
    ]


def _at(day: dt.date, reminders: Reminders) -> dt.datetime:
    return dt.datetime.combine(day, reminders.hour, dt.UTC)
