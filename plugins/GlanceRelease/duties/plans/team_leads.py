"""How long ahead the team hears of a planned day: the far leads of its own ladder."""

from __future__ import annotations

import datetime as dt

from ...domain.calendar.lead_time import Lead
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


def is_short_notice(day: dt.date, told: dt.date, reminders: Reminders) -> bool:
    """Whether a day that was told on another one comes sooner than the team should hear of it."""
    notice = notice_of(reminders)
    return notice is not None and told > notice.before(day, reminders.holidays)


def _length(lead: Lead) -> dt.timedelta:
    return dt.timedelta(days=lead.days, weeks=lead.working_days / _WORKING_WEEK)
