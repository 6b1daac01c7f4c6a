"""How long ahead the team hears of a planned day: the far leads of its own ladder."""

from __future__ import annotations

import datetime as dt

from ...domain.calendar.lead_time import Lead, working_day_from, working_day_until
from ...domain.team import Reminders

FAR = dt.timedelta(days=10)  # nearer to the day nobody is asked for a plan any more
_WORKING_WEEK = 5


def far_leads(reminders: Reminders) -> tuple[Lead, ...]:
    """The full ladder's leads that are far ahead: four and two weeks, unless the team's file has
    others."""
    return tuple(lead for lead in reminders.full_leads if _length(lead) >= FAR)


def notice_of(reminders: Reminders) -> Lead | None:
    """The notice that the team should have of a day: its longest lead; None where its ladder
    begins on the day."""
    ahead = (lead for lead in reminders.full_leads if _length(lead))
    return max(ahead, key=_length, default=None)


def is_short_notice(day: dt.date, told: dt.date, deadline: dt.date, reminders: Reminders) -> bool:
    """Whether a day that was told on another one comes sooner than the team should hear of it. The
    team is asked for a day with that notice before the `deadline`: who answers by the next working
    day was not late."""
    notice = notice_of(reminders)
    if notice is None or told <= notice.before(day, reminders.holidays):
        return False
    asked = working_day_until(notice.before(deadline, reminders.holidays), reminders.holidays)
    return told > working_day_from(asked + dt.timedelta(days=1), reminders.holidays)


def _length(lead: Lead) -> dt.timedelta:
    return dt.timedelta(days=lead.days, weeks=lead.working_days / _WORKING_WEEK)
